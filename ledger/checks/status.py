"""status: reported as done, while the text says that something is still to be done."""

import re
from collections.abc import Iterator

from ledger.checks.arithmetic import percentage, shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding

__all__ = ["status"]

_ENDS = r"(?:完成|竣工|投用|投入使用|交付|建成|通车|完工|启用|开工|验收|封顶|开园|投产|进驻|整改到位)"
_OPEN = re.compile(
    r"(?:其余|剩余|另有|还有|尚有|余下|仍有)[^，。；]{0,24}(?:正在|尚未|未|待|预计|计划|在建|施工|推进)"
    rf"|(?:预计|计划|拟于|力争)[^，。；\d]{{0,6}}(?:\d{{4}}年)?(?:\d+|年|[一二三四五六七八九十]+)[^，。；]{{0,12}}(?:月|底|前|年)[^，。；]{{0,14}}{_ENDS}"
    rf"|(?:尚未|暂未|还未|仍未|没有){_ENDS}"
)
_REST = re.compile(r"[^，,。；;\n]*")
# what follows after the work itself is done
_AFTERWARDS = re.compile(r"移交|管护|结算|决算|审计|归档|资料|档案|总结|巩固")


def status(task: Read, frame: Frame) -> Iterator[Finding]:
    """One finding a task: the words that speak against it, else a figure that is short of its target."""
    word = task.row.status
    if frame.schema.means(word) != "done":
        return
    open_ = next((words for words in _open(task.row.report) if not _AFTERWARDS.search(words)), "")
    if open_:
        yield task.says("status_early", open_, status=word)
    else:
        yield from _short(task, word)


def _open(report: str) -> Iterator[str]:
    """What is still to be done, to the end of its clause."""
    for found in _OPEN.finditer(report):
        rest = _REST.match(report, found.end())
        yield found[0] + (rest[0] if rest else "")


def _short(task: Read, word: str) -> Iterator[Finding]:
    for actual in task.actuals:
        goal = actual.target.quantity if actual else None
        if not actual or not goal or actual.target.kind != "amount" or not goal.base:
            continue
        reached = percentage(actual.quantity, goal)
        if reached < 99 and not actual.quantity.bound:
            rate = f"{shown(reached)}%"
            name = actual.target.name
            yield task.says(
                "status_short", actual.quantity.words, status=word, name=name, target=shown(goal), rate=rate
            )
            return

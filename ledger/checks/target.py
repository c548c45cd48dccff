"""target: the report counts from another target than the task's."""

import re
from collections.abc import Iterator

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding
from ledger.indicators import Mention, Target, likeness

__all__ = ["target"]

_BASE = re.compile(
    r"(?:全年|今年|年度|本年度?|年初|20\d\d年)[^，。；]{0,6}(?:计划|任务|目标)|任务数|目标数|目标任务|总任务"
    r"|(?:调整|调减|核减|变更)[为到至]"
)
_MAYBE = re.compile("[任标计调核变]")  # one of these stands in all of it
_ELSEWHERE = re.compile(r"总投资|下一步|明年|五年|占")
_ALIKE = 0.6
_FAR = 5  # times: so different a number is about something else


def target(task: Read, _: Frame) -> Iterator[Finding]:
    """Every figure that a report calls its target, against the task's."""
    for item in task.mentions:
        if item.quantity.role != "level":
            continue
        said = task.row.report[item.quantity.start - len(item.before) : item.quantity.start]  # dates and all
        if _MAYBE.search(said) and _BASE.search(said) and not _ELSEWHERE.search(said):
            yield from _compared(task, item, said)


def _compared(task: Read, item: Mention, said: str) -> Iterator[Finding]:
    for wanted in task.targets:
        goal = wanted.quantity
        if goal is None or not goal.like(item.quantity) or wanted.kind == "growth" or not _same(task, wanted, item):
            continue
        more = item.quantity.base > goal.base
        if item.quantity.base == goal.base or (more and goal.bound == "≥"):
            return
        if max(item.quantity.base, goal.base) <= _FAR * min(item.quantity.base, goal.base):
            words = f"{said.strip('，, ')}{item.quantity.words}"
            yield task.says("target_other", words, name=wanted.name, target=shown(goal), base=shown(item.quantity))
        return


def _same(task: Read, wanted: Target, item: Mention) -> bool:
    rivals = [one for one in task.targets if one.quantity and item.quantity.like(one.quantity)]
    said = likeness(wanted.thing, item.before + item.behind[:12])
    return said >= _ALIKE or (len(rivals) == 1 and "任务数" in item.before)

"""What the menu says first: which workspace and period, and what waits for the office."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from ducha.say import console, opened
from ledger.errors import DuchaError
from sync.waiting import Undecided, Waiting, waiting
from sync.workspace import Workspace

__all__ = ["WATCHED", "tell_overview", "tell_suggested"]

WATCHED = "自动汇总正在运行。"

_LISTED = 8


def tell_overview(root: Path) -> None:
    """A few lines; what keeps the workspace from being read is one of them."""
    console.print(f"督查台账  {root}", style="bold")
    try:
        with opened(root) as place:
            found = waiting(place)
            _tell(place, found)
    except DuchaError as error:
        console.print(f"错误：{error}")


def tell_suggested(found: Undecided) -> str:
    """What the office may take and need not: apart from what waits, or two hundred of them hide the rest."""
    if not found.suggestions:
        return ""
    return f"另有{found.suggestions}个从任务里读出的指标可以采用（总表“指标建议”），不采用也不影响汇总。"


def _tell(place: Workspace, found: Waiting) -> None:
    office = place.schema.office
    console.print(f"{office.name}，{place.schema.year}年度，台账共{found.tasks}项任务。{_period(found)}")
    if found.watched:
        console.print(WATCHED)
    told = list(_lines(found))
    console.print("等您处理：" if told else "没有等您处理的事。")
    for line in told:
        console.print(f"  · {line}")
    if spare := tell_suggested(found.undecided):
        console.print(spare)


def _period(found: Waiting) -> str:
    if not found.period or not found.due:
        return ""
    due = f"{found.due.year}年{found.due.month}月{found.due.day}日"
    return f"现在收{found.period.label}的，截止{due}{'（已过）' if date.today() > found.due else ''}。"


def _lines(found: Waiting) -> Iterator[str]:
    yield from found.faults
    if not found.tasks:
        yield "台账里还没有任务，请导入责任分工表"
    elif not found.period:
        yield "还没有打开报送期"
    elif not found.units:
        yield f"{found.period.label}的填报表还没有下发"
    if found.files:
        yield f"inbox里{len(found.files)}个文件还没有汇总：{_some([path.name for path in found.files], '个')}"
    if found.returned:
        yield f"{len(found.returned)}家退回后没有更正：{_some(found.returned, '家')}"
    if found.silent:
        yield f"{len(found.silent)}家没有报：{_some(found.silent, '家')}"
    if found.undecided.conflicts:
        yield f"{found.undecided.conflicts}处冲突没有选定（总表“冲突”的“采用”栏）"
    if found.undecided.revisions:
        yield f"{found.undecided.revisions}处变更待确认（总表“变更”的“处理”栏）"
    if found.undecided.findings:
        yield f"{found.undecided.findings}处数字有疑问（总表“核查”，核对后在“处理”栏选定）"
    if found.undecided.decided:
        yield f"{found.undecided.decided}处已在总表里选定，汇总后生效"
    if found.unnamed:
        yield f"{len(found.unnamed)}项任务待指定填报单位：{_some(found.unnamed, '项')}"


def _some(names: Sequence[str], measure: str) -> str:
    rest = f"等{len(names)}{measure}" if len(names) > _LISTED else ""
    return "、".join(names[:_LISTED]) + rest

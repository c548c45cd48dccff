"""What the office wrote into a row of the master's sheet 变更, as a change of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.indicator import Indicator
from ledger.measures import day, number
from ledger.period import Period
from ledger.reference import find_task
from ledger.revision import Revision, by_word
from ledger.schema import Schema
from ledger.task import Task, folded

__all__ = ["Known", "began", "read_row"]

_NEEDS_NOTHING = frozenset({"withdraw", "cancel"})
_OF_INDICATORS = frozenset({"target", "cancel"})
_OTHER_TASK = frozenset({"merge", "link"})


@dataclass(frozen=True)
class Known:
    """What a row is read against: tasks and indicators as they stand now, and the period that is open."""

    schema: Schema
    tasks: Sequence[Task]
    indicators: Sequence[Indicator]
    period: Period | None


def began(known: Known) -> date:
    """From when a change applies whose date nobody wrote: the first day of the open period, or of the year."""
    return known.period.start if known.period else date(known.schema.year, 1, 1)


def read_row(texts: Mapping[str, str], known: Known) -> Revision | str:
    """The change that a row typed by the office asks for, or one Chinese sentence on what is wrong with it."""
    what = by_word(folded(texts.get("what", "")), known.schema)
    task = find_task(texts.get("ref", ""), known.tasks)
    if not what or what == "add":
        return f"变更事项“{texts.get('what', '')}”不认识，请从列表里选。"
    if not task:
        return _nothing(texts.get("ref", ""), known.tasks)
    start = day(texts["from_day"]) if texts.get("from_day") else began(known)
    if not start or start.year != known.schema.year:
        return f"生效日期“{texts['from_day']}”不是{known.schema.year}年的日期，请写成{known.schema.year}-06-30这样。"
    made = Revision(
        task=task.id, what=what, start=start, authority=texts.get("authority", ""), state="agreed",
        new=texts.get("new", ""), old=_stands(task, what),
    )  # fmt: skip
    if what in _OF_INDICATORS:
        return _of_indicator(made, texts.get("name", ""), task, known)
    return _of_task(made, task, known)


def _nothing(reference: str, tasks: Sequence[Task]) -> str:
    """Why no task is found: nothing was written, it has several rows, or there is none of that number."""
    if not reference:
        return "序号没有填写，请写成“附件1：21”。"
    parts = [task for task in tasks if folded(task.reference) in (folded(reference), f"附件{folded(reference)}")]
    if parts:
        listed = "、".join(task.exact for task in parts)
        return f"序号“{reference}”有{len(parts)}个子项，请写明是哪一个（{listed}）。"
    return f"序号“{reference}”对不上任务，请写成“附件1：21”，民生实事的子项写成“附件2：8.3”。"


def _of_task(made: Revision, task: Task, known: Known) -> Revision | str:
    if made.what in _NEEDS_NOTHING:
        return made.model_copy(update={"new": ""})
    if not made.new:
        return "新内容没有填写，请填写。"
    if made.what in _OTHER_TASK:
        other = find_task(made.new, known.tasks)
        if not other or other.id == task.id:
            return f"新内容“{made.new}”对不上另一项任务，请写成“附件1：30”，子项写成“附件2：8.3”。"
        if other.ended or other.linked:
            return f"{other.exact}已经撤销、并入或归到别的任务，请改写为还在进行的任务。"
        return made.model_copy(update={"new": other.id})
    if made.what == "deadline":
        due = day(made.new)
        return made.model_copy(update={"new": due.isoformat()}) if due else f"新内容“{made.new}”不是日期，请改正。"
    return made


def _of_indicator(made: Revision, name: str, task: Task, known: Known) -> Revision | str:
    own = [one for one in known.indicators if one.task == task.id]
    named = [one for one in own if folded(one.name) == folded(name)] if name else own
    if len(named) != 1:
        words = "、".join(one.name for one in own) or "没有指标"
        return f"指标名称“{name}”对不上{task.exact}的一个指标（{words}），请照“指标”表填写。"
    indicator = named[0]
    old = "" if indicator.target is None else f"{indicator.target:f}"
    made = made.model_copy(update={"indicator": indicator.id, "old": old})
    if made.what == "cancel":
        return made.model_copy(update={"new": ""})
    target = number(made.new, in_percent=indicator.in_percent)
    if target is None:
        return f"新内容“{made.new}”不是数字，请只填数字，计量单位与“指标”表一致。"
    return made.model_copy(update={"new": f"{target:f}"})


def _stands(task: Task, what: str) -> str:
    if what in ("withdraw", "merge", "link"):
        return ""
    return task.named if what == "reporter" else task.cell(what)

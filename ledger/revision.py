"""Changes of the year's tasks (变更): what changed, from when, on whose authority; and the ledger as of any day.

A task or an indicator is never edited in place: its first form is kept, and every agreed revision applies from its
date on. So a closed period goes on showing the target that was in force then.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.indicator import Indicator
from ledger.names import Kind, split_names
from ledger.schema import Schema
from ledger.task import Task

__all__ = ["KINDS", "Revision", "by_word", "revised", "revised_indicator", "told", "with_cell", "word"]

State = Literal["waiting", "agreed", "declined", "undone"]
_NAMES: Mapping[str, Kind] = {"leaders": "people", "lead_units": "units", "responsible_units": "units"}
# the words of sheet 变更; any other task-owned column of the schema goes by its title
KINDS = {
    "text": "任务内容",
    "leaders": "牵头领导",
    "lead_units": "牵头单位",
    "responsible_units": "责任单位",
    "reporter": "填报单位",
    "deadline": "办结时限",
    "target": "年度目标",
    "cancel": "取消指标",
    "withdraw": "撤销任务",
    "merge": "并入",
    "link": "同一事项",
    "add": "新增任务",
}


class Revision(BaseModel):
    """One change of one task or indicator.

    ``what`` is a key of `KINDS` or a task-owned column's key; ``indicator`` the id where it is about one; ``new`` the
    new cell as text, for ``merge`` and ``link`` the other task's id. It applies once it is agreed, from ``start`` on.
    ``task`` is empty while a row that somebody typed into an ``annex`` waits to become a task.
    """

    model_config = ConfigDict(frozen=True)

    number: int = 0
    what: str
    task: str = ""
    annex: int | None = None
    indicator: str = ""
    old: str = ""
    new: str = ""
    start: date | None = None
    authority: str = ""
    state: State = "waiting"

    @property
    def waits(self) -> bool:
        """Whether somebody still has to confirm or decline it."""
        return self.state == "waiting"

    def applies(self, day: date) -> bool:
        """Whether it is in force on ``day``."""
        return self.state == "agreed" and self.start is not None and self.start <= day


def word(what: str, schema: Schema) -> str:
    """What people call a kind of change."""
    return KINDS.get(what) or schema.columns[what].title


def by_word(said: str, schema: Schema) -> str | None:
    """The kind of change that people mean by a word of sheet 变更 or by a task-owned column's title."""
    titles = {schema.columns[key].title: key for key in schema.owned("task") if key not in ("no", "project")}
    return next((key for key, known in KINDS.items() if known == said), None) or titles.get(said)


def revised(tasks: Iterable[Task], revisions: Iterable[Revision], day: date) -> list[Task]:
    """The tasks as they stand on ``day``; one that is added later is not among them yet.

    A task that was cancelled or merged stays, with a note behind its text.
    """
    found = {task.id: task for task in tasks}
    every = list(revisions)
    later = {item.task for item in every if item.what == "add" and not item.applies(day)}
    for item in sorted(every, key=lambda one: (one.start or date.min, one.number)):
        if item.applies(day) and item.task in found and not item.indicator:
            found[item.task] = _changed(found[item.task], item, found)
    return [task for task in found.values() if task.id not in later]


def _changed(task: Task, item: Revision, tasks: Mapping[str, Task]) -> Task:
    if item.what in ("withdraw", "merge"):
        note = "撤销" if item.what == "withdraw" else f"并入{tasks[item.new].reference}"
        noted = f"{_day(item.start)}起{note}"
        return task.model_copy(update={"text": f"{task.text}（{noted}）", "ended": noted})
    if item.what == "link":
        return task.model_copy(update={"linked": item.new})
    if item.what == "reporter":
        return task.model_copy(update={"named": item.new})
    return task if item.what == "add" else with_cell(task, item.what, item.new)


def with_cell(task: Task, key: str, text: str) -> Task:
    """The task with another text in one of its task-owned cells, names read anew where it holds names."""
    if key == "text":
        return task.model_copy(update={"text": text})
    if key == "no":
        return task.model_copy(update={"no": int(text)})
    if key in ("section", "subsection", "project"):
        return task.model_copy(update={key: text or None})
    names = {key: split_names(text, getattr(task, key), _NAMES[key])[0]} if key in _NAMES else {}
    return task.model_copy(update={"printed": {**task.printed, key: text}, **names})


def revised_indicator(indicator: Indicator, revisions: Sequence[Revision], day: date) -> Indicator:
    """The indicator as it stands on ``day``; a cancelled one carries its note."""
    found = indicator
    for item in sorted(revisions, key=lambda one: (one.start or date.min, one.number)):
        if item.indicator != indicator.id or not item.applies(day):
            continue
        if item.what == "cancel":
            found = found.model_copy(update={"ended": f"{_day(item.start)}起取消"})
        elif item.what == "target":
            found = found.model_copy(update={"target": Decimal(item.new)})
    return found


def told(indicator: str, revisions: Iterable[Revision], day: date) -> str:
    """What sheet 指标 notes about an indicator's targets up to ``day``: 2022年8月1日起由84调整为79."""
    own = (item for item in revisions if item.indicator == indicator and item.what == "target")
    return "；".join(f"{_day(item.start)}起由{item.old}调整为{item.new}" for item in own if item.applies(day))


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""

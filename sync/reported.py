"""What the units have said up to a period: its own reports, and for a quarter or a year the latest of its months.

A quarter takes each task's newest text from the periods inside it; one from before its last month is marked with
the day up to which it reaches (截至8月底) and counts as 未更新.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.period import Period
from ledger.projection import project, units_in_order
from ledger.schema import Schema
from ledger.task import Task
from sync.journal import Journal
from sync.records import Cell

__all__ = ["Reported", "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """The texts of one task by column key, whose they are, and since when: None where they are the period's own."""

    values: Mapping[str, str]
    sources: tuple[str, ...]
    stale: Period | None = None


class Reported:
    """What stands for every task of one period; ``entries`` is what `Journal.entries` gives of it."""

    def __init__(self, journal: Journal, schema: Schema, period: Period) -> None:
        self._schema, self._period = schema, period
        self.entries = journal.entries(str(period))
        self._sources = journal.entered.sources(str(period), self.entries)
        inside = [other for other in journal.periods() if period.covers(other)]
        self._inner: list[tuple[Period, dict[Cell, str]]] = [
            (other, journal.cells.archive(str(other))) for other in reversed(inside)
        ]

    def task(self, task: Task, reporter: str | None) -> Said:
        """What the units say about a task; of a linked one what they say about the other."""
        name = task.linked or task.id
        if said := self.entries.get(name):
            return Said(project(self._schema, said, units_in_order(task, reporter)), self._sources[name])
        keys = self._schema.owned("unit")
        for other, archive in self._inner:
            values = {key: archive.get((name, key), "") for key in keys}
            if any(values.values()):
                return self._carried(values, other)
        return Said(dict.fromkeys(keys, ""), self._sources.get(name, ()))

    def stale(self, task: Task, reporter: str | None) -> Period | None:
        """The earlier period from which a quarter or a year has the task's texts."""
        return self.task(task, reporter).stale if self._inner else None

    def _carried(self, values: dict[str, str], other: Period) -> Said:
        if other.end == self._period.end:
            return Said(values, (other.label,))
        main = self._schema.main_text
        if values[main]:
            values[main] += f"（截至{other.last}月底）"
        return Said(values, (other.label,), other)

    def figure(self, indicator: str, unit: str | None) -> Said:
        """What its reporter says about an indicator; a figure of an earlier month keeps that month's last day."""
        said = self.entries.get(indicator, {}).get(unit or "")
        if said:
            return Said(said, (unit or "",))
        for other, archive in self._inner:
            actual, as_of = (archive.get((indicator, key), "") for key in ("actual", "as_of"))
            if actual:
                found = {"actual": actual, "as_of": as_of or other.end.isoformat()}
                return Said(found, (other.label,), None if other.end == self._period.end else other)
        return Said({}, ())

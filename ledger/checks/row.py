"""What the checks of one task rest on, taken out of a snapshot: whatever has the same row has the same findings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

from ledger.finding import Finding, finding
from ledger.indicator import Kind
from ledger.period import Period
from ledger.row import CHANGE
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import folded

__all__ = ["Frame", "Listed", "Row", "Typed", "listed", "stamp"]

_SIZE = 16  # bytes
_LEAST = 10  # characters: 已完成。 may well stand again


class Frame:
    """What holds for every task: the period and the schema."""

    def __init__(self, period: Period, schema: Schema) -> None:
        self.period, self.schema = period, schema

    def day(self, as_of: date | None) -> date:
        """The day for which a figure stands: its own, else the period's last."""
        return as_of or self.period.end

    @cached_property
    def mark(self) -> bytes:
        """Another one of another period or schema."""
        return blake2b(f"{self.period}\n{self.schema.model_dump_json()}".encode(), digest_size=_SIZE).digest()


class Typed(NamedTuple):
    """An indicator of the office with what the unit has typed behind it."""

    name: str
    kind: Kind
    target: Decimal | None
    measure: str
    in_percent: bool
    actual: str
    as_of: str


class Row(NamedTuple):
    """One task with its report, and nothing else that a check of it alone may ask for.

    ``older`` tells a report that was taken over from an earlier period, ``repeats`` is the period before when its
    report was the same word for word; ``typed`` are the office's own indicators.
    """

    task: str
    ref: str
    unit: str | None
    text: str
    report: str
    status: str
    change: str
    older: bool
    repeats: str
    typed: tuple[Typed, ...]

    def says(self, code: str, value: object = None, **fields: str) -> Finding:
        """A finding about this task."""
        said: dict[str, Any] = {"ref": self.ref, **fields}
        return finding(code, task=self.task, unit=self.unit, value=value, **said)


class Listed(NamedTuple):
    """A row at its place in the ledger; ``mark`` is another one as soon as its findings may be others."""

    row: Row
    mark: bytes
    annex: int
    printed_no: int | None
    project: str
    linked: bool


def listed(frame: Frame, snapshot: Snapshot, last: Period | None, before: Mapping[str, str]) -> Iterator[Listed]:
    """Every task in force; ``before`` are the main texts of the period ``last`` by task id."""
    typed: dict[str, list[Typed]] = {}
    for figure in snapshot.figures:
        typed.setdefault(figure.indicator.task, []).append(_typed(figure))
    key, mark = frame.schema.main_text, blake2b(digest_size=_SIZE, key=frame.mark)
    for line in snapshot.lines:
        task = line.task
        if task.ended:
            continue
        row = _row(line, typed.get(task.id, ()), key, last, before.get(task.id, ""))
        own = mark.copy()
        own.update(repr(row).encode())
        yield Listed(row, own.digest(), task.annex, task.printed_no, task.project or "", bool(task.linked))


def stamp(tasks: Sequence[Listed]) -> str:
    """Another one as soon as any finding on the tasks may be another."""
    said = blake2b(digest_size=_SIZE)
    for one in tasks:
        said.update(repr(one[1:]).encode())
    return said.hexdigest()


def _row(line: Line, typed: Sequence[Typed], key: str, last: Period | None, before: str) -> Row:
    values, task = line.values, line.task
    report = values.get(key, "")
    repeated = before and len(folded(before)) >= _LEAST and folded(before) == folded(report)
    return Row(
        task=task.id,
        ref=task.exact,
        unit=line.reporter,
        text=task.text,
        report=report,
        status=values.get("status", ""),
        change=values.get(CHANGE, ""),
        older=line.stale is not None,
        repeats=last.label if last and repeated else "",
        typed=tuple(typed),
    )


def _typed(figure: Figure) -> Typed:
    one, values = figure.indicator, figure.values
    actual, as_of = values.get("actual", ""), values.get("as_of", "")
    return Typed(one.name, one.kind, one.target, one.unit, one.in_percent, actual, as_of)

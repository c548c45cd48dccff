"""All checks over one snapshot, of which no task is read twice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.checks.across import Answer, Told, answers
from ledger.checks.cross import against_sheet, cross
from ledger.checks.duplicate import duplicate
from ledger.checks.missing import missing
from ledger.checks.number import number
from ledger.checks.rate import rate
from ledger.checks.reading import Read, read
from ledger.checks.row import Frame, Listed, Row, listed, stamp
from ledger.checks.schedule import schedule
from ledger.checks.stale import stale
from ledger.checks.status import status
from ledger.checks.sum import parts_and_whole
from ledger.checks.target import target
from ledger.checks.unit import unit
from ledger.finding import Finding, severest_first
from ledger.period import Period
from ledger.schema import Schema
from ledger.snapshot import Snapshot

__all__ = ["CHECKS", "Inquiry", "check"]

# by their names in schema.yaml: those over several tasks, then those of which each task is judged alone
_ACROSS: dict[str, Callable[[Sequence[Told]], Iterator[Finding]]] = {
    "cross": cross,
    "number": number,
    "duplicate": duplicate,
}
_ALONE: dict[str, Callable[[Read, Frame], Iterator[Finding]]] = {
    "rate": rate,
    "schedule": schedule,
    "sum": parts_and_whole,
    "status": status,
    "target": target,
    "unit": unit,
    "stale": stale,
    "missing": missing,
    "cross": against_sheet,
}
CHECKS = tuple(dict.fromkeys([*_ALONE, *_ACROSS]))
_MOST = 2**15


class _Judged(NamedTuple):
    """What is kept of a task that was read: the findings on it alone, by check, and its answers."""

    findings: tuple[tuple[str, Finding], ...]
    answers: tuple[Answer, ...]


class Inquiry:
    """The checks over one snapshot, ``before`` being the main texts of the period ``last`` by task id.

    Tasks are not read before `findings` is called; until then it is known by its ``stamp``, which is another one as
    soon as any finding may be another. What was found is kept by the process for the 32,768 reports last asked for (1
    to 2 KB each, 70 MB at most), so that the ledger is not read again when one of its tasks changes, and a workbook
    that was checked is not when it has gone into the master.
    """

    def __init__(self, snapshot: Snapshot, schema: Schema, last: Period | None, before: Mapping[str, str]) -> None:
        self._frame = Frame(snapshot.period, schema)
        self._tasks = tuple(listed(self._frame, snapshot, last, before))

    @property
    def stamp(self) -> str:
        """By what the findings are known."""
        return stamp(self._tasks)

    def findings(self) -> list[Finding]:
        """Every contradiction in the figures of a ledger, severest first, then in ledger order."""
        voices = self._frame.schema.checks
        judged = [_judged(one, self._frame) for one in self._tasks]
        ledger = [Told(one, its.answers) for one, its in zip(self._tasks, judged, strict=True)]
        found = [(name, item) for name, look in _ACROSS.items() for item in _heard(look(ledger), getattr(voices, name))]
        found += [pair for its in judged for pair in its.findings]
        order = {one.row.task: place for place, one in enumerate(self._tasks)}
        found.sort(key=lambda pair: (order[pair[1].task or ""], CHECKS.index(pair[0])))
        return severest_first(item for _, item in found)


def check(snapshot: Snapshot, schema: Schema, before: Snapshot | None = None) -> list[Finding]:
    """Every contradiction in the figures of a ledger, severest first, then in ledger order.

    ``before`` is the ledger in the period before. What schema.yaml ignores is left out; nothing here is an error, for
    a contradiction never returns a workbook.
    """
    texts = {line.task.id: line.values.get(schema.main_text, "") for line in before.lines} if before else {}
    return Inquiry(snapshot, schema, before.period if before else None, texts).findings()


_SILENT = _Judged((), ())
_kept: dict[bytes, _Judged] = {}


def _judged(one: Listed, frame: Frame) -> _Judged:
    """The task judged by itself; the one asked for longest ago is forgotten."""
    if not one.row.report.strip():
        return _SILENT  # nothing is said that could be wrong
    found = _kept.pop(one.mark, None) or _judge(one.row, frame)
    while len(_kept) >= _MOST:
        _kept.pop(next(iter(_kept)), None)
    _kept[one.mark] = found
    return found


def _judge(row: Row, frame: Frame) -> _Judged:
    task = read(row, frame.schema.year)
    voices = frame.schema.checks
    found = ((name, look(task, frame), getattr(voices, name)) for name, look in _ALONE.items())
    return _Judged(
        tuple((name, item) for name, said, voice in found for item in _heard(said, voice)),
        tuple(answers(task, frame)),
    )


def _heard(said: Iterator[Finding], voice: str) -> Iterator[Finding]:
    """The findings as loud as the office wants them; what it ignores is not looked for."""
    if voice != "ignore":
        yield from (item.model_copy(update={"severity": voice}) for item in said)

"""考核: one row a unit, scored by the schema's rules; the leader's rating beside it is the office's."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ledger.cell import cell_text
from ledger.measures import Standing, summary
from ledger.snapshot import Line, Snapshot
from sync.indicators import rounded
from sync.lists.view import View
from sync.lists.writing import Shown

__all__ = ["score_rows"]

_Handed = tuple[str, bool, bool, int, bool]  # the fields of ledger.scoring.Report


def score_rows(view: View) -> Iterator[Shown]:
    """One row for every unit that reports tasks or was ever handed a workbook."""
    if not view.snapshot:
        return
    # pandas takes half a second to import: only a master that has this sheet waits for it
    from ledger.scoring import Report, scores

    own = [(line.reporter, line) for line in view.lines if line.reporter and not (line.task.ended or line.task.linked)]
    handed = list(_handed(view, view.snapshot))
    units = _units(view, [unit for unit, _ in own], [unit for unit, *_ in handed])
    lights = [(unit, line.light) for unit, line in own if line.light]
    tasks = Counter(unit for unit, _ in own)
    rates = _rates(view.snapshot, [line for _, line in own], units)
    found = scores(units, [Report(*fields) for fields in handed], lights, _ratings(view), view.schema.scoring)
    for one in found:
        yield {
            "name": one.unit,
            "tasks": tasks[one.unit],
            "rate": rates[one.unit],
            **one.counts,
            "asked": one.asked,
            "system": float(one.system),
            "score": float(one.total),
            "rank": one.rank,
            "why": one.why,
        }


def _handed(view: View, snapshot: Snapshot) -> Iterator[_Handed]:
    """Every unit in every period for which it was handed a workbook.

    No score asks today's date: a period is over once a later one is open.
    """
    journal = view.journal
    for period in journal.periods():
        sent = journal.submissions.of(str(period))
        returned = Counter(item.unit for item in sent if item.verdict == "returned")
        for state in view.states(period):
            # of a unit that reported by telephone some tasks may still be asked, but it is not silent
            usable = state.reported or state.word == "部分代填"
            yield state.unit, usable, state.late, returned[state.unit], period < snapshot.period


def _units(view: View, *named: Sequence[str]) -> list[str]:
    """Everybody who is named, in the order of 单位名录."""
    known = {unit.name: place for place, unit in reversed(list(enumerate(view.roster.units)))}
    every = dict.fromkeys(name for names in named for name in names)
    return sorted(every, key=lambda name: known.get(name, len(known)))


def _rates(snapshot: Snapshot, lines: Sequence[Line], units: Sequence[str]) -> dict[str, float | None]:
    """The mean completion rate of each unit's indicators."""
    counted = {line.task.id for line in lines}
    standings: dict[str, list[Standing]] = {unit: [] for unit in units}
    for figure in snapshot.figures:
        if figure.reporter and figure.indicator.task in counted:
            standings[figure.reporter].append(figure.standing)
    return {unit: rounded(summary(own).mean) for unit, own in standings.items()}


def _ratings(view: View) -> dict[str, str]:
    """What the office typed as 领导评分, by unit."""
    rows = view.master.lists["scores"].rows
    return {cell_text(row.values["name"]): cell_text(row.values.get("rating")) for row in rows}

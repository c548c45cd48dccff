"""The checks on the figures over one submitted workbook: what the unit's own rows contradict, marked where it stands.

These are warnings: they go along with a workbook that is returned for other reasons, and never return one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from ledger.checks import check
from ledger.finding import Finding
from ledger.period import Period
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task
from sync.indicators import judged
from sync.records import Issue
from sync.sheet_check import SheetCheck
from sync.unit_figures import as_indicator

__all__ = ["contradictions"]

_NUMBERS = re.compile(r"\d+")
_NOT_THEIRS = frozenset({"number_doubled", "task_repeated"})  # the ledger's own faults


def contradictions(issue: Issue, schema: Schema, checks: Sequence[SheetCheck]) -> Iterator[Finding]:
    """Every warning on the rows for which the unit is the first to answer, each at its text in the workbook."""
    said = {name: values for sheet in checks for name, values in sheet.reported()}
    lines = [
        Line(task=_task(name, issue.rows[name]), reporter=issue.unit, values=said[name])
        for name in issue.rows
        if name in issue.reporter and name in said
    ]
    period = Period.parse(issue.period)
    snapshot = Snapshot(period=period, lines=tuple(lines), figures=tuple(_figures(issue, schema, period, said)))
    for item in check(snapshot, schema):
        if item.severity == "warning" and item.code not in _NOT_THEIRS:
            yield item.model_copy(update=checks[0].place(item.task or "", schema.main_text))


def _task(name: str, locked: Mapping[str, str]) -> Task:
    annex, number = map(int, _NUMBERS.findall(locked["ref"])[:2])
    return Task(id=name, annex=annex, no=number, text=locked["text"])


def _figures(issue: Issue, schema: Schema, period: Period, said: Mapping[str, Mapping[str, str]]) -> Iterator[Figure]:
    for name, locked in issue.indicators.items():
        indicator, values = as_indicator(name, locked), {"actual": "", "as_of": "", **said.get(name, {})}
        stands = judged(indicator, values, schema, period)
        yield Figure(indicator=indicator, reporter=issue.unit, values=values, standing=stands)

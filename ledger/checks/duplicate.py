"""duplicate: the same text stands under two tasks of an annex."""

from collections.abc import Iterator, Sequence

from ledger.checks.across import Told
from ledger.checks.row import Row
from ledger.finding import Finding
from ledger.task import folded

__all__ = ["duplicate"]

_LEAST = 25  # characters of a report: 正在推进。 may well stand twice


def duplicate(ledger: Sequence[Told]) -> Iterator[Finding]:
    """Tasks with the same wording, else reports with the same; linked tasks are one task in two places."""
    texts: dict[tuple[int, str], Row] = {}
    reports: dict[tuple[int, str], Row] = {}
    for own, _ in ledger:
        if own.linked:
            continue
        row = own.row
        earlier = texts.setdefault((own.annex, folded(f"{own.project}{row.text}")), row)
        if earlier is not row:
            yield row.says("task_repeated", row.text, other=earlier.ref)
        report = folded(row.report)
        copied = reports.setdefault((own.annex, report), row) if len(report) >= _LEAST else row
        if copied is not row and earlier is row:
            yield row.says("report_repeated", row.report, other=copied.ref)

"""duplicate: the same text stands under two tasks of an annex."""

from collections.abc import Iterator

from ledger.checks.reading import Read, Reading
from ledger.finding import Finding
from ledger.task import folded

__all__ = ["duplicate"]

_LEAST = 25  # characters of a report: 正在推进。 may well stand twice


def duplicate(reading: Reading) -> Iterator[Finding]:
    """Tasks with the same wording, else reports with the same; linked tasks are one task in two places."""
    texts: dict[tuple[int, str], Read] = {}
    reports: dict[tuple[int, str], Read] = {}
    for task in reading.tasks:
        own = task.line.task
        if own.linked:
            continue
        earlier = texts.setdefault((own.annex, folded(f"{own.project or ''}{own.text}")), task)
        if earlier is not task:
            yield task.says("task_repeated", own.text, other=earlier.ref)
        report = folded(task.report)
        copied = reports.setdefault((own.annex, report), task) if len(report) >= _LEAST else task
        if copied is not task and earlier is task:
            yield task.says("report_repeated", task.report, other=copied.ref)

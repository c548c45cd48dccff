"""stale: the text is last period's, or its figures are."""

import re
from collections.abc import Iterator

from ledger.checks.reading import Read, Reading
from ledger.finding import Finding
from ledger.quantities import moments
from ledger.row import CHANGE, SAME_AGAIN
from ledger.task import folded

__all__ = ["stale"]

_EXPLAINED = re.compile(
    r"(?:暂未|尚未|还未|未)(?:发布|公布|反馈|出)|取消|(?:年底|年终|统一)[^，。；]{0,6}(?:发布|公布|核算)"
)
_LEAST = 10  # characters: 已完成。 may well stand again


def stale(reading: Reading) -> Iterator[Finding]:
    """Unchanged texts of tasks that go on, and reports whose newest figures are of long ago."""
    for task in reading.tasks:
        if not task.report.strip() or task.line.stale or _may_stand(task, reading):
            continue
        last = reading.before.get(task.line.task.id, "")
        if reading.last and len(folded(last)) >= _LEAST and folded(last) == folded(task.report):
            yield task.says("text_stale", task.report, last=reading.last.label)
        else:
            yield from _old(task, reading)


def _may_stand(task: Read, reading: Reading) -> bool:
    """Whether the unit has said that nothing changed, or that it is done."""
    values = task.line.values
    return values.get(CHANGE) in SAME_AGAIN or reading.schema.means(values.get("status", "")) == "done"


def _old(task: Read, reading: Reading) -> Iterator[Finding]:
    year = reading.schema.year  # figures of earlier years are there to compare with
    days = [one.day for one in moments(task.report, year) if one.kind == "as_of" and one.day.year == year]
    newest = max(days, default=None)
    if (
        newest
        and not _EXPLAINED.search(task.report)
        and (reading.period.end - newest).days > reading.schema.checks.days
    ):
        yield task.says("figures_old", task.report, day=newest.isoformat(), period=reading.period.label)

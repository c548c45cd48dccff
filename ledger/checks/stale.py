"""stale: the text is last period's, or its figures are."""

import re
from collections.abc import Iterator

from ledger.checks.reading import Read
from ledger.checks.row import Frame, Row
from ledger.finding import Finding
from ledger.quantities import moments
from ledger.row import SAME_AGAIN

__all__ = ["stale"]

_EXPLAINED = re.compile(
    r"(?:暂未|尚未|还未|未)(?:发布|公布|反馈|出)|取消|(?:年底|年终|统一)[^，。；]{0,6}(?:发布|公布|核算)"
)


def stale(task: Read, frame: Frame) -> Iterator[Finding]:
    """Unchanged texts of tasks that go on, and reports whose newest figures are of long ago."""
    row = task.row
    if not row.report.strip() or row.older or _may_stand(row, frame):
        return
    if row.repeats:
        yield row.says("text_stale", row.report, last=row.repeats)
    else:
        yield from _old(row, frame)


def _may_stand(row: Row, frame: Frame) -> bool:
    """Whether the unit has said that nothing changed, or that it is done."""
    return row.change in SAME_AGAIN or frame.schema.means(row.status) == "done"


def _old(row: Row, frame: Frame) -> Iterator[Finding]:
    year = frame.schema.year  # figures of earlier years are there to compare with
    days = [one.day for one in moments(row.report, year) if one.kind == "as_of" and one.day.year == year]
    newest = max(days, default=None)
    if newest and not _EXPLAINED.search(row.report) and (frame.period.end - newest).days > frame.schema.checks.days:
        yield row.says("figures_old", row.report, day=newest.isoformat(), period=frame.period.label)

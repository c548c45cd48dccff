"""number: two tasks of an annex bear the same printed number."""

from collections.abc import Iterator

from ledger.checks.reading import Read, Reading
from ledger.finding import Finding

__all__ = ["number"]


def number(reading: Reading) -> Iterator[Finding]:
    """Repeated numbers; sub-items of one project share theirs."""
    first: dict[tuple[int, int], Read] = {}
    for task in reading.tasks:
        printed = task.line.task.printed_no
        if printed is None or "." in task.line.task.id:
            continue
        earlier = first.setdefault((task.line.task.annex, printed), task)
        if earlier is not task:
            yield task.says("number_doubled", printed, other=earlier.ref)

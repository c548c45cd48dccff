"""number: two tasks of an annex bear the same printed number."""

from collections.abc import Iterator, Sequence

from ledger.checks.across import Told
from ledger.checks.row import Row
from ledger.finding import Finding

__all__ = ["number"]


def number(ledger: Sequence[Told]) -> Iterator[Finding]:
    """Repeated numbers; sub-items of one project share theirs."""
    first: dict[tuple[int, int], Row] = {}
    for own, _ in ledger:
        if own.printed_no is None or "." in own.row.task:
            continue
        earlier = first.setdefault((own.annex, own.printed_no), own.row)
        if earlier is not own.row:
            yield own.row.says("number_doubled", own.printed_no, other=earlier.ref)

"""Work reports to drafts: how long one takes, with and without names suggested from an earlier ledger."""

import time
from collections.abc import Iterator

from bench.reading.corpus import SHARED
from bench.reading.planted import of_seed
from ledger.sources import read
from ledger.sources.report import planned
from ledger.suggestion import suggestions

__all__ = ["measure_drafting"]

_REPORTS = ("002", "004")


def measure_drafting() -> Iterator[tuple[str, str]]:
    """One line a report; nothing where the real documents are not here."""
    if not (SHARED / "seeds").exists():
        return
    earlier = [line.task for line in of_seed("fengcheng")[0].lines]
    for start in _REPORTS:
        data = next((SHARED / "seeds").glob(f"{start}_*.txt")).read_bytes()
        begun = time.perf_counter()
        plan = planned(read(data, start), start)
        drafted = time.perf_counter()
        named = sum(bool(suggestions(one.draft.text, earlier)) for one in (*plan.commitments, *plan.livelihood))
        done = time.perf_counter()
        rows = f"{len(plan.expected)} targets, {len(plan.commitments)} rows, {len(plan.livelihood)} projects"
        times = f"{drafted - begun:.2f} s, with {named} rows suggested {done - begun:.2f} s"
        yield f"draft of {start}, {len(data.decode())} characters", f"{rows} ({times})"

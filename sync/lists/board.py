"""看板: the whole ledger in one table of counts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ledger.problems import says_problem
from ledger.schema import Schema
from ledger.snapshot import Line
from sync.lists.view import View
from sync.lists.writing import Shown
from xlsx import Value

__all__ = ["board_rows"]


def board_rows(view: View) -> Iterator[Shown]:
    """One row an annex and one for all; a task that is reported under another one counts once in 合计."""
    for annex in view.schema.annexes:
        if own := [line for line in view.lines if line.task.annex == annex.no]:
            yield {"name": annex.name, **_counts(view.schema, own)}
    yield {"name": "合计", **_counts(view.schema, [line for line in view.lines if not line.task.linked])}


def _counts(schema: Schema, every: Sequence[Line]) -> dict[str, Value]:
    lines = [line for line in every if not line.task.ended]
    means = Counter(schema.means(line.values.get("status", "")) for line in lines if line.reported)
    reported = sum(line.reported for line in lines)
    return {
        "tasks": len(lines),
        "reported": reported,
        "unreported": len(lines) - reported,
        **{name: means[name] for name in ("done", "on_track", "behind", "not_started", "other")},
        "problems": sum(says_problem(line.values.get("problems", "")) for line in lines),
        "unnamed": sum(line.reporter is None for line in lines),
    }

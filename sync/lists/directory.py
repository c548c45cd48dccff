"""单位名录: every unit that the ledger knows, with what the office writes about it."""

from collections import Counter
from collections.abc import Iterator

from sync.lists.view import View
from sync.lists.writing import Shown
from sync.master import KINDS
from xlsx import Value

__all__ = ["roster_rows"]


def roster_rows(view: View) -> Iterator[Shown]:
    """One row a unit; of one that the office has listed only the number of its tasks is ours."""
    leads = Counter(line.reporter for line in view.lines if not line.task.ended)
    words = {kind: word for word, kind in KINDS.items()}
    listed = {unit.name for unit in view.master.roster().units}
    for unit in view.roster.units:
        row: dict[str, Value] = {"name": unit.name, "tasks": leads[unit.name] or None}
        if unit.name not in listed:
            row |= {"kind": words[unit.kind], "aliases": "、".join(unit.aliases), "members": "、".join(unit.members)}
        yield row

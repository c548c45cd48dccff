"""What the journal remembers of the master: clashes that the office decides, and the latest changes."""

from collections.abc import Iterator

from ledger.period import Period
from sync.indicators import column_title
from sync.lists.view import View
from sync.lists.writing import Shown

__all__ = ["change_rows", "conflict_rows"]

_CHANGES_SHOWN = 500


def conflict_rows(view: View) -> Iterator[Shown]:
    """冲突: one row a clash; 采用 beside it is the office's."""
    for conflict in view.journal.cells.conflicts():
        yield {
            "id": conflict.number,
            "period": Period.parse(conflict.period).label,
            "ref": view.reference(conflict.task),
            "column": column_title(view.schema, conflict.column),
            "office": conflict.office,
            "unit": conflict.units,
            "units": conflict.source,
            "decided": f"已采用{conflict.decision}文字" if conflict.decision else None,
        }


def change_rows(view: View) -> Iterator[Shown]:
    """更新记录: the latest changes, newest first."""
    for change in view.journal.cells.changes(_CHANGES_SHOWN):
        yield {
            "when": change.at[:16].replace("T", " "),
            "ref": view.reference(change.task),
            "column": column_title(view.schema, change.column),
            "old": change.old or None,
            "new": change.new or None,
            "source": change.source,
        }

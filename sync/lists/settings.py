"""设置: schema.yaml's values as they are, with what became of what the office typed."""

from ledger.cell import cell_text
from sync.lists.view import View
from sync.lists.writing import Shown, rewrite
from sync.settings import Known, keep_known, known_settings, offered
from sync.table import Table
from xlsx import Book

__all__ = ["show_settings"]


def show_settings(book: Book, view: View, table: Table) -> None:
    """Bring the sheet up to date: deleted rows come back, rows of the office's own stay, what is wrong stays too."""
    ours = [row for row in table.rows if cell_text(row.values.get("id"))]
    standing = {cell_text(row.values["id"]): cell_text(row.values["value"]) for row in ours}
    known, rows = known_settings(view.journal), list[Shown]()
    for path, one in offered(view.workspace).items():
        was = known.get(path, Known(one.value, one.value))
        # what was typed since the settings were taken is left for the next time
        newer = path in standing and standing[path] != was.typed
        wrong = path in standing and was.fate == "wrong"
        value = standing[path] if newer or wrong else one.value
        known[path] = was._replace(typed=was.typed if newer else value, value=one.value)
        rows.append(
            {
                "id": path,
                "group": one.group,
                "name": one.name,
                "value": value or None,
                "says": one.says or None,
                "state": was.state or None,
            }
        )
    keep_known(view.journal, {str(row["id"]): known[str(row["id"])] for row in rows})
    rewrite(book, table, rows, ours)

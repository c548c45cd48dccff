"""Bringing the list sheets up to date: which list shows what."""

from collections.abc import Callable, Iterable, Mapping

from sync.lists.board import board_data_rows, board_rows
from sync.lists.checked import show_checked
from sync.lists.directory import roster_rows
from sync.lists.history import history_rows
from sync.lists.memory import change_rows, conflict_rows
from sync.lists.reports import issue_rows, problem_rows, return_rows
from sync.lists.revisions import revision_rows
from sync.lists.scores import score_rows
from sync.lists.settings import show_settings
from sync.lists.view import View
from sync.lists.writing import Shown, rewrite, update
from sync.master import Master
from sync.suggested import show_suggested
from xlsx import Book

__all__ = ["show_lists"]

_Rows = Callable[[View], Iterable[Shown]]
# list → the column by which its rows are known ("" where the whole list is ours), and what it shows
_LISTS: Mapping[str, tuple[str, _Rows]] = {
    "roster": ("name", roster_rows),
    "board": ("", board_rows),
    "board_data": ("", board_data_rows),
    "returns": ("unit", return_rows),
    "handed_out": ("issue", issue_rows),
    "problems": ("", problem_rows),
    "conflicts": ("id", conflict_rows),
    "changes": ("", change_rows),
    "history": ("id", history_rows),
    "scores": ("name", score_rows),
    "revisions": ("id", revision_rows),
}


def show_lists(book: Book, view: View) -> None:
    """Bring every list sheet up to date; one that is gone is left out, and before a period is open most say nothing."""
    for name, (key, rows) in _LISTS.items():
        table = view.master.lists.get(name)
        if not table or not (view.snapshot or name == "roster") or (key and key not in table.columns):
            continue
        if key:
            update(book, table, rows(view), key)
        else:
            rewrite(book, table, list(rows(view)))
    if table := view.master.lists.get("settings"):
        show_settings(book, view, table)
    if table := view.master.lists.get("suggested"):
        show_suggested(book, view.master, table, view.journal, view.schema.year)
    if table := view.master.lists.get("checked"):
        show_checked(book, view, table)
    if view.snapshot:
        period, due = view.snapshot.period, view.schema.due_day(view.snapshot.period)
        _put_named(book, view.master, "dc_period", period.label)
        _put_named(book, view.master, "dc_due", f"{due.year}年{due.month}月{due.day}日")


def _put_named(book: Book, master: Master, name: str, value: str) -> None:
    sheet = book.names().get(name, "").rpartition("!")[0].strip("'")
    if sheet in book.sheets and master.named(name) != value:  # it may have gone with its sheet
        book.put_name(name, value)

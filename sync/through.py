"""Units' texts that were written into the master while somebody has it open in Excel, before anybody has saved it.

They are published only with the file, which alone says whether they were kept: the open workbook may be closed without
saving. So each batch is recorded before it is written, and once it is written its mark, a hidden name of the workbook,
says so. A saved file with the mark shows that the office has seen the batch: its texts are what we wrote last, and any
other text in these cells is the office's edit of them. In a file without it, saved when only a part was written, a cell
counts that holds just the text. What was written and not saved never was.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from ledger.period import Period
from sync.journal import Journal
from sync.master import Master
from sync.records import Cell
from xlsx import Book

__all__ = ["MARK", "Target", "note_through", "shown_through", "targets"]

MARK = "dc_written"  # the workbook's name whose text is the mark of the last batch


class Target(NamedTuple):
    """A cell of an open master to be written: where it is (row and column from 1), what it holds and shall hold."""

    cell: Cell
    sheet: str
    row: int
    column: int
    old: str
    new: str


def shown_through(journal: Journal, period: Period, master: Master) -> dict[Cell, str]:
    """Of what was written into open masters in a period, what this one shows that it has taken in."""
    written = journal.cells.through(str(period))
    if not written:
        return {}
    mark = Book(master.data).names().get(MARK, "").strip('"')
    marked = {cell: text for its, cell, text in written if its == mark}
    later = max((place for place, (its, *_) in enumerate(written, 1) if its == mark), default=0)
    # an empty cell proves nothing: people empty cells, too
    return marked | {cell: text for _, cell, text in written[later:] if text and master.text(*cell) == text}


def targets(
    journal: Journal, period: Period, master: Master, changes: Iterable[tuple[Cell, str, str, str]]
) -> Iterator[Target]:
    """Of what a sync would change in ``master`` (cell, old, new, source), what may be written before it is published.

    Only tasks' cells in which nobody but us has written: rows, lists and decisions wait for the publication.
    """
    base = {**journal.cells.base(str(period)), **shown_through(journal, period, master)}
    for cell, old, new, _ in changes:
        task, key = cell
        if task in master.rows and old == base.get(cell, ""):
            table, row = master.rows[task]
            yield Target(cell, table.sheet, row.number, table.columns[key], old, new)


def note_through(journal: Journal, period: Period, master: Master, cells: Mapping[Cell, str]) -> str:
    """Record a batch that is about to be written into the open ``master``; returns the mark that it shall then bear.

    It takes in whatever the workbook shows of earlier ones, so that one mark tells everything.
    """
    whole = {**shown_through(journal, period, master), **cells}
    known = journal.cells.through(str(period))
    named = repr((journal.fact("master"), known[-1:], len(known), sorted(whole.items())))
    mark = sha256(named.encode()).hexdigest()[:16]
    journal.cells.add_through(str(period), mark, whole)
    return mark

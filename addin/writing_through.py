"""Units' texts into the master that is open in Excel: what may be written before the file itself is published.

Plain texts in tasks' cells, nothing else; everything that follows from them waits for the publication. The order is
what makes a death harmless at every point, see `sync.through`.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

import xlwings as xw

from addin.arguments import number_formats
from addin.desk import as_text, read
from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.period import Period
from ledger.schema import Schema
from sync.cell_merge import ChangedCell
from sync.master import Master
from sync.preview import publication_waits
from sync.records import Cell
from sync.through import MARK, Target, note_through, targets
from sync.workspace import Workspace

__all__ = ["put_through", "require_held", "require_writable"]


def require_writable(book: xw.Book) -> None:
    """`StateError` for a workbook that cannot be saved in its place."""
    if book.api.ReadOnly:
        raise StateError("总表是以只读方式打开的，没有作任何改动，请关闭后正常打开再点。")


def require_held(workspace: Workspace, master: Master, period: Period) -> None:
    """`StateError` unless nobody can replace the file meanwhile, and the open workbook shows the open period."""
    if not publication_waits(workspace):
        told = f"别的程序看不出“{workspace.master.name}”正开着（多半在网盘上）"
        raise StateError(f"{told}，没有作任何改动，请点“汇总”。")
    if master.shown_period(workspace.journal) != period:
        raise StateError(f"总表还没有转到{period.label}，没有作任何改动，请点“汇总”。")


def put_through(
    book: xw.Book, workspace: Workspace, master: Master, period: Period, changes: Iterable[ChangedCell]
) -> int:
    """Write into ``book`` what may be written of the changes that a sync would make in it; how many cells.

    ``master`` is what stands in it. `StateError` for a protected sheet, before anything is written.
    """
    found = list(targets(workspace.journal, period, master, changes))
    for name in sorted({one.sheet for one in found}):
        if book.sheets[name].api.ProtectContents:
            raise StateError(f"“{name}”表受保护，没有作任何改动，请撤销工作表保护后再点。")
    if not found:
        return 0
    mark = note_through(workspace.journal, period, master, {one.cell: one.new for one in found})
    written = _write(book, found, workspace.schema)
    if len(written) < len(found):  # a mark speaks for the whole batch
        mark = note_through(workspace.journal, period, master, {one.cell: one.new for one in written})
    book.names.add(MARK, f'="{mark}"').api.Visible = False
    return len(written)


def _write(book: xw.Book, found: Sequence[Target], schema: Schema) -> list[Target]:
    """Write every cell that holds what it is thought to hold; those that then show their text."""
    # of a text that begins with an apostrophe Excel takes it off, or does not, by the cell's format
    standing = _texts(book, found, schema)
    sure = [one for one in found if standing[one.cell] == one.old and not one.new.startswith("'")]
    by_place = sorted(sure, key=lambda one: (one.sheet, one.row, one.column))
    # a row at a time: of a block that a filter hides in part Excel fills the rows that are shown
    runs = groupby(enumerate(by_place), key=lambda item: (item[1].sheet, item[1].row, item[1].column - item[0]))
    for (name, row, _), together in runs:
        run = [one for _, one in together]
        area = book.sheets[name].range((row, run[0].column), (row, run[-1].column))
        (formats,) = number_formats(area)
        area.value = [as_text(one.new, shown) for one, shown in zip(run, formats, strict=True)]
    shown = _texts(book, sure, schema)
    return [one for one in sure if shown[one.cell] == one.new]


def _texts(book: xw.Book, found: Sequence[Target], schema: Schema) -> dict[Cell, str]:
    """What these cells hold now; each sheet is read once."""
    grids = {name: read(book.sheets[name]) for name in {one.sheet for one in found}}
    texts = {}
    for one in found:
        rows = grids[one.sheet]
        row = rows[one.row - 1] if one.row <= len(rows) else []
        value = row[one.column - 1] if one.column <= len(row) else None
        texts[one.cell] = cell_text(value, schema.columns.get(one.cell[1]))
    return texts

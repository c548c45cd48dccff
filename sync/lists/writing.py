"""Writing a list sheet: only the cells that differ, rows of the office's own left alone."""

from collections.abc import Iterable, Mapping, Sequence

from ledger.cell import cell_text
from sync.heights import row_height
from sync.table import Row, Table
from xlsx import Book, Formula, Value, column_letter

__all__ = ["Shown", "add_rows", "put_row", "rewrite", "update"]

Shown = Mapping[str, Value]


def rewrite(book: Book, table: Table, rows: Sequence[Shown], ours: Sequence[Row] | None = None) -> None:
    """Make our rows of a list, by default all, show exactly ``rows``: cells that differ are put, rows over emptied."""
    standing = table.rows if ours is None else ours
    for row, values in zip(standing, rows, strict=False):
        put_row(book, table, row, values)
    for row in standing[len(rows) :]:
        put_row(book, table, row, dict.fromkeys(table.columns))
    _add(book, table, rows[len(standing) :])


def update(book: Book, table: Table, rows: Iterable[Shown], key: str) -> None:
    """Bring our cells of a list up to date by the text in column ``key``; rows of others and their order stay."""
    standing = {cell_text(row.values[key]): row for row in table.rows}
    added = []
    for values in rows:
        row = standing.get(cell_text(values[key]))
        if row:
            put_row(book, table, row, values)
        else:
            added.append(values)
    _add(book, table, added)


def put_row(book: Book, table: Table, row: Row, values: Shown) -> None:
    """Write those of ``values`` that differ from what stands in a row, and fit its height."""
    columns = table.columns
    changed = {
        key: value for key, value in values.items() if key in columns and not _holds(book, table, row, key, value)
    }
    if changed:
        book.put_row(table.sheet, row.number, {columns[key]: value for key, value in changed.items()})
        now = {**row.values, **changed}
        texts = {columns[key]: value for key, value in now.items() if isinstance(value, str)}
        book.fit(table.sheet, row.number, row_height(texts, book.widths(table.sheet)))


def _holds(book: Book, table: Table, row: Row, key: str, value: Value) -> bool:
    if row.values.get(key) == value and isinstance(value, str):
        return True  # as nearly all do
    if not isinstance(value, Formula):
        return _same(row.values.get(key), value)
    stands = book.formula(table.sheet, f"{column_letter(table.columns[key])}{row.number}")
    return stands == value.text and _same(row.values.get(key), value.cached)


def _same(stands: object, value: Value) -> bool:
    if isinstance(stands, int | float) and isinstance(value, float):
        return abs(stands - value) < 1e-9
    return cell_text(stands) == cell_text(value)


def _add(book: Book, table: Table, rows: Sequence[Shown]) -> None:
    if not rows:
        return
    cells = [
        {table.columns[key]: value for key, value in values.items() if key in table.columns and value is not None}
        for values in rows
    ]
    add_rows(book, table, cells)


def add_rows(book: Book, table: Table, rows: Sequence[Mapping[int, Value]], after: int = 0) -> None:
    """Put rows (column number → value) below a table's last one, or ``after`` another, or in the empty model row."""
    widths = book.widths(table.sheet)
    texts = ({column: value for column, value in row.items() if isinstance(value, str)} for row in rows)
    heights = [row_height(row, widths) for row in texts]
    if table.rows:
        book.append(table.sheet, after or table.last_row, rows, heights)
    else:
        book.fill(table.sheet, table.model_row, rows, heights)

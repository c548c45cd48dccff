"""Tables in workbooks: a hidden row of column keys above the header says which column is which.

People may reorder, rename and insert columns, hide and filter rows, or copy the sheet: the keys travel along.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from ledger.errors import StateError
from xlsx import Value

__all__ = ["Cells", "Row", "Table", "find_table", "find_tables", "rewritten", "sheet_cells", "with_written"]

_KEY = re.compile(r"[a-z][a-z0-9_]*(:\d+)?")
_UNREAD = re.compile("[\ufffe\uffff]")  # the only characters that the reader gives in another spelling
_WITHIN = 40  # the key row stands among a sheet's first rows
Cells = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number in the sheet (1-based) and its values, as the reader gave them, by column key."""

    number: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet: column numbers (1-based) by key, the row of keys, and all rows with any value.

    ``repeated`` are keys that stand above two columns; the first counts. ``annex`` is the number that the master
    puts behind the id column's key (``id:2``).
    """

    sheet: str
    columns: Mapping[str, int]
    key_row: int
    rows: tuple[Row, ...]
    repeated: tuple[str, ...] = ()
    annex: int | None = None

    @property
    def model_row(self) -> int:
        """The first data row: keys, header, data."""
        return self.key_row + 2

    @property
    def last_row(self) -> int:
        """The last row that holds anything, at least the model row."""
        return max((row.number for row in self.rows), default=self.model_row)


def sheet_cells(data: bytes, only: Collection[str] | None = None) -> dict[str, Cells]:
    """All visible and hidden sheets' cells, or those of ``only`` some, top left at A1, through calamine.

    `StateError` when unreadable.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [name for name in book.sheet_names if only is None or name in only]
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (CalamineError, ZipError) as error:
        raise StateError(f"工作簿打不开（{error}），请用Excel或WPS打开后另存。") from error


def with_written(cells: Cells, written: Mapping[tuple[int, int], Value] | None) -> Cells | None:
    """A sheet's cells after some were written (by row and column), as they will be read.

    None where only reading tells: numbers and days depend on a cell's format.
    """
    if written is None:
        return None
    rows, fresh = list(cells), dict[int, list[object]]()
    for (row, column), value in written.items():
        if not (value is None or (isinstance(value, str) and not _UNREAD.search(value))) or row > len(rows):
            return None
        if row not in fresh:
            rows[row - 1] = fresh[row] = list(rows[row - 1])
        if column > len(fresh[row]):
            return None
        fresh[row][column - 1] = value or ""
    return rows


def rewritten(table: Table, cells: Cells, numbers: Collection[int]) -> Table | None:
    """The table of the same sheet now that other ``cells`` stand in its rows ``numbers``."""
    fresh = {number: _row(number, cells[number - 1], table.columns) for number in numbers if _filled(cells[number - 1])}
    if len(fresh) < len(numbers) or not fresh.keys() <= {row.number for row in table.rows}:
        return find_table(table.sheet, cells)
    return replace(table, rows=tuple(fresh.get(row.number, row) for row in table.rows))


def find_tables(sheets: Mapping[str, Cells]) -> list[Table]:
    """Every sheet's table, in sheet order; sheets without a key row have none."""
    found = (find_table(name, cells) for name, cells in sheets.items())
    return [table for table in found if table]


def find_table(sheet: str, cells: Cells) -> Table | None:
    """A sheet's table, None where there is no key row."""
    for number, row in enumerate(cells[:_WITHIN], 1):
        texts = [value.strip() if isinstance(value, str) else "" for value in row]
        if sum(bool(value) for value in texts) < 3 or not all(_KEY.fullmatch(text) for text in texts if text):
            continue
        if any(value not in ("", None) and not isinstance(value, str) for value in row):
            continue
        return _read(sheet, cells, number, texts)
    return None


def _read(sheet: str, cells: Cells, key_row: int, texts: list[str]) -> Table:
    columns: dict[str, int] = {}
    repeated, annex = [], None
    for place, text in enumerate(texts, 1):
        key, _, number = text.partition(":")
        if key and key in columns:
            repeated.append(key)
        elif key:
            columns[key] = place
            annex = int(number) if number else annex
    rows = tuple(
        _row(number, row, columns) for number, row in enumerate(cells[key_row + 1 :], key_row + 2) if _filled(row)
    )
    return Table(sheet, columns, key_row, rows, tuple(repeated), annex)


def _filled(cells: Sequence[object]) -> bool:
    return any(value not in ("", None) for value in cells)


def _row(number: int, cells: Sequence[object], columns: Mapping[str, int]) -> Row:
    return Row(number, {key: cells[place - 1] for key, place in columns.items()})

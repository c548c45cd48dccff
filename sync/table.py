"""Tables in workbooks: a hidden row of column keys above the header says which column is which.

People may reorder, rename and insert columns, hide and filter rows, or copy the sheet: the keys travel along.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from ledger.errors import StateError

__all__ = ["Cells", "Row", "Table", "find_tables", "sheet_cells"]

_KEY = re.compile(r"[a-z][a-z0-9_]*(:\d+)?")
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


def sheet_cells(data: bytes) -> dict[str, Cells]:
    """All visible and hidden sheets' cells, top left at A1, through calamine; `StateError` when unreadable."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, ZipError) as error:
        raise StateError(f"工作簿打不开（{error}），请用Excel或WPS打开后另存。") from error


def find_tables(sheets: Mapping[str, Cells]) -> list[Table]:
    """Every sheet's table, in sheet order; sheets without a key row have none."""
    found = (_table(name, cells) for name, cells in sheets.items())
    return [table for table in found if table]


def _table(sheet: str, cells: Cells) -> Table | None:
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
        Row(number, {key: row[place - 1] for key, place in columns.items()})
        for number, row in enumerate(cells[key_row + 1 :], key_row + 2)
        if any(value not in ("", None) for value in row)
    )
    return Table(sheet, columns, key_row, rows, tuple(repeated), annex)

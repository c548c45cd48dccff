"""Marking what is wrong on a sheet, and taking the marks off again."""

from collections.abc import Iterator

import xlwings as xw

from addin.arguments import CellError
from addin.desk import read
from addin.place import rules
from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.row import fault_words, row_faults
from ledger.schema import Schema
from sync.table import Row, Table, find_tables
from xlsx import column_letter

__all__ = ["MARK", "mark_faults"]

MARK = (255, 199, 206)
_MOST_ROWS = 20_000
_MOST_MARKS = 500
_TOLD = 12
_ERROR = "有错误值，请改为直接填写内容；"
Colour = tuple[int, int, int] | None
# what a marked cell looked like before, by workbook, sheet and address, as long as this Python runs
_before: dict[tuple[str, str], dict[str, Colour]] = {}


def mark_faults(sheet: xw.Sheet) -> str:
    """Colour the faulty cells of a unit's or the master's sheet and say what is wrong; nothing else changes.

    A protected sheet is not coloured. `StateError` for a sheet without such columns, or one that is too long.
    """
    if sheet.used_range.shape[0] > _MOST_ROWS:
        raise StateError(
            f"“{sheet.name}”有{sheet.used_range.shape[0]}行，多于{_MOST_ROWS}行，没有校验，请删去下面空的行。"
        )
    schema = rules().schema
    tables = find_tables({sheet.name: read(sheet)})
    keys = [key for key in schema.owned("unit") if tables and key in tables[0].columns]
    if not keys:
        raise StateError(f"“{sheet.name}”里没有单位填报的栏目，没有校验，请切换到附件或“任务填报”表。")
    table = tables[0]
    # a unit answers for each of its rows; in the master most rows still wait for their unit
    rows = [row for row in table.rows if row.values.get("tag") or any(cell_text(row.values[key]) for key in keys)]
    found = [fault for row in rows for fault in _faults(schema, table, keys, row)]
    protected = bool(sheet.api.ProtectContents)
    if not protected:
        _recolour(sheet, [ref for ref, _ in found[:_MOST_MARKS]])
    return _told(len(rows), found, protected=protected)


def _faults(schema: Schema, table: Table, keys: list[str], row: Row) -> Iterator[tuple[str, str]]:
    at = {key: f"{column_letter(table.columns[key])}{row.number}" for key in keys}
    broken = [key for key in keys if isinstance(row.values[key], CellError)]
    yield from ((at[key], f"{schema.columns[key].title}{_ERROR}") for key in broken)
    texts = {key: cell_text(row.values[key], schema.columns[key]) for key in keys if key not in broken}
    last = cell_text(row.values.get("last"))
    for key, fault in row_faults(schema, texts, reporter=True, last=last):
        if key in texts:
            yield at[key], fault_words(schema, key, fault)


def _recolour(sheet: xw.Sheet, refs: list[str]) -> None:
    marked = _before.setdefault((sheet.book.fullname, sheet.name), {})
    for ref in set(marked) - set(refs):
        sheet.range(ref).color = marked.pop(ref)
    for ref in refs:
        if ref not in marked:
            marked[ref] = sheet.range(ref).color
            sheet.range(ref).color = MARK


def _told(rows: int, found: list[tuple[str, str]], *, protected: bool) -> str:
    if not found:
        return f"核对了{rows}行，没有发现问题。"
    shown = "\n".join(f"{ref} {words.rstrip('；')}" for ref, words in found[:_TOLD])
    rest = f"\n……共{len(found)}处" if len(found) > _TOLD else ""
    how = "工作表受保护，没有涂色" if protected else "已涂成粉红色"
    return f"核对了{rows}行，{len(found)}处要改（{how}）：\n{shown}{rest}"

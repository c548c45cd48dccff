"""Workbooks (.xlsx, .xlsm, .xls, .et): every sheet is a grid under a paragraph with the sheet's name."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
)

from ledger.errors import SourceError
from ledger.sources.blocks import Block, Cell, Grid, Paragraph, Row

__all__ = ["sheet_blocks"]

_Value = int | float | str | bool | time | date | datetime | timedelta


def sheet_blocks(data: bytes, name: str) -> tuple[Block, ...]:
    """A paragraph and a grid for each visible sheet that holds anything; a damaged file is a `SourceError`.

    Merged ranges are known for .xlsx and .xls alike; numbers are written without a needless ``.0``.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
        return tuple(block for sheet in names for block in _sheet(book.get_sheet_by_name(sheet)))
    except PasswordError as error:
        raise SourceError(f"文件“{name}”设了打开密码，请取消密码后重新导入。") from error
    except BaseException as error:
        # calamine panics on some broken .xls, which Python sees as a BaseException of a class that has no module
        if not isinstance(error, (CalamineError, ZipError, OSError)) and type(error).__name__ != "PanicException":
            raise
        raise SourceError(f"文件“{name}”已损坏，请用Excel或WPS打开修复后另存为.xlsx。") from error


def _sheet(sheet: CalamineSheet) -> list[Block]:
    values = sheet.to_python(skip_empty_area=False)
    width = max((len(row) for row in values), default=0)
    above, left = _covered(sheet)
    covered = above | left
    place = f"工作表“{sheet.name}”"
    rows: list[Row] = []
    for down, row in enumerate(values):
        where = f"{place}第{down + 1}行"
        padded = [*row, *[""] * (width - len(row))]
        rows.append(
            tuple(
                Cell(
                    "" if (down, across) in covered else _text(value),
                    where,
                    merged_above=(down, across) in above,
                    merged_left=(down, across) in left,
                )
                for across, value in enumerate(padded)
            )
        )
    return [Paragraph(sheet.name, place), Grid(tuple(rows), place)] if rows else []


def _covered(sheet: CalamineSheet) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The positions that a merged range covers from above and from the left."""
    above: set[tuple[int, int]] = set()
    left: set[tuple[int, int]] = set()
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        # A range over whole columns is formatting, not a merged cell of the table.
        for down in range(top, min(bottom, top + 2000) + 1):
            for across in range(first, min(last, first + 200) + 1):
                if down > top:
                    above.add((down, across))
                if across > first:
                    left.add((down, across))
    return above, left


def _text(value: _Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.strip() if isinstance(value, str) else str(value)

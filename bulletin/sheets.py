"""A sheet of the annex workbook: official fonts, borders, rows tall enough, and how it prints on A4 landscape."""

from collections.abc import Iterable, Sequence
from copy import copy
from math import ceil

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bulletin.annex import Row, Table
from bulletin.text import cleaned
from ledger.schema import Fonts

__all__ = ["Styles", "put_rows", "put_table", "put_titles", "set_up"]

_LINE, _PADDING, _TALLEST = 15.0, 6.0, 400.0  # points; Excel knows no row taller than 409
_FIRST = 4  # row below name, title and headers
_NARROWEST = 6.0
_MARGINS = {"left": 0.7, "right": 0.7, "top": 0.9, "bottom": 0.8, "header": 0.4, "footer": 0.4}  # inches
_THIN = Side(style="thin")
_PAGE, _PAGE_FONT = "— &P —", "宋体,常规"
_LIVE = ("=", "+", "-", "@")


class Styles:
    """The looks of cells, each made once: openpyxl takes long to compare fonts and borders cell by cell."""

    def __init__(self, fonts: Fonts) -> None:
        border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
        self._made: dict[tuple[str, bool], StyleArray] = {}
        self._looks: dict[str, tuple[Font, Border]] = {
            "text": (Font(name=fonts.body, size=10.5), border),
            "head": (Font(name=fonts.heading, size=10.5), border),
            "section": (Font(name=fonts.heading, size=10.5), border),
            "subsection": (Font(name=fonts.subheading, size=10.5), border),
            "title": (Font(name=fonts.title, size=22), Border()),
            "name": (Font(name=fonts.heading, size=16), Border()),
        }

    def put(
        self, sheet: Worksheet, row: int, column: int, value: object, look: str = "text", *, centred: bool = False
    ) -> None:
        """Write a cell; a text is a text whatever it begins with, also after somebody has edited it."""
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            cell.value = cleaned(value)
            cell.data_type = "s"
        elif value is not None:
            cell.value = value  # type: ignore[assignment]
        cell._style = copy(self._style(cell, look, centred))  # type: ignore[union-attr]
        if isinstance(value, str) and value.startswith(_LIVE):
            cell.quotePrefix = True

    def merge(self, sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], look: str = "text") -> None:
        """Join cells from row to row and from column to column; only the first of them has a value.

        openpyxl's own merge_cells takes longer than everything else together.
        """
        for row in range(rows[0], rows[1] + 1):
            for column in range(columns[0], columns[1] + 1):
                if (row, column) != (rows[0], columns[0]):
                    self.put(sheet, row, column, None, look)
        first, last = (f"{get_column_letter(columns[end])}{rows[end]}" for end in (0, 1))
        sheet.merged_cells.add(f"{first}:{last}")

    def _style(self, cell: Cell | MergedCell, look: str, centred: bool) -> StyleArray:
        if (look, centred) not in self._made:
            cell.font, cell.border = self._looks[look]
            cell.alignment = Alignment(horizontal="center" if centred else None, vertical="center", wrap_text=True)
            self._made[look, centred] = copy(cell._style)  # type: ignore[union-attr]
        return self._made[look, centred]


def put_titles(sheet: Worksheet, name: str, title: str, heads: Sequence[tuple[str, float]], styles: Styles) -> None:
    """附件1, its title over the whole width, the header row that repeats on every page; widths and frozen panes."""
    for row, (text, look, height) in enumerate(((name, "name", 24.0), (title, "title", 40.0)), 1):
        styles.put(sheet, row, 1, text, look, centred=look == "title")
        styles.merge(sheet, (row, row), (1, len(heads)), look)
        sheet.row_dimensions[row].height = height
    for column, (text, width) in enumerate(heads, 1):
        styles.put(sheet, 3, column, text, "head", centred=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(width, _NARROWEST)
    sheet.row_dimensions[3].height = 2 * _LINE + _PADDING
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"


def put_table(sheet: Worksheet, annex: Table, styles: Styles) -> None:
    """The annex as it is printed, its merged cells too."""
    put_titles(sheet, annex.name, annex.title, [(head.title, head.width) for head in annex.heads], styles)
    spans: list[list[tuple[int, int]]] = [[] for _ in annex.heads]  # of each column, from row to row
    number = _FIRST
    for row in annex.rows:
        if row.kind != "task":
            _put_section(sheet, number, len(annex.heads), row, styles)
            number += 1
            continue
        last = number + _fit(sheet, number, row.cells, [head.width for head in annex.heads]) - 1
        for index, (head, text) in enumerate(zip(annex.heads, row.cells, strict=True)):
            joined = index in row.joined
            start = spans[index].pop()[0] if joined else number
            spans[index].append((start, last))
            if not joined:
                styles.put(sheet, number, index + 1, text, centred=head.centred)
        number = last + 1
    for index, rows in enumerate(spans, 1):
        for start, end in rows:
            if start < end:
                styles.merge(sheet, (start, end), (index, index))
    set_up(sheet)


def put_rows(sheet: Worksheet, rows: Iterable[Sequence[object]], widths: Sequence[float], styles: Styles) -> list[int]:
    """Plain rows below the headers; the number of each."""
    number, numbers = _FIRST, []
    for row in rows:
        numbers.append(number)
        height = _fit(sheet, number, ["" if value is None else str(value) for value in row], widths)
        for column, value in enumerate(row, 1):
            styles.put(sheet, number, column, value)
            if height > 1:
                styles.merge(sheet, (number, number + height - 1), (column, column))
        number += height
    return numbers


def set_up(sheet: Worksheet) -> None:
    """A4 landscape, as wide as the paper, page numbers as in official documents."""
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(**_MARGINS)
    sheet.print_options.horizontalCentered = True
    footer = sheet.HeaderFooter
    footer.differentOddEven = True
    footer.oddFooter = HeaderFooterItem(right=_HeaderFooterPart(text=_PAGE, font=_PAGE_FONT, size=14))
    footer.evenFooter = HeaderFooterItem(left=_HeaderFooterPart(text=_PAGE, font=_PAGE_FONT, size=14))


def _put_section(sheet: Worksheet, number: int, columns: int, row: Row, styles: Styles) -> None:
    styles.put(sheet, number, 1, row.cells[0], row.kind)
    styles.merge(sheet, (number, number), (1, columns), row.kind)
    sheet.row_dimensions[number].height = _LINE + _PADDING


def _fit(sheet: Worksheet, number: int, texts: Sequence[str], widths: Sequence[float]) -> int:
    """Give the text of a row the height that it takes; how many rows of the sheet that is."""
    lines = max((_lines(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
    height = lines * _LINE + _PADDING
    rows = ceil(height / _TALLEST)
    for row in range(number, number + rows):
        sheet.row_dimensions[row].height = round(height / rows, 1)
    return rows


def _lines(text: str, width: float) -> int:
    room = max(2, int(max(width, _NARROWEST)) - 1)
    return sum(max(1, ceil(_halves(line) / room)) for line in text.split("\n"))


def _halves(text: str) -> int:
    return len(text.encode("gbk", errors="replace"))  # one byte a half-width character, two a full-width one

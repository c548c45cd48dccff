"""The same table written as Word and Excel files, for tests that compare the forms."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.table import Table
from openpyxl import Workbook

Lines = Sequence[Sequence[str]]
DOWN = "↑"  # a cell merged with the one above


def docx_bytes(parts: Sequence[tuple[str, Lines]], *, header_every: int = 0) -> bytes:
    """A document with a title paragraph and a table for each part.

    Rows of one cell are merged over the whole width, cells of ``DOWN`` with the cell above; the first row is
    repeated after every ``header_every`` rows, as old documents repeat their headers by hand.
    """
    document = Document()
    for title, lines in parts:
        document.add_paragraph(title)
        rows = _with_headers(lines, header_every)
        table = document.add_table(rows=len(rows), cols=len(lines[0]))
        _fill(table, rows)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx_bytes(parts: Sequence[tuple[str, Lines]]) -> bytes:
    """A workbook with one sheet for each part: a merged title row, then the table, merged as in `docx_bytes`."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, (title, lines) in enumerate(parts, 1):
        sheet = book.create_sheet(f"表{number}")
        width = len(lines[0])
        for down, row in enumerate([[title], *lines], 1):
            for across, text in enumerate(row, 1):
                if text != DOWN:
                    sheet.cell(down, across, int(text) if text.isdigit() else text or None)
            if len(row) == 1:
                sheet.merge_cells(start_row=down, end_row=down, start_column=1, end_column=width)
        for down, bottom, across in _merges([[title], *lines]):
            sheet.merge_cells(start_row=down + 1, end_row=bottom + 1, start_column=across + 1, end_column=across + 1)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls_bytes(parts: Sequence[tuple[str, Lines]]) -> bytes:
    """The same as a workbook of Excel 97."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for number, (title, lines) in enumerate(parts, 1):
        sheet = book.add_sheet(f"表{number}")
        rows = [[title], *lines]
        merged = {(down, across): bottom for down, bottom, across in _merges(rows)}
        for down, row in enumerate(rows):
            for across, text in enumerate(row):
                if len(row) == 1:
                    sheet.write_merge(down, down, 0, len(lines[0]) - 1, text)
                elif (down, across) in merged:
                    sheet.write_merge(down, merged[down, across], across, across, text)
                elif text != DOWN:
                    sheet.write(down, across, int(text) if text.isdigit() else text)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _with_headers(lines: Lines, every: int) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [lines[0]]
    for number, row in enumerate(lines[1:], 1):
        # a header never stands inside a merged cell
        if every and number % every == 0 and DOWN not in row:
            rows.append(lines[0])
        rows.append(row)
    return rows


def _fill(table: Table, rows: Lines) -> None:
    grid = [list(row.cells) for row in table.rows]
    for down, row in enumerate(rows):
        for across, text in enumerate(row):
            if text != DOWN:
                grid[down][across].text = text
        if len(row) == 1:
            grid[down][0].merge(grid[down][-1])
    for down, bottom, across in _merges(rows):
        grid[down][across].merge(grid[bottom][across])


def _merges(rows: Lines) -> list[tuple[int, int, int]]:
    found = []
    for across in range(max(map(len, rows))):
        down = 0
        while down < len(rows):
            bottom = down
            while bottom + 1 < len(rows) and len(rows[bottom + 1]) > across and rows[bottom + 1][across] == DOWN:
                bottom += 1
            if bottom > down:
                found.append((down, bottom, across))
            down = bottom + 1
    return found

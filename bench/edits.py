"""The lossless editor against openpyxl doing the same, in one run."""

import io
import statistics
import time
from collections.abc import Callable, Iterator

import openpyxl

from sync.workspace import packaged
from xlsx import Book, Value

ROWS, TIMES = 100, 7
SHEET, MODEL = "任务填报", 5
TEXT = "截至8月底，完成年度任务的70.5%，其余项目正在按计划推进。"


def measure_edits() -> Iterator[tuple[str, str]]:
    """Ratios of medians; above 1 the editor is faster."""
    template = packaged("unit.xlsx")
    rows: list[dict[int, Value]] = [dict.fromkeys(range(2, 10), f"{TEXT}{row}") for row in range(ROWS)]
    ours, theirs = _paired(lambda: _fill(template, rows), lambda: _fill_openpyxl(template, rows))
    yield f"fill {ROWS} rows of a unit workbook, openpyxl / ours", f"{theirs / ours:.1f}×"
    filled = _fill(template, rows)
    cells = {f"G{row}": TEXT for row in range(MODEL, MODEL + 30)}
    ours, theirs = _paired(lambda: _put(filled, cells), lambda: _put_openpyxl(filled, cells))
    yield "change 30 cells, openpyxl / ours", f"{theirs / ours:.1f}×"


def _paired(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Medians of both, measured by turns so that a busy machine slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES):
        for step, times in zip((ours, theirs), taken, strict=True):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _fill(template: bytes, rows: list[dict[int, Value]]) -> bytes:
    book = Book(template)
    book.fill(SHEET, MODEL, rows)
    return book.save()


def _fill_openpyxl(template: bytes, rows: list[dict[int, Value]]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book[SHEET]
    styles = {column: sheet.cell(MODEL, column)._style for column in range(1, sheet.max_column + 1)}
    for number, row in enumerate(rows, MODEL):
        for column, style in styles.items():
            cell = sheet.cell(number, column)
            cell._style = style
            cell.value = row.get(column)
    return _saved(book)


def _put(data: bytes, cells: dict[str, str]) -> bytes:
    book = Book(data)
    for ref, text in cells.items():
        book.put(SHEET, ref, text)
    return book.save()


def _put_openpyxl(data: bytes, cells: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for ref, text in cells.items():
        book[SHEET][ref] = text
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

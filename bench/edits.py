"""The lossless editor against openpyxl doing the same, in one run."""

import io
from collections.abc import Iterator

import openpyxl

from bench.timing import paired
from sync.workspace import packaged
from xlsx import Book, Value

ROWS, CHANGED = 186, 30
SHEET, MODEL = "问题清单", 5
TEXT = "截至8月底，完成年度任务的70.5%，其余项目正在按计划推进。"


def measure_edits() -> Iterator[tuple[str, str]]:
    """Ratio of medians; above 1 the editor is faster."""
    rows: list[dict[int, Value]] = [dict.fromkeys(range(1, 6), f"{TEXT}{row}") for row in range(ROWS)]
    book = Book(packaged("master.xlsx"))
    book.fill(SHEET, MODEL, rows)
    master = book.save()
    cells = {f"{letter}{row}": TEXT for row in range(MODEL, MODEL + CHANGED) for letter in "BCDE"}
    ours, theirs = paired(lambda: _put(master, cells), lambda: _put_openpyxl(master, cells))
    yield f"change {CHANGED}×4 of {ROWS} rows in a master, openpyxl / ours", f"{theirs / ours:.1f}×"


def _put(data: bytes, cells: dict[str, str]) -> bytes:
    book = Book(data)
    for ref, text in cells.items():
        book.put(SHEET, ref, text)
    return book.save()


def _put_openpyxl(data: bytes, cells: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for ref, text in cells.items():
        book[SHEET][ref] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

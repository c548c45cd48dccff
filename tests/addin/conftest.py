"""Excel for the tests of the add-in: the functions are called as VBA calls them."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from windows import Area, Sheet, windows

ROOT = Path(__file__).resolve().parents[2]
Formats = Mapping[tuple[int, int], str]
Call = Callable[..., list[list[object]]]


@pytest.fixture(scope="module")
def excel() -> Iterator[SimpleNamespace]:
    """xlwings' modules for Windows, and our functions registered with them."""
    with windows() as modules:
        yield modules
    assert "win32com" not in sys.modules or sys.platform == "win32"


@pytest.fixture(scope="module")
def call(excel: SimpleNamespace) -> Call:
    """Call a function as the cell of a workbook does; what Excel would show, row by row."""

    def called(name: str, *arguments: object, path: str = "工作簿1") -> list[list[object]]:
        given = list(arguments)
        missing = len(getattr(excel.functions, name).__xlfunc__["args"]) - len(given)
        sheet = next((one.Worksheet for one in given if isinstance(one, Area)), Sheet([[None]], path=path))
        told = excel.com_server.XLPython().CallUDF(
            "addin.functions", name, tuple(given + [-2147352572] * missing), sheet.Parent, Area(sheet, 1, 9, 1, 1)
        )
        rows = told if isinstance(told, list) else [told]  # of a single row or cell xlwings takes the brackets off
        return rows if isinstance(rows[0], list) else [rows]

    return called


@pytest.fixture(scope="session")
def columns() -> Callable[..., list[Area]]:
    """Rows as they stand in a sheet, and the range of each column."""

    def made(rows: Sequence[Sequence[object]], formats: Formats | None = None, path: str = "工作簿1") -> list[Area]:
        sheet = Sheet(rows, formats, path)
        return [Area(sheet, 1, column, len(rows), 1) for column in range(1, len(rows[0]) + 1)]

    return made

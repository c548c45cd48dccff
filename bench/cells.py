"""The add-in's functions over 1,000 rows, through xlwings' own layer with Windows' modules pretended.

What a call from Excel to Python costs besides (some milliseconds each) is not in it: that needs Windows.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bench.timing import paired
from ledger.schema import load_schema
from sync.workspace import default_schema

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "addin"))
from windows import MISSING, Area, Sheet, windows

ROWS = 1000
DAY = datetime(2022, 8, 31)


def measure_cells() -> Iterator[tuple[str, str]]:
    """Medians, and how much longer as many calls for single cells take."""
    with windows() as modules:
        server = modules.com_server.XLPython()

        def call(name: str, *arguments: object) -> None:
            here = Area(figures, 1, 9, 1, 1)
            server.CallUDF("addin.functions", name, arguments, figures.Parent, here)

        def rates(first: int, rows: int) -> None:
            call("DC_RATE", *(Area(figures, first, column, rows, 1) for column in (1, 2, 3, 5)))

        figures = Sheet([["达到", 100.0 + row, 75.43, DAY, "亿元"] for row in range(ROWS)])
        tasks = Sheet(_tasks())
        width = len(tasks.rows[0])
        whole = (Area(tasks, 1, 1, 1, width), Area(tasks, 2, 1, ROWS, width), MISSING)
        one, single = paired(lambda: rates(1, ROWS), lambda: [rates(row, 1) for row in range(1, ROWS + 1)])
        yield f"DC_RATE over {ROWS} rows", f"{one * 1000:.0f} ms"
        yield f"DC_RATE, {ROWS} single calls / one range", f"{single / one:.1f}×"
        check, _ = paired(_step(call, "DC_CHECK", *whole), lambda: None)
        yield f"DC_CHECK over {ROWS} rows", f"{check * 1000:.0f} ms"


def _step(call: Callable[..., None], *arguments: object) -> Callable[[], None]:
    return lambda: call(*arguments)


def _tasks() -> list[list[object]]:
    """A header with every column that units fill, and rows as they fill them."""
    schema = load_schema(default_schema())
    columns = [schema.columns[key] for key in schema.owned("unit")]
    texts = {"text": "已开工，进展顺利，年底前全部通车。" * 5, "date": "2022.12.31"}
    row: list[object] = [texts.get(column.type, "正常推进") for column in columns]
    return [[column.title for column in columns], *[row] * ROWS]

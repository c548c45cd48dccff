"""What the tests of typing and re-saving share: the workspace's words and where things stand in a unit workbook."""

from pathlib import Path

import openpyxl
from clerk import HEADER_ROW, SHEET

from ledger.schema import load_schema
from sync.master import open_master
from sync.workspace import Workspace, default_schema

UNIT = "交通局"
GUIDE = "填报说明"
FIRST = HEADER_ROW + 1
MINE, SECOND, LAST = FIRST, FIRST + 1, FIRST + 2  # row SECOND is reported by another unit, this one may add to it
LIMIT = 12
SCHEMA = (
    default_schema()
    .replace("max_length: 1000", f"max_length: {LIMIT}")  # short enough to be typed past its end
    .replace("    max_length: 2000\n", "")
    .replace(
        "  remarks: {title: 本办备注",
        "  figure: {title: 完成数, owner: unit, type: number}\n  remarks: {title: 本办备注",
    )
)
_LOADED = load_schema(SCHEMA)
WORDS = {key: _LOADED.choices(key) for key in ("change", "status", "stage")}  # what each list must offer
HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
ROWS = (
    ("1.新建改建农村公路60公里。", "林  岚", "交通局", "各乡镇（街道）", "", ""),
    ("2.新增学位3000个，改造校舍5万平方米。", "林  岚", "教育局\n交通局", "财政局", "", ""),
    ("3.改造危桥5座。", "方  远", "交通局", "各乡镇（街道）", "", ""),
)


def dumped() -> str:
    """A document as the plain-text dumps of web pages print it: every cell on a line of its own, after a tab."""
    return "附件1\n" + "\n".join("".join(f"\t{cell}\n" for cell in row) for row in (HEADERS, *ROWS))


def issued(place: Workspace, unit: str = UNIT) -> Path:
    (path,) = (place.root / "outbox" / unit).glob("*.xlsx")
    return path


def columns(path: Path) -> dict[str, str]:
    """Column letters of the tasks' sheet by hidden key."""
    keys = openpyxl.load_workbook(path)[SHEET][HEADER_ROW - 1]
    return {str(cell.value): cell.column_letter for cell in keys if cell.value}


def guide_cell(path: Path, label: str) -> str:
    """The cell to the right of a label on the first sheet."""
    found = next(cell for row in openpyxl.load_workbook(path)[GUIDE] for cell in row if cell.value == label)
    return str(found.offset(0, 1).coordinate)


def texts(place: Workspace) -> dict[tuple[str, str], str]:
    """All that the master says in the units' columns, by task id and column key."""
    master = open_master(place)
    keys = place.schema.owned("unit")
    return {(task.id, key): master.text(task.id, key) for task in place.journal.tasks() for key in keys}

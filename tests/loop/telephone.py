"""What the office does with sheet 代填: it types in what a unit told it, and looks what became of it."""

import os
from collections.abc import Mapping
from datetime import date, datetime

import openpyxl
from clerk import PERIOD, edit, fill
from openpyxl.worksheet.worksheet import Worksheet

from sync.intake import sync_once
from sync.master import open_master
from sync.publish import Published
from sync.returns import UnitState, unit_states
from sync.workspace import Workspace

ROAD, SCHOOL = "A1-001", "A1-002"
SHEET, KEYS, FIRST = "代填", 3, 5
BOOKED = "已入账（2022年8月）"
CALL: Mapping[str, object] = {
    "unit": "交通局",
    "ref": "附件1：1",
    "change": "有进展",
    "progress": "已完成38公里。",
    "status": "正常推进",
    "channel": "电话",
    "received": date(2022, 9, 3),
}


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[KEYS] if cell.value}


def put(sheet: Worksheet, row: int, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        sheet.cell(row, columns(sheet)[key]).value = value


def enter(place: Workspace, row: int = FIRST, **changed: object) -> None:
    """The office types the call into a row of 代填, with what is ``changed`` of it."""
    edit(place.master, lambda book: put(book[SHEET], row, {**CALL, **changed}))


def change(place: Workspace, row: int = FIRST, **values: object) -> None:
    edit(place.master, lambda book: put(book[SHEET], row, values))


def shown(place: Workspace, key: str, row: int = FIRST) -> object:
    sheet = openpyxl.load_workbook(place.master)[SHEET]
    return sheet.cell(row, columns(sheet)[key]).value


def state(place: Workspace, row: int = FIRST) -> object:
    return shown(place, "state", row)


def text(place: Workspace, task: str = ROAD, key: str = "progress") -> str:
    return open_master(place).text(task, key)


def send(place: Workspace, unit: str, progress: str, *, arrived: datetime, name: str = "报来.xlsx") -> None:
    """``unit`` sends its workbook, which arrives at a time."""
    source = next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    target = place.root / "inbox" / unit / name
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": progress})
    os.utime(target, (arrived.timestamp(), arrived.timestamp()))
    sync_once(place)


def unit_state(place: Workspace, unit: str) -> UnitState:
    return next(item for item in unit_states(place, PERIOD) if item.unit == unit)


def codes(done: Published) -> list[str]:
    return [item.code for item in done.findings]

"""Plays 安平市's units: fills the workbooks that were handed out as clerks would, with their mistakes.

Works on files alone, like the clerks: it opens each workbook of the outbox, types, and saves it into the inbox.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from importlib.resources import files
from math import ceil
from os import utime
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["DOCUMENT", "answer_returns", "indicators", "send_all"]

DOCUMENT = "责任分工表.docx"
_SHEET, _HEADER_ROW = "任务填报", 4
_TITLES = {"progress": "进展情况", "problems": "存在问题", "status": "落实情况", "help": "需协调事项"}
_TAG = re.compile(r"[A-Z2-7]+\.A(\d+)-(\d+(?:\.\d+)?)\.")


def send_all(workspace: Path, period: str, due: date) -> None:
    """Every unit answers the workbook of ``period`` in ``workspace``'s outbox, some of them wrongly.

    ``due`` is the last day for reports: good units send before it, late ones after.
    """
    plan = _plan()
    on_time = datetime.combine(due - timedelta(days=2), datetime.min.time()).replace(hour=10)
    for folder in sorted((workspace / "outbox").iterdir()):
        unit, habits = folder.name, plan["behaviours"].get(folder.name, {})
        source = next((path for path in folder.iterdir() if _is_of(path, period)), None)
        if not source or habits.get("silent"):
            continue
        target = workspace / "inbox" / unit / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if wrong := habits.get("wrong_file"):
            other = next(path for path in (workspace / "outbox" / wrong).iterdir() if _is_of(path, period))
            _fill(other, target, wrong, period, plan, {})
        elif habits.get("wrong_period") and (older := [path for path in sorted(folder.iterdir()) if path != source]):
            shutil.copy(older[0], target)
        elif habits.get("twice"):
            first = target.with_name(f"{target.stem}（第一次）.xlsx")
            _fill(source, first, unit, period, plan, {"first": habits["first"]})
            _stamp(first, on_time - timedelta(hours=20))
            _fill(source, target, unit, period, plan, {})
        else:
            _fill(source, target, unit, period, plan, habits)
        if habits.get("broken"):
            target.write_bytes(target.read_bytes()[:5000])
        _stamp(target, on_time + timedelta(days=5 if habits.get("late") else 0))


def indicators() -> list[tuple[str | float, ...]]:
    """What the office types into sheet 指标: reference, name, kind, target and unit of measure."""
    keys = ("ref", "name", "kind", "target", "measure")
    return [tuple(item[key] for key in keys) for item in _plan()["indicators"]]


def answer_returns(workspace: Path, period: str, due: date) -> list[str]:
    """The units whose workbook came back send a right one; their names are returned."""
    plan, units = _plan(), []
    for folder in sorted((workspace / "returned").iterdir()):
        source = next(path for path in (workspace / "outbox" / folder.name).iterdir() if _is_of(path, period))
        target = workspace / "inbox" / folder.name / f"{source.stem}（更正）.xlsx"
        _fill(source, target, folder.name, period, plan, {})
        _stamp(target, datetime.combine(due, datetime.min.time()).replace(hour=16))
        units.append(folder.name)
    return units


def _plan() -> Any:
    return yaml.safe_load((files("examples.anping") / "填报.yaml").read_text(encoding="utf-8"))


def _is_of(path: Path, period: str) -> bool:
    year, month = period.split("-")
    return f"{year}年{int(month)}月" in path.name


def _fill(source: Path, target: Path, unit: str, period: str, plan: Any, habits: Mapping[str, Any]) -> None:
    book = openpyxl.load_workbook(source)
    sheet = book[_SHEET]
    reports, parts = plan["periods"][period]["reports"], plan["periods"][period].get("parts", {})
    for key, cells in _rows(sheet):
        report = reports.get(key, {})
        if report.get("unit") == unit:
            said = {**report, "change": "已完成" if report["status"] == "已完成" else "有进展"}
        elif part := parts.get(key, {}).get(unit):
            said = {**part, "change": "有进展"}
        else:
            said = {"change": "无补充"}
        _type(cells, key, said, habits)
        _fit(sheet, cells)
    _type_figures(book["指标填报"], unit, period, plan["indicators"])
    guide = book["填报说明"]
    for name, word in {"dc_filler": "填表人", "dc_phone": "0700-7654321", "dc_approver": "分管负责人"}.items():
        guide[book.defined_names[name].attr_text.split("!")[1].replace("$", "")] = word
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


def _type(cells: Mapping[str, Cell], key: str, said: Mapping[str, Any], habits: Mapping[str, Any]) -> None:
    """Type one row, then make the mistakes that this unit makes in it."""
    cells["本期情况"].value = said["change"]
    for name, title in _TITLES.items():
        if said.get(name):
            cells[title].value = str(said[name])
    if due := said.get("due"):
        cells["预计完成时间"].value = due
    progress = cells["进展情况"]
    if key in habits.get("first", {}):
        progress.value = habits["first"][key]
    if key in habits.get("blank", []):
        progress.value = None
    if key in habits.get("bad_status", {}):
        cells["落实情况"].value = habits["bad_status"][key]
    if key == habits.get("formula"):
        progress.value = habits["text"]
    if key == habits.get("changes_locked"):
        cells["具体工作任务和要求"].value = habits["text"]


def _type_figures(sheet: Worksheet, unit: str, period: str, indicators: list[dict[str, Any]]) -> None:
    """Type 完成值 and 截至日期 beside the names of the unit's indicators."""
    titles = {str(cell.value): cell.column for cell in sheet[_HEADER_ROW] if cell.value}
    mine = {item["name"]: item for item in indicators if item["unit"] == unit}
    for row in range(_HEADER_ROW + 1, sheet.max_row + 1):
        if item := mine.get(str(sheet.cell(row, titles["指标名称"]).value)):
            sheet.cell(row, titles["完成值"]).value = item["actual"].get(period)
            sheet.cell(row, titles["截至日期"]).value = item.get("as_of", {}).get(period)


def _fit(sheet: Worksheet, cells: Mapping[str, Cell]) -> None:
    """Make the row as tall as Excel would while one types."""
    lines = [
        len(str(cells[title].value or "")) / (sheet.column_dimensions[cells[title].column_letter].width / 2 - 1)
        for title in _TITLES.values()
    ]
    row = sheet.row_dimensions[cells["进展情况"].row]
    row.height = min(409, max(row.height or 0, 16 * ceil(max(lines)) + 8))


def _rows(sheet: Worksheet) -> Iterator[tuple[str, dict[str, Cell]]]:
    """Each task's key in 填报.yaml (``1:12``, ``2:3.1``) and its cells by column title."""
    titles = {cell.column: str(cell.value) for cell in sheet[_HEADER_ROW] if cell.value}
    for row in sheet.iter_rows(min_row=_HEADER_ROW + 1):
        if found := _TAG.match(str(row[0].value)):
            number = ".".join(str(int(part)) for part in found[2].split("."))
            yield (
                f"{found[1]}:{number}",
                {titles[cell.column]: cell for cell in row if isinstance(cell, Cell) and cell.column in titles},
            )


def _stamp(path: Path, when: datetime) -> None:
    utime(path, (when.timestamp(), when.timestamp()))

"""Filling a real unit workbook of 100 tasks against openpyxl and XlsxWriter making the same one."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from bench.timing import paired
from ledger.schema import load_schema
from sync.records import Issue
from sync.unit import FIRST, TASKS, UnitTemplate
from sync.workspace import default_schema, packaged

ROWS = 100
KEY = "0" * 64
TEXT = "完成县道改造提升60公里、农村公路新建改建120公里，打通断头路3条，年底前全部通车。"
LAST = "截至8月底，完成路基工程的70.5%，路面工程的48%，其余路段正在按计划推进，预计11月底完工。"


def measure_unit() -> Iterator[tuple[str, str]]:
    """Ratios of medians; above 1 ours is faster. Templates are arranged once for all units and not counted."""
    template = UnitTemplate(load_schema(default_schema()), packaged("unit.xlsx"))
    rows = {
        f"A1-{number:03d}": {"ref": f"附件1：{number}", "text": TEXT, "lead_units": "交通局", "last": LAST}
        for number in range(1, ROWS + 1)
    }
    issue = Issue(id="ABCDEFGHIJKL", unit="交通局", period="2022-09", rows=rows, reporter=frozenset(rows))
    due = date(2022, 10, 5)
    made = template.workbook(issue, KEY, due)
    content, arranged = _content(made), _emptied(made)
    ours, theirs = paired(lambda: template.workbook(issue, KEY, due), lambda: _by_xlsxwriter(content))
    yield f"unit workbook of {ROWS} tasks, XlsxWriter / ours", f"{theirs / ours:.1f}×"
    ours, theirs = paired(lambda: template.workbook(issue, KEY, due), lambda: _by_openpyxl(arranged, content))
    yield f"unit workbook of {ROWS} tasks, openpyxl / ours", f"{theirs / ours:.1f}×"


def _content(data: bytes) -> list[dict[str, Any]]:
    """Everything that XlsxWriter must say again, read once outside the measurement."""
    return [_sheet(sheet) for sheet in openpyxl.load_workbook(io.BytesIO(data))]


def _sheet(sheet: Worksheet) -> dict[str, Any]:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    return {
        "name": sheet.title,
        "cells": [(cell.row - 1, cell.column - 1, cell.value, _look(cell)) for cell in cells],
        "widths": [(name, column.width, column.hidden) for name, column in sheet.column_dimensions.items()],
        "heights": [(row - 1, height) for row, found in sheet.row_dimensions.items() if (height := found.height)],
        "rules": [
            (str(rule.sqref), rule.type, rule.formula1, rule.prompt, rule.error)
            for rule in sheet.data_validations.dataValidation
        ],
        "protected": sheet.protection.sheet,
    }


def _look(cell: Cell | MergedCell) -> tuple[tuple[str, Any], ...]:
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
    look = {
        "font_name": cell.font.name,
        "font_size": cell.font.sz,
        "bold": bool(cell.font.b),
        "text_wrap": bool(cell.alignment.wrap_text),
        "valign": "top" if cell.alignment.vertical == "top" else "vcenter",
        "border": 1 if cell.border.left and cell.border.left.style else 0,
        "locked": bool(cell.protection.locked),
        "num_format": cell.number_format,
        **({"bg_color": f"#{fill[-6:]}"} if isinstance(fill, str) else {}),
    }
    return tuple(look.items())


def _by_xlsxwriter(content: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    looks: dict[Any, Any] = {}
    for part in content:
        sheet = book.add_worksheet(part["name"])
        for row, column, value, look in part["cells"]:
            if look not in looks:
                looks[look] = book.add_format(dict(look))
            sheet.write(row, column, value, looks[look])
        for name, width, hidden in part["widths"]:
            sheet.set_column(f"{name}:{name}", width, None, {"hidden": hidden})
        for row, height in part["heights"]:
            sheet.set_row(row, height)
        for area, kind, formula, prompt, error in part["rules"]:
            if kind == "list":
                told = {"input_message": prompt, "error_message": error}
                sheet.data_validation(area, {"validate": "list", "source": f"={formula}", **told})
        if part["protected"]:
            sheet.protect()
    book.close()
    return out.getvalue()


def _emptied(data: bytes) -> bytes:
    """The same workbook without its tasks: what openpyxl would take as its template."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[TASKS].delete_rows(FIRST + 1, ROWS)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _by_openpyxl(template: bytes, content: list[dict[str, Any]]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template))
    for part in content:
        sheet = book[part["name"]]
        styles = {cell.column: cell._style for cell in sheet[FIRST]} if part["name"] == TASKS else {}
        for row, column, value, _ in part["cells"]:
            cell = sheet.cell(row + 1, column + 1)
            if isinstance(cell, MergedCell):
                continue
            cell.value = value
            if row + 1 > FIRST and column + 1 in styles:
                cell._style = styles[column + 1]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

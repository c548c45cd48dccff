"""What a clerk does with a unit workbook: open it, type under the headers, save it. Through openpyxl."""

import os
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from ledger.period import Period

SHEET, HEADER_ROW = "任务填报", 4
PERIOD = Period.parse("2022-08")  # what the small workspaces collect

Typed = Mapping[str, object]


def fill(source: Path, target: Path, answer: Callable[[dict[str, str]], Typed]) -> None:
    """Save ``source`` as ``target`` with every row answered.

    ``answer`` gets a row's texts by column title (and its task id as ``id``) and returns what to type by title.
    """
    book = openpyxl.load_workbook(source)
    sheet = book[SHEET]
    titles = {str(cell.value): cell.column for cell in sheet[HEADER_ROW] if cell.value}
    for row in range(HEADER_ROW + 1, sheet.max_row + 1):
        tag = sheet.cell(row, 1).value
        if not tag:
            continue
        texts = {title: str(sheet.cell(row, column).value or "") for title, column in titles.items()}
        texts["id"] = str(tag).split(".", 1)[1].rsplit(".", 1)[0]
        for title, value in answer(texts).items():
            sheet.cell(row, titles[title]).value = value
    guide = book["填报说明"]
    for name in ("dc_filler", "dc_phone", "dc_approver"):
        if name in book.defined_names:
            guide[book.defined_names[name].attr_text.split("!")[1].replace("$", "")].value = "王宁"
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


def edit(path: Path, change: Callable[[Workbook], None]) -> None:
    """Open a workbook, change it as somebody would, save it in place."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def type_at(path: Path, sheet: str, ref: str, value: object) -> None:
    """Type one cell of a workbook, as somebody would, and save it."""

    def typed(book: Workbook) -> None:
        book[sheet][ref].value = value

    edit(path, typed)


def cell_at(path: Path, sheet: str, key: str, task: str, *, key_row: int = 3, id_column: int = 1) -> str:
    """The address of one task's cell in a master, by hidden key and id."""
    found = openpyxl.load_workbook(path)[sheet]
    column = next(cell for cell in found[key_row] if cell.value == key).column_letter
    row = next(row[0].row for row in found.iter_rows(min_col=id_column, max_col=id_column) if row[0].value == task)
    return f"{column}{row}"


def save_at(path: Path, saved: datetime, arrived: datetime) -> None:
    """Let the workbook say that it was saved at one time (UTC), and the file system that it arrived at another."""
    parts = {}
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    core = parts["docProps/core.xml"].decode()
    told = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{saved:%Y-%m-%dT%H:%M:%SZ}", core)
    assert told.count(f"{saved:%Y-%m-%dT%H:%M:%SZ}") == 1
    parts["docProps/core.xml"] = told.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    os.utime(path, (arrived.timestamp(), arrived.timestamp()))

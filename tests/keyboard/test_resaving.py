"""Unit workbooks that went through other programs and busy hands: the same report, or a clear refusal."""

from collections.abc import Callable
from copy import copy
from datetime import date
from pathlib import Path

import pytest
from clerk import HEADER_ROW, SHEET, edit, fill
from desk import FIRST, LAST, MINE, SECOND, UNIT, issued, texts
from office import Office
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync.intake import sync_once
from sync.workspace import Workspace

pytestmark = pytest.mark.office

ANSWERS: dict[str, dict[str, object]] = {
    "A1-001": {
        "本期情况": "有进展",
        "进展情况": "截至8月底：\n1.已完成38公里，占63.3%；\n2.“四好”路 <5段> & 0038号桥。",
        "存在问题": "=资金缺口1200万元",
        "落实情况": "正常推进",
        "形象进度": "主体施工",
        "预计完成时间": date(2022, 12, 31),
        "需协调事项": "2022.10",
        "完成数": 38.5,
    },
    "A1-002": {"本期情况": "有进展", "进展情况": "通学道路已开工。"},
    "A1-003": {"本期情况": "无变化", "进展情况": "　正在招标，𠮷安桥除外。", "预计完成时间": "2022年11月5日"},
}
ARRIVES = {
    ("A1-001", "change"): "有进展",
    ("A1-001", "progress"): ANSWERS["A1-001"]["进展情况"],
    ("A1-001", "problems"): "=资金缺口1200万元",
    ("A1-001", "status"): "正常推进",
    ("A1-001", "stage"): "主体施工",
    ("A1-001", "due"): "2022-12-31",
    ("A1-001", "support"): "2022.10",
    ("A1-001", "figure"): "38.5",
    ("A1-003", "change"): "无变化",
    ("A1-003", "progress"): "正在招标，𠮷安桥除外。",
    ("A1-003", "due"): "2022-11-05",
}


def filled(place: Workspace, folder: Path) -> Path:
    """The unit's workbook, answered; still on the clerk's own disk."""
    path = folder / "填好.xlsx"
    fill(issued(place), path, lambda row: ANSWERS[row["id"]])

    def keep_text(book: Workbook) -> None:
        # what was typed into a text cell is no formula
        for row in book[SHEET].iter_rows(min_row=FIRST):
            for cell in row:
                if str(cell.value).startswith("=资"):
                    cell.data_type = "s"

    edit(path, keep_text)
    return path


def as_it_is(book: Workbook) -> None:
    """Opened and saved."""


def relabelled(book: Workbook) -> None:
    """Headers in the clerk's own words, sheet renamed."""
    for number, cell in enumerate(book[SHEET][HEADER_ROW]):
        cell.value = f"第{number}栏"
    book[SHEET].title = "交通局8月"


def reordered(book: Workbook) -> None:
    """All columns in reverse order, the hidden one with them."""
    rearranged(book[SHEET], lambda columns: columns[::-1])


def inserted(book: Workbook) -> None:
    """Own columns with content at the left edge and in the middle."""
    sheet = book[SHEET]
    own: list[object] = [None] * (HEADER_ROW - 1) + ["科室", "公路科", "教育科", "桥梁科"]
    rearranged(sheet, lambda columns: [own, *columns[:7], own, *columns[7:]])


def filtered(book: Workbook) -> None:
    """A filter with hidden rows."""
    sheet = book[SHEET]
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{sheet.cell(LAST, sheet.max_column).coordinate}"
    sheet.auto_filter.add_filter_column(3, ["没有这样的"])
    for row in (MINE, SECOND):
        sheet.row_dimensions[row].hidden = True


def spaced(book: Workbook) -> None:
    """Blank rows between the tasks, and under the header."""
    for row in (LAST, SECOND, MINE):
        book[SHEET].insert_rows(row, 2)


def copied(book: Workbook) -> None:
    """The sheet alone in a new book: every cell, the hidden column and the row of keys too."""
    source = book[SHEET]
    target = book.create_sheet("Sheet1")
    for row in source.iter_rows():
        for cell in row:
            new = target[cell.coordinate]
            new.value, new.data_type, new.number_format = cell.value, cell.data_type, cell.number_format
            new.font, new.alignment = copy(cell.font), copy(cell.alignment)
    target.column_dimensions["A"].hidden = True
    target.row_dimensions[HEADER_ROW - 1].hidden = True
    for sheet in book.worksheets:
        if sheet is not target:
            book.remove(sheet)
    for name in list(book.defined_names):
        del book.defined_names[name]


def rearranged(sheet: Worksheet, order: Callable[[list[list[object]]], list[list[object]]]) -> None:
    """Put the columns from the row of keys on into another order, as values."""
    top = HEADER_ROW - 1
    area = list(sheet.iter_rows(min_row=top))
    wanted = order([[(cell.value, cell.data_type) for cell in column] for column in zip(*area, strict=True)])
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for column, cells in enumerate(wanted, 1):
        for row, item in enumerate(cells, top):
            cell = sheet.cell(row, column)
            cell.value, kind = item if isinstance(item, tuple) else (item, "s")
            if isinstance(cell.value, str):
                cell.data_type = kind


CHANGES = (as_it_is, relabelled, reordered, inserted, filtered, spaced, copied)


@pytest.mark.parametrize("program", ["openpyxl", "LibreOffice"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_changed_workbooks_say_the_same(
    office: Office, handed_out: Workspace, tmp_path: Path, change: Callable[[Workbook], None], program: str
) -> None:
    """Whatever was done to the sheet's looks and whoever saved it, the same texts arrive in the master."""
    path = filled(handed_out, tmp_path)
    edit(path, change)
    target = handed_out.root / "inbox" / UNIT / "报表.xlsx"
    if program == "LibreOffice":
        office.resave(path, target, "xlsx")
    else:
        target.write_bytes(path.read_bytes())
    (taken,) = sync_once(handed_out).decided
    expected = ["rows_hidden"] if change is filtered else []
    assert [(found.code, found.message) for found in taken.findings if found.code not in expected] == []
    assert (taken.verdict, [found.code for found in taken.findings]) == ("accepted", expected)
    said = texts(handed_out)
    assert {place: said[place] for place in ARRIVES} == ARRIVES
    assert "通学道路已开工。" in said["A1-002", "progress"]


@pytest.mark.parametrize("ending", ["xls", "et", "xlsx"])
def test_an_old_workbook_says_the_same(office: Office, handed_out: Workspace, tmp_path: Path, ending: str) -> None:
    """Saved in the format of before 2007, whatever the file is called: tags, texts and dates arrive."""
    saved = office.resave(filled(handed_out, tmp_path), tmp_path / "另存.xls", "xls")
    (handed_out.root / "inbox" / UNIT / f"报表.{ending}").write_bytes(saved.read_bytes())
    (taken,) = sync_once(handed_out).decided
    assert [found.message for found in taken.findings] == []
    assert taken.verdict == "accepted"
    said = texts(handed_out)
    assert {place: said[place] for place in ARRIVES} == ARRIVES


@pytest.mark.parametrize("ending", ["ods", "xlsx"])
def test_other_formats_are_refused(office: Office, handed_out: Workspace, tmp_path: Path, ending: str) -> None:
    """Another format is named as what it is, whatever the file is called, and nothing of it is taken."""
    name = f"报表.{ending}"
    saved = office.resave(filled(handed_out, tmp_path), tmp_path / "另存.ods", "ods")
    (handed_out.root / "inbox" / UNIT / name).write_bytes(saved.read_bytes())
    (refused,) = sync_once(handed_out).decided
    (found,) = refused.findings
    assert (refused.verdict, found.code) == ("returned", "file_unreadable")
    assert "OpenDocument" in found.message
    assert name in found.message
    assert ".xlsx" in found.remedy
    assert set(texts(handed_out).values()) == {""}

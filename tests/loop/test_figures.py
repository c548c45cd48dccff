"""Indicators: typed by the office, handed to the reporter, judged on return, computed in the master."""

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, edit, fill
from office import Office
from openpyxl.workbook import Workbook

from ducha.export import as_json
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.parcels import FOLDER, remind
from sync.periods import open_period
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

GOOD = {"本期情况": "有进展", "进展情况": "正常推进。"}
KEYS = ("ref", "name", "kind", "target", "measure")
ROAD = ("附件1：1", "新建改建农村公路", "达到", 60, "公里")
DEBT = ("1：1", "单位成本", "控制在以内", 120, "万元/公里")


def type_indicators(place: Workspace, *rows: tuple[object, ...]) -> None:
    """The office types rows into sheet 指标, from the model row on."""

    def typed(book: Workbook) -> None:
        sheet = book["指标"]
        columns = {cell.value: cell.column for cell in sheet[3]}
        for number, row in enumerate(rows, 5):
            for key, value in zip(KEYS, row, strict=True):
                sheet.cell(number, columns[key]).value = value

    edit(place.master, typed)


def answer(place: Workspace, *figures: tuple[object, object], name: str = "报表.xlsx") -> Path:
    """交通局 fills its workbook, with 完成值 and 截至日期 for each indicator."""
    source = next((place.root / "outbox" / "交通局").iterdir())
    target = place.root / "inbox" / "交通局" / name
    fill(source, target, lambda _: GOOD)

    def typed(book: Workbook) -> None:
        sheet = book["指标填报"]
        columns = {cell.value: cell.column for cell in sheet[3]}
        for number, (actual, as_of) in enumerate(figures, 5):
            sheet.cell(number, columns["actual"]).value = actual
            sheet.cell(number, columns["as_of"]).value = as_of

    edit(target, typed)
    return target


def shown(place: Workspace, row: int = 5) -> dict[str, object]:
    sheet = openpyxl.load_workbook(place.master)["指标"]
    return {str(key.value): cell.value for key, cell in zip(sheet[3], sheet[row], strict=True)}


@pytest.fixture
def asked(handed_out: Workspace) -> Workspace:
    """Two indicators of 交通局's task, handed out."""
    type_indicators(handed_out, ROAD, DEBT)
    done = distribute(handed_out, PERIOD)
    assert [path.parent.name for path in done.written] == ["交通局"]
    return handed_out


def test_the_reporter_is_asked(asked: Workspace) -> None:
    """The sheet shows only where there are indicators; ids are given once and stand in the master."""
    workbooks = {path.parent.name: openpyxl.load_workbook(path) for path in (asked.root / "outbox").glob("*/*")}
    states = {unit: book["指标填报"].sheet_state for unit, book in workbooks.items()}
    assert states == {"交通局": "visible", "教育局": "hidden", "住建局": "hidden"}
    sheet = workbooks["交通局"]["指标填报"]
    assert [cell.value for cell in sheet[5][1:6]] == ["附件1：1", "新建改建农村公路", "达到", 60, "公里"]
    assert [shown(asked, row)["id"] for row in (5, 6)] == ["A1-001#1", "A1-001#2"]


def test_figures_come_back(asked: Workspace) -> None:
    """完成值 and 截至日期 are merged; rate, schedule, lead and light follow as values."""
    answer(asked, (38, "2022-08-31"), ("135", None))
    sync_once(asked)
    road, cost = shown(asked, 5), shown(asked, 6)
    assert (road["actual"], road["reporter"], road["light"]) == (38, "交通局", "黄")
    assert [round(float(str(road[key])), 4) for key in ("rate", "scheduled", "lead")] == [0.6333, 0.6667, -3.3333]
    assert (cost["actual"], cost["rate"], cost["light"]) == (135, None, "红")
    before = asked.master.read_bytes()
    sync_once(asked)
    assert asked.master.read_bytes() == before


def test_the_formulas_say_the_same(asked: Workspace, office: Office) -> None:
    """What the clerk sees in the workbook is what the master will show."""
    path = answer(asked, (38, "2022-08-31"), ("135", None))
    row = office.values(path)["指标填报"][4]
    sync_once(asked)
    road = shown(asked, 5)
    assert [round(float(value), 9) for value in row[9:12]] == [road[key] for key in ("rate", "scheduled", "lead")]
    assert row[12] == road["light"]
    assert not row[13]


@pytest.mark.parametrize(
    ("figure", "codes"),
    [
        (("三十八", None), {"number_unclear"}),
        (("38公里", None), {"number_unclear"}),
        ((38, "八月底"), {"date_unclear"}),
        (("=1+1", None), {"cell_formula"}),
    ],
)
def test_wrong_figures_come_back(asked: Workspace, figure: tuple[object, object], codes: set[str]) -> None:
    """A figure is digits, a date is a date."""
    answer(asked, figure, (100, None))
    (bad,) = sync_once(asked).decided
    assert (bad.verdict, {item.code for item in bad.findings}) == ("returned", codes)
    assert all(item.sheet == "指标填报" for item in bad.findings)
    assert shown(asked)["actual"] is None


def test_a_missing_figure_is_a_warning(asked: Workspace) -> None:
    """Many figures come once a quarter: an empty one does not send the workbook back."""
    answer(asked, (38, None), (None, None))
    (good,) = sync_once(asked).decided
    assert (good.verdict, [item.code for item in good.findings]) == ("accepted", ["indicator_empty"])
    assert shown(asked, 6)["light"] == "灰"


def test_a_newer_workbook_can_take_a_figure_back(asked: Workspace) -> None:
    """What the newest workbook leaves empty is no longer said."""
    answer(asked, (38, "2022-08-31"), (100, None))
    sync_once(asked)
    answer(asked, (None, None), (100, None), name="更正.xlsx")
    sync_once(asked)
    assert (shown(asked, 5)["actual"], shown(asked, 6)["actual"]) == (None, 100)


def test_rows_that_cannot_be_used(handed_out: Workspace) -> None:
    """A reference, a kind or a target that is none is told with its row, and the others go on."""
    wrong = (
        ("附件9：1", "甲", "达到", 1, "个"),
        ("附件1：1", "乙", "大于", 1, "个"),
        ("附件1：1", "丙", "达到", "若干", ""),
    )
    type_indicators(handed_out, *wrong, ROAD)
    done = distribute(handed_out, PERIOD)
    assert {"indicator_task", "indicator_kind", "indicator_target"} <= {item.code for item in done.findings}
    assert shown(handed_out, 8)["id"] == "A1-001#1"


def test_typed_rows_look_like_the_first(asked: Workspace) -> None:
    """Rows that the office typed below the model row get its borders, colours and number formats."""
    sheet = openpyxl.load_workbook(asked.master)["指标"]
    for first, second in zip(sheet[5], sheet[6], strict=True):
        assert (second.border.left.style, second.fill.fgColor.rgb, second.number_format) == (
            first.border.left.style, first.fill.fgColor.rgb, first.number_format,
        )  # fmt: skip


def test_a_new_period_starts_empty(asked: Workspace) -> None:
    """The figures go into the archive, and the next workbook shows them as 上期完成值."""
    answer(asked, (38, "2022-08-31"), (100, None))
    sync_once(asked)
    september = Period.parse("2022-09")
    open_period(asked, september)
    assert (shown(asked)["actual"], shown(asked)["light"]) == (None, "灰")
    distribute(asked, september)
    path = next((asked.root / "outbox" / "交通局").glob("*9月*"))
    sheet = openpyxl.load_workbook(path)["指标填报"]
    assert sheet.cell(5, 7).value == 38
    open_period(asked, PERIOD)
    assert shown(asked)["actual"] == 38


def test_export_names_the_indicators(asked: Workspace) -> None:
    """Other programs get name, target, unit and what was reached."""
    answer(asked, (38, "2022-08-31"), (100, None))
    sync_once(asked)
    task = json.loads(as_json(asked, take_snapshot(asked, None)))["tasks"][0]
    assert task["indicators"][0] == {
        "id": "A1-001#1", "name": "新建改建农村公路", "kind": "amount", "target": 60, "unit": "公里", "source": "报告",
        "actual": "38", "as_of": "2022-08-31",
    }  # fmt: skip


def test_everything_in_one_parcel(asked: Workspace) -> None:
    """One zip of all workbooks, and for each unit a message ready to paste."""
    with zipfile.ZipFile(asked.root / FOLDER / "2022年8月填报表.zip") as package:
        assert package.namelist() == [f"{unit}/{unit}_2022年8月填报表.xlsx" for unit in ("交通局", "教育局", "住建局")]
        assert package.testzip() is None
    notice = (asked.root / FOLDER / "2022年8月下发通知.txt").read_bytes().decode("utf-8-sig")
    assert "交通局：请填报2022年8月重点工作进展（任务1项、量化指标2项），于2022年9月5日前把附件" in notice
    assert len(notice.split("\r\n\r\n")) == 4


def test_what_came_back_and_who_is_missing(asked: Workspace) -> None:
    """Returned workbooks in one zip with messages; reminders for those whose report is not accepted."""
    answer(asked, ("三十八", None), (1, None))
    sync_once(asked)
    with zipfile.ZipFile(asked.root / FOLDER / "2022年8月退回.zip") as package:
        assert [name.split("/")[0] for name in package.namelist()] == ["交通局"]
    assert "交通局：贵单位报来的" in (asked.root / FOLDER / "2022年8月退回通知.txt").read_text("utf-8-sig")
    assert remind(asked, PERIOD) == ["交通局", "教育局", "住建局"]
    with zipfile.ZipFile(asked.root / FOLDER / "2022年8月催报.zip") as package:
        assert [name.split("/")[0] for name in package.namelist()] == ["交通局", "教育局", "住建局"]
    assert "住建局：" in (asked.root / FOLDER / "2022年8月催报通知.txt").read_text("utf-8-sig")


def test_the_register_of_what_was_handed_out(asked: Workspace) -> None:
    """Every issue stands in 发放登记; what the office notes beside it stays."""
    edit(asked.master, lambda book: book["发放登记"].__setitem__("F5", "张三"))
    sync_once(asked)
    sheet = openpyxl.load_workbook(asked.master)["发放登记"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[0] for row in rows] == ["交通局", "教育局", "住建局", "交通局"]
    assert (rows[0][1], rows[0][2], rows[0][5]) == ("2022年8月", 1, "张三")

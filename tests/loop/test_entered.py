"""Sheet 代填: what arrives by telephone or on paper is the unit's report, exactly once."""

from collections.abc import Mapping
from datetime import date, datetime

import openpyxl
import pytest
from clerk import PERIOD, cell_at, edit
from openpyxl.workbook import Workbook
from telephone import (
    BOOKED,
    CALL,
    FIRST,
    ROAD,
    SCHOOL,
    SHEET,
    change,
    codes,
    columns,
    enter,
    put,
    send,
    shown,
    state,
    text,
)

from ledger.period import Period
from ledger.roster import Roster
from sync.distribute import distribute
from sync.entered_check import EnteredCheck, Typed, moment
from sync.intake import sync_once
from sync.periods import open_period
from sync.publish import publish
from sync.snapshot import disagreements, take_snapshot
from sync.table import Row
from sync.workspace import Workspace


def test_a_call_is_the_units_report(handed_out: Workspace) -> None:
    """The call stands in the task's row, its source is told, and journal and master agree."""
    enter(handed_out)
    done = sync_once(handed_out).published
    assert (text(handed_out), text(handed_out, key="status")) == ("已完成38公里。", "正常推进")
    assert (shown(handed_out, "id"), state(handed_out), codes(done)) == ("代1", BOOKED, [])
    assert {source for *_, source in done.changes} == {"交通局（代填·电话）"}
    line = next(line for line in take_snapshot(handed_out, None).lines if line.task.id == ROAD)
    assert line.entries["交通局"]["progress"] == "已完成38公里。"
    assert disagreements(handed_out) == ([], [])


def test_once_and_for_all(handed_out: Workspace) -> None:
    """The second pass changes no byte, nothing is told twice, and the office may reword the cell."""
    enter(handed_out)
    publish(handed_out)
    before = handed_out.master.read_bytes()
    assert (publish(handed_out).changes, handed_out.master.read_bytes()) == ([], before)
    cell = cell_at(handed_out.master, "附件1", "progress", ROAD)
    edit(handed_out.master, lambda book: book["附件1"].__setitem__(cell, "截至8月底，完成38公里。"))
    assert (publish(handed_out).conflicts, text(handed_out)) == (0, "截至8月底，完成38公里。")


def test_two_leads_one_by_telephone(handed_out: Workspace) -> None:
    """A part that was told by telephone stands beside the other unit's."""
    enter(handed_out, unit="住建局", ref="1：2", progress="改造4万平方米。", channel="传真")
    send(handed_out, "教育局", "新增2500个。", arrived=datetime(2022, 9, 4))
    assert text(handed_out, SCHOOL) == "1.教育局：新增2500个。\n2.住建局：改造4万平方米。"


def test_a_text_like_a_formula_is_data(handed_out: Workspace) -> None:
    """It goes through as text."""

    def type_it(book: Workbook) -> None:
        put(book[SHEET], FIRST, CALL)
        cell = book[SHEET].cell(FIRST, columns(book[SHEET])["progress"])
        cell.value, cell.data_type = "=HYPERLINK(1)", "s"

    edit(handed_out.master, type_it)
    publish(handed_out)
    cell = openpyxl.load_workbook(handed_out.master)["附件1"][cell_at(handed_out.master, "附件1", "progress", ROAD)]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_an_alias_is_the_unit(handed_out: Workspace) -> None:
    """The name by which the roster also knows a unit."""
    rows = openpyxl.load_workbook(handed_out.master)["单位名录"]
    row = next(cell.row for cell in rows["A"] if cell.value == "交通局")
    edit(handed_out.master, lambda book: book["单位名录"].cell(row, columns(rows)["aliases"], "市交运局"))
    enter(handed_out, unit="市交运局")
    publish(handed_out)
    assert handed_out.journal.entries(str(PERIOD))[ROAD].keys() == {"交通局"}


@pytest.mark.parametrize("unit", ["财政局", "有关部门"])
def test_anybody_whom_ledger_or_task_names(handed_out: Workspace, unit: str) -> None:
    """A unit of the roster need not be asked about the task; a collective name must stand in the task."""
    enter(handed_out, unit=unit, ref="附件1：3")
    assert codes(publish(handed_out)) == []
    assert text(handed_out, "A1-003") == "已完成38公里。"


# what is wrong with a row


FAULTS: tuple[tuple[Mapping[str, object], str], ...] = (
    ({"unit": None}, "请填写填报单位"),
    ({"unit": "交通菊"}, "交通菊不是单位名录里的单位"),
    ({"unit": "各乡镇（街道）", "ref": "附件1：2"}, "各乡镇（街道）不是单位名录里的单位"),
    ({"ref": None}, "请填写序号"),
    ({"ref": "附件1：99"}, "附件1：99对不上任务"),
    ({"channel": None}, "请填写渠道"),
    ({"received": None}, "请填写收到时间"),
    ({"received": "上周五"}, "收到时间请写成2022-09-03或2022-09-03 15:30"),
    ({"received": date(2021, 9, 3)}, "收到时间不像2022年8月报送的时间，请核对"),
    ({"received": date(2202, 9, 3)}, "收到时间不像2022年8月报送的时间，请核对"),
    ({"progress": None}, "请填写进展情况"),
    ({"progress": None, "change": None, "status": None}, "请填写进展情况"),
    ({"unit": "财政局", "progress": None, "change": None, "status": None}, "请填写进展情况"),
    ({"status": "基本完成"}, "落实情况请从列表里选"),
    ({"due": "年底前"}, "预计完成时间请写成2022-12-31这样的日期"),
    ({"change": "无补充"}, "本单位是第一牵头单位，不能选无补充"),
    ({"unit": "财政局", "change": "无补充"}, "选了无补充就不要再填内容"),
    ({"ref": "附件1：99", "received": None}, "附件1：99对不上任务；请填写收到时间"),
)


def test_faulty_rows_are_told_and_not_used(handed_out: Workspace) -> None:
    """Everything that is wrong with a row stands in 状态 and in one finding; nothing is recorded, nor told anew."""

    def type_them(book: Workbook) -> None:
        for row, (changed, _) in enumerate(FAULTS, FIRST):
            put(book[SHEET], row, {**CALL, **changed})

    edit(handed_out.master, type_them)
    done = publish(handed_out)
    sheet = openpyxl.load_workbook(handed_out.master)[SHEET]
    rows = range(FIRST, FIRST + len(FAULTS))
    assert [sheet.cell(row, columns(sheet)["state"]).value for row in rows] == [told for _, told in FAULTS]
    assert [sheet.cell(row, columns(sheet)["id"]).value for row in rows] == [None] * len(FAULTS)
    assert {(item.code, item.severity, item.sheet) for item in done.findings} == {("entered_row", "warning", SHEET)}
    assert f"第5行没有入账：{FAULTS[0][1]}；请改好后重新汇总。" in done.findings[0].message
    assert handed_out.journal.entries(str(PERIOD)) == {}
    before = handed_out.master.read_bytes()
    assert codes(publish(handed_out)) == ["entered_row"] * len(FAULTS)
    assert handed_out.master.read_bytes() == before


def test_the_first_faulty_cell_is_named(handed_out: Workspace) -> None:
    """For programs that lead people there."""
    enter(handed_out, ref="附件1：99", channel=None)
    assert publish(handed_out).findings[0].cell == "C5"


def test_a_row_put_right_is_used(handed_out: Workspace) -> None:
    """Its fault goes from 状态."""
    enter(handed_out, received=None)
    publish(handed_out)
    change(handed_out, received="2022年9月3日下午3点")
    assert codes(publish(handed_out)) == []
    assert (state(handed_out), text(handed_out)) == (BOOKED, "已完成38公里。")


def test_last_periods_text_again(handed_out: Workspace) -> None:
    """As in the unit's workbook: it needs the word 无变化."""
    enter(handed_out)
    publish(handed_out)
    september = Period.parse("2022-09")
    open_period(handed_out, september)
    distribute(handed_out, september)
    enter(handed_out, FIRST + 1, received=date(2022, 10, 3))
    publish(handed_out)
    assert state(handed_out, FIRST + 1) == "进展情况还是上期文字，请改写，确无变化的选无变化"
    change(handed_out, FIRST + 1, change="无变化")
    publish(handed_out)
    assert state(handed_out, FIRST + 1) == "已入账（2022年9月）"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (date(2022, 9, 3), "2022-09-03"),
        (datetime(2022, 9, 3, 15, 30), "2022-09-03T15:30"),
        (datetime(2022, 9, 3, 15, 29, 59, 999_000), "2022-09-03T15:30"),
        (44807.0, "2022-09-03"),
        (44807.645833333, "2022-09-03T15:30"),
        ("2022-9-3", "2022-09-03"),
        ("2022.9.3 8:05", "2022-09-03T08:05"),
        ("2022-09-03 15:30:20", "2022-09-03T15:30"),
        ("2022-09-03T15:30", "2022-09-03T15:30"),
        ("2022年9月3日", "2022-09-03"),
        ("２０２２年９月３日15：30", "2022-09-03T15:30"),
        ("2022年9月3日上午9时", "2022-09-03T09:00"),
        ("2022年9月3日 下午3点20分", "2022-09-03T15:20"),
        ("2022-09-31", None),
        ("2022-09-03 25:00", None),
        ("9月3日", None),
        ("2022", None),
        (2022, None),
        ("", None),
        (None, None),
    ],
)
def test_the_time_of_receipt(typed: object, read: str | None) -> None:
    """As a date, as a point in time, or in words."""
    assert moment(typed) == read


def test_tasks_that_are_linked_or_over(handed_out: Workspace) -> None:
    """A report goes to the task under which the same work is reported; one that has ended takes none."""
    road, school, saving = handed_out.journal.tasks()
    tasks = [road, school.model_copy(update={"linked": ROAD}), saving.model_copy(update={"ended": "8月起撤销"})]
    roster = Roster.bootstrap(tasks)
    check = EnteredCheck(handed_out.schema, tasks, {ROAD: "交通局"}, roster, {}, PERIOD)
    texts = {key: str(value) for key, value in CALL.items()}
    linked, over = (Typed(Row(5, {}), {**texts, "ref": ref}, "2022-09-03") for ref in ("附件1：2", "附件1：3"))
    row = check.usable(linked)
    assert row is not None
    assert (row.task, row.unit) == (ROAD, "交通局")
    assert check.usable(over) is None
    assert list(check.faults(over)) == [("ref", "附件1：3已不再填报（8月起撤销）；")]

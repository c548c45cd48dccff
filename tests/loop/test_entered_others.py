"""代填 beside what the unit itself sends, from period to period, and who counts as having reported."""

from datetime import date, datetime

import openpyxl
import pytest
from clerk import PERIOD, cell_at, edit, fill
from telephone import BOOKED, CALL, FIRST, ROAD, SCHOOL, SHEET, change, enter, send, shown, state, text, unit_state

from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.parcels import remind
from sync.periods import open_period
from sync.publish import publish
from sync.snapshot import take_snapshot
from sync.workspace import Workspace


def test_a_newer_workbook_wins(handed_out: Workspace) -> None:
    """What the unit itself sends later stands, also after the row was looked at again."""
    enter(handed_out)
    publish(handed_out)
    send(handed_out, "交通局", "已完成40公里。", arrived=datetime(2022, 9, 5, 9))
    assert (text(handed_out), state(handed_out)) == ("已完成40公里。", "单位已另报，以单位为准")
    before = handed_out.master.read_bytes()
    publish(handed_out)
    assert handed_out.master.read_bytes() == before
    assert unit_state(handed_out, "交通局").word == "已采用"


def test_a_workbook_that_leaves_the_task_empty(handed_out: Workspace) -> None:
    """The newest report is the whole report: what was said by telephone before is over."""
    enter(handed_out, unit="住建局", ref="附件1：2", progress="改造4万平方米。")
    publish(handed_out)
    source = next((handed_out.root / "outbox" / "住建局").iterdir())
    fill(source, handed_out.root / "inbox" / "住建局" / "报来.xlsx", lambda _: {"本期情况": "无补充"})
    sync_once(handed_out)
    assert (text(handed_out, SCHOOL), state(handed_out)) == ("", "单位已另报，以单位为准")


@pytest.mark.parametrize(
    ("received", "stands"),
    [
        (date(2022, 9, 4), "已完成38公里。"),
        (datetime(2022, 9, 3, 15, 31), "已完成38公里。"),
        (datetime(2022, 9, 3, 15, 30), "已完成40公里。"),
        (date(2022, 9, 3), "已完成40公里。"),
        (date(2022, 9, 2), "已完成40公里。"),
    ],
)
def test_the_true_time_of_receipt_decides(handed_out: Workspace, received: date, stands: str) -> None:
    """Typed in after the workbook came; without an hour the workbook of the same day stands."""
    send(handed_out, "交通局", "已完成40公里。", arrived=datetime(2022, 9, 3, 15, 30))
    enter(handed_out, received=received)
    publish(handed_out)
    assert text(handed_out) == stands
    assert state(handed_out) == (BOOKED if stands == CALL["progress"] else "单位已另报，以单位为准")


def test_the_later_of_two_calls(handed_out: Workspace) -> None:
    """In whatever order they were typed."""
    enter(handed_out, received=date(2022, 9, 5), progress="已完成42公里。")
    enter(handed_out, FIRST + 1)
    publish(handed_out)
    assert text(handed_out) == "已完成42公里。"
    assert (state(handed_out), state(handed_out, FIRST + 1)) == (BOOKED, "已有更新的填报")
    edit(handed_out.master, lambda book: book[SHEET].delete_rows(FIRST))
    publish(handed_out)
    assert (text(handed_out), state(handed_out)) == ("已完成38公里。", BOOKED)


def test_a_returned_workbook_changes_nothing(handed_out: Workspace) -> None:
    """Only an accepted one counts, and who has told all by telephone need not send it again."""
    enter(handed_out)
    send(handed_out, "交通局", "", arrived=datetime(2022, 9, 5))
    assert (text(handed_out), state(handed_out)) == ("已完成38公里。", BOOKED)
    assert unit_state(handed_out, "交通局").word == "代填"


def test_the_next_period(handed_out: Workspace) -> None:
    """A row stays with the period in which it was recorded, whatever becomes of it."""
    enter(handed_out)
    publish(handed_out)
    september = Period.parse("2022-09")
    open_period(handed_out, september)
    change(handed_out, progress="已完成50公里。", received=date(2022, 10, 3))
    publish(handed_out)
    assert (text(handed_out), text(handed_out, key="last")) == ("", "已完成38公里。")
    assert state(handed_out) == f"{BOOKED}，此后的改动没有采用，新的填报请另起一行"
    enter(handed_out, FIRST + 1, id="代1", progress="已完成45公里。", received=date(2022, 10, 3))
    publish(handed_out)
    assert [shown(handed_out, "id", row) for row in (FIRST, FIRST + 1)] == ["代1", "代2"]
    assert text(handed_out) == "已完成45公里。"
    edit(handed_out.master, lambda book: book[SHEET].delete_rows(FIRST))
    publish(handed_out)
    assert handed_out.journal.entries(str(PERIOD))[ROAD]["交通局"]["progress"] == "已完成38公里。"


# who has reported


def test_who_has_told_all_has_reported(handed_out: Workspace) -> None:
    """The state is 代填 with the true time, late by it, and nobody is reminded of it."""
    enter(handed_out, received=datetime(2022, 9, 5, 18, 0))
    publish(handed_out)
    told = unit_state(handed_out, "交通局")
    assert (told.word, told.received, told.late, told.reported) == ("代填", "2022-09-05 18:00", False, True)
    assert remind(handed_out, PERIOD) == ["教育局", "住建局"]
    assert take_snapshot(handed_out, None).missing == ("教育局", "住建局")
    sheet = openpyxl.load_workbook(handed_out.master)["报送情况"]
    assert [cell.value for cell in sheet[5]][:4] == ["交通局", 1, "代填", "2022-09-05 18:00"]
    change(handed_out, received=date(2022, 9, 6))
    publish(handed_out)
    assert unit_state(handed_out, "交通局").late


def test_who_only_adds_a_part(handed_out: Workspace) -> None:
    """A unit that answers for no task of its own has reported with what it adds."""
    enter(handed_out, unit="住建局", ref="附件1：2")
    publish(handed_out)
    assert unit_state(handed_out, "住建局").word == "代填"


def test_who_has_told_a_part_is_reminded(handed_out: Workspace) -> None:
    """教育局 answers for two tasks and has told of one."""
    cell = cell_at(handed_out.master, "附件1", "reporter", "A1-003")
    edit(handed_out.master, lambda book: book["附件1"].__setitem__(cell, "教育局"))
    distribute(handed_out, PERIOD)
    enter(handed_out, unit="教育局", ref="附件1：2")
    publish(handed_out)
    assert unit_state(handed_out, "教育局").word == "部分代填"
    assert remind(handed_out, PERIOD) == ["交通局", "教育局", "住建局"]
    notices = (handed_out.root / "发放" / "2022年8月催报通知.txt").read_text(encoding="utf-8-sig")
    assert "教育局：2022年8月重点工作进展应于2022年9月5日前报送，至今没有收齐，请尽快填好发回。" in notices
    enter(handed_out, FIRST + 1, unit="教育局", ref="附件1：3")
    publish(handed_out)
    assert unit_state(handed_out, "教育局").word == "代填"

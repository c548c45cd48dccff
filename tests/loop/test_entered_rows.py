"""Rows of 代填 that change, move, are copied and go."""

from datetime import date, datetime

import pytest
from clerk import PERIOD, edit
from openpyxl.workbook import Workbook
from telephone import BOOKED, CALL, FIRST, KEYS, ROAD, SCHOOL, SHEET, change, codes, enter, send, shown, state, text

from sync.preview import put_master
from sync.publish import publish
from sync.workspace import Workspace


def test_a_changed_row_replaces(handed_out: Workspace) -> None:
    """Its new text is the unit's report, under the same id."""
    enter(handed_out)
    publish(handed_out)
    change(handed_out, progress="已完成39公里。")
    publish(handed_out)
    assert (text(handed_out), shown(handed_out, "id")) == ("已完成39公里。", "代1")
    change(handed_out, ref="附件1：2", unit="教育局")
    publish(handed_out)
    assert (text(handed_out), text(handed_out, SCHOOL)) == ("", "已完成39公里。")


def test_a_row_changed_for_the_worse(handed_out: Workspace) -> None:
    """What it recorded stays until it is right again."""
    enter(handed_out)
    publish(handed_out)
    change(handed_out, received=None, progress="已完成39公里。")
    assert codes(publish(handed_out)) == ["entered_row"]
    assert text(handed_out) == "已完成38公里。"
    assert state(handed_out) == "请填写收到时间；改好前仍以上次入账的内容为准"
    change(handed_out, received=date(2022, 9, 3))
    publish(handed_out)
    assert (text(handed_out), state(handed_out)) == ("已完成39公里。", BOOKED)


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_a_row_that_is_gone_is_withdrawn(handed_out: Workspace, how: str) -> None:
    """The cell is empty again; what is typed next is a new row."""
    enter(handed_out)
    publish(handed_out)
    if how == "deleted":
        edit(handed_out.master, lambda book: book[SHEET].delete_rows(FIRST))
    else:
        change(handed_out, **dict.fromkeys(CALL))
    done = publish(handed_out)
    assert (text(handed_out), state(handed_out), shown(handed_out, "id")) == ("", None, None)
    assert {source for *_, source in done.changes} == {"交通局（代填已撤回）"}
    enter(handed_out, progress="已完成40公里。")
    publish(handed_out)
    assert (text(handed_out), shown(handed_out, "id")) == ("已完成40公里。", "代2")


def test_a_withdrawn_row_gives_way_to_the_workbook_before_it(handed_out: Workspace) -> None:
    """The unit's own report was only covered."""
    send(handed_out, "交通局", "已完成30公里。", arrived=datetime(2022, 9, 1))
    enter(handed_out)
    publish(handed_out)
    assert text(handed_out) == "已完成38公里。"
    edit(handed_out.master, lambda book: book[SHEET].delete_rows(FIRST))
    publish(handed_out)
    assert text(handed_out) == "已完成30公里。"


def test_an_undone_deletion(handed_out: Workspace) -> None:
    """The row that comes back with its id is recorded again."""
    enter(handed_out)
    publish(handed_out)
    saved = handed_out.master.read_bytes()
    edit(handed_out.master, lambda book: book[SHEET].delete_rows(FIRST))
    publish(handed_out)
    handed_out.master.write_bytes(saved)
    publish(handed_out)
    assert (text(handed_out), shown(handed_out, "id"), state(handed_out)) == ("已完成38公里。", "代1", BOOKED)


def test_moved_rows_and_columns(handed_out: Workspace) -> None:
    """Rows swapped, a column of the office's own between them: nothing happens."""
    enter(handed_out)
    enter(handed_out, FIRST + 1, unit="教育局", ref="附件1：2", progress="新增2500个。")
    publish(handed_out)

    def rearrange(book: Workbook) -> None:
        sheet = book[SHEET]
        rows = [[cell.value for cell in sheet[row]] for row in (FIRST, FIRST + 1)]
        for row, values in zip((FIRST + 1, FIRST + 9), rows, strict=True):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column).value = value
        for cell in sheet[FIRST]:
            cell.value = None
        sheet.insert_cols(3)

    edit(handed_out.master, rearrange)
    assert publish(handed_out).changes == []
    assert [(shown(handed_out, "id", row), state(handed_out, row)) for row in (FIRST + 1, FIRST + 9)] == [
        ("代1", BOOKED),
        ("代2", BOOKED),
    ]


@pytest.mark.parametrize("above", [False, True])
def test_a_copied_row_is_a_new_row(handed_out: Workspace, *, above: bool) -> None:
    """A row copied with its hidden id and changed gets an id of its own, wherever the copy stands."""
    old, new = (FIRST + 1, FIRST) if above else (FIRST, FIRST + 1)
    enter(handed_out, old)
    publish(handed_out)
    enter(handed_out, new, id="代1", unit="教育局", ref="附件1：2", progress="新增2500个。")
    publish(handed_out)
    assert (shown(handed_out, "id", old), shown(handed_out, "id", new)) == ("代1", "代2")
    assert (text(handed_out), text(handed_out, SCHOOL)) == ("已完成38公里。", "新增2500个。")
    before = handed_out.master.read_bytes()
    publish(handed_out)
    assert handed_out.master.read_bytes() == before


def test_a_faulty_copy_loses_the_id(handed_out: Workspace) -> None:
    """So that it is recorded as a row of its own once it is right."""
    enter(handed_out)
    publish(handed_out)
    enter(handed_out, FIRST + 1, id="代1", ref="附件1：99")
    publish(handed_out)
    assert (shown(handed_out, "id", FIRST + 1), state(handed_out, FIRST + 1)) == (None, "附件1：99对不上任务")
    assert state(handed_out) == BOOKED


def test_without_its_columns_or_its_sheet(handed_out: Workspace) -> None:
    """A sheet that the office took out, or damaged, withdraws nothing."""
    enter(handed_out)
    publish(handed_out)
    change(handed_out, row=KEYS, ref=None)
    assert codes(publish(handed_out)) == ["entered_column"]
    edit(handed_out.master, lambda book: book.remove(book[SHEET]))
    assert codes(publish(handed_out)) == ["list_missing"]
    assert text(handed_out) == "已完成38公里。"


def test_a_crash_before_the_journal_is_closed(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The master holds an id that the journal does not know: the next pass gives the same one."""
    enter(handed_out)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("sync.publish.put_master", lambda *given: (put_master(*given), crash()))
        with pytest.raises(KeyboardInterrupt):
            publish(handed_out)
    assert (shown(handed_out, "id"), handed_out.journal.entered.all()) == ("代1", [])
    assert publish(handed_out).conflicts == 0
    assert (shown(handed_out, "id"), state(handed_out), text(handed_out)) == ("代1", BOOKED, "已完成38公里。")
    assert handed_out.journal.entries(str(PERIOD))[ROAD].keys() == {"交通局"}

"""The master belongs to the office: it edits, sorts and extends it, and the next merge finds its way."""

from datetime import datetime
from os import utime
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, cell_at, edit, fill
from openpyxl.workbook import Workbook

from ledger.errors import StateError
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.journal import Journal
from sync.master import open_master
from sync.periods import open_period
from sync.publish import publish
from sync.register import register
from sync.returns import unit_states
from sync.snapshot import disagreements, take_snapshot
from sync.workspace import Workspace

ROAD, SCHOOL = "A1-001", "A1-002"
HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
NEW = ("4.改造老旧小区12个。", "林  岚", "住建局", "财政局", "", "")


def report(place: Workspace, unit: str, task: str, text: str, name: str = "") -> None:
    """``unit`` sends its workbook with ``text`` as the progress of ``task`` and something in every other row."""
    source = next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    typed = {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"}
    other = {"本期情况": "有进展", "进展情况": "其他任务正常推进。"}
    target = place.root / "inbox" / unit / (name or source.name)
    fill(source, target, lambda row: typed if row["id"] == task else other)


def progress(place: Workspace, task: str) -> str:
    return open_master(place).text(task, "progress")


def type_into(place: Workspace, task: str, key: str, text: str) -> None:
    cell = cell_at(place.master, "附件1", key, task)
    edit(place.master, lambda book: book["附件1"].__setitem__(cell, text))


def test_a_report_appears_once(handed_out: Workspace) -> None:
    """One report, one cell; the second pass changes no byte."""
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    done = sync_once(handed_out)
    assert progress(handed_out, ROAD) == "已完成38公里。"
    assert {cell for cell, *_ in done.published.changes} >= {(ROAD, "progress"), (ROAD, "status")}
    before = handed_out.master.read_bytes()
    assert sync_once(handed_out).decided == []
    assert handed_out.master.read_bytes() == before


def test_the_newer_version_wins(handed_out: Workspace) -> None:
    """A unit that sends again replaces what it said."""
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    sync_once(handed_out)
    report(handed_out, "交通局", ROAD, "已完成40公里。", name="更正.xlsx")
    sync_once(handed_out)
    assert progress(handed_out, ROAD) == "已完成40公里。"


def test_a_correction_after_the_due_day_is_not_late(handed_out: Workspace) -> None:
    """What counts is when the unit first reported acceptably; the newest version is the one that is shown."""
    due = handed_out.schema.due_day(PERIOD)
    for days, name, text in ((-1, "首次.xlsx", "已完成38公里。"), (3, "更正.xlsx", "已完成39公里。")):
        report(handed_out, "交通局", ROAD, text, name=name)
        when = datetime.combine(due, datetime.min.time()).timestamp() + days * 86400
        utime(handed_out.root / "inbox" / "交通局" / name, (when, when))
        sync_once(handed_out)
    (state,) = [state for state in unit_states(handed_out, PERIOD) if state.unit == "交通局"]
    assert (state.word, state.version, state.late) == ("已采用", 2, False)


def test_two_leads_are_numbered(handed_out: Workspace) -> None:
    """Parts of several lead units stand numbered in the order of the document."""
    report(handed_out, "住建局", SCHOOL, "改造4万平方米。")
    report(handed_out, "教育局", SCHOOL, "新增2500个。")
    sync_once(handed_out)
    assert progress(handed_out, SCHOOL) == "1.教育局：新增2500个。\n2.住建局：改造4万平方米。"


def test_the_offices_wording_survives(handed_out: Workspace) -> None:
    """What the office polished stays when nothing new comes."""
    report(handed_out, "交通局", ROAD, "搞了38公里")
    sync_once(handed_out)
    type_into(handed_out, ROAD, "progress", "截至8月底，完成38公里。")
    done = sync_once(handed_out)
    assert (progress(handed_out, ROAD), done.published.conflicts) == ("截至8月底，完成38公里。", 0)


def conflict(place: Workspace) -> None:
    report(place, "交通局", ROAD, "搞了38公里")
    sync_once(place)
    type_into(place, ROAD, "progress", "截至8月底，完成38公里。")
    report(place, "交通局", ROAD, "已完成45公里。", name="更正.xlsx")
    assert sync_once(place).published.conflicts == 1


def test_both_changed_is_a_conflict(handed_out: Workspace) -> None:
    """The office's text stays, the unit's newer one is kept in sheet 冲突, and is told once."""
    conflict(handed_out)
    assert progress(handed_out, ROAD) == "截至8月底，完成38公里。"
    rows = openpyxl.load_workbook(handed_out.master)["冲突"]
    assert [rows.cell(5, column).value for column in (3, 4, 5, 6, 7)] == [
        "附件1：1", "进展情况", "截至8月底，完成38公里。", "已完成45公里。", "交通局",
    ]  # fmt: skip
    assert sync_once(handed_out).published.conflicts == 0


@pytest.mark.parametrize(("choice", "stands"), [("单位", "已完成45公里。"), ("本办", "截至8月底，完成38公里。")])
def test_the_choice_is_obeyed(handed_out: Workspace, choice: str, stands: str) -> None:
    """What the office chooses under 采用 happens at the next sync, and is recorded beside it."""
    conflict(handed_out)
    edit(handed_out.master, lambda book: book["冲突"].__setitem__("H5", choice))
    sync_once(handed_out)
    assert progress(handed_out, ROAD) == stands
    assert openpyxl.load_workbook(handed_out.master)["冲突"]["I5"].value == f"已采用{choice}文字"
    before = handed_out.master.read_bytes()
    sync_once(handed_out)
    assert handed_out.master.read_bytes() == before


def test_a_waiting_conflict_shows_the_newest_texts(handed_out: Workspace) -> None:
    """One row a cell: it follows the office's next edit and the unit's next version, and ends when they agree."""

    def row() -> list[object]:
        sheet = openpyxl.load_workbook(handed_out.master)["冲突"]
        assert sheet.cell(6, 5).value is None
        return [sheet.cell(5, column).value for column in (5, 6, 9)]

    conflict(handed_out)
    type_into(handed_out, ROAD, "progress", "截至8月底，完成38公里，占63%。")
    assert sync_once(handed_out).published.conflicts == 0
    assert row() == ["截至8月底，完成38公里，占63%。", "已完成45公里。", None]
    report(handed_out, "交通局", ROAD, "已完成46公里。", name="再更正.xlsx")
    sync_once(handed_out)
    assert row() == ["截至8月底，完成38公里，占63%。", "已完成46公里。", None]
    type_into(handed_out, ROAD, "progress", "已完成46公里。")
    sync_once(handed_out)
    assert row()[2] == "已采用单位文字"


def test_sorted_rows_and_new_columns(handed_out: Workspace) -> None:
    """Rows swapped, a column inserted, a header renamed, a sheet renamed: the report finds its cell."""

    def rearrange(book: Workbook) -> None:
        sheet = book["附件1"]
        sheet.insert_cols(6)
        last = sheet.max_column
        first, second = ([sheet.cell(row, column).value for column in range(1, last + 1)] for row in (5, 6))
        for column in range(1, last + 1):
            sheet.cell(5, column).value, sheet.cell(6, column).value = second[column - 1], first[column - 1]
        sheet["D4"] = "工作内容"
        sheet["F4"] = "本办自用"
        sheet["F5"] = "保留"
        sheet.title = "重点工作"

    edit(handed_out.master, rearrange)
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    sync_once(handed_out)
    assert progress(handed_out, ROAD) == "已完成38公里。"
    assert openpyxl.load_workbook(handed_out.master)["重点工作"]["F5"].value == "保留"


def test_a_missing_column_changes_nothing(handed_out: Workspace) -> None:
    """Without a column that we need the master is left alone, and the sentence names it."""
    edit(handed_out.master, lambda book: book["附件1"].__setitem__(header_key(handed_out, "progress"), None))
    before = handed_out.master.read_bytes()
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    with pytest.raises(StateError, match="附件1”的“进展情况”一栏"):
        sync_once(handed_out)
    assert handed_out.master.read_bytes() == before


def header_key(place: Workspace, key: str) -> str:
    sheet = openpyxl.load_workbook(place.master)["附件1"]
    return next(cell.coordinate for cell in sheet[3] if cell.value == key)


def test_a_missing_and_a_copied_row(handed_out: Workspace) -> None:
    """A deleted row is told; of a copied row neither is written."""

    def damage(book: Workbook) -> None:
        sheet = book["附件1"]
        sheet["A7"] = sheet["A5"].value

    edit(handed_out.master, damage)
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    done = sync_once(handed_out)
    assert {item.code for item in done.published.findings} == {"task_copied", "task_missing"}
    sheet = openpyxl.load_workbook(handed_out.master)["附件1"]
    column = next(cell.column for cell in sheet[3] if cell.value == "progress")
    assert [sheet.cell(row, column).value for row in (5, 7)] == [None, None]


def test_the_offices_bytes_are_kept(handed_out: Workspace) -> None:
    """What a person saved is in the store before it is replaced."""
    type_into(handed_out, ROAD, "progress", "本办先写。")
    saved = handed_out.master.read_bytes()
    report(handed_out, "教育局", SCHOOL, "新增2500个。")
    sync_once(handed_out)
    stored = [path.read_bytes() for path in (handed_out.root / ".ducha" / "store").rglob("*") if path.is_file()]
    assert saved in stored


def test_a_new_period(handed_out: Workspace) -> None:
    """Opening the next period clears the reports, shows them as 上期进展, and the old ones can be read again."""
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    sync_once(handed_out)
    september = Period.parse("2022-09")
    open_period(handed_out, september)
    master = open_master(handed_out)
    assert master.text(ROAD, "progress") == ""
    assert master.text(ROAD, "last") == "已完成38公里。"
    old = take_snapshot(handed_out, PERIOD)
    assert next(line for line in old.lines if line.task.id == ROAD).values["progress"] == "已完成38公里。"
    open_period(handed_out, PERIOD)
    assert progress(handed_out, ROAD) == "已完成38公里。"


def test_the_office_names_a_reporter(handed_out: Workspace) -> None:
    """A name typed over 待指定 makes that unit the reporter of the next hand-out."""
    type_into(handed_out, "A1-003", "reporter", "财政局")
    done = distribute(handed_out, PERIOD)
    assert [path.parent.name for path in done.written] == ["财政局"]
    assert [item.code for item in done.findings] == []


def test_journal_and_master_agree(handed_out: Workspace) -> None:
    """After a pass there is nothing to tell; a report that is not yet merged shows up."""
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    sync_once(handed_out)
    assert disagreements(handed_out) == ([], [])


def test_a_crash_before_the_journal_is_closed(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The master was replaced but the journal does not know: the next pass finds all in order."""
    report(handed_out, "交通局", ROAD, "已完成38公里。")

    kept = type(handed_out.journal).set_fact

    def crash(journal: Journal, name: str, value: str) -> None:
        if name == "master":
            raise KeyboardInterrupt
        kept(journal, name, value)

    with monkeypatch.context() as broken:
        broken.setattr(type(handed_out.journal), "set_fact", crash)
        with pytest.raises(KeyboardInterrupt):
            sync_once(handed_out)
    assert progress(handed_out, ROAD) == "已完成38公里。"
    done = publish(handed_out)
    assert done.conflicts == 0
    assert disagreements(handed_out) == ([], [])


def test_a_missing_master_is_told(handed_out: Workspace, tmp_path: Path) -> None:
    """A master that was moved away is not silently made anew: the office's cells would be gone."""
    handed_out.master.rename(tmp_path / "别处.xlsx")
    with pytest.raises(StateError, match="不见了"):
        publish(handed_out)


def test_last_periods_text_is_prefilled(handed_out: Workspace) -> None:
    """Next month's workbook begins with last month's text; sent back as it is it needs the word 无变化."""
    report(handed_out, "交通局", ROAD, "已完成38公里。")
    sync_once(handed_out)
    september = Period.parse("2022-09")
    open_period(handed_out, september)
    distribute(handed_out, september)
    source = next((handed_out.root / "outbox" / "交通局").glob("*9月*"))
    shown = openpyxl.load_workbook(source)["任务填报"]
    titles = {cell.value: cell.column for cell in shown[4]}
    assert [shown.cell(5, titles[title]).value for title in ("上期进展", "进展情况")] == ["已完成38公里。"] * 2
    inbox = handed_out.root / "inbox" / "交通局"
    fill(source, inbox / "一.xlsx", lambda _: {"本期情况": "有进展"})
    fill(source, inbox / "二.xlsx", lambda _: {"本期情况": "无变化"})
    first, second = sync_once(handed_out).decided
    assert [item.code for item in first.findings] == ["text_unchanged"]
    assert (first.verdict, second.verdict) == ("returned", "accepted")
    assert progress(handed_out, ROAD) == "已完成38公里。"


def test_a_column_that_the_office_took_out(handed_out: Workspace) -> None:
    """Without the leaders' column in the master the task keeps the leaders of the document."""

    def take_out(book: Workbook) -> None:
        sheet = book["附件1"]
        column = next(cell.column for cell in sheet[3] if cell.value == "leaders")
        sheet.delete_cols(column)

    edit(handed_out.master, take_out)
    line = next(line for line in take_snapshot(handed_out, None).lines if line.task.id == ROAD)
    assert (line.task.leaders, line.task.printed["leaders"]) == (("林岚",), "林  岚")


def test_new_tasks_come_before_what_stands_below(handed_out: Workspace, tmp_path: Path) -> None:
    """A sum and a note that the office keeps under its tasks stay under them, and the sum takes in the new row."""

    def footer(book: Workbook) -> None:
        book["附件1"]["B10"] = "=SUM(B5:B7)"
        book["附件1"]["B12"] = "注：数据截至月底"

    edit(handed_out.master, footer)
    new = tmp_path / "补充.txt"
    new.write_text("附件1\n" + "\n".join("".join(f"\t{cell}\n" for cell in row) for row in (HEADERS, NEW)), "utf-8")
    assert len(register(handed_out, [new], tasks_only=True).tasks) == 1
    sheet = openpyxl.load_workbook(handed_out.master)["附件1"]
    assert [sheet.cell(row, 1).value for row in (7, 8, 9)] == ["A1-003", "A1-004", None]
    assert (sheet["B11"].value, sheet["B13"].value) == ("=SUM(B5:B8)", "注：数据截至月底")

"""Sheet 核查 of the master: contradictions in the figures, and what the office says about them."""

import os
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, edit, fill

from ledger.checks import CHECKS, KINDS
from ledger.checks import run as running
from ledger.checks.reading import Read
from ledger.checks.row import Row
from ledger.finding import RULES
from sync.checked import check_open
from sync.intake import sync_once
from sync.lists.checked import SEVERITIES
from sync.master import open_master
from sync.publish import publish
from sync.snapshot import take_snapshot
from sync.waiting import undecided
from sync.workspace import Workspace

SHEET = "核查"
WRONG = "截至8月底完成38公里，完成全年任务的83.3%。"
OTHER = "截至8月底完成42公里，完成全年任务的93.3%。"
RIGHT = "截至8月底完成38公里，完成全年任务的63.3%。"


def report(place: Workspace, text: str, sent: str) -> None:
    """交通局 sends its workbook, 60公里 being its task."""
    source = next((place.root / "outbox" / "交通局").glob("*.xlsx"))
    target = place.root / "inbox" / "交通局" / f"{sent}.xlsx"
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"})
    saved = datetime.fromisoformat(f"2022-09-{sent}").timestamp()
    os.utime(target, (saved, saved))
    sync_once(place)


def rows(path: Path) -> list[dict[str, object]]:
    sheet = openpyxl.load_workbook(path)[SHEET]
    keys = [cell.value for cell in sheet[3]]
    found = (dict(zip(keys, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=5))
    return [row for row in found if any(row.values())]


def say(place: Workspace, row: int = 5, **cells: str) -> None:
    """The office types into a row of the sheet, and the next merge comes."""

    def typed(book: openpyxl.Workbook) -> None:
        keys = {cell.value: cell.column for cell in book[SHEET][3]}
        for key, value in cells.items():
            book[SHEET].cell(row, keys[key]).value = value

    edit(place.master, typed)
    publish(place)


def waiting(place: Workspace) -> int:
    return undecided(place, open_master(place)).findings


@pytest.fixture
def wrong(handed_out: Workspace) -> Workspace:
    """A percentage that does not follow from its figures has been reported."""
    report(handed_out, WRONG, "01")
    return handed_out


def test_every_finding_of_a_check_has_a_name() -> None:
    """And none has one that no rule knows."""
    assert set(KINDS) <= set(RULES)
    assert len(set(KINDS)) >= len(CHECKS)


def test_nothing_reported_nothing_to_check(handed_out: Workspace) -> None:
    assert rows(handed_out.master) == []
    assert waiting(handed_out) == 0


def test_a_contradiction_is_listed(wrong: Workspace) -> None:
    """One row: which task, whose, what kind, how severe, and the words with the arithmetic."""
    (row,) = rows(wrong.master)
    assert [row[key] for key in ("ref", "unit", "check", "severity")] == ["附件1：1", "交通局", "完成率", "提醒"]
    assert "“38公里，完成全年任务的83.3%”：38公里÷60公里＝63.3%，不是83.3%" in str(row["says"])
    assert (row["decision"], row["reason"]) == (None, None)
    assert waiting(wrong) == 1


def test_another_pass_changes_nothing(wrong: Workspace) -> None:
    before = wrong.master.read_bytes()
    sync_once(wrong)
    assert wrong.master.read_bytes() == before


@pytest.mark.parametrize("decision", ["已核实", "忽略"])
def test_what_the_office_decided_is_kept_and_no_longer_counted(wrong: Workspace, decision: str) -> None:
    say(wrong, decision=decision, reason="县统计局口径")
    sync_once(wrong)
    (row,) = rows(wrong.master)
    assert (row["decision"], row["reason"]) == (decision, "县统计局口径")
    assert waiting(wrong) == 0


def test_a_word_that_is_no_choice_decides_nothing(wrong: Workspace) -> None:
    """It is told with its cell at every pass, and the finding goes on waiting."""
    say(wrong, decision="可以")
    told = {item.code: item for item in publish(wrong).findings}["choice_unknown"]
    assert told.message == "核查!G5（处理）填的是“可以”，不在可选项里；请从下拉列表里选：已核实、忽略。"
    assert waiting(wrong) == 1


def test_other_words_are_another_finding(wrong: Workspace) -> None:
    """What was said of the old ones does not hold for them."""
    say(wrong, decision="忽略")
    report(wrong, OTHER, "02")
    (row,) = rows(wrong.master)
    assert "93.3%" in str(row["says"])
    assert row["decision"] is None
    assert waiting(wrong) == 1


def test_the_same_words_come_back_with_what_was_said_of_them(wrong: Workspace) -> None:
    say(wrong, decision="忽略", reason="已问过")
    report(wrong, RIGHT, "02")
    assert rows(wrong.master) == []
    report(wrong, WRONG.replace("截至", "截至 "), "03")
    report(wrong, WRONG, "04")
    (row,) = rows(wrong.master)
    assert (row["decision"], row["reason"]) == ("忽略", "已问过")


def test_the_office_takes_its_word_back(wrong: Workspace) -> None:
    say(wrong, decision="忽略")
    assert waiting(wrong) == 0
    say(wrong, decision="")
    assert waiting(wrong) == 1


def test_rows_of_the_office_stay(wrong: Workspace) -> None:
    """A row without our mark is theirs, also when all findings are gone."""
    say(wrong, 6, says="自己记的一条", decision="已核实")
    report(wrong, RIGHT, "02")
    assert [row["says"] for row in rows(wrong.master)] == ["自己记的一条"]


def test_the_sheet_may_be_deleted(wrong: Workspace) -> None:
    """Who does not want it takes it out; nothing complains, the rest goes on."""
    edit(wrong.master, lambda book: book.remove(book[SHEET]))
    assert publish(wrong).findings == []
    assert waiting(wrong) == 0


def test_severities_are_called_as_on_the_screen() -> None:
    assert SEVERITIES == {"warning": "提醒", "note": "说明"}


def test_unchanged_reports_are_not_read_again(wrong: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings are remembered with what they rest on."""
    snapshot = take_snapshot(wrong, PERIOD)
    first = check_open(wrong, snapshot)
    monkeypatch.setattr("sync.checked.Inquiry.findings", None)
    assert check_open(wrong, snapshot) == first
    assert [item.code for item in first] == ["rate_wrong"]


def test_a_report_is_read_once(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the unit's workbook is judged; in the master it is known, and only its row has changed since."""
    seen: list[tuple[str, str]] = []
    read = running.read

    def counting(row: Row, year: int) -> Read:
        seen.append((row.task, row.report))
        return read(row, year)

    monkeypatch.setattr(running, "_kept", {})
    monkeypatch.setattr(running, "read", counting)
    report(handed_out, WRONG, "01")
    assert ("A1-001", WRONG) in seen
    assert len(seen) == len(set(seen))
    seen.clear()
    report(handed_out, OTHER, "02")
    assert set(seen) == {("A1-001", OTHER)}
    assert len(seen) == 1
    assert "93.3%" in str(rows(handed_out.master)[0]["says"])

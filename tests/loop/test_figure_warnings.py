"""Contradictions in what a unit sends: warnings in its own workbook, never a reason to return it."""

from pathlib import Path

import openpyxl
from clerk import fill

from sync.intake import sync_once
from sync.records import Submission
from sync.returns import unit_states
from sync.workspace import Workspace

WRONG = "截至8月底完成38公里，完成全年任务的83.3%。"


def sent(place: Workspace, unit: str, **typed: str) -> Submission:
    """A unit sends its workbook with every row answered alike."""
    source = next((place.root / "outbox" / unit).glob("*.xlsx"))
    answer = {"本期情况": "有进展", "落实情况": "正常推进", **typed}
    fill(source, place.root / "inbox" / unit / "填报.xlsx", lambda _: answer)
    return sync_once(place).decided[0]


def returned(place: Workspace) -> Path:
    return next((place.root / "returned").rglob("*.xlsx"))


def test_an_accepted_workbook_is_warned(handed_out: Workspace) -> None:
    """It counts, and its receipt, the line of the unit in 报送情况, counts the warning."""
    one = sent(handed_out, "交通局", 进展情况=WRONG)
    assert one.verdict == "accepted"
    (warning,) = one.findings
    assert (warning.code, warning.severity, warning.task, warning.unit) == ("rate_wrong", "warning", "A1-001", "交通局")
    period = handed_out.journal.open_period()
    assert period
    assert {state.unit: state.findings for state in unit_states(handed_out, period)}["交通局"] == 1
    assert not list((handed_out.root / "returned").rglob("*.xlsx"))


def test_a_returned_workbook_carries_the_warning_too(handed_out: Workspace) -> None:
    """It is returned for its status, and the contradiction is marked at the text that holds it."""
    one = sent(handed_out, "交通局", 进展情况=WRONG, 落实情况="差不多了")
    assert one.verdict == "returned"
    assert [item.code for item in one.findings] == ["choice_unknown", "rate_wrong"]
    book = openpyxl.load_workbook(returned(handed_out))
    listed = [[cell.value for cell in row] for row in book["问题清单"].iter_rows(min_row=2)]
    assert [row[1] for row in listed] == ["必须修改", "请核对"]
    cell = one.findings[1].cell
    assert cell
    note = book["任务填报"][cell].comment
    assert note is not None
    assert "38公里÷60公里＝63.3%，不是83.3%" in note.text
    assert str(book["任务填报"][cell].value) == WRONG


def test_right_figures_warn_nobody(handed_out: Workspace) -> None:
    one = sent(handed_out, "交通局", 进展情况="截至8月底完成38公里，完成全年任务的63.3%。")
    assert (one.verdict, one.findings) == ("accepted", ())


def test_a_unit_that_only_adds_its_part_is_not_judged_by_the_whole(handed_out: Workspace) -> None:
    """住建局 does not answer for the task of 教育局."""
    one = sent(handed_out, "住建局", 进展情况="新增学位200个，占任务的10%。")
    assert (one.verdict, one.findings) == ("accepted", ())

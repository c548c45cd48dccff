"""Where files may lie in the inbox: every one gets its answer, or a visible reason why it waits."""

import zipfile
from pathlib import Path

import pytest
from clerk import PERIOD, fill
from telephone import text, unit_state

from sync.intake import sync_once
from sync.records import Submission
from sync.waiting import held_up, untaken
from sync.workspace import Workspace


def report(place: Workspace, target: str, unit: str = "交通局") -> Path:
    path = place.root / "inbox" / target
    source = next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    fill(source, path, lambda _: {"本期情况": "有进展", "进展情况": "完成20公里。"})
    return path


def take(place: Workspace) -> Submission:
    (one,) = sync_once(place).decided
    assert list(untaken(place)) == []
    return one


@pytest.mark.parametrize("name", ["报来.xlsx", "交通局/报来.xlsx", "交通局/9月/报来.xlsx", "交通局/9月/更正/报来.xlsx"])
def test_it_is_the_units(handed_out: Workspace, name: str) -> None:
    """In the root and anywhere in its folder."""
    report(handed_out, name)
    one = take(handed_out)
    assert (one.path, one.unit, one.verdict) == (name, "交通局", "accepted")
    assert text(handed_out) == "完成20公里。"


@pytest.mark.parametrize(
    ("name", "unit"),
    [("住建局/9月/报来.xlsx", "住建局"), ("财政局/报来.xlsx", None), ("9月/交通局/报来.xlsx", None)],
)
def test_it_is_in_the_wrong_place(handed_out: Workspace, name: str, unit: str | None) -> None:
    """In another unit's folder, that of one that was asked nothing, or of no unit: told, and answered once."""
    report(handed_out, name)
    one = take(handed_out)
    assert (one.unit, one.verdict, [item.code for item in one.findings]) == (unit, "quarantined", ["wrong_unit"])
    (answer,) = handed_out.journal.submissions.answers(one.number)
    assert (handed_out.root / answer).is_file()
    if unit:
        assert unit_state(handed_out, unit).word == "已隔离"
        return
    (told,) = held_up(handed_out)
    assert f"1份认不出是哪个单位的，没有采用：#1 {name}" in told
    handed_out.journal.submissions.rule(1, "excluded", "已转交")
    assert held_up(handed_out) == []


def test_an_archive_with_folders(handed_out: Workspace) -> None:
    """Each file in it is judged, wherever it lies in it, as one of the folder that holds the archive."""
    path = report(handed_out, "交通局/9月/打包.xlsx")
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as package:
        package.write(path, "上报/交通局/报来.xlsx")
    path.unlink()
    one = take(handed_out)
    assert (one.path, one.verdict) == ("交通局/9月/打包.zip/上报/交通局/报来.xlsx", "accepted")

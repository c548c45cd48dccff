"""Which of a unit's files counts: the one that the unit wrote last, whatever arrives when and under what name."""

import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from clerk import PERIOD, fill, save_at
from telephone import unit_state

from sync.intake import sync_once
from sync.master import open_master
from sync.records import Submission
from sync.versions import saved_at
from sync.workspace import Workspace

ROAD = "A1-001"


def send(
    place: Workspace, text: str, name: str, *, saved: datetime | None = None, day: int = 5, unit: str = "交通局"
) -> Path:
    """A report that arrives on a day of September, saved then unless told; it is not taken in yet."""
    source = next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    target = place.root / "inbox" / unit / name
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": text})
    save_at(target, saved or datetime(2022, 9, day, 1), datetime(2022, 9, day, 12))
    return target


def take(place: Workspace) -> list[Submission]:
    return sync_once(place).decided


def text(place: Workspace) -> str:
    return open_master(place).text(ROAD, "progress")


def codes(one: Submission) -> list[str]:
    return [item.code for item in one.findings]


def tree(root: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_the_newer_version_replaces_the_whole_report(handed_out: Workspace) -> None:
    """Whatever it is called."""
    send(handed_out, "完成20公里。", "报来.xlsx", day=3)
    take(handed_out)
    send(handed_out, "完成30公里。", "更正.xlsx", day=4)
    (newer,) = take(handed_out)
    assert (text(handed_out), newer.verdict, codes(newer)) == ("完成30公里。", "accepted", [])
    assert (unit_state(handed_out, "交通局").number, unit_state(handed_out, "交通局").version) == (2, 2)


def test_an_older_copy_that_turns_up_late(handed_out: Workspace) -> None:
    """It is kept, told and not used; the master keeps every byte but for nothing."""
    send(handed_out, "完成30公里。", "更正.xlsx", day=4)
    take(handed_out)
    before = handed_out.master.read_bytes()
    send(handed_out, "完成20公里。", "旧的.xlsx", saved=datetime(2022, 9, 2, 8), day=6)
    (older,) = take(handed_out)
    assert (older.verdict, codes(older)) == ("accepted", ["version_older"])
    assert "“更正.xlsx”（1号）" in older.findings[0].message
    assert text(handed_out) == "完成30公里。"
    assert handed_out.master.read_bytes() == before
    assert handed_out.stored_path(older.sha256).is_file()
    assert [step.state for step in handed_out.journal.submissions.steps(older.number)][-2:] == ["accepted", "receipted"]


@pytest.mark.parametrize(
    ("saved", "reason"),
    [
        (datetime(2022, 7, 1), "before the period"),
        (datetime(2023, 1, 1), "after it arrived"),
    ],
)
def test_a_time_that_cannot_be_right_decides_nothing(handed_out: Workspace, saved: datetime, reason: str) -> None:
    """Of a computer whose clock is wrong; then what is seen later counts."""
    send(handed_out, "完成20公里。", "报来.xlsx", day=3)
    take(handed_out)
    send(handed_out, "完成30公里。", "更正.xlsx", saved=saved, day=4)
    take(handed_out)
    assert text(handed_out) == "完成30公里。"


def test_our_own_clock_decides_nothing(handed_out: Workspace) -> None:
    """A file whose time on our disk lies before the first one's, seen later, saved later."""
    send(handed_out, "完成20公里。", "报来.xlsx", day=5, saved=datetime(2022, 9, 1))
    take(handed_out)
    send(handed_out, "完成30公里。", "更正.xlsx", day=3, saved=datetime(2022, 9, 2))
    take(handed_out)
    assert text(handed_out) == "完成30公里。"


def test_of_two_that_arrive_together(handed_out: Workspace) -> None:
    """The order in which they lie in the folder is nothing."""
    send(handed_out, "完成30公里。", "甲.xlsx", saved=datetime(2022, 9, 2, 9), day=3)
    send(handed_out, "完成20公里。", "乙.xlsx", saved=datetime(2022, 9, 2, 8), day=4)
    assert sorted(tuple(codes(one)) for one in take(handed_out)) == [(), ("version_older",)]
    assert text(handed_out) == "完成30公里。"


def test_the_same_bytes_again_change_nothing(handed_out: Workspace) -> None:
    """Under another name, in the root, and after a newer version: no new submission, no answer, not a byte."""
    first = send(handed_out, "完成20公里。", "报来.xlsx", day=3)
    kept = first.read_bytes()
    take(handed_out)
    send(handed_out, "完成30公里。", "报来.xlsx", day=4)
    take(handed_out)
    before = {name: data for name, data in tree(handed_out.root).items() if "/.ducha/" not in name}
    copies = [handed_out.root / "inbox" / name for name in ("交通局/又一份.xlsx", "微信转来.xlsx")]
    for path in copies:
        path.write_bytes(kept)
    assert take(handed_out) == []
    for path in copies:
        path.unlink()
    assert {name: data for name, data in tree(handed_out.root).items() if "/.ducha/" not in name} == before
    assert handed_out.journal.submissions.sightings(1) == ["交通局/又一份.xlsx", "微信转来.xlsx"]
    assert [one.number for one in handed_out.journal.submissions.all()] == [1, 2]


def test_a_copy_in_another_units_folder_is_its_own_arrival(handed_out: Workspace) -> None:
    """It is quarantined there, and the report itself is not touched; moved to where it belongs it is known."""
    path = send(handed_out, "完成20公里。", "报来.xlsx")
    take(handed_out)
    shutil.copy2(path, handed_out.root / "inbox" / "住建局" / "报来.xlsx")
    (strayed,) = take(handed_out)
    assert (strayed.verdict, codes(strayed)) == ("quarantined", ["wrong_unit"])
    assert text(handed_out) == "完成20公里。"


def test_a_file_in_the_wrong_folder_is_judged_anew_in_the_right_one(handed_out: Workspace) -> None:
    """The office moves it, and that is a new arrival."""
    path = send(handed_out, "完成20公里。", "报来.xlsx")
    strayed = path.rename(handed_out.root / "inbox" / "住建局" / "报来.xlsx")
    assert [one.verdict for one in take(handed_out)] == ["quarantined"]
    strayed.rename(path)
    assert [one.verdict for one in take(handed_out)] == ["accepted"]


def test_a_copy_that_says_nothing_takes_nothing_back(handed_out: Workspace) -> None:
    """Another 科室 has nothing to add: both count, and the second says where the row comes from."""
    send(handed_out, "改造4万平方米。", "一科.xlsx", day=3, unit="住建局")
    take(handed_out)
    source = next((handed_out.root / "outbox" / "住建局").iterdir())
    target = handed_out.root / "inbox" / "住建局" / "二科.xlsx"
    fill(source, target, lambda _: {})
    save_at(target, datetime(2022, 9, 4, 1), datetime(2022, 9, 4, 12))
    (second,) = take(handed_out)
    assert (second.verdict, codes(second)) == ("accepted", ["parts_joined"])
    assert "附件1：2" in second.findings[0].message
    assert open_master(handed_out).text("A1-002", "progress") == "改造4万平方米。"


def test_a_file_that_is_gone_before_it_was_judged(handed_out: Workspace) -> None:
    """Its bytes are in the store: the next pass judges it all the same."""
    path = send(handed_out, "完成20公里。", "报来.xlsx")
    sha = handed_out.store(path.read_bytes())
    handed_out.journal.submissions.see("交通局/报来.xlsx", sha, "交通局", "2022-09-05T12:00:00+08:00")
    path.unlink()
    assert [one.verdict for one in take(handed_out)] == ["accepted"]
    assert text(handed_out) == "完成20公里。"


def test_an_archive_is_as_many_reports_as_it_holds(handed_out: Workspace) -> None:
    """Each has its number; the archive again, under whatever name, is none."""
    inside = send(handed_out, "完成20公里。", "报来.xlsx")
    packed = handed_out.root / "inbox" / "打包.zip"
    with zipfile.ZipFile(packed, "w") as package:
        package.write(inside, "报来.xlsx")
    inside.unlink()
    (one,) = take(handed_out)
    assert (one.path, one.verdict, one.unit) == ("打包.zip/报来.xlsx", "accepted", "交通局")
    packed.rename(packed.with_name("再打包.zip"))
    assert take(handed_out) == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("2022-09-03T08:00:00Z", "2022-09-03T08:00:00+00:00"),
        ("2022-09-03T16:00:00+08:00", "2022-09-03T08:00:00+00:00"),
        ("2022-09-05T12:30:00Z", "2022-09-05T12:30:00+00:00"),
        ("2022-09-05T13:30:00Z", None),
        ("2022-07-30T08:00:00Z", None),
        ("yesterday at noon", None),
    ],
)
def test_what_a_workbook_says_of_itself(tmp_path: Path, told: str, found: str | None) -> None:
    """In UTC, where it can be true."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("docProps/core.xml", f"<x><dcterms:modified a='b'>{told}</dcterms:modified></x>")
    arrived = datetime(2022, 9, 5, 12, tzinfo=UTC).isoformat()
    assert saved_at(path.read_bytes(), date(2022, 8, 1), arrived) == found


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0"])
def test_what_says_nothing_of_itself(data: bytes) -> None:
    assert saved_at(data, date(2022, 8, 1), "2022-09-05T12:00:00+08:00") is None

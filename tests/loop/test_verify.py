"""`ducha verify`: journal, store and master agree completely, or it is said where not; --repair puts it right.

What the office has written stays, whatever is repaired.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from clerk import cell_at, edit, fill, type_at
from openpyxl.workbook import Workbook

from ledger.errors import StateError
from ledger.task import Entry
from sync.intake import sync_once
from sync.master import open_master
from sync.master_versions import put_beside
from sync.publish import publish
from sync.recovery.proof import differences, prove
from sync.recovery.repair import repair
from sync.workspace import Workspace

GOOD = {"本期情况": "有进展", "进展情况": "已完工38公里。", "存在问题": "征地协调慢。"}
POLISHED = "已完工38公里，占63.3%。"


@pytest.fixture(scope="module")
def told(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """交通局 has reported, the office has polished its text, and a sync has seen both."""
    place = Workspace(shutil.copytree(month, tmp_path_factory.mktemp("told") / month.name))
    with place.locked():
        source = next((place.root / "outbox" / "交通局").iterdir())
        fill(source, place.root / "inbox" / "交通局" / source.name, lambda _: GOOD)
        sync_once(place)
        type_at(place.master, "附件1", cell_at(place.master, "附件1", "progress", "A1-001"), POLISHED)
        sync_once(place)
    return place.root


@pytest.fixture
def reported(told: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace, held."""
    place = Workspace(shutil.copytree(told, tmp_path / told.name))
    with place.locked():
        yield place


def cell(place: Workspace, key: str, task: str = "A1-001", sheet: str = "附件1") -> str:
    return str(openpyxl.load_workbook(place.master)[sheet][cell_at(place.master, sheet, key, task)].value or "")


def delete_row(book: Workbook) -> None:
    sheet = book["附件1"]
    sheet.delete_rows(next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == "A1-002"))


def empty_keys(book: Workbook) -> None:
    for cell in book["附件1"][3]:
        cell.value = None


def delete_keys(book: Workbook) -> None:
    book["附件1"].delete_rows(3)


def empty_ids(book: Workbook) -> None:
    for row in (5, 6, 7):
        book["附件1"].cell(row, 1).value = None


def remove_lists(book: Workbook) -> None:
    for name in ("问题清单", "历史"):
        book.remove(book[name])


def remove_annex(book: Workbook) -> None:
    delete_keys(book)
    book.remove(book["附件2"])


def type_over_ours(book: Workbook) -> None:
    book["看板"]["B4"] = 3
    empty_ids(book)
    for row in book["报送情况"].iter_rows(min_row=5, min_col=2):
        for one in row:
            one.value = None


DAMAGES = {
    "a task's row is deleted": (delete_row, "disagrees"),
    "hidden keys are emptied": (empty_keys, "refuses"),
    "ids, a formula and what the system wrote are emptied": (type_over_ours, "disagrees"),
    "list sheets are deleted": (remove_lists, "agrees"),  # an office may do without
    "an annex and another one's row of keys are deleted": (remove_annex, "refuses"),
}


def said(place: Workspace) -> str:
    try:
        return "agrees" if prove(place).agrees else "disagrees"
    except StateError as error:
        return "refuses" if "ducha verify --repair" in str(error) else str(error)


def test_after_a_sync_all_agrees(reported: Workspace) -> None:
    """The office's wording is no disagreement, and is counted."""
    proof = prove(reported)
    assert (proof.agrees, proof.differences, proof.findings) == (True, (), ())
    assert (proof.edited, proof.emptied, proof.since) == (1, 0, False)


def test_proving_changes_nothing(reported: Workspace) -> None:
    """Neither a file nor the journal, and it may be asked of a master that waits for a sync."""
    type_at(reported.master, "附件1", cell_at(reported.master, "附件1", "problems", "A1-001"), "")
    before = {path: path.read_bytes() for path in reported.root.rglob("*") if path.is_file()}
    proof = prove(reported)
    assert proof.since
    assert not proof.agrees  # 问题清单 still shows what the office has emptied
    assert {one.sheet for one in proof.differences} >= {"问题清单"}
    assert {path: path.read_bytes() for path in reported.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_told_and_repaired(reported: Workspace, name: str) -> None:
    """Afterwards all agrees, the office's text stands, and a further sync changes no byte."""
    damage, told = DAMAGES[name]
    whole = reported.master.read_bytes()
    edit(reported.master, damage)
    damaged = reported.master.read_bytes()
    assert said(reported) == told
    done = repair(reported)
    assert done.told
    assert done.proof
    assert done.proof.agrees
    assert cell(reported, "progress") == POLISHED
    assert differences(whole, reported.master.read_bytes()) == []
    standing = reported.master.read_bytes()
    sync_once(reported)
    assert reported.master.read_bytes() == standing
    kept = [reported.stored_path(one.sha256).read_bytes() for one in reported.journal.masters.all()]
    assert damaged in kept


def test_what_the_office_wrote_into_a_damaged_master_is_carried_over(reported: Workspace) -> None:
    """Its newest words were never in any kept version."""
    where = cell_at(reported.master, "附件1", "problems", "A1-001")

    def damage(book: Workbook) -> None:
        book["附件1"][where].value = "本办刚刚改的。"
        book["单位名录"].cell(5, 5).value = "王宁"
        delete_keys(book)
        book.remove(book["冲突"])

    names = {cell.value: cell.column for cell in openpyxl.load_workbook(reported.master)["单位名录"][3]}
    assert names["contact"] == 5
    edit(reported.master, damage)
    done = repair(reported)
    assert cell(reported, "problems") == "本办刚刚改的。"
    assert openpyxl.load_workbook(reported.master)["单位名录"].cell(5, 5).value == "王宁"
    assert done.kept
    assert done.kept.name == "master_修复前_1.xlsx"


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:9000])])
def test_a_lost_or_torn_master_comes_from_the_newest_kept_one(
    reported: Workspace, damage: Callable[[Path], object]
) -> None:
    whole = reported.master.read_bytes()
    damage(reported.master)
    assert repair(reported).proof
    assert reported.master.read_bytes() == whole


def test_without_any_kept_master_one_is_made_from_the_journal(reported: Workspace) -> None:
    """Tasks, reports and who was asked are there; what stood in the master alone is gone, and that is said."""
    for one in reported.journal.masters.all():
        reported.stored_path(one.sha256).unlink()
    reported.master.unlink()
    done = repair(reported)
    assert any("凡只写在总表里的都没有了" in sentence for sentence in done.told)
    assert (cell(reported, "progress"), cell(reported, "reporter", "A1-002")) == (GOOD["进展情况"], "教育局")
    assert done.proof
    assert done.proof.agrees


def test_lost_and_damaged_files_of_the_store_are_found_again(reported: Workspace) -> None:
    """In the inbox, where the unit's file still lies; the damaged one is not thrown away."""
    (one,) = reported.journal.submissions.all()
    path = reported.stored_path(one.sha256)
    for change in (Path.unlink, lambda path: path.write_bytes(b"?")):
        change(path)
        (found,) = prove(reported).findings
        assert found.code in ("store_missing", "store_damaged")
        repair(reported)
        assert prove(reported).agrees
    assert path.with_name(f"{path.name}.坏").read_bytes() == b"?"


def test_a_cell_that_does_not_hold_what_was_reported_is_named(reported: Workspace) -> None:
    """A report that never came into the master: a crash between, or a journal that was put back."""
    entry = Entry(task="A1-002", unit="教育局", period="2022-08", values={"progress": "已开工。"})
    reported.journal.put_entries([entry], None)
    proof = prove(reported)
    assert any(one.expected == "已开工。" and one.standing == "" for one in proof.differences)
    publish(reported)
    assert prove(reported).agrees


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_key_that_others_may_read_is_told(reported: Workspace) -> None:
    key = reported.own / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    assert [item.code for item in prove(reported).findings] == ["key_readable"]
    repair(reported)
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_damaged_journal_is_told_and_left_to_recover(reported: Workspace) -> None:
    path = reported.own / "journal.db"
    reported.journal.close()
    del reported.__dict__["journal"]
    data = bytearray(path.read_bytes())
    data[8192:40960] = bytes(32768)
    path.write_bytes(bytes(data))
    assert [item.code for item in prove(reported).findings] == ["journal_damaged"]
    with pytest.raises(StateError, match="ducha recover"):
        repair(reported)


def test_an_older_master_is_put_beside_and_never_over(reported: Workspace) -> None:
    """Every master that we wrote or that somebody saved can be had back, under a name of its own."""
    versions = reported.journal.masters.all()
    assert [one.origin for one in versions][:2] == ["ours", "ours"]
    assert "saved" in [one.origin for one in versions]
    standing = reported.master.read_bytes()
    first = put_beside(versions[0], reported.stored_path(versions[0].sha256), reported.master)
    assert first.name.startswith("总表_第1版_")
    assert open_master(reported).rows.keys() == {"A1-001", "A1-002", "A1-003"}
    assert (first.parent, reported.master.read_bytes()) == (reported.root, standing)
    first.write_bytes(b"changed")
    with pytest.raises(StateError, match="没有改动"):
        put_beside(versions[0], reported.stored_path(versions[0].sha256), reported.master)


def test_of_our_own_masters_the_newest_and_one_a_day_are_kept(
    reported: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a person saved is kept for good."""
    log = reported.journal.masters
    saved = [one for one in log.all() if one.origin == "saved"]
    before = len(log.all()) - len(saved)
    for day in (1, 2, 3):
        monkeypatch.setattr("sync.master_versions.now", lambda day=day: f"2022-09-{day:02d}T09:00:00+08:00")
        for number in range(20):
            log.add(f"{day}-{number}", "ours")
    gone = log.thin()
    days = [one.at[:10] for one in log.all() if one.sha256.startswith(("1-", "2-"))]
    assert days == ["2022-09-01"] + ["2022-09-02"] * 10
    assert len(gone) == before - 1 + 19 + 10
    assert [one for one in log.all() if one.origin == "saved"] == saved


def test_a_fresh_workspace_agrees(workspace: Workspace) -> None:
    """Nothing has been imported yet: an empty master is what there should be."""
    publish(workspace)
    assert prove(workspace).agrees

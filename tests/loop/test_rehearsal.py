"""A rehearsed sync says what the real one then does, and leaves no trace."""

import errno
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from clerk import PERIOD, cell_at, edit, fill, type_at
from openpyxl.workbook import Workbook as Sheets

from ducha.differences import tell_rehearsed
from ledger.compare import CellChange
from ledger.errors import StateError
from sync.intake import sync_once
from sync.rehearsal import rehearse
from sync.workspace import Workspace

GOOD = {"本期情况": "有进展", "进展情况": "完成路基20公里。", "落实情况": "正常推进"}
BAD = {**GOOD, "落实情况": "差不多了"}


def send(place: Workspace, unit: str, answer: dict[str, object] = GOOD, name: str = "报表.xlsx") -> Path:
    source = next((place.root / "outbox" / unit).iterdir())
    target = place.root / "inbox" / unit / name
    fill(source, target, lambda _: answer)
    return target


def tree(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and its time, every folder."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
    }


def decide(place: Workspace, choice: str) -> None:
    def typed(book: Sheets) -> None:
        sheet = book["冲突"]
        columns = {cell.value: cell.column for cell in sheet[3]}
        row = next(row for row in range(4, sheet.max_row + 1) if str(sheet.cell(row, columns["id"]).value) == "1")
        sheet.cell(row, columns["adopt"]).value = choice

    edit(place.master, typed)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary folders are made."""
    place = tmp_path / "临时"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_it_says_what_the_sync_then_does(handed_out: Workspace, temporary: Path) -> None:
    """The same verdicts, cells and sources; the real workspace keeps every byte, nothing stays behind."""
    send(handed_out, "交通局")
    send(handed_out, "教育局", BAD)
    before = tree(handed_out.root)
    told = rehearse(handed_out)
    assert tree(handed_out.root) == before
    assert list(temporary.iterdir()) == []
    done = sync_once(handed_out)
    assert [(item.path, item.verdict) for item in told.passed.decided] == [
        (item.path, item.verdict) for item in done.decided
    ]
    assert {item.verdict for item in done.decided} == {"accepted", "returned"}
    assert told.passed.published.changes == done.published.changes != []
    assert told.sources["A1-001", "progress"] == "交通局"
    (road,) = told.changes.tasks
    assert road.cells[0] == CellChange("light", "灰", "绿")
    assert rehearse(handed_out).passed.decided == []


def test_what_was_taken_in_before_is_not_copied(handed_out: Workspace, temporary: Path) -> None:
    """A killed pass is taken up from the original's store; a long year's files do not cost anything."""
    send(handed_out, "交通局")
    sync_once(handed_out)
    shutil.rmtree(handed_out.root / "outbox")
    copied: list[str] = []
    real = shutil.copy2

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "copy2", lambda source, target: (copied.append(Path(source).name), real(source, target)))
        rehearse(handed_out)
    assert sorted(copied) == ["key", "master.xlsx", "schema.yaml"]


def test_clashes_and_decisions(handed_out: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """A clash is told before it is there; a decision is told before it is obeyed."""
    send(handed_out, "交通局")
    sync_once(handed_out)
    type_at(handed_out.master, "附件1", cell_at(handed_out.master, "附件1", "progress", "A1-001"), "本办改写。")
    send(handed_out, "交通局", {**GOOD, "进展情况": "完成路基30公里。"}, "更正.xlsx")
    (clash,) = rehearse(handed_out).conflicts
    assert (clash.office, clash.units, clash.source) == ("本办改写。", "完成路基30公里。", "交通局")
    assert handed_out.journal.cells.conflicts() == []
    tell_rehearsed(rehearse(handed_out), handed_out.schema)
    assert (
        "冲突：附件1：1（进展情况）本办“本办改写。”，交通局“完成路基30公里。”，暂留本办文字" in capsys.readouterr().out
    )
    sync_once(handed_out)
    decide(handed_out, "单位")
    told = rehearse(handed_out)
    assert ([item.decision for item in told.decisions], told.conflicts) == (["单位"], ())
    assert handed_out.journal.cells.conflicts()[0].decision == ""
    tell_rehearsed(told, handed_out.schema)
    assert "照办：附件1：1（进展情况）采用单位文字" in capsys.readouterr().out


def test_it_is_told_in_chinese(handed_out: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Files with reasons, then by task old → new with the source."""
    send(handed_out, "交通局")
    send(handed_out, "教育局", BAD)
    tell_rehearsed(rehearse(handed_out), handed_out.schema)
    said = capsys.readouterr().out
    assert "没有改动任何文件" in said
    assert "收下  交通局/报表.xlsx" in said
    assert "退回  教育局/报表.xlsx" in said
    assert "附件1：1  新建改建农村公路60公里。（交通局）" in said
    assert "    进展情况：（空）→完成路基20公里。  〔交通局〕" in said


def test_errors_are_those_of_the_sync(handed_out: Workspace, temporary: Path) -> None:
    """They name the real workspace and not the copy."""
    send(handed_out, "交通局")
    handed_out.master.unlink()
    with pytest.raises(StateError, match="不见了") as told:
        rehearse(handed_out)
    assert str(handed_out.root) in str(told.value)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("where", ["copy", "write", "journal"])
def test_a_full_disk_is_said(
    handed_out: Workspace, temporary: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Wherever it strikes, one sentence; the copy is gone and the workspace as it was."""
    send(handed_out, "交通局")
    full = OSError(errno.ENOSPC, "No space left on device")

    def strike(*_: object, **__: object) -> None:
        if where == "journal":
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        if where == "write":
            raise StateError("“x”写不进去（磁盘已满）") from full
        raise full

    target = {"copy": "shutil.copy2", "write": "sync.workspace.write_whole", "journal": "sync.rehearsal.sync_once"}[
        where
    ]
    if where == "write":
        send(handed_out, "教育局", BAD)
    monkeypatch.setattr(target, strike)
    before = tree(handed_out.root)
    with pytest.raises(StateError, match=r"磁盘已满.*没有任何改动"):
        rehearse(handed_out)
    assert tree(handed_out.root) == before
    assert list(temporary.iterdir()) == []


def test_without_a_period(workspace: Workspace) -> None:
    """What a sync refuses, the rehearsal refuses."""
    (workspace.root / "inbox" / "报表.xlsx").write_bytes(b"x")
    with pytest.raises(StateError, match="ducha open"):
        rehearse(workspace)
    assert PERIOD not in workspace.journal.periods()


def test_what_is_still_being_copied_is_left_out(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by the sync itself, and it says so."""
    monkeypatch.setattr("sync.watching.settled.SETTLED", 0.2)
    send(handed_out, "交通局")
    half = send(handed_out, "教育局")
    half.write_bytes(half.read_bytes()[:2000])
    told = rehearse(handed_out)
    assert [item.path for item in told.passed.decided] == ["交通局/报表.xlsx"]
    assert dict(told.unfinished) == {half: "内容还不完整"}

"""`ducha recover`: a lost or damaged .ducha comes back, and afterwards journal and master agree (promise 7)."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from clerk import cell_at, fill, type_at

from ledger.errors import StateError
from sync.intake import sync_once
from sync.journal import Journal
from sync.records import Issue
from sync.recovery.backup import back_up, backup_folder
from sync.recovery.recover import Recovered, recover
from sync.workspace import KEY_COPY, Workspace

SAID, LATER, POLISHED = "已完工38公里。", "已完工45公里。", "校舍已封顶。"


def send(place: Workspace, unit: str, text: str, name: str = "报.xlsx") -> None:
    source = next((place.root / "outbox" / unit).iterdir())
    fill(source, place.root / "inbox" / unit / name, lambda _: {"本期情况": "有进展", "进展情况": text})


def polish(place: Workspace, task: str, text: str) -> None:
    type_at(place.master, "附件1", cell_at(place.master, "附件1", "progress", task), text)


def progress(root: Path, task: str) -> str:
    master = root / "master.xlsx"
    return str(openpyxl.load_workbook(master)["附件1"][cell_at(master, "附件1", "progress", task)].value or "")


@pytest.fixture(scope="module")
def reported(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup; after it a newer report, and wording that the office has polished."""
    place = Workspace(shutil.copytree(month, tmp_path_factory.mktemp("reported") / month.name))
    with place.locked():
        send(place, "交通局", SAID)
        send(place, "教育局", "校舍在建。")
        sync_once(place)
        back_up(place, backup_folder(place.root))
        send(place, "交通局", LATER, "再报.xlsx")
        polish(place, "A1-002", POLISHED)
        sync_once(place)
    return place.root


@pytest.fixture
def left(reported: Path, tmp_path: Path) -> Path:
    """A copy of that workspace, which nobody holds."""
    return Path(shutil.copytree(reported, tmp_path / reported.name))


def issued(log: Journal) -> list[Issue | None]:
    return [log.issue(number) for number in sorted(one.id for one in log.handed_out())]


def recovered(root: Path, **more: object) -> Recovered:
    done = recover(root, **more)  # type: ignore[arg-type]
    assert done.proof
    assert done.proof.agrees
    standing = (root / "master.xlsx").read_bytes()
    place = Workspace(root)
    with place.locked():
        sync_once(place)
        assert place.journal.cells.conflicts() == []
    assert (root / "master.xlsx").read_bytes() == standing
    assert (progress(root, "A1-001"), progress(root, "A1-002")) == (LATER, POLISHED)
    return done


def test_a_lost_folder_comes_back_from_the_backup(left: Path) -> None:
    """What came later is read again from the inbox; neither the units' texts nor the office's become conflicts."""
    shutil.rmtree(left / ".ducha")
    with pytest.raises(StateError, match="ducha recover"):
        Workspace(left)
    done = recovered(left)
    assert any("重新读取inbox里的来件1份" in sentence for sentence in done.told)
    assert done.kept is None
    place = Workspace(left)
    with place.locked():
        assert [one.path for one in place.journal.submissions.all()][-1] == "交通局/再报.xlsx"


def test_a_torn_journal_is_replaced_and_kept(left: Path) -> None:
    (left / ".ducha" / "journal.db").write_bytes(b"torn" * 5000)
    done = recovered(left)
    assert done.kept
    assert (done.kept / "journal.db").read_bytes() == b"torn" * 5000


def test_without_a_backup_the_journal_is_made_from_what_people_have(left: Path) -> None:
    """Tasks and ids, who was asked, who reported, the office's words; what is gone is said."""
    place = Workspace(left)
    with place.locked():
        log = place.journal
        before = log.tasks(), issued(log), log.entries("2022-08")
    shutil.rmtree(left / ".ducha")
    shutil.rmtree(left / "备份")
    done = recovered(left)
    assert any(sentence.startswith("没有备份") for sentence in done.told)
    place = Workspace(left)
    with place.locked():
        log = place.journal
        assert (log.tasks(), issued(log), log.entries("2022-08")) == before


def test_a_lost_key_is_found_and_proven(left: Path) -> None:
    """From the text copy; a typed one that does not fit is refused; with none there is a new one, and that is said."""
    key = (left / ".ducha" / "key").read_text()
    shutil.rmtree(left / "备份")
    (left / ".ducha" / "key").unlink()
    recovered(left)
    assert (left / ".ducha" / "key").read_text() == key
    (left / ".ducha" / "key").unlink()
    (left / KEY_COPY).unlink()
    with pytest.raises(StateError, match="对不上"):
        recover(left, key="f" * 64)
    with pytest.raises(StateError, match="64位"):
        recover(left, key="忘了")
    done = recovered(left)
    assert any("重新下发" in sentence for sentence in done.told)
    assert (left / ".ducha" / "key").read_text() in (left / KEY_COPY).read_text(encoding="utf-8") != key


def test_a_recovery_that_is_killed_leaves_all_as_it_was_or_whole(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while building: nothing has changed. Killed between the two renames: the next one finishes it."""
    (left / ".ducha" / "journal.db").write_bytes(b"torn" * 5000)
    before = {path: path.read_bytes() for path in left.rglob("*") if path.is_file()}

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sync.recovery.recover.catch_up", killed)
        with pytest.raises(KeyboardInterrupt):
            recover(left)
    assert {path: path.read_bytes() for path in left.rglob("*") if path.is_file()} == before
    with monkeypatch.context() as patched:
        patched.setattr("sync.recovery.recover._finish_earlier", killed)
        with pytest.raises(KeyboardInterrupt):
            recover(left)
    (left / ".ducha").rename(left / ".ducha_旧1")
    recovered(left)
    assert not (left / ".ducha-恢复").exists()


def test_a_workspace_that_has_lost_nothing_is_left_alone(left: Path) -> None:
    before = {path: path.read_bytes() for path in left.rglob("*") if path.is_file()}
    assert recover(left).told[0].startswith("日志和密钥都完好")
    assert {path: path.read_bytes() for path in left.rglob("*") if path.is_file()} == before


def test_with_neither_backup_nor_master_nothing_is_touched(left: Path) -> None:
    for name in (".ducha", "备份"):
        shutil.rmtree(left / name)
    (left / "master.xlsx").unlink()
    before = {path: path.read_bytes() for path in left.rglob("*") if path.is_file()}
    with pytest.raises(StateError, match="没有备份"):
        recover(left)
    assert {path: path.read_bytes() for path in left.rglob("*") if path.is_file()} == before


def test_a_journal_that_is_gone_is_never_taken_for_an_empty_year(left: Path) -> None:
    """With the key still there every command would go on with nothing known."""
    (left / ".ducha" / "journal.db").unlink()
    place = Workspace(left)
    with pytest.raises(StateError, match="ducha recover"), place.locked():
        sync_once(place)
    recovered(left)


def test_nothing_is_replaced_under_a_running_program(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody works in the workspace, or watches its inbox."""
    monkeypatch.setattr("sync.recovery.recover.PATIENCE", 0.1)
    place = Workspace(left)
    for held in (place.locked, place.watched):
        with held(), pytest.raises(StateError, match="正在"):
            recover(left)

"""Backups: a whole copy of what is ours, once a day, over one store; never in anybody's way."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from ledger.errors import StateError
from sync.journal import Journal
from sync.recovery.backup import back_up, backup_folder, backups, daily_backup, sound_backup
from sync.register import register
from sync.workspace import Workspace


@pytest.fixture
def place(workspace: Workspace, document: Path) -> Workspace:
    register(workspace, [document], tasks_only=True)
    return workspace


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2022, 9, day, hour)


def test_a_backup_is_whole(place: Workspace) -> None:
    """Journal, key, schema, and every byte that the journal names; nothing unfinished lies beside."""
    made = back_up(place, backup_folder(place.root))
    assert {path.name for path in made.path.iterdir()} == {"journal.db", "key", "schema.yaml"}
    copy = Journal(made.path / "journal.db")
    assert [task.id for task in copy.tasks()] == [task.id for task in place.journal.tasks()]
    named = copy.named()
    copy.close()
    store = place.root / "备份" / "store"
    assert {path.name for path in store.glob("*/*")} == named == place.journal.named()
    assert sound_backup(place.root / "备份") == (made, [])
    assert [path.name for path in (place.root / "备份").iterdir() if path.name.startswith("~$")] == []


@pytest.mark.parametrize("left", ["~$备份", "~$备份_20220901093000"])
def test_what_a_crash_left_is_taken_away(place: Workspace, left: str) -> None:
    """A process that dies in the midst of a backup leaves a piece of one, which the next backup takes away."""
    folder = place.root / "备份"
    (folder / left).mkdir(parents=True)
    (folder / left / "journal.db").write_bytes(b"half")
    made = back_up(place, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted([made.name, "store"])
    assert sound_backup(folder) == (made, [])


def test_one_backup_at_a_time(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes while another one is being made is told; the day's backup waits for the next pass."""
    monkeypatch.setattr("sync.workspace._PATIENCE", 0)
    with place.backing_up(), pytest.raises(StateError, match="正在做另一份备份"):
        back_up(place, place.root / "备份")
    with place.backing_up():
        assert "正在做另一份备份" in daily_backup(place)
    assert daily_backup(place) == ""
    assert len(backups(place.root / "备份")) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_nobody_else_reads_the_key(place: Workspace) -> None:
    made = back_up(place, backup_folder(place.root))
    assert made.path.stat().st_mode & 0o777 == 0o700
    assert (made.path / "key").stat().st_mode & 0o777 == 0o600


def test_once_a_day_and_old_ones_thinned(place: Workspace) -> None:
    """Of every day the last, of so many days as schema.yaml says; a backup by hand replaces the day's."""
    for day in range(1, 10):
        for hour in (9, 15):
            assert daily_backup(place, lambda day=day, hour=hour: at(day, hour)) == ""
    assert [one.name for one in backups(place.root / "备份")] == [f"2022-09-0{day}_090000" for day in range(9, 2, -1)]
    by_hand = back_up(place, place.root / "备份", lambda: at(9, 20))
    assert [one.day for one in backups(place.root / "备份")][:2] == ["2022-09-09", "2022-09-08"]
    assert backups(place.root / "备份")[0] == by_hand


def test_bytes_that_no_backup_names_are_thinned(place: Workspace) -> None:
    """The masters of long ago do not pile up; as long as one journal cannot be read nothing is taken out."""
    passing, kept = place.root / "备份", place.journal.named()
    stray = passing / "store" / "ab" / ("ab" * 32)
    made = back_up(place, passing, lambda: at(1))
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"an old master")
    whole = (made.path / "journal.db").read_bytes()
    (made.path / "journal.db").write_bytes(b"no database at all" * 100)
    back_up(place, passing, lambda: at(2))
    assert stray.is_file()
    (made.path / "journal.db").write_bytes(whole)
    back_up(place, passing, lambda: at(3))
    assert {path.name for path in (passing / "store").glob("*/*")} == kept


def test_only_new_bytes_are_copied(place: Workspace) -> None:
    """What the store has already is not written again."""
    back_up(place, place.root / "备份", lambda: at(1))
    before = {path: path.stat().st_mtime_ns for path in (place.root / "备份" / "store").glob("*/*")}
    place.journal.masters.add(place.store(b"another master"), "saved")
    back_up(place, place.root / "备份", lambda: at(2))
    after = {path: path.stat().st_mtime_ns for path in (place.root / "备份" / "store").glob("*/*")}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_a_backup_that_fails_is_one_sentence(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk keeps nobody from going on, and leaves no half backup."""
    fired = []

    def full(*_: object) -> None:
        fired.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.recovery.backup.write_private", full)
    told = daily_backup(place, lambda: at(1))
    assert fired
    assert "磁盘已满" in told
    assert told.endswith("ducha backup。")
    assert list((place.root / "备份").iterdir()) == []


def test_a_damaged_backup_is_passed_over(place: Workspace) -> None:
    """The newest whole one is taken, and it is said why not the newer one."""
    good = back_up(place, place.root / "备份", lambda: at(1))
    bad = back_up(place, place.root / "备份", lambda: at(2))
    (bad.path / "journal.db").write_bytes(b"no database at all" * 100)
    found, told = sound_backup(place.root / "备份")
    assert found == good
    assert told == ["2022-09-02 09:00的备份日志已损坏，没有用。"]


def test_the_folder_is_the_schemas(place: Workspace, tmp_path: Path) -> None:
    """Elsewhere each workspace has a folder of its own; with keep 0 nothing is made by itself."""
    other = tmp_path / "另一块盘"
    place.change_schema(f'{place.schema_text}\nbackup: {{folder: "{other.as_posix()}", keep: 0}}\n')
    assert backup_folder(place.root) == other / place.root.name
    assert daily_backup(place) == ""
    assert not other.exists()
    assert back_up(place, backup_folder(place.root)).path.parent == other / place.root.name


def test_a_damaged_journal_is_not_backed_up(place: Workspace) -> None:
    """It would push good backups out."""
    made = back_up(place, place.root / "备份", lambda: at(1))
    path = place.own / "journal.db"
    place.journal.close()
    del place.__dict__["journal"]
    data = bytearray(path.read_bytes())
    data[8192:40960] = bytes(32768)
    path.write_bytes(bytes(data))
    with pytest.raises(StateError, match="ducha recover"):
        back_up(place, place.root / "备份", lambda: at(2))
    assert backups(place.root / "备份") == [made]

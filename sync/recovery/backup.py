"""Backups of what is ours alone: a consistent journal, key and schema of one moment, over one shared store.

``<folder>/<day>_<time>/`` is one backup, complete because it gets its name last; ``<folder>/store/`` holds bytes by
their hash for all of them, so that only what is new is copied. A backup can be made while everything is in use.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ledger.errors import SchemaError, StateError
from ledger.schema import load_schema
from ledger.schema.model import Backup
from sync.atomic import write_private, write_whole
from sync.exchange import make_private
from sync.journal import Journal
from sync.workspace import Workspace, schema_file

__all__ = ["BackupSet", "back_up", "backup_folder", "backups", "daily_backup", "sound_backup"]

_NAME = re.compile(r"\d{4}-\d\d-\d\d_\d{6}(_\d+)?")
_MAKING = "~$备份"  # as long as a backup is not whole; under one name, or nobody would take away what a crash has left
_SMALL = ("key", "password")  # secrets that are copied beside the journal


class BackupSet(NamedTuple):
    """One whole backup: where it lies, and its name, which begins with its day."""

    path: Path
    name: str

    @property
    def day(self) -> str:
        """The day on which it was made."""
        return self.name[:10]

    @property
    def moment(self) -> str:
        """When it was made, for people."""
        return f"{self.day} {self.name[11:13]}:{self.name[13:15]}"


def backup_folder(root: Path) -> Path:
    """Where the backups of a workspace lie: as schema.yaml says, or the usual place where that cannot be read."""
    try:
        where = load_schema(schema_file(root / "schema.yaml")).backup.folder
    except (SchemaError, StateError):
        where = Backup().folder
    # a place elsewhere may be that of several workspaces
    return Path(where) / root.name if Path(where).is_absolute() else root / where


def backups(folder: Path) -> list[BackupSet]:
    """The whole backups in a folder, newest first."""
    try:
        names = sorted((path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    except OSError:
        return []
    return [BackupSet(folder / name, name) for name in names if (folder / name / "journal.db").is_file()]


def daily_backup(workspace: Workspace, clock: Callable[[], datetime] = datetime.now) -> str:
    """Back up once a day. A sentence when that could not be done: it keeps nobody from going on."""
    if not workspace.schema.backup.keep:
        return ""
    folder = backup_folder(workspace.root)
    if any(one.day == f"{clock():%Y-%m-%d}" for one in backups(folder)):
        return ""
    try:
        back_up(workspace, folder, clock)
    except (StateError, OSError, sqlite3.Error) as error:
        return f"今天的备份没有做成（“{folder}”：{_reason(error)}），汇总不受影响，请处理后执行 ducha backup。"
    return ""


def back_up(workspace: Workspace, folder: Path, clock: Callable[[], datetime] = datetime.now) -> BackupSet:
    """Make one backup in ``folder`` and thin out the older ones; it is there whole or not at all."""
    if faults := workspace.journal.faults():
        raise StateError(
            f"日志已损坏（{faults[0].splitlines()[-1]}），没有备份，原有的备份没有改动，请执行 ducha recover。"
        )
    with workspace.backing_up():
        return _backed_up(workspace, folder, clock)


def _backed_up(workspace: Workspace, folder: Path, clock: Callable[[], datetime]) -> BackupSet:
    for unfinished in folder.glob(f"{_MAKING}*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    making = folder / _MAKING
    try:
        making.mkdir(parents=True)
        make_private(making)
        # the journal first: bytes are in the store before the journal names them
        workspace.journal.back_up(making / "journal.db")
        make_private(making / "journal.db")
        for name in _SMALL:
            if (workspace.own / name).is_file():
                write_private(making / name, (workspace.own / name).read_bytes())
        write_whole(making / "schema.yaml", (workspace.root / "schema.yaml").read_bytes())
        for name, data in _new_bytes(workspace, making / "journal.db", folder / "store"):
            write_whole(folder / "store" / name[:2] / name, data)
        made = _named(making, folder, f"{clock():%Y-%m-%d_%H%M%S}")
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _thin(folder, made, workspace.schema.backup.keep)
    return made


def _named(making: Path, folder: Path, name: str) -> BackupSet:
    taken, free = 1, name
    while (folder / free).exists():
        taken += 1
        free = f"{name}_{taken}"
    making.rename(folder / free)
    return BackupSet(folder / free, free)


def _new_bytes(workspace: Workspace, journal: Path, store: Path) -> Iterator[tuple[str, bytes]]:
    """What that journal names and the backups' store does not have; what we have lost ourselves cannot be copied."""
    for name in sorted(_named_in(journal)):
        if not (store / name[:2] / name).is_file() and _sound(workspace.stored_path(name), name):
            yield name, workspace.stored_path(name).read_bytes()


def _named_in(path: Path) -> set[str]:
    journal = Journal(path)
    try:
        return journal.named()
    finally:
        journal.close()


def _thin(folder: Path, made: BackupSet, keep: int) -> None:
    """Of the newest days the last backup each; the one just made always stays."""
    newest: dict[str, BackupSet] = {}
    every = backups(folder)
    for one in every:
        newest.setdefault(one.day, one)
    kept = {*list(newest.values())[: max(keep, 1)], made}
    for one in every:
        if one not in kept:
            with suppress(OSError):
                shutil.rmtree(one.path)
    _thin_store(folder)


def _thin_store(folder: Path) -> None:
    """Take out the bytes that no backup names any more; what one of them needs is not known when it cannot be read."""
    try:
        named = set[str]().union(*(_named_in(one.path / "journal.db") for one in backups(folder)))
    except (StateError, sqlite3.Error):
        return
    for path in (folder / "store").glob("*/*"):
        if path.name not in named:
            with suppress(OSError):  # what is too much does no harm
                path.unlink()


def sound_backup(folder: Path) -> tuple[BackupSet | None, list[str]]:
    """The newest backup whose journal is sound and whose bytes are all there, and what is wrong with newer ones."""
    told: list[str] = []
    for one in backups(folder):
        why = _fault(one, folder / "store")
        if not why:
            return one, told
        told.append(f"{one.moment}的备份{why}，没有用。")
    return None, told


def _fault(one: BackupSet, store: Path) -> str:
    try:
        journal = Journal(one.path / "journal.db")
    except StateError:
        return "日志已损坏"
    try:
        if journal.faults():
            return "日志已损坏"
        damaged = [name for name in journal.named() if not _sound(store / name[:2] / name, name)]
    finally:
        journal.close()
    return f"缺{len(damaged)}份原件" if damaged else ""


def _sound(path: Path, name: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == name


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return {28: "磁盘已满", 30: "磁盘是只读的", 13: "没有权限"}.get(error.errno or 0, error.strerror or str(error))
    return str(error).partition("，")[0]

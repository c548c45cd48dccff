"""Every master that there has been: which bytes of the store were one, and since when.

What a person saved is kept for good. Of our own, which a year of passes would make thousands, the newest are kept and
of the older ones the last of each day. The store's other bytes are never taken away.
"""

import sqlite3
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from ledger.errors import StateError
from sync.atomic import write_whole
from sync.master_cells import now

__all__ = ["MasterVersion", "MasterVersions", "put_beside", "suffix_of"]

_NEWEST = 30  # of our own masters that are kept whatever their day


class MasterVersion(NamedTuple):
    """One master: ``ours`` was written by a publication, ``saved`` by a person. ``at`` is ISO local time."""

    number: int
    at: str
    sha256: str
    origin: Literal["ours", "saved"]


class MasterVersions:
    """The part of the journal that `Journal.masters` gives; it shares the journal's connection and transactions."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._base, self._transaction = connection, transaction

    def all(self) -> list[MasterVersion]:
        """Every master that is kept, oldest first."""
        rows = self._base.execute("SELECT number, at, sha256, origin FROM master ORDER BY number")
        return [MasterVersion._make(row) for row in rows]

    def add(self, digest: str, origin: Literal["ours", "saved"]) -> None:
        """Record that bytes in the store were the master; the one that was recorded last is not recorded again."""
        newest = self._base.execute("SELECT sha256 FROM master ORDER BY number DESC LIMIT 1").fetchone()
        if newest != (digest,):
            self._base.execute("INSERT INTO master (at, sha256, origin) VALUES (?, ?, ?)", (now(), digest, origin))

    def forget(self, lost: Collection[str]) -> int:
        """Forget masters whose bytes are lost; returns how many."""
        gone = [one for one in self.all() if one.sha256 in lost]
        with self._transaction():
            self._base.executemany("DELETE FROM master WHERE number = ?", ((one.number,) for one in gone))
        return len(gone)

    def thin(self) -> set[str]:
        """Forget what is not kept; the answer is the hashes that no master has any more."""
        ours = [one for one in self.all() if one.origin == "ours"]
        last_of_day = {one.at[:10]: one for one in ours}
        over = [one for one in ours[:-_NEWEST] if last_of_day[one.at[:10]] != one]
        with self._transaction():
            self._base.executemany("DELETE FROM master WHERE number = ?", ((one.number,) for one in over))
        return {one.sha256 for one in over} - {one.sha256 for one in self.all()}


def suffix_of(data: bytes) -> str:
    """The ending under which Excel opens a workbook: one with macros only as .xlsm."""
    return ".xlsm" if b"vbaProject" in data else ".xlsx"


def put_beside(version: MasterVersion, stored: Path, master: Path) -> Path:
    """Put a kept master beside the one that stands, under a name of its own; returns where it lies."""
    try:
        data = stored.read_bytes()
    except OSError as error:
        raise StateError(f"第{version.number}版总表的原件读不了（{error.strerror}），请从备份恢复。") from error
    if sha256(data).hexdigest() != version.sha256:
        raise StateError(f"第{version.number}版总表的原件已损坏，请换一版，或执行 ducha recover。")
    day = version.at[:16].replace("-", "").replace(":", "").replace("T", "_")
    path = master.with_name(f"总表_第{version.number}版_{day}{suffix_of(data)}")
    if not path.exists() or path.read_bytes() != data:
        if path.exists():
            raise StateError(f"“{path}”已经有了，内容不同，没有改动，请移开后重试。")
        write_whole(path, data)
    return path

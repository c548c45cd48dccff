"""Rehearsing a sync: the whole of it on a copy in a temporary folder, to see what it would change."""

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.cell import cell_text
from ledger.compare import Comparison, compare
from ledger.errors import StateError
from ledger.snapshot import Snapshot
from sync.intake import Passed, sync_once
from sync.master import open_master
from sync.records import Cell, Conflict
from sync.snapshot import take_snapshot
from sync.waiting import finished_files
from sync.workspace import Workspace

__all__ = ["Rehearsed", "RevisionRow", "rehearse"]

_JOURNAL = "journal.db"
_KEPT_APART = ("lock", _JOURNAL)  # of our own files these are not copied as they lie
RevisionRow = Mapping[str, str]  # a row of sheet 变更: texts by column key


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the next sync would do.

    ``changes`` compares the ledger before and after; ``sources`` says from whom each cell would come. ``conflicts``
    are new, ``decisions`` those that would be obeyed, ``revisions`` the rows of 变更 that would be new or change state,
    ``after`` the whole ledger as it would stand. ``unfinished`` are the files that it would leave, with the reason.
    """

    passed: Passed
    changes: Comparison
    sources: Mapping[Cell, str]
    conflicts: tuple[Conflict, ...]
    decisions: tuple[Conflict, ...]
    revisions: tuple[RevisionRow, ...]
    after: Snapshot
    unfinished: Mapping[Path, str]


def rehearse(
    workspace: Workspace, progress: Callable[[int, int], None] | None = None, master: bytes | None = None
) -> Rehearsed:
    """Run a sync on a copy of the locked ``workspace``, which stays as it is to the last byte.

    With ``master`` the copy has these bytes for its master: the one that somebody is working on and has not saved.
    Every `StateError` that the sync itself would raise is raised here; one more when there is no room for the copy.
    """
    known = {item.number: item.decision for item in workspace.journal.cells.conflicts()}
    finished, unfinished = finished_files(workspace)
    with TemporaryDirectory(prefix="ducha", ignore_cleanup_errors=True) as folder, _explained(workspace, folder):
        copy = _copied(workspace, Path(folder).resolve(), finished)
        if master is not None:
            copy.master.write_bytes(master)
        with copy.locked():
            before, told = take_snapshot(copy, None), _revision_rows(copy)
            passed = sync_once(copy, progress)
            after = take_snapshot(copy, None)
            conflicts = copy.journal.cells.conflicts()
            revisions = _revision_rows(copy)
    return Rehearsed(
        passed=passed,
        changes=compare(before, after),
        sources={cell: source for cell, _, _, source in passed.published.changes},
        conflicts=tuple(item for item in conflicts if item.number not in known),
        decisions=tuple(item for item in conflicts if item.decision and known.get(item.number) == ""),
        revisions=tuple(row for name, row in revisions.items() if told.get(name, {}).get("state") != row["state"]),
        after=after,
        unfinished=unfinished,
    )


class _Copy(Workspace):
    """A workspace in another folder; what the original has in its store need not be copied."""

    def __init__(self, root: Path, original: Workspace) -> None:
        super().__init__(root)
        self._original = original

    def stored_path(self, name: str) -> Path:
        """Where bytes with this sha256 lie, in the copy unless the original has them."""
        theirs = self._original.stored_path(name)
        return theirs if theirs.is_file() else super().stored_path(name)


def _copied(workspace: Workspace, root: Path, finished: Iterable[Path]) -> _Copy:
    """All that a sync reads; of the inbox only what would be taken in, so that a long year costs no more."""
    own = workspace.root
    files = [path for path in workspace.own.iterdir() if path.is_file() and not path.name.startswith(_KEPT_APART)]
    files += [own / "schema.yaml", *finished]
    files += [path for path in (own / "templates").rglob("*") if path.is_file()]
    if workspace.master.is_file():
        files.append(workspace.master)
    for path in files:
        target = root / path.relative_to(own)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)  # with its time: a submission's arrival is read from it
    (root / "inbox").mkdir(exist_ok=True)
    source, target = (folder / ".ducha" / _JOURNAL for folder in (own, root))
    with closing(sqlite3.connect(source)) as theirs, closing(sqlite3.connect(target)) as mine:
        theirs.backup(mine)
    return _Copy(root, workspace)


@contextmanager
def _explained(workspace: Workspace, folder: str) -> Iterator[None]:
    """Errors that speak of the copy are told of the original; those of a full disk as what they are."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, StateError) as error:
        cause = error.__cause__ if isinstance(error, StateError) else error
        if _is_full(cause):
            told = f"临时文件夹所在的磁盘已满，放不下试汇总用的副本（“{Path(folder).parent}”）"
            raise StateError(f"{told}，工作区没有任何改动，请清理磁盘后重试。") from error
        if isinstance(error, StateError):
            raise StateError(str(error).replace(str(Path(folder).resolve()), str(workspace.root))) from error
        if isinstance(error, OSError):
            told = f"“{error.filename}”读不了（{error.strerror}），试汇总没有做成"
            raise StateError(f"{told}，工作区没有任何改动，请关闭正在使用它的程序后重试。") from error
        raise


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _revision_rows(workspace: Workspace) -> dict[str, RevisionRow]:
    """The rows of sheet 变更 by number, none where the master has no such sheet."""
    table = open_master(workspace).lists.get("revisions")
    rows = [{key: cell_text(value) for key, value in row.values.items()} for row in table.rows] if table else []
    return {row["id"]: row for row in rows if row.get("id")}

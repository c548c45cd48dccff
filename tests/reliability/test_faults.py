"""Disks that are full, read-only or broken, shares that go, files that are open, clocks that go back.

Each is real where the system lets us, else an error raised at a boundary, and each is proven to have happened. The
command ends with one sentence, the old master stands whole, and when it is over a normal day's work ends as ever.
"""

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from invariants import everything_kept, in_order, master_whole, nothing_more_to_do
from killing import Hit, Plan, Told, run
from ordeal import Ordeal, said
from scenario import collect, looking, play, saved_meanwhile

import sync.master_cells
from sync import atomic
from sync.watching.watch import Watcher

pytestmark = pytest.mark.timeout(900)  # preparing the workspace counts too
FULL, BROKEN = "database or disk is full", "disk I/O error"
ALWAYS = 1 << 20  # the error comes at every hit from then on
# point and hit, error, how often it comes, a word of the sentence
RAISED: list[tuple[str, int, int | str, int, str]] = [
    ("before store", 4, errno.EIO, 1, "磁盘或网络读写出错"),
    ("in the middle of writing", 12, errno.ENOSPC, 1, "磁盘已满"),
    ("before rename", 3, errno.EROFS, ALWAYS, "磁盘是只读的"),
    ("before schema", 1, errno.EACCES, 1, "没有权限"),
    ("before swap", 1, errno.EIO, ALWAYS, "磁盘或网络读写出错"),
    ("before put back", 1, errno.EIO, 1, "磁盘或网络读写出错"),
    ("before COMMIT", 2, FULL, 1, "磁盘已满"),
    ("before COMMIT", 4, BROKEN, ALWAYS, "磁盘或网络读写出错"),
    ("before INSERT base", 1, FULL, 1, "磁盘已满"),
]


def impatient(root: Path) -> int:
    """One pass that does not wait for what is open."""
    atomic._PATIENCE = 0
    return collect(root)


@pytest.mark.parametrize(("point", "number", "error", "times", "word"), RAISED)
def test_an_error_at_a_boundary(
    ordeal: Ordeal, point: str, number: int, error: int | str, times: int, word: str
) -> None:
    with ordeal.copy() as root:
        told = run(impatient, root, Plan(fail=Hit(point, number), error=error, times=times))
        assert told.fired[0] == (point, number)
        stopped(root, told, word)
        ordeal.recover(root)


@pytest.mark.parametrize("most", [4_000, 16_000])
def test_files_may_not_grow(ordeal: Ordeal, most: int) -> None:
    """The system itself refuses: a limit on the size of files."""
    with ordeal.copy() as root:
        stopped(root, run(partial(limited, most=most), root), "")
        ordeal.recover(root)


def limited(root: Path, most: int) -> int:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    return collect(root)


@pytest.mark.parametrize("free", [0, 200_000])
def test_a_disk_that_is_full(ordeal: Ordeal, free: int) -> None:
    """A real one, of a few megabytes: with room for nothing, or for some files."""
    with small_disk(ordeal) as root:
        ballast = root / "ballast"
        fill_up(ballast, free)
        told = run(collect, root)
        stopped(root, told, "磁盘已满")
        ballast.unlink()
        ordeal.recover(root)


def test_a_disk_that_is_read_only(ordeal: Ordeal) -> None:
    with small_disk(ordeal) as root:
        remount(root, "ro")
        stopped(root, run(collect, root), "只读")
        remount(root, "rw")
        ordeal.recover(root)


def test_an_inbox_that_is_gone(ordeal: Ordeal) -> None:
    """A share that was unmounted: one sentence, and everything is taken when it is back."""
    with ordeal.copy() as root:
        away = (root / "inbox").rename(root / "away")
        stopped(root, run(collect, root), "收件文件夹")
        away.rename(root / "inbox")
        ordeal.recover(root)


def test_a_workspace_that_is_gone(ordeal: Ordeal) -> None:
    with ordeal.copy() as root:
        away = root.rename(root.parent / "away")
        told = run(collect, root)
        assert (told.code, "不是督查台账的工作区" in said(root), "Traceback" in said(root)) == (4, True, False)
        away.rename(root)
        ordeal.recover(root)


def test_a_master_that_somebody_keeps_open(ordeal: Ordeal) -> None:
    """Windows refuses to replace it: reports are accepted, the preview and a sentence say what waits."""
    with ordeal.copy() as root:
        told = run(impatient, root, Plan(fail=Hit("before swap", 1), error=errno.EACCES, times=ALWAYS))
        assert told.fired
        assert told.code == 0
        assert "正被其他程序打开" in said(root)
        assert (root / "master_待发布_1.xlsx").is_file()
        assert (root / "master.xlsx").read_bytes() == ordeal.saved[-1]  # as somebody has saved it meanwhile
        with looking(root) as place:
            assert place.journal.submissions.undecided() == []
            assert place.journal.submissions.taken() != []
        ordeal.recover(root)


def test_the_watcher_waits_and_goes_on(ordeal: Ordeal) -> None:
    """Whatever it is, it is told once in the log, the watcher lives, and takes everything in when it is over."""
    with ordeal.copy() as root:
        told = run(watching, root, Plan(fail=Hit("before store", 1), error=errno.ENOSPC, times=3))
        assert [hit.number for hit in told.fired] == [1, 2, 3]
        assert told.code == 0, said(root)
        log = (root / ".ducha" / "log" / "sync.log").read_text(encoding="utf-8")
        assert log.count("暂时做不下去（磁盘已满），稍后再试。") == 1
        assert "总表已更新" in log
        ordeal.recover(root)


def watching(root: Path) -> int:
    """Scans until something has been taken in."""
    passed: list[object] = []
    watcher = Watcher(root, passed.append)
    with saved_meanwhile(root):
        for _ in range(8):
            watcher.scan()
    watcher.close()
    return 0 if passed else 1


def test_a_clock_that_goes_back(ordeal: Ordeal) -> None:
    """17: every moment that is written lies before the last one, by weeks; the order of nothing changes."""
    with ordeal.copy() as root:
        assert run(backwards, root).code == 0
        with sqlite3.connect(root / ".ducha" / "journal.db") as base:
            moments = [at for (at,) in base.execute("SELECT at FROM step ORDER BY rowid")]
        base.close()
        assert moments[-1] < moments[-20] < "2022-01-01"
        in_order(root, ordeal.outcome, ordeal.saved)
        nothing_more_to_do(root)


def backwards(root: Path) -> None:
    class Clock(datetime):
        moment = datetime(2021, 12, 31)

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
            cls.moment -= timedelta(hours=1)
            return cls.moment

    sync.master_cells.datetime = Clock  # type: ignore[misc]
    play(root)


# what must hold


def stopped(root: Path, told: Told, word: str) -> None:
    """One sentence and an exit code, no traceback; what is journaled is there, the master is whole."""
    text = said(root)
    assert told.code == 4, text
    assert "Traceback" not in text
    last = text.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert last.endswith("。")
    assert word in last
    everything_kept(root)
    master_whole(root)


@contextmanager
def small_disk(ordeal: Ordeal) -> Iterator[Path]:
    """The workspace on a disk of its own, in memory, which can be filled."""
    with ordeal.copy() as root:
        away = root.rename(root.parent / "away")
        root.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", root], capture_output=True)
        if mounted.returncode:
            pytest.skip("no disk can be mounted here")
        try:
            shutil.copytree(away, root, dirs_exist_ok=True)
            yield root
        finally:
            subprocess.run(["umount", root], check=True)


def remount(place: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", place], check=True)


def fill_up(ballast: Path, free: int) -> None:
    """Leave so many bytes."""
    found = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        file.write(bytes(max(0, found.f_bavail * found.f_frsize - free)))

"""The watcher: how soon a finished file is in the master, and what it costs while nothing happens."""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue

from bench.offices import fill, found_office
from sync.intake import Passed
from sync.watching.settled import SETTLED
from sync.watching.watch import Watcher
from sync.workspace import Workspace

__all__ = ["measure_idle", "measure_latency"]

_TIMES = 5
_OLD, _FOLDERS = 5_000, 50
_WATCH = "from ducha.cli import main; main()"


def measure_latency(rows: int, goal: float, times: int = _TIMES) -> Iterator[tuple[str, str]]:
    """Seconds from the rename that ends a copy to the master in its place, less the settling time."""
    with tempfile.TemporaryDirectory() as folder:
        share = min(rows, 93)
        office = found_office(Path(folder) / "office", rows // share, (share, share))
        heard: Queue[Passed] = Queue()
        watcher, taken = Watcher(office.root, heard.put, interval=30), []
        thread = threading.Thread(target=watcher.run, daemon=True)
        with closing(watcher):
            thread.start()
            time.sleep(2)
            for number in range(times):
                taken.append(_sent(office, number) - SETTLED)
            watcher.stop()
            thread.join()
        told = f"{statistics.median(taken):.2f} s (target {goal} s; {times} files; settling {SETTLED:g} s)"
        yield f"last byte to master of {share * (rows // share)} rows", told


def _sent(office: Workspace, number: int) -> float:
    sources = sorted((office.root / "outbox").glob("*/*.xlsx"))
    source = sources[number % len(sources)]
    target = office.root / "inbox" / source.parent.name / source.name
    copy = target.with_suffix(".part")
    copy.write_bytes(fill(source.read_bytes(), random.Random(number)))
    before = office.master.stat().st_ino
    copy.replace(target)
    start = time.perf_counter()
    while office.master.stat().st_ino == before:
        if time.perf_counter() - start > 300:
            raise RuntimeError("the watcher does not answer")
        time.sleep(0.005)
    return time.perf_counter() - start


def measure_idle(seconds: float) -> Iterator[tuple[str, str]]:
    """Share of one core with so many files in the inbox that have been dealt with. Linux only."""
    with tempfile.TemporaryDirectory() as folder:
        office = found_office(Path(folder) / "office", 2)
        for number in range(_OLD):
            path = office.root / "inbox" / f"旧{number % _FOLDERS}" / f"{number}.xlsx"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{number % _FOLDERS}")
            os.utime(path, (1e9, 1e9))
        command = [sys.executable, "-c", _WATCH, "sync", "--watch", "--workspace", str(office.root)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _quiet(process.pid)
            before = _used(process.pid)
            time.sleep(seconds)
            share = (_used(process.pid) - before) / seconds
        finally:
            process.terminate()
            process.wait()
        yield f"idle for {seconds:.0f} s, {_OLD} old files", f"{share:.2%} of a core (target 1%)"


def _quiet(pid: int) -> None:
    """Wait until the first pass is over: ten seconds in which next to nothing was done."""
    before = -1.0
    while (now := _used(pid)) - before > 0.2:
        before = now
        time.sleep(10)


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # its own and its ended children's

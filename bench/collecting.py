"""A collecting day: every unit's workbook read, checked, merged and published from cold, against what an office has.

Each contestant is a process of its own. Beside the seconds stands the processor time of all its processes, which says
more on a busy machine.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from bench.offices import PERIOD, found_office, send
from bench.timing import paired, peak
from ledger.period import Period
from sync.distribute import distribute
from sync.periods import open_period
from sync.reading.contents import Request, contents
from sync.unit import HIDDEN, SIGNED
from sync.workspace import Workspace

__all__ = ["measure_collecting", "measure_growth"]

USUAL, MANY, PERIODS = 100, 1_000, 10
_OFTEN = 0.02  # seconds between two looks at how much memory a process holds
_SYNC = "from ducha.cli import main; main()"


class Cost(NamedTuple):
    """What a process took: its time includes the processes that it started, its peak does not."""

    seconds: float
    cpu: float
    peak: float  # bytes

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.cpu:.1f} s CPU, {self.peak / 1e6:.0f} MB"


def measure_collecting(units: int = USUAL) -> Iterator[tuple[str, str]]:
    """Ratios of seconds and of processor time; above 1 ours is faster, though only ours checks anything."""
    with tempfile.TemporaryDirectory() as folder:
        office = found_office(Path(folder) / "office", units)
        count = send(office)
        files = [path.read_bytes() for path in sorted((office.root / "inbox").glob("*/*.xlsx"))]
        copy = Path(folder) / "copy"
        taken: dict[str, list[Cost]] = {"ours": [], "openpyxl": [], "calamine": []}
        for turn in ("ours", "openpyxl", "ours", "calamine", "ours"):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(office.root, copy)
            taken[turn].append(_ours(copy) if turn == "ours" else _theirs(copy, turn))
        ours = sorted(taken["ours"])[1]
        yield f"{count} workbooks collected and published", str(ours)
        for engine, goal in (("openpyxl", 15), ("calamine", 6)):
            (theirs,) = taken[engine]
            ratios = f"{theirs.seconds / ours.seconds:.1f}×, CPU {theirs.cpu / ours.cpu:.1f}×"
            yield f"  bench.baseline with {engine} / ours", f"{ratios} (target {goal}×; {theirs})"
        start = time.process_time()
        _least(files, (office.root / "master.xlsx").read_bytes())
        least = time.process_time() - start
        yield "  ours / one-core limit", f"{ours.seconds / least:.1f}×, CPU {ours.cpu / least:.1f}× (target at most 3×)"
        own, raw = paired(lambda: list(map(_read, files[:20])), lambda: list(map(_unpacked, files[:20])))
        yield (
            "reading alone / inflating and parsing",
            f"{own / raw:.1f}× ({own / 20 * 1e3:.1f} ms; target at most 1.5×)",
        )


def measure_growth(units: int = MANY) -> Iterator[tuple[str, str]]:
    """The same office month after month: whether the tenth thousand of workbooks costs more than the first."""
    with tempfile.TemporaryDirectory() as folder:
        office = found_office(Path(folder) / "office", units)
        for month in range(PERIODS):
            period = Period.parse(f"{PERIOD.year}-{month + 1:02}")
            if period != PERIOD:
                _next(office, period)
            shutil.rmtree(office.root / "inbox")
            for unit in (office.root / "outbox").iterdir():
                (office.root / "inbox" / unit.name).mkdir(parents=True)
            send(office, period)
            yield f"workbooks {month * units + 1} to {(month + 1) * units}", str(_ours(office.root))


def _next(office: Workspace, period: Period) -> None:
    with office.locked():
        open_period(office, period)
        distribute(office, period)


def _ours(root: Path) -> Cost:
    return _run([sys.executable, "-c", _SYNC, "sync", "--workspace", str(root)])


def _theirs(root: Path, engine: str) -> Cost:
    return _run([sys.executable, "-m", "bench.baseline", str(root / "inbox"), str(root / "merged.xlsx"), engine])


def _run(command: list[str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most, ended = 0.0, 0
    while not ended:
        most = max(most, peak(process.pid))
        time.sleep(_OFTEN)
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    if status:
        raise RuntimeError(f"{command} ended with {status}")
    return Cost(time.perf_counter() - start, used.ru_utime + used.ru_stime, most)


def _read(data: bytes) -> object:
    return contents(Request(data, (), HIDDEN, tuple(SIGNED)))


def _unpacked(data: bytes) -> list[bytes]:
    """The least that reading takes: every member inflated, and its XML parsed by a parser that does nothing."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            found.append(archive.read(name))
            expat.ParserCreate().Parse(found[-1], True)
    return found


def _least(files: list[bytes], master: bytes) -> None:
    """The least that one core needs: every workbook unpacked and parsed, the master too and packed again."""
    for data in files:
        _unpacked(data)
    for part in _unpacked(master):
        zlib.compress(part, 1)

"""The lossless editor against openpyxl doing the same, in one run: file in, 30 rows × 4 cells, file out.

Both write a new file at each turn, as the product does before it renames it: writing over an old one makes the disk
take part. Neither flushes it to the disk. The masters are those of `bench.masters`, and the one that the product itself
makes of the example 安平市 in a month: 16 sheets, the board with its charts, lists and log.
"""

import random
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import openpyxl

from bench.loop import played
from bench.masters import SHEET, edits, masters, text
from bench.timing import apart, paired
from xlsx import Book, Value

CHANGED = 30
PART = "xl/worksheets/sheet1.xml"
ANNEX, FIRST_TASK, LAST_TASK = "附件1", 5, 79  # in the product's own master
# rows; how often openpyxl is run; targets without and with a pivot table
SIZES = ((186, 15, (30, 100)), (2_000, 5, (80, 300)), (20_000, 2, (100, 400)))
MEMORY, BYTES = 5, 8


def measure_edits() -> Iterator[tuple[str, str]]:
    """Ratios of medians; above 1 the editor is faster, or takes less memory."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "master.xlsx", Path(folder) / "changed.xlsx"
        for rows, times, targets in SIZES:
            cells = edits(rows, CHANGED)
            ours, theirs = (partial(change, source, target, SHEET, cells) for change in (_put, _put_openpyxl))
            for data, pivot, goal in zip(masters(rows), ("", " and pivot"), targets, strict=True):
                source.write_bytes(data)
                own, other = paired(ours, theirs, times, ours_times=3)
                what = f"{CHANGED}×4 cells, {rows} rows{pivot}, openpyxl / ours"
                runs = f"{times} runs of openpyxl"
                yield what, f"{other / own:.0f}× ({own * 1e3:.1f} ms; target {goal}×; {runs})"
        # the last one is the largest, with everything
        peaks = [apart(change) for change in (theirs, ours)]
        yield f"peak memory, {rows} rows and pivot", f"{peaks[0] / peaks[1]:.0f}× ({_mb(peaks[1])}; target {MEMORY}×)"
        own, least = paired(ours, partial(_rewritten, source, target))
        yield f"{rows} rows, ours / repacking the same bytes", f"{own / least:.1f}× (target at most {BYTES}×)"
        own, least = paired(ours, partial(_copied, source, target))
        yield f"{rows} rows, ours / copying the file", f"{own / least:.0f}×"
        source.write_bytes(played(Path(folder)))
        ours, theirs = (partial(change, source, target, ANNEX, _day()) for change in (_put, _put_openpyxl))
        own, other = paired(ours, theirs, 9, ours_times=3)
        yield f"{CHANGED}×4 cells, the product's master, openpyxl / ours", f"{other / own:.0f}× ({own * 1e3:.1f} ms)"


def _day() -> dict[str, Value]:
    """What a day brings to the product's own master: progress, problems, status and date of some tasks."""
    chance = random.Random(3)
    changed: dict[str, Value] = {}
    for row in sorted(chance.sample(range(FIRST_TASK, LAST_TASK + 1), CHANGED)):
        changed |= {f"K{row}": text(chance, 8), f"L{row}": "无", f"N{row}": "已完成"}
        changed[f"P{row}"] = date(2022, 12, 1 + row % 28)
    return changed


def _mb(size: float) -> str:
    return f"{size / 1e6:.0f} MB"


def _put(source: Path, target: Path, sheet: str, cells: Mapping[str, Value]) -> None:
    book = Book(source.read_bytes())
    for ref, value in cells.items():
        book.put(sheet, ref, value)
    target.unlink(missing_ok=True)
    target.write_bytes(book.save())


def _put_openpyxl(source: Path, target: Path, sheet: str, cells: Mapping[str, Value]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says what it is about to lose
        book = openpyxl.load_workbook(source)
    for ref, value in cells.items():
        book[sheet][ref] = value
    target.unlink(missing_ok=True)
    book.save(target)


def _rewritten(source: Path, target: Path) -> None:
    """The least that any editor must do: read the file, unpack the sheet, pack it at the same level, write all."""
    data = source.read_bytes()
    with zipfile.ZipFile(source) as archive:
        info = archive.getinfo(PART)
        content = archive.read(info)  # checks the CRC
    start = info.header_offset + 30 + len(PART)
    packed = zlib.compress(content, 1, wbits=-15)
    zlib.crc32(content)
    target.unlink(missing_ok=True)
    target.write_bytes(b"".join((data[:start], packed, data[start + info.compress_size :])))


def _copied(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.write_bytes(source.read_bytes())

"""The lossless editor against openpyxl doing the same, in one run: file in, 30 rows × 4 cells, file out."""

import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import openpyxl

from bench.masters import SHEET, edits, masters
from bench.timing import apart, paired
from xlsx import Book, Value

CHANGED = 30
PART = "xl/worksheets/sheet1.xml"
# rows; how often openpyxl is run; targets without and with a pivot table
SIZES = ((186, 15, (30, 100)), (2_000, 5, (80, 300)), (20_000, 2, (100, 400)))
MEMORY, BYTES = 5, 8


def measure_edits() -> Iterator[tuple[str, str]]:
    """Ratios of medians; above 1 the editor is faster, or takes less memory."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "master.xlsx", Path(folder) / "changed.xlsx"
        for rows, times, targets in SIZES:
            cells = edits(rows, CHANGED)
            ours, theirs = (partial(change, source, target, cells) for change in (_put, _put_openpyxl))
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


def _mb(size: float) -> str:
    return f"{size / 1e6:.0f} MB"


def _put(source: Path, target: Path, cells: Mapping[str, Value]) -> None:
    book = Book(source.read_bytes())
    for ref, value in cells.items():
        book.put(SHEET, ref, value)
    target.write_bytes(book.save())


def _put_openpyxl(source: Path, target: Path, cells: Mapping[str, Value]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says what it is about to lose
        book = openpyxl.load_workbook(source)
    for ref, value in cells.items():
        book[SHEET][ref] = value
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
    target.write_bytes(b"".join((data[:start], packed, data[start + info.compress_size :])))


def _copied(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())

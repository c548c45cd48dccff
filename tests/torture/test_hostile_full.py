"""The hostile set in full size, each file alone in a fresh process that goes on living: seconds and memory are told."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from places import made
from scan_samples import CLOSE, HOSTILE, OPEN, pack, parts

SECONDS, MEGABYTES = 5.0, 512
_PROGRAM = """
import json, sys, time
from pathlib import Path
from sync.intake import sync_once
from sync.waiting import finished_files
from sync.workspace import Workspace
place, name = Workspace(Path(sys.argv[1])), sys.argv[2]
with place.locked():
    sync_once(place)
    (place.root / "inbox" / "warm.xlsx").write_bytes(b"x")
    sync_once(place)
    Path(name).rename(place.root / "inbox" / "坏.xlsx")
    begin = time.monotonic()
    finished_files(place, patient=False)  # what is broken would wait for a minute
    (one,) = sync_once(place).decided
    took = time.monotonic() - begin
    told = [item.code for item in one.findings]
    (place.root / "inbox" / "after.xlsx").write_bytes(b"y")
    assert len(sync_once(place).decided) == 1
# what getrusage tells would hold the peak of the test's own process too, from which this one was started
(peak,) = [int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps([one.verdict, told, took, peak]))
"""


def written(path: Path, name: str, before: str, text: str, times: int, after: str) -> None:
    """A workbook one part of which is too long to make in memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for part, data in parts().items():
            if part != name:
                package.writestr(part, data)
        with package.open(name, "w", force_zip64=True) as part:
            part.write(before.encode())
            block = (text * 4_096).encode()
            for _ in range(times // 4_096):
                part.write(block)
            part.write(after.encode())


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(300 << 20)


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
TEXT = f"<si><t>{'x' * 1_000}</t></si>"
STYLED = "<row>" + '<c s="1"/>' * 10 + "</row>"
FULL: dict[str, Callable[[Path], object]] = {
    "cells of a gigabyte": lambda path: written(path, SHEET, OPEN + "<row>", "<c/>", 256 << 20, "</row>" + CLOSE),
    "strings of a gigabyte": lambda path: written(path, STRINGS, "<sst>", TEXT, 1 << 20, "</sst>"),
    "a million empty rows": lambda path: written(path, SHEET, OPEN, "<row/>", 1 << 20, CLOSE),
    "styled empty cells": lambda path: written(path, SHEET, OPEN, STYLED, 1 << 20, CLOSE),
    "300 MB": sparse,
    "a directory of 60 MB": lambda path: path.write_bytes(pack({f"xl/{n}": b"" for n in range(200_000)})),
    **{name: lambda path, make=make: path.write_bytes(make()) for name, (_, make) in HOSTILE.items()},
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full") / "安平"
    made(folder)
    return folder


@pytest.mark.parametrize("name", FULL)
def test_it_costs_little(root: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Decided by a process that stays small, is not held up, and takes the next file."""
    place = Path(shutil.copytree(root, tmp_path / "安平"))
    FULL[name](tmp_path / "坏")
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(place), str(tmp_path / "坏")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict, codes, took, peak = json.loads(done.stdout)
    with capsys.disabled():
        print(f"{name}: {verdict} {codes} {took:.1f} s {peak} MB")
    assert verdict in ("returned", "quarantined")
    assert (took < SECONDS, peak < MEGABYTES) == (True, True)

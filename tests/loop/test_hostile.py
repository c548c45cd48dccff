"""Hostile files: each is answered with one clear sentence, costs at most a worker, and the next good one is read."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from clerk import PERIOD, fill
from scan_samples import (
    CLOSE,
    HOSTILE,
    MAIN,
    OPEN,
    cell,
    damaged,
    declared,
    filled,
    ole,
    pack,
    parts,
    relations,
    strings,
    twice,
)

from ledger.errors import StateError
from ledger.finding import Finding
from sync.intake import sync_once
from sync.master import open_master
from sync.reading.caps import cap_memory
from sync.reading.read import Reading, read_ahead, read_workbook
from sync.reading.worker import Workers
from sync.workspace import Workspace

GOOD = pack(parts())
CORNERS = '<row><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
CELLS = filled("<c/>", 1 << 20, OPEN + "<row>", "</row>" + CLOSE)
BIG_SHEET = filled("<row/>", 3_000, OPEN, CLOSE)
WHOLE_MERGE = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
STYLED = filled("<row>" + '<c s="1"/>' * 10 + "</row>", 300, OPEN, CLOSE)

# under limits of about a hundredth: name → (file, code, a word of the sentence)
FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "cells of a gigabyte": (lambda: pack(CELLS), "file_too_big", "内容过多"),
    "strings of a gigabyte": (lambda: strings("", f"<si><t>{'x' * 9_000}</t></si>", 300), "file_too_big", "内容过多"),
    "corners": (lambda: pack(parts(CORNERS)), "file_unreadable", "位置不正常"),
    "merge of everything": (lambda: pack(parts(rest=WHOLE_MERGE)), "file_too_big", "内容过多"),
    "uniqueCount": (lambda: strings('uniqueCount="4000000000"'), "file_too_big", "内容过多"),
    "billion laughs": (HOSTILE["billion laughs"][1], "file_unreadable", "不允许"),
    "external entity": (lambda: declared('<!ENTITY x SYSTEM "file:///etc/passwd">'), "file_unreadable", "不允许"),
    "empty rows": (lambda: pack(BIG_SHEET), "file_too_big", "内容过多"),
    "styled empty cells": (lambda: pack(STYLED), "file_too_big", "内容过多"),
    "deep": (HOSTILE["deep"][1], "file_too_big", "内容过多"),
    "duplicate part": (lambda: twice("xl/workbook.xml"), "file_unreadable", "结构不正常"),
    "repeated cell": (HOSTILE["twice"][1], "file_unreadable", "位置不正常"),
    "wrong checksum": (lambda: damaged("xl/workbook.xml"), "file_unreadable", "损坏"),
    "truncated": (lambda: GOOD[:-300], "file_unreadable", "损坏"),
    "half": (lambda: GOOD[: len(GOOD) // 2], "file_unreadable", "损坏"),
    "overlapping parts": (HOSTILE["overlapping"][1], "file_unreadable", "结构不正常"),
    "names that climb": (HOSTILE["parent folder"][1], "file_unreadable", "结构不正常"),
    "random bytes": (lambda: bytes((n * 7919 >> 3) % 256 for n in range(5_000)), "file_not_xlsx", "原件"),
    "empty file": (lambda: b"", "file_unreadable", "空的"),
    "OLE garbage": (lambda: ole("Workbook"), "file_unreadable", "损坏"),
    "OLE of nothing": (lambda: ole("Nothing"), "file_not_xlsx", "原件"),
    "infinite number": (lambda: cell('r="A1"', "<v>1e999</v>"), "file_unreadable", "位置不正常"),
}  # fmt: skip


@pytest.fixture(scope="module")
def tight() -> Iterator[Workers]:
    with Workers("hostile_readers:tight", count=1) as workers:
        yield workers


@pytest.fixture(scope="module")
def moody() -> Iterator[Workers]:
    """Workers that may be hung, swollen and killed; a second and 400 MB a file."""
    with Workers("hostile_readers:moody", count=1, seconds=1.0, memory=400 << 20) as workers:
        yield workers


def told(found: Reading | Finding) -> Finding:
    """The finding, which must be one Chinese sentence."""
    assert isinstance(found, Finding)
    assert re.search(r"[一-鿿]", found.message)
    assert found.message.endswith("。")
    assert not re.search(r"None|\{|Error|Traceback", found.message)
    return found


def well(workers: Workers) -> bool:
    """Whether a good workbook is read now."""
    return isinstance(read_workbook(GOOD, "好.xlsx", "k", workers=workers), Reading)


@pytest.mark.parametrize("name", FILES)
def test_hostile_files_are_explained(tight: Workers, name: str) -> None:
    """In good time, and the next workbook is read."""
    make, code, word = FILES[name]
    data = make()
    start = time.monotonic()
    found = told(read_workbook(data, "甲.xlsx", "k", workers=tight))
    assert time.monotonic() - start < 5
    assert found.code == code
    assert word in found.message
    assert well(tight)


def counting() -> bytes:
    """A workbook whose shared strings say that they are four milliards."""
    links = relations(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))
    table = f'<sst xmlns="{MAIN}" uniqueCount="4000000000"></sst>'
    return pack(parts(**{"xl/sharedStrings.xml": table, "xl/_rels/workbook.xml.rels": links}))


@pytest.mark.parametrize("make", [lambda: pack(parts(CORNERS)), counting], ids=["corners", "uniqueCount"])
def test_a_library_that_aborts_kills_its_worker_alone(make: Callable[[], bytes]) -> None:
    """The real abort of calamine, as it would be if the pre-scan had a hole."""
    with Workers("hostile_readers:loose", count=1) as workers:
        before = worker_of(workers)
        found = told(read_workbook(make(), "甲.xlsx", "k", workers=workers))
        assert (found.code, "内容过多" in found.message) == ("file_too_big", True)
        assert not running(before)
        assert worker_of(workers) != before


def worker_of(workers: Workers) -> int:
    """The process that reads now; a good workbook is read by it."""
    assert well(workers)
    (idle,) = workers._idle
    return idle._process.pid


def running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


FAULTS = {
    b"hang": ("file_too_big", "读取超时"),
    b"hang in a library": ("file_too_big", "读取超时"),
    b"swell": ("file_too_big", "内容过多"),
    b"answer much": ("file_too_big", "内容过多"),
    b"abort": ("file_too_big", "内容过多"),
    b"die": ("file_unreadable", "已损坏"),
    b"raise": ("file_unreadable", "已损坏"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_worker_that_hangs_swells_or_dies_is_replaced(moody: Workers, fault: bytes) -> None:
    """In time, with the process gone, and the next workbook is read by another one."""
    code, word = FAULTS[fault]
    before = worker_of(moody)
    start = time.monotonic()
    found = told(read_workbook(fault, "甲.xlsx", "k", workers=moody))
    assert time.monotonic() - start < 5
    assert (found.code, word in found.message) == (code, True)
    assert not running(before)
    assert worker_of(moody) != before


def test_what_a_library_prints_is_no_answer(moody: Workers) -> None:
    """The pipe of answers is ours alone."""
    assert told(read_workbook(b"print", "甲.xlsx", "k", workers=moody)).code == "file_not_xlsx"


def test_a_worker_that_somebody_else_killed_costs_nothing(moody: Workers) -> None:
    """Between two files, and stopping the whole group leaves the worker to its owner."""
    before = worker_of(moody)
    os.kill(before, signal.SIGINT)
    os.kill(before, signal.SIGTERM)
    assert worker_of(moody) == before
    os.kill(before, signal.SIGKILL)
    assert worker_of(moody) != before


def test_a_batch_keeps_its_order_whatever_happens_in_it() -> None:
    """Faults in the middle, two workers: answers come in the order of the files."""
    few = [(GOOD, "好")] * 24
    files = [*few, (GOOD, "好"), (b"die", "死"), (GOOD, "好"), (b"hang", "停"), (b"", "空"), (GOOD, "好"), (GOOD, "好")]
    with Workers("hostile_readers:moody", seconds=1.0) as workers:
        codes = [getattr(found, "code", None) for found in read_ahead(files, "k", workers=workers)]
    assert codes[:24] == [None] * 24
    assert codes[24:] == [None, "file_unreadable", None, "file_too_big", "file_unreadable", None, None]


def test_a_file_of_any_size_is_refused_before_it_is_sent() -> None:
    """No worker is even started for it."""
    with Workers("no.such:module") as workers:
        assert told(read_workbook(bytes(31 << 20), "甲.xlsx", "k", workers=workers)).code == "file_too_big"


def test_without_workers_nothing_is_blamed_on_the_file() -> None:
    """A reader that cannot start is an error of the machine: the pass stops and says so."""
    with Workers("no.such:module") as workers, pytest.raises(StateError, match="启动不了"):
        read_workbook(GOOD, "甲.xlsx", "k", workers=workers)


def test_workers_end_with_their_owner(tmp_path: Path) -> None:
    """Whether it ends well, by an error, or is killed while a file hangs: no process is left."""
    program = tmp_path / "owner.py"
    program.write_text(
        "import sys\nfrom sync.reading.worker import Workers\n"
        "from sync.reading.contents import Request\n"
        "made = Workers('hostile_readers:moody', seconds=2.0)\n"
        "print(made.submit(Request(b'who', (), '', ())).result().code, flush=True)\n"
        "if sys.argv[1] == 'error': raise RuntimeError\n"
        "if sys.argv[1] == 'killed': made.submit(Request(b'hang', (), '', ())); sys.stdin.read()\n"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    for end in ("well", "error", "killed"):
        with subprocess.Popen(
            [sys.executable, str(program), end],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        ) as owner:
            assert owner.stdout
            worker = int(owner.stdout.readline())
            if end == "killed":
                owner.kill()
        patience = time.monotonic() + 10
        while running(worker) and time.monotonic() < patience:
            time.sleep(0.05)
        assert not running(worker)


def test_the_cap_of_memory_is_what_the_system_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows there is none, and the worker goes on without."""
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(sys, "platform", "win32")
    assert cap_memory(1) is False
    monkeypatch.setattr(sys, "platform", "linux")
    set_to: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr("resource.setrlimit", set_to.__setitem__)
    monkeypatch.setattr("resource.getrlimit", lambda _: (-1, 1 << 20))
    assert cap_memory(1 << 30)
    assert set_to[resource.RLIMIT_AS] == (1 << 20, 1 << 20)


def test_a_sync_lives_through_all_of_them(handed_out: Workspace) -> None:
    """Twenty hostile files between two good reports: each is returned once, and both reports are in the master."""
    inbox = handed_out.root / "inbox"
    for unit in ("交通局", "教育局"):
        source = next((handed_out.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
        fill(source, inbox / unit / source.name, lambda _: {"本期情况": "有进展", "进展情况": "正常推进。"})
    kept = {name: make() for name, (make, _, _) in FILES.items() if "gigabyte" not in name and "empty" not in name}
    for number, data in enumerate(kept.values()):
        path = inbox / "住建局" / f"坏{number}.xlsx"
        path.write_bytes(data)
        os.utime(path, (1_660_000_000 + number,) * 2)
    decided = sync_once(handed_out).decided
    bad = [one for one in decided if one.path.startswith("住建局")]
    assert len(bad) == len(kept)
    assert {one.verdict for one in bad} <= {"returned", "quarantined"}
    assert all(len(one.findings) == 1 for one in bad)
    assert len(list((handed_out.root / "returned" / "住建局").iterdir())) == len(kept)
    master = open_master(handed_out)
    assert [master.text(task, "progress") for task in ("A1-001", "A1-002")] == ["正常推进。"] * 2
    assert sync_once(handed_out).decided == []

"""The whole loop on 安平市's data: what an office waits for."""

import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

from addin.papers import issue_day, write_orders
from ducha.bulletins import write_bulletin
from examples.anping.play import DOCUMENT, send_all
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.register import register
from sync.snapshot import take_snapshot
from sync.workspace import Workspace, default_schema

PERIOD = Period.parse("2022-08")


def measure_loop() -> Iterator[tuple[str, str]]:
    """Seconds for each step, once, from an empty folder; the units' own typing is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "安平", default_schema())
        with workspace.locked(), as_file(files("examples.anping") / DOCUMENT) as document:
            yield "import 90 tasks from Word", _seconds(lambda: register(workspace, [document], tasks_only=False))
            open_period(workspace, PERIOD)
            yield "hand out 24 workbooks", _seconds(lambda: distribute(workspace, PERIOD))
            send_all(workspace.root, str(PERIOD), workspace.schema.due_day(PERIOD))
            yield "read, judge and merge 24 workbooks", _seconds(lambda: sync_once(workspace))
            yield "second pass, nothing new", _seconds(lambda: sync_once(workspace))
            yield "bulletin", _seconds(lambda: write_bulletin(workspace, PERIOD))
            yield "60 orders", _seconds(lambda: _orders(workspace, 60))


def played(folder: Path) -> bytes:
    """The master that the product makes: tasks imported, handed out, reported and merged."""
    workspace = Workspace.create(folder / "安平", default_schema())
    with workspace.locked(), as_file(files("examples.anping") / DOCUMENT) as document:
        register(workspace, [document], tasks_only=False)
        open_period(workspace, PERIOD)
        distribute(workspace, PERIOD)
        send_all(workspace.root, str(PERIOD), workspace.schema.due_day(PERIOD))
        sync_once(workspace)
    return workspace.master.read_bytes()


def _orders(workspace: Workspace, count: int) -> None:
    snapshot = take_snapshot(workspace, PERIOD)
    chosen, day = snapshot.lines[:count], issue_day(workspace.schema, PERIOD)
    written = write_orders(workspace, open_master(workspace), snapshot, chosen, day)
    assert len(written) == count


def _seconds(step: Callable[[], object]) -> str:
    start = time.perf_counter()
    step()
    return f"{time.perf_counter() - start:.2f} s"

"""The bulletin as Word and its preview, for a county's ledger and for a thousand rows."""

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator

from bench.offices import PERIOD, invented
from bulletin import content, render
from ducha.preview import preview
from ledger.schema import load_schema
from ledger.snapshot import Line, Snapshot
from ledger.task import Task
from sync.workspace import default_schema, packaged

__all__ = ["measure_documents"]


def measure_documents() -> Iterator[tuple[str, str]]:
    """Every fourth task has a problem; a report is as long as the ones that offices publish, about 120 characters."""
    schema, template = load_schema(default_schema()), packaged("bulletin.docx")
    for rows in (186, 1000):
        snapshot = _snapshot(rows)
        made = [_timed(lambda found=snapshot: render(content(schema, found), template)) for _ in range(5)]
        yield f"bulletin of {rows} rows as Word", f"{statistics.median(seconds for seconds, _ in made):.2f} s"
        if shutil.which("soffice"):
            seconds, _ = _timed(lambda found=made[0][1]: preview(found))
            yield f"its preview as PDF, {rows} rows", f"{seconds:.1f} s"


def _snapshot(rows: int) -> Snapshot:
    chance, printed = random.Random(rows), {"leaders": "林岚", "lead_units": "交通局", "responsible_units": "财政局"}
    tasks = (
        Task(id=f"A1-{no:06d}", annex=1, no=no, text=invented(chance, 3), printed=printed) for no in range(1, rows + 1)
    )
    lines = tuple(
        Line(
            task=task,
            reporter="交通局",
            values={"progress": invented(chance, 10), "problems": invented(chance, 2) if task.no % 4 == 0 else ""},
        )
        for task in tasks
    )
    return Snapshot(period=PERIOD, lines=lines)


def _timed(step: Callable[[], bytes]) -> tuple[float, bytes]:
    started = time.perf_counter()
    result = step()
    return time.perf_counter() - started, result

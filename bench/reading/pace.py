"""What reading and checking a reported row costs, and what it costs once it is known."""

import random
import time
from collections.abc import Iterator

from bench.offices import PERIOD, invented
from bench.reading.corpus import ROOT, cases
from ledger.checks import check
from ledger.schema import load_schema
from ledger.snapshot import Line, Snapshot
from ledger.task import Task

__all__ = ["measure_pace"]

_ROWS = 2000


def measure_pace() -> Iterator[tuple[str, str]]:
    """CPU milliseconds a row, over reports as the other benchmarks make them and over the labelled set."""
    schema = load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))
    chance = random.Random(1)
    made = [(invented(chance, 3), f"截至月底，{invented(chance, 4)}") for _ in range(_ROWS)]
    for name, rows in (("made", made), ("labelled", [(case.text, case.report) for case in cases() if case.report])):
        lines = [
            Line(task=Task(id=f"A1-{no:04d}", annex=1, no=no, text=text), reporter="某局", values={"progress": report})
            for no, (text, report) in enumerate(rows, 1)
        ]
        snapshot, taken = Snapshot(period=PERIOD, lines=tuple(lines)), []
        for _ in range(2):
            start = time.process_time()
            check(snapshot, schema)
            taken.append(1000 * (time.process_time() - start) / len(lines))
        yield f"{len(lines)} {name} rows read and checked", "{:.2f} ms each, again {:.2f} ms".format(*taken)

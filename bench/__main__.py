"""Run every measurement and print one line each: ``python -m bench``, about five minutes on two quiet cores.

``python -m bench --long`` goes on with what takes an hour: 1,000 workbooks, ten thousand, five idle minutes.
"""

import sys
from collections.abc import Iterator

from bench.cells import measure_cells
from bench.collecting import MANY, measure_collecting, measure_growth
from bench.documents import measure_documents
from bench.edits import measure_edits
from bench.loop import measure_loop
from bench.reading.drafting import measure_drafting
from bench.reading.figures import measure_figures
from bench.reading.pace import measure_pace
from bench.reading.planted import measure_planted
from bench.unit import measure_unit
from bench.watching import measure_idle, measure_latency


def _usual() -> Iterator[tuple[str, str]]:
    yield from measure_loop()
    yield from measure_unit()
    yield from measure_collecting()
    yield from measure_latency(186, 0.3)
    yield from measure_idle(30)
    yield from measure_edits()
    yield from measure_documents()
    yield from measure_cells()


def _long() -> Iterator[tuple[str, str]]:
    yield from measure_collecting(MANY)
    yield from measure_latency(20_000, 0.6)
    yield from measure_idle(300)
    yield from measure_growth()


def main() -> None:
    print(f"{'reading':36}precision, recall, F1 (how many)")
    for what, figure in (*measure_figures(), *measure_planted(), *measure_drafting(), *measure_pace()):
        print(f"{what:36}{figure}", flush=True)
    print(f"{'what':52}{'median':>12}")
    for measure in (_usual, _long) if "--long" in sys.argv else (_usual,):
        for what, figure in measure():
            print(f"{what:52}{figure:>12}", flush=True)


main()

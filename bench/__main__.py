"""Run every measurement and print one line each: ``python -m bench``."""

from bench.edits import measure_edits
from bench.loop import measure_loop
from bench.unit import measure_unit


def main() -> None:
    print(f"{'what':52}{'median':>12}")
    for what, figure in (*measure_loop(), *measure_unit(), *measure_edits()):
        print(f"{what:52}{figure:>12}", flush=True)


main()

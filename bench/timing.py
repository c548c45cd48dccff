"""How everything here is measured."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

__all__ = ["apart", "paired"]


def paired(
    ours: Callable[[], object], theirs: Callable[[], object], times: int = 9, *, ours_times: int = 1
) -> tuple[float, float]:
    """Median seconds of both, measured by turns so that a busy machine slows both alike.

    With `ours_times`, ours is done so often at each turn, where theirs takes a minute.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for step, found, often in zip((ours, theirs), taken, (ours_times, 1), strict=True):
            for _ in range(often):
                start = time.perf_counter()
                step()
                found.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def apart(step: Callable[[], object]) -> float:
    """Bytes by which the resident memory of a fresh process, its imports done, grows at most. Linux only."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_grown, step).result()


def _grown(step: Callable[[], object]) -> float:
    before = _peak()
    step()
    return _peak() - before


def _peak() -> float:
    # unlike ru_maxrss, this forgets the process that started this one
    status = Path("/proc/self/status").read_text()
    return 1024 * float(status.partition("VmHWM:")[2].split()[0])

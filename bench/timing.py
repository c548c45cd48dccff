"""How everything here is measured."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

__all__ = ["apart", "paired", "peak"]


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
    before = peak()
    step()
    return peak() - before


def peak(process: int | str = "self") -> float:
    """Bytes that a process has held at most; 0 when it has ended. Linux only."""
    # unlike ru_maxrss, this forgets the process that started it
    status = Path(f"/proc/{process}/status").read_text()
    if "VmHWM:" not in status:
        return 0
    return 1024 * float(status.partition("VmHWM:")[2].split()[0])

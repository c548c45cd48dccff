"""How everything here is measured."""

import statistics
import time
from collections.abc import Callable

__all__ = ["paired"]

_TIMES = 9


def paired(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, measured by turns so that a busy machine slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(_TIMES):
        for step, times in zip((ours, theirs), taken, strict=True):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])

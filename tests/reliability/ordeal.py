"""One day's work killed at a point, brought to its end, and held against the same day undisturbed."""

import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from invariants import Outcome, Sheets, everything_kept, in_order, master_whole, nothing_more_to_do, outcome, sheets
from killing import Hit, Plan, Told, orphans, points_hit, run
from scenario import MEANWHILE, PUBLISHED, play, prepare

__all__ = ["Death", "Ordeal", "failures", "ordeal"]

QUICK = Path("/dev/shm")  # a disk in memory: a killed process cannot tell it from another
AT_ONCE = int(os.environ.get("TORTURE_PROCESSES", "2"))


class Death(NamedTuple):
    """How a process dies: by its ``plan``, or after a ``share`` of the time that an undisturbed day takes."""

    plan: Plan = Plan()
    share: float = 1.0

    def __str__(self) -> str:
        return f"{self.plan.kill.point} #{self.plan.kill.number}" if self.plan.kill else f"{self.share:.3f}"


class Ordeal:
    """A prepared workspace, copied for every death, and what has to come of it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        (folder / "prepared").mkdir()
        self.prepared = prepare(folder / "prepared")
        self.saved = [(self.prepared / name).read_bytes() for name in ("master.xlsx", MEANWHILE)]
        with self.copy() as root:
            began = time.monotonic()
            self.day = run(play, root)
            self.seconds = time.monotonic() - began
            assert self.day.code == 0, said(root)
            self.outcome: Outcome = outcome(root)
            self.hits = points_hit(self.day)
            self.recover(root)
        with self.copy() as root:
            shown = root.parent / PUBLISHED
            shown.mkdir()
            assert run(play, root).code == 0
            masters = [path.read_bytes() for path in sorted(shown.iterdir())]
        self._published: list[Sheets] = [sheets(data) for data in (*self.saved, *masters)]

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """The prepared workspace in a folder of its own."""
        place = self._folder / str(next(self._numbers))
        root = Path(shutil.copytree(self.prepared, place / self.prepared.name))
        yield root
        shutil.rmtree(place)  # what failed stays to be looked at

    def sample(self, seed: int, most: int) -> list[Hit]:
        """Hits to die at: as many different points as there are, then others by chance."""
        dice = random.Random(seed)
        points = sorted(self.day.hits)
        dice.shuffle(points)
        firsts = [Hit(point, dice.randint(1, self.day.hits[point])) for point in points]
        return (firsts + dice.sample([hit for hit in self.hits if hit not in firsts], max(0, most - len(firsts))))[
            :most
        ]

    def die(self, root: Path, death: Death) -> Told:
        """One death, and what must hold at once: nothing that the journal names is lost, the master is whole."""
        random_moment = None if death.plan.kill else self.seconds * death.share
        told = run(play, root, death.plan, dies_after=random_moment)
        if death.plan.kill:
            assert (told.code, told.fired) == (-9, [death.plan.kill]), said(root)
        assert told.code in (-9, 0), said(root)
        assert orphans(told) == []
        everything_kept(root)
        return told

    def suffer(self, *deaths: Death) -> list[Told]:
        """Die, and die again while the work is taken up; then the day must end as if nothing had happened."""
        with self.copy() as root:
            told = []
            for number, death in enumerate(deaths):
                told.append(self.die(root, death))
                # a second death may show what only a killed day publishes
                master_whole(root, None if number else self._published)
            self.recover(root)
        return told

    def recover(self, root: Path) -> None:
        """Bring the day to its end: it ends as it was meant to."""
        assert run(to_the_end, root).code == 0, said(root)
        in_order(root, self.outcome, self.saved)


def to_the_end(root: Path) -> None:
    """The day's work, after which there is no more to do."""
    play(root)
    nothing_more_to_do(root)


def failures(
    ordeal: Ordeal, lives: Sequence[Sequence[Death]], tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    """The lives, of one or more deaths each, after which a promise was broken; two at a time."""

    def suffered(deaths: Sequence[Death]) -> str:
        told = ""
        try:
            ordeal.suffer(*deaths)
        except AssertionError as error:
            told = f"{'，'.join(map(str, deaths))}: {error}"
        tell(told)
        return told

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [told for told in pool.map(suffered, lives) if told]


def said(root: Path) -> str:
    """What the process has printed."""
    return (root.parent / f"{root.name}.said").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def ordeal() -> Iterator[Ordeal]:
    """What is prepared and what has to come of it."""
    if sys.platform != "linux":
        pytest.skip("processes are forked and killed here")
    with TemporaryDirectory(dir=QUICK if QUICK.is_dir() else None) as folder:
        yield Ordeal(Path(folder))

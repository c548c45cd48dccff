"""`make torture`: killed at hundreds of named hits and random moments, and again while the work is taken up."""

import random
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest
from killing import Hit, Plan
from ordeal import Death, Ordeal, failures

NAMED, TWICE, RANDOM, IN_A_ROW = 210, 20, 170, 3
SEED = random.SystemRandom().randrange(1 << 32)


@pytest.fixture(scope="module")
def dice() -> random.Random:
    print(f"\nseed {SEED}", flush=True)
    return random.Random(SEED)


@pytest.mark.timeout(0)
def test_named_hits(ordeal: Ordeal, dice: random.Random) -> None:
    """Every point, the others by chance."""
    hits = ordeal.sample(dice.randrange(1 << 32), NAMED)
    broken = failures(ordeal, [(Death(Plan(kill=hit)),) for hit in hits], tell=progress(NAMED))
    points = Counter(hit.point for hit in hits)
    print(f"\nnamed: {len(hits)} hits of {len(points)} points of {len(ordeal.day.hits)}, {len(broken)} failures")
    print("  " + ", ".join(f"{point} {number}" for point, number in sorted(points.items())), flush=True)
    assert broken == []


@pytest.mark.timeout(0)
def test_random_moments(ordeal: Ordeal, dice: random.Random) -> None:
    """Each workspace dies some times in a row, the later times while it is taking up its work."""
    lives = [[Death(share=dice.random()) for _ in range(IN_A_ROW)] for _ in range(RANDOM)]
    broken = failures(ordeal, lives, tell=progress(RANDOM))
    print(f"\nrandom: {RANDOM * IN_A_ROW} moments in {RANDOM} workspaces, {len(broken)} failures", flush=True)
    assert broken == []


@pytest.mark.timeout(0)
def test_named_hits_while_work_is_taken_up(ordeal: Ordeal, dice: random.Random) -> None:
    """Killed at a random moment, then at a point that every run passes."""
    certain = ["before COMMIT", "after COMMIT", "before settings", "before recover master", "before publish"]
    lives = [[Death(share=dice.random()), Death(Plan(kill=Hit(dice.choice(certain), 1)))] for _ in range(TWICE)]
    broken = failures(ordeal, lives, tell=progress(TWICE))
    print(f"\nagain at named hits: {TWICE}, {len(broken)} failures", flush=True)
    assert broken == []


def progress(whole: int) -> Callable[[str], None]:
    """Says how far it is, and at once what is broken."""
    done = count(1)

    def tell(broken: str) -> None:
        number = next(done)
        if broken:
            print(f"\nBROKEN {broken}", flush=True)
        elif not number % 20:
            print(f" {number}/{whole}", end="", flush=True)

    return tell

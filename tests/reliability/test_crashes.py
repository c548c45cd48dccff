"""A day's work is killed at every kind of point and at random moments, and ends as if nothing had happened.

`make torture` does it at many more (tests/torture/test_crashes_long.py); the promises are those of docs/reliability.md.
"""

import pytest
from killing import Hit, Plan
from ordeal import Death, Ordeal, failures

pytestmark = pytest.mark.timeout(900)  # a busy machine is slow, and nothing here is judged by its time
NAMED, RANDOM, SEED = 48, 12, 20220903
WITH_READERS = 2
# progress and problems in the master at the end of the day
SHOWN = {
    "A1-001": ("本办改写公路。", ""),
    "A1-002": ("1.教育局：新增1500个。\n2.住建局：改造4万平方米。", ""),
    "A1-003": ("本办改写床位。", ""),
    "A1-004": ("加固5座。", "本办存盘时加的。"),
    "A1-005": ("建成2万亩。", ""),
    "A1-006": ("", ""),
    "新3": ("", ""),
}


def test_the_day_is_what_it_is_meant_to_be(ordeal: Ordeal) -> None:
    """All kinds of verdicts, clashes and decisions come about, and every point is passed."""
    rows = ordeal.outcome.journal
    assert {row[7] for row in rows["submission"]} == {"accepted", "returned", "quarantined"}
    assert {row[7] for row in rows["conflict"]} == {"", "本办", "单位"}
    assert {"A1-006"} < {row[0] for row in rows["task"]}
    assert [row[-1] for row in rows["entered"]] == ["sent"]
    annex = ordeal.outcome.master["附件1"]
    keys = next(row for row in annex if "progress" in row)
    shown = {
        row[0]: (row[keys.index("progress")], row[keys.index("problems")])
        for row in annex
        if row[0][:2] in ("A1", "新3")
    }
    assert shown == SHOWN
    assert len(ordeal.day.hits) >= 100
    assert {"after swap", "before put back", "in the middle of writing", "before COMMIT"} < set(ordeal.day.hits)


def test_killed_at_named_points(ordeal: Ordeal) -> None:
    """Every promise holds after every one of them."""
    deaths = [(Death(Plan(kill=hit)),) for hit in ordeal.sample(SEED, NAMED)]
    assert failures(ordeal, deaths) == []


def test_killed_at_random_moments(ordeal: Ordeal) -> None:
    deaths = [(Death(share=(number + 0.5) / RANDOM),) for number in range(RANDOM)]
    assert failures(ordeal, deaths) == []


def test_the_readers_of_a_killed_process_end(ordeal: Ordeal) -> None:
    """Workbooks are read in processes of their own: none is left over."""
    for number in range(1, WITH_READERS + 1):
        (told,) = ordeal.suffer(Death(Plan(kill=Hit("before move to read", 3 * number), readers=True)))
        assert told.workers

"""考核: points by the schema's rules, and the arithmetic in words with every figure in it."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.measures import LIGHTS, Light
from ledger.schema import Schema, Scoring
from ledger.scoring import Report, Score, scores

A, B, C = "交通局", "教育局", "住建局"
GOOD, LATE, MISSING = Report(A, True), Report(A, True, late=True), Report(A, False)
AWAITED = Report(A, False, over=False)
HALVES = Scoring(late=-0.5, yellow=-0.15, on_time=0.1)


def only(*reports: Report, lights: list[Light] | None = None, rating: str = "", rules: Scoring | None = None) -> Score:
    """The score of one unit."""
    found = scores([A], reports, [(A, light) for light in lights or []], {A: rating}, rules or Scoring())
    return found[0]


@pytest.mark.parametrize(
    ("score", "system", "why"),
    [
        (only(), "100", "100，无加减分"),
        (only(GOOD, GOOD), "100", "100，无加减分"),
        (only(LATE), "99", "100－1×1（逾期）＝99"),
        (only(MISSING, GOOD, MISSING), "80", "100－10×2（未报）＝80"),
        (only(AWAITED), "100", "100，无加减分"),
        (only(AWAITED._replace(returned=2)), "96", "100－2×2（退回）＝96"),
        (only(MISSING._replace(returned=1)), "88", "100－10×1（未报）－2×1（退回）＝88"),
        (
            only(GOOD, lights=["yellow", "red", "red", "blue", "green", "grey"]),
            "95",
            "100－1×1（黄灯）－2×2（红灯）＝95",
        ),
        (only(*[MISSING] * 11), "0", "100－10×11（未报）＝－10，最低0分"),
        (only(GOOD, rules=Scoring(on_time=1)), "100", "100＋1×1（按时）＝101，最高100分"),
        (only(GOOD, rules=Scoring(on_time=1, highest=110)), "101", "100＋1×1（按时）＝101"),
        (only(GOOD, lights=["blue"], rules=Scoring(base=90, blue=0.5)), "90.5", "90＋0.5×1（蓝灯）＝90.5"),
        (only(LATE, lights=["yellow"], rules=HALVES), "99.4", "100－0.5×1（逾期）－0.15×1（黄灯）＝99.35，取99.4"),
        (only(GOOD, *[LATE] * 3, rules=HALVES), "98.6", "100＋0.1×1（按时）－0.5×3（逾期）＝98.6"),
        (only(MISSING, rules=Scoring(missing=0)), "100", "100，无加减分"),
    ],
)
def test_the_system_s_points(score: Score, system: str, why: str) -> None:
    """Every term is points times count; what is not there, or gives nothing, is not named."""
    assert (score.system, score.why) == (Decimal(system), why)
    assert score.total == score.system


@pytest.mark.parametrize(
    ("rating", "share", "total", "told"),
    [
        ("18", 20, "97.2", "；99×80%＋18（领导评分）＝97.2"),
        ("0", 20, "79.2", "；99×80%＋0（领导评分）＝79.2"),
        ("20", 20, "99.2", "；99×80%＋20（领导评分）＝99.2"),
        ("17.25", 20, "96.5", "；99×80%＋17.25（领导评分）＝96.45，取96.5"),
        ("１８", 20, "97.2", "；99×80%＋18（领导评分）＝97.2"),
        ("35", 40, "94.4", "；99×60%＋35（领导评分）＝94.4"),
        ("95", 20, "99", "；领导评分“95”不是0到20的数，没有计入"),
        ("-1", 20, "99", "；领导评分“-1”不是0到20的数，没有计入"),
        ("好", 20, "99", "；领导评分“好”不是0到20的数，没有计入"),
        ("18", 0, "99", ""),
        ("", 20, "99", ""),
    ],
)
def test_the_leader_s_rating(rating: str, share: float, total: str, told: str) -> None:
    """It gives its points, the system's are scaled to the rest; one that cannot be used is told."""
    score = only(LATE, rating=rating, rules=Scoring(rating=share))
    assert (score.system, score.total) == (99, Decimal(total))
    assert score.why == f"100－1×1（逾期）＝99{told}"


def test_equal_totals_share_a_rank() -> None:
    """1, 1, 3; ranked by what people see."""
    lights: list[tuple[str, Light]] = [(A, "yellow"), (C, "red")]
    found = scores([A, B, C], [Report(B, True, late=True)], lights, {}, Scoring())
    assert [(one.unit, one.rank) for one in found] == [(A, 1), (B, 1), (C, 3)]


def test_everything_is_counted() -> None:
    """Also what gives no points; reports that are still awaited were not due."""
    lights: list[Light] = ["blue", "blue", "green", "yellow", "grey"]
    found = only(GOOD, LATE, MISSING, AWAITED._replace(returned=3), lights=lights)
    assert found.counts == {
        "on_time": 1, "late": 1, "missing": 1, "returned": 3,
        "blue": 2, "green": 1, "yellow": 1, "red": 0, "grey": 1,
    }  # fmt: skip
    assert found.asked == 3


def test_the_rules_of_the_schema(schema_with: Callable[..., Schema]) -> None:
    """A schema without the section has the usual ones, one with it its own."""
    assert schema_with("").scoring == Scoring()
    own = schema_with("", "scoring: {missing: -5, yellow: -0.5}\n").scoring
    score = only(MISSING, lights=["yellow"], rules=own)
    assert score.why == "100－5×1（未报）－0.5×1（黄灯）＝94.5"


UNITS = st.sampled_from([A, B, C])
REPORTS = st.lists(st.builds(Report, UNITS, st.booleans(), st.booleans(), st.integers(0, 3), over=st.booleans()))
LIT = st.lists(st.tuples(UNITS, st.sampled_from(sorted(LIGHTS))))


@given(REPORTS, LIT, st.permutations([A, B, C]), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    reports: list[Report], lights: list[tuple[str, Light]], units: list[str], dice: Random
) -> None:
    """Whatever the order of reports, lights and units, everybody's score is the same."""
    before = scores([A, B, C], reports, lights, {}, Scoring())
    dice.shuffle(reports)
    dice.shuffle(lights)
    after = scores(units, reports, lights, {}, Scoring())
    assert [one.unit for one in after] == units
    assert {one.unit: one for one in after} == {one.unit: one for one in before}

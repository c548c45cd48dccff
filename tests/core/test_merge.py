"""Joining what several hands wrote into one cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merge import combine, least_advanced, merge

TEXTS = st.sampled_from(["", "甲", "乙", "丙"]) | st.text(max_size=5)
PARTS = st.lists(st.tuples(st.sampled_from(["科技局", "工信局", "民政局"]), TEXTS), max_size=4)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "value", "outcome"),
    [
        ("旧", "旧", "旧", "旧", "same"),
        ("旧", "新", "旧", "新", "taken"),
        ("旧", "旧", "改", "改", "kept"),
        ("旧", "新", "新", "新", "same"),
        ("旧", "新", "改", "改", "conflict"),
        ("", "新", "", "新", "taken"),
        ("", "", "改", "改", "kept"),
        ("旧", "", "旧", "", "taken"),
        ("旧", "旧", "", "", "kept"),
        ("旧", "新", "", "", "conflict"),
        ("旧", "", "改", "改", "conflict"),
    ],
)
def test_three_way_table(base: str, theirs: str, ours: str, value: str, outcome: str) -> None:
    """Only one side moved: it wins. Both did: the office's text stays. Clearing a cell is a move too."""
    assert merge(base, theirs, ours) == (value, outcome)


@given(TEXTS, TEXTS)
def test_a_side_that_did_not_move_never_wins(base: str, moved: str) -> None:
    """Whatever the other side moved to, also to nothing."""
    assert merge(base, theirs=moved, ours=base).value == moved
    assert merge(base, theirs=base, ours=moved).value == moved


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_is_invented_and_only_two_moves_conflict(base: str, theirs: str, ours: str) -> None:
    """The value is one of the two sides; a conflict needs three different texts and keeps ours."""
    done = merge(base, theirs, ours)
    assert done.value in (theirs, ours)
    assert (done.outcome == "conflict") == (len({base, theirs, ours}) == 3)
    if done.outcome == "conflict":
        assert done.value == ours


@given(TEXTS, TEXTS, TEXTS)
def test_merge_is_idempotent(base: str, theirs: str, ours: str) -> None:
    """Merging the result again, with the units' text as the new base, changes nothing."""
    first = merge(base, theirs, ours)
    assert merge(theirs, theirs, first.value).value == first.value
    assert merge(base, theirs, first.value).value == first.value


def test_one_part_stands_verbatim() -> None:
    """Who reports alone is not numbered; silent units are not mentioned."""
    assert combine([("科技局", ""), ("工信局", "已开工。\n本月封顶。"), ("民政局", " \n")]) == "已开工。\n本月封顶。"


def test_parts_that_read_the_same_stand_once() -> None:
    """Line breaks and padding make no difference; the first unit's wording stands."""
    assert combine([("科技局", "已 开工。"), ("工信局", "已开工。\n")]) == "已 开工。"


def test_different_parts_are_numbered_in_the_order_of_the_units() -> None:
    """One a line, each with its unit; numbers count those who spoke."""
    parts = [("工信局", "已签约。"), ("民政局", ""), ("科技局", "已开工。 ")]
    assert combine(parts) == "1.工信局：已签约。\n2.科技局：已开工。"


def test_no_part_is_no_text() -> None:
    """Not even a number."""
    assert combine([]) == combine([("科技局", " ")]) == ""


@given(PARTS)
def test_nothing_that_a_unit_says_is_lost(parts: list[tuple[str, str]]) -> None:
    """Whatever the parts are, each stands in the joined text."""
    joined = combine(parts)
    assert all("".join(text.split()) in "".join(joined.split()) for _, text in parts)


def test_the_least_advanced_status_stands() -> None:
    """Of several words the slowest; one that the office does not know is slowest, so that it is seen."""
    order = ["未启动", "推进中", "已完成"]
    assert least_advanced(["已完成", "", "推进中"], order) == "推进中"
    assert least_advanced(["已完成", "快了"], order) == "快了"
    assert least_advanced(["", ""], order) == least_advanced([], order) == ""

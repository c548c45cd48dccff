"""Proof that a workbook is one that we issued: seals and row tags, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.identity import issue_id, new_key, opened, seal, tag, tag_task

KEY, OTHER = "a" * 64, "b" * 64
ISSUE = issue_id(KEY, "科技局", "2022-09", "内容")
TASKS = st.from_regex(r"A[1-9]-\d{3}(\.\d{1,2})?", fullmatch=True)


def test_keys_are_long_and_never_the_same() -> None:
    """256 bits, as hexadecimal text."""
    assert len(new_key()) == 64
    assert new_key() != new_key()


def test_the_same_issue_has_the_same_id() -> None:
    """So that handing out twice writes the same bytes."""
    assert issue_id(KEY, "科技局", "2022-09", "内容") == ISSUE


@pytest.mark.parametrize(
    "parts",
    [
        (OTHER, "科技局", "2022-09", "内容"),
        (KEY, "民政局", "2022-09", "内容"),
        (KEY, "科技局", "2022-10", "内容"),
        (KEY, "科技局", "2022-09", "改过的内容"),
        (KEY, "科技局2022", "-09", "内容"),
    ],
)
def test_anything_different_has_another_id(parts: tuple[str, str, str, str]) -> None:
    """Key, unit, period and content; what belongs to which part makes a difference too."""
    assert issue_id(*parts) != ISSUE


def test_an_id_tells_nothing() -> None:
    """Opaque: twelve letters and digits that do not contain unit, period or key."""
    assert len(ISSUE) == 12
    assert ISSUE.isascii()
    assert ISSUE.isalnum()


def test_a_seal_opens_with_its_key() -> None:
    """And with no other; white space around it does not matter."""
    assert opened(KEY, seal(KEY, ISSUE)) == ISSUE
    assert opened(KEY, f" {seal(KEY, ISSUE)}\n") == ISSUE
    assert opened(OTHER, seal(KEY, ISSUE)) is None


@given(TASKS)
def test_a_tag_gives_back_issue_and_task(task: str) -> None:
    """Also the point in a sub-item's id (A2-008.3)."""
    assert tag_task(KEY, tag(KEY, ISSUE, task)) == (ISSUE, task)
    assert tag_task(OTHER, tag(KEY, ISSUE, task)) is None


@given(st.integers(0, 38), st.characters())
def test_a_seal_with_one_character_changed_is_refused(place: int, character: str) -> None:
    """Wherever it stands."""
    true = seal(KEY, ISSUE)
    forged = true[:place] + character + true[place + 1 :]
    assert opened(KEY, forged) == (ISSUE if forged == true else None)


@given(st.integers(0, 45), st.characters(exclude_categories=["Cs"]))
def test_a_tag_with_one_character_changed_is_refused(place: int, character: str) -> None:
    """Whatever the character: a task id in full-width digits is refused too, not an error."""
    true = tag(KEY, ISSUE, "A1-021")
    forged = true[:place] + character + true[place + 1 :]
    assert tag_task(KEY, forged) == ((ISSUE, "A1-021") if forged == true else None)


def test_a_tag_moved_to_another_task_or_issue_is_refused() -> None:
    """Copying a row's proof under another id is what a forger would try first."""
    true = tag(KEY, ISSUE, "A1-021")
    other = issue_id(KEY, "民政局", "2022-09", "内容")
    assert tag_task(KEY, true.replace("A1-021", "A1-022")) is None
    assert tag_task(KEY, true.replace(ISSUE, other)) is None
    assert tag_task(KEY, f"{ISSUE}.A1-021.{seal(KEY, ISSUE).split('.')[1]}") is None


@pytest.mark.parametrize(
    "text", ["", " ", "标识", "A1-021", ISSUE, f"{ISSUE}.", f"{ISSUE}.A1-021.", "." * 50, "A" * 500]
)
def test_anything_else_is_no_identity(text: str) -> None:
    """Neither empty cells nor parts of a true one."""
    assert opened(KEY, text) is None
    assert tag_task(KEY, text) is None


@given(st.text())
def test_no_text_whatever_breaks_the_check(text: str) -> None:
    """What stands in the hidden cells comes from outside."""
    assert opened(KEY, text) is None
    assert tag_task(KEY, text) is None

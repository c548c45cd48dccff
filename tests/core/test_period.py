"""Reporting periods: writing, printing, order, ends and due days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import StateError
from ledger.period import Period, period_in_text

MONTHS = st.builds(Period, st.integers(2000, 2099), st.integers(1, 12), st.just(1))
QUARTERS = st.builds(Period, st.integers(2000, 2099), st.sampled_from([3, 6, 9, 12]), st.just(3))
YEARS = st.builds(Period, st.integers(2000, 2099), st.just(12), st.just(12))
PERIODS = MONTHS | QUARTERS | YEARS


@pytest.mark.parametrize(
    ("text", "period", "label"),
    [
        ("2022-09", Period(2022, 9, 1), "2022年9月"),
        ("2022-9", Period(2022, 9, 1), "2022年9月"),
        (" 2022-12 ", Period(2022, 12, 1), "2022年12月"),
        ("2022Q3", Period(2022, 9, 3), "2022年三季度"),
        ("2022q1", Period(2022, 3, 3), "2022年一季度"),
        ("2022", Period(2022, 12, 12), "2022年"),
    ],
)
def test_a_period_is_read_and_printed(text: str, period: Period, label: str) -> None:
    """People write a month, a quarter or a year; documents print it in Chinese."""
    assert Period.parse(text) == period
    assert period.label == label


@pytest.mark.parametrize("text", ["", "2022-13", "2022-00", "2022Q5", "1999-01", "22-09", "2022年9月", "2022-09-01"])
def test_anything_else_is_refused_with_the_three_forms(text: str) -> None:
    """The sentence quotes what was written and shows how to write it."""
    with pytest.raises(StateError, match="2022-09（月）、2022Q3（季度）或 2022（全年）") as caught:
        Period.parse(text)
    assert f"“{text}”" in str(caught.value)


@given(PERIODS)
def test_a_printed_period_reads_back(period: Period) -> None:
    """Folder names and the journal hold periods as text."""
    assert Period.parse(str(period)) == period


def test_periods_are_ordered_by_their_end_the_shorter_first() -> None:
    """A quarter is reported after its last month, the year after everything."""
    texts = ["2022", "2022Q4", "2022-12", "2022-10", "2022Q3", "2022-09", "2021"]
    assert [str(period) for period in sorted(map(Period.parse, texts))] == texts[::-1]


@pytest.mark.parametrize(
    ("text", "end"),
    [("2022-02", date(2022, 2, 28)), ("2024-02", date(2024, 2, 29)), ("2022Q2", date(2022, 6, 30))],
)
def test_a_period_ends_with_its_last_month(text: str, end: date) -> None:
    """Leap years included: this is the as-of date of everything reported."""
    assert Period.parse(text).end == end


def test_reports_are_due_some_months_after_the_end() -> None:
    """The year turns, and a day that the month does not have is its last one."""
    assert Period.parse("2022-08").due(5, 1) == date(2022, 9, 5)
    assert Period.parse("2022-12").due(5, 1) == date(2023, 1, 5)
    assert Period.parse("2022").due(10, 13) == date(2024, 1, 10)
    assert Period.parse("2022-01").due(31, 1) == date(2022, 2, 28)
    assert Period.parse("2022-09").due(28, 0) == date(2022, 9, 28)


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("三季度工作进展", "2022Q3"),
        ("前三季度重点工作进展情况", "2022Q3"),
        ("2021年第4季度通报", "2021Q4"),
        ("2021年9月进展情况", "2021-09"),
        ("1-8月工作进展", "2022-08"),
        ("1—11月工作进展", "2022-11"),
        ("截至9月30日，8月完成", "2022-08"),
    ],
)
def test_the_period_that_a_title_names(title: str, period: str) -> None:
    """The year is the title's own or, where it names none, the ledger's; a day's month is not meant."""
    assert period_in_text(title, 2022) == Period.parse(period)


@pytest.mark.parametrize("title", ["", "2022年重点工作责任分工表", "截至9月30日"])
def test_a_title_may_name_no_period(title: str) -> None:
    """A bare year is the ledger's, not a period's."""
    assert period_in_text(title, 2022) is None

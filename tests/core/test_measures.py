"""Completion rates, scheduled progress and lights; test_measures_office.py holds the Excel formulas against them."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import SchemaError
from ledger.indicator import Indicator, Kind
from ledger.measures import as_seen, day, number, percent, points, scheduled, standing, summary
from ledger.schema import Schema, load_schema

ROOT = Path(__file__).resolve().parents[2]
AUGUST, YEAR_END = date(2022, 8, 31), date(2022, 12, 31)


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))


def indicator(kind: Kind, target: object = None, unit: str = "") -> Indicator:
    target = None if target is None else Decimal(str(target))
    return Indicator(id="A1-021#1", task="A1-021", name="财政总收入", kind=kind, target=target, unit=unit)


# reading


@pytest.mark.parametrize(
    ("value", "read", "in_percent"),
    [
        (75.43, "75.43", "75.43"),
        ("75.43", "75.43", "75.43"),
        (" １，２３４．５　", "1234.5", "1234.5"),
        ("-3", "-3", "-3"),
        (0.8, "0.8", "0.8"),
        ("0.8", "0.8", "0.8"),
        ("50%", None, "50"),
        ("50％", None, "50"),
        ("５０ ％", None, "50"),
        ("0.8%", None, "0.8"),
        ("50%%", None, None),
        ("%", None, None),
        ("12亿", None, None),
        ("1e5", None, None),
        ("九成", None, None),
        ("#DIV/0!", None, None),
        ("9" * 400, None, None),
        (None, None, None),
        ("\u3000", None, None),
        (True, None, None),
        (datetime(2022, 1, 2), None, None),
    ],
)
def test_how_a_cell_is_read(value: object, read: str | None, in_percent: str | None) -> None:
    """A percentage counts in points; where none belongs it is no number."""
    assert number(value) == (None if read is None else Decimal(read))
    assert number(value, in_percent=True) == (None if in_percent is None else Decimal(in_percent))


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (0.5, "0%", "50%"),
        (0.008, "0.0%", "0.8%"),
        (1.055, "0.00%;[Red]-0.00%", "105.5%"),
        (0, "0%", "0%"),
        (0.5, "General", 0.5),
        (50, '0.0"%"', 50),
        (50, r"0\%", 50),
        ("50%", "0%", "50%"),
        (True, "0%", True),
    ],
)
def test_a_percentage_is_read_as_people_see_it(value: object, number_format: str, seen: object) -> None:
    assert as_seen(value, number_format) == seen


def test_fifty_means_fifty_however_it_is_typed() -> None:
    typed = [50, 50.0, "50", "50%", "50％", "５０", as_seen(0.5, "0%")]
    assert {number(value, in_percent=True) for value in typed} == {Decimal(50)}


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.booleans(), st.booleans())
def test_a_written_number_is_read_back(value: Decimal, commas: bool, wide: bool) -> None:
    text = f"{value:,f}" if commas else f"{value:f}"
    text = text.translate({ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789.,-"}) if wide else text
    assert number(text) == value
    assert number(f"{text}%", in_percent=True) == value


@pytest.mark.parametrize("value", ["2022.8.31", "2022年8月31日", date(2022, 8, 31), datetime(2022, 8, 31, 9), 44804])
def test_a_day_is_read_in_any_usual_form(value: object) -> None:
    assert day(value) == AUGUST


@pytest.mark.parametrize("value", [None, " ", "8月底", 2022, "2022-13-1", "2022-08"])
def test_an_unclear_day_is_none(value: object) -> None:
    assert day(value) is None


# schedule


@pytest.mark.parametrize(
    ("at", "share"),
    [
        (date(2022, 1, 31), Fraction(1, 12)),
        (date(2022, 2, 28), Fraction(2, 12)),
        (AUGUST, Fraction(8, 12)),
        (date(2022, 8, 15), (7 + Fraction(15, 31)) / 12),
        (YEAR_END, Fraction(1)),
        (date(2021, 12, 31), Fraction(0)),
        (date(2023, 1, 10), Fraction(1)),
    ],
)
def test_scheduled_progress(at: date, share: Fraction) -> None:
    assert scheduled(at, 2022) == share


def test_every_day_adds_to_scheduled_progress() -> None:
    shares = [scheduled(date(2024, 1, 1) + timedelta(days), 2024) for days in range(366)]
    assert all(earlier < later for earlier, later in pairwise(shares))
    assert percent(scheduled(AUGUST, 2022)) == "66.7%"


# standing


def test_the_seed_is_judged_as_it_judges_itself(schema: Schema) -> None:
    """财政总收入完成75.43亿元，占全年预期目标的74.7%，超时序进度8个百分点."""
    stands = standing(indicator("amount", 101, "亿元"), "75.43", AUGUST, schema)
    assert stands.rate == Fraction(7543, 10100)
    assert (percent(stands.rate), points(stands.lead)) == ("74.7%", "8")
    assert (stands.gap, stands.met, stands.light) == (Fraction(-2557, 100), False, "green")


@pytest.mark.parametrize(
    ("kind", "target", "unit", "actual", "at", "light", "met", "lead"),
    [
        ("amount", 101, "亿元", 101, AUGUST, "blue", True, "33.3"),
        ("amount", 120, "亿元", 80, AUGUST, "green", False, "0"),
        ("amount", 100, "个", 60, AUGUST, "yellow", False, "-6.7"),
        ("amount", 100, "个", 50, AUGUST, "red", False, "-16.7"),
        ("amount", 100, "个", "正在统计", AUGUST, "grey", None, ""),
        ("amount", 0, "个", 5, AUGUST, "grey", None, ""),
        ("amount", None, "个", 5, AUGUST, "grey", None, ""),
        ("cap", 50, "亿元", 40, AUGUST, "green", True, "20"),
        ("cap", 50, "亿元", 40, YEAR_END, "blue", True, "20"),
        ("cap", "4.5", "%", "4.6％", AUGUST, "yellow", False, "-2.2"),
        ("cap", 50, "亿元", 60, AUGUST, "red", False, "-20"),
        ("cap", 0, "起", 0, YEAR_END, "blue", True, "0"),
        ("cap", 0, "起", 1, AUGUST, "red", False, "-100"),
        ("cap", -3, "%", -4, AUGUST, "green", True, "33.3"),
        ("about", 100, "公里", 64, AUGUST, "green", False, "0.7"),
        ("about", 100, "公里", 96, AUGUST, "green", True, "9"),
        ("about", 100, "公里", 96, YEAR_END, "blue", True, "1"),
        ("about", 100, "公里", 107, YEAR_END, "yellow", False, "-2"),
        ("about", 3, "%", "2.9%", date(2022, 1, 31), "green", True, "1.7"),
        ("about", 3, "%", 2, AUGUST, "red", False, "-28.3"),
        ("growth", "8.6", "%", "9%", AUGUST, "green", True, "0.4"),
        ("growth", "8.6", "%", 9, YEAR_END, "blue", True, "0.4"),
        ("growth", "8.6", "%", "1.6%", AUGUST, "yellow", False, "-7"),
        ("growth", "8.6", "", "-2", AUGUST, "red", False, "-10.6"),
        ("share", 60, "%", as_seen(0.615, "0.0%"), AUGUST, "green", True, "1.5"),
        ("stage", None, "", "主体完工", AUGUST, "green", False, "13.3"),
        ("stage", None, "", "主体施工 ", AUGUST, "yellow", False, "-6.7"),
        ("stage", None, "", "前期工作", AUGUST, "red", False, "-56.7"),
        ("stage", None, "", "投入使用", AUGUST, "blue", True, "33.3"),
        ("stage", None, "", "60%", AUGUST, "grey", None, ""),
        ("text", None, "", "已完成并长期坚持", AUGUST, "blue", True, ""),
        ("text", None, "", "正常推进", AUGUST, "green", False, ""),
        ("text", None, "", "进度滞后", AUGUST, "yellow", False, ""),
        ("text", None, "", "未启动", AUGUST, "yellow", False, ""),
        ("text", None, "", "", AUGUST, "grey", None, ""),
        ("text", None, "", "其它", AUGUST, "grey", None, ""),
        ("amount", 100, "个", 50, None, "grey", None, ""),
    ],
)
def test_every_kind_in_every_light(
    schema: Schema, kind: Kind, target: object, unit: str, actual: object,
    at: date | None, light: str, met: bool | None, lead: str,
) -> None:  # fmt: skip
    stands = standing(indicator(kind, target, unit), actual, at, schema)
    assert (stands.light, stands.met, points(stands.lead)) == (light, met, lead)


@pytest.mark.parametrize(
    ("actual", "due", "light"),
    [
        (70, date(2022, 8, 30), "red"),
        (70, AUGUST, "green"),
        (100, date(2022, 3, 31), "blue"),
        ("", date(2022, 3, 31), "grey"),
    ],
)
def test_what_was_due_before_the_as_of_date_is_red_unless_done(
    schema: Schema, actual: object, due: date, light: str
) -> None:
    assert standing(indicator("amount", 100), actual, AUGUST, schema, due).light == light


def test_the_schema_draws_the_lines_between_lights(small: str) -> None:
    lines = load_schema(f"{small}lights: {{behind: 5, far_behind: 20, about: 10}}\n")
    lights = [standing(indicator("amount", 120), actual, AUGUST, lines).light for actual in (74, 73, 56, 55)]
    assert lights == ["green", "yellow", "yellow", "red"]
    assert standing(indicator("about", 100), 109, YEAR_END, lines).light == "blue"


def test_red_does_not_begin_before_yellow(small: str) -> None:
    with pytest.raises(SchemaError, match="far_behind不能小于behind"):
        load_schema(f"{small}lights: {{behind: 20}}\n")


@given(st.integers(-200, 300), st.integers(1, 300), st.integers(1, 365))
def test_more_done_is_never_a_worse_light(schema: Schema, actual: int, target: int, days: int) -> None:
    order = ["red", "yellow", "green", "blue"]
    at = date(2021, 12, 31) + timedelta(days)
    for kind in ("amount", "growth", "share"):
        lights = [standing(indicator(kind, target), value, at, schema).light for value in (actual, actual + 1)]
        assert order.index(lights[0]) <= order.index(lights[1])


# figures over several


def test_means_cap_each_rate_and_count_the_rest_apart(schema: Schema) -> None:
    """300 % of one indicator makes up for nothing elsewhere; what is not reported is not averaged."""
    reports: list[tuple[Indicator, object]] = [
        (indicator("amount", 10), 30),
        (indicator("amount", 10), 5),
        (indicator("stage"), "主体施工"),
        (indicator("amount", 10), None),
        (indicator("growth", 8), 9),
        (indicator("cap", 3), 4),
        (indicator("text"), "已完成"),
        (indicator("text"), ""),
    ]
    whole = summary(standing(one, actual, AUGUST, schema) for one, actual in reports)
    assert (whole.mean, whole.rated, whole.met, whole.unmet) == (Fraction(7, 10), 3, 2, 1)
    assert whole.lights == {"blue": 2, "green": 1, "yellow": 1, "red": 2, "grey": 2}


def test_nothing_has_no_mean() -> None:
    assert summary([]).mean is None


@pytest.mark.parametrize(
    ("rate", "printed"),
    [
        (Fraction(7543, 10100), "74.7%"),
        (Fraction(3, 15), "20%"),
        (Fraction(162, 222), "73%"),
        (Fraction(7465, 10000), "74.7%"),
        (Fraction(-1, 2000), "-0.1%"),
        (Fraction(-1, 2001), "0%"),
        (Fraction(0), "0%"),
        (None, ""),
    ],
)
def test_percent_display(rate: Fraction | None, printed: str) -> None:
    assert percent(rate) == printed


@given(st.decimals(min_value=-100, max_value=100, places=5))
def test_figures_are_rounded_half_up_to_one_decimal(value: Decimal) -> None:
    assert Decimal(points(Fraction(value))) == value.quantize(Decimal("0.1"), ROUND_HALF_UP)

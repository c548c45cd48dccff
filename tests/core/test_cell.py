"""What may stand in a cell, by column type: a value becomes one text, and the text is judged."""

from datetime import date, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cell import TYPES, bare, cell_text, condition, judge
from ledger.schema import Column
from ledger.schema.model import Type

WORDS = ("未启动", "推进中", "已完成")
CHOICE = Column(title="情况", owner="unit", type="choice", choices=WORDS)
DATE = Column(title="预计完成时间", owner="unit", type="date")
NUMBER = Column(title="投资额", owner="unit", type="number")
TEXT = Column(title="进展情况", owner="unit", max_length=5)
TYPED = st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.dates() | st.timedeltas()


def code(value: object, column: Column) -> str | None:
    """What is wrong with a cell as a reader gives it."""
    fault = judge(cell_text(value, column), column, column.choices)
    return fault.code if fault else None


def test_every_column_type_has_its_entry() -> None:
    """A new type in schema.yaml needs one here."""
    assert set(TYPES) == set(get_args(Type))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (" ", ""),
        ("\u3000\n", ""),
        ("  已开工。\n", "已开工。"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("a_x0041_b", "a_x0041_b"),  # the reader has undone Excel's own escapes: a person typed this
        ("_xD800_", "_xD800_"),
        ("my_xls_file", "my_xls_file"),
        (1.0, "1"),
        (12, "12"),
        (75.43, "75.43"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.00001"),
        (1e15, "1000000000000000"),
        (True, "True"),
        (date(2022, 12, 31), "2022-12-31"),
        (datetime(2022, 12, 31), "2022-12-31"),
        (datetime(2022, 12, 31, 10, 30), "2022-12-31 10:30:00"),
        (time(10, 30), "10:30:00"),
        (timedelta(hours=36), "1 day, 12:00:00"),
    ],
)
def test_a_value_becomes_one_text(value: object, text: str) -> None:
    """As Excel shows it, not as Python prints it: no ``.0``, no 1e-05, dates as 2022-12-31, one kind of line break."""
    assert cell_text(value) == text


@given(TYPED, st.sampled_from([None, CHOICE, DATE, NUMBER, TEXT]))
def test_reading_a_text_again_changes_nothing(value: object, column: Column | None) -> None:
    """What we write into the master reads back as what we keep, escapes aside."""
    text = cell_text(value, column)
    if "_x" not in text:
        assert cell_text(text, column) == text
    assert text == text.strip()


@pytest.mark.parametrize(
    "value",
    [
        date(2022, 3, 5),
        datetime(2022, 3, 5, 10, 30),
        44625,
        44625.0,
        44625.4375,
        "2022-03-05",
        "2022-3-5",
        "2022/3/5",
        "2022.3.5",
        "2022年3月5日",
        "2022年3月5",
        "2022 年 3 月 5 日",
        " 2022-3-5\n",
        "２０２２－３－５",
        "２０２２．３．５",
        "2022年\u30003月5日",
    ],
)
def test_a_date_may_be_typed_in_any_usual_way(value: object) -> None:
    """Also one that has lost its date format (a bare number of days) or carries the time of day."""
    assert cell_text(value, DATE) == "2022-03-05"
    assert code(value, DATE) is None


@pytest.mark.parametrize(
    "value",
    [
        "年底前",
        "2022年3月",
        "3月5日",
        "2022-02-30",
        "2022-13-1",
        "5-3-2022",
        "20220305",
        20220305,
        "2022-3-5 10:30",
        "2022年3月5日前",
        date(1905, 7, 14),
        date(2100, 1, 1),
        2022,
        36525,
        73051,
        time(10, 30),
        True,
    ],
)
def test_anything_else_is_no_date(value: object) -> None:
    """Nor is another century: a year typed into a date cell is Excel's 14 July 1905."""
    assert code(value, DATE) == "date_unclear"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.50, "12.5"),
        (0.00001, "0.00001"),
        ("12", "12"),
        (" 12 ", "12"),
        ("１２．５", "12.5"),
        ("1,234.5", "1234.5"),
        ("１，２３４", "1234"),
        ("+3", "+3"),
        ("－3", "-3"),
        (".5", ".5"),
    ],
)
def test_a_number_may_be_typed_full_width_and_with_separators(value: object, text: str) -> None:
    """It is kept in one form."""
    assert cell_text(value, NUMBER) == text
    assert code(value, NUMBER) is None


@pytest.mark.parametrize(
    "value",
    ["12亿", "约12", "50%", "1e5", "①", "5²", "٣", "1 000", "-", ".", "十二", "12:00", "1/2", date(2022, 3, 1), True],
)
def test_anything_else_is_no_number(value: object) -> None:
    """Least of all what only looks like one after Unicode's compatibility forms: 5² is not 52."""
    assert code(value, NUMBER) == "number_unclear"


@pytest.mark.parametrize("value", ["推进中", " 推进中\n", "推进中\u3000"])
def test_a_choice_is_one_of_the_words(value: str) -> None:
    """White space around it, pasted along, does not matter."""
    assert code(value, CHOICE) is None


@pytest.mark.parametrize("value", ["推进", "推进中。", "*", "推进??", "未启动、推进中", 1, True])
def test_anything_else_is_no_choice_and_the_words_are_told(value: object) -> None:
    """Nor are wildcards, which Excel's own MATCH would accept."""
    fault = judge(cell_text(value, CHOICE), CHOICE, WORDS)
    assert fault is not None
    assert (fault.code, fault.fields) == ("choice_unknown", {"choices": "未启动、推进中、已完成"})


def test_a_text_has_its_length() -> None:
    """Characters are counted after outer white space is gone; a rare character is one."""
    assert code("一二三四五", TEXT) is None
    assert code(" 一二三四𠮷\n", TEXT) is None
    fault = judge("一二三四五六", TEXT, ())
    assert fault is not None
    assert (fault.code, fault.fields) == ("text_too_long", {"length": 6, "limit": 5})


def test_a_text_without_limit_may_be_long() -> None:
    """Excel itself ends at 32,767; nothing is cut here."""
    assert code("长" * 40000, Column(title="进展情况", owner="unit")) is None


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\ufffe"])
def test_control_characters_are_told(character: str) -> None:
    """Nobody sees them, and no workbook or document can hold them."""
    assert code(f"一{character}二", TEXT) == "text_control"


@pytest.mark.parametrize("character", ["\n", "\t", "\u200b", "😀", "𠮷"])
def test_line_breaks_tabs_and_rare_characters_are_none(character: str) -> None:
    """Names hold characters from beyond the first 65,536."""
    assert code(f"一{character}二", TEXT) is None


@pytest.mark.parametrize("column", [CHOICE, DATE, NUMBER, TEXT])
def test_an_empty_cell_is_judged_by_its_row(column: Column) -> None:
    """Whether it must be filled depends on who reports."""
    assert code(" ", column) is None


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_its_excel_condition(kind: str) -> None:
    """No field is left open, and the cell, or its bare text, is what it speaks of."""
    column = Column.model_construct(title="栏", owner="unit", type=kind, max_length=None)
    formula = condition("G8", column, "dc_list_x")
    assert "{" not in formula
    assert "G8" in formula
    assert ("dc_list_x" in formula) == (kind in {"choice", "status", "stage"})
    assert bare("G8") in formula or kind in {"text", "names"}

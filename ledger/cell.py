"""What may stand in a cell, by column type: reading a value, judging it, and the same judgement as Excel formula.

One entry a type in `TYPES`; a new type is one entry and one test.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite

from ledger.schema.model import Column

__all__ = [
    "ISO_DATE",
    "PLAIN_NUMBER",
    "TYPES",
    "CellType",
    "Fault",
    "bare",
    "cell_text",
    "condition",
    "judge",
    "replaced",
]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_DATE = re.compile(r"(20\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)", re.ASCII)
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # what ASC() does in Excel
_BLANKS = (("　", " "), ("\xa0", " "), ("CHAR(10)", " "))  # white space that TRIM() leaves
_EPOCH, _FIRST_DAY, _LAST_DAY = date(1899, 12, 30), 36526, 73050  # Excel's day 0, 2000-01-01, 2099-12-31


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding's code with the words its sentence needs besides the place."""

    code: str
    fields: dict[str, object]


def _as_date(text: str) -> str:
    """ISO form of a date typed in any usual way, or the text as it is."""
    found = _DATE.fullmatch(text.translate(_HALF_WIDTH))
    try:
        return date(*map(int, found.groups())).isoformat() if found else text
    except ValueError:
        return text


def _as_number(text: str) -> str:
    return text.translate(_HALF_WIDTH).replace(",", "").strip()


def _text_fault(text: str, column: Column, _choices: Sequence[str]) -> Fault | None:
    if _CONTROL.search(text):
        return Fault("text_control", {})
    if column.max_length and len(text) > column.max_length:
        return Fault("text_too_long", {"length": len(text), "limit": column.max_length})
    return None


def _choice_fault(text: str, _column: Column, choices: Sequence[str]) -> Fault | None:
    return None if text in choices else Fault("choice_unknown", {"choices": "、".join(choices)})


def _date_fault(text: str, _column: Column, _choices: Sequence[str]) -> Fault | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return Fault("date_unclear", {})
    # another century is a year typed into a date cell: 2022 is Excel's 14 July 1905
    return None if _DATE.fullmatch(text) else Fault("date_unclear", {})


def _number_fault(text: str, _column: Column, _choices: Sequence[str]) -> Fault | None:
    return None if _NUMBER.fullmatch(text) else Fault("number_unclear", {})


def replaced(cell: str, *pairs: tuple[str, str]) -> str:
    """The Excel expression that replaces texts (or ``CHAR(n)``) in ``cell``."""
    for old, new in pairs:
        sought = old if old.startswith("CHAR(") else f'"{old}"'
        cell = f'SUBSTITUTE({cell},{sought},"{new}")'
    return cell


def bare(cell: str) -> str:
    """The Excel expression for a cell's text without outer white space, as `cell_text` has it."""
    return f"TRIM({replaced(cell, *_BLANKS)})"


@dataclass(frozen=True, slots=True)
class CellType:
    """One column type.

    ``normal`` brings typed text to one form, ``fault`` judges non-empty normal text, and ``formula`` is the Excel
    condition that is TRUE where the non-empty cell is wrong (``{cell}`` its address, ``{bare}`` its text without
    outer white space, ``{words}`` the list's name or range, ``{limit}`` the length); functions of Excel 2010 only.
    ``told`` is what the workbook says then, behind the column's title.
    """

    normal: Callable[[str], str]
    fault: Callable[[str, Column, Sequence[str]], Fault | None]
    formula: str
    told: str


# line breaks and tabs are no control characters to us, but CLEAN removes them too
_KEPT = replaced("{cell}", ("CHAR(10)", ""), ("CHAR(13)", ""), ("CHAR(9)", ""))
_TOO_LONG = f"OR(LEN({{cell}})>{{limit}},LEN(CLEAN({{cell}}))<LEN({_KEPT}))"
_TEXT = CellType(str, _text_fault, _TOO_LONG, "过长或有特殊字符，请压缩或重新输入")
# MATCH would take * and ? for wildcards
_CHOICE = CellType(str, _choice_fault, "SUMPRODUCT(--EXACT({bare},{words}))=0", "请从列表里选")
# with e0 behind it VALUE reads no percentage, date, time or power; DATEVALUE reads 2022-12-31 in every country
PLAIN_NUMBER = replaced("ASC({bare})", (",", ""))
ISO_DATE = replaced("ASC({bare})", ("年", "-"), ("月", "-"), ("日", ""), (".", "-"), ("/", "-"), (" ", ""))
_DAYS = f"OR({{cell}}<{_FIRST_DAY},{{cell}}>={_LAST_DAY + 1})"
TYPES: dict[str, CellType] = {
    "text": _TEXT,
    "names": _TEXT,
    "number": CellType(
        _as_number,
        _number_fault,
        f'IF(ISNUMBER({{cell}}),FALSE,ISERROR(VALUE({PLAIN_NUMBER}&"e0")))',
        "请只填数字",
    ),
    "choice": _CHOICE,
    "status": _CHOICE,
    "stage": _CHOICE,
    "date": CellType(
        _as_date,
        _date_fault,
        f'IF(ISNUMBER({{cell}}),{_DAYS},ISERROR(DATEVALUE({ISO_DATE})/(SEARCH("20??-?*-?*",{ISO_DATE})=1)))',
        "请写成2022-12-31这样的日期",
    ),
}


def cell_text(value: object, column: Column | None = None) -> str:
    """A cell's value, as a reader gives it, as the text that Ducha keeps.

    Line breaks become ``\\n``, outer white space goes, numbers have the 15 digits that Excel shows and no ``.0``,
    dates are ISO; a lone space is nothing. With a column the type's normal form is applied.
    """
    if value is None or value == "":
        return ""
    if column and column.type == "date":
        value = _as_day(value)
    if isinstance(value, str):  # as nearly all are
        pass
    elif isinstance(value, datetime):
        value = value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    elif isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, float) and isfinite(value):
        value = int(value) if value.is_integer() else f"{Decimal(f'{value:.15g}'):f}"
    text = str(value)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip()
    return TYPES[column.type].normal(text) if column and text else text


def judge(text: str, column: Column, choices: Sequence[str]) -> Fault | None:
    """What is wrong with one cell's text, None when nothing is; emptiness is judged by the row."""
    return TYPES[column.type].fault(text, column, choices) if text else None


def condition(cell: str, column: Column, words: str) -> str:
    """The Excel condition that is TRUE where a non-empty cell is wrong; ``words`` is the range or name of its list."""
    limit = column.max_length or 32767  # no cell holds more
    return TYPES[column.type].formula.format(cell=cell, bare=bare(cell), words=words, limit=limit)


def _as_day(value: object) -> object:
    """The day of a point in time, or of the number that a date is where its cell has lost the date format."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int | float) and not isinstance(value, bool) and _FIRST_DAY <= value < _LAST_DAY + 1:
        return _EPOCH + timedelta(days=int(value))
    return value

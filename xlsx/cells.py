"""Cell values and references: Python to the XML of one cell."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from xml.sax.saxutils import escape

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
TEXT_LIMIT = 32_767  # UTF-16 units in one cell

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBERS = (int, float, Decimal)  # a union made at each call takes longer than the call
_DAY_0, _DAY_0_1904 = date(1899, 12, 30).toordinal(), date(1904, 1, 1).toordinal()
_LITERAL = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its leading "=", and the result that readers see until it is recalculated."""

    text: str
    cached: str | float | int | bool | None = None

    def __post_init__(self) -> None:
        if self.text.startswith("=") or not self.text:
            raise ValueError(f"formula text must not be empty or start with '=': {self.text!r}")


Value = str | int | float | Decimal | bool | date | datetime | Formula | None


@lru_cache(maxsize=1024)
def column_letter(number: int) -> str:
    """Letters of a column counted from 1: 28 → "AB". ValueError outside 1..16384."""
    if not 1 <= number <= LAST_COLUMN:
        raise ValueError(f"no such column: {number}")
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Number of a column, counted from 1: "AB" → 28. ValueError if it is none."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"no such column: {letters!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= LAST_COLUMN:
        raise ValueError(f"no such column: {letters!r}")
    return number


def split_ref(ref: str) -> tuple[int, int]:
    """Row and column, from 1, of a cell reference: "$H$7" → (7, 8). ValueError if it is no single cell."""
    match = _REF.fullmatch(ref)
    letters, digits = match.groups() if match else ("", "0")
    row = int(digits)
    if not 0 < row <= LAST_ROW:
        raise ValueError(f"not a cell: {ref!r}")
    return row, column_number(letters)


def check_place(row: int, column: int) -> None:
    """ValueError unless a sheet has such a cell."""
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        raise ValueError(f"no such cell: row {row}, column {column}")


def text_xml(text: str) -> str:
    """Text as it stands in XML: what XML forbids, and text that looks so escaped, as _xHHHH_.

    ValueError when it is too long for a cell.
    """
    if len(text) * 2 > TEXT_LIMIT and len(text.encode("utf-16-le", "surrogatepass")) > 2 * TEXT_LIMIT:
        raise ValueError(f"a cell holds {TEXT_LIMIT} characters, not {len(text)}")
    if "_x" in text:
        text = _LITERAL.sub("_x005F_", text)
    if not text.isprintable():
        text = _ILLEGAL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return escape(text)


def text_element(text: str) -> str:
    """A `t` element; its blanks at the ends and line breaks are kept by every reader."""
    blanks = "  " in text or text != text.strip()
    if not blanks and len(text) * 2 <= TEXT_LIMIT and text.isprintable() and "_x" not in text:  # nearly every text
        return f"<t>{escape(text)}</t>"
    space = ' xml:space="preserve"' if blanks or "\n" in text or "\t" in text else ""
    return f"<t{space}>{text_xml(text)}</t>"


def cell_xml(ref: str, style: int, value: Value, *, from_1904: bool = False) -> bytes:
    """One `c` element. Text is always an inline string, whatever it looks like; empty text is no value.

    ValueError for what a cell cannot hold: NaN, infinity, dates before 1900, time zones, too long text.
    """
    start = f'<c r="{ref}" s="{style}"' if style else f'<c r="{ref}"'
    return start.encode() + content_xml(value, from_1904=from_1904)


def content_xml(value: Value, *, from_1904: bool = False) -> bytes:
    """What follows the reference and the style in a `c` element."""
    if value is None or value == "":  # empty text would count as filled in COUNTA
        return b"/>"
    if isinstance(value, str):
        return f' t="inlineStr"><is>{text_element(value)}</is></c>'.encode()
    if isinstance(value, Formula):
        kind, result = _result(value.cached)
        return f"{kind}><f>{escape(value.text)}</f>{result}</c>".encode()
    if isinstance(value, bool):
        return f' t="b"><v>{int(value)}</v></c>'.encode()
    if isinstance(value, date):
        value = _serial(value, from_1904=from_1904)
    return f"><v>{_number(value)}</v></c>".encode()


def _result(cached: str | float | int | bool | None) -> tuple[str, str]:
    if cached is None:
        return "", ""
    if isinstance(cached, str):
        return ' t="str"', f"<v>{text_xml(cached)}</v>"
    if isinstance(cached, bool):
        return ' t="b"', f"<v>{int(cached)}</v>"
    return "", f"<v>{_number(cached)}</v>"


def _number(value: float | int | Decimal) -> str:
    if not isinstance(value, _NUMBERS):
        raise TypeError(f"no cell value: {value!r}")
    if not isfinite(value):
        raise ValueError(f"a cell cannot hold {value}")
    return repr(value) if isinstance(value, float) else str(value)


def _serial(value: date, *, from_1904: bool) -> float | int:
    days = value.toordinal() - (_DAY_0_1904 if from_1904 else _DAY_0)
    if not from_1904 and days < 61:
        days -= 1  # Excel counts a 29 February 1900
    if days < (0 if from_1904 else 1):
        raise ValueError(f"a cell cannot hold a date before its epoch: {value}")
    if not isinstance(value, datetime):
        return days
    if value.tzinfo is not None:
        raise ValueError(f"a cell knows no time zone: {value}")
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return days + seconds / 86400 if seconds else days

"""What may stand in a cell, by column type: reading a value, judging it, and the same judgement as Excel formula.

One entry a type in `TYPES`; a new type is one entry and one test.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.schema.model import Column

__all__ = ["TYPES", "CellType", "Fault", "cell_text", "condition", "judge"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DATE = re.compile(r"(20\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding's code with the words its sentence needs besides the place."""

    code: str
    fields: dict[str, object]


def _as_date(text: str) -> str:
    """ISO form of a date typed in any usual way, or the text as it is."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, found.groups())).isoformat() if found else text
    except ValueError:
        return text


def _as_number(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(",", "").strip()


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
    return None


def _number_fault(text: str, _column: Column, _choices: Sequence[str]) -> Fault | None:
    return None if re.fullmatch(r"[-+]?\d+(\.\d+)?", text) else Fault("number_unclear", {})


@dataclass(frozen=True, slots=True)
class CellType:
    """One column type.

    ``normal`` brings typed text to one form, ``fault`` judges non-empty normal text, and ``formula`` is the Excel
    condition that is TRUE where the cell is wrong (``{cell}`` its address, ``{words}`` the list's name or range,
    ``{limit}`` the length); functions of Excel 2010 only.
    """

    normal: Callable[[str], str]
    fault: Callable[[str, Column, Sequence[str]], Fault | None]
    formula: str = ""


_CHOICE = CellType(str, _choice_fault, "ISNA(MATCH({cell},{words},0))")
TYPES: dict[str, CellType] = {
    "text": CellType(str, _text_fault, "LEN({cell})>{limit}"),
    "names": CellType(str, _text_fault),
    "number": CellType(_as_number, _number_fault, "NOT(ISNUMBER({cell}))"),
    "choice": _CHOICE,
    "status": _CHOICE,
    "stage": _CHOICE,
    "date": CellType(_as_date, _date_fault, "AND(NOT(ISNUMBER({cell})),ISERROR(DATEVALUE({cell})))"),
}


def cell_text(value: object, column: Column | None = None) -> str:
    """A cell's value, as a reader gives it, as the text that Ducha keeps.

    Line breaks become ``\\n``, outer white space goes, whole numbers lose ``.0``, dates are ISO; a lone space is
    nothing. With a column the type's normal form is applied.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    elif isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    elif isinstance(value, timedelta):
        value = str(value)
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return TYPES[column.type].normal(text) if column and text else text


def judge(text: str, column: Column, choices: Sequence[str]) -> Fault | None:
    """What is wrong with one cell's text, None when nothing is; emptiness is judged by the row."""
    return TYPES[column.type].fault(text, column, choices) if text else None


def condition(cell: str, column: Column, words: str) -> str:
    """The Excel condition that is TRUE where a non-empty cell is wrong; empty when the type has none."""
    formula = TYPES[column.type].formula
    if not formula or (column.type == "text" and not column.max_length):
        return ""
    return formula.format(cell=cell, words=words, limit=column.max_length)

"""How a cell is read as a number or a day, in Python and as Excel expression.

A percentage is read **as people see it**, in points: 50, "50", "50%", "50％" and a number shown as 50% are all 50,
and 0.8 is 0.8 %, never 80 %: growth of 0.8 % is common, so the size of a number tells nothing. Excel keeps a typed
50% as 0.5 with a percent format. A formula asks CELL("format") for it; a reader of files gives `as_seen`; and an
entry cell that is formatted as text ("@") keeps what was typed in all programs, so there the question never comes
up. A percentage where none belongs (50% typed for 亿元) is no number.
"""

import re
from datetime import date
from decimal import Decimal

from ledger.cell import ISO_DATE, PLAIN_NUMBER, bare, cell_text, judge, replaced
from ledger.schema.model import Column

__all__ = ["as_seen", "day", "day_expression", "number", "number_expression", "number_formula"]

_NUMBER = Column(title="完成值", owner="unit", type="number")
_DAY = Column(title="截至日期", owner="unit", type="date")
_LARGEST = Decimal("9.99999999999999E+307")  # that Excel holds
_WHOLE = 1e15  # below it 15 digits tell every whole number
_QUOTED = re.compile(r'"[^"]*"|\\.')  # in a number format: shown as it is, so "%" there is only a sign


def as_seen(value: object, number_format: str) -> object:
    """The value of a cell as text with % where the cell's format shows it so, else the value."""
    if isinstance(value, bool) or not isinstance(value, int | float) or "%" not in _QUOTED.sub("", number_format):
        return value
    return f"{(Decimal(cell_text(value)) * 100).normalize():f}%"


def number(value: object, *, in_percent: bool = False) -> Decimal | None:
    """A cell's value as a number: thousands commas and full-width digits are read, units and words are not."""
    if type(value) is float and -_WHOLE < value < _WHOLE:  # most cells: the same without the detour through text
        return Decimal(f"{value:.15g}")
    text = cell_text(value, _NUMBER)
    if in_percent:
        text = text.removesuffix("%").rstrip()
    if not text or judge(text, _NUMBER, ()):
        return None
    found = Decimal(text)
    return found if abs(found) <= _LARGEST else None


def number_expression(cell: str, *, in_percent: bool) -> str:
    """The Excel expression with `number`'s value, an error where that is None."""
    text = f'{PLAIN_NUMBER.format(bare=bare(cell))}&"e0"'
    shown = "NA()"
    if in_percent:
        text, shown = replaced(text, (" %e0", "e0"), ("%e0", "e0")), f"{cell}*100"
    seen = f'IFERROR(LEFT(CELL("format",{cell}))="P",FALSE)'
    return f"IF(ISNUMBER({cell}),IF({seen},{shown},{cell}),VALUE({text}))"


def number_formula(cell: str, *, in_percent: bool = False) -> str:
    """The formula (without ``=``) with `number`'s value, empty text where that is None."""
    return f'IFERROR({number_expression(cell, in_percent=in_percent)},"")'


def day(value: object) -> date | None:
    """A cell's value as a day of this century, typed in any usual way; None where it is empty or unclear."""
    text = cell_text(value, _DAY)
    return date.fromisoformat(text) if text and not judge(text, _DAY, ()) else None


def day_expression(cell: str) -> str:
    """The Excel expression with `day`'s number, an error where that is None."""
    iso = ISO_DATE.format(bare=bare(cell))
    known = f"INT({cell})/({cell}>=DATE(2000,1,1))/({cell}<DATE(2100,1,1))"
    return f'IF(ISNUMBER({cell}),{known},DATEVALUE({iso})/(SEARCH("20??-?*-?*",{iso})=1))'

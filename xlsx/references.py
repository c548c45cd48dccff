"""References inside formulas: found past strings, names and functions, and rewritten one by one."""

import re
from collections.abc import Callable
from typing import NamedTuple

from xlsx.cells import LAST_COLUMN, LAST_ROW, column_letter, column_number

_CELL = r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}"
_AREA = rf"(?:{_CELL}(?::{_CELL})?|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}|\$?\d{{1,7}}:\$?\d{{1,7}})(?![\w.(!])"
_SHEET = r"(?:'(?:[^']|'')+'|(?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!"
_TOKEN = re.compile(
    rf"""(?<![\w.$\]])(?P<sheet>{_SHEET})(?P<there>{_AREA})?
    |"(?:[^"]|"")*"|\[[^\[\]]*\]|\#[A-Z/0]+[!?]?
    |(?<![\w.$!:])(?P<here>{_AREA})
    |[^\W\d][\w.]*""",
    re.VERBOSE,
)
_CORNER = re.compile(r"(\$?)([A-Z]{0,3})(\$?)(\d*)")


class Corner(NamedTuple):
    """One end of an area; column 0 in whole rows, row 0 in whole columns."""

    column: int
    row: int
    fixed_column: bool = False
    fixed_row: bool = False

    def text(self) -> str:
        """The corner as a formula writes it, held inside the sheet."""
        column = column_letter(max(1, min(self.column, LAST_COLUMN))) if self.column else ""
        row = str(max(1, min(self.row, LAST_ROW))) if self.row else ""
        return f"{'$' if self.fixed_column and column else ''}{column}{'$' if self.fixed_row and row else ''}{row}"


class Area(NamedTuple):
    """A rectangle of cells; `single` when it was written as one cell."""

    first: Corner
    last: Corner
    single: bool

    def text(self) -> str:
        """The area as a formula writes it; one cell again when it has stayed one."""
        if self.single and self.first == self.last:
            return self.first.text()
        return f"{self.first.text()}:{self.last.text()}"

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies inside."""
        return self.first.row <= row <= self.last.row and self.first.column <= column <= self.last.column


def area(text: str) -> Area:
    """Read "$H$6", "H6:J9", "A:C" or "4:5". ValueError for anything else."""
    first, colon, last = text.partition(":")
    start = _corner(first)
    return Area(start, _corner(last) if colon else start, not colon)


def _corner(text: str) -> Corner:
    match = _CORNER.fullmatch(text)
    if not match or not (match[2] or match[4]):
        raise ValueError(f"not a reference: {text!r}")
    if not match[2]:  # "$4": the dollar was taken for the column's
        return Corner(0, int(match[4]), False, bool(match[1]))
    if int(match[4] or 0) > LAST_ROW:
        raise ValueError(f"no such row: {text!r}")
    return Corner(column_number(match[2]), int(match[4] or 0), bool(match[1]), bool(match[3]))


def sheet_name(prefix: str) -> str:
    """The sheet that a prefix like "'任务''填报'!" names."""
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def quoted(sheet: str) -> str:
    """A sheet's name as a prefix, quoted always (which is always right)."""
    return "'" + sheet.replace("'", "''") + "'!"


def same_sheet(one: str, other: str) -> bool:
    """Excel tells sheets apart without regard to case."""
    return one.casefold() == other.casefold()


def rewrite(
    formula: str,
    change: Callable[[str | None, Area], str | None],
    rename: Callable[[str], str | None] = lambda _: None,
) -> str:
    """A formula with its references changed.

    `change(sheet, area)` gives an area's new text or None to leave it (sheet is None for the formula's own
    sheet); `rename(sheet)` gives a new prefix, "!" included, or None.
    """

    def token(match: re.Match[str]) -> str:
        prefix, text = match["sheet"], match["there"] or match["here"] or ""
        sheet = sheet_name(prefix) if prefix else None
        if sheet is None and not text:
            return match[0]
        try:
            moved = change(sheet, area(text)) or text if text else ""
        except ValueError:  # XFE6 is a name: there is no such column
            moved = text
        return (rename(sheet) or prefix if sheet is not None else "") + moved

    return _TOKEN.sub(token, formula)


def target(formula: str) -> tuple[str, Area] | None:
    """Sheet and area when a formula is nothing but a reference with a sheet, else None."""
    match = re.fullmatch(rf"({_SHEET})({_AREA})", formula.strip())
    return (sheet_name(match[1]), area(match[2])) if match else None

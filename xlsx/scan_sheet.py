"""A worksheet in the pre-scan: its cells are checked while they go by, and noted where readers hide the truth."""

import re
from decimal import Decimal
from functools import cache
from operator import itemgetter

from xlsx.scan_parts import Attributes, Budget, Part, check_text, whole
from xlsx.scan_plain import Cells, Token
from xlsx.scan_zip import Refused

_ROWS, _COLUMNS = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 100  # characters
_NAME, _DIGITS, _PLACE = itemgetter(3), itemgetter(4), itemgetter(3, 4)  # of a token
_TEXTS = (b"s", b"str")
_TYPES = {"n", "s", "str", "b", "e", "d", "inlineStr"}


class Sheet(Part):
    """What is known of one worksheet so far; references are like B7."""

    def __init__(self, name: str, budget: Budget):
        super().__init__(name, budget)
        self.formulas: set[str] = set()
        self.blank_formulas: set[str] = set()
        self.errors: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self.hidden_rows: set[int] = set()
        self.merges: list[str] = []
        self.top_string = -1  # the highest index into the shared strings
        self._seen: set[int] = set()
        self._tables = self._row = self._column = 0
        self._type = ""
        self._children: set[str] = set()

    def start(self, tag: str, attributes: Attributes, parent: str, /) -> bool:
        """See Part. Cells count wherever they stand: readers differ in what they overlook."""
        if tag == "c":
            self._open_cell(attributes, parent)
        elif parent == "c":
            if tag in self._children:
                raise Refused("bad_cell", self.name, f"{self._reference} has two of {tag}")
            self._children.add(tag)
            return tag == "v"
        elif parent in ("is", "r", "rPh", "t"):
            check_text(tag, parent, self.name)
        elif tag == "row":
            self._open_row(attributes, parent)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "sheetData":
            self._tables += 1
            if parent != "worksheet" or self._tables > 1:
                raise Refused("broken", self.name, "more than one table of cells")
        return False

    def end(self, tag: str, /) -> None:
        """See Part."""
        if tag == "c":
            self._close_cell()

    def take(self, cells: Cells) -> None:
        """Judge cells that were cut out, all those of the sheet, by the same rules as those that go by one by one."""
        limits, tokens = self.budget.limits, cells.tokens
        self.budget.spend("cells", len(tokens), self.name)
        self.budget.spend("elements", cells.elements, self.name)
        if len(set(map(_PLACE, tokens))) != len(tokens):
            raise Refused("bad_cell", self.name, "a cell stands there twice")
        far = {name for name in set(map(_NAME, tokens)) if _column(name) > limits.last_column}
        if far or any(int(digits) > limits.last_row for digits in set(map(_DIGITS, tokens))):
            self._far(tokens)
        # most cells are empty, or texts
        for _, _, _, name, digits, kind, formula, value, text in [
            token for token in tokens if token[6] or (token[7] and token[5] not in _TEXTS) or token[5] == b"e"
        ]:
            words = text.strip().decode()
            self._note((name + digits).decode(), kind.decode(), words, formula=bool(formula), valued=bool(value))
        texts = {token[8].strip() for token in tokens if token[5] == b"s"} - {b""}
        self.top_string = max((whole(text.decode(), self.name) for text in texts), default=-1)

    def _far(self, tokens: list[Token]) -> None:
        limits = self.budget.limits
        for _, _, _, name, digits, _, formula, _, text in tokens:
            column, row = _column(name), int(digits)
            if column > limits.last_column or row > limits.last_row:
                self._outside(column, row, filled=bool(formula or text.strip()))

    def _outside(self, column: int, row: int, *, filled: bool) -> None:
        # styled but empty cells far out are harmless: clerks format whole rows
        if filled or column > _COLUMNS or row > _ROWS:
            raise Refused("bad_cell", self.name, f"{letters(column)}{row} lies outside the table")

    @property
    def _reference(self) -> str:
        return f"{letters(self._column)}{self._row}"

    def _open_row(self, attributes: Attributes, parent: str) -> None:
        self.budget.spend("rows", 1, self.name)
        if parent != "sheetData":
            raise Refused("broken", self.name, "a row outside the table of cells")
        row = attributes.get("r", "")
        # a row without number follows the last one
        self._row = whole(row, self.name) if row else self._row + 1
        self._column = 0
        if not 1 <= self._row <= _ROWS:
            raise Refused("bad_cell", self.name, f"there is no row {self._row}")
        if attributes.get("hidden") in ("1", "true"):
            self.hidden_rows.add(self._row)

    def _open_cell(self, attributes: Attributes, parent: str) -> None:
        self.budget.spend("cells", 1, self.name)
        if parent != "row":
            raise Refused("broken", self.name, "a cell outside a row")
        if "r" in attributes:
            self._column, row = place(attributes["r"], self.name)
            if row != self._row:
                raise Refused("bad_cell", self.name, f"{attributes['r']} stands in row {self._row}")
        else:
            self._column += 1
            if self._column > _COLUMNS:
                raise Refused("bad_cell", self.name, f"row {self._row} has too many cells")
        key = self._row * _COLUMNS + self._column
        if key in self._seen:
            raise Refused("bad_cell", self.name, f"{self._reference} stands there twice")
        self._seen.add(key)
        self._type = attributes.get("t", "n")
        if self._type not in _TYPES:
            raise Refused("bad_cell", self.name, f"{self._reference} has the type {self._type[:20]!r}")
        self._children = set()
        self.text = ""

    def _close_cell(self) -> None:
        children, limits = self._children, self.budget.limits
        formula, text = "f" in children, self.text.strip()
        if self._row > limits.last_row or self._column > limits.last_column:
            self._outside(self._column, self._row, filled=formula or "is" in children or bool(text))
        # Excel shows neither of these, and some readers do
        if "is" in children and (self._type != "inlineStr" or "v" in children):
            wrong = "holds a text and says that it holds something else"
            raise Refused("bad_cell", self.name, f"{self._reference} {wrong}")
        self._note(self._reference, self._type, text, formula=formula, valued="v" in children)

    def _note(self, reference: str, kind: str, text: str, *, formula: bool, valued: bool) -> None:
        if formula:
            self.formulas.add(reference)
            # t="str" with an empty v is a formula that gives ""
            if not valued or (not text and kind != "str"):
                self.blank_formulas.add(reference)
        if kind == "e":
            self.errors[reference] = text[:_LONGEST_NUMBER]
        elif kind in ("n", "") and text:
            self._number(reference, text)
        elif kind == "s" and text:
            self.top_string = max(self.top_string, whole(text, self.name))

    def _number(self, reference: str, text: str) -> None:
        if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text) or abs(float(text)) == float("inf"):
            raise Refused("bad_cell", self.name, f"{reference} holds {text[:20]!r} as a number")
        if len(text) > 15 and loses(text):
            self.numbers[reference] = text

    def _merge(self, reference: str) -> None:
        self.budget.spend("merges", 1, self.name)
        first, _, last = reference.partition(":")
        (left, top), (right, bottom) = place(first, self.name), place(last or first, self.name)
        self.budget.spend("merged_area", (abs(right - left) + 1) * (abs(bottom - top) + 1), self.name)
        self.merges.append(reference)


def place(reference: str, part: str) -> tuple[int, int]:
    """(column, row), both from 1, of a reference like AB12. Raises Refused("bad_cell")."""
    match = _REFERENCE.fullmatch(reference)
    if match:
        column, row = number(match[1]), int(match[2])
        if column <= _COLUMNS and row <= _ROWS:
            return column, row
    raise Refused("bad_cell", part, f"there is no cell {reference[:30]!r}")


@cache
def _column(name: bytes) -> int:
    return number(name.decode())


@cache
def number(name: str) -> int:
    """The number, from 1, of a column called A to ZZZ."""
    total = 0
    for letter in name:
        total = total * 26 + ord(letter) - 64
    return total


@cache
def letters(column: int) -> str:
    """The name of a column, from 1."""
    name = ""
    while column:
        column, last = divmod(column - 1, 26)
        name = chr(65 + last) + name
    return name


def loses(text: str) -> bool:
    """Whether a number has more digits than Excel shows or a binary number holds.

    Whole numbers of more than 15 digits are account or identity numbers, and Excel has shown them wrongly. In
    fractions, 16 and 17 digits are how Excel itself stores ordinary results.
    """
    value = Decimal(text)
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    return len(digits) > (15 if value == value.to_integral_value() else 17)

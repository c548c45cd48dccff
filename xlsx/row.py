"""One row of a sheet under edit: bytes in which single cells are found and replaced."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from xlsx.cells import column_letter, column_number
from xlsx.errors import BookError
from xlsx.markup import attribute, unescaped, with_attribute

_ROW = re.compile(rb"<row(?=[\s/>])[^>]*>")
_TO_END = rb"[^>]*>(?:(?<=/>)|[^<]*(?:<(?!/c[\s>])[^<]*)*</c\s*>)"  # not .*?, which is slow
_REMAINDER = re.compile(_TO_END)
_CELL = re.compile(rb"""(<c(?=[\s/>])(?:\s+r="([A-Z]+)\d+")?%s)""" % _TO_END)
# the usual order of attributes first: it is found without trying
_STYLE = re.compile(rb"""<c(?: r="[A-Z]+\d+"|(?=\s)[^>]*?)\ss\s*=\s*["'](\d+)""")
_FORMULA = re.compile(rb"<f[\s/>]")
_PLAIN_FORMULA = re.compile(rb"<f>([^<]*)</f>")


@dataclass(slots=True)
class Cell:
    """One `c` element as bytes, read only when something is asked of it."""

    xml: bytes

    @property
    def style(self) -> int:
        """The number of its style."""
        match = _STYLE.match(self.xml)
        return int(match[1]) if match else 0

    @property
    def has_formula(self) -> bool:
        """Whether it holds a formula of any kind."""
        return b"<f" in self.xml and _FORMULA.search(self.xml) is not None

    @property
    def formula(self) -> str | None:
        """The text of a formula that is its own alone, not of an array or shared with other cells."""
        match = _PLAIN_FORMULA.search(self.xml)
        return unescaped(match[1]) if match else None


@dataclass(slots=True)
class Row:
    """One `row` element: its start tag, and what stands between that and the end tag."""

    number: int
    tag: bytes
    body: bytes = b""

    @property
    def xml(self) -> bytes:
        """The whole element."""
        return b"".join((self.tag, self.body, b"</row>"))

    @property
    def style(self) -> int | None:
        """The style of cells that are not there, if the row has one."""
        custom = attribute(self.tag, "customFormat") in ("1", "true")
        return int(attribute(self.tag, "s") or 0) if custom else None

    @property
    def cells(self) -> dict[int, Cell]:
        """All cells by column number."""
        return self._parsed()[0]

    @property
    def rest(self) -> bytes:
        """What follows the last cell."""
        return self._parsed()[1]

    def cell(self, column: int) -> Cell | None:
        """One cell, if it is there."""
        start, end = self._place(column)
        return Cell(self.body[start:end]) if start < end else None

    def put(self, column: int, xml: bytes) -> None:
        """Replace one cell or insert it in order."""
        start, end = self._place(column)
        self.body = b"".join((self.body[:start], xml, self.body[end:]))

    def with_cells(self, cells: Mapping[int, Cell]) -> "Row":
        """A row like this one with other cells."""
        return Row(self.number, self.tag, _joined(cells) + self.rest)

    def _place(self, column: int) -> tuple[int, int]:
        """Where a cell stands; an empty span where it would have to be inserted."""
        head = f'<c r="{column_letter(column)}{self.number}"'.encode()  # as nearly all programs write it
        start = self.body.find(head)
        match = _REMAINDER.match(self.body, start + len(head)) if start >= 0 else None
        return (start, match.end()) if match else self._counted_place(column)

    def _counted_place(self, column: int) -> tuple[int, int]:
        cells, rest = self._parsed()
        self.body = _joined(cells) + rest  # now every cell states its reference, and one more moves none of them
        start = sum(len(cell.xml) for other, cell in cells.items() if other < column)
        return start, start + len(cells[column].xml if column in cells else b"")

    def _parsed(self) -> tuple[dict[int, Cell], bytes]:
        found = _CELL.findall(self.body)
        if not found:
            return {}, self.body.strip()
        plain = all(letters for _, letters in found)
        cells = {_column(letters): Cell(xml) for xml, letters in found} if plain else _counted(found, self.number)
        return cells, self.body[self.body.rindex(found[-1][0]) + len(found[-1][0]) :].strip()


def parse_row(chunk: bytes, number: int) -> Row:
    """A row of the sheet from its bytes and those up to the next row."""
    start = _ROW.match(chunk)
    if not start:
        raise BookError("broken", f"row {number}")
    tag, end = start[0], chunk.rfind(b"</row")
    if empty := tag.endswith(b"/>"):
        tag = tag[:-2].rstrip() + b">"
    if b' r="%d"' % number not in tag:
        tag = with_attribute(tag, "r", str(number))
    return Row(number, tag, b"" if empty else chunk[start.end() : end])


def fitted(tag: bytes, height: float) -> bytes:
    """A row's start tag with a height in points as Excel's own fitting would set it; one that a person fixed stays."""
    if attribute(tag, "customHeight") in ("1", "true"):
        return tag
    return with_attribute(tag, "ht", f"{height:g}")


def _joined(cells: Mapping[int, Cell]) -> bytes:
    return b"".join([cells[column].xml for column in sorted(cells)])


def _counted(found: list[tuple[bytes, bytes]], row: int) -> dict[int, Cell]:
    """Cells whose references may be written in another way or be missing, which are counted on."""
    cells: dict[int, Cell] = {}
    column = 0
    for xml, _ in found:
        ref = (attribute(xml[: xml.index(b">")], "r") or "").rstrip("0123456789")
        column = column_number(ref) if ref else column + 1
        own = xml if ref else b'<c r="%s%d"' % (column_letter(column).encode(), row) + xml[2:]
        cells[column] = Cell(own)
    return cells


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())

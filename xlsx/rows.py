"""The rows of one sheet's XML, found by byte search and parsed only where they are edited."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from xlsx.cells import column_letter, column_number
from xlsx.errors import BookError
from xlsx.markup import attribute, with_attribute

_NUMBER = re.compile(rb"""<row(?=[\s/>])(?:[^>]*?\sr\s*=\s*["'](\d+)["'])?""")
_ROW = re.compile(rb"<row(?=[\s/>])[^>]*>")
_CELL = re.compile(rb"<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c\s*>)", re.DOTALL)
_NUMBERS = re.compile(rb"""(<(?:row|c)(?=\s)[^>]*?\sr\s*=\s*["'][A-Z]*)(\d+)(["'])""")
_FORMULA = re.compile(rb"<f[\s/>]")


@dataclass(slots=True)
class Cell:
    """One `c` element as bytes, with what an edit needs to know of it."""

    xml: bytes
    style: int
    inner: bytes

    @property
    def has_formula(self) -> bool:
        """Whether it holds a formula of any kind."""
        return _FORMULA.search(self.inner) is not None


@dataclass(slots=True)
class Row:
    """One `row` element: its start tag, its cells by column number, and what follows the last cell."""

    number: int
    tag: bytes
    cells: dict[int, Cell] = field(default_factory=dict)
    rest: bytes = b""

    def xml(self) -> bytes:
        """The element, with its cells in order."""
        cells = [self.cells[column].xml for column in sorted(self.cells)]
        return b"".join((self.tag, *cells, self.rest, b"</row>"))

    @property
    def style(self) -> int | None:
        """The style of cells that are not there, if the row has one."""
        custom = attribute(self.tag, "customFormat") in ("1", "true")
        return int(attribute(self.tag, "s") or 0) if custom else None


def parse_row(chunk: bytes, number: int) -> Row:
    """A row of the sheet; cells that leave out their reference are counted on."""
    start = _ROW.match(chunk)
    if not start:
        raise BookError("broken", f"row {number}")
    tag = start[0]
    if tag.endswith(b"/>"):
        return Row(number, with_attribute(tag[:-2].rstrip() + b">", "r", str(number)))
    end = chunk.rfind(b"</row")
    row = Row(number, with_attribute(tag, "r", str(number)))
    column, last = 0, start.end()
    for match in _CELL.finditer(chunk, start.end(), end):
        head = b"<c" + match[1]
        ref = attribute(head, "r")
        column = column_number(ref.rstrip("0123456789")) if ref else column + 1
        xml = match[0]
        if not ref:
            xml = b'<c r="%s%d"' % (column_letter(column).encode(), number) + xml[2:]
        row.cells[column] = Cell(xml, int(attribute(head, "s") or 0), match[2] or b"")
        last = match.end()
    row.rest = chunk[last:end].strip()
    return row


def renumber(rows: bytes, shift: int) -> bytes:
    """Whole rows moved down by `shift`."""
    return _NUMBERS.sub(lambda match: match[1] + str(int(match[2]) + shift).encode() + match[3], rows)


class Rows:
    """Where each row starts. Raises BookError("unsupported") for XML that byte search could misread."""

    def __init__(self, xml: bytes):
        self.xml = _opened(xml)
        data = self.xml.find(b"<sheetData")
        self.start = self.xml.find(b">", data) + 1
        self.end = self.xml.rfind(b"</sheetData")
        if data < 0 or self.end < self.start:
            raise BookError("unsupported", "a sheet without plain sheetData")
        for mark in (b"<!", b"<?"):
            # Looking for the rare character first is thirty times as fast.
            if self.xml.find(mark[1:], data, self.end) >= 0 and self.xml.find(mark, data, self.end) >= 0:
                raise BookError("unsupported", "comments or CDATA among the rows")
        self._index()

    def _index(self) -> None:
        self.numbers: list[int] = []
        self.starts: list[int] = []
        number = 0
        for match in _NUMBER.finditer(self.xml, self.start, self.end):
            following = int(match[1]) if match[1] else number + 1
            if following <= number:
                raise BookError("broken", f"row {following} stands after row {number}")
            number = following
            self.numbers.append(number)
            self.starts.append(match.start())

    def position(self, number: int) -> int:
        """Index of the row in `numbers`, or -1 when the sheet does not have it."""
        index = bisect_left(self.numbers, number)
        return index if index < len(self.numbers) and self.numbers[index] == number else -1

    def chunk(self, index: int) -> bytes:
        """The bytes of a row, up to the next one."""
        return self.xml[self.starts[index] : self.after(index)]

    def after(self, index: int) -> int:
        """Where the row at `index` ends."""
        return self.starts[index + 1] if index + 1 < len(self.starts) else self.end

    def replaced(self, changed: dict[int, Row]) -> bytes:
        """The whole XML with rows replaced or, where absent, inserted in order."""
        pieces: list[bytes] = []
        done = 0
        for number in sorted(changed):
            index = bisect_left(self.numbers, number)
            found = index < len(self.numbers) and self.numbers[index] == number
            start = self.starts[index] if index < len(self.starts) else self.end
            pieces += [self.xml[done:start], changed[number].xml()]
            done = self.after(index) if found else start
        return b"".join([*pieces, self.xml[done:]])


def _opened(xml: bytes) -> bytes:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BookError("unsupported", "a sheet in UTF-16")
    data = xml.find(b"<sheetData")
    tag = xml[data : xml.find(b">", data) + 1]
    return xml.replace(tag, b"<sheetData></sheetData>", 1) if data >= 0 and tag.endswith(b"/>") else xml

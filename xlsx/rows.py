"""The rows of one sheet's XML, found by byte search and parsed only where they are edited."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from xlsx.errors import BookError
from xlsx.row import Row, parse_row

_NUMBER = re.compile(rb"""<row(?=[\s/>])(?:(?: r="|[^>]*?\sr\s*=\s*["'])(\d+)["'])?""")
_NUMBERS = re.compile(rb"""(<(?:row|c)(?=\s)[^>]*?\sr\s*=\s*["'][A-Z]*)(\d+)(["'])""")
_GUESSES = 4  # after so many the rows are too unlike for guessing
_MARKUP = {b"!": re.compile(rb"!(?<=<!)"), b"?": re.compile(rb"\?(?<=<\?)")}


def renumber(rows: bytes, shift: int) -> bytes:
    """Whole rows moved down by `shift`."""
    return _NUMBERS.sub(lambda match: match[1] + str(int(match[2]) + shift).encode() + match[3], rows)


class Rows:
    """Where a row stands, found by guessing and halving: an edit of a few rows does not read the others.

    Before one is added all are looked at, so that none is written twice or misplaced because of disorder.
    Raises BookError("unsupported") for XML that byte search could misread.
    """

    def __init__(self, xml: bytes):
        self.xml = _opened(xml)
        data = self.xml.find(b"<sheetData")
        self.start = self.xml.find(b">", data) + 1
        self.end = self.xml.rfind(b"</sheetData")
        self._spans: dict[int, tuple[int, int]] = {}
        self._index: tuple[list[int], list[int]] | None = None
        self._last = self.xml.rfind(b"<row", self.start, self.end)
        self._last_number = self._number(self._last) if self._last >= 0 else None
        self._found = 0, self.start  # the row last found; the next one asked for mostly stands below
        if data < 0 or self.end < self.start:
            raise BookError("unsupported", "a sheet without plain sheetData")
        # a rare character alone is found thirty times as fast
        if any(self.has(mark) and found.search(self.xml, data, self.end) for mark, found in _MARKUP.items()):
            raise BookError("unsupported", "comments or CDATA among the rows")

    def has(self, *words: bytes) -> bool:
        """Whether all of some words occur among the rows; a word's rarest letter, put first, saves time."""
        return all(self.xml.find(word, self.start, self.end) >= 0 for word in words)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of every row."""
        numbers, starts = self._indexed()
        for number, start, end in zip(numbers, starts, starts[1:], strict=False):
            yield number, self.xml[start:end]

    def get(self, number: int) -> Row | None:
        """A row of the sheet, if it is there."""
        start, end = self.span(number)
        return parse_row(self.xml[start:end], number) if start < end else None

    def span(self, number: int) -> tuple[int, int]:
        """Where a row starts and the next one does; an empty span where it would have to be inserted."""
        if number not in self._spans:
            halved = self._halved(number) if self._index is None else None
            self._spans[number] = halved or self._counted(number)
        return self._spans[number]

    def parted(self, number: int) -> tuple[bytes, bytes, bytes]:
        """What stands above a row, the row itself, and what stands below it."""
        start, end = self._counted(number)
        return self.xml[self.start : start], self.xml[start:end], self.xml[end : self.end]

    def replaced(self, changed: dict[int, bytes]) -> bytes:
        """The whole XML with rows replaced or, where absent, inserted in order."""
        old, done = memoryview(self.xml), 0
        pieces: list[bytes | memoryview] = []
        for number in sorted(changed):
            start, end = self.span(number)
            if start < done:
                raise BookError("broken", f"row {number} stands too far up")
            pieces += [old[done:start], changed[number]]
            done = end
        return b"".join([*pieces, old[done:]])

    def _halved(self, number: int) -> tuple[int, int] | None:
        """The span of a row that is there, if those on the way to it state their numbers and stand in order."""
        above, low = self._found if self._found[0] < number else (0, self.start)
        high, below = self._last, self._last_number
        if below == number:
            return high, self.end
        guesses = _GUESSES
        while below and number < below and low < high:
            # where it would stand if all rows were of one size, as they nearly are
            share = (number - above - 0.5) / (below - above) if guesses else 0.5
            guesses = max(guesses - 1, 0)
            middle = low + int((high - low) * share)
            start = self._row_from(middle)
            found = self._number(start)
            if found == number:
                self._found = number, start + 1
                return start, self._row_from(start + 1)
            if found is None or not above < found <= below:
                return None
            low, high, above, below = (start + 1, high, found, below) if found < number else (low, middle, above, found)
        return None

    def _counted(self, number: int) -> tuple[int, int]:
        numbers, starts = self._indexed()
        index = bisect_left(numbers, number)
        found = index < len(numbers) and numbers[index] == number
        return starts[index], starts[index + found]

    def _row_from(self, position: int) -> int:
        start = self.xml.find(b"<row", position, self.end)
        return start if start >= 0 else self.end

    def _number(self, start: int) -> int | None:
        match = _NUMBER.match(self.xml, start, self.end)
        return int(match[1]) if match and match[1] else None

    def _indexed(self) -> tuple[list[int], list[int]]:
        """Numbers of all rows, counted on where they are left out, and where they start and the last one ends."""
        if self._index is None:
            numbers: list[int] = []
            starts: list[int] = []
            number = 0
            for match in _NUMBER.finditer(self.xml, self.start, self.end):
                following = int(match[1]) if match[1] else number + 1
                if following <= number:
                    raise BookError("broken", f"row {following} stands after row {number}")
                number = following
                numbers.append(number)
                starts.append(match.start())
            self._index = numbers, [*starts, self.end]
        return self._index


def _opened(xml: bytes) -> bytes:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BookError("unsupported", "a sheet in UTF-16")
    data = xml.find(b"<sheetData")
    tag = xml[data : xml.find(b">", data) + 1]
    return xml.replace(tag, b"<sheetData></sheetData>", 1) if data >= 0 and tag.endswith(b"/>") else xml

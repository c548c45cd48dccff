"""What follows when rows are inserted below a row of a sheet: every reference that moves or widens."""

import re
from dataclasses import dataclass

from xlsx.cells import LAST_ROW
from xlsx.markup import attribute, escaped, unescaped, with_attribute
from xlsx.references import Area, Corner, area, rewrite, same_sheet

_TEXT = rb"(<(?:\w+:)?%s(?=[\s>])[^>]*>)([^<]*)(</)"
FORMULAS = re.compile(_TEXT % rb"(?:formula[12]?|f)")
_CELL_FORMULA = re.compile(rb"<f(?=[\s/>])([^>]*?)(?:/>|>([^<]*)</f>)")


@dataclass(frozen=True, slots=True)
class Growth:
    """`count` rows inserted below `row` of `sheet`: what ends at `row` widens, what lies below moves."""

    sheet: str
    row: int
    count: int

    def moved(self, row: int) -> int:
        """The new number of a row."""
        return min(row + self.count, LAST_ROW) if row > self.row else row

    def widened(self, old: Area) -> Area:
        """A range that ends at or spans the row grows; one cell only moves."""
        if not old.first.row:
            return old
        last = old.last.row
        grown = last + self.count if last >= self.row and not old.single else self.moved(last)
        first = old.first._replace(row=self.moved(old.first.row))
        return Area(first, old.last._replace(row=min(grown, LAST_ROW)), old.single)

    def sqref(self, text: str) -> str:
        """Ranges of a rule, blank-separated; here a single cell widens too."""
        return " ".join(
            self.widened(area(part)._replace(single=False)).text()
            if self._on_row(part)
            else self.widened(area(part)).text()
            for part in text.split()
        )

    def touches(self, sqref: str) -> bool:
        """Whether one of the ranges covers the row."""
        found = [area(part) for part in sqref.split()]
        return any(one.first.row <= self.row <= one.last.row for one in found)

    def formula(self, text: str, owner: str) -> str:
        """A formula that stands on sheet `owner`."""

        def change(sheet: str | None, old: Area) -> str | None:
            return self.widened(old).text() if same_sheet(sheet or owner, self.sheet) else None

        return rewrite(text, change)

    def series(self, text: str, owner: str = "") -> str:
        """A formula of a chart or sparkline, where a range along a row is a series of its own and never widens."""

        def change(sheet: str | None, old: Area) -> str | None:
            if not same_sheet(sheet or owner, self.sheet):
                return None
            along = old.first.row == old.last.row and old.first.column != old.last.column
            return (self.along(old) if along else self.widened(old)).text()

        return rewrite(text, change)

    def spread(self, text: str) -> str:
        """The points of a chart's series: a single cell on the row as the range that it was, so that it widens."""

        def change(sheet: str | None, old: Area) -> str | None:
            alone = old.single and old.first.row == self.row and same_sheet(sheet or "", self.sheet)
            return f"{old.first.text()}:{old.first.text()}" if alone else None

        return rewrite(text, change)

    def along(self, old: Area) -> Area:
        """A range that moves as a whole and never widens."""
        first, last = (one._replace(row=self.moved(one.row)) for one in (old.first, old.last))
        return Area(first, last, old.single)

    def pinned(self, text: str, *, below: bool = False) -> str:
        """A formula of the row itself as a pattern for `at`: relative rows, which copies count on, in NULs.

        With `below`, those that lie below the row move with what they refer to.
        """

        def change(sheet: str | None, old: Area) -> str | None:
            own = same_sheet(sheet or self.sheet, self.sheet)
            if old.first.fixed_row and old.last.fixed_row:
                return self.widened(old).text() if own else None
            first, last = (self._pattern(corner, own, below) for corner in (old.first, old.last))
            if own and old.last.fixed_row:
                last = self.widened(old).last.text()
            return first if old.single else f"{first}:{last}"

        return rewrite(text, change)

    def _pattern(self, corner: Corner, own: bool, below: bool) -> str:
        row = self.moved(corner.row) if own and (below or corner.fixed_row) else corner.row
        if corner.fixed_row or not corner.row:
            return corner._replace(row=row).text()
        return f"{corner._replace(row=0).text()}\0{row}\0"

    def _on_row(self, part: str) -> bool:
        one = area(part)
        return one.single and one.first.row == self.row


def grow_formulas(xml: bytes, growth: Growth, owner: str) -> bytes:
    """Rows, charts or rules of sheet `owner` with every formula adjusted."""

    def change(match: re.Match[bytes]) -> bytes:
        start, text = match[1], unescaped(match[2])
        ref = attribute(start, "ref")
        if ref and owner == growth.sheet:
            shared = attribute(start, "t") == "shared"
            start = with_attribute(start, "ref", growth.sqref(ref) if shared else moved_ref(ref, growth))
        return start + escaped(growth.formula(text, owner)) + match[3]

    return FORMULAS.sub(change, xml)


def pattern(cell: bytes, growth: Growth, *, original: bool) -> bytes:
    """A cell or row of the model row as a pattern for `at`: once as it stays, once as its copies are."""

    def change(match: re.Match[bytes]) -> bytes:
        start = b"<f" + match[1]
        if not match[2]:
            return match[0]
        ref = attribute(start, "ref")
        if attribute(start, "t") == "shared" and ref:
            if not original:
                return b'<f t="shared" si="%s"/>' % (attribute(start, "si") or "0").encode()
            start = with_attribute(start, "ref", growth.sqref(ref))
        elif ref:
            start = with_attribute(start, "ref", growth.pinned(ref))
        return start + b">" + escaped(growth.pinned(unescaped(match[2]), below=True)) + b"</f>"

    return _CELL_FORMULA.sub(change, cell)


def at(pieces: list[bytes], offset: int) -> bytes:
    """A pattern, split at its NULs, `offset` rows further down."""
    if len(pieces) == 3:
        return b"%s%d%s" % (pieces[0], int(pieces[1]) + offset, pieces[2])
    return b"".join([b"%d" % (int(one) + offset) if odd % 2 else one for odd, one in enumerate(pieces)])


def moved_ref(ref: str, growth: Growth) -> str:
    """A reference that moves as a whole and never widens."""
    return growth.along(area(ref)).text()

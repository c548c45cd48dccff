"""What follows when rows are inserted below a row of a sheet: every reference that moves or widens."""

import re
from dataclasses import dataclass

from xlsx.cells import LAST_ROW
from xlsx.markup import ATTRIBUTES, attribute, escaped, unescaped, with_attribute
from xlsx.references import Area, Corner, area, rewrite, same_sheet

_TEXT = rb"(<(?:\w+:)?%s(?=[\s>])[^>]*>)([^<]*)(</)"
FORMULAS = re.compile(_TEXT % rb"(?:formula[12]?|f)")
_SQREF_TEXT = re.compile(_TEXT % rb"sqref")
_CELL_FORMULA = re.compile(rb"<f(?=[\s/>])([^>]*?)(?:/>|>([^<]*)</f>)")
_RULES = re.compile(
    rb"<((?:\w+:)?(?:conditionalFormatting|dataValidation|sparkline))(?=[\s>])(?:%s/>|.*?</\1\s*>)" % ATTRIBUTES,
    re.DOTALL,
)
_PLACED = re.compile(
    rb"<(?:autoFilter|sortState|sortCondition|hyperlink|protectedRange|ignoredError|dimension|selection|pane"
    rb"|sheetView)(?=[\s/>])%s>" % ATTRIBUTES
)
_MERGES = re.compile(rb"<mergeCells(?=[\s>])[^>]*>(.*?)</mergeCells\s*>", re.DOTALL)
_MERGE_REF = re.compile(rb"""\sref\s*=\s*["']([^"']+)["']""")
_BREAK = re.compile(rb"<rowBreaks(?=[\s>]).*?</rowBreaks\s*>", re.DOTALL)
_START = re.compile(rb"<[^>]*>")


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

    def pinned(self, text: str) -> str:
        """A formula of the row itself as a pattern for `at`: relative rows, which copies count on, in NULs."""

        def change(sheet: str | None, old: Area) -> str | None:
            own = same_sheet(sheet or self.sheet, self.sheet)
            if old.first.fixed_row and old.last.fixed_row:
                return self.widened(old).text() if own else None
            first, last = (self._pattern(corner, own) for corner in (old.first, old.last))
            return first if old.single else f"{first}:{last}"

        return rewrite(text, change)

    def _pattern(self, corner: Corner, own: bool) -> str:
        if corner.fixed_row or not corner.row:
            return (corner._replace(row=self.moved(corner.row)) if own and corner.row else corner).text()
        return f"{corner._replace(row=0).text()}\0{corner.row}\0"

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
        return start + b">" + escaped(growth.pinned(unescaped(match[2]))) + b"</f>"

    return _CELL_FORMULA.sub(change, cell)


def at(pieces: list[bytes], offset: int) -> bytes:
    """A pattern, split at its NULs, `offset` rows further down."""
    if len(pieces) == 3:
        return b"%s%d%s" % (pieces[0], int(pieces[1]) + offset, pieces[2])
    return b"".join([b"%d" % (int(one) + offset) if odd % 2 else one for odd, one in enumerate(pieces)])


def grow_around(xml: bytes, growth: Growth) -> bytes:
    """What stands before or after `sheetData` in the grown sheet itself."""
    xml = _RULES.sub(lambda match: _grow_rule(match[0], growth), xml)
    xml = _PLACED.sub(lambda match: _grow_placed(match[0], growth), xml)
    xml = _MERGES.sub(lambda match: _grow_merges(match, growth), xml)
    return _BREAK.sub(lambda match: _grow_breaks(match[0], growth), xml)


def _grow_rule(rule: bytes, growth: Growth) -> bytes:
    start = _START.match(rule)
    head = rule[: start.end()] if start else rule
    inner = _SQREF_TEXT.search(rule)
    sqref = attribute(head, "sqref") or (unescaped(inner[2]) if inner else "")
    sparkline = b"sparkline" in head
    pinned = growth.touches(sqref) and not sparkline

    def formula(match: re.Match[bytes]) -> bytes:
        text = unescaped(match[2])
        new = growth.pinned(text).replace("\0", "") if pinned else growth.formula(text, growth.sheet)
        return match[1] + escaped(new) + match[3]

    def place(match: re.Match[bytes]) -> bytes:
        old = unescaped(match[2])
        return match[1] + (growth.widened(area(old)).text() if sparkline else growth.sqref(old)).encode() + match[3]

    body = _SQREF_TEXT.sub(place, FORMULAS.sub(formula, rule[len(head) :]))
    return (with_attribute(head, "sqref", growth.sqref(sqref)) if attribute(head, "sqref") else head) + body


def _grow_placed(tag: bytes, growth: Growth) -> bytes:
    for name in ("ref", "sqref"):
        if (old := attribute(tag, name)) is not None:
            selection = tag.startswith(b"<selection")
            new = growth.sqref(old) if not selection else " ".join(moved_ref(part, growth) for part in old.split())
            tag = with_attribute(tag, name, new)
    for name in ("activeCell", "topLeftCell"):
        if (old := attribute(tag, name)) is not None:
            tag = with_attribute(tag, name, moved_ref(old, growth))
    if tag.startswith(b"<hyperlink") and (location := attribute(tag, "location")):
        tag = with_attribute(tag, "location", growth.formula(location, growth.sheet))
    return tag


def moved_ref(ref: str, growth: Growth) -> str:
    """A reference that moves as a whole and never widens."""
    old = area(ref)
    corners = [one._replace(row=growth.moved(one.row)) for one in (old.first, old.last)]
    return Area(corners[0], corners[1], old.single).text()


def _grow_merges(match: re.Match[bytes], growth: Growth) -> bytes:
    merges: list[str] = []
    for old in (area(ref.decode()) for ref in _MERGE_REF.findall(match[1])):
        if old.first.row == old.last.row == growth.row:
            for row in range(growth.row, growth.row + growth.count + 1):
                merges.append(Area(old.first._replace(row=row), old.last._replace(row=row), False).text())
        else:
            merges.append(growth.widened(old).text())
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    return f'<mergeCells count="{len(merges)}">{cells}</mergeCells>'.encode()


def _grow_breaks(breaks: bytes, growth: Growth) -> bytes:
    def change(match: re.Match[bytes]) -> bytes:
        row = int(attribute(match[0], "id") or 0)
        # A break stands below its row; one right below the model row moves to the block's end.
        return with_attribute(match[0], "id", str(row + growth.count if row >= growth.row else row))

    return re.sub(rb"<brk(?=[\s/>])[^>]*>", change, breaks)

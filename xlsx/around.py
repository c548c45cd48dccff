"""What stands before and after the rows of a sheet that grows: rules, merges, breaks, links and controls."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from xlsx.markup import ATTRIBUTES, attribute, escaped, unescaped, with_attribute
from xlsx.ranges import FORMULAS, Growth, moved_ref
from xlsx.references import Area, Corner, area
from xlsx.shapes import grow_controls

_SQREF_TEXT = re.compile(rb"(<(?:\w+:)?sqref(?=[\s>])[^>]*>)([^<]*)(</)")
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
_COLUMN = re.compile(rb"<col(?=\s)[^>]*>")
_DIMENSION = re.compile(rb"<dimension(?=\s)[^>]*>")
_START = re.compile(rb"<[^>]*>")


def grow_around(xml: bytes, growth: Growth) -> bytes:
    """What stands before or after `sheetData` in the grown sheet itself."""
    xml = _RULES.sub(lambda match: _grow_rule(match[0], growth), xml)
    xml = _PLACED.sub(lambda match: _grow_placed(match[0], growth), xml)
    xml = _MERGES.sub(lambda match: _grow_merges(match, growth), xml)
    xml = _BREAK.sub(lambda match: _grow_breaks(match[0], growth), xml)
    return grow_controls(xml, growth)


def widen_dimension(xml: bytes, end: int, added: Sequence[Corner]) -> bytes:
    """A sheet whose stated dimension, before `end`, takes in more cells."""
    match = _DIMENSION.search(xml, 0, end) if added else None
    old = area(attribute(match[0], "ref") or "A1") if match else None
    if not match or not old or not old.first.row or not old.first.column:
        return xml
    columns, rows = zip(*((one.column, one.row) for one in (old.first, old.last, *added)), strict=True)
    ref = Area(Corner(min(columns), min(rows)), Corner(max(columns), max(rows)), False).text()
    return b"".join((xml[: match.start()], with_attribute(match[0], "ref", ref), memoryview(xml)[match.end() :]))


def column_styles(xml: bytes, end: int) -> list[tuple[int, int, int]]:
    """First and last column, and style, of what `cols` before `end` says."""
    numbers = [
        [int(attribute(tag, key) or 0) for key in ("min", "max", "style")] for tag in _COLUMN.findall(xml, 0, end)
    ]
    return [(first, last, style) for first, last, style in numbers]


def column_widths(xml: bytes, end: int) -> Mapping[int, float]:
    """Width in characters of every column that has its own; hidden ones are left out."""
    return _widths(xml[:end])


@lru_cache(maxsize=32)  # asked for every row that is fitted
def _widths(head: bytes) -> Mapping[int, float]:
    found: dict[int, float] = {}
    for tag in _COLUMN.findall(head):
        width = attribute(tag, "width")
        if width and not attribute(tag, "hidden"):
            first, last = (int(attribute(tag, key) or 1) for key in ("min", "max"))
            found |= dict.fromkeys(range(first, last + 1), float(width))
    return found


def _grow_rule(rule: bytes, growth: Growth) -> bytes:
    start = _START.match(rule)
    head = rule[: start.end()] if start else rule
    inner = _SQREF_TEXT.search(rule)
    sqref = attribute(head, "sqref") or (unescaped(inner[2]) if inner else "")
    sparkline = b"sparkline" in head
    pinned = growth.touches(sqref) and not sparkline
    changed = growth.series if sparkline else growth.formula

    def formula(match: re.Match[bytes]) -> bytes:
        text = unescaped(match[2])
        new = growth.pinned(text).replace("\0", "") if pinned else changed(text, growth.sheet)
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

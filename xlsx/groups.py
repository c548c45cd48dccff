"""Formulas that several cells hold together: arrays, and shared ones, of which one cell has the text for all.

A shared formula counts on from its first cell. Where inserted rows would make it say something else in one of
its cells, the group is dissolved: every cell gets a text of its own.
"""

import re

from xlsx.cells import LAST_COLUMN, LAST_ROW, split_ref
from xlsx.errors import BookError
from xlsx.markup import attribute, escaped, unescaped
from xlsx.ranges import Growth
from xlsx.references import Area, Corner, area, rewrite, same_sheet

_FORMULA = re.compile(rb"<f(?=[\s/>])[^>]*>")
_ARRAY = re.compile(rb"""<f(?=\s)[^>]*\st\s*=\s*["'](?:array|dataTable)["'][^>]*>""")
_SHARED = re.compile(
    rb"""<c(?=\s)([^>]*)>\s*(<f(?=\s)[^>]*?\st\s*=\s*["']shared["'][^>]*?)(?:/>|>([^<]*)</f\s*>)""",
)


def arrays(rows: bytes) -> list[Area]:
    """The ranges of array formulas and data tables of more than one cell."""
    extents = [attribute(tag, "ref") or "" for tag in _ARRAY.findall(rows)]
    return [area(extent) for extent in extents if ":" in extent]


def headed(cell: bytes) -> str | None:
    """The shared formula whose text a cell holds for others, by its number."""
    match = _SHARED.match(cell)
    several = match and ":" in (attribute(match[2], "ref") or "")
    return attribute(match[2], "si") if match and several else None


def dissolved(xml: bytes, numbers: set[str]) -> bytes:
    """A sheet in which the cells of some shared formulas have texts of their own."""
    texts: dict[str, tuple[str, int, int]] = {}

    def change(match: re.Match[bytes]) -> bytes:
        number = attribute(match[2], "si") or ""
        if number not in numbers:
            return match[0]
        row, column = _place(match[1])
        if match[3]:
            texts[number] = (unescaped(match[3]), row, column)
        if number not in texts:
            raise BookError("unsupported", f"shared formula {number} begins below one of its cells")
        text, first_row, first_column = texts[number]
        own = translated(text, row - first_row, column - first_column)
        return b"<c" + match[1] + b"><f>" + escaped(own) + b"</f>"

    return _SHARED.sub(change, xml)


def fragile(xml: bytes, growth: Growth, owner: str) -> set[str]:
    """Numbers of the shared formulas on sheet `owner` that would not mean the same after the growth."""
    found = set()
    for match in _SHARED.finditer(xml):
        extent = attribute(match[2], "ref")
        if match[3] and extent and not _uniform(unescaped(match[3]), _place(match[1])[0], area(extent), growth, owner):
            found.add(attribute(match[2], "si") or "")
    return found


def steadied(xml: bytes, growth: Growth, owner: str) -> bytes:
    """A sheet other than the grown one, ready for its formulas to be changed text by text."""
    numbers = fragile(xml, growth, owner) if b'"shared"' in xml or b"'shared'" in xml else set()
    return dissolved(xml, numbers) if numbers else xml


def translated(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads when copied to a cell so many rows down and columns to the right."""

    def moved(corner: Corner) -> Corner:
        row = corner.row if corner.fixed_row or not corner.row else corner.row + rows
        column = corner.column if corner.fixed_column or not corner.column else corner.column + columns
        return corner._replace(row=row, column=column)

    def change(_: str | None, old: Area) -> str:
        new = Area(moved(old.first), moved(old.last), old.single)
        pairs = [(old.first, new.first), (old.last, new.last)]
        inside = all(
            (0 < one.row <= LAST_ROW or not was.row) and (0 < one.column <= LAST_COLUMN or not was.column)
            for was, one in pairs
        )
        return new.text() if inside else "#REF!"

    return rewrite(formula, change)


def _place(tag: bytes) -> tuple[int, int]:
    ref = attribute(b"<c" + tag, "r")
    if not ref:
        raise BookError("unsupported", "a shared formula in a cell without reference")
    return split_ref(ref)


def _uniform(text: str, first: int, extent: Area, growth: Growth, owner: str) -> bool:
    """Whether all cells of a group and all they refer to move alike, or each with its own row."""
    length = extent.last.row - first
    own = same_sheet(owner, growth.sheet)
    split = own and first <= growth.row < first + length
    safe = True

    def look(sheet: str | None, old: Area) -> None:
        nonlocal safe
        if not same_sheet(sheet or owner, growth.sheet):
            return
        for corner, edge in ((old.first, growth.row + 1), (old.last, growth.row + old.single)):
            beside = own and corner.row == first
            if not corner.row or corner.fixed_row or beside:
                continue
            crossed = corner.row < edge <= corner.row + length
            safe = safe and not split and not crossed

    rewrite(text, look)
    return safe

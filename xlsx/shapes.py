"""What floats over a sheet: drawings, legacy VML and form controls, with the cells they stand at and are linked to."""

import re
from collections.abc import Callable

from xlsx.markup import ATTRIBUTES, attribute, escaped, unescaped, with_attribute
from xlsx.ranges import Growth

_ANCHOR = re.compile(rb"<(\w+:)?(twoCellAnchor|oneCellAnchor)(?=[\s>])%s>.*?</(?:\w+:)?\2\s*>" % ATTRIBUTES, re.DOTALL)
_CONTROL = re.compile(rb"<(?:\w+:)?anchor(?=[\s>])%s>.*?</(?:\w+:)?anchor\s*>" % ATTRIBUTES, re.DOTALL)
_ROW = re.compile(rb"(<(?:\w+:)?row>)(\d+)(</)")
SHAPE = re.compile(rb"<v:shape(?=\s).*?</v:shape\s*>", re.DOTALL)
_NOTE_ROW = re.compile(rb"(<x:Row>)\s*(\d+)\s*(</)")
_PLACE = re.compile(rb"(<x:Anchor>)([^<]*)(</)")
_LINKED = re.compile(rb"<(?:\w+:)?(?:sp|cxnSp|cameraTool|formControlPr)(?=\s)%s>" % ATTRIBUTES)
_LINKS = ("textlink", "cellRange", "fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup")
_LEGACY_LINK = re.compile(rb"(<x:Fmla(?:Link|Range|Txbx|Group|Pict)>)([^<]*)(</)")

Rows = Callable[[int, int], tuple[int, int]]  # first and last row, from 0, as they were → as they become


def linked(xml: bytes, change: Callable[[str], str]) -> bytes:
    """A drawing, VML or control part whose shapes show or set cells: those references changed."""

    def attributes(match: re.Match[bytes]) -> bytes:
        tag = match[0]
        for name in _LINKS:
            if text := attribute(tag, name):
                tag = with_attribute(tag, name, change(text))
        return tag

    def element(match: re.Match[bytes]) -> bytes:
        return match[1] + escaped(change(unescaped(match[2]))) + match[3]

    return _LEGACY_LINK.sub(element, _LINKED.sub(attributes, xml))


def grow_drawing(xml: bytes, growth: Growth) -> bytes:
    """Pictures, charts and shapes: each moves, grows or stays put as its owner chose."""

    def anchor(match: re.Match[bytes]) -> bytes:
        kind = attribute(match[0][: match[0].index(b">")], "editAs") or "twoCell"
        return _placed(match[0], _moving(growth, moves=kind != "absolute", sizes=kind == "twoCell"))

    return _ANCHOR.sub(anchor, xml)


def grow_controls(tail: bytes, growth: Growth) -> bytes:
    """Form controls and embedded objects, which the sheet itself places."""

    def anchor(match: re.Match[bytes]) -> bytes:
        tag = match[0][: match[0].index(b">") + 1]
        moves, sizes = (attribute(tag, name) in ("1", "true") for name in ("moveWithCells", "sizeWithCells"))
        return _placed(match[0], _moving(growth, moves=moves or sizes, sizes=sizes))

    return _CONTROL.sub(anchor, tail)


def grow_vml(xml: bytes, growth: Growth) -> bytes:
    """Boxes of notes, which stay beside their cells, and controls as older versions of Excel see them."""

    def shape(match: re.Match[bytes]) -> bytes:
        # these two say what the shape does not do
        moves, sizes = (f"<x:{name}".encode() not in match[0] for name in ("MoveWithCells", "SizeWithCells"))
        note = _NOTE_ROW.search(match[0])
        rows = _beside(growth, int(note[2])) if note else _moving(growth, moves=moves, sizes=sizes and moves)

        def place(found: re.Match[bytes]) -> bytes:
            numbers = [one.strip() for one in found[2].decode().split(",")]
            if len(numbers) == 8:
                first, last = rows(int(numbers[2]), int(numbers[6]))
                numbers[2], numbers[6] = str(first), str(last)
            return found[1] + ", ".join(numbers).encode() + found[3]

        def row(found: re.Match[bytes]) -> bytes:
            return found[1] + b"%d" % _moved(growth, int(found[2])) + found[3]

        return _NOTE_ROW.sub(row, _PLACE.sub(place, match[0]))

    return SHAPE.sub(shape, xml)


def _moved(growth: Growth, row: int) -> int:
    return growth.moved(row + 1) - 1


def _beside(growth: Growth, row: int) -> Rows:
    shift = _moved(growth, row) - row
    return lambda first, last: (first + shift, last + shift)


def _moving(growth: Growth, *, moves: bool, sizes: bool) -> Rows:
    def rows(first: int, last: int) -> tuple[int, int]:
        if not moves:
            return first, last
        new = _moved(growth, first)
        return new, _moved(growth, last) if sizes else last + new - first

    return rows


def _placed(anchor: bytes, rows: Rows) -> bytes:
    """An anchor with its one or two row numbers changed."""
    found = [int(match[2]) for match in _ROW.finditer(anchor)][:2]
    if not found:
        return anchor
    numbers = iter(rows(found[0], found[-1]))
    return _ROW.sub(lambda match: match[1] + b"%d" % next(numbers) + match[3], anchor, count=len(found))

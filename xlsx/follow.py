"""What elsewhere in the book follows a change of one sheet: formulas, names, links, charts, notes, pictures."""

import re
from collections.abc import Callable
from functools import partial

from xlsx.groups import steadied
from xlsx.markup import ATTRIBUTES, attribute, escaped, unescaped, with_attribute
from xlsx.parts import Parts
from xlsx.ranges import FORMULAS, Growth, moved_ref
from xlsx.references import area, quoted, rewrite, same_sheet
from xlsx.shapes import grow_drawing, grow_vml, linked
from xlsx.workbook import Workbook, renaming

_LINK = re.compile(rb"<hyperlink(?=\s)%s>" % ATTRIBUTES)
_PIVOT_SOURCE = re.compile(rb"<worksheetSource(?=\s)%s>" % ATTRIBUTES)
_TABLE_RANGE = re.compile(rb"<(?:table|autoFilter|sortState|sortCondition)(?=\s)%s>" % ATTRIBUTES)
_NOTE = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)(?=\s)%s>" % ATTRIBUTES)
_PIVOT_PLACE = re.compile(rb"<location(?=\s)%s>" % ATTRIBUTES)
_POINTS = re.compile(rb"<((?:\w+:)?(?:cat|val|xVal|yVal))(?=[\s>]).*?</\1\s*>", re.DOTALL)
_TABLE_FORMULA = re.compile(rb"(<(?:calculatedColumn|totalsRow)Formula(?=[\s>])[^>]*>)([^<]*)(</)")


def grow(parts: Parts, workbook: Workbook, growth: Growth) -> None:
    """Everything outside the sheet's own part that refers to its rows."""
    parts.flush()
    own = workbook.sheet_part(growth.sheet)
    _everywhere(parts, workbook, growth.formula, growth.sheet, skip=own, growth=growth)

    def pivot(tag: bytes) -> bytes:
        if (ref := attribute(tag, "ref")) and same_sheet(attribute(tag, "sheet") or "", growth.sheet):
            return with_attribute(tag, "ref", growth.widened(area(ref)).text())
        return tag

    _pivots(parts, pivot)
    for _, kind, part in parts.relations(own):
        if kind in _MOVERS:
            parts.rewrite(part, _MOVERS[kind](parts.package.read(part), growth))


def rename(parts: Parts, workbook: Workbook, old: str, new: str) -> None:
    """A sheet's new name, in the book and wherever it is referred to."""
    workbook.rename_sheet(old, new)
    prefix = renaming(old, new)
    _everywhere(parts, workbook, lambda text, _: rewrite(text, lambda *_: None, prefix), old)

    def pivot(tag: bytes) -> bytes:
        found = same_sheet(attribute(tag, "sheet") or "", old)
        return with_attribute(tag, "sheet", new) if found else tag

    _pivots(parts, pivot)


def remove(parts: Parts, workbook: Workbook, sheet: str) -> None:
    """References to a sheet that goes become #REF!, as in Excel."""

    def prefix(found: str) -> str | None:
        return "#REF!" if same_sheet(found, sheet) else None

    own = workbook.sheet_part(sheet)
    _everywhere(parts, workbook, lambda text, _: rewrite(text, lambda *_: None, prefix), sheet, skip=own)


def columns(parts: Parts, workbook: Workbook, sheet: str, change: Callable[[str], str]) -> None:
    """References from outside to a sheet whose columns were rebuilt."""
    _everywhere(parts, workbook, lambda text, _: change(text), sheet, skip=workbook.sheet_part(sheet))


def with_prefix(xml: bytes, old: str, new: str) -> bytes:
    """A copied sheet's XML, whose references to the original turn to the copy."""
    prefix = renaming(old, new)
    return _changed(xml, lambda text: rewrite(text, lambda *_: None, prefix))


def _everywhere(
    parts: Parts,
    workbook: Workbook,
    change: Callable[[str, str], str],
    sheet: str,
    skip: str = "",
    growth: Growth | None = None,
) -> None:
    """Change every formula that may name the sheet; those of charts belong to no sheet."""
    workbook.change_names(lambda text: change(text, ""))
    sheets = {part: name for name, part in workbook.worksheets().items()}
    changes = {part: partial(_owned, change, owner) for part, owner in sheets.items()}
    charts = [part for part in parts.package.names if part.startswith("xl/charts/")]
    changes |= {part: partial(_owned, growth.series if growth else change, "") for part in charts}
    needles = {escaped(sheet), escaped(quoted(sheet)[1:-2]), b"&#"}  # some programs write all Chinese as references
    for part, changed in changes.items():
        if part == skip or not part.endswith(".xml"):
            continue
        xml = parts.package.read(part)
        if any(needle in xml for needle in needles):
            if growth:
                xml = steadied(xml, growth, sheets[part]) if part in sheets else _as_ranges(xml, growth)
            parts.package.write(part, _changed(xml, changed))
    for part, owner in sheets.items():
        for _, kind, below in parts.relations(part):
            if kind in _BELOW:
                xml = parts.package.read(below)
                parts.rewrite(below, _BELOW[kind](xml, partial(_owned, change, owner)))


def _as_ranges(xml: bytes, growth: Growth) -> bytes:
    """A chart whose series have their one point on the row: Excel saves such a range as a single cell."""

    def formula(match: re.Match[bytes]) -> bytes:
        return match[1] + escaped(growth.spread(unescaped(match[2]))) + match[3]

    return _POINTS.sub(lambda points: FORMULAS.sub(formula, points[0]), xml)


def _owned(change: Callable[[str, str], str], owner: str, text: str) -> str:
    return change(text, owner)


def _changed(xml: bytes, change: Callable[[str], str]) -> bytes:
    def formula(match: re.Match[bytes]) -> bytes:
        return match[1] + escaped(change(unescaped(match[2]))) + match[3]

    def link(match: re.Match[bytes]) -> bytes:
        location = attribute(match[0], "location")
        return with_attribute(match[0], "location", change(location)) if location else match[0]

    return _LINK.sub(link, FORMULAS.sub(formula, xml))


def _pivots(parts: Parts, change: Callable[[bytes], bytes]) -> None:
    for part in parts.package.names:
        if part.startswith("xl/pivotCache/pivotCacheDefinition") and part.endswith(".xml"):
            xml = parts.package.read(part)
            parts.package.write(part, _PIVOT_SOURCE.sub(lambda match: change(match[0]), xml))


def _grow_table(xml: bytes, growth: Growth) -> bytes:
    def change(match: re.Match[bytes]) -> bytes:
        ref = attribute(match[0], "ref")
        return with_attribute(match[0], "ref", growth.widened(area(ref)).text()) if ref else match[0]

    return _TABLE_RANGE.sub(change, xml)


def _table_formulas(xml: bytes, change: Callable[[str], str]) -> bytes:
    return _TABLE_FORMULA.sub(lambda match: match[1] + escaped(change(unescaped(match[2]))) + match[3], xml)


def _grow_pivot(xml: bytes, growth: Growth) -> bytes:
    def change(match: re.Match[bytes]) -> bytes:
        ref = attribute(match[0], "ref")
        return with_attribute(match[0], "ref", moved_ref(ref, growth)) if ref else match[0]

    return _PIVOT_PLACE.sub(change, xml)


def _grow_notes(xml: bytes, growth: Growth) -> bytes:
    def change(match: re.Match[bytes]) -> bytes:
        ref = attribute(match[0], "ref")
        return with_attribute(match[0], "ref", moved_ref(ref, growth)) if ref else match[0]

    return _NOTE.sub(change, xml)


_MOVERS: dict[str, Callable[[bytes, Growth], bytes]] = {
    "table": _grow_table,
    "pivotTable": _grow_pivot,
    "comments": _grow_notes,
    "threadedComment": _grow_notes,
    "vmlDrawing": grow_vml,
    "drawing": grow_drawing,
}
# parts of a sheet with formulas of their own
_BELOW: dict[str, Callable[[bytes, Callable[[str], str]], bytes]] = {
    "table": _table_formulas,
    "vmlDrawing": linked,
    "drawing": linked,
    "ctrlProp": linked,
}

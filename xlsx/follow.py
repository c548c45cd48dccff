"""What elsewhere in the book follows a change of one sheet: formulas, names, links, charts, notes, pictures."""

import re
from collections.abc import Callable
from functools import partial

from xlsx.markup import ATTRIBUTES, attribute, escaped, unescaped, with_attribute
from xlsx.parts import Parts
from xlsx.ranges import FORMULAS, Growth, moved_ref
from xlsx.references import area, quoted, rewrite, same_sheet
from xlsx.workbook import Workbook, renaming

_LINK = re.compile(rb"<hyperlink(?=\s)%s>" % ATTRIBUTES)
_PIVOT_SOURCE = re.compile(rb"<worksheetSource(?=\s)%s>" % ATTRIBUTES)
_TABLE_RANGE = re.compile(rb"<(?:table|autoFilter|sortState|sortCondition)(?=\s)%s>" % ATTRIBUTES)
_NOTE = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)(?=\s)%s>" % ATTRIBUTES)
_ROW_NUMBER = re.compile(rb"(<(?:\w+:)?[rR]ow>)(\d+)(</)")
_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</)")


def grow(parts: Parts, workbook: Workbook, growth: Growth) -> None:
    """Everything outside the sheet's own part that refers to its rows."""
    parts.flush()
    own = workbook.sheet_part(growth.sheet)
    _everywhere(parts, workbook, growth.formula, growth.sheet, skip=own)

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
    parts: Parts, workbook: Workbook, change: Callable[[str, str], str], sheet: str, skip: str = ""
) -> None:
    """Change every formula that may name the sheet; those of charts belong to no sheet."""
    workbook.change_names(lambda text: change(text, ""))
    charts = {part: "" for part in parts.package.names if part.startswith(("xl/charts/", "xl/chartsheets/"))}
    sheets = {part: name for name, part in workbook.worksheets().items()}
    needles = {escaped(sheet), escaped(quoted(sheet)[1:-2])}
    for part, owner in (sheets | charts).items():
        if part == skip or not part.endswith(".xml"):
            continue
        xml = parts.package.read(part)
        if any(needle in xml for needle in needles):
            parts.package.write(part, _changed(xml, partial(_owned, change, owner)))


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


def _grow_notes(xml: bytes, growth: Growth) -> bytes:
    def change(match: re.Match[bytes]) -> bytes:
        ref = attribute(match[0], "ref")
        return with_attribute(match[0], "ref", moved_ref(ref, growth)) if ref else match[0]

    return _NOTE.sub(change, xml)


def _grow_shapes(xml: bytes, growth: Growth) -> bytes:
    """Drawings and legacy VML, whose rows count from 0."""

    def moved(number: str) -> str:
        return str(growth.moved(int(number) + 1) - 1)

    def anchor(match: re.Match[bytes]) -> bytes:
        numbers = [part.strip() for part in match[2].decode().split(",")]
        if len(numbers) == 8:
            numbers[2], numbers[6] = moved(numbers[2]), moved(numbers[6])
        return match[1] + ", ".join(numbers).encode() + match[3]

    xml = _ROW_NUMBER.sub(lambda match: match[1] + moved(match[2].decode()).encode() + match[3], xml)
    return _ANCHOR.sub(anchor, xml)


_MOVERS: dict[str, Callable[[bytes, Growth], bytes]] = {
    "table": _grow_table,
    "comments": _grow_notes,
    "threadedComment": _grow_notes,
    "vmlDrawing": _grow_shapes,
    "drawing": _grow_shapes,
}

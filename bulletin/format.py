"""The office's format laid over its template: whatever there is as in GB/T 9704 becomes what schema.yaml says.

What somebody made otherwise in Word stays: the template's author and schema.yaml never fight.
"""

from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Any

from lxml.etree import _Element

from bulletin.lines import length
from bulletin.runs import tag
from ledger.schema import Fonts, Format, Margins

__all__ = ["formatted", "imprint", "masthead", "signature"]

_STANDARD = Format()
_LINE, _TITLE_LINE, _TABLE_LINE = 579, 700, 300  # twips of the templates' exact line spacings
_FONTS = ("ascii", "hAnsi", "eastAsia", "cs")
_LARGEST, _SMALLEST = 120, 44  # half points of 发文机关标志
_IMPRINT_LINE, _IMPRINT_TYPE, _IMPRINT_RULES = 480, 280, 80  # twips: a line of 版记, 四号, its three rules
_INDENT = 2.0  # characters that name or date stand off the right edge


def formatted(document: Any, wanted: Format) -> None:
    """Lay the format over every part of a python-docx document: styles, text, headers and footers."""
    sizes = {"val": _sizes(wanted)}
    changes: dict[str, Mapping[str, Mapping[str, str]]] = {
        "rFonts": _fonts(wanted.fonts),
        "sz": sizes,
        "szCs": sizes,
        "spacing": dict.fromkeys(("line", "before", "after"), _spacings(wanted)),
        "docGrid": {"linePitch": _spacings(wanted)},
    }
    for part in document.part.package.iter_parts():
        if (root := getattr(part, "element", None)) is None:
            continue
        for name, attributes in changes.items():
            for element in root.iter(tag(name)):
                _replace(element, attributes)
        for section in root.iter(tag("sectPr")):
            _edges(section, wanted.margins)


def masthead(document: Any, width: int) -> None:
    """Make 发文机关标志 as large as fits on one line of ``width`` twips."""
    for paragraph in _styled(document, "公文标志"):
        half_points = min(_LARGEST, max(_SMALLEST, int(width / 10 / max(_wide(paragraph), 1))))
        for run in paragraph.iter(tag("r")):
            for name in ("sz", "szCs"):
                _property(run, name).set(tag("val"), str(half_points))
        spacing = _child(_child(paragraph, "pPr"), "spacing")
        spacing.set(tag("line"), str(half_points * 13))
        spacing.set(tag("lineRule"), "exact")


def signature(document: Any) -> None:
    """Let the date start two characters right of the name, both at least two characters off the right edge."""
    names, dates = list(_styled(document, "公文署名")), list(_styled(document, "公文成文日期"))
    for name, date in zip(names, dates, strict=False):
        longer = _wide(name) - 2 - _wide(date)
        _indent(name, _INDENT - min(longer, 0))
        _indent(date, _INDENT + max(longer, 0))


def imprint(document: Any, section: _Element) -> None:
    """Push 版记 down to the bottom of the text area of its page, which has nothing else on it."""
    paragraphs = [*_styled(document, "版记抄送"), *_styled(document, "版记印发机关")]
    size, edges = section.find(tag("pgSz")), section.find(tag("pgMar"))
    if not paragraphs or size is None or edges is None:
        return
    height = int(size.get(tag("h"), "0")) - sum(int(edges.get(tag(edge), "0")) for edge in ("top", "bottom"))
    width = int(size.get(tag("w"), "0")) - sum(int(edges.get(tag(edge), "0")) for edge in ("left", "right"))
    lines = sum(ceil(_wide(paragraph) / (width / _IMPRINT_TYPE - 5)) for paragraph in paragraphs[:-1]) + 1
    spacing = _child(_child(paragraphs[0], "pPr"), "spacing")
    spacing.set(tag("before"), str(height - lines * _IMPRINT_LINE - _IMPRINT_RULES))


def _wide(paragraph: _Element) -> float:
    return sum(length(text.text or "") for text in paragraph.iter(tag("t")))


def _fonts(fonts: Fonts) -> dict[str, Mapping[str, str]]:
    other = {value: getattr(fonts, name) for name, value in Fonts() if getattr(fonts, name) != value}
    return dict.fromkeys(_FONTS, other)


def _sizes(wanted: Format) -> dict[str, str]:
    pairs = ((_STANDARD.title, wanted.title), (_STANDARD.table, wanted.table))
    return {str(round(old * 2)): str(round(new * 2)) for old, new in pairs if old != new}


def _spacings(wanted: Format) -> dict[str, str]:
    scales = (
        (_LINE, wanted.line / _STANDARD.line),
        (_TITLE_LINE, wanted.title / _STANDARD.title),
        (_TABLE_LINE, wanted.table / _STANDARD.table),
    )
    return {str(twips): str(round(twips * scale)) for twips, scale in scales if scale != 1}


def _replace(element: _Element, attributes: Mapping[str, Mapping[str, str]]) -> None:
    for attribute, other in attributes.items():
        old = element.get(tag(attribute), "")
        if old in other:
            element.set(tag(attribute), other[old])


def _edges(section: _Element, margins: Margins) -> None:
    size, edges = section.find(tag("pgSz")), section.find(tag("pgMar"))
    if size is None or edges is None:
        return
    landscape = int(size.get(tag("w"), "0")) > int(size.get(tag("h"), "0"))
    place: Callable[[Margins], dict[str, int]] = _landscape if landscape else _portrait
    for (edge, old), new in zip(place(_STANDARD.margins).items(), place(margins).values(), strict=True):
        if edges.get(tag(edge)) == str(old):
            edges.set(tag(edge), str(new))


def _portrait(margins: Margins) -> dict[str, int]:
    return {edge: _twips(millimetres) for edge, millimetres in margins}


def _landscape(margins: Margins) -> dict[str, int]:
    """The portrait page turned: what was left is on top; left and right are alike, for even pages are mirrored."""
    side = _twips((margins.top + margins.bottom) / 2)
    return {"top": _twips(margins.left), "left": side, "bottom": _twips(margins.right), "right": side}


def _twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def _styled(document: Any, name: str) -> Iterator[_Element]:
    """The paragraphs of the style with this name; WPS gives its styles other ids."""
    style = next((style.style_id for style in document.styles if style.name == name), None)
    for paragraph in document.element.body.iter(tag("p")):
        used = paragraph.find(f"{tag('pPr')}/{tag('pStyle')}")
        if used is not None and used.get(tag("val")) == style:
            yield paragraph


def _indent(paragraph: _Element, characters: float) -> None:
    """The right indent, in hundredths of characters for Word and in twips of 三号 for LibreOffice."""
    indent = _child(_child(paragraph, "pPr"), "ind")
    indent.set(tag("rightChars"), str(round(characters * 100)))
    indent.set(tag("right"), str(round(characters * 320)))


def _property(run: _Element, name: str) -> _Element:
    return _child(_child(run, "rPr"), name)


_LATER = {  # elements of pPr and rPr that the file format wants after the ones that are made here
    "spacing": ("ind", "contextualSpacing", "mirrorIndents", "jc", "textAlignment", "outlineLvl", "rPr", "sectPr"),
    "ind": ("contextualSpacing", "mirrorIndents", "jc", "textAlignment", "outlineLvl", "rPr", "sectPr"),
    "sz": ("szCs", "highlight", "u", "effect", "vertAlign", "lang"),
    "szCs": ("highlight", "u", "effect", "vertAlign", "lang"),
}


def _child(parent: _Element, name: str) -> _Element:
    """The child of this name, made at its place if it is not there; pPr and rPr come first."""
    found = parent.find(tag(name))
    if found is None:
        found = parent.makeelement(tag(name))
        later = [child for child in parent if child.tag in {tag(after) for after in _LATER.get(name, ())}]
        if name in _LATER:
            parent.insert(parent.index(later[0]) if later else len(parent), found)
        else:
            parent.insert(0, found)
    return found

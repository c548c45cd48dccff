"""What orders, letters and sheets of scores have in common: a template filled with clean text, as Word wants it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docx.shared import Mm
from docx.text.paragraph import Paragraph

from bulletin.format import formatted, signature
from bulletin.runs import hinted, tag
from bulletin.template import filled, packed
from bulletin.text import cleaned
from ledger.schema import Format

__all__ = ["Value", "number_words", "paper"]

Value = str | Sequence[str] | Sequence[Mapping[str, str | Sequence[str]]]

_ISSUER = "公文署名"  # a style of the templates, by its name in Word
_RULED, _RULE = ("公文发文机关标志", "公文第二条红线"), Mm(20)


def paper(template: bytes, name: str, context: Mapping[str, Value], wanted: Format) -> bytes:
    """The template ``name`` with the values of ``context`` in the office's format; same values give the same bytes.

    A `BulletinError` names the variable that the template misspells or lacks, with its place.
    """
    document = filled(template, {key: _clean(value) for key, value in context.items()}, name)
    formatted(document, wanted)
    names = {style.style_id: style.name for style in document.styles}
    edges = [part.element for part in document.part.package.iter_parts() if _is_edge(str(part.partname))]
    for edge in edges:
        _rule(edge.iter(tag("p")), document.sections[0], names)
    signature(document)
    _hold(document, names)
    for element in (document.element.body, *edges):
        hinted(element)
    return packed(document)


def number_words(code: str, year: int, number: int) -> str:
    """A document's number (发文字号): 安督单〔2022〕3号."""
    return f"{code}〔{year}〕{number}号"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value]


def _is_edge(name: str) -> bool:
    return name.startswith(("/word/header", "/word/footer"))


def _rule(paragraphs: Iterable[Any], section: Any, names: Mapping[str, str]) -> None:
    """Let the red lines of a letter run from 20 mm to 20 mm off the edges, whatever the margins are."""
    for paragraph in paragraphs:
        if names.get(paragraph.style) in _RULED:
            layout = Paragraph(paragraph, section).paragraph_format
            layout.left_indent, layout.right_indent = _RULE - section.left_margin, _RULE - section.right_margin


def _hold(document: Any, names: Mapping[str, str]) -> None:
    """Hold the last lines of text to the signature: it may not stand on a page alone."""
    paragraphs = document.paragraphs
    signed = next((place for place, one in enumerate(paragraphs) if names.get(one._p.style) == _ISSUER), 0)
    for paragraph in reversed(paragraphs[:signed]):
        if paragraph.paragraph_format.keep_with_next is None:
            paragraph.paragraph_format.keep_with_next = True
            return

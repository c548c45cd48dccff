"""What orders, letters and sheets of scores have in common: a template filled with clean text, as Word wants it."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from docx.shared import Mm, Twips
from docx.text.paragraph import Paragraph

from bulletin.runs import hinted, tag
from bulletin.template import filled, packed
from bulletin.text import cleaned

__all__ = ["Value", "date_words", "flat", "number_words", "paper"]

Value = str | Sequence[str] | Sequence[Mapping[str, str | Sequence[str]]]

_ISSUER, _DAY = "公文署名", "公文成文日期"  # styles of the templates, by their names in Word
_RULED, _RULE = ("公文发文机关标志", "公文第二条红线"), Mm(20)
_HALF = 160  # twips that half a character of 三号 takes


def paper(template: bytes, name: str, context: Mapping[str, Value]) -> bytes:
    """The template ``name`` with the values of ``context``; the same values give the same bytes.

    A `BulletinError` names the variable that the template misspells or lacks, with its place.
    """
    document = filled(template, {key: _clean(value) for key, value in context.items()}, name)
    names = {style.style_id: style.name for style in document.styles}
    edges = [part.element for part in document.part.package.iter_parts() if _is_edge(str(part.partname))]
    for edge in edges:
        _rule(edge.iter(tag("p")), document.sections[0], names)
    _sign(document, names)
    for element in (document.element.body, *edges):
        hinted(element)
    return packed(document)


def date_words(day: date) -> str:
    """2022年9月6日."""
    return f"{day.year}年{day.month}月{day.day}日"


def number_words(code: str, year: int, number: int) -> str:
    """A document's number (发文字号): 安督单〔2022〕3号."""
    return f"{code}〔{year}〕{number}号"


def flat(text: str) -> str:
    """A cell's text on one line: its line breaks come from the width of a column."""
    return cleaned(text).replace("\n", "")


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


def _sign(document: Any, names: Mapping[str, str]) -> None:
    """Put name and date where GB/T 9704 wants them without a seal: the date starts two characters after the name
    does, and the one that ends further right ends two characters from the edge."""
    paragraphs = document.paragraphs
    styles = [names.get(paragraph._p.style) for paragraph in paragraphs]
    if _ISSUER not in styles or _DAY not in styles:
        return  # the office has its own way of signing
    named = dict(zip(styles, paragraphs, strict=True))
    _keep(paragraphs[: styles.index(_ISSUER)])
    name, day = (_width(named[style].text) for style in (_ISSUER, _DAY))
    for style, right in ((_ISSUER, max(4, 8 - name + day)), (_DAY, max(4, name - day))):
        named[style].paragraph_format.right_indent = Twips(right * _HALF)
        named[style].paragraph_format.element.pPr.find(tag("ind")).set(tag("rightChars"), str(right * 50))


def _keep(before: Sequence[Any]) -> None:
    """Hold the last lines of text to the signature: it may not stand on a page alone."""
    while before:
        *before, last = before
        if last.paragraph_format.keep_with_next is None:
            last.paragraph_format.keep_with_next = True
            return


def _width(text: str) -> int:
    """Halves of characters that the text takes on a line."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)

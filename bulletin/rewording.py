"""Putting the office's wording into a made document: sentences that still say what they said when they were worded.

The runs of a paragraph keep their fonts, and references go on being fields: only the characters that differ change.
"""

import io
from collections import Counter
from collections.abc import Container, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from itertools import chain
from typing import Any

from docx import Document
from lxml.etree import SubElement, _Element

from bulletin.differences import paired
from bulletin.printed import Printed, paragraph_groups, said_in
from bulletin.runs import tag
from bulletin.template import packed
from bulletin.text import FIGURE, cleaned, is_chapter
from ledger.wording import Wording, sentences

__all__ = ["applicable", "followed", "put_text", "reworded"]

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def reworded(data: bytes, wording: Wording) -> bytes:
    """The document in the office's words, wherever a drafted sentence still says what it said when it was worded.

    Of a sentence that stands there twice it is not known which was meant: both stay.
    """
    if not wording.said and not wording.added:
        return data
    document = Document(io.BytesIO(data))
    paragraphs, drafted = _drafted(document)
    wording = _applicable(drafted, wording)
    for place, (paragraph, texts) in enumerate(zip(paragraphs, drafted, strict=True)):
        if texts and texts[0] in wording.added:
            heads = len(texts) == 1 and is_chapter(texts[0])
            pattern = paragraphs[place + 1] if heads and place + 1 < len(paragraphs) else paragraph
            for text in reversed(wording.added[texts[0]]):
                paragraph.addnext(_like(pattern, text))
        if wording.said.keys() & set(texts):
            _replace(paragraph, "".join(wording.said.get(text, text) for text in texts))
    return packed(document)


def applicable(data: bytes, wording: Wording) -> Wording:
    """The part of the wording that `reworded` puts into a document."""
    if not wording.said and not wording.added:
        return wording
    return _applicable(_drafted(Document(io.BytesIO(data)))[1], wording)


def _drafted(document: Any) -> tuple[list[_Element], list[list[str]]]:
    """The paragraphs of a document, and the sentences of each."""
    paragraphs = [group[0] for group in paragraph_groups(document.element.body) if len(group) == 1]
    return paragraphs, [sentences(cleaned(said_in(paragraph))) for paragraph in paragraphs]


def _applicable(drafted: Sequence[Sequence[str]], wording: Wording) -> Wording:
    once = {text for text, number in Counter(chain.from_iterable(drafted)).items() if number == 1}
    first = once & {texts[0] for texts in drafted if texts}
    return Wording(
        said={old: new for old, new in wording.said.items() if old in once},
        added={before: texts for before, texts in wording.added.items() if before in first},
    )


def followed(wording: Wording, before: Printed, after: Printed) -> Wording:
    """The wording for a document whose drafted sentences have changed since, where none of their figures has."""
    became: dict[str, str] = {}
    for old, new in paired(before.paragraphs, after.paragraphs):
        for one, other in paired(sentences(old or ""), sentences(new or "")):
            if one and other and FIGURE.findall(one) == FIGURE.findall(other):
                became[one] = other
    return Wording(
        said={became.get(key, key): text for key, text in wording.said.items()},
        added={became.get(key, key): text for key, text in wording.added.items()},
    )


def _replace(paragraph: _Element, text: str) -> None:
    parent = paragraph.getparent()
    assert parent is not None
    # what ends a section, or is all that a cell has, must stay
    if text or paragraph.find(f".//{tag('sectPr')}") is not None or parent.tag == tag("tc"):
        _say(paragraph, text)
    else:
        parent.remove(paragraph)


def _like(paragraph: _Element, text: str) -> _Element:
    """A paragraph of the same form; where its beginning is set off, in the type of its end."""
    made = deepcopy(paragraph)
    runs = [run for run in made.iterfind(tag("r")) if run.find(tag("t")) is not None]
    for child in list(made):
        if child.tag != tag("pPr") and child is not runs[-1]:
            made.remove(child)
    for child in list(runs[-1]):
        if child.tag != tag("rPr"):
            runs[-1].remove(child)
    put_text(SubElement(runs[-1], tag("t")), text)
    return made


def _say(paragraph: _Element, text: str) -> None:
    """Change the paragraph's characters where they differ from ``text``."""
    nodes = [node for node in paragraph.iter(tag("t")) if node.text]
    old = "".join(node.text or "" for node in nodes)
    owner = [place for place, node in enumerate(nodes) for _ in node.text or ""]
    fields = _fields(paragraph, nodes)
    said = [""] * len(nodes)
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, text, autojunk=False).get_opcodes():
        if kind == "equal":
            for place in range(i1, i2):
                said[owner[place]] += old[place]
        elif j2 > j1:
            before, after, put = owner[max(i1 - 1, 0)], owner[min(i1, len(owner) - 1)], text[j1:j2]
            said[after if kind == "replace" else _taker(before, after, fields, put)] += put
    for place, node in enumerate(nodes):
        if said[place] != node.text:
            for code in fields.get(place, ()):  # what a person typed over is no reference any more
                parent = code.getparent()
                if parent is not None:
                    parent.remove(code)
            put_text(node, said[place])


def _taker(before: int, after: int, fields: Container[int], text: str) -> int:
    """Which of two neighbours takes what is put between them: a reference only the digits that change its number."""
    if before in fields:
        return before if text[0].isdigit() else after
    return after if after in fields and text[-1].isdigit() else before


def _fields(paragraph: _Element, nodes: Sequence[_Element]) -> dict[int, list[_Element]]:
    """The codes of the field whose result a text is, by the text's place among ``nodes``."""
    found: dict[int, list[_Element]] = {}
    codes: list[_Element] = []
    inside: list[int] = []
    for element in paragraph.iter(tag("fldChar"), tag("instrText"), tag("t")):
        if element.tag != tag("t"):
            codes.append(element)
        elif codes:
            inside += [place for place, node in enumerate(nodes) if node is element]
        if element.get(tag("fldCharType")) == "end":
            found |= dict.fromkeys(inside, codes)
            codes, inside = [], []
    return found


def put_text(node: _Element, text: str) -> None:
    """Make ``text`` the text of a node; a line break in it becomes Word's."""
    first, *rest = text.split("\n")
    node.text = first
    node.set(_SPACE, "preserve")
    for line in reversed(rest):
        more = node.makeelement(tag("t"))
        more.text = line
        more.set(_SPACE, "preserve")
        node.addnext(more)
        node.addnext(node.makeelement(tag("br")))

"""Characters that the fonts of official documents lack: 堃 镕 珺 喆, emoji; Word takes them from another font."""

import io
import unicodedata
import zipfile
from collections.abc import Iterator

from lxml import etree

from bulletin.runs import tag
from ledger.excerpt import shortened
from ledger.finding import Finding, finding

__all__ = ["uncommon", "uncommon_characters"]

_QUOTED = 16  # characters of a paragraph that are quoted


def uncommon(document: bytes) -> list[Finding]:
    """One finding for every paragraph outside tables and every row of an annex that has characters outside GB2312."""
    return [
        finding("character_uncommon", place=place, value="、".join(characters))
        for place, text in _places(_body(document))
        if (characters := dict.fromkeys(filter(_is_uncommon, text)))
    ]


def uncommon_characters(document: bytes) -> list[str]:
    """The characters outside GB2312 of the whole text, each once, in the order of the page."""
    return list(dict.fromkeys(filter(_is_uncommon, _said(_body(document)))))


def _body(document: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        return etree.fromstring(parts.read("word/document.xml"), etree.XMLParser(huge_tree=True))[0]


def _places(body: etree._Element) -> Iterator[tuple[str, str]]:
    for block in body:
        if block.tag == tag("p"):
            text = _said(block)
            yield f"“{shortened(text, _QUOTED)}”", text
        place = "附件表"
        for row in block.iterfind(tag("tr")):
            if (mark := row.find(f".//{tag('bookmarkStart')}")) is not None:
                annex, _, number = mark.get(tag("name"), "")[1:].partition("_")
                place = f"附件{annex}：{number}"
            yield place, _said(row)


def _said(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(tag("t")))


def _is_uncommon(character: str) -> bool:
    if ord(character) > 0xFFFF:
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return unicodedata.category(character) in ("Lo", "So") and ord(character) > 0x25FF
    return False

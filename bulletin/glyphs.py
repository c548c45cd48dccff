"""Characters that the official fonts do not have: 仿宋_GB2312 and its like hold the 6,763 of GB2312 and no 堃."""

import io
import unicodedata
import zipfile

from lxml.etree import fromstring

from bulletin.runs import tag

__all__ = ["missing_glyphs"]


def missing_glyphs(document: bytes) -> list[str]:
    """The characters of a Word document's text that GB2312 lacks, each once, in the order of the page.

    Word takes them from another font, or prints a box: names of people must be looked at. Punctuation is not meant:
    of that the codec's table and the fonts differ.
    """
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        body = fromstring(package.read("word/document.xml"))
    text = "".join(one.text or "" for one in body.iter(tag("t")))
    return [character for character in dict.fromkeys(text) if _is_missing(character)]


def _is_missing(character: str) -> bool:
    if unicodedata.category(character) not in ("Lo", "So"):
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False

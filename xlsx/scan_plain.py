"""Parts spelled as every program spells them: their cells and strings are taken in by regular expression.

Calling back for every element takes ten times as long as unpacking and parsing. So what is spelled plainly is cut out
and judged in bulk, and the parser sees the rest, in which everything else stands as it was. What is spelled in any
other way goes through the parser whole.
"""

import re
from typing import NamedTuple

__all__ = ["Cells", "Token", "cut_cells", "cut_strings"]

# after any other beginning the bytes may mean something else
_HEAD = re.compile(rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=['"]1\.0['"](?: encoding=['"](?i:utf-8)['"])?"""
                   rb"""(?: standalone=['"]yes['"])?\s*\?>\s*)?<(\w+)[ >]""")  # fmt: skip
_TOKENS = re.compile(
    rb'(<row r="(\d+)"[^<>]*?(/?)>|</row>'
    rb'|<c r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="\d+")?(?: t="(str|[nsbe])")?(?:/>|>'
    rb'(?:(<f)(?: [a-z0-9]+="[ !#-%\'-;=?-~]*")*(?:/>|>[^<]*</f>))?(?:(<v)>([^<]*)</v>)?</c>))'
)
_FORMULAS = re.compile(rb"<f[^>]*?(?:/>|>[^<]*</f>)")
_STRINGS = re.compile(rb'<si><t(?: xml:space="preserve")?>[^<]*</t></si>')
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r")
_REFUSED = (b"<!", b"]]>", "\ufffe".encode(), "\uffff".encode())
_ENTITY = re.compile(rb"&(?:amp|lt|gt|quot|apos|#10|#13|#xA|#xD);")

# the whole, of a row its number and "/" if it is empty, of a cell its column, row, type, "<f", "<v", value
Token = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]


class Cells(NamedTuple):
    """A sheet's cells in order, the part without them, and the part without their formulas."""

    tokens: list[Token]
    elements: int  # in the cells
    rest: bytes
    lean: bytes


def cut_strings(content: bytes) -> tuple[bytes, int]:
    """The table of shared strings without those that have no formatting, and how many these are."""
    return _STRINGS.subn(b"", content) if _starts(content, b"sst") and _clean(content) else (content, 0)


def cut_cells(content: bytes) -> Cells | None:
    """A worksheet taken apart, None when anything among its rows is not plain.

    What a formula says is nobody's business: it is only seen that there is one.
    """
    start, end = content.find(_OPEN) + len(_OPEN), content.find(_CLOSE)
    if not len(_OPEN) <= start <= end or not _starts(content, b"worksheet"):
        return None
    body, head, tail = content[start:end], content[:start], content[end:]
    tokens: list[Token] = _TOKENS.findall(body)
    lean = _FORMULAS.sub(b"", body) if b"<f" in body else body
    # they come in order and apart: if they are as long as the whole, there is nothing between them
    if sum([len(token[0]) for token in tokens]) != len(body) or b"<!" in head:
        return None
    if not _clean(lean) or not _in_rows(tokens):
        return None
    # only texts have anything that needs escaping
    if b"&" in lean and any(b"&" in token[8] for token in tokens if token[5] != b"str"):
        return None
    rows, cells = [token[0] for token in tokens if not token[3]], [token for token in tokens if token[3]]
    count = len(cells) + body.count(b"<f") + body.count(b"<v>")
    return Cells(cells, count, b"".join((head, *rows, tail)), b"".join((head, lean, tail)))


def _in_rows(tokens: list[Token]) -> bool:
    """Whether every cell stands in the row that its reference names."""
    row = b""
    for token in tokens:
        if not token[3]:
            row = b"" if token[2] else token[1]
        elif token[4] != row:
            return False
    return True


def _starts(content: bytes, root: bytes) -> bool:
    found = _HEAD.match(content)
    return found is not None and found[1] == root


def _clean(text: bytes) -> bool:
    """Whether nothing stands in a text that an XML parser would refuse."""
    if any(mark in text for mark in _REFUSED) or len(text.translate(None, _CONTROL)) != len(text):
        return False
    if text.count(b"&") != len(_ENTITY.findall(text)):
        return False
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True

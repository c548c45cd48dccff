"""Mutated unit workbooks: what bad disks, programs and people make of one. Each number gives the same mutant."""

import random
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

from lxml import etree

Parts = dict[str, bytes]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NASTY = (
    "", " ", "0", "-1", "1", "2", "99", "4294967296", "1e999", "NaN", "-0", "1E+15", "123456789012345678", "0.1",
    "44805", "A1", "B5", "XFD1048576", "A0", "a1", "A1:XFD1048576", "s", "str", "inlineStr", "b", "e", "d", "n",
    "true", "hidden", "veryHidden", "rId1", "rId99", "../../../etc/passwd", "/xl/workbook.xml", "External",
    "=1+1", "#REF!", "_x0000_", "_x0001_", "_xD83D_", "_x005F_x0041_", "\u202e倒", "x" * 33_000, "有进展", "已完成",
    "2022-08-31", "2022/13/45", "１２", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "{{ 7*7 }}",
)  # fmt: skip
_SHEETS = [f"xl/worksheets/sheet{number}.xml" for number in (2, 2, 2, 2, 3, 3, 1, 4, 5)]
_WIRING = ["xl/sharedStrings.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml"]


def mutant(books: Sequence[bytes], number: int) -> tuple[str, bytes]:
    """What was done, and the bytes."""
    chance = random.Random(number)
    book, name = chance.choice(books), chance.choice(list(_KINDS))
    return name, _KINDS[name](book, chance)


# bytes


def _flips(book: bytes, chance: random.Random) -> bytes:
    raw = bytearray(book)
    for _ in range(chance.choice((1, 1, 3, 20))):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def _cut(book: bytes, chance: random.Random) -> bytes:
    return book[: chance.randrange(len(book))]


def _spliced(book: bytes, chance: random.Random) -> bytes:
    first, length = chance.randrange(len(book)), chance.randrange(1, 2_000)
    to = chance.randrange(len(book))
    middle = chance.choice((book[first : first + length], bytes(length), chance.randbytes(length), b""))
    return book[:to] + middle + book[to + chance.choice((0, length)) :]


# the archive


def _repacked(book: bytes, chance: random.Random) -> bytes:
    parts = _unpacked(book)
    names = list(parts)
    one, other = chance.sample(names, 2)
    act = chance.randrange(6)
    if act == 0:
        del parts[one]
    elif act == 1:
        parts[one], parts[other] = parts[other], parts[one]
    elif act == 2:
        parts[chance.choice(("xl/vbaProject.bin", "../up.xml", "xl/a\\b.xml", one.upper(), "xl/new.xml"))] = parts[one]
    elif act == 3:
        parts[chance.choice((other + "x", "C:/CON", "x" * 300, "\u202ea.xml"))] = parts.pop(one)
    elif act == 4:
        parts[one] = chance.choice((b"", b"<a/>", b"\xff\xfe<\0a\0/\0>\0", b"<!DOCTYPE a><a/>", parts[one][:-20]))
    elif act == 5:
        chance.shuffle(names)
        parts = {name: parts[name] for name in names}
    methods = (zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    return _packed(parts, chance.choice(methods))


def _directory_field(book: bytes, chance: random.Random) -> bytes:
    """One field of a local header, of the directory or of its end."""
    raw = bytearray(book)
    kinds = ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46), (b"PK\x01\x02", 46), (b"PK\x05\x06", 22))
    signature, length = chance.choice(kinds)
    at = chance.choice([found.start() for found in re.finditer(re.escape(signature), book)])
    value = chance.choice((0, 1, 9, 14, 255, 0x7FFF, 0xFFFF))
    struct.pack_into("<H", raw, at + chance.randrange(4, length - 1, 2), value)
    return bytes(raw)


# XML


def _elements(book: bytes, chance: random.Random) -> bytes:
    def change(root: etree._Element) -> None:
        for _ in range(chance.choice((1, 1, 2, 5))):
            every = [node for node in root.iter(etree.Element) if node.getparent() is not None]
            if len(every) < 2:
                return
            one, other = chance.sample(every, 2)
            parent = one.getparent()
            assert parent is not None
            act = chance.randrange(5)
            if act == 0:
                parent.remove(one)
            elif act == 1:
                parent.insert(parent.index(one), _copy(one))
            elif act == 2:
                other.append(_copy(one))
            elif act == 3:
                parent.append(one)
            else:
                one.tag = other.tag

    return _edited(book, chance, change)


def _attributes(book: bytes, chance: random.Random) -> bytes:
    def change(root: etree._Element) -> None:
        for _ in range(chance.choice((1, 1, 2, 5))):
            node = chance.choice([node for node in root.iter(etree.Element) if node.attrib] or [root])
            name = chance.choice([*node.attrib, "r", "t", "s", "hidden"])
            if chance.randrange(4):
                _set(node, str(name), chance.choice(NASTY))
            else:
                node.attrib.pop(name, None)

    return _edited(book, chance, change)


def _texts(book: bytes, chance: random.Random) -> bytes:
    def change(root: etree._Element) -> None:
        said = [node for node in root.iter(etree.Element) if node.text] or [root]
        for _ in range(chance.choice((1, 1, 3))):
            node, other = chance.choice(said), chance.choice(said)
            act = chance.randrange(4)
            if act == 0:
                node.text = chance.choice(NASTY)
            elif act == 1:
                node.text, other.text = other.text, node.text
            elif act == 2:  # a comment inside a value
                node.insert(0, etree.Comment("x"))
            else:
                node.text = (node.text or "")[::-1]

    return _edited(book, chance, change)


def _cells(book: bytes, chance: random.Random) -> bytes:
    """Cells of the tables: types, references, values, rows and tags changed about."""

    def change(root: etree._Element) -> None:
        cells = list(root.iter(f"{MAIN}c")) or [root]
        rows = list(root.iter(f"{MAIN}row")) or [root]
        for _ in range(chance.choice((1, 1, 2, 4))):
            one, other = chance.choice(cells), chance.choice(cells)
            act = chance.randrange(8)
            if act == 0:
                _set(one, "t", chance.choice(("s", "str", "b", "e", "d", "n", "inlineStr")))
            elif act == 1:
                _fill(one, str(chance.randrange(80)), chance.choice(("s", "n")))
            elif act == 2:
                _fill(one, chance.choice(NASTY), chance.choice(("str", "inlineStr", "n")))
            elif act == 3:  # the contents change places
                one[:], other[:] = list(map(_copy, other)), list(map(_copy, one))
                one.attrib["t"], other.attrib["t"] = other.get("t", "n"), one.get("t", "n")
            elif act == 4:
                first, second = chance.choice(rows), chance.choice(rows)
                _set(first, "r", second.get("r", "1"))
            elif act == 5:
                etree.SubElement(one, f"{MAIN}f").text = chance.choice(("1+1", "cmd|'/C calc'!A0", "#REF!", ""))
            elif act == 6:
                for node in (one, *one.iter(f"{MAIN}row")):
                    node.attrib.pop("r", None)
            else:
                _set(one, "s", chance.choice(("0", "1", "5", "9", "14", "30")))

    return _edited(book, chance, change, _SHEETS)


def _markup(book: bytes, chance: random.Random) -> bytes:
    """The XML's text itself: encodings, entities, sections."""
    parts = _unpacked(book)
    name = chance.choice([*_SHEETS, *_WIRING])
    if name not in parts:
        return book
    text = parts[name].decode()
    body = re.sub(r"^<\?xml[^>]*\?>\s*", "", text)
    act = chance.randrange(6)
    if act == 0:
        parts[name] = ('<?xml version="1.0" encoding="UTF-16"?>' + body).encode("utf-16")
    elif act == 1:
        coding = chance.choice(("UTF-7", "GBK", "latin-1", "x"))
        parts[name] = f'<?xml version="1.0" encoding="{coding}"?>{body}'.encode()
    elif act == 2:
        entity = chance.choice(('<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">'))
        parts[name] = (f"<!DOCTYPE x [{entity}]>" + body.replace("公里", "&a;")).encode()
    elif act == 3:
        parts[name] = re.sub(r"<(t|v)([^>]*)>([^<]+)<", r"<\1\2><![CDATA[\3]]><", text).encode()
    elif act == 4:
        parts[name] = re.sub(r"<(t|v)([^>]*)>([^<])", r"<\1\2>\3<?p q?>", text, count=chance.choice((1, 5))).encode()
    else:
        at, sign = chance.randrange(len(text)), chance.choice(("<", "&", "\0", "&#0;", "&#x1;", "]]>", "\ufffe"))
        parts[name] = f"{text[:at]}{sign}{text[at:]}".encode()
    return _packed(parts)


_KINDS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flips": _flips, "cut": _cut, "spliced": _spliced, "repacked": _repacked, "directory": _directory_field,
    "elements": _elements, "attributes": _attributes, "texts": _texts, "cells": _cells, "more cells": _cells,
    "most cells": _cells, "markup": _markup,
}  # fmt: skip


def _unpacked(book: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(book)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def _edited(
    book: bytes, chance: random.Random, change: Callable[[etree._Element], None], of: Sequence[str] = ()
) -> bytes:
    parts = _unpacked(book)
    rels = [name for name in parts if name.endswith(".rels")]
    name = chance.choice(of or [*_SHEETS, *_WIRING, chance.choice(rels), "[Content_Types].xml"])
    root = etree.fromstring(parts[name])
    change(root)
    return _packed({**parts, name: etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def _copy(node: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(node, with_tail=False))


def _fill(cell: etree._Element, value: str, kind: str) -> None:
    cell[:] = []
    cell.attrib["t"] = kind
    if kind == "inlineStr":
        etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
    else:
        etree.SubElement(cell, f"{MAIN}v").text = value


def _set(node: etree._Element, name: str, value: str) -> None:
    node.set(name, value)

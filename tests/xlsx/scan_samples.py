"""Workbooks made part by part for the pre-scan: ordinary ones, and every hostile one with its verdict."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

from xlsx.scan import Limits

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Parts = dict[str, str | bytes]


def relations(*targets: tuple[str, str]) -> str:
    """A relationship part with rId1, rId2, … for (kind, target)."""
    lines = (
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{"".join(lines)}</Relationships>'


def worksheet(rows: str, rest: str = "", namespace: str = MAIN) -> str:
    return f'{HEAD}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{rest}</worksheet>'


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', rest: str = "", **more: str | bytes) -> Parts:
    """The parts of a workbook with one sheet 任务; `more` replaces or adds some."""
    usual: Parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="任务" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": worksheet(rows, rest),
    }
    return usual | more


def pack(content: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return out.getvalue()


def damaged(at: str, data: bytes | None = None) -> bytes:
    """A workbook whose checksum in the directory is wrong for the part `at`."""
    raw = bytearray(data or pack(parts()))
    entry = raw.rindex(at.encode()) - 46
    assert raw[entry : entry + 4] == b"PK\x01\x02"
    raw[entry + 16] ^= 0xFF
    return bytes(raw)


def understated() -> bytes:
    """A sheet of 80 MiB that the directory declares as 100 bytes, checksum and all."""
    big = worksheet(" " * (80 << 20))
    raw = bytearray(pack(parts(**{"xl/worksheets/sheet1.xml": big})))
    entry = raw.rindex(b"xl/worksheets/sheet1.xml") - 46
    raw[entry + 16 : entry + 20] = struct.pack("<I", zlib.crc32(big.encode()[:100]))
    raw[entry + 24 : entry + 28] = struct.pack("<I", 100)
    return bytes(raw)


def twice(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, text in parts().items():
            archive.writestr(part, text)
        with warnings.catch_warnings(action="ignore"):
            archive.writestr(name, worksheet(""))
    return out.getvalue()


def marked(flag: int) -> bytes:
    """A part that the directory marks as packed in a way that some readers take for granted and others do not know."""
    raw = bytearray(pack(parts()))
    entry = raw.rindex(b"xl/workbook.xml") - 46
    raw[entry + 8 : entry + 10] = struct.pack("<H", flag)
    return bytes(raw)


def overlapping() -> bytes:
    """The directory leads from two names into the same bytes."""
    raw = bytearray(pack(parts(**{"xl/a.bin": b"1" * 50, "xl/b.bin": b"1" * 50})))
    first, second = (raw.rindex(name) - 46 for name in (b"xl/a.bin", b"xl/b.bin"))
    raw[second + 42 : second + 46] = raw[first + 42 : first + 46]
    return bytes(raw)


def filled(text: str, times: int, before: str, after: str) -> Parts:
    """A workbook whose sheet is `before`, `text` so many times, `after`."""
    return parts(**{"xl/worksheets/sheet1.xml": before + text * times + after})


def declared(entity: str) -> bytes:
    head, tail = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"
    return pack(parts(**{"xl/worksheets/sheet1.xml": f"<!DOCTYPE w [{entity}]>{head}{tail}"}))


def ole(stream: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500) + f"{stream}\0".encode("utf-16-le") + bytes(500)


def strings(head: str, item: str = "", times: int = 0) -> bytes:
    text = f'<sst xmlns="{MAIN}" {head}>' + item * times + "</sst>"
    return pack(parts(**{"xl/sharedStrings.xml": text}))


def called(kind: str) -> bytes:
    """A table of shared strings that the workbook takes for something else."""
    links = relations(("worksheet", "worksheets/sheet1.xml"), (kind, "sharedStrings.xml"))
    table = f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'
    return pack(parts(**{"xl/sharedStrings.xml": table, "xl/_rels/workbook.xml.rels": links}))


def cell(attributes: str, content: str = "<v>1</v>") -> bytes:
    return pack(parts(f'<row r="1"><c {attributes}>{content}</c></row>'))


OPEN, CLOSE = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty file": ("empty", lambda: b""),
    "text": ("not_xlsx", lambda: "序号,事项\n1,修路".encode()),
    "html": ("not_xlsx", lambda: b"<html><table></table></html>"),
    "docx": ("not_xlsx", lambda: pack({"word/document.xml": '<w:document xmlns:w="urn:w"/>'})),
    "xls": ("xls", lambda: ole("Workbook")),
    "old xls": ("xls", lambda: ole("Book")),
    "doc": ("not_xlsx", lambda: ole("WordDocument")),
    "password": ("encrypted", lambda: ole("EncryptedPackage")),
    "truncated": ("broken", lambda: pack(parts())[:-400]),
    "wrong checksum": ("broken", lambda: damaged("xl/workbook.xml")),
    "half a part": ("broken", lambda: pack(parts(**{"xl/styles.xml": "<styleSheet>"}))),
    "size understated": ("broken", understated),
    "bytes": ("too_big", lambda: pack(parts()) + bytes(Limits().file)),
    "members": ("too_big", lambda: pack({f"xl/a{n}.bin": b"" for n in range(2_500)})),
    "zip bomb of cells": ("too_big", lambda: pack(filled("<c/>", 50 << 20, OPEN + "<row>", "</row>" + CLOSE))),
    "many cells": ("too_big", lambda: pack(filled("<row><c/></row>", 201_000, OPEN, CLOSE))),
    "many elements": ("too_big", lambda: pack(parts(**{"xl/a.xml": "<a>" + "<b/>" * 1_001_000 + "</a>"}))),
    "many empty rows": ("too_big", lambda: pack(filled("<row/>", 1_000_000, OPEN, CLOSE))),
    "XML that hides as .bin": ("too_big", lambda: pack(parts(**{"xl/a.bin": "<a>" + "<b/>" * 1_001_000}))),
    "long text": ("too_big", lambda: strings('count="1"', "<si><t>" + "x" * (70 << 20) + "</t></si>", 1)),
    "many strings": ("too_big", lambda: strings("", "<si/>", 501_000)),
    "declared strings": ("too_big", lambda: strings('uniqueCount="4000000000"')),
    "declared nonsense": ("broken", lambda: strings('uniqueCount="' + "9" * 5_000 + '"')),
    "text in a text": ("broken", lambda: cell('r="A1" t="inlineStr"', "<is><t>a</t><is><t>b</t></is></is>")),
    "element in a text": ("broken", lambda: cell('r="A1" t="inlineStr"', "<is><t>a<b/></t></is>")),
    "value in a run": ("broken", lambda: strings("", "<si><r><v>1</v><t>a</t></r></si>", 1)),
    "strings called a theme": ("broken", lambda: called("theme")),
    "missing string": ("broken", lambda: cell('r="A1" t="s"')),
    "whole sheet merged": ("too_big", lambda: pack(parts(rest='<mergeCell ref="A1:XFD1048576"/>'))),
    "merged backwards": ("too_big", lambda: pack(parts(rest='<mergeCell ref="XFD1048576:A1"/>'))),
    "many merges": ("too_big", lambda: pack(parts(rest='<mergeCell ref="A1"/>' * 20_001))),
    "deep": ("too_big", lambda: pack(parts(**{"xl/a.xml": "<a>" * 5_000 + "</a>" * 5_000}))),
    "long tag": ("too_big", lambda: pack(parts(**{"xl/a.xml": '<a b="' + "x" * (9 << 20) + '"/>'}))),
    "billion laughs": ("dtd", lambda: declared('<!ENTITY l0 "ha">' + LAUGHS)),
    "external entity": ("dtd", lambda: declared('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "dtd in a drawing": ("dtd", lambda: pack(parts(**{"xl/d.vml": "<!DOCTYPE xml><xml><br></xml>"}))),
    "duplicate part": ("bad_part", lambda: twice("xl/workbook.xml")),
    "duplicate but for case": ("bad_part", lambda: pack(parts(**{"XL/Workbook.xml": "<a/>"}))),
    "two workbooks": ("bad_part", lambda: pack(parts(**{"xl/b.xml": f'<workbook xmlns="{MAIN}"/>'}))),
    "parent folder": ("bad_part", lambda: pack(parts(**{"xl/../../evil.xml": "<a/>"}))),
    "absolute name": ("bad_part", lambda: pack(parts(**{"/etc/evil.xml": "<a/>"}))),
    "backslash": ("bad_part", lambda: pack(parts(**{"xl\\evil.xml": "<a/>"}))),
    "overlapping": ("bad_part", overlapping),
    "patched data": ("bad_part", lambda: marked(0x20)),
    "strong encryption": ("bad_part", lambda: marked(0x40)),
    "masked headers": ("bad_part", lambda: marked(0x2000)),
    "sparse": (
        "bad_cell",
        lambda: pack(parts('<row><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    ),
    "beyond the last column": ("bad_cell", lambda: cell('r="XFE1"')),
    "beyond the last row": ("bad_cell", lambda: pack(parts('<row r="1048577"/>'))),
    "no reference": ("bad_cell", lambda: cell('r="1A"')),
    "lower case": ("bad_cell", lambda: cell('r="a1"')),
    "in another row": ("bad_cell", lambda: cell('r="A2"')),
    "twice": ("bad_cell", lambda: pack(parts('<row r="1"><c r="B1"/><c r="B1"/></row>'))),
    "twice in two rows": ("bad_cell", lambda: pack(parts('<row r="1"><c r="B1"/></row><row r="1"><c r="B1"/></row>'))),
    "two values": ("bad_cell", lambda: cell('r="A1"', "<v>1</v><v>2</v>")),
    "word as number": ("bad_cell", lambda: cell('r="A1"', "<v>abc</v>")),
    "infinite": ("bad_cell", lambda: cell('r="A1"', "<v>1e999</v>")),
    "number without end": ("bad_cell", lambda: cell('r="A1"', f"<v>{'9' * 200_000}</v>")),
    "unknown type": ("bad_cell", lambda: cell('r="A1" t="x"')),
    "cell outside a row": ("broken", lambda: pack(parts('<c r="A1"><v>1</v></c>'))),
    "two tables": ("broken", lambda: pack(parts(rest="<sheetData/>"))),
    "foreign namespace": (
        "broken",
        lambda: pack(parts(**{"xl/worksheets/sheet1.xml": worksheet("", "", "urn:x")})),
    ),
    "markup in a value": ("broken", lambda: cell('r="A1"', "<v>1<b/>2</v>")),
    "sheet without part": ("broken", lambda: pack(parts(**{"xl/_rels/workbook.xml.rels": relations()}))),
    "other workbook": ("broken", lambda: pack(parts(**{"_rels/.rels": relations(("officeDocument", "xl/b.xml"))}))),
}

"""The pre-scan: what it tells of ordinary workbooks, and that every hostile one is decided in little memory."""

import contextlib
import io
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx.scan import Limits, Refused, SheetScan, scan

ROOT = Path(__file__).resolve().parents[2]
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


def sheet(rows: str, rest: str = "") -> SheetScan:
    """What the scan says of a sheet with these rows."""
    return scan(pack(parts(rows, rest))).sheets["任务"]


def code(data: bytes) -> str:
    """The code of the refusal of `data`."""
    with pytest.raises(Refused) as caught:
        scan(data)
    return caught.value.code


# ---- ordinary workbooks


def test_openpyxl_workbook() -> None:
    """Names, order, states, formulas without results, merges, hidden rows and defined names of a real writer."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    tasks = book.create_sheet("任务填报")
    book.create_sheet("_issue").sheet_state = "veryHidden"
    tasks.append(["完成值", 1, "=B1*2"])
    tasks.merge_cells("A3:C3")
    tasks.row_dimensions[2].hidden = True
    book.defined_names["dc_issue"] = openpyxl.workbook.defined_name.DefinedName("dc_issue", attr_text='"a1b2"')
    tasks.print_area = "A1:C9"
    out = io.BytesIO()
    book.save(out)
    found = scan(out.getvalue())
    assert [(name, s.state) for name, s in found.sheets.items()] == [
        ("说明", "visible"),
        ("任务填报", "visible"),
        ("_issue", "veryHidden"),
    ]
    assert found.sheets["任务填报"] == SheetScan(
        "visible",
        formulas=frozenset({"C1"}),
        blank_formulas=frozenset({"C1"}),
        hidden_rows=frozenset({2}),
        merges=("A3:C3",),
    )
    assert found.features == frozenset()
    assert found.defined_names == {"dc_issue": '"a1b2"', "任务填报!_xlnm.Print_Area": "'任务填报'!$A$1:$C$9"}


def test_formulas_and_errors() -> None:
    """A formula that gives "" has a result; error values are told as they stand."""
    found = sheet(
        '<row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><f>1+1</f></c><c r="C2"><f>1</f><v>1</v></c>'
        '<c r="D2" t="e"><v>#REF!</v></c><c r="E2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="F2" t="inlineStr"><is><t>=1+1</t></is></c></row>'
    )
    assert found.formulas == {"A2", "B2", "C2", "E2"}
    assert found.blank_formulas == {"B2"}
    assert found.errors == {"D2": "#REF!", "E2": "#DIV/0!"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("123456789012345678", True),  # an identity number
        ("1234567890123456", True),  # an account number: a binary number holds it, Excel does not show it
        ("1.2345678901234568E+17", True),
        ("0.123456789012345678", True),
        ("123456789012345", False),
        ("123456789012345000000", False),
        ("0.74683168316831687", False),  # =75.43/101 as Excel stores it
        ("0.30000000000000004", False),
        ("-1.5e-3", False),
        ("0.000000000000000000000001", False),
    ],
)
def test_numbers_that_readers_change(text: str, told: bool) -> None:
    assert sheet(f'<row r="1"><c r="A1"><v>{text}</v></c></row>').numbers == ({"A1": text} if told else {})


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x != int(x) if abs(x) < 1e300 else False))
def test_no_computed_fraction_is_told(value: float) -> None:
    """Neither Python's shortest form nor Excel's 17 digits of a fraction count as changed."""
    for text in (repr(value), f"{value:.17g}"):
        assert sheet(f'<row r="1"><c r="A1"><v>{text}</v></c></row>').numbers == {}


def test_rows_and_cells_without_numbers_follow_each_other() -> None:
    found = sheet(
        '<row><c t="e"><v>#N/A</v></c></row><row r="5" hidden="true"><c r="C5"/><c t="e"><v>#N/A</v></c></row>'
        '<row hidden="1"><c t="e"><v>#N/A</v></c></row>'
    )
    assert set(found.errors) == {"A1", "D5", "A6"}
    assert found.hidden_rows == {5, 6}


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
def test_prefixed_and_strict_names(namespace: str) -> None:
    rows = '<x:row r="1"><x:c r="A1"><x:f>1</x:f><x:v>1</x:v></x:c></x:row>'
    text = f'<x:worksheet xmlns:x="{namespace}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    data = pack(parts(**{"xl/worksheets/sheet1.xml": text}))
    assert scan(data).sheets["任务"].formulas == {"A1"}


def test_utf16_part() -> None:
    text = worksheet('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>').replace("UTF-8", "UTF-16")
    data = pack(parts(**{"xl/worksheets/sheet1.xml": text.encode("utf-16")}))
    assert scan(data).sheets["任务"].errors == {"A1": "#N/A"}


def test_styled_cells_far_out_are_no_content() -> None:
    """Clerks format whole rows and columns; only what says something must lie in the window."""
    assert sheet('<row r="1"><c r="A1"/><c r="XFD1" s="3"/></row><row r="1048576"><c r="A1048576" s="1"/></row>')


@pytest.mark.parametrize(
    ("more", "feature"),
    [
        ({"xl/vbaProject.bin": b"\xd0\xcf"}, "macros"),
        ({"xl/macrosheets/sheet1.xml": '<m:macrosheet xmlns:m="urn:m"/>'}, "macros"),
        ({"xl/_rels/workbook.xml.rels": ("vbaProject", "odd.bin")}, "macros"),
        ({"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'}, "external_links"),
        ({"xl/odd.xml": f'<externalLink xmlns="{MAIN}"><ddeLink/></externalLink>'}, "dde"),
        ({"xl/odd.xml": f'<externalLink xmlns="{MAIN}"><oleLink/></externalLink>'}, "ole"),
        ({"xl/embeddings/oleObject1.bin": b"\0"}, "ole"),
        ({"xl/activeX/activeX1.xml": "<x/>"}, "activex"),
        ({"xl/connections.xml": "<x/>"}, "connections"),
        ({"xl/_rels/workbook.xml.rels": ("connections", "odd.xml")}, "connections"),
    ],
)
def test_features(more: dict[str, str | bytes | tuple[str, str]], feature: str) -> None:
    """Dangerous contents are told by the relation or by the part, whichever there is."""
    known = ("worksheet", "worksheets/sheet1.xml")
    texts = {name: relations(known, value) if isinstance(value, tuple) else value for name, value in more.items()}
    assert feature in scan(pack(parts(**texts))).features


def test_hyperlinks_are_no_external_links_but_pictures_are() -> None:
    link = '<Relationship Id="r9" Type="{}" Target="http://example.invalid/a" TargetMode="External"/>'
    usual = relations()
    for kind, expected in (("hyperlink", frozenset()), ("image", frozenset({"external_links"}))):
        text = usual.replace("</R", link.format(f"{OFFICE}/{kind}") + "</R")
        assert scan(pack(parts(**{"xl/worksheets/_rels/sheet1.xml.rels": text}))).features == expected


def test_vml_as_excel_writes_it() -> None:
    """An unclosed <br> in the drawing of a form control is no reason to refuse."""
    assert scan(pack(parts(**{"xl/drawings/vmlDrawing1.vml": "<xml><div>a<br>b</div></xml>"})))


# ---- refused workbooks


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
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(name, worksheet(""))
    return out.getvalue()


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

# a reader that forgets its limits dies of the memory limit instead of answering
GUARDED = textwrap.dedent(
    """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
    from xlsx.scan import Refused, scan
    try:
        scan(open(sys.argv[1], "rb").read())
        print("accepted")
    except Refused as refused:
        print(refused.code)
    """
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_decided_within_512_mib(name: str, tmp_path: Path) -> None:
    expected, make = HOSTILE[name]
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(make())
    found = subprocess.run(
        [sys.executable, "-c", GUARDED, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (found.stdout.strip(), found.stderr) == (expected, "")


def test_refusal_names_the_part() -> None:
    with pytest.raises(Refused) as caught:
        scan(damaged("xl/workbook.xml"))
    assert (caught.value.code, caught.value.part) == ("broken", "xl/workbook.xml")
    assert str(caught.value).startswith("broken: xl/workbook.xml: ")


def test_limits_can_be_narrowed() -> None:
    data = pack(parts('<row r="9"><c r="A9"><v>1</v></c></row>'))
    assert scan(data, Limits(last_row=9))
    with pytest.raises(Refused, match="bad_cell"):
        scan(data, Limits(last_row=8))


@given(st.data())
def test_any_damage_is_decided(data: st.DataObject) -> None:
    """Overwritten or cut bytes lead to a Scan or to Refused, never to another exception."""
    raw = bytearray(pack(parts()))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Refused):
        scan(bytes(raw[: data.draw(st.integers(0, len(raw)))]))

"""The pre-scan: what it tells of ordinary workbooks, and that every hostile one is decided in little memory."""

import contextlib
import io
import subprocess
import sys
import textwrap
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scan_samples import HOSTILE, MAIN, OFFICE, STRICT, damaged, pack, parts, relations, worksheet

from xlsx.scan import Limits, Refused, SheetScan, scan

ROOT = Path(__file__).resolve().parents[2]


def sheet(rows: str, rest: str = "") -> SheetScan:
    """What the scan says of a sheet with these rows."""
    return scan(pack(parts(rows, rest))).sheets["任务"]


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

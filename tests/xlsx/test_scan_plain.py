"""Cells taken in by regular expression: the same verdict as element by element, and the same values for a reader."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from scan_samples import pack, parts, relations

from xlsx import scan_reader
from xlsx.scan import Limits, Refused, Scan, scan, scan_once

ROWS = (
    '<row r="2" spans="1:4" ht="30" customHeight="1"><c r="A2" s="3" t="str"><f>""</f><v></v></c>'
    '<c r="B2" s="4"/><c r="C2" t="str"><v>a &amp; b</v></c><c r="D2"><f t="shared" ref="D2:D3" si="0">1+1</f>'
    "</c></row>"
    '<row r="3" hidden="1"><c r="A3"><v>1.50</v></c><c r="B3" t="e"><v>#REF!</v></c><c r="C3"><v>123456789012345678</v>'
    '</c><c r="D3"><f t="shared" si="0"/><v>2</v></c></row><row r="4"/>'
)
IN_FORMULA = re.compile(r"<f[^>/]*>[^<]*$")
PIECES = (
    *(
        "<!-- -->",
        "<![CDATA[1]]>",
        "<?x?>",
        "&amp;",
        "&x;",
        "&#0;",
        "]]>",
        "\x01",
        "\uffff",
        " ",
        "<v>1</v>",
        "<f>1</f>",
        "<f",
    ),
    *('<c r="A2"/>', '<c r="E2" t="s"><v>9</v></c>', '<row r="2"></row>', "</row>", "</c>", '<c r="XFD99999"/>', "x"),
    *('r="5"', 't="s"', 'cm="1"', '"', "<is><t>x</t></is>", "<row>", "<x:c>", "1e999", "</sheetData>", "<sheetData>"),
)


def decided(data: bytes) -> Scan | str:
    try:
        return scan(data, Limits())
    except Refused as refused:
        return refused.code


def one_by_one(data: bytes) -> Scan | str:
    """The same with every element going by the parser."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan_reader, "cut_cells", lambda _: None)
        patched.setattr(scan_reader, "cut_strings", lambda content: (content, 0))
        scan_reader._look.cache_clear()
        found = decided(data)
    scan_reader._look.cache_clear()
    return found


def test_plain_rows_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one of these cells goes by the parser, and what readers hide is told as ever."""
    data = pack(parts(ROWS))
    expected = one_by_one(data)
    monkeypatch.setattr("xlsx.scan_sheet.Sheet._open_cell", lambda *_: pytest.fail("a cell in the parser"))
    scan_reader._look.cache_clear()
    assert scan(data) == expected
    (sheet,) = scan(data).sheets.values()
    assert sheet.formulas == {"A2", "D2", "D3"}
    assert sheet.blank_formulas == {"D2"}
    assert (sheet.errors, sheet.numbers) == ({"B3": "#REF!"}, {"C3": "123456789012345678"})
    assert sheet.hidden_rows == {3}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_is_not_plain_gets_the_same_verdict(data: st.DataObject) -> None:
    """Whatever is put between or in place of the bytes, both ways come to the same; what formulas say is not read."""
    at = data.draw(st.sampled_from([at for at in range(len(ROWS) + 1) if not IN_FORMULA.search(ROWS[:at])]))
    cut = data.draw(st.sampled_from((0, 0, 1, 5, 20)))
    rows = ROWS[:at] + data.draw(st.sampled_from(PIECES)) + ROWS[at + cut :]
    book = pack(parts(rows))
    assert decided(book) == one_by_one(book)


@pytest.mark.parametrize("odd", ["\x01", "\ufffe", "\uffff", "&x;", "]]>"])
def test_what_a_parser_refuses_is_refused(odd: str) -> None:
    """Excel would not open the workbook either."""
    rows = ROWS.replace("a &amp; b", odd)
    assert decided(pack(parts(rows))) == one_by_one(pack(parts(rows))) == "broken"


@pytest.mark.parametrize("text", ["a", "", " a ", "a &amp; b", "&#10;", "中文"])
def test_strings_are_counted(text: str) -> None:
    table = f'<si><t>{text}</t></si><si><r><t>rich</t></r></si><si><t xml:space="preserve">{text}</t></si>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = {
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{table}</sst>',
    }
    for index, code in ((2, None), (3, "broken")):
        book = pack(parts(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>', **strings))
        found = decided(book)
        assert found == one_by_one(book)
        assert (found if isinstance(found, str) else None) == code


def test_a_reader_gets_the_same_values() -> None:
    """The workbook that comes with the scan has no formulas and all the values."""
    data = pack(parts(ROWS))
    _, lean = scan_once(data)
    assert b"<f" not in lean
    assert b"#REF!" in lean  # unpacked
    values = [
        CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        for book in (data, lean)
    ]
    assert values[0] == values[1]
    assert values[0][2][0] == 1.5

"""Ways taken to be quick: rows found by halving, cells read when asked for, parts looked through in pieces."""

import re
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsx_samples import TASKS, part, rezip, rows, template

from xlsx import Book, BookError
from xlsx.package import Package

TEMPLATE = template()
SHEET, BOARD = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
PAGE = part(TEMPLATE, SHEET)


def page(content):
    """The template's sheet with other rows and no rules over them."""
    return PAGE[: PAGE.index("<sheetData>")] + f"<sheetData>{content}</sheetData></worksheet>"


def row(number, text, *, stated=True):
    place = f' r="{number}"' if stated else ""
    cell = f' r="A{number}"' if stated else ""
    return f'<row{place}><c{cell} t="inlineStr"><is><t>{text}</t></is></c></row>'


def put(content, changes):
    book = Book(rezip(TEMPLATE, {SHEET: page(content)}))
    for ref, value in changes.items():
        book.put(TASKS, ref, value)
    return book.save()


def refusal(content, *refs):
    with pytest.raises(BookError) as caught:
        put(content, dict.fromkeys(refs or ("A5",), 1))
    return caught.value.code


@given(
    st.sets(st.integers(1, 60)),
    st.sets(st.integers(1, 60), min_size=1),
    st.integers(0, 61),
)
def test_any_rows_of_any_sheet(present, edited, unstated_from):
    """Rows there and rows missing are both found, wherever they lie, and though some do not state their number."""
    content, last = "", 0
    for number in sorted(present):
        content += row(number, number, stated=number < unstated_from or number != last + 1)
        last = number
    after = put(content, {f"A{number}": f"新{number}" for number in edited})
    wanted = {number: str(number) for number in present} | {number: f"新{number}" for number in edited}
    found = {number: line[0] for number, line in enumerate(rows(after, TASKS), 1) if line and line[0]}
    assert found == wanted


@pytest.mark.parametrize("numbers", [(5, 4), (9, 2, 3, 4, 6), (1, 2, 2)])
def test_rows_out_of_order(numbers):
    """No row is added where one of that number may stand elsewhere; one that is found can be edited."""
    content = "".join(row(number, number) for number in numbers)
    assert refusal(content, "A7") == "broken"
    after = put(content, {f"A{numbers[-1]}": "新"})
    assert re.findall('<row r="([0-9]+)"', part(after, SHEET)) == [str(number) for number in numbers]


@pytest.mark.parametrize("mark", ["<!-- <row r='5'> -->", "<?x y?>"])
def test_comments_among_the_rows(mark):
    """What could hide a row is refused."""
    assert refusal(row(1, "甲") + mark + row(5, "乙")) == "unsupported"


def test_marks_in_texts():
    """Exclamation and question marks in texts are no comments."""
    after = put(row(1, "怎么办?!") + row(5, "好!"), {"A5": "!?"})
    assert [line[0] for line in rows(after, TASKS)] == ["怎么办?!", "", "", "", "!?"]


def test_cells_spelled_in_other_ways():
    """Quotes, blanks and the order of attributes are the writing program's choice."""
    cells = "<c t='n' s='2' r='A5'><v>1</v></c><c\ns = \"2\"\tr = \"B5\" /><c r='D5'><v>4</v></c >"
    after = put(f"<row spans='1:4' r='5'>{cells}</row >", {"B5": 2, "C5": 3})
    assert rows(after, TASKS)[4] == [1, 2, 3, 4]
    assert '<c r="B5" s="2"><v>2</v></c>' in part(after, SHEET)


def test_arrays_and_data_tables_are_seen():
    """A cell inside an array or data table is not overwritten, also where its first cell lies far above."""
    for kind in ("array", "dataTable"):
        first = f'<row r="1"><c r="A1"><f t="{kind}" ref="A1:B99">1</f><v>1</v></c></row>'
        assert refusal(first + "".join(row(number, "值") for number in range(2, 100)), "B90") == "unsupported"


@pytest.mark.parametrize("text", [" 前", "后\u3000", "中  间", "一\t二", "x\n", "好_x0041_", "平常"])
def test_blanks_and_escapes(text):
    """Blanks that readers would drop are kept; ordinary text needs nothing."""
    after = put("", {"A1": text})
    assert rows(after, TASKS)[0][0] == text
    assert ('xml:space="preserve"' in part(after, SHEET)) == (text not in ("好_x0041_", "平常"))


@pytest.mark.parametrize("length", [10, 1 << 18, 3_000_000])
def test_parts_are_looked_through_in_pieces(length):
    """A word is found at the start, at the end, across pieces, and not where it is not."""
    noise = b"".join(zlib.crc32(b"%d" % number).to_bytes(4, "big").hex().encode() for number in range(length // 8))
    for content, found in ((noise, False), (b"</f>" + noise, True), (noise + b"</f>", True), (noise + b"</f", False)):
        package = Package(TEMPLATE)
        package.write("big.xml", content)
        assert package.holds("big.xml", b"</f>") is found
        assert Package(package.save()).holds("big.xml", b"</f>") is found


@pytest.mark.parametrize("formula", ["", "<f>SUM(A1:A2)</f>"])
def test_formulas_of_other_sheets_are_computed_anew(formula):
    """A book with formulas anywhere is to be computed on opening; one without is left as it is."""
    book = re.sub(r"<calcPr[^>]*>", "", part(TEMPLATE, "xl/workbook.xml"))
    content = "".join(row(number, "文" * 50) for number in range(1, 3000))
    board = page(content + f'<row r="3000"><c r="A3000">{formula}<v>1</v></c></row>')
    parts = {SHEET: page(row(1, "甲")), BOARD: board, "xl/workbook.xml": book}
    changed = Book(rezip(TEMPLATE, parts))
    changed.put(TASKS, "A1", "乙")
    assert ("fullCalcOnLoad" in part(changed.save(), "xl/workbook.xml")) == bool(formula)


def test_all_edits_of_a_row_together():
    """Values noted and edits made at once end up in one row, in whatever order; a shared formula is spelled out."""
    shared = '<c r="B5"><f t="shared" ref="B5:B7" si="0">A5*2</f><v>2</v></c><c r="C5" s="1"><f>A5</f></c>'
    follower = '<c r="B{0}"><f t="shared" si="0"/><v>4</v></c>'
    content = f'<row r="5"><c r="A5" s="2"/>{shared}</row>' + "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number}</v></c>{follower.format(number)}</row>' for number in (6, 7)
    )
    book = Book(rezip(TEMPLATE, {SHEET: page(content)}))
    for ref, value in {"A7": "七", "A5": 1, "B5": "值", "C5": 3, "A6": "六", "E6": 6, "B9": "新"}.items():
        book.put(TASKS, ref, value)
    book.fit(TASKS, 6, 40)
    book.look(TASKS, "A6", "A5")
    book.put(TASKS, "A6", "陆")
    saved = book.save()
    after, found = part(saved, SHEET), rows(saved, TASKS)
    assert found[4][:3] == [1, "值", 3]
    assert (found[6][0], found[8][1]) == ("七", "新")
    assert [text in after for text in ("<f>A6*2</f>", "<f>A7*2</f>", "shared")] == [True, True, False]
    assert '<c r="A6" s="2" t="inlineStr"><is><t>陆</t></is></c>' in after
    assert '<row r="6" ht="40">' in after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        (' numFmtId="164"', " numFmtId = '164'"),
        ('<xf numFmtId="164"', '<xf note="a>b" numFmtId="164"'),
        ('numFmtId="164"', 'numFmtId="&#49;64"'),
        ('<cellStyleXfs count="2">', '<!-- <cellXfs><xf/></cellXfs> --><cellStyleXfs count="2">'),
        ("<alignment wrapText", '<extLst><ext><xf numFmtId="14"/></ext></extLst><alignment wrapText'),
    ],
)
def test_number_formats_spelled_in_other_ways(old, new):
    """A date keeps a cell's date format and brings one along where there is none, however the formats are written."""
    styles = part(TEMPLATE, "xl/styles.xml")
    assert old in styles
    book = Book(rezip(TEMPLATE, {"xl/styles.xml": styles.replace(old, new, 1)}))
    for ref in ("A5", "D5"):
        book.put(TASKS, ref, date(2024, 5, 1))
    after = part(book.save(), SHEET)
    assert re.findall('<c r="([AD]5)" s="([0-9]+)"', after) == [("A5", "6"), ("D5", "3")]


@given(st.permutations(range(1, 10)), st.sets(st.integers(1, 9), min_size=1))
def test_rows_in_disorder(numbers, edited):
    """Rows out of order are edited where they stand, or the book is refused; none is lost or written twice."""
    content = "".join(row(number, number) for number in numbers)
    changes = {f"A{number}": f"新{number}" for number in edited}
    try:
        after = put(content, changes)
    except BookError:
        assert refusal(content, *changes) == "broken"
        return
    found = re.findall('<row r="([0-9])"><c r="A[0-9]" t="inlineStr"><is><t>(.*?)</t>', part(after, SHEET))
    assert found == [(str(number), changes.get(f"A{number}", str(number))) for number in numbers]

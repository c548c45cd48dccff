"""Formulas that several cells hold together keep their meaning, or the edit is refused."""

import io
import re

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsx_samples import part, rezip

from xlsx import Book, BookError

SHEET, OTHER = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
FIRST, LAST = 5, 9


def base():
    """Two sheets of numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("表", "看板"):
        sheet = book.add_worksheet(name)
        for row in range(1, 16):
            sheet.write_row(row - 1, 0, [row, row * 2, row * 3])
    book.close()
    return out.getvalue()


BASE = base()


def plain(formula):
    """The base with a formula filled down E5:E9 on both sheets, which looks at the first one."""
    return _with_formulas(formula, lambda _, text: f"<f>{text}</f>")


def shared(formula):
    """The same as Excel writes what was filled down: one text, which the others count on from."""
    first = f'<f t="shared" ref="E{FIRST}:E{LAST}" si="3">'
    return _with_formulas(formula, lambda row, text: f"{first}{text}</f>" if row == FIRST else '<f t="shared" si="3"/>')


def _with_formulas(formula, element):
    """`{7}` is a relative row, seen from the first cell."""
    changes = {}
    for name, prefix in ((SHEET, ""), (OTHER, "表!")):
        changes[name] = part(BASE, name)
        for row in range(FIRST, LAST + 1):
            text = re.sub(r"\{(\d+)\}", lambda match, row=row: str(int(match[1]) + row - FIRST), formula)
            text = re.sub(r"(?<![:$A-Z])([A-DX]+\$?\d+)", rf"{prefix}\1", text)
            cell = f'<c r="E{row}">{element(row, text)}</c></row>'
            changes[name] = re.sub(f'(<row r="{row}" .*?)</row>', rf"\1{cell}", changes[name])
    return rezip(BASE, changes)


def formulas(data, *sheets):
    """Every formula as openpyxl sees it, which translates shared ones itself."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = [cell for sheet in sheets for row in book[sheet] for cell in row if isinstance(cell.value, str)]
    keys = [cell.coordinate if len(sheets) == 1 else (cell.parent.title, cell.coordinate) for cell in found]
    return dict(zip(keys, (cell.value.replace("'", "") for cell in found), strict=True))


cell = st.builds(
    lambda column, fixed, row: f"{column}${row}" if fixed else f"{column}{{{row}}}",
    st.sampled_from("ABC"),
    st.booleans(),
    st.integers(1, 14),
)
block = st.builds(
    lambda top, bottom: f"SUM(A{top}:B{bottom})",
    st.sampled_from(["{4}", "{5}", "$5", "$2"]),
    st.sampled_from(["{5}", "{7}", "{9}", "$9", "$14"]),
)


@settings(max_examples=50)
@given(cell, cell | block, st.integers(2, 12), st.integers(1, 3), st.booleans())
def test_shared_formulas_mean_what_plain_ones_would(one, other, after, count, filling):
    """Rows appended or filled in anywhere: each cell of a group has the formula it would have on its own."""
    results = []
    for data in (plain(f"{one}+{other}"), shared(f"{one}+{other}")):
        book = Book(data)
        rows = [{1: number} for number in range(count)]
        (book.fill if filling else book.append)("表", after, rows)
        results.append(formulas(book.save(), "表", "看板"))
    assert results[0] == results[1]


def test_untouched_groups_stay_shared():
    """A group whose cells all look at their own row grows as one."""
    book = Book(shared("A{5}*B$2"))
    book.append("表", LAST, [{}, {}])
    after = book.save()
    assert '<f t="shared" ref="E5:E11" si="3">A5*B$2</f>' in part(after, SHEET)
    assert part(after, SHEET).count('si="3"') == 7
    assert part(after, OTHER).count('si="3"') == 5


def test_first_cell_of_a_group_can_be_overwritten():
    """The other cells keep their formulas when the one that holds the text for all is overwritten."""
    book = Book(shared("A{5}+B{4}"))
    book.put("表", "E5", 1)
    book.put("表", "E7", "文字")
    after = book.save()
    assert formulas(after, "表") == {"E6": "=A6+B5", "E7": "文字", "E8": "=A8+B7", "E9": "=A9+B8"}


def test_a_cell_of_a_group_can_be_overwritten():
    """Overwriting another cell of the group leaves the group as it is."""
    book = Book(shared("A{5}+B{4}"))
    book.put("表", "E7", None)
    after = book.save()
    assert part(after, SHEET).count('si="3"') == 4
    assert formulas(after, "表").keys() == {"E5", "E6", "E8", "E9"}


def test_model_row_with_the_first_cell():
    """Filling a row, or emptying it, whose cell holds the text for cells below leaves those their formulas."""
    for rows in ([], [{5: "值"}], [{5: "值"}, {}]):
        book = Book(shared("A{5}*2"))
        book.fill("表", FIRST, rows)
        found = formulas(book.save(), "表")
        below = FIRST + max(len(rows), 1)
        wanted = {f"E{below + number}": f"=A{below + number}*2" for number in range(4)}
        assert wanted.items() <= found.items()


def test_formulas_that_leave_the_sheet():
    """A relative reference that would point above the first row is an error, as in Excel."""
    book = Book(shared("A{1}"))
    book.append("表", 7, [{}])
    assert "#REF!" not in part(book.save(), SHEET)
    book = Book(rezip(shared("A{5}"), {SHEET: part(shared("A{5}"), SHEET).replace("A5<", "XFD5+A1048574<")}))
    book.put("表", "E5", 1)
    assert [value for ref, value in formulas(book.save(), "表").items()][1:3] == ["=XFD7+A1048576", "=XFD8+#REF!"]


@pytest.mark.parametrize(("after", "refused"), [(4, False), (5, True), (8, True), (9, False)])
def test_rows_inside_an_array(after, refused):
    """As in Excel, no rows come between the cells of an array formula."""
    xml = re.sub(
        '<f t="shared" ref="E5:E9" si="3">.*?</f>', '<f t="array" ref="E5:E9">A5:A9*2</f>', part(shared("A{5}"), SHEET)
    )
    book = Book(rezip(plain("A{5}"), {SHEET: re.sub('<f t="shared" si="3"/>', "<v>1</v>", xml)}))
    if not refused:
        book.append("表", after, [{}])
        return
    with pytest.raises(BookError, match="array"):
        book.append("表", after, [{}])

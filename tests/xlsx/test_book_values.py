"""Cells: what is written is what every reader finds."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsx_samples import TASKS, changed_parts, opened, part, rezip, rich, rows, template

from xlsx import Book, BookError, Formula, column_letter

TEMPLATE = template()
RICH = rich()
SHEET = "xl/worksheets/sheet1.xml"


def unescaped(text: str) -> str:
    """What Excel shows for text in which _xHHHH_ stands for a character; openpyxl leaves that to its user."""
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def put(ref, value):
    book = Book(TEMPLATE)
    book.put(TASKS, ref, value)
    return book.save()


def test_no_edit_no_change():
    """A book that nobody edited is saved as exactly the bytes that were read."""
    assert Book(TEMPLATE).save() == TEMPLATE


@given(
    st.text(max_size=60) | st.sampled_from(["=1+1", "_x0041_", "a\nb", " 两端 ", "😀", "\x00\x1f", "a\r\nb", '&<>"'])
)
def test_text_reads_back(text):
    """Text never turns into a formula or number; control characters and look-alikes of escapes survive."""
    after = put("B5", text)
    cell = opened(after)[TASKS]["B5"]
    assert unescaped(cell.value or "") == text
    assert cell.data_type in ("s", "n" if not text else "inlineStr")


@pytest.mark.parametrize("text", ["=1+1", "a\nb", " 两端 ", "😀", "&<>\"'", "'0012"])
def test_text_reads_back_in_calamine(text):
    """The reader of submissions sees the same text."""
    assert rows(put("B5", text), TASKS)[4][1] == text


@given(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_numbers_read_back(number):
    """Numbers keep every digit, truth values stay what they are."""
    after = put("B5", number)
    assert opened(after)[TASKS]["B5"].value == number
    assert rows(after, TASKS)[4][1] == number


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_dates_read_back(day):
    """A date in a cell with a date format reads back as that day."""
    after = put("D5", day)
    assert opened(after)[TASKS]["D5"].value.date() == day
    assert rows(after, TASKS)[4][3] == day


@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)))
def test_moments_read_back(moment):
    """A time of day is kept to the millisecond, which is what Excel keeps."""
    found = opened(put("D5", moment))[TASKS]["D5"].value
    assert abs(found - moment) < timedelta(milliseconds=2)


def test_date_gets_a_date_format_where_there_is_none():
    """A date in a cell without number format does not show as 45413."""
    cell = opened(put("B5", date(2024, 5, 1)))[TASKS]["B5"]
    assert cell.value.date() == date(2024, 5, 1)
    assert cell.number_format == "yyyy-mm-dd"
    assert cell.alignment.wrap_text


def test_books_from_1904():
    """A book that counts days from 1904 gets its dates counted so."""
    old = template(date_1904=True)
    book = Book(old)
    book.put(TASKS, "D5", date(2024, 5, 1))
    assert opened(book.save())[TASKS]["D5"].value.date() == date(2024, 5, 1)


def test_decimal_and_nothing():
    """Decimals are written as they are; None empties a cell and keeps its style."""
    assert "<v>10.10</v>" in part(put("B5", Decimal("10.10")), SHEET)
    book = opened(put("A1", None))
    assert book[TASKS]["A1"].value is None
    assert book[TASKS]["A1"].font.b


def test_formula_with_its_result():
    """A formula is written as one, with the result that is known."""
    after = put("B5", Formula('IF(A5>0,"是","否")', "否"))
    assert opened(after)[TASKS]["B5"].value == '=IF(A5>0,"是","否")'
    assert rows(after, TASKS)[4][1] == "否"


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), "长" * 32768, date(1899, 1, 1)])
def test_what_a_cell_cannot_hold(value):
    """What no cell can hold is the caller's mistake."""
    with pytest.raises(ValueError, match="cell"):
        put("B5", value)


@pytest.mark.parametrize("ref", ["B", "5", "B5:B6", "XFE1", "A1048577", "A0", ""])
def test_wrong_references(ref):
    """A reference that is no single cell of a sheet is the caller's mistake."""
    with pytest.raises(ValueError, match=r"column|cell"):
        put(ref, 1)


def test_only_the_sheet_changes():
    """Putting values leaves every other entry of the archive as it was, byte for byte."""
    assert changed_parts(TEMPLATE, put("B5", "甲")) == {SHEET}


def test_only_the_row_changes():
    """Inside the sheet, what stands outside the edited row is the same bytes."""
    before, after = part(TEMPLATE, SHEET), part(put("B5", "甲"), SHEET)
    row = re.compile('<row r="5".*?</row>')
    assert row.split(before) == row.split(after)


def test_new_cells_and_rows():
    """Absent rows and cells are created in order, styled as their column says, and the dimension follows."""
    book = Book(TEMPLATE)
    for ref in ("C6", "A6", "G9", "H5"):
        book.put(TASKS, ref, ref)
    after = book.save()
    sheet = opened(after)[TASKS]
    assert [sheet[ref].value for ref in ("C6", "A6", "G9", "H5")] == ["C6", "A6", "G9", "H5"]
    assert sheet.dimensions == "A1:H9"
    assert re.findall('<row r="([0-9]+)"', part(after, SHEET)) == ["1", "2", "3", "4", "5", "6", "7", "9"]


def test_rows_and_cells_without_references():
    """Rows and cells that leave their place to be counted are counted."""
    xml = part(TEMPLATE, SHEET)
    bare = re.sub(r'<(row|c) r="[A-Z]*\d+"', r"<\1", xml[: xml.index('<row r="7"')]) + xml[xml.index('<row r="7"') :]
    book = Book(rezip(TEMPLATE, {SHEET: bare}))
    book.put(TASKS, "B5", "乙")
    book.put(TASKS, "A2", "丙")
    after = rows(book.save(), TASKS)
    assert (after[4][1], after[1][0]) == ("乙", "丙")


def test_replacing_formulas_drops_the_calculation_chain():
    """Excel must not find a cell in calcChain that has no formula; it recalculates on opening."""
    types = part(TEMPLATE, "[Content_Types].xml")
    relations = part(TEMPLATE, "xl/_rels/workbook.xml.rels")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'
    override = '<Override PartName="/xl/calcChain.xml" ContentType="application/xml"/></Types>'
    chained = rezip(
        TEMPLATE,
        {
            "[Content_Types].xml": types.replace("</Types>", override),
            "xl/_rels/workbook.xml.rels": relations.replace("</Relationships>", link),
            "xl/workbook.xml": part(TEMPLATE, "xl/workbook.xml").replace(' fullCalcOnLoad="1"', ""),
            "xl/calcChain.xml": "<calcChain/>",
        },
    )
    book = Book(chained)
    book.put(TASKS, "E5", "值")
    after = book.save()
    assert "xl/calcChain.xml" in changed_parts(chained, after)
    assert "calcChain" not in part(after, "[Content_Types].xml") + part(after, "xl/_rels/workbook.xml.rels")
    assert 'fullCalcOnLoad="1"' in part(after, "xl/workbook.xml")


@pytest.mark.parametrize("kind", ["dataTable", "array"])
def test_parts_of_arrays_are_refused(kind):
    """No cell of an array formula or a data table can be overwritten."""
    group = f'<f t="{kind}" ref="E5:E7">1+1</f>'
    xml = re.sub("<f>IF.*?</f>", group, part(TEMPLATE, SHEET))
    book = Book(rezip(TEMPLATE, {SHEET: xml}))
    with pytest.raises(BookError) as caught:
        book.put(TASKS, "E5", 1)
    assert caught.value.code == "unsupported"


def test_formulas_are_told_as_they_are_meant():
    """Unsaved and saved, with what XML escapes; a value is none, nor is a cell that is not there."""
    book, text = Book(TEMPLATE), 'IF(A1<>"",B1&"、","")'
    book.put(TASKS, "B5", Formula(text, "x"))
    assert book.formula(TASKS, "B5") == text
    again = Book(book.save())
    assert again.formula(TASKS, "B5") == text
    assert again.formula(TASKS, "C5") is again.formula(TASKS, "ZZ999") is None


def test_a_book_that_may_hold_macros_is_declared_so():
    book = Book(TEMPLATE)
    book.admit_macros()
    after = book.save()
    assert changed_parts(TEMPLATE, after) == {"[Content_Types].xml"}
    assert "sheet.macroEnabled.main+xml" in part(after, "[Content_Types].xml")


def test_empty_text_is_no_value():
    """COUNTA must not count a cell that says nothing."""
    assert '<c r="B5" s="2"/>' in part(put("B5", ""), SHEET)


def test_unknown_sheets_and_names():
    """Sheets and names that are not there are told by code."""
    book = Book(TEMPLATE)
    for call, code in ((lambda: book.put("没有", "A1", 1), "no_sheet"), (lambda: book.put_name("没有", 1), "no_name")):
        with pytest.raises(BookError) as caught:
            call()
        assert caught.value.code == code


def test_named_cells():
    """A name leads to its cell, whatever the case; a name of more cells does not."""
    book = Book(TEMPLATE)
    book.put_name("UNIT", "科技局")
    with pytest.raises(BookError, match="no_name"):
        book.put_name("block", 1)
    assert rows(book.save(), TASKS)[1][1] == "科技局"


def test_rich_master_keeps_everything():
    """Chart, table, picture, sparkline, data bar, note and rich text stay the bytes they were."""
    before = rich()
    book = Book(before)
    book.put("附件1", "B3", "改过")
    after = book.save()
    assert changed_parts(before, after) == {SHEET}
    outside = part(before, SHEET).partition("</sheetData>")[2]
    assert part(after, SHEET).partition("</sheetData>")[2] == outside


plain_cells = st.tuples(st.integers(1, 14), st.integers(1, 4))  # E2 would show a number as a date


@given(st.dictionaries(plain_cells, st.integers(-999, 999) | st.text("甲乙<&", min_size=1)))
def test_edits_touch_nothing_else(edits):
    """After any edits, every cell holds either what was put there or what it held before."""
    book = Book(RICH)
    for (row, column), value in edits.items():
        book.put("附件1", f"{column_letter(column)}{row}", value)
    assert cells(book.save()) == cells(RICH) | edits


def cells(data):
    grid = enumerate(rows(data, "附件1"), 1)
    return {(y, x): value for y, row in grid for x, value in enumerate(row, 1) if value != ""}


def test_deterministic():
    """The same edits of the same bytes give the same bytes."""
    assert put("B5", date(2024, 5, 1)) == put("B5", date(2024, 5, 1))

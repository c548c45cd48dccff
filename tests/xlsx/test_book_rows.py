"""Rows: clones of a model row, and what follows them."""

import io
import re

import pytest
import xlsxwriter
from xlsx_samples import BOARD, MODEL, TASKS, opened, part, rezip, rich, rows, template

from xlsx import Book, BookError
from xlsx.package import Package

TEMPLATE = template()
SHEET = "xl/worksheets/sheet1.xml"
THREE = [{1: f"A{number}", 2: "任务", 3: "已完成"} for number in range(3)]


def filled(count=3, heights=(), data=TEMPLATE):
    book = Book(data)
    book.fill(TASKS, MODEL, THREE[:count], heights)
    return book.save()


def test_clones_look_like_the_model():
    """Each clone has the model's height, styles, hidden cells and formulas."""
    sheet = opened(filled(heights=[None, 33.5]))[TASKS]
    assert [sheet.row_dimensions[row].height for row in (5, 6, 7)] == [60, 33.5, 60]
    assert [sheet[f"B{row}"].alignment.wrap_text for row in (5, 6, 7)] == [True] * 3
    assert [sheet[f"D{row}"].number_format for row in (5, 6, 7)] == ["yyyy-mm-dd"] * 3
    assert sheet["E7"].value == '=IF(C7="","缺状态",$B$2&C$4)'
    assert [sheet[f"A{row}"].value for row in (5, 6, 7)] == ["A0", "A1", "A2"]


def test_what_lies_below_moves():
    """The footer, its merge, its rules and the links to it stand two rows further down."""
    after = filled()
    book = opened(after)
    sheet = book[TASKS]
    assert sheet["A9"].value == "填表人"
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:E1", "B9:C9"}
    assert "$A9=" in part(after, SHEET)
    assert book[BOARD]["A3"].hyperlink.location == f"'{TASKS}'!A9"


def test_ranges_widen_to_the_block():
    """Validations, formats, filter, names, print area, formulas and charts cover all clones."""
    after = filled()
    book = opened(after)
    sheet = book[TASKS]
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {"C5:C7", "D5:D7", "B9"}
    assert {str(rule.sqref) for rule in sheet.conditional_formatting} == {"A5:E7", "B5:B7", "A9"}
    assert sheet.auto_filter.ref == "A4:E7"
    assert sheet.print_area == f"'{TASKS}'!$A$1:$E$7"
    assert sheet.print_title_rows == "$4:$4"
    assert book.defined_names["block"].attr_text == f"'{TASKS}'!$A$5:$E$7"
    assert sheet["C2"].value == '=COUNTIF(E5:E7,"?*")'
    assert book[BOARD]["A1"].value == f"=COUNTA('{TASKS}'!C5:C7)"
    assert f"'{TASKS}'!$D$5:$D$7" in part(after, "xl/charts/chart1.xml")
    assert '<dimension ref="A1:E9"/>' in part(after, SHEET)


def test_rules_of_the_model_stay_relative():
    """Rules are still written for the first row of the block."""
    xml = part(filled(), SHEET)
    assert "LEN(B5)&gt;5" in xml
    assert '$C5="已完成"' in xml


def test_merges_on_the_model_row_are_repeated():
    """A merge inside the model row is there in every clone."""
    xml = part(TEMPLATE, SHEET).replace('<mergeCell ref="B7:C7"/>', '<mergeCell ref="B5:C5"/>')
    sheet = opened(filled(data=rezip(TEMPLATE, {SHEET: xml})))[TASKS]
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:E1", "B5:C5", "B6:C6", "B7:C7"}


def test_x14_validations_widen():
    """Lists from other sheets, which Excel keeps among the extensions, widen like the rest."""
    rule = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
        '<x14:dataValidation type="list"><x14:formula1><xm:f>看板!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>C5</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    xml = part(TEMPLATE, SHEET).replace("</worksheet>", rule)
    after = part(filled(data=rezip(TEMPLATE, {SHEET: xml})), SHEET)
    assert "<xm:sqref>C5:C7</xm:sqref>" in after
    assert "<xm:f>看板!$A$1:$A$3</xm:f>" in after


def test_no_rows_leave_the_model_empty():
    """With nothing to fill in, the model row stays with its look, without values or formulas."""
    sheet = opened(filled(0))[TASKS]
    assert [cell.value for cell in sheet[5]] == [None] * 5
    assert sheet["A7"].value == "填表人"
    assert sheet["D5"].number_format == "yyyy-mm-dd"


def test_filling_is_repeatable():
    """Same template, same rows, same bytes."""
    assert filled() == filled()


def test_append_copies_the_look_not_the_values():
    """Appended rows look like the last one and go on with its formulas; ranges that ended there grow."""
    book = Book(filled())
    book.append(TASKS, 7, [{1: "A3"}, {1: "A4", 2: "新"}])
    after = book.save()
    sheet = opened(after)[TASKS]
    assert [cell.value for cell in sheet[8]] == ["A3", None, None, None, '=IF(C8="","缺状态",$B$2&C$4)']
    assert sheet["A11"].value == "填表人"
    assert sheet["C2"].value == '=COUNTIF(E5:E9,"?*")'
    assert sheet["E7"].value == '=IF(C7="","缺状态",$B$2&C$4)'
    assert sheet.auto_filter.ref == "A4:E9"


def test_tables_grow():
    """A table that ends at the row takes in what is appended; charts, sparklines and sums follow."""
    book = Book(rich())
    book.append("附件1", 9, [{1: "A1-9", 2: "任务9", 3: 9}])
    after = book.save()
    assert 'ref="A1:C10"' in part(after, "xl/tables/table1.xml")
    assert "附件1!$C$2:$C$10" in part(after, "xl/charts/chart1.xml")
    assert "<xm:f>附件1!C2:C10</xm:f>" in part(after, SHEET)
    assert "<f>SUM(C2:C10)</f>" in part(after, SHEET)


def test_notes_and_pictures_below_move():
    """Notes, their boxes and drawings below the new rows keep their places beside their cells."""
    before = rich()
    book = Book(before)
    book.fill("附件1", 1, [{}, {}])
    after = book.save()
    assert 'ref="E1"' in part(after, "xl/comments1.xml")
    rows_of = lambda data: re.findall("<xdr:row>([0-9]+)", part(data, "xl/drawings/drawing1.xml"))  # noqa: E731
    assert [int(row) for row in rows_of(after)] == [int(row) + 1 for row in rows_of(before)]


def test_shared_formulas_go_on():
    """A row whose formula is shared lends it to its clones, and the group's extent grows."""
    xml = re.sub("<f>IF.*?</f>", '<f t="shared" ref="E5" si="0">C5&amp;"x"</f>', part(TEMPLATE, SHEET))
    after = filled(data=rezip(TEMPLATE, {SHEET: xml}))
    assert '<f t="shared" ref="E5:E7" si="0">' in part(after, SHEET)
    assert opened(after)[TASKS]["E7"].value == '=C7&"x"'


def test_rows_that_are_not_there():
    """A model row that the sheet does not have is told by code."""
    book = Book(TEMPLATE)
    for call in (book.fill, book.append):
        with pytest.raises(BookError) as caught:
            call(TASKS, 99, [{}])
        assert caught.value.code == "no_row"


def test_comments_among_the_rows_are_refused():
    """XML that a byte search could misread is refused, not guessed at."""
    xml = part(TEMPLATE, SHEET).replace("<sheetData>", '<sheetData><!-- <row r="1"/> -->')
    with pytest.raises(BookError, match="unsupported"):
        filled(data=rezip(TEMPLATE, {SHEET: xml}))


def test_prefixed_sheets_are_refused():
    """A sheet whose elements carry a prefix is refused with its code."""
    xml = re.sub(r"<(/?)(sheetData|row|c|v|f)\b", r"<\1x:\2", part(TEMPLATE, SHEET))
    with pytest.raises(BookError, match="unsupported"):
        filled(data=rezip(TEMPLATE, {SHEET: xml}))


def test_puts_and_fills_mix():
    """Cells put before and after a fill end up where they belong."""
    book = Book(TEMPLATE)
    book.put(TASKS, "B7", "张三")
    book.fill(TASKS, MODEL, THREE)
    book.put(TASKS, "B6", "改")
    after = rows(book.save(), TASKS)
    assert (after[8][1], after[5][1], after[6][1]) == ("张三", "改", "任务")


def test_references_spelled_by_number():
    """A program that writes Chinese as character references still has its references to the sheet followed."""
    entity = TASKS.encode("ascii", "xmlcharrefreplace").decode()
    board = part(TEMPLATE, "xl/worksheets/sheet2.xml").replace(TASKS, entity)
    after = filled(data=rezip(TEMPLATE, {"xl/worksheets/sheet2.xml": board}))
    assert opened(after)[BOARD]["A1"].value == f"=COUNTA('{TASKS}'!C5:C7)"


def test_formulas_of_the_last_row_keep_what_lies_below():
    """The last row's own reference to a cell further down follows it; so do those of its copies, counting on."""
    xml = re.sub("<f>IF.*?</f>", "<f>C5+A7</f>", part(TEMPLATE, SHEET))
    book = Book(rezip(TEMPLATE, {SHEET: xml}))
    book.append(TASKS, MODEL, [{}, {}])
    sheet = opened(book.save())[TASKS]
    assert [sheet[f"E{row}"].value for row in (5, 6, 7)] == ["=C5+A9", "=C6+A10", "=C7+A11"]


def test_a_series_of_one_cell_widens():
    """Excel saves a chart's range of one row as a single cell; its title stays one cell."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, chart = book.add_worksheet("考核"), book.add_chart({"type": "column"})
    chart.add_series({"name": "=考核!$A$5", "categories": "=考核!$A$5:$A$5", "values": "=考核!$B$5:$B$5"})
    sheet.write_row("A5", ["交通局", 1])
    sheet.insert_chart("D2", chart)
    book.close()
    package = Package(out.getvalue())
    xml = package.read("xl/charts/chart1.xml")
    package.write("xl/charts/chart1.xml", xml.replace(b"$A$5:$A$5", b"$A$5").replace(b"$B$5:$B$5", b"$B$5"))
    edited = Book(package.save())
    edited.append("考核", 5, [{1: "教育局", 2: 2}, {1: "住建局", 2: 3}])
    found = re.findall("<c:f>([^<]*)</c:f>", part(edited.save(), "xl/charts/chart1.xml"))
    assert found == ["考核!$A$5", "考核!$A$5:$A$7", "考核!$B$5:$B$7"]

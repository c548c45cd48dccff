"""Templates: columns rebuilt from their prototypes."""

import pytest
from xlsx_samples import BOARD, TASKS, opened, part, template

from xlsx import Book, BookError, Column, Validation

TEMPLATE = template()
COLUMNS = [
    Column("task.id", "序号", "id", hidden=True),
    Column("task.text", "任务", "text"),
    Column("progress", "进展", "text", width=50),
    Column("status", "状态", "*list"),
    Column("problems", "问题", "text", validation=Validation("textLength", "0", "300", prompt="不超过300字")),
    Column("due", "时间", "*date"),
    Column("check", "校验", "check"),
]


@pytest.fixture(scope="module")
def arranged():
    book = Book(TEMPLATE)
    book.arrange(TASKS, 3, COLUMNS)
    return book.save()


def test_keys_titles_and_styles(arranged):
    """Keys, titles and the styles of header and model row stand where the columns now are."""
    sheet = opened(arranged)[TASKS]
    assert [cell.value for cell in sheet[3]] == [column.key for column in COLUMNS]
    assert [cell.value for cell in sheet[4]] == [column.title for column in COLUMNS]
    assert all(cell.font.b for cell in sheet[4])
    assert sheet["F5"].number_format == "yyyy-mm-dd"
    assert sheet["E5"].alignment.wrap_text
    assert sheet.row_dimensions[3].hidden


def test_widths_and_hidden_columns(arranged):
    """Widths come from the prototype unless given; what either hides is hidden."""
    sheet = opened(arranged)[TASKS].column_dimensions
    assert round(sheet["B"].width) == round(sheet["E"].width) == 41
    assert sheet["C"].width == 50
    assert sheet["A"].hidden
    assert sheet["G"].hidden


def test_formulas_follow_their_columns(arranged):
    """References to prototypes become references to the columns made from them, on every sheet."""
    book = opened(arranged)
    assert book[TASKS]["G5"].value == '=IF(D5="","缺状态",$B$2&D$4)'
    assert book[TASKS]["C2"].value == '=COUNTIF(G5:G5,"?*")'
    assert book[BOARD]["A1"].value == f"=COUNTA('{TASKS}'!D5:D5)"


def test_rules_follow_their_columns(arranged):
    """One rule serves all columns that it reads the same for; a column's own validation wins."""
    sheet = opened(arranged)[TASKS]
    formats = {str(one.sqref): one.rules[0].formula[0] for one in sheet.conditional_formatting}
    assert formats == {"A5:G5": '$D5="已完成"', "B5:C5 E5": "LEN(B5)>5", "A7": '$A7=""'}
    rules = {str(rule.sqref): (rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert rules["D5"] == ("list", '"已完成,推进中"')
    assert rules["E5"] == ("textLength", "0")
    assert rules["F5"][0] == "date"
    assert "B7" in rules


def test_title_filter_and_print_area_follow(arranged):
    """What spanned all prototypes spans all new columns."""
    book = opened(arranged)
    sheet = book[TASKS]
    assert "A1:G1" in {str(one) for one in sheet.merged_cells.ranges}
    assert sheet.auto_filter.ref == "A4:G5"
    assert sheet.print_area == f"'{TASKS}'!$A$1:$G$5"
    assert book.defined_names["block"].attr_text == f"'{TASKS}'!$A$5:$G$5"
    assert '<dimension ref="A1:G7"/>' in part(arranged, "xl/worksheets/sheet1.xml")


def test_fewer_columns():
    """A sheet may get narrower; rules that need a prototype that is gone go with it."""
    book = Book(TEMPLATE)
    book.arrange(TASKS, 3, [Column("a", "编号", "id"), Column("b", "任务", "text")])
    sheet = opened(book.save())[TASKS]
    assert "A1:B1" in {str(one) for one in sheet.merged_cells.ranges}
    assert {str(one.sqref) for one in sheet.conditional_formatting} == {"B5", "A7"}
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {"B7"}


def test_arranged_sheets_can_be_filled(arranged):
    """Arranging and filling go together; the rules widen over the clones."""
    book = Book(arranged)
    book.fill(TASKS, 5, [{2: "甲"}, {2: "乙"}])
    sheet = opened(book.save())[TASKS]
    assert {str(one.sqref) for one in sheet.conditional_formatting} == {"A5:G6", "B5:C6 E5:E6", "A8"}


def test_unknown_prototypes():
    """A prototype that the office deleted from the template is told by name."""
    with pytest.raises(BookError, match=r"no_name: prototype \*stage"):
        Book(TEMPLATE).arrange(TASKS, 3, [Column("a", "甲", "*stage")])


@pytest.mark.parametrize("field", ["error_title", "error", "prompt_title", "prompt"])
def test_texts_that_excel_calls_damage(field):
    """Titles hold 32 characters, messages 255."""
    with pytest.raises(ValueError, match="longer"):
        Validation("list", '"甲,乙"', **{field: "长" * 256})

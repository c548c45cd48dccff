"""Sheets: added, copied, renamed, removed, hidden and shown."""

from datetime import date

import pytest
from xlsx_samples import BOARD, TASKS, by_openpyxl, changed_parts, opened, part, rich, template

from xlsx import Book, BookError

TEMPLATE = template()


def test_order_and_states():
    """Sheets are listed in order; hiding the one shown on opening hands over to the next."""
    book = Book(TEMPLATE)
    assert book.sheets == (TASKS, BOARD)
    book.set_state(TASKS, "veryHidden")
    after = Book(book.save())
    assert (after.state(TASKS), after.state(BOARD)) == ("veryHidden", "visible")
    assert opened(after.save()).active.title == BOARD
    with pytest.raises(ValueError, match="last visible"):
        after.set_state(BOARD, "hidden")


def test_defined_names():
    """Names are created and replaced; local ones are not listed."""
    book = Book(TEMPLATE)
    book.define("_ducha", '"a&b"')
    book.define("unit", "'看板'!$A$1", hidden=False)
    after = Book(book.save())
    assert after.names() == {"block": f"'{TASKS}'!$A$5:$E$5", "unit": "'看板'!$A$1", "_ducha": '"a&b"'}
    assert changed_parts(TEMPLATE, after.save()) == {"xl/workbook.xml"}


@pytest.mark.parametrize(("name", "formula"), [("A1", "1"), ("a b", "1"), ("", "1"), ("x", "=1"), ("x", "")])
def test_what_is_no_name(name, formula):
    """Names that Excel would call damage are the caller's mistake."""
    with pytest.raises(ValueError, match="defined name"):
        Book(TEMPLATE).define(name, formula)


def test_list_sheets():
    """A list comes first with its header bold and frozen, links inside the book, A4 landscape."""
    book = Book(TEMPLATE)
    table = [["序号", "问题", "位置", "日期"], [1, "缺\n状态", "任务填报!C5", date(2024, 5, 1)], [2, "=1+1"]]
    book.add_sheet("问题清单", table, first=True, widths=[6, 40], links={"C2": f"'{TASKS}'!C5"})
    book.activate("问题清单")
    after = opened(book.save())
    sheet = after["问题清单"]
    assert after.sheetnames == ["问题清单", TASKS, BOARD]
    assert after.active.title == "问题清单"
    assert [one.title for one in after if one.sheet_view.tabSelected] == ["问题清单"]
    assert sheet["A1"].font.b
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert (sheet["B2"].value, sheet["B2"].alignment.wrap_text) == ("缺\n状态", True)
    assert sheet["C2"].hyperlink.location == f"'{TASKS}'!C5"
    assert sheet["D2"].value.date() == date(2024, 5, 1)
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=1+1", "s")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert after[TASKS].print_area == f"'{TASKS}'!$A$1:$E$5"


def test_copies():
    """A copy has the cells, rules, local names and own references of its source, which stays as it was."""
    book = Book(TEMPLATE)
    book.put(TASKS, "B2", "科技局")
    book.copy_sheet(TASKS, "附件 1", before=BOARD)
    book.put("附件 1", "B2", "财政局")
    after = opened(book.save())
    assert after.sheetnames == [TASKS, "附件 1", BOARD]
    assert [after[name]["B2"].value for name in (TASKS, "附件 1")] == ["科技局", "财政局"]
    assert after["附件 1"].print_area == "'附件 1'!$A$1:$E$5"
    assert len(after["附件 1"].data_validations.dataValidation) == 3
    assert not after["附件 1"].sheet_view.tabSelected


def test_copies_of_sheets_with_objects_are_refused():
    """A sheet with charts or tables is more than a copy of its XML."""
    with pytest.raises(BookError, match="unsupported"):
        Book(rich()).copy_sheet("附件1", "附件2")


def test_renaming_is_followed_everywhere():
    """Formulas, names, links, rules and charts speak of the new name."""
    book = Book(TEMPLATE)
    book.rename_sheet(TASKS, "it's")
    after = book.save()
    seen = opened(after)
    assert seen[BOARD]["A1"].value == "=COUNTA('it''s'!C5:C5)"
    assert seen[BOARD]["A3"].hyperlink.location == "'it''s'!A7"
    assert seen.defined_names["unit"].attr_text == "'it''s'!$B$2"
    assert "'it''s'!$D$5:$D$5" in part(after, "xl/charts/chart1.xml")
    assert TASKS not in part(after, "xl/workbook.xml")


def test_removing():
    """A removed sheet takes its chart and local names with it; references to it become #REF!."""
    book = Book(TEMPLATE)
    book.remove_sheet(BOARD)
    after = book.save()
    assert {"xl/worksheets/sheet2.xml", "xl/charts/chart1.xml"} <= changed_parts(TEMPLATE, after)
    assert "chart" not in part(after, "[Content_Types].xml")
    assert "<formula1>#REF!$A$1:$A$3</formula1>" in part(after, "xl/worksheets/sheet1.xml")
    with pytest.raises(ValueError, match="last visible"):
        Book(after).remove_sheet(TASKS)


@pytest.mark.parametrize("name", ["", "长" * 32, "a/b", "'a", TASKS])
def test_sheet_names(name):
    """Names that Excel refuses are the caller's mistake."""
    with pytest.raises(ValueError, match="sheet"):
        Book(TEMPLATE).add_sheet(name, [["x"]])


def test_books_of_openpyxl():
    """What openpyxl saved can be edited like the rest."""
    book = Book(by_openpyxl())
    book.put("表", "B2", "乙")
    book.append("表", 2, [{1: 2, 2: "丙"}])
    book.mark("表", "B3", "错")
    book.add_sheet("清单", [["甲"]])
    after = opened(book.save())
    assert [[cell.value for cell in row] for row in after["表"]] == [["编号", "任务"], ["1", "乙"], [2, "丙"]]
    assert after["表"]["B3"].comment.text == "错"

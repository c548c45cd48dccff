"""Marks: faulty cells coloured, with a note, and the way back."""

import io
import re

import openpyxl
import pytest
import xlsxwriter
from xlsx_samples import TASKS, changed_parts, opened, part, rich, template

from xlsx import Book

TEMPLATE = template()
AUTHOR = "督查系统"


def marked():
    book = Book(TEMPLATE)
    book.mark(TASKS, "B5", "请填写进展")
    book.mark(TASKS, "E5", "系统校验栏被改")
    book.mark(TASKS, "B5", "不超过300字")
    return book.save()


def test_colour_and_note():
    """A marked cell keeps its style but for the fill; several notes on it are one."""
    cell = opened(marked())[TASKS]["B5"]
    assert cell.fill.fgColor.rgb == "FFFFC7CE"
    assert cell.alignment.wrap_text
    assert not cell.protection.locked
    assert cell.comment.text == "请填写进展\n不超过300字"
    assert cell.comment.author == AUTHOR


def test_only_what_marks_need_changes():
    """Marks touch the sheet, the styles, the names and their own parts."""
    wiring = {"[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/_rels/sheet1.xml.rels"}
    own = {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/sheet1.xml"}
    assert changed_parts(TEMPLATE, marked()) == wiring | own


def test_clearing_restores_the_sheet():
    """Taking the marks off gives the very sheet back, and leaves no note behind."""
    book = Book(marked())
    book.clear_marks()
    after = book.save()
    changed = changed_parts(TEMPLATE, after)
    assert not {name for name in changed if "comments" in name or "vml" in name}
    assert part(after, "xl/worksheets/sheet1.xml") == part(TEMPLATE, "xl/worksheets/sheet1.xml")
    assert Book(after).names() == Book(TEMPLATE).names()


def test_clearing_after_another_program_saved():
    """Styles are renumbered by whoever saves the file; the original fills are found all the same."""
    copy = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(marked())).save(copy)
    book = Book(copy.getvalue())
    book.clear_marks()
    sheet = opened(book.save())[TASKS]
    assert sheet["B5"].fill.patternType is None
    assert sheet["E5"].fill.fgColor.rgb == "FFDDDDDD"
    assert [sheet[ref].comment for ref in ("B5", "E5")] == [None, None]


def test_other_peoples_notes_stay():
    """A note that somebody else wrote is added to, and is whole again afterwards."""
    book = Book(rich())
    book.mark("附件1", "E1", "数字不对")
    book.mark("附件1", "B2", "缺内容")
    both = book.save()
    assert "别人的批注" in part(both, "xl/comments1.xml")
    assert f"【{AUTHOR}】数字不对" in part(both, "xl/comments1.xml")
    book = Book(both)
    book.clear_marks()
    after = book.save()
    assert "别人的批注" in part(after, "xl/comments1.xml")
    assert AUTHOR + "】" not in part(after, "xl/comments1.xml")
    assert part(after, "xl/worksheets/sheet1.xml") == part(rich(), "xl/worksheets/sheet1.xml")
    assert part(after, "xl/drawings/vmlDrawing1.vml").count("<v:shape ") == 1


def test_marks_move_with_their_rows():
    """Rows inserted above a marked cell take its note along, and the note's box; marking goes on after that."""
    book = Book(TEMPLATE)
    book.mark(TASKS, "A7", "缺填表人")
    book.fill(TASKS, 5, [{}, {}, {}])
    book.mark(TASKS, "B6", "错")
    book.append(TASKS, 7, [{}])
    after = book.save()
    sheet = opened(after)[TASKS]
    noted = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert noted == {"A10": "缺填表人", "B6": "错"}
    assert re.findall(r"<x:Row>(\d+)</x:Row>", part(after, "xl/drawings/vmlDrawing1.vml")) == ["9", "5"]


def test_colours():
    """A colour is six hexadecimal digits."""
    with pytest.raises(ValueError, match="colour"):
        Book(TEMPLATE).mark(TASKS, "B5", "x", colour="red")


def test_nothing_to_clear():
    """A book without marks stays the bytes it was."""
    book = Book(TEMPLATE)
    book.clear_marks()
    assert book.save() == TEMPLATE


def noted(book, ref="B5"):
    cell = opened(book.save())[TASKS][ref]
    return cell.comment.text if cell.comment else None


def test_plain_notes():
    """A note without colour: put, replaced, taken off, and then the book is as it was but for its tables."""
    book = Book(TEMPLATE)
    book.note(TASKS, "B5", "请于5日前报送")
    assert noted(book) == "请于5日前报送"
    book.note(TASKS, "B5", "已延期 <10日>")
    assert noted(book) == "已延期 <10日>"
    assert opened(book.save())[TASKS]["B5"].fill.patternType is None
    book.note(TASKS, "B5", None)
    book.note(TASKS, "C5", None)
    changed = changed_parts(TEMPLATE, book.save())
    assert not {name for name in changed if "comments" in name or "vml" in name or name.endswith("/sheet1.xml")}


def test_notes_beside_marks():
    """A plain note and a mark share a cell: either goes without the other, whichever came first."""
    for steps in ("nm", "mn"):
        book = Book(TEMPLATE)
        for step in steps:
            book.note(TASKS, "B5", "说明") if step == "n" else book.mark(TASKS, "B5", "缺内容")
        book = Book(book.save())
        both = noted(book)
        assert "说明" in both
        assert "缺内容" in both
        book.note(TASKS, "B5", None)
        assert "说明" not in noted(book)
        assert "缺内容" in noted(book)
        book.note(TASKS, "B5", "又一条")
        book.clear_marks()
        assert "缺内容" not in noted(book)
        assert "又一条" in noted(book)
        book.note(TASKS, "B5", None)
        assert noted(book) is None


def test_notes_on_other_peoples_notes():
    """Our note stands below somebody else's, is replaced there and leaves theirs as it was."""
    before = part(rich(), "xl/comments1.xml")
    book = Book(rich())
    for text in ("一", "二"):
        book.note("附件1", "E1", text)
    words = "".join(re.findall("<t[^>]*>([^<]*)</t>", part(book.save(), "xl/comments1.xml")))
    assert words == "别人的批注\n【督查台账】二"
    book.note("附件1", "E1", None)
    after = part(book.save(), "xl/comments1.xml")
    assert re.findall("<t[^>]*>([^<]*)</t>", after) == re.findall("<t[^>]*>([^<]*)</t>", before)


def test_first_note_beside_a_button():
    """A sheet whose only shapes are controls gets the shape type that notes need."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet(TASKS).insert_button("B2", {"caption": "合并"})
    book.close()
    book = Book(out.getvalue())
    book.note(TASKS, "A1", "说明")
    drawing = part(book.save(), "xl/drawings/vmlDrawing1.vml")
    assert drawing.count('id="_x0000_t202"') == 1
    assert drawing.count("<v:shape ") == 2
    book.note(TASKS, "A1", None)
    assert part(book.save(), "xl/drawings/vmlDrawing1.vml").count("<v:shape ") == 1


def test_styles_by_example():
    """A cell takes the style of another and keeps its value, its formula and its neighbours."""
    book = Book(TEMPLATE)
    book.put(TASKS, "B7", "张三")
    for ref in ("B7", "E5", "G9"):
        book.look(TASKS, ref, "D5")
    after = book.save()
    sheet = opened(after)[TASKS]
    assert [sheet[ref].number_format for ref in ("B7", "E5", "G9", "C5")] == ["yyyy-mm-dd"] * 3 + ["General"]
    assert (sheet["B7"].value, sheet["E5"].value) == ("张三", '=IF(C5="","缺状态",$B$2&C$4)')
    assert "xl/styles.xml" not in changed_parts(TEMPLATE, after)

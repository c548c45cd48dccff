"""Marks: faulty cells coloured, with a note, and the way back."""

import io
import re

import openpyxl
import pytest
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

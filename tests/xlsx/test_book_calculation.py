"""When Excel is told to calculate anew, and when the order of its last calculation has to go."""

import io

import pytest
import xlsxwriter
from everything import ANNEX, LAST, OWN, everything
from grafting import Parts
from xlsx_samples import changed_parts, part, rezip

from xlsx import Book, BookError, Formula

DATA = everything()
CHAIN = "xl/calcChain.xml"


def saved(edit, data=DATA):
    book = Book(data)
    edit(book)
    return book.save()


def kept_chain(data):
    """Whether the chain is there; if not, nothing may speak of it any more."""
    parts = Parts(data)
    wiring = parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"]
    assert ("calcChain" in wiring) == (CHAIN in parts.names())
    return CHAIN in parts.names()


def calculates(data):
    return 'fullCalcOnLoad="1"' in part(data, "xl/workbook.xml")


@pytest.mark.parametrize(
    "edit",
    [
        lambda book: book.put(ANNEX, "B6", "值"),
        lambda book: book.put(ANNEX, "H20", "新行新列"),
        lambda book: book.mark(ANNEX, "F5", "有公式的单元格"),
        lambda book: book.look(ANNEX, "F5", "D5"),
        lambda book: book.note(OWN, "C2", "说明"),
        lambda book: book.append("透视", 7, [{1: "没有公式的表"}]),
        lambda book: book.add_sheet("清单", [["序号"], [1]], first=True),
        lambda book: book.rename_sheet(OWN, "另名"),
    ],
)
def test_chain_stays(edit):
    """As long as every formula stays in its cell, the order of calculation is the old one."""
    assert kept_chain(saved(edit))


@pytest.mark.parametrize(
    "edit",
    [
        lambda book: book.put(ANNEX, "F5", 1),
        lambda book: book.put(OWN, "E7", None),
        lambda book: book.put(OWN, "E5", "首格"),
        lambda book: book.put(ANNEX, "B6", Formula("1+1", 2)),
        lambda book: book.append(OWN, LAST, [{}]),
        lambda book: book.append(ANNEX, 8, [{}]),
        lambda book: book.fill(ANNEX, 8, []),
        lambda book: book.remove_sheet("看板"),
    ],
)
def test_chain_goes(edit):
    """Where a formula is replaced, moved or new, the chain goes with its content type and relation."""
    assert not kept_chain(saved(edit))


def test_any_change_beside_formulas_calculates():
    """A value that changed, or a sheet that went, is calculated with wherever the formulas stand."""
    edits = [lambda book: book.put(ANNEX, "B6", "值"), lambda book: book.put("透视", "A1", 1)]
    edits.append(lambda book: book.remove_sheet("透视"))
    for edit in edits:
        assert not calculates(DATA)
        assert calculates(saved(edit))


def test_nothing_to_calculate():
    """Without an edit, or without a formula in the whole book, Excel is not asked to calculate."""
    assert saved(lambda _: None) == DATA
    out = io.BytesIO()
    plain = xlsxwriter.Workbook(out, {"in_memory": True})
    plain.add_worksheet("表").write_row(0, 0, ["编号", "任务"])
    plain.close()
    workbook = part(out.getvalue(), "xl/workbook.xml").replace(' fullCalcOnLoad="1"', "")
    data = rezip(out.getvalue(), {"xl/workbook.xml": workbook})
    after = saved(lambda book: (book.put("表", "A2", "A1-1"), book.append("表", 1, [{}])), data)
    assert changed_parts(data, after) == {"xl/worksheets/sheet1.xml"}


def test_strict_books_are_refused():
    """The other dialect of the format, which Excel writes only when asked, is told apart."""
    workbook = part(DATA, "xl/workbook.xml")
    main, strict = "http://schemas.openxmlformats.org/spreadsheetml/2006", "http://purl.oclc.org/ooxml/spreadsheetml"
    with pytest.raises(BookError, match="strict"):
        Book(rezip(DATA, {"xl/workbook.xml": workbook.replace(main, strict)}))


def test_signed_books_are_refused():
    """An edit would break the signature."""
    with pytest.raises(BookError, match="signed"):
        Book(rezip(DATA, {"_xmlsignatures/origin.sigs": ""}))

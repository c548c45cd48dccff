"""A book with everything that people use goes through our edits: nothing is lost, and what must follow does."""

import io
import re
import struct
import zipfile

import openpyxl
import pytest
from everything import ANNEX, FIRST, HEADER_ROW, LAST, OWN, PIVOT, everything
from grafting import Parts
from xlsx_samples import changed_parts, entries, part, rows

from xlsx import Book

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
BOOKS = {"xlsx": everything(), "xlsm": everything(macros=True)}
DATA = BOOKS["xlsx"]
ANNEX_PART, OWN_PART = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml"
NEW = [{1: "A1-5", 2: "=1+1", 3: "已完成", 4: 9.5}, {1: "A1-6", 2: "😀 两端 "}]
OWN_NEW = [{1: "X-6", 2: "已完成", 3: 6}, {1: "X-7", 2: "滞后", 3: 7}]


def edited(data=DATA):
    """What a merge does to an annex: values, rows at its end, a mark; and rows in the people's own table."""
    book = Book(data)
    book.put(ANNEX, "C6", "已完成")
    book.append(ANNEX, 8, NEW)
    book.append(OWN, LAST, OWN_NEW)
    book.mark(ANNEX, "B5", "缺内容")
    return book.save()


def grown(after=LAST, count=2):
    book = Book(DATA)
    book.append(OWN, after, OWN_NEW[:count])
    return book.save()


def headers(data):
    """Central directory: name and all that the archive says of it, but its place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            one.filename: (one.date_time, one.flag_bits, one.external_attr, one.extra, one.comment, one.CRC)
            for one in archive.infolist()
        }


@pytest.mark.parametrize("kind", BOOKS)
def test_putting_values_changes_one_part(kind):
    """One cell put: its sheet, the order to recalculate, and every other entry the same bytes."""
    before = BOOKS[kind]
    book = Book(before)
    book.put(ANNEX, "B6", "改过的任务")
    after = book.save()
    assert changed_parts(before, after) == {ANNEX_PART, "xl/workbook.xml"}
    same = headers(before).keys() - {ANNEX_PART, "xl/workbook.xml"}
    assert {name: headers(after)[name] for name in same} == {name: headers(before)[name] for name in same}
    row = re.compile('<row r="6".*?</row>')
    assert row.split(part(before, ANNEX_PART)) == row.split(part(after, ANNEX_PART))


def test_merging_leaves_the_rest_alone():
    """After a whole merge, only what the grown rows are named in differs."""
    follows = {"xl/tables/table1.xml", "xl/charts/chart1.xml", "xl/charts/chart2.xml", "xl/comments1.xml"}
    follows |= {"xl/drawings/vmlDrawing1.vml", "xl/drawings/drawing1.xml", "xl/ctrlProps/ctrlProp1.xml"}
    follows |= {"xl/pivotCache/pivotCacheDefinition1.xml", "xl/calcChain.xml", "xl/worksheets/sheet2.xml"}
    marks = {"xl/comments2.xml", "xl/drawings/vmlDrawing2.vml", "xl/styles.xml"}
    marks |= {"xl/worksheets/_rels/sheet1.xml.rels", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    assert changed_parts(DATA, edited()) == {ANNEX_PART, OWN_PART, "xl/workbook.xml"} | follows | marks


def test_nothing_is_lost_or_doubled():
    """Every element of the sheet, its drawing and its table is still there after rows were added."""
    names = lambda data, name: sorted(re.findall("<([\\w:]+)", part(data, name)))  # noqa: E731
    after = grown()
    for name in entries(DATA).keys() - {"xl/calcChain.xml", OWN_PART}:
        if name.endswith((".xml", ".vml")) and name != "[Content_Types].xml":
            assert names(after, name) == names(DATA, name), name
    tail = lambda data: re.sub(r"\d+", "", part(data, OWN_PART).partition("</sheetData>")[2])  # noqa: E731
    assert tail(after) == tail(DATA)


@pytest.mark.parametrize("kind", BOOKS)
def test_readers_agree(kind):
    """openpyxl and calamine open what came out and see the same values."""
    after = edited(BOOKS[kind])
    book = openpyxl.load_workbook(io.BytesIO(after), keep_vba=kind == "xlsm")
    assert book.sheetnames == [ANNEX, "看板", OWN, PIVOT]
    assert book[PIVOT]._pivots[0].cache.cacheSource.worksheetSource.ref == "A4:F10"
    assert rows(after, ANNEX)[8][:4] == ["A1-5", "=1+1", "已完成", 9.5]
    assert rows(after, ANNEX)[9][1] == "😀 两端 "
    assert rows(after, ANNEX)[11][0] == "填表人"
    for name in (ANNEX, OWN):
        seen = [[cell.value for cell in row] for row in book[name].iter_rows()]
        for row, (ours, theirs) in enumerate(zip(seen, rows(after, name), strict=True), 1):
            for one, other in zip(ours, theirs, strict=False):
                if not (isinstance(one, str) and one.startswith("=") and one != "=1+1") and not hasattr(one, "text"):
                    assert (one or "") == (other or "") or one.date() == other, (name, row)


def test_table_grows_above_its_totals():
    """Rows added below the last row of data belong to the table; the totals stand below them."""
    xml = part(grown(), "xl/tables/table1.xml")
    assert 'ref="A4:D12"' in xml
    assert '<autoFilter ref="A4:D11"' in xml
    sheet = part(grown(), OWN_PART)
    assert '<c r="C12"><f>SUBTOTAL(109,自制[数])</f>' in sheet
    assert '<c r="D11"><f>自制[[#This Row],[数]]/2</f>' in sheet


def test_rules_grow():
    """Formats, lists, checks and warnings of both generations cover the new rows; those below move."""
    xml = part(grown(), OWN_PART)
    assert re.findall('<conditionalFormatting sqref="([^"]+)"', xml) == ["C5:C11", "D5:D11", "B5:B11", "C14"]
    assert re.findall('<dataValidation [^>]*sqref="([^"]+)"', xml) == ["B5:B11", "C14"]
    assert re.findall("<xm:sqref>([^<]+)<", xml)[:2] == ["A5:A11", "C5:C11"]
    assert '<ignoredError sqref="A5:A11"' in xml
    assert "<xm:f>附件1!$A$5:$A$8</xm:f>" in xml
    assert '$B5="滞后"' in xml
    assert '<brk id="12"' in xml
    assert '<hyperlink ref="A15" location="自制表!A14"' in xml


def test_sparklines_follow():
    """A sparkline over the block takes the new rows in, one of a single row keeps to it."""
    xml = part(grown(), OWN_PART)
    pairs = dict(re.findall("<xm:f>([^<]+)</xm:f><xm:sqref>([A-Z]+\\d+)</xm:sqref>", xml))
    assert pairs["自制表!C5:C11"] == "G14"
    assert pairs["自制表!C9:F9"] == "G9"
    assert pairs["附件1!D5:D8"] == "G15"


def test_charts_names_and_pivot_source_follow():
    """What looks at a block from elsewhere sees its new rows."""
    after = edited()
    assert "自制表!$C$5:$C$11" in part(after, "xl/charts/chart1.xml")
    assert "附件1!$D$5:$D$10" in part(after, "xl/charts/chart2.xml")
    names = Book(after).names()
    assert (names["数"], names["系数"]) == ("自制表!$C$5:$C$11", "自制表!$C$14")
    assert names["动态"] == "OFFSET(自制表!$C$4,1,0,COUNT(自制表!$C$5:$C$11),1)"
    assert 'ref="A4:F10" sheet="附件1"' in part(after, "xl/pivotCache/pivotCacheDefinition1.xml")
    assert '<f>COUNTIF(附件1!C5:C10,"已完成")</f>' in part(after, "xl/worksheets/sheet2.xml")
    assert "<xm:f>附件1!D5:D10</xm:f>" in part(after, OWN_PART)
    assert "自制表!$A$1:$G$12" in part(after, "xl/workbook.xml")


def test_row_series_keep_to_their_row():
    """A chart's series along the last row stays one row when rows are added below it."""
    parts = Parts(DATA)
    parts["xl/charts/chart1.xml"] = part(DATA, "xl/charts/chart1.xml").replace("$C$5:$C$9", "$C$9:$F$9")
    book = Book(parts.save())
    book.append(OWN, LAST, OWN_NEW)
    assert "自制表!$C$9:$F$9" in part(book.save(), "xl/charts/chart1.xml")


def test_comments_and_threads_move():
    """Notes, discussions and the boxes of both stay with their cells."""
    after = grown(after=FIRST)
    assert re.findall('<comment ref="(\\w+)"', part(after, "xl/comments1.xml")) == ["A5", "A9", "A14"]
    thread = part(after, "xl/threadedComments/threadedComment1.xml")
    assert re.findall('<threadedComment ref="(\\w+)"', thread) == ["A9", "A9"]
    for (old_row, *old), (new_row, *new) in zip(note_boxes(DATA), note_boxes(after), strict=True):
        assert new == [one + new_row - old_row for one in old]


def note_boxes(data):
    """Row of the cell, first and last row of the box of each note."""
    shapes = re.findall("<v:shape .*?</v:shape>", part(data, "xl/drawings/vmlDrawing1.vml"), re.DOTALL)
    found = []
    for shape in shapes:
        place, row = re.search("<x:Anchor>([^<]+)<", shape), re.search("<x:Row>(\\d+)<", shape)
        if place and row:
            numbers = [int(one) for one in place[1].split(",")]
            found.append((int(row[1]), numbers[2], numbers[6]))
    assert len(found) == 3
    return found


def test_shapes_below_move_and_those_beside_keep_their_size():
    """Pictures, charts, boxes and controls move with the rows they stand at, as their owner chose."""
    after = grown()
    drawing = "xl/drawings/drawing1.xml"
    places = lambda data: {  # noqa: E731
        name: (int(first), int(last))
        for first, last, name in re.findall(
            'row>(\\d+)<.*?row>(\\d+)<.*?<xdr:cNvPr id="\\d+" name="([^"]*)"', part(data, drawing)
        )
    }
    old, new = places(DATA), places(after)
    moved = {name: (new[name][0] - old[name][0], new[name][1] - old[name][1]) for name in old}
    assert old["落实情况"] == new["落实情况"] == (3, 12)
    assert {name for name, shift in moved.items() if shift == (2, 2)} == {*old} - {"落实情况", "Picture 1"}
    assert re.findall("<xdr:row>(\\d+)", part(after, OWN_PART)) == ["18", "19"]
    assert "<x:Anchor>1, 0, 18, 0, 2, 0, 19, 0</x:Anchor>" in part(after, "xl/drawings/vmlDrawing1.vml")


def test_linked_cells_of_shapes_follow():
    """A text box that shows a cell and a tick box that sets one keep their cells, also when the sheet is renamed."""
    after = grown()
    assert 'textlink="自制表!$C$14"' in part(after, "xl/drawings/drawing1.xml")
    assert 'fmlaLink="$C$18"' in part(after, "xl/ctrlProps/ctrlProp1.xml")
    assert "<x:FmlaLink>$C$18</x:FmlaLink>" in part(after, "xl/drawings/vmlDrawing1.vml")
    book = Book(DATA)
    book.rename_sheet(OWN, "我的表")
    assert "textlink=\"'我的表'!$C$12\"" in part(book.save(), "xl/drawings/drawing1.xml")


def test_formulas_kept_in_a_table_follow():
    """What a table will write into its next rows refers to the same cells as before."""
    name = "xl/tables/table1.xml"
    parts = Parts(DATA)
    parts[name] = re.sub("<calculatedColumnFormula>[^<]*<", "<calculatedColumnFormula>C5*$C$12<", parts[name])
    book = Book(parts.save())
    book.append(OWN, LAST, OWN_NEW)
    assert "<calculatedColumnFormula>C5*$C$14<" in part(book.save(), name)


def test_pivot_tables_below_move():
    """Rows inserted above a pivot table push it down."""
    book = Book(DATA)
    book.put(PIVOT, "A1", "统计")
    book.append(PIVOT, 1, [{1: "说明"}, {}])
    after = book.save()
    assert '<location ref="A5:B9"' in part(after, "xl/pivotTables/pivotTable1.xml")
    assert rows(after, PIVOT)[4] == ["行标签", "件数"]


def test_arrays_move_whole():
    """Array formulas below stand where their cells stand."""
    xml = part(grown(), OWN_PART)
    assert '<c r="C16"><f t="array" ref="C16:C17">C5:C6*2</f>' in xml
    assert '<c r="D16"><f t="array" ref="D16">SUM(C5:C11*2)</f>' in xml


def test_marks_leave_the_discussion_alone():
    """A mark on a cell with a threaded comment, taken off again, changes nothing about the discussion."""
    book = Book(DATA)
    book.mark(OWN, "A7", "数字不对")
    marked = book.save()
    assert "xl/threadedComments/threadedComment1.xml" not in changed_parts(DATA, marked)
    book = Book(marked)
    book.clear_marks()
    after = book.save()
    assert part(after, OWN_PART) == part(DATA, OWN_PART)
    assert "xl/drawings/vmlDrawing1.vml" not in changed_parts(DATA, after)
    words = lambda data: re.findall('<comment ref="(\\w+)".*?</comment>', part(data, "xl/comments1.xml"))  # noqa: E731
    assert words(after) == words(DATA)


def test_same_edits_same_bytes():
    """Two runs give the same archive, and its directory counts its entries."""
    assert edited() == edited()
    end = edited()[-22:]
    assert struct.unpack("<H", end[10:12])[0] == len(entries(edited()))


@pytest.mark.office
@pytest.mark.parametrize("kind", BOOKS)
def test_libreoffice_reads_the_same(office, tmp_path, kind):
    """A real spreadsheet program opens what came out, with the values of the other readers and right formulas."""
    after = edited(BOOKS[kind])
    path = tmp_path / f"全部.{kind}"
    path.write_bytes(after)
    seen = office.values(path)
    assert list(seen) == [ANNEX, "看板", OWN, PIVOT]
    for got, wanted in zip(seen[ANNEX], rows(after, ANNEX), strict=True):
        assert [one or "" for one in got[:4]] == wanted[:4]
    assert [row[5] for row in seen[ANNEX][HEADER_ROW:10]] == [3, 5, 7, 9, 19, 0]
    assert seen["看板"][0][0] == 3
    table = seen[OWN][HEADER_ROW:11]
    assert [row[:4] for row in table[-2:]] == [["X-6", "已完成", 6, 3], ["X-7", "滞后", 7, 3.5]]
    assert [row[4] for row in table] == [3, 6, 9, 12, 15, 18, 21]
    assert [row[5] for row in table] == [1, 3, 6, 10, 15, 21, 28]
    assert (seen[OWN][11][2], seen[OWN][1][2], seen[OWN][15][3]) == (28, 28, 56)

"""Word and Excel files, and files that cannot be read."""

from io import BytesIO

import pytest
from documents import docx_bytes, xlsx_bytes
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook

from ledger.errors import SourceError
from ledger.schema import Schema
from ledger.sources import Grid, Paragraph, read
from ledger.tables import extract

HEADER = ["序号", "工作任务", "责任领导", "责任单位", "落实情况"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def document_with(*bodies: str) -> bytes:
    """A .docx whose body holds these pieces of WordprocessingML."""
    document = Document()
    for body in bodies:
        document.element.body.insert(
            len(document.element.body) - 1, parse_xml(body.replace(">", f" {nsdecls('w')}>", 1))
        )
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_tracked_changes_read_as_accepted() -> None:
    """Deleted text is gone, inserted text counts, a line break is one."""
    data = document_with(
        "<w:p><w:r><w:t>新建</w:t></w:r><w:del w:id='1'><w:r><w:delText>三</w:delText></w:r></w:del>"
        "<w:ins w:id='2'><w:r><w:t>四</w:t></w:r></w:ins><w:r><w:t>座</w:t></w:r></w:p>"
    )
    assert read(data, "x.docx") == (Paragraph("新建四座", "第1段"),)


def test_merged_cells_of_word() -> None:
    """A cell merged downwards is told from an empty one, a wide one covers its columns."""
    data = document_with(
        "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"
        "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>一、工业</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p/></w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    (grid,) = read(data, "x.docx")
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.merged_above, cell.merged_left) for cell in row] for row in grid.rows] == [
        [("一、工业", False, False), ("", False, True)],
        [("1", False, False), ("", False, False)],
        [("", True, False), ("a\nb", False, False)],
    ]


def test_automatic_numbers_of_word(five_columns: Schema) -> None:
    """Numbers that Word counts by itself are read like typed ones."""
    document = Document()
    table = document.add_table(rows=3, cols=5)
    for cell, text in zip(table.rows[0].cells, HEADER, strict=True):
        cell.text = text
    for row, text in zip(table.rows[1:], ("修路。", "架桥。"), strict=True):
        row.cells[0].paragraphs[0].style = document.styles["List Number"]
        for cell, value in zip(row.cells[1:], (text, "许岩", "县交通局", "已完成"), strict=True):
            cell.text = value
    stream = BytesIO()
    document.save(stream)
    rows = extract(read(stream.getvalue(), "x.docx"), five_columns).drafts
    assert [row.printed_no for row in rows] == [1, 2]


def test_a_row_cut_by_a_page_break_is_one_task(schema: Schema) -> None:
    """A row without number and names that goes on in the middle of a sentence belongs to the row above."""
    header = ["具体工作任务", "牵头市领导", "牵头单位", "责任单位", "进展情况", "存在问题"]
    lines = [
        header,
        ["1.建成农产品冷库十座，", "许岩", "供销社", "", "已建成六", ""],
        header,
        ["年底全部投入使用。", "", "", "", "座。", "缺电。"],
        ["2.修路。", "许岩", "交通局", "", "已修。", ""],
    ]
    first, second = extract(read(docx_bytes([("重点工作责任分工表", lines)]), "x"), schema).drafts
    assert first.text == "建成农产品冷库十座，年底全部投入使用。"
    assert first.reported == {"progress": "已建成六座。", "problems": "缺电。"}
    assert second.text == "修路。"


def test_a_table_split_in_two_goes_on_without_a_header(five_columns: Schema) -> None:
    """The second half of a table is its own table in the file, with a section heading between them."""
    document = Document()
    for lines in ([HEADER, ["1", "修路。", "许岩", "县交通局", "已修"]], [["2", "架桥。", "许岩", "县交通局", "已架"]]):
        table = document.add_table(rows=len(lines), cols=5)
        for row, line in zip(table.rows, lines, strict=True):
            for cell, text in zip(row.cells, line, strict=True):
                cell.text = text
        document.add_paragraph("二、补短板")
    stream = BytesIO()
    document.save(stream)
    rows = extract(read(stream.getvalue(), "x"), five_columns).drafts
    assert [(row.annex, row.printed_no, row.section) for row in rows] == [(1, 1, None), (1, 2, "二、补短板")]


def test_a_header_of_two_rows(five_columns: Schema) -> None:
    """责任分工 over 责任领导 and 责任单位; the other titles reach down."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["序号", "工作任务", "责任分工", None, "落实情况"], [None, None, "责任领导", "责任单位", None]):
        sheet.append(row)
    sheet.append([1, "修路。", "许岩", "县交通局", "已修"])
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        sheet.merge_cells(area)
    stream = BytesIO()
    book.save(stream)
    result = extract(read(stream.getvalue(), "x.xlsx"), five_columns)
    assert [(row.text, row.printed["leaders"]) for row in result.drafts] == [("修路。", "许岩")]
    assert result.findings == ()


def test_excel_title_rows_and_numbers(five_columns: Schema) -> None:
    """The title above the header chooses the annex; 1.0 is the number 1."""
    data = xlsx_bytes([("其他重要事项任务分解表", [HEADER, ["1", "修路。", "许岩", "县交通局", "已修"]])])
    (row,) = extract(read(data, "x.xlsx"), five_columns).drafts
    assert (row.annex, row.printed_no) == (2, 1)
    assert row.place == "工作表“表1”第3行"


def test_the_name_of_a_file_says_nothing(five_columns: Schema) -> None:
    """A workbook named .doc is a workbook."""
    data = xlsx_bytes([("民生实事", [HEADER, ["1", "修路。", "许岩", "县交通局", "已修"]])])
    assert len(extract(read(data, "台账.doc"), five_columns).drafts) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "是空的", id="empty"),
        pytest.param(b" \n\r\n", "是空的", id="blank"),
        pytest.param(bytes(range(256)) * 8, "不是能识别的格式", id="random"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(255, 0, -1)), "不是能识别的格式", id="picture"),
        pytest.param(b"%PDF-1.7\n", "是PDF", id="pdf"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码", id="encrypted"),
        pytest.param(OLE + "WordDocument".encode("utf-16-le"), "另存为.docx", id="doc"),
        pytest.param(OLE, "不是能识别的格式", id="ole"),
        pytest.param(OLE + "Workbook".encode("utf-16-le"), "已损坏", id="broken-xls"),
        pytest.param(b"PK\x03\x04" + bytes(range(200)), "已损坏", id="broken-zip"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, words: str) -> None:
    """One Chinese sentence with the file's name and what to do."""
    with pytest.raises(SourceError) as caught:
        read(data, "台账.xlsx")
    sentence = str(caught.value)
    assert words in sentence
    assert "台账.xlsx" in sentence
    assert sentence.count("。") == 1


@pytest.mark.parametrize(
    "make", [lambda: docx_bytes([("题目", [["甲", "乙"], ["丙", "丁"]])]), lambda: xlsx_bytes([("题目", [["甲"]])])]
)
def test_cut_office_files(make: object) -> None:
    """A file whose second half is lost."""
    data = make()  # type: ignore[operator]
    with pytest.raises(SourceError):
        read(data[: len(data) // 2], "x")


def test_a_document_without_tables(schema: Schema) -> None:
    result = extract(read(document_with("<w:p><w:r><w:t>会议通知</w:t></w:r></w:p>"), "x"), schema)
    assert [item.code for item in result.findings] == ["report_empty"]


def test_the_title_of_a_document(schema: Schema) -> None:
    """Not the letterhead, not the document's number."""
    lines = ("安平市人民政府办公室", "安府办字〔2022〕9号", "关于2022年8月重点工作进展情况的通报", "各乡镇：")
    bodies = [f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines]
    assert extract(read(document_with(*bodies), "x"), schema).title == "关于2022年8月重点工作进展情况的通报"

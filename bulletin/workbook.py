"""The annexes as an Excel workbook, and the sheets against which every figure of the bulletin can be checked.

With the annexes alone it goes to the website; with 任务情况, 指标情况, 单位情况 and 数据来源 behind them it stays
in the office. The same content gives the same bytes, and no text of anybody is a formula.
"""

import io
import re
import zipfile
from datetime import datetime

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from bulletin.content import Basis, Content
from bulletin.sheets import Styles, put_rows, put_table, put_titles, set_up
from bulletin.tracing import Addresses, disputed_rows, traced_rows
from ledger.wording import Wording

__all__ = ["workbooks"]

_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every part in the file
_DAY = datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_SOURCES = "数据来源"
_SOURCE_HEADS = (("章节", 14.0), ("句子", 60.0), ("数字或文字", 16.0), ("怎样得来", 20.0), ("出处", 40.0))
_NOTE = "正文每一个数字从哪里来：工作表和单元格。任务情况、指标情况、单位情况和本表只供核对，不随附件公开。"


def workbooks(content: Content, wording: Wording) -> dict[str, bytes]:
    """Both workbooks by the names under which they lie beside the bulletin.

    ``附件（公开）`` holds the annexes, one sheet each; ``附件`` also what the text rests on, and where each of its
    figures comes from; ``wording`` is the part of the office's words that stands in the text.
    """
    book, styles = Workbook(), Styles(content.format.fonts)
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = content.title, content.issuer
    book.properties.created = _DAY
    for annex in content.annexes:
        put_table(book.create_sheet(annex.name), annex, styles)
    public = _packed(book)
    addresses: Addresses = {}
    for basis in content.bases:
        addresses |= _put_basis(book.create_sheet(basis.name), basis, styles)
    _put_sources(book.create_sheet(_SOURCES), content, addresses, wording, styles)
    return {"附件": _packed(book), "附件（公开）": public}


def _put_basis(sheet: Worksheet, basis: Basis, styles: Styles) -> Addresses:
    """The ledger's rows; a cell's address by row and column."""
    put_titles(sheet, "", f"{basis.name}（供核对，不公开）", list(basis.heads.values()), styles)
    rows = [[values[key] for key in basis.heads] for values in basis.rows.values()]
    numbers = put_rows(sheet, rows, [width for _, width in basis.heads.values()], styles)
    set_up(sheet)
    return {
        (name, key): (basis.name, get_column_letter(column), number)
        for name, number in zip(basis.rows, numbers, strict=True)
        for column, key in enumerate(basis.heads, 1)
    }


def _put_sources(sheet: Worksheet, content: Content, addresses: Addresses, wording: Wording, styles: Styles) -> None:
    put_titles(sheet, _NOTE, _SOURCES, _SOURCE_HEADS, styles)
    rows = [*traced_rows(content, addresses, wording), *disputed_rows(content)]
    put_rows(sheet, rows, [width for _, width in _SOURCE_HEADS], styles)
    set_up(sheet)


def _packed(book: Workbook) -> bytes:
    """The workbook's file with fixed times; openpyxl writes those of now."""
    loose, done = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(loose, "w")).save()  # not packed yet: that is done below
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            data = parts.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + _DAY.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), data)
            part = zipfile.ZipInfo(name, _MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, data)
    return done.getvalue()

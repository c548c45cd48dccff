"""The list of what changed between two versions as a Word document that a clerk can print: 差别, 更正说明."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml.etree import SubElement

from bulletin.differences import Difference
from bulletin.format import formatted
from bulletin.rewording import put_text
from bulletin.runs import hinted, tag
from bulletin.template import packed
from bulletin.text import cleaned
from ledger.schema import Format

__all__ = ["KINDS", "listed"]

KINDS = {"sentence": "句子", "figure": "数字", "cell": "附件格", "row": "附件行"}
_TITLE, _BODY, _HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
_GONE, _EMPTY = "（删去）", "（没有）"
_WIDTHS = (12, 16, 46, 86, 86)  # mm, together the page's
_EDITED = (12, 16, 40, 60, 60, 58)


def listed(
    title: str, opening: Sequence[str], found: Sequence[Difference], names: tuple[str, str], wanted: Format
) -> bytes:
    """The differences in their order, one a row, below a title and some paragraphs; ``names`` call old and new.

    A column more says what a person had made of the same places, where anybody had.
    """
    document: Any = Document()
    _page(document)
    _paragraph(document.add_paragraph(), title, _TITLE, 22).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in opening:
        _paragraph(document.add_paragraph(), text, _BODY, 14).paragraph_format.first_line_indent = Pt(28)
    edited = any(one.edited is not None for one in found)
    heads = ("序号", "类别", "位置", *names, *(["您改成的"] if edited else []))
    rows = [(str(no), *_row(one, edited)) for no, one in enumerate(found, 1)]
    if rows:
        _table(document, heads, rows, _EDITED if edited else _WIDTHS)
    formatted(document, wanted)
    hinted(document.element.body)
    return packed(document)


def _row(one: Difference, edited: bool) -> tuple[str, ...]:
    said = (KINDS[one.kind], one.place, one.old or _EMPTY, one.new or _GONE)
    return (*said, "" if one.edited is None else one.edited or _GONE) if edited else said


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    # Word takes the Chinese shape of what several scripts share
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _BODY)


def _paragraph(paragraph: Any, text: str, font: str, size: float) -> Any:
    """Fill a paragraph; a line break in the text becomes Word's."""
    run = paragraph.add_run(cleaned(text))
    run.font.name, run.font.size = font, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _table(document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    table = document.add_table(2, len(heads))
    table.style = document.styles["Table Grid"]
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    head, model = table.rows
    for row, texts, font in ((head, heads, _HEAD), (model, [""] * len(heads), _BODY)):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Mm(width)
            _paragraph(cell.paragraphs[0], text, font, 10.5)
    properties = head._tr.get_or_add_trPr()
    SubElement(properties, tag("cantSplit"))
    SubElement(properties, tag("tblHeader"))
    # one row is made and copied: python-docx takes seconds for some hundreds
    for texts in rows:
        made = deepcopy(model._tr)
        for run, text in zip(made.iter(tag("r")), texts, strict=True):
            put_text(SubElement(run, tag("t")), cleaned(text))
        table._tbl.append(made)
    table._tbl.remove(model._tr)

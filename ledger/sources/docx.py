"""Word documents: paragraphs and tables of the body in order, as a reader sees them.

Deleted text, footnotes, text boxes and field codes are left out, inserted text counts. Numbers that Word itself
puts before a paragraph (automatic lists) are written out, because the 序号 column is often made that way.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from ledger.errors import SourceError
from ledger.sources.blocks import Block, Cell, Grid, Paragraph, Row
from ledger.sources.lists import Lists

__all__ = ["docx_blocks"]

_DROPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:rt"), qn("w:pPr"), qn("w:rPr")}
_WORDS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}


def docx_blocks(data: bytes, name: str) -> tuple[Block, ...]:
    """Paragraphs and grids of a .docx; a damaged one is a `SourceError`."""
    try:
        document = Document(BytesIO(data))
        lists = Lists(document)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise SourceError(f"文件“{name}”已损坏，请用Word或WPS打开修复后另存。") from error
    return tuple(_blocks(document.element.body, lists))


def _blocks(body: Any, lists: Lists) -> Iterator[Block]:
    paragraphs = tables = 0
    for element in _children(body, qn("w:p"), qn("w:tbl")):
        if element.tag == qn("w:tbl"):
            tables += 1
            yield Grid(tuple(_rows(element, f"第{tables}个表格", lists)), f"第{tables}个表格")
        else:
            paragraphs += 1
            for line in _paragraph(element, lists).split("\n"):
                if line.strip():
                    yield Paragraph(line.strip(), f"第{paragraphs}段")


def _children(parent: Any, *tags: str) -> Iterator[Any]:
    """Direct children of these kinds, those inside content controls and inserted runs of blocks too."""
    for child in parent.iterchildren():
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, *tags)


def _rows(table: Any, place: str, lists: Lists) -> Iterator[Row]:
    for number, row in enumerate(_children(table, qn("w:tr")), 1):
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            continue
        where = f"{place}第{number}行"
        cells = [Cell(place=where)] * _number(row, "w:trPr/w:gridBefore", 0)
        for cell in _children(row, qn("w:tc")):
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            above = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            cells.append(Cell("" if above else _text(cell, lists), where, merged_above=above))
            span = _number(cell, "w:tcPr/w:gridSpan", 1)
            cells += [Cell("", where, merged_above=above, merged_left=True)] * (span - 1)
        yield tuple(cells)


def _number(element: Any, path: str, default: int) -> int:
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return default if found is None else min(int(found.get(qn("w:val"), default)), 100)


def _text(cell: Any, lists: Lists) -> str:
    """A cell's paragraphs, those of tables nested in it too, one a line."""
    lines: list[str] = []
    for child in _children(cell, qn("w:p"), qn("w:tbl")):
        if child.tag == qn("w:tbl"):
            lines += [
                _text(inner, lists) for row in _children(child, qn("w:tr")) for inner in _children(row, qn("w:tc"))
            ]
        else:
            lines.append(_paragraph(child, lists))
    return "\n".join(lines).strip()


def _paragraph(paragraph: Any, lists: Lists) -> str:
    text = "".join(_runs(paragraph))
    return f"{lists.label(paragraph)}{text}"


def _runs(element: Any) -> Iterator[str]:
    for child in element.iterchildren(tag=etree.Element):
        if child.tag in _DROPPED:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback":
            continue
        elif child.tag in _WORDS:
            yield _WORDS[child.tag]
        else:
            yield from _runs(child)

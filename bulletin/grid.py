"""Annex tables in Word: the template's model rows, copied for any number of rows and columns.

Plain lxml, because asking python-docx for ``table.cell`` again and again is quadratic.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml.etree import SubElement, _Element

from bulletin.annex import Head, Row, Table
from bulletin.errors import BulletinError
from bulletin.layout import balanced, lines, widths
from bulletin.runs import MARK, bookmarked, mark_name, tag
from bulletin.text import cleaned

__all__ = ["MODELS", "fill", "is_model"]

# The variables that stand in the cells of the template's model table.
MODELS = ("表头", "分节", "小节", "居中格", "文字格")
_SHORT = 14  # lines, half a page: such a row stays on one page; a longer one may break, or text would be lost
_TOGETHER = 22  # lines of a merged group that still fits on a page below the header and the annex's title
_ORDER = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap",
    "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Model:
    """A row of the model table and the one cell in it that holds the variable."""

    row: _Element
    cell: _Element

    def with_cells(self, cells: Sequence[_Element], *flags: str) -> _Element:
        """A row like this one with other cells; ``flags`` are cantSplit and tblHeader."""
        row = deepcopy(self.row)
        properties = row.find(tag("trPr"))
        if properties is None:
            properties = row.makeelement(tag("trPr"))
            row.insert(0, properties)
        for old in [*row.findall(tag("tc")), *(properties.find(tag(name)) for name in ("cantSplit", "tblHeader"))]:
            if old is not None:
                (row if old.tag == tag("tc") else properties).remove(old)
        for flag in flags:
            SubElement(properties, tag(flag))
        row.extend(cells)
        return row


def is_model(table: _Element) -> bool:
    """Whether a table of the rendered template is the model of an annex."""
    return any(MARK in (text.text or "") for text in table.iter(tag("t")))


def fill(element: _Element, annex: Table, page: int, character: int, template: str) -> None:
    """Turn a copy of the model table into ``annex``, ``page`` twips wide, in type of ``character`` twips.

    A `BulletinError` names the ``template`` in which a model is missing.
    """
    models = {name: _model(element, name, template) for name in MODELS}
    columns = widths(annex.heads, page, character)
    rows = [_header(models["表头"], annex.heads, columns, character)]
    for place, row in enumerate(annex.rows):
        if row.kind == "task":
            below = annex.rows[place + 1].joined if place + 1 < len(annex.rows) else frozenset[int]()
            whole = ("cantSplit",) if _tallest(row, columns, character) <= _SHORT else ()
            rows.append(models["文字格"].with_cells(_cells(models, annex, row, columns, below), *whole))
        else:
            rows.append(_spanning(models["分节" if row.kind == "section" else "小节"], row.cells[0], columns))
    _hold(annex.rows, rows[1:], [_tallest(row, columns, character) for row in annex.rows])
    for old in element.findall(tag("tr")):
        element.remove(old)
    _resize(element, columns)
    element.extend(rows)


def _model(table: _Element, name: str, template: str) -> _Model:
    for row in table.iterfind(tag("tr")):
        for cell in row.iterfind(tag("tc")):
            if any(f"{MARK}{name}{MARK}" in (text.text or "") for text in cell.iter(tag("t"))):
                return _Model(row, cell)
    raise BulletinError(f"模板{template}的附件表里缺少“{name}”，请把“{{{{ {name} }}}}”放回表格的单元格里。")


def _resize(table: _Element, columns: Sequence[int]) -> None:
    grid = table.find(tag("tblGrid"))
    assert grid is not None
    for old in list(grid):
        grid.remove(old)
    for width in columns:
        SubElement(grid, tag("gridCol")).set(tag("w"), str(width))
    size = table.find(f"{tag('tblPr')}/{tag('tblW')}")
    if size is not None:
        size.set(tag("w"), str(sum(columns)))
        size.set(tag("type"), "dxa")


def _header(model: _Model, heads: Sequence[Head], columns: Sequence[int], character: int) -> _Element:
    pairs = zip(heads, columns, strict=True)
    cells = [_cell(model.cell, width, balanced(head.title, width, character)) for head, width in pairs]
    return model.with_cells(cells, "cantSplit", "tblHeader")


def _spanning(model: _Model, text: str, columns: Sequence[int]) -> _Element:
    cell = _cell(model.cell, sum(columns), text)
    _property(cell, "gridSpan").set(tag("val"), str(len(columns)))
    return model.with_cells([cell], "cantSplit")


def _tallest(row: Row, columns: Sequence[int], character: int) -> int:
    wide = columns if row.kind == "task" else [sum(columns)]
    return max(lines(text, width, character) for text, width in zip(row.cells, wide, strict=True))


def _hold(rows: Sequence[Row], made: Sequence[_Element], heights: Sequence[int]) -> None:
    """Keep the rows of a merged group on one page, where they fit: what is merged is printed on its first page only."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end].joined:
            continue
        if sum(heights[start:end]) <= _TOGETHER:
            for properties in (found for row in made[start : end - 1] for found in row.iter(tag("pPr"))):
                style = properties.find(tag("pStyle"))
                properties.insert(0 if style is None else 1, properties.makeelement(tag("keepNext")))
        start = end


def _cells(
    models: dict[str, _Model], annex: Table, row: Row, columns: Sequence[int], below: frozenset[int]
) -> list[_Element]:
    cells = []
    for index, (head, width, text) in enumerate(zip(annex.heads, columns, row.cells, strict=True)):
        model = models["居中格" if head.centred else "文字格"].cell
        cell = _cell(model, width, text)
        if row.number and index == annex.numbered:
            holder = next(found for found in cell.iter(tag("t")) if row.number in (found.text or ""))
            bookmarked(holder, mark_name(annex.no, row.number), row.number)
        _merge(cell, above=index in row.joined, below=index in below)
        cells.append(cell)
    return cells


def _cell(model: _Element, width: int, text: str) -> _Element:
    """A copy of the model cell with a paragraph for each line of the text."""
    cell = deepcopy(model)
    size = _property(cell, "tcW")
    size.set(tag("w"), str(width))
    size.set(tag("type"), "dxa")
    properties = cell.find(tag("tcPr"))
    if properties is not None and (span := properties.find(tag("gridSpan"))) is not None:
        properties.remove(span)
    pattern = next(paragraph for paragraph in cell.iterfind(tag("p")) if _holder(paragraph) is not None)
    for line in cleaned(text).split("\n"):
        paragraph = deepcopy(pattern)
        _say(paragraph, line)
        pattern.addprevious(paragraph)
    cell.remove(pattern)
    return cell


def _holder(paragraph: _Element) -> _Element | None:
    return next((text for text in paragraph.iter(tag("t")) if MARK in (text.text or "")), None)


def _say(paragraph: _Element, line: str) -> None:
    holder = _holder(paragraph)
    assert holder is not None
    before, _, rest = (holder.text or "").partition(MARK)
    holder.text = before + line + rest.partition(MARK)[2]


def _merge(cell: _Element, *, above: bool, below: bool) -> None:
    """Join the cell with its neighbours; only the first of them has text."""
    if above or below:
        _property(cell, "vMerge").set(tag("val"), "continue" if above else "restart")


def _property(cell: _Element, name: str) -> _Element:
    """The cell's property ``name``, made at the place that the file format wants if it is not there."""
    properties = cell.find(tag("tcPr"))
    if properties is None:
        properties = cell.makeelement(tag("tcPr"))
        cell.insert(0, properties)
    found = properties.find(tag(name))
    if found is None:
        found = properties.makeelement(tag(name))
        before = {tag(earlier) for earlier in _ORDER[: _ORDER.index(name)]}
        properties.insert(sum(child.tag in before for child in properties), found)
    return found

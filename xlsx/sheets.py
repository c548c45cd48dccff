"""Sheets added to a book: copies of simple ones, and plain lists."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import quoteattr

from xlsx.cells import Value, cell_xml, column_letter
from xlsx.errors import BookError
from xlsx.follow import with_prefix
from xlsx.markup import ATTRIBUTES, with_attribute
from xlsx.parts import MAIN, Parts, relations_part
from xlsx.references import quoted, rewrite
from xlsx.styles import Styles
from xlsx.workbook import Workbook, check_name, renaming

_SIMPLE = {"printerSettings"}  # what two sheets may share
_VIEW = re.compile(rb"<sheetView(?=\s)%s>" % ATTRIBUTES)
_PROPERTIES = re.compile(rb"<sheetPr(?=\s)%s>" % ATTRIBUTES)
_HEADER_FILL = (
    '<fill><patternFill patternType="solid"><fgColor rgb="FFD9E1F2"/><bgColor indexed="64"/></patternFill></fill>'
)
_THIN = "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in ("left", "right", "top", "bottom"))
_BORDER = f"<border>{_THIN}<diagonal/></border>"
_BOLD = '<font><b/><sz val="11"/><name val="宋体"/></font>'
_PLAIN = '<font><sz val="11"/><name val="宋体"/></font>'
_BLUE = '<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="宋体"/></font>'


class Look:
    """The styles of a plain list."""

    def __init__(self, styles: Styles, *, from_1904: bool):
        wrap = '<alignment vertical="center" wrapText="1"/>'
        middle = '<alignment horizontal="center" vertical="center" wrapText="1"/>'
        self.from_1904 = from_1904
        self._styles = styles
        self.header = styles.derived(0, font=_BOLD, fill=_HEADER_FILL, border=_BORDER, alignment=middle)
        self.body = styles.derived(0, font=_PLAIN, border=_BORDER, alignment=wrap)
        self.link = styles.derived(0, font=_BLUE, border=_BORDER, alignment=wrap)

    def of(self, value: Value, *, header: bool, link: bool) -> int:
        """The style for one cell."""
        if header:
            return self.header
        style = self.link if link else self.body
        return self._styles.for_value(style, value) if isinstance(value, date) else style


def plain(
    rows: Sequence[Sequence[Value]],
    look: Look,
    *,
    widths: Sequence[float],
    header_rows: int,
    links: Mapping[str, str],
) -> bytes:
    """The XML of a list sheet: A4 landscape, fitted to the width, headers frozen and repeated in print."""
    pane = ""
    if header_rows:
        top = f'topLeftCell="A{header_rows + 1}"'
        pane = f'<pane ySplit="{header_rows}" {top} activePane="bottomLeft" state="frozen"/>'
        pane += '<selection pane="bottomLeft"/>'
    columns = "".join(
        f'<col min="{index}" max="{index}" width="{width:g}" customWidth="1"/>'
        for index, width in enumerate(widths, start=1)
    )
    body = b"".join(_row(number, row, look, number <= header_rows, links) for number, row in enumerate(rows, 1))
    jumps = "".join(f"<hyperlink ref={quoteattr(ref)} location={quoteattr(place)}/>" for ref, place in links.items())
    last = f"{column_letter(max([1, *map(len, rows)]))}{max(1, len(rows))}"
    before = (
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{last}"/>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/>{f"<cols>{columns}</cols>" if columns else ""}<sheetData>'
    )
    after = (
        f"</sheetData>{f'<hyperlinks>{jumps}</hyperlinks>' if jumps else ''}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
    declaration = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return b"".join((declaration, before.encode(), body, after.encode()))


def _row(number: int, values: Sequence[Value], look: Look, header: bool, links: Mapping[str, str]) -> bytes:
    cells = []
    for column, value in enumerate(values, start=1):
        ref = f"{column_letter(column)}{number}"
        style = look.of(value, header=header, link=ref in links)
        cells.append(cell_xml(ref, style, value, from_1904=look.from_1904))
    return b'<row r="%d">%s</row>' % (number, b"".join(cells))


def add(parts: Parts, workbook: Workbook, name: str, xml: bytes, index: int, header_rows: int = 0) -> None:
    """Put a sheet into the book at a position; its header rows repeat on every printed page."""
    check_name(name, workbook.sheets)
    part = parts.free("xl/worksheets/sheet{}.xml")
    parts.package.write(part, xml)
    workbook.insert_sheet(name, part, index)
    if header_rows:
        titles = f"{quoted(name)}$1:${header_rows}"
        workbook.define("_xlnm.Print_Titles", titles, hidden=False, local=workbook.index(name))


def copy(parts: Parts, workbook: Workbook, source: str, name: str, before: str | None) -> None:
    """Add a copy of a sheet that has nothing but cells, rules, links and print settings."""
    index = len(workbook.sheets) if before is None else workbook.index(before)
    old = workbook.sheets[workbook.index(source)]
    old_part = workbook.sheet_part(source)
    for _, kind, target in parts.relations(old_part):
        if kind not in _SIMPLE:
            raise BookError("unsupported", f"{source} cannot be copied: {target}")
    xml = with_prefix(parts.package.read(old_part), old, name)
    xml = _selected(xml, None)
    xml = _PROPERTIES.sub(lambda match: with_attribute(match[0], "codeName", None), xml, count=1)
    locals_ = workbook.local_names(source)
    add(parts, workbook, name, xml, index)
    new_part = workbook.sheet_part(name)
    if parts.has(relations_part(old_part)):
        parts.flush()
        parts.package.write(relations_part(new_part), parts.package.read(relations_part(old_part)))
    for key, (formula, hidden) in locals_.items():
        text = rewrite(formula, lambda *_: None, renaming(old, name))
        workbook.define(key, text, hidden=hidden, local=workbook.index(name))


def select(parts: Parts, workbook: Workbook, sheet: str) -> None:
    """Select the tab of one sheet and of no other; two selected tabs would be edited together."""
    chosen = workbook.sheet_part(sheet)
    for part in workbook.worksheets().values():
        if part != chosen and b"tabSelected" not in parts.package.peek(part, 8192):
            continue
        value = "1" if part == chosen else None
        xml = parts.package.read(part)
        parts.package.write(part, _selected(xml, value))


def _selected(xml: bytes, value: str | None) -> bytes:
    return _VIEW.sub(lambda match: with_attribute(match[0], "tabSelected", value), xml, count=1)

"""What a document says, read back from Word: its paragraphs, and its annexes row by row.

Whatever Word and WPS do to the file while people edit it is seen through: runs cut in pieces, fields, comments,
bookmarks that got lost. Text that somebody inserted with 修订 counts as accepted, what was struck out is gone.
"""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml.etree import XMLParser, XMLSyntaxError, _Element, fromstring

from bulletin.errors import BulletinError
from bulletin.runs import mark_name, tag
from bulletin.text import cleaned
from ledger.task import folded

__all__ = ["Printed", "PrintedAnnex", "PrintedRow", "paragraph_groups", "printed", "said_in"]

_MAIN, _AGAIN = "word/document.xml", "请用Word或WPS打开核对，另存为.docx后再试。"
_LARGEST = 64 << 20  # bytes of the main part: the largest bulletin has a thousandth of it
_MARK = re.compile(r"A(\d+)_(\d+)")
_NUMBER = re.compile(r"(\d+)(?=[.．、]|$)")
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = frozenset(tag(name) for name in ("del", "moveFrom"))
_TRACKED = _GONE | {tag("ins"), tag("moveTo")}
# an alternative of a drawing says the same twice, and text boxes are no part of the text they float over
_SKIPPED = _GONE | {tag(name) for name in ("pPr", "rPr", "txbxContent")} | {f"{_COMPATIBLE}Fallback"}
_SIGNS = {tag("tab"): "\t", tag("cr"): "\n", tag("noBreakHyphen"): "-"}


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row's cells as text; a section's row has one. ``mark`` is the bookmark of its number, empty without one."""

    cells: tuple[str, ...]
    mark: str = ""

    @property
    def whole(self) -> str:
        """All that the row says."""
        return "｜".join(cell for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class PrintedAnnex:
    """An annex table below its header."""

    heads: tuple[str, ...]
    rows: tuple[PrintedRow, ...]

    def number(self, row: PrintedRow) -> str:
        """The printed number under which one of the rows stands: a project's other rows have none of their own."""
        mark = ""
        for one in self.rows:
            mark = one.mark or mark
            if one is row:
                break
        return mark.partition("_")[2]


@dataclass(frozen=True, slots=True)
class Printed:
    """All paragraphs outside the annexes that say something, the annexes by number, how many edits were tracked."""

    paragraphs: tuple[str, ...]
    annexes: Mapping[int, PrintedAnnex]
    tracked: int = 0


def printed(data: bytes, like: Printed | None = None) -> Printed:
    """Read a document; in one without bookmarks the annexes are known by the headers of the draft it is ``like``.

    A `BulletinError` when it is no .docx that can be read.
    """
    body = _body(data)
    tables = [(table, _rows(table)) for table in body.iter(tag("tbl"))]
    annexes: dict[int, PrintedAnnex] = {}
    inside: set[_Element] = set()
    for table, rows in tables:
        no = _number(rows, like, set(annexes))
        if no is None or len(rows) < 2:
            continue
        annexes[no] = _numbered(no, PrintedAnnex(rows[0].cells, tuple(rows[1:])), like)
        inside.update(table.iter(tag("p")))
    texts = (cleaned("".join(map(said_in, group))) for group in paragraph_groups(body) if group[0] not in inside)
    return Printed(tuple(text for text in texts if text), annexes, sum(1 for _ in body.iter(*_TRACKED)))


def paragraph_groups(body: _Element) -> Iterator[list[_Element]]:
    """Every paragraph; several together where the mark between them was struck out, so that they read as one."""
    group: list[_Element] = []
    for paragraph in body.iter(tag("p")):
        if _is_gone(paragraph) or any(up.tag == tag("txbxContent") for up in paragraph.iterancestors()):
            continue
        if group and group[0].getparent() is not paragraph.getparent():
            yield group
            group = []
        group.append(paragraph)
        mark = paragraph.find(f"{tag('pPr')}/{tag('rPr')}")
        if mark is None or all(mark.find(gone) is None for gone in _GONE):
            yield group
            group = []
    if group:
        yield group


def said_in(element: _Element) -> str:
    """The text that stands in a paragraph when all tracked edits are accepted."""
    return "".join(_said(element))


def _said(element: _Element) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == tag("t"):
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == tag("br"):
            yield "" if child.get(tag("type")) in ("page", "column") else "\n"
        else:
            yield from _said(child)


def _is_gone(element: _Element | None) -> bool:
    """Whether it stands in something that was struck out, a table's row included."""
    while element is not None:
        struck = element.tag == tag("tr") and element.find(f"{tag('trPr')}/{tag('del')}") is not None
        if struck or element.tag in _GONE:
            return True
        element = element.getparent()
    return False


def _body(data: bytes) -> _Element:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BulletinError(f"这份文件是旧的.doc、.wps，或设了打开密码，{_AGAIN}")
    if data.startswith(b"%PDF"):
        raise BulletinError("这份文件是PDF，读不回台账，请用改定的Word文件（.docx）。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if package.getinfo(_MAIN).file_size > _LARGEST:
                raise BulletinError(f"这份Word文件大得不正常，没有读，{_AGAIN}")
            root = fromstring(package.read(_MAIN), XMLParser(resolve_entities=False, no_network=True))
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, XMLSyntaxError, NotImplementedError) as error:
        raise BulletinError(f"这份文件不是完好的.docx，{_AGAIN}") from error
    body = root.find(tag("body"))
    if body is None:
        raise BulletinError(f"这份Word文件里没有正文，{_AGAIN}")
    return body


def _rows(table: _Element) -> list[PrintedRow]:
    found = []
    for row in table.iterfind(f".//{tag('tr')}"):
        if _is_gone(row) or next(row.iterancestors(tag("tbl"))) is not table:
            continue
        cells = tuple(_cell(cell) for cell in row.iter(tag("tc")) if next(cell.iterancestors(tag("tr"))) is row)
        names = (mark.get(tag("name"), "") for mark in row.iter(tag("bookmarkStart")))
        found.append(PrintedRow(cells, next((name for name in names if _MARK.fullmatch(name)), "")))
    return found


def _cell(cell: _Element) -> str:
    return cleaned("\n".join("".join(map(said_in, group)) for group in paragraph_groups(cell)))


def _number(rows: Sequence[PrintedRow], like: Printed | None, known: set[int]) -> int | None:
    """Which annex a table is: by its bookmarks, else by its header; None where it is none."""
    marks = Counter(found[1] for row in rows if (found := _MARK.fullmatch(row.mark)))
    for no, _ in marks.most_common(1):
        return int(no) if int(no) not in known else None
    heads = [folded(cell) for cell in rows[0].cells] if rows else []
    same = (no for no, annex in (like.annexes if like else {}).items() if [*map(folded, annex.heads)] == heads)
    return next((no for no in same if no not in known), None)


def _numbered(no: int, annex: PrintedAnnex, like: Printed | None) -> PrintedAnnex:
    """Rows that lost their bookmark, as when somebody typed the number anew, get it from the number they print."""
    known = like.annexes[no].rows if like and no in like.annexes else annex.rows
    columns = Counter(
        place for row in known if row.mark for place, text in enumerate(row.cells) if _shows(text, row.mark)
    )
    taken = {row.mark for row in annex.rows if row.mark}
    if not columns:
        return annex
    place = columns.most_common(1)[0][0]
    rows = []
    for row in annex.rows:
        found = _NUMBER.match(row.cells[place]) if not row.mark and len(row.cells) > place else None
        mark = mark_name(no, found[1]) if found and len(row.cells) > 1 else ""
        rows.append(replace(row, mark=mark) if mark and mark not in taken else row)
        taken.add(mark)
    return replace(annex, rows=tuple(rows))


def _shows(text: str, mark: str) -> bool:
    found = _NUMBER.match(text)
    return bool(found and mark.endswith(f"_{found[1]}"))

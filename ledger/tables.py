"""Blocks of a document to drafts of tasks: finding the tables that are annexes and reading their rows."""

import re
from collections.abc import Sequence

from ledger.finding import Finding, finding
from ledger.headers import Layout, Span, fits, labels, spans, titled
from ledger.rows import Rows, aligned
from ledger.schema import Annex, Schema
from ledger.sources.blocks import Block, Grid, Paragraph, Row
from ledger.sources.narrative import narrative_grids
from ledger.task import Draft, Extract, folded

__all__ = ["extract"]

_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}\s*[、.．]")
_SUBSECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_TITLE = re.compile(r"[（(]?附[件表][\d一二三四五六七八九]|.*(?:表|台账|清单)(?:[（(].*[）)])?$")
_NOTE = re.compile(r"[（(]?(?:备注|注|说明|填表|制表|合计|单位[:：])")
_NO_TITLE = re.compile(r"^附件|〔\d{4}〕|^[^：:]{2,8}[：:].|(?:文件|人民政府|办公室|办公厅)$")
_LIKE_TITLE = re.compile(r"(?:通报|通知|情况|方案|要点|清单|台账|表|分工|分解|报告)(?:[（(].*[）)])?$")
_REMEMBERED = 6  # paragraphs above a table that may name it


def extract(blocks: Sequence[Block], schema: Schema, name: str = "") -> Extract:
    """All rows of all tables, dumps and labelled items that fit an annex of the schema, in document order.

    A table that fits none is a finding (``headers_unknown``) and the others go on; a document without any task is
    one too (``report_empty``), which calls the document by its ``name``.
    """
    names = {
        name
        for annex in schema.annexes
        for key in annex.keys
        if key not in {"no", "text"}
        for name in (schema.column(annex, key).title, *schema.columns[key].headers)
    }
    first = schema.annexes[0]
    reading = _Reading(schema)
    for block in narrative_grids(blocks, names, schema.column(first, "text").title):
        if isinstance(block, Paragraph):
            reading.paragraph(block)
        else:
            reading.grid(block)
    drafts, findings = reading.result()
    if not drafts:
        findings.append(finding("report_empty", place=f"文件“{name}”里" if name else "文件里"))
    return Extract(title=_title(blocks), drafts=tuple(drafts), findings=tuple(findings))


class _Reading:
    """Walks through a document and remembers what stands above the row at hand."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._parts: list[Rows] = []
        self._above: list[str] = []  # paragraphs and title rows since the last row of a table
        self._findings: list[Finding] = []

    def result(self) -> tuple[list[Draft], list[Finding]]:
        drafts = [draft for part in self._parts for draft in part.drafts]
        return drafts, [*self._findings, *(item for part in self._parts for item in part.findings)]

    def paragraph(self, block: Paragraph) -> None:
        self._above.append(block.text.strip())

    def grid(self, grid: Grid) -> None:
        found = False
        rows = [row for row in grid.rows if any(folded(cell.text) for cell in row)]
        skipped: Row | None = None
        for index, row in enumerate(rows):
            if row is skipped:
                continue
            below = rows[index + 1] if index + 1 < len(rows) else None
            header = labels(row, below)
            layouts = fits(header, self._schema) or fits(row, self._schema)
            if layouts:
                self._begin(layouts, row[0].place)
                skipped = below if header is not row else None
                found = True
            elif found or self._goes_on(row):
                found = True
                self._row(row)
            elif single := _single(row):
                self._above.append(single.cell.text.strip())
            elif not _is_form(row):
                said = "、".join(folded(cell.text) for cell in row if folded(cell.text))
                self._findings.append(finding("headers_unknown", place=grid.place, value=said))
                self._above.clear()
                return

    def _goes_on(self, row: Row) -> bool:
        """Whether a table without a header is the rest of the one before: as wide, nothing but headings between."""
        if not self._parts or not all(_level(text) for text in self._above):
            return False
        rows = self._parts[-1]
        if len(row) != rows.layout.width:
            return False
        self._headings(rows)
        return True

    def _begin(self, layouts: list[Layout], place: str) -> None:
        """A header row: the same annex goes on, or another begins."""
        last = self._parts[-1] if self._parts else None
        layout = self._chosen(layouts, last)
        if last and last.layout.annex == layout.annex:
            last.layout = layout
        else:
            self._parts.append(Rows(layout, self._schema))
            for title in layout.ignored:
                self._findings.append(finding("column_ignored", place=place, value=title))
        self._headings(self._parts[-1])

    def _headings(self, rows: Rows) -> None:
        """Section headings that stand as paragraphs right above a table."""
        count = 0
        while (
            count < len(self._above) and _level(self._above[-1 - count]) and not _TITLE.match(self._above[-1 - count])
        ):
            count += 1
        for text in self._above[len(self._above) - count :]:
            self._section(rows, text)
        self._above.clear()

    def _chosen(self, layouts: list[Layout], last: Rows | None) -> Layout:
        if len(layouts) == 1:
            return layouts[0]
        for text in self._above[: -_REMEMBERED - 1 : -1]:
            hits = [titled(text, layout.annex) for layout in layouts]
            if max(hits) and hits.count(max(hits)) == 1:
                return layouts[hits.index(max(hits))]
        used: list[Annex] = [part.layout.annex for part in self._parts]
        if last and all(_level(text) for text in self._above):
            return next((layout for layout in layouts if layout.annex == last.layout.annex), layouts[0])
        return next((layout for layout in layouts if layout.annex not in used), layouts[0])

    def _row(self, row: Row) -> None:
        rows = self._parts[-1]
        single = _single(row)
        if single and self._is_heading(row, single, rows):
            return
        cells = spans(row)
        if len(row) < rows.layout.width:
            cells = tuple(aligned(cells, rows.layout, self._schema))
        values, above = _by_key(cells, rows.layout)
        self._above.clear()
        rows.add(values, above, row[0].place)

    def _is_heading(self, row: Row, single: Span, rows: Rows) -> bool:
        """A row of one text: a title, a section, a note; a text further right belongs to a task."""
        text = folded(single.cell.text)
        wide = len(spans(row)) == 1
        if single.start > rows.layout.columns["text"].start:
            return False
        if _TITLE.match(text) and not (_level(text) and not text.endswith("表")) and (wide or _level(text)):
            self._above.append(text)
            return True
        if _level(text):
            self._section(rows, text)
            return True
        if wide and len(row) > 1 and not _NOTE.match(text):
            rows.head(text, None)
            return True
        return bool(wide and _NOTE.match(text))

    def _section(self, rows: Rows, text: str) -> None:
        if _SUBSECTION.match(text):
            rows.head(rows.section, folded(text))
        else:
            rows.head(folded(text), None)


def _by_key(cells: Sequence[Span], layout: Layout) -> tuple[dict[str, str], frozenset[str]]:
    """The row's texts by column key: cell by cell when it has as many as the header, else by where they stand."""
    values = dict.fromkeys(layout.columns, "")
    above: set[str] = set()
    for index, cell in enumerate(cells):
        if len(cells) == len(layout.header):
            header = layout.header[index]
        else:
            header = max(layout.header, key=lambda span: min(span.end, cell.end) - max(span.start, cell.start))
        key = next((key for key, span in layout.columns.items() if span.start == header.start), None)
        if key is None:
            continue
        values[key] = "\n".join(filter(None, (values[key], cell.cell.text)))
        if cell.cell.merged_above:
            above.add(key)
    return values, frozenset(above)


def _single(row: Row) -> Span | None:
    filled = [span for span in spans(row) if folded(span.cell.text)]
    return filled[0] if len(filled) == 1 else None


def _level(text: str) -> bool:
    return bool(_SECTION.match(text.strip()) or _SUBSECTION.match(text.strip()))


def _is_form(row: Row) -> bool:
    """Whether a row is a form's line (``发布机构：| 办公室``) rather than a table's header."""
    return any(folded(cell.text).endswith((":", "：")) for cell in row)


def _title(blocks: Sequence[Block]) -> str:
    """The document's title: what stands above the first sentence, put together where it was cut in two lines."""
    lines: list[str] = []
    for block in blocks[:12]:
        single = _single(block.rows[0]) if isinstance(block, Grid) and block.rows else None
        if isinstance(block, Grid) and not single:
            break
        line = (single.cell.text if single else block.text if isinstance(block, Paragraph) else "").strip()
        if line.endswith(("。", "：", ":")):
            break
        heading = _level(line) and not _TITLE.match(line)
        if len(folded(line)) > 4 and not heading and not _NO_TITLE.search(line):
            lines.append(line)
    end = next((index for index, line in enumerate(lines, 1) if _LIKE_TITLE.search(line)), len(lines[:1]))
    return "".join(lines[:end])

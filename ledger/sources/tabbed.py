"""Text dumps of Word tables: every cell begins on a new line with a tab.

A row ends at a blank line, or, where a page break cut the table, right before a line that begins with a space
and a tab. Cells keep their own line breaks.
"""

import re
from collections.abc import Iterator

from ledger.sources.blocks import Block, Cell, Grid, Paragraph, Row

__all__ = ["is_tabbed", "tabbed_blocks"]

_CELL = re.compile(r"(?P<glue>[ 　]*)\t(?P<text>.*)")


def is_tabbed(text: str) -> bool:
    """Whether the text holds at least one row of two cells in this form."""
    return re.search(r"(?m)^[ 　]*\t.*\n(?:[^\t\n].*\n)*\t", text) is not None


def tabbed_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs and grids of such a dump, in order; rows may have fewer cells than their header."""
    blocks: list[Block] = []
    rows: list[Row] = []
    for number, piece in _pieces(text.split("\n")):
        place = f"第{number}行"
        if isinstance(piece, list):
            rows.append(tuple(Cell(cell.strip(), place) for cell in piece))
            continue
        if rows:
            blocks.append(Grid(tuple(rows), rows[0][0].place))
            rows = []
        blocks.append(Paragraph(piece, place))
    if rows:
        blocks.append(Grid(tuple(rows), rows[0][0].place))
    return tuple(blocks)


def _pieces(lines: list[str]) -> Iterator[tuple[int, str | list[str]]]:
    """Line numbers with either a row (list of cell texts) or a paragraph."""
    row: list[str] = []
    start, blank = 0, False
    for index, line in enumerate(lines):
        found = _CELL.fullmatch(line)
        if found:
            if row and (found["glue"] or blank):
                yield start, row
                row = []
            start = start if row else index + 1
            row += found["text"].split("\t")
        elif not line.strip():
            blank = True
            continue
        elif row and (not blank or _cell_goes_on(lines, index)):
            row[-1] += f"\n{line}"
        else:
            if row:
                yield start, row
                row = []
            yield index + 1, line.strip()
        blank = False
    if row:
        yield start, row


def _cell_goes_on(lines: list[str], index: int) -> bool:
    """Whether a text after a blank line is still in its cell: the row's next cell follows it directly."""
    while index < len(lines) and lines[index].strip() and not _CELL.fullmatch(lines[index]):
        index += 1
    found = _CELL.fullmatch(lines[index]) if index < len(lines) else None
    return bool(found and not found["glue"])

"""Text dumps in which bars stand between the cells: ``序号 | 任务 | 单位 |``.

A row may run over several lines; how many bars a whole row has is seen from the rows that stand on one line.
"""

import re
from collections import Counter
from collections.abc import Iterator

from ledger.sources.blocks import Block, Cell, Grid, Paragraph, Row

__all__ = ["pipe_blocks"]

_RULE = re.compile(r"[\s|:\-—]+")  # Markdown's line under the header
_REACH = 30  # lines within which a cut row's missing bars must come


def pipe_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs and grids of such a dump, in order."""
    blocks: list[Block] = []
    rows: list[Row] = []
    for number, line in _joined(text.split("\n")):
        place = f"第{number}行"
        if "|" in line:
            if not ("-" in line and _RULE.fullmatch(line)):
                rows.append(tuple(Cell(cell, place) for cell in _cells(line)))
            continue
        if rows:
            blocks.append(Grid(tuple(rows), rows[0][0].place))
            rows = []
        blocks.append(Paragraph(line.strip(), place))
    if rows:
        blocks.append(Grid(tuple(rows), rows[0][0].place))
    return tuple(blocks)


def _cells(line: str) -> list[str]:
    line = line.strip()
    line = line[1:] if line.startswith("|") else line
    return [cell.strip() for cell in (line[:-1] if line.endswith("|") else line).split("|")]


def _joined(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Non-empty lines with their numbers, the lines of one row joined."""
    index = 0
    while index < len(lines):
        line, end = lines[index], index + 1
        if line.strip():
            width = _width(lines, index)
            # A row may be cut before its first bar, so a line without bars can begin one too.
            reach = _end(lines, index, width) if width else None
            if reach:
                line, end = "\n".join(lines[index:reach]), reach
            yield index + 1, line
        index = end


def _width(lines: list[str], index: int) -> int:
    """How many bars a row has around here: the commonest count of the lines that close a row."""
    near = [line.count("|") for line in lines[max(0, index - _REACH) : index + _REACH] if "|" in line]
    return Counter(near).most_common(1)[0][0] if near else 0


def _end(lines: list[str], index: int, width: int) -> int | None:
    """Where the row that begins at ``index`` ends, if joining lines makes it exactly ``width`` bars long."""
    bars = lines[index].count("|")
    if bars >= width or not bars:
        return None
    for end in range(index + 1, min(index + _REACH, len(lines))):
        if lines[end].count("|") >= width:  # a whole row: what stands before it was a short row
            return None
        bars += lines[end].count("|")
        if bars > width:
            return None
        if bars == width:
            return end + 1
    return None

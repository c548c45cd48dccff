"""Copies of a model row, made from patterns, one join for each row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlsx.cells import Value, column_letter, text_element
from xlsx.markup import attribute, with_attribute
from xlsx.ranges import Growth, at, pattern
from xlsx.row import Cell, Row

_KEPT: Any = object()  # the clone keeps what the model has
Heights = Sequence[float | None]


def clones(
    model: Row,
    rows: Sequence[Mapping[int, Value]],
    heights: Heights,
    growth: Growth,
    first: int,
    other_cell: Callable[[int, int, int | None, Value], bytes],
) -> list[bytes]:
    """One row for each of `rows`, the first one `first` below the model.

    `other_cell` makes a cell that is no text from row, column, the style if the model has one, and value.
    """
    cells, end = model.cells, model.rest + b"</row>"
    tags = _row_tags(with_attribute(model.tag, "spans", None))
    copies = {column: _cell_pattern(cell, growth, original=False) for column, cell in cells.items()}
    originals = {column: _cell_pattern(cell, growth, original=True) for column, cell in cells.items()}
    known = sorted(cells)
    # nearly all cells of a filled block are texts in the model's columns: what they share is made once
    styles = {column: cell.style for column, cell in cells.items()}
    heads = {column: _text_head(column, style) for column, style in styles.items()}
    block = []
    for index, values in enumerate(rows):
        number = model.number + first + index
        height = heights[index] if index < len(heights) else None
        pieces = [tags[0] % number if height is None else tags[1] % (number, f"{height:g}".encode())]
        patterns = copies if first + index else originals
        for column in known if values.keys() <= cells.keys() else sorted({*known, *values}):
            value = values.get(column, _KEPT)
            if value is _KEPT:
                pieces.append(at(patterns[column], first + index))
            elif type(value) is str and value and column in heads:
                before, after = heads[column]
                text = f'{before}{number}{after} t="inlineStr"><is>{text_element(value)}</is></c>'
                pieces.append(text.encode())
            else:
                pieces.append(other_cell(number, column, styles.get(column), value))
        block.append(b"".join((*pieces, end)))
    return block


def _text_head(column: int, style: int) -> tuple[str, str]:
    """What stands before and after the row number of a text cell."""
    return f'<c r="{column_letter(column)}', f'" s="{style}"' if style else '"'


def _row_tags(tag: bytes) -> tuple[bytes, bytes]:
    """The tag of a clone as a pattern for its number, and as one for its number and a height of its own."""
    numbered = with_attribute(tag, "r", "\0").replace(b"%", b"%%").replace(b"\0", b"%d", 1)
    # without customHeight Excel goes on fitting the row to what is typed into it
    plain = with_attribute(with_attribute(numbered, "customHeight", None), "ht", None)
    return numbered, plain[:-1] + b' ht="%s">'


def _cell_pattern(cell: Cell, growth: Growth, *, original: bool) -> list[bytes]:
    """A cell as a pattern for `at`, as it stays or as its copies are."""
    end = cell.xml.index(b">") + 1
    ref = attribute(cell.xml[:end], "r") or ""
    letters = ref.rstrip("0123456789")
    tag = cell.xml[:end].replace(ref.encode(), f"{letters}\0{ref[len(letters) :]}\0".encode(), 1)
    rest = pattern(cell.xml[end:], growth, original=original) if cell.has_formula else cell.xml[end:]
    return (tag + rest).split(b"\0")

"""One sheet under edit: cells written, rows cloned, everything else left as it was."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from xlsx.cells import LAST_COLUMN, LAST_ROW, Value, cell_xml, column_letter, text_element
from xlsx.errors import BookError
from xlsx.markup import attribute, with_attribute
from xlsx.ranges import Growth, at, grow_around, grow_formulas, pattern
from xlsx.references import Area, Corner, area
from xlsx.rows import Cell, Row, Rows, parse_row, renumber

_COLUMN = re.compile(rb"<col(?=\s)[^>]*>")
_DIMENSION = re.compile(rb"<dimension(?=\s)[^>]*>")
_ARRAY = re.compile(rb"""<f(?=\s)[^>]*\st\s*=\s*["'](?:array|dataTable)["'][^>]*>""")
_FORMULA_START = re.compile(rb"<f(?=[\s/>])[^>]*>")

_KEPT: Any = object()  # the clone keeps what the model has
Heights = Sequence[float | None]
Restyle = Callable[[int, Value], int]


class Worksheet:
    """A sheet's XML and the edits made to it.

    `restyle(style, value)` gives the style for a value, so that a date does not show as a number.
    """

    def __init__(self, name: str, xml: bytes, restyle: Restyle, *, from_1904: bool = False):
        self.name = name
        self.replaced_formula = False
        self._restyle = restyle
        self._from_1904 = from_1904
        self._clean = xml
        self._load(xml)

    def _load(self, xml: bytes) -> None:
        self._original = xml
        self._index: Rows | None = None
        self._formulas: bool | None = None
        self._changed: dict[int, Row] = {}
        self._arrays: list[Area] | None = None
        self._default_styles: list[tuple[int, int, int]] | None = None
        self._corner = (0, 0)

    @property
    def _rows(self) -> Rows:
        if self._index is None:
            self._index = Rows(self._original)
        return self._index

    @property
    def has_formulas(self) -> bool:
        """Whether any cell holds a formula."""
        if self._formulas is None:
            self._formulas = b"</f>" in self._original
        return self._formulas or self.replaced_formula

    def xml(self) -> bytes:
        """The sheet as edited; the very bytes read when nothing was."""
        if self._changed:
            self._load(self._widened(self._rows.replaced(self._changed)))
        return self._original

    def edited(self) -> bytes | None:
        """The sheet as edited since this was last asked, or None when it was not."""
        xml = self.xml()
        if xml is self._clean:
            return None
        self._clean = xml
        return xml

    def replace(self, xml: bytes) -> None:
        """Go on with other XML for the same sheet."""
        self._load(xml)

    @property
    def tail(self) -> bytes:
        """What follows the rows: rules, page setup, links to other parts."""
        return self._rows.xml[self._rows.end :]

    def replace_tail(self, tail: bytes) -> None:
        """Other XML for what follows the rows."""
        if tail != self.tail:
            xml = self.xml()
            self._load(xml[: self._rows.end] + tail)

    def style(self, row: int, column: int) -> int:
        """The style a cell has, or would get from its row or column."""
        found = self._found_row(row)
        if found and column in found.cells:
            return found.cells[column].style
        return self._default_style(found, column)

    def styled(self, styles: set[int]) -> list[tuple[int, int, int]]:
        """Row, column and style of the cells that have one of some styles."""
        self.xml()
        found = []
        for index, number in enumerate(self._rows.numbers):
            for column, cell in parse_row(self._rows.chunk(index), number).cells.items():
                if cell.style in styles:
                    found.append((number, column, cell.style))
        return found

    def put(self, row: int, column: int, value: Value, style: int | None = None) -> None:
        """Write one cell, keeping its style unless another is given."""
        target = self._row(row)
        old = target.cells.get(column)
        if style is None:
            style = old.style if old else self._default_style(target, column)
        xml = self._cell(row, column, style, value)
        if old:
            self._check(row, column, old)
            self.replaced_formula |= old.has_formula
        else:
            target.tag = with_attribute(target.tag, "spans", None)
            self._corner = (max(self._corner[0], row), max(self._corner[1], column))
        self.replaced_formula |= b"<f>" in xml
        target.cells[column] = parse_cell(xml)
        self._changed[row] = target

    def restyle(self, row: int, column: int, style: int) -> None:
        """Give a cell another style and keep what it holds."""
        target = self._row(row)
        if column not in target.cells:
            self.put(row, column, None, style)
            return
        cell = target.cells[column]
        end = cell.xml.index(b">") + 1
        tag = with_attribute(cell.xml[:end], "s", str(style) if style else None)
        target.cells[column] = Cell(tag + cell.xml[end:], style, cell.inner)
        self._changed[row] = target

    def look_like(self, row: int, model_row: int) -> None:
        """Give a row the styles and height of another one, and keep what it holds."""
        model, own = self._model(model_row), self._row(row)
        for column, cell in model.cells.items():
            if column not in own.cells or own.cells[column].style != cell.style:
                self.restyle(row, column, cell.style)
        height = attribute(model.tag, "ht")
        if height and not attribute(own.tag, "ht"):
            self.fit(row, float(height))

    def fit(self, row: int, height: float) -> None:
        """Set the height of a row, unless a person has fixed it or the row is not there."""
        found = self._found_row(row)
        if found and attribute(found.tag, "customHeight") not in ("1", "true"):
            found.tag = with_attribute(found.tag, "ht", f"{height:g}")
            self._changed[row] = found

    def widths(self) -> dict[int, float]:
        """Width in characters of every column that has its own; hidden ones are left out."""
        found: dict[int, float] = {}
        for tag in _COLUMN.findall(self._rows.xml, 0, self._rows.start):
            width = attribute(tag, "width")
            if width and not attribute(tag, "hidden"):
                first, last = (int(attribute(tag, key) or 1) for key in ("min", "max"))
                found |= dict.fromkeys(range(first, last + 1), float(width))
        return found

    def fill(self, model_row: int, rows: Sequence[Mapping[int, Value]], heights: Heights = ()) -> Growth:
        """Replace the model row by clones of it; with no rows it stays, emptied of values."""
        model = self._model(model_row)
        if not rows:
            blank = {column: self._blank(model_row, column, cell) for column, cell in model.cells.items()}
            self._changed[model_row] = Row(model_row, model.tag, blank, model.rest)
            self.replaced_formula |= any(cell.has_formula for cell in model.cells.values())
            return Growth(self.name, model_row, 0)
        growth = Growth(self.name, model_row, len(rows) - 1)
        block = self._clones(model, rows, heights, growth, 0)
        self._splice(growth, b"".join(block), keep_model=False)
        return growth

    def append(self, after_row: int, rows: Sequence[Mapping[int, Value]], heights: Heights = ()) -> Growth:
        """Insert rows below one whose look and formulas, but not values, they copy."""
        model = self._model(after_row)
        growth = Growth(self.name, after_row, len(rows))
        if not rows:
            return growth
        cells = {
            column: cell if cell.has_formula else self._blank(after_row, column, cell)
            for column, cell in model.cells.items()
        }
        block = self._clones(Row(after_row, model.tag, cells, model.rest), rows, heights, growth, 1)
        self._splice(growth, b"".join(block), keep_model=True)
        return growth

    def _model(self, number: int) -> Row:
        model = self._found_row(number)
        if model is None:
            raise BookError("no_row", f"{self.name}: {number}")
        return model

    def _clones(
        self, model: Row, rows: Sequence[Mapping[int, Value]], heights: Heights, growth: Growth, first: int
    ) -> list[bytes]:
        if growth.row + growth.count > LAST_ROW:
            raise ValueError(f"no room for {len(rows)} rows below {growth.row}")
        tags = _row_tags(with_attribute(model.tag, "spans", None))
        copies = {column: _pattern(cell, growth, original=False) for column, cell in model.cells.items()}
        originals = {column: _pattern(cell, growth, original=True) for column, cell in model.cells.items()}
        known = sorted(model.cells)
        # nearly all cells of a filled block are texts in the model's columns: what they share is made once
        heads = {column: _text_head(column, cell.style) for column, cell in model.cells.items()}
        block = []
        for index, values in enumerate(rows):
            number = model.number + first + index
            height = heights[index] if index < len(heights) else None
            pieces = [tags[0] % number if height is None else tags[1] % (number, f"{height:g}".encode())]
            patterns = copies if first + index else originals
            for column in known if values.keys() <= model.cells.keys() else sorted({*known, *values}):
                value = values.get(column, _KEPT)
                if value is _KEPT:
                    pieces.append(at(patterns[column], first + index))
                elif type(value) is str and value and column in heads:
                    start, end = heads[column]
                    text = f'{start}{number}{end} t="inlineStr"><is>{text_element(value)}</is></c>'
                    pieces.append(text.encode())
                else:
                    style = model.cells[column].style if column in model.cells else self._default_style(model, column)
                    pieces.append(self._cell(number, column, style, value))
            block.append(b"".join((*pieces, model.rest, b"</row>")))
        self.replaced_formula |= any(cell.has_formula for cell in model.cells.values())
        return block

    def _splice(self, growth: Growth, block: bytes, *, keep_model: bool) -> None:
        self.xml()
        rows, index = self._rows, self._rows.position(growth.row)
        start, end = rows.starts[index], rows.after(index)
        above = rows.xml[rows.start : start]
        model = rows.xml[start:end] if keep_model else b""
        below = rows.xml[end : rows.end]
        if growth.count:
            if self.has_formulas:
                above, below = (grow_formulas(part, growth, self.name) for part in (above, below))
                self.replaced_formula = True
                model = pattern(model, growth, original=True).replace(b"\0", b"")
            below = renumber(below, growth.count)
        head, tail = rows.xml[: rows.start], rows.xml[rows.end :]
        if growth.count:
            head, tail = grow_around(head, growth), grow_around(tail, growth)
        self._load(b"".join((head, above, model, block, below, tail)))

    def _cell(self, row: int, column: int, style: int, value: Value) -> bytes:
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            raise ValueError(f"no such cell: row {row}, column {column}")
        if isinstance(value, date):
            style = self._restyle(style, value)
        return cell_xml(f"{column_letter(column)}{row}", style, value, from_1904=self._from_1904)

    def _blank(self, row: int, column: int, cell: Cell) -> Cell:
        return parse_cell(self._cell(row, column, cell.style, None))

    def _found_row(self, number: int) -> Row | None:
        if number in self._changed:
            return self._changed[number]
        index = self._rows.position(number)
        return parse_row(self._rows.chunk(index), number) if index >= 0 else None

    def _row(self, number: int) -> Row:
        return self._found_row(number) or Row(number, b'<row r="%d">' % number)

    def _default_style(self, row: Row | None, column: int) -> int:
        if row is not None and row.style is not None:
            return row.style
        if self._default_styles is None:
            tags = _COLUMN.findall(self._rows.xml, 0, self._rows.start)
            parts = [[int(attribute(tag, key) or 0) for key in ("min", "max", "style")] for tag in tags]
            self._default_styles = [(first, last, style) for first, last, style in parts]
        return next((style for first, last, style in self._default_styles if first <= column <= last), 0)

    def _check(self, row: int, column: int, cell: Cell) -> None:
        start = _FORMULA_START.search(cell.inner)
        ref = attribute(start[0], "ref") if start else None
        if ref and not area(ref).single and area(ref).first != area(ref).last:
            raise BookError("unsupported", f"{self.name}: the formula of {ref} begins in this cell")
        if self._arrays is None:
            found = _ARRAY.findall(self._original) if self.has_formulas else []
            self._arrays = [area(extent) for tag in found if ":" in (extent := attribute(tag, "ref") or "")]
        for one in self._arrays:
            if one.first.row <= row <= one.last.row and one.first.column <= column <= one.last.column:
                raise BookError("unsupported", f"{self.name}: part of the array {one.text()}")

    def _widened(self, xml: bytes) -> bytes:
        if not self._corner[0]:
            return xml
        match = _DIMENSION.search(xml, 0, self._rows.start)
        old = area(attribute(match[0], "ref") or "A1") if match else None
        if not match or not old or not old.first.row or not old.first.column:
            return xml
        rows = (min(old.first.row, min(self._changed)), max(old.last.row, self._corner[0]))
        lowest = min(min(row.cells) for row in self._changed.values() if row.cells)
        columns = (min(old.first.column, lowest), max(old.last.column, self._corner[1]))
        ref = Area(Corner(columns[0], rows[0]), Corner(columns[1], rows[1]), False).text()
        return xml[: match.start()] + with_attribute(match[0], "ref", ref) + xml[match.end() :]


def parse_cell(xml: bytes) -> Cell:
    """A cell from its own XML."""
    end = xml.index(b">") + 1
    return Cell(xml, int(attribute(xml[:end], "s") or 0), xml[end : -len(b"</c>")] if xml[end - 2] != 47 else b"")


def _text_head(column: int, style: int) -> tuple[str, str]:
    return f'<c r="{column_letter(column)}', f'" s="{style}"' if style else '"'


def _row_tags(tag: bytes) -> tuple[bytes, bytes]:
    """The tag of a clone as a pattern for its number, and as one for its number and a height of its own."""
    numbered = with_attribute(tag, "r", "\0").replace(b"%", b"%%").replace(b"\0", b"%d", 1)
    # without customHeight Excel goes on fitting the row to what is typed into it
    plain = with_attribute(with_attribute(numbered, "customHeight", None), "ht", None)
    return numbered, plain[:-1] + b' ht="%s">'


def _pattern(cell: Cell, growth: Growth, *, original: bool) -> list[bytes]:
    end = cell.xml.index(b">") + 1
    ref = attribute(cell.xml[:end], "r") or ""
    letters = ref.rstrip("0123456789")
    tag = cell.xml[:end].replace(ref.encode(), f"{letters}\0{ref[len(letters) :]}\0".encode(), 1)
    rest = pattern(cell.xml[end:], growth, original=original) if cell.has_formula else cell.xml[end:]
    return (tag + rest).split(b"\0")

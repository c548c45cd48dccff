"""One sheet under edit: cells written, rows cloned, everything else left as it was."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from xlsx.around import column_styles, column_widths, grow_around, widen_dimension
from xlsx.cells import LAST_ROW, Value, cell_xml, check_place, column_letter, content_xml
from xlsx.clones import Heights, clones
from xlsx.errors import BookError
from xlsx.groups import arrays, dissolved, fragile, headed
from xlsx.markup import attribute, with_attribute
from xlsx.puts import Put, Restyle, patched
from xlsx.ranges import Growth, grow_formulas, pattern
from xlsx.references import Area, Corner
from xlsx.row import Cell, Row, fitted, parse_row
from xlsx.rows import Rows, renumber


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
        self._puts: dict[int, dict[int, Put]] = {}  # by row and column; only of rows that are not in _changed
        self._fits: dict[int, float] = {}  # heights of rows that are in _puts
        self._changed: dict[int, Row] = {}
        self._arrays: list[Area] | None = None
        self._default_styles: list[tuple[int, int, int]] | None = None
        self._added: list[Corner] = []

    @property
    def _rows(self) -> Rows:
        if self._index is None:
            self._index = Rows(self._original)
        return self._index

    @property
    def has_formulas(self) -> bool:
        """Whether any cell holds a formula."""
        if self._formulas is None:
            self._formulas = self._rows.has(b"f", b"</f>")
        return self._formulas or self.replaced_formula

    def xml(self) -> bytes:
        """The sheet as edited; the very bytes read when nothing was."""
        if self._puts or self._changed:
            changed = self._patched() | {number: row.xml for number, row in self._changed.items()}
            self._load(widen_dimension(self._rows.replaced(changed), self._rows.start, self._added))
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
            self._load(self.xml()[: self._rows.end] + tail)

    def style(self, row: int, column: int) -> int:
        """The style a cell has, or would get from its row or column."""
        found = self._found_row(row)
        cell = found.cell(column) if found else None
        return cell.style if cell else self._default_style(found, column)

    def formula(self, row: int, column: int) -> str | None:
        """The text of the formula in a cell, None where it has none of its own."""
        found = self._found_row(row)
        cell = found.cell(column) if found else None
        return cell.formula if cell else None

    def styled(self, styles: set[int]) -> list[tuple[int, int, int]]:
        """Row, column and style of the cells that have one of some styles."""
        self.xml()
        found = []
        for number, chunk in self._rows:
            for column, cell in parse_row(chunk, number).cells.items():
                if (style := cell.style) in styles:
                    found.append((number, column, style))
        return found

    def put(self, row: int, column: int, value: Value) -> None:
        """Write one cell, keeping its style; most are only noted, and written together with the others of their row."""
        if row in self._changed or self._array_ranges():
            self._put(row, column, value)
            return
        check_place(row, column)
        content = content_xml(value, from_1904=self._from_1904)
        self.replaced_formula |= b"<f>" in content
        self._puts.setdefault(row, {})[column] = value, content

    def _put(self, row: int, column: int, value: Value, style: int | None = None) -> None:
        target = self._row(row)
        old = target.cell(column)
        if style is None:
            style = old.style if old else self._default_style(target, column)
        xml = self._cell(row, column, style, value)
        if old or value is not None:  # some programs write only an array's first cell
            self._check(row, column)
        if old:
            if old.has_formula:
                self.replaced_formula = True
                if self._dissolve({headed(old.xml)}):
                    target = self._row(row)
        else:
            target.tag = with_attribute(target.tag, "spans", None)
            self._added.append(Corner(column, row))
        self.replaced_formula |= b"<f>" in xml
        target.put(column, xml)
        self._changed[row] = target

    def restyle(self, row: int, column: int, style: int) -> None:
        """Give a cell another style and keep what it holds."""
        target = self._row(row)
        cell = target.cell(column)
        if cell is None:
            self._put(row, column, None, style)
            return
        end = cell.xml.index(b">") + 1
        tag = with_attribute(cell.xml[:end], "s", str(style) if style else None)
        target.put(column, tag + cell.xml[end:])
        self._changed[row] = target

    def look_like(self, row: int, model_row: int) -> None:
        """Give a row the styles and height of another one, and keep what it holds."""
        model, own = self._model(model_row), self._row(row)
        for column, cell in model.cells.items():
            old = own.cell(column)
            if old is None or old.style != cell.style:
                self.restyle(row, column, cell.style)
        height = attribute(model.tag, "ht")
        if height and not attribute(own.tag, "ht"):
            self.fit(row, float(height))

    def fit(self, row: int, height: float) -> None:
        """Set the height of a row, unless a person has fixed it or the row is not there."""
        if row in self._puts:
            self._fits[row] = height
        elif found := self._found_row(row):
            found.tag = fitted(found.tag, height)
            self._changed[row] = found

    def widths(self) -> Mapping[int, float]:
        """Width in characters of every column that has its own; hidden ones are left out."""
        return column_widths(self._rows.xml, self._rows.start)

    def fill(self, model_row: int, rows: Sequence[Mapping[int, Value]], heights: Heights = ()) -> Growth:
        """Replace the model row by clones of it; with no rows it stays, emptied of values."""
        growth = Growth(self.name, model_row, max(len(rows) - 1, 0))
        model = self._model(model_row)
        if self._ungroup(growth, model, rows[0] if rows else model.cells):
            model = self._model(model_row)
        if not rows:
            blank = {column: self._blank(model_row, column, cell) for column, cell in model.cells.items()}
            self._changed[model_row] = model.with_cells(blank)
            self.replaced_formula |= any(cell.has_formula for cell in model.cells.values())
            return growth
        block = self._clones(model, rows, heights, growth, 0)
        self._splice(growth, b"".join(block), keep_model=False)
        return growth

    def append(self, after_row: int, rows: Sequence[Mapping[int, Value]], heights: Heights = ()) -> Growth:
        """Insert rows below one whose look and formulas, but not values, they copy."""
        model = self._model(after_row)
        growth = Growth(self.name, after_row, len(rows))
        if not rows:
            return growth
        if self._ungroup(growth, model, ()):
            model = self._model(after_row)
        cells = {
            column: cell if cell.has_formula else self._blank(after_row, column, cell)
            for column, cell in model.cells.items()
        }
        block = self._clones(model.with_cells(cells), rows, heights, growth, 1)
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

        def cell(row: int, column: int, style: int | None, value: Value) -> bytes:
            return self._cell(row, column, self._default_style(model, column) if style is None else style, value)

        self.replaced_formula |= any(cell.has_formula for cell in model.cells.values())
        return clones(model, rows, heights, growth, first, cell)

    def _splice(self, growth: Growth, block: bytes, *, keep_model: bool) -> None:
        self.xml()
        rows = self._rows
        above, model, below = rows.parted(growth.row)
        if not keep_model:
            model = b""
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
        check_place(row, column)
        if isinstance(value, date):
            style = self._restyle(style, value)
        return cell_xml(f"{column_letter(column)}{row}", style, value, from_1904=self._from_1904)

    def _blank(self, row: int, column: int, cell: Cell) -> Cell:
        return Cell(self._cell(row, column, cell.style, None))

    def _found_row(self, number: int) -> Row | None:
        if puts := self._puts.pop(number, None):
            if chunk := self._patch(number, puts):
                self._changed[number] = parse_row(chunk, number)
            else:
                for column, (value, _) in puts.items():
                    self._put(number, column, value)
                if number in self._fits:
                    self.fit(number, self._fits.pop(number))
        return self._changed.get(number) or self._rows.get(number)

    def _patched(self) -> dict[int, bytes]:
        """The rows with noted values; those that take more than replacing cells are put among the changed ones."""
        found = {number: self._patch(number, puts) for number, puts in self._puts.items()}
        odd = [number for number, chunk in found.items() if chunk is None]
        for number in odd:
            self._found_row(number)
        # a row among them may have been the reason to write all of them
        return self._patched() if odd else {number: chunk for number, chunk in found.items() if chunk is not None}

    def _patch(self, number: int, puts: Mapping[int, Put]) -> bytes | None:
        start, end = self._rows.span(number)
        found = patched(self._rows.xml[start:end], number, puts, self._restyle)
        if found is None:
            return None
        chunk, formulas = found
        self.replaced_formula |= formulas
        if number in self._fits:
            end = chunk.index(b">") + 1
            chunk = fitted(chunk[:end], self._fits[number]) + chunk[end:]
        return chunk

    def _row(self, number: int) -> Row:
        return self._found_row(number) or Row(number, b'<row r="%d">' % number)

    def _default_style(self, row: Row | None, column: int) -> int:
        if row is not None and row.style is not None:
            return row.style
        if self._default_styles is None:
            self._default_styles = column_styles(self._rows.xml, self._rows.start)
        return next((style for first, last, style in self._default_styles if first <= column <= last), 0)

    def _check(self, row: int, column: int) -> None:
        for one in self._array_ranges():
            if one.covers(row, column):
                raise BookError("unsupported", f"{self.name}: part of the array {one.text()}")

    def _array_ranges(self) -> list[Area]:
        if self._arrays is None:
            rows = self._rows
            some = rows.has(b"y", b"array") or rows.has(b"b", b"dataTable")
            self._arrays = arrays(rows.xml[rows.start : rows.end]) if some else []
        return self._arrays

    def _ungroup(self, growth: Growth, model: Row, lost: Iterable[int]) -> bool:
        """Dissolve what would mean something else after the growth, or loses its first cell; whether there was any."""
        for one in self._array_ranges():
            if one.first.row <= growth.row < one.last.row:
                raise BookError("unsupported", f"{self.name}: rows inside the array {one.text()}")
        heads = {headed(cell.xml) for column, cell in model.cells.items() if column in frozenset(lost)}
        shared = self._rows.has(b"shared") or any(heads)
        return self._dissolve(heads | fragile(self.xml(), growth, self.name)) if shared else False

    def _dissolve(self, numbers: set[str] | set[str | None]) -> bool:
        found = {number for number in numbers if number is not None}
        if found:
            self._load(dissolved(self.xml(), found))
        return bool(found)

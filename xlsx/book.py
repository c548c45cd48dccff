"""The workbook editor: bytes in, a few changes, bytes out with everything else as it was."""

from collections.abc import Mapping, Sequence

from xlsx import arrange, follow, marks, sheets
from xlsx.cells import Value, column_letter, split_ref
from xlsx.clones import Heights
from xlsx.errors import BookError
from xlsx.package import Package
from xlsx.parts import Parts
from xlsx.ranges import Growth
from xlsx.references import target
from xlsx.styles import Styles
from xlsx.workbook import State, Workbook
from xlsx.worksheet import Worksheet


class Book:
    """An .xlsx or .xlsm workbook under edit.

    Rows and columns count from 1. Every method raises BookError("no_sheet") for an unknown sheet and
    BookError("unsupported") where an edit could damage the file; the book is then to be thrown away.
    """

    def __init__(self, data: bytes):
        self._package = Package(data)
        self._parts = Parts(self._package)
        self._workbook = Workbook(self._package, self._parts)
        self._worksheets: dict[str, Worksheet] = {}
        self._styles_now: Styles | None = None
        self._recalculate = False
        self._written: dict[str, dict[tuple[int, int], Value] | None] = {}
        self._rebuilt = False

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of all sheets, in the order of their tabs."""
        return self._workbook.sheets

    def state(self, sheet: str) -> State:
        """Whether a sheet is "visible", "hidden" or "veryHidden"."""
        return self._workbook.state(sheet)

    def set_state(self, sheet: str, state: State) -> None:
        """Show or hide a sheet; if the one shown on opening is hidden, the first visible one takes over."""
        self._workbook.set_state(sheet, state)
        if state != "visible" and self._workbook.active == self._workbook.index(sheet):
            self.activate(next(name for name in self.sheets if self.state(name) == "visible"))

    def names(self) -> Mapping[str, str]:
        """Names defined for the whole book, with their formulas (no "=")."""
        return self._workbook.names()

    def define(self, name: str, formula_text: str, hidden: bool = True) -> None:
        """Create or replace a name for the whole book; a text constant needs its quotes."""
        self._workbook.define(name, formula_text, hidden=hidden)

    def undefine(self, name: str) -> None:
        """Remove a name of the whole book; an absent one is fine."""
        self._workbook.undefine(name)

    def admit_macros(self) -> None:
        """Make an .xlsx one that may hold macros: Excel opens it only under a name that ends in .xlsm."""
        self._workbook.admit_macros()

    def put(self, sheet: str, ref: str, value: Value) -> None:
        """Write one cell. Its style stays; only a date in a cell without number format gets one."""
        self._put(self._worksheet(sheet), *split_ref(ref), value)

    def put_row(self, sheet: str, row: int, values: Mapping[int, Value]) -> None:
        """Write cells of one row, by column number, as `put` does."""
        worksheet = self._worksheet(sheet)
        for column, value in values.items():
            self._put(worksheet, row, column, value)

    def written(self, sheet: str) -> Mapping[tuple[int, int], Value] | None:
        """The values put into a sheet's cells, by row and column; None where rows or sheets came, went or moved."""
        return None if self._rebuilt else self._written.get(sheet, {})

    def formula(self, sheet: str, ref: str) -> str | None:
        """A cell's own formula without "=", None where there is none or it is part of an array or shared one."""
        return self._worksheet(sheet).formula(*split_ref(ref))

    def put_name(self, name: str, value: Value) -> None:
        """Write the one cell that a workbook-level name points to. BookError("no_name") if there is none."""
        formula = {key.casefold(): text for key, text in self.names().items()}.get(name.casefold())
        found = target(formula) if formula else None
        if found is None:
            raise BookError("no_name", name)
        sheet, area = found
        if area.first != area.last or not (area.first.row and area.first.column):
            raise BookError("no_name", f"{name} is not one cell: {formula}")
        self._put(self._worksheet(sheet), area.first.row, area.first.column, value)

    def fill(self, sheet: str, model_row: int, rows: Sequence[Mapping[int, Value]], heights: Heights = ()) -> None:
        """Replace a model row by one clone of it for each of `rows` (column number → value).

        Clones take over height, styles, hidden cells, merges, rules and formulas; rows below move down and
        ranges that end at the model row widen. `heights` are in points, None as the model. With no rows the
        model row stays, empty. BookError("no_row") if the sheet does not have the row.
        """
        self._grown(self._worksheet(sheet).fill(model_row, rows, heights))

    def append(self, sheet: str, after_row: int, rows: Sequence[Mapping[int, Value]], heights: Heights = ()) -> None:
        """Insert rows below `after_row`, which lends its look and formulas but not its values."""
        self._grown(self._worksheet(sheet).append(after_row, rows, heights))

    def widths(self, sheet: str) -> Mapping[int, float]:
        """Width in characters of the sheet's visible columns that have their own, by column number."""
        return self._worksheet(sheet).widths()

    def fit(self, sheet: str, row: int, height: float) -> None:
        """Set a row's height in points as Excel's own fitting would; one that a person fixed stays."""
        self._worksheet(sheet).fit(row, height)

    def look_like(self, sheet: str, row: int, model_row: int) -> None:
        """Give a row that a person began below a block the look of the block's rows."""
        self._worksheet(sheet).look_like(row, model_row)

    def look(self, sheet: str, ref: str, like: str) -> None:
        """Give a cell the style of another cell of its sheet, and keep what it holds."""
        worksheet = self._worksheet(sheet)
        worksheet.restyle(*split_ref(ref), worksheet.style(*split_ref(like)))

    def print_area(self, sheet: str, area: str) -> None:
        """Print only this range of a sheet, such as "A1:K5"; it widens with the rows."""
        first, _, last = area.partition(":")
        corners = [split_ref(ref) for ref in (first, last)]
        text = ":".join(f"${column_letter(column)}${row}" for row, column in corners)
        index = self._workbook.index(sheet)
        quoted = self.sheets[index].replace("'", "''")
        self._workbook.define("_xlnm.Print_Area", f"'{quoted}'!{text}", hidden=False, local=index)

    def arrange(self, sheet: str, key_row: int, columns: Sequence[arrange.Column]) -> None:
        """Rebuild a template sheet's columns from its prototypes.

        `key_row` holds the prototypes' keys, the next row the headers, the one after it the model row. Each
        new column takes width, styles, formulas and rules from its prototype. BookError("no_name") for a
        prototype the template does not have.
        """
        self._rebuilt = True
        worksheet = self._worksheet(sheet)
        name = worksheet.name
        plan = arrange.plan(worksheet.xml(), self._strings(), key_row, columns)
        worksheet.replace(arrange.arranged(worksheet.xml(), name, plan, columns))
        self._flush()
        follow.columns(self._parts, self._workbook, name, lambda text: plan.outside(text, name))
        self._workbook.drop_calculation_chain()
        self._worksheets.clear()

    def copy_sheet(self, source: str, name: str, *, before: str | None = None) -> None:
        """Add a copy of a sheet, with its local names, before another sheet or at the end.

        BookError("unsupported") for a sheet with drawings, tables, comments or the like.
        """
        self._rebuilt = True
        self._flush()
        sheets.copy(self._parts, self._workbook, source, name, before)

    def rename_sheet(self, old: str, new: str) -> None:
        """Give a sheet another name; formulas, rules, names, links and charts follow."""
        self._rebuilt = True
        self._flush()
        follow.rename(self._parts, self._workbook, self.sheets[self._workbook.index(old)], new)
        self._worksheets.clear()

    def remove_sheet(self, sheet: str) -> None:
        """Remove a sheet with all that only it uses; references to it become #REF!.

        ValueError for the last visible sheet.
        """
        self._rebuilt = True
        self._flush()
        part, active = self._workbook.sheet_part(sheet), self._workbook.active
        shown = self._workbook.index(sheet) == active
        follow.remove(self._parts, self._workbook, self.sheets[self._workbook.index(sheet)])
        self._workbook.remove_sheet(sheet)
        self._parts.discard(self._workbook.part, part)
        self._worksheets.clear()
        self._workbook.drop_calculation_chain()
        self._recalculate = self._recalculate or self._any_formulas(sheet)
        if shown:
            self.activate(next(name for name in self.sheets if self.state(name) == "visible"))

    def add_sheet(
        self,
        name: str,
        rows: Sequence[Sequence[Value]],
        *,
        first: bool = False,
        widths: Sequence[float] = (),
        header_rows: int = 1,
        links: Mapping[str, str] | None = None,
    ) -> None:
        """Add a plain sheet: header in bold on grey and frozen, wrapped text, A4 landscape, one page wide.

        `widths` are in characters; `links` maps a cell to a place in the book such as "'任务填报'!H7".
        """
        self._rebuilt = True
        self._flush()
        look = sheets.Look(self._styles(), from_1904=self._workbook.from_1904)
        xml = sheets.plain(rows, look, widths=widths, header_rows=header_rows, links=links or {})
        sheets.add(self._parts, self._workbook, name, xml, 0 if first else len(self.sheets), header_rows)

    def mark(self, sheet: str, ref: str, note: str, *, colour: str = "FFC7CE") -> None:
        """Colour a cell (RRGGBB) and hang a note on it; a second note joins the first.

        Where people discuss a cell (threaded comments), newer Excel shows the colour and their discussion alone.
        """
        row, column = split_ref(ref)
        marks.mark(self._parts, self._workbook, self._styles(), self._worksheet(sheet), (row, column), note, colour)

    def note(self, sheet: str, ref: str, text: str | None) -> None:
        """Hang a plain note on a cell in place of our last one; None takes it off. People's own notes stay."""
        worksheet = self._worksheet(sheet)
        marks.note(self._parts, self._workbook.sheet_part(sheet), worksheet, split_ref(ref), text)

    def clear_marks(self) -> None:
        """Take off every note and colour that `mark` put on, also after the file was saved by Excel."""
        self._flush()
        marks.clear(self._parts, self._workbook, self._styles(), self._worksheet)

    def activate(self, sheet: str) -> None:
        """Open the book on this sheet, and select it alone. ValueError for a hidden one."""
        self._flush()
        self._workbook.activate(sheet)
        sheets.select(self._parts, self._workbook, sheet)
        self._worksheets.clear()

    def save(self) -> bytes:
        """The workbook as edited; exactly the input when nothing was."""
        self._flush()
        if self._recalculate:
            self._workbook.recalculate()
            self._recalculate = False
        self._parts.flush()
        return self._package.save()

    def _put(self, worksheet: Worksheet, row: int, column: int, value: Value) -> None:
        worksheet.put(row, column, value)
        written = self._written.setdefault(worksheet.name, {})
        if written is not None:
            written[row, column] = value

    def _worksheet(self, sheet: str) -> Worksheet:
        if sheet in self._worksheets:
            return self._worksheets[sheet]
        name = self.sheets[self._workbook.index(sheet)]
        if name not in self._worksheets:
            xml = self._package.read(self._workbook.sheet_part(name))
            from_1904 = self._workbook.from_1904
            self._worksheets[name] = Worksheet(name, xml, self._restyle, from_1904=from_1904)
        return self._worksheets[name]

    def _restyle(self, style: int, value: Value) -> int:
        return self._styles().for_value(style, value)

    def _styles(self) -> Styles:
        if self._styles_now is None:
            self._styles_now = Styles(self._parts, self._workbook.part)
        return self._styles_now

    def _strings(self) -> list[str]:
        part = self._parts.related(self._workbook.part, "sharedStrings")
        return arrange.shared_strings(self._parts.tree(part)) if part else []

    def _grown(self, growth: Growth) -> None:
        self._written[growth.sheet] = None
        if growth.count:
            self._flush()
            follow.grow(self._parts, self._workbook, growth)
            self._worksheets = {growth.sheet: self._worksheets[growth.sheet]}

    def _flush(self) -> None:
        """Write edited sheets into the package, and note what Excel has to compute anew."""
        for name, worksheet in self._worksheets.items():
            xml = worksheet.edited()
            if xml is None:
                continue
            self._package.write(self._workbook.sheet_part(name), xml)
            if not (self._recalculate or self._workbook.recalculates):
                self._recalculate = worksheet.has_formulas or self._any_formulas(name)
            if worksheet.replaced_formula:
                self._workbook.drop_calculation_chain()

    def _any_formulas(self, but: str) -> bool:
        if self._parts.related(self._workbook.part, "calcChain"):
            return True
        worksheets = self._workbook.worksheets().items()
        parts = sorted((part for name, part in worksheets if name != but), key=self._package.size)
        return any(self._package.holds(part, b"</f>") for part in parts)

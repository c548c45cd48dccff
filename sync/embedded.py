"""A master whose computed cells are formulas: the add-in's function, or the native rule where it cannot be reached.

`ducha addin embed` makes a master so, and a hidden name says that it is. Whoever then writes a computed cell of sheet
指标 writes the formula with the result it knows, so that programs that do not calculate show the same as ever.
"""

from collections.abc import Mapping
from datetime import date

from ledger.cell import bare
from ledger.indicator import Indicator
from ledger.measures import Cells, formulas
from ledger.period import Period
from ledger.row import row_formula
from ledger.schema import Schema
from sync.master import Master
from sync.table import Row, Table, sheet_cells
from xlsx import Book, Formula, Value, column_letter

__all__ = ["as_formulas", "embed_formulas", "is_embedded"]

_NAME = "dc_embedded"
_CHECK, _TITLE = "check", "系统校验"
_READ = ("kind", "target", "measure", "actual", "as_of", "rate", "scheduled", "lead")


def is_embedded(book: Book) -> bool:
    """Whether the computed cells of this master are formulas."""
    return _NAME in book.names()


def embed_formulas(data: bytes, schema: Schema) -> bytes:
    """The master with its mark and with a column 系统校验 behind each annex; 指标 follows with the next publication."""
    master, book = Master(data, schema), Book(data)
    book.define(_NAME, "TRUE")
    cells = sheet_cells(data)
    for table in master.annexes.values():
        place = table.columns.get(_CHECK) or max(map(len, cells[table.sheet])) + 1
        letter, last = column_letter(place), column_letter(place - 1)
        book.put(table.sheet, f"{letter}{table.key_row}", _CHECK)
        book.put(table.sheet, f"{letter}{table.key_row + 1}", _TITLE)
        book.look(table.sheet, f"{letter}{table.key_row + 1}", like=f"{last}{table.key_row + 1}")
        # rows that are added later copy the formula of the row above
        for number in [row.number for row in table.rows if row.values["id"]] or [table.model_row]:
            book.put(table.sheet, f"{letter}{number}", Formula(_check_formula(schema, table, number, last)))
    return book.save()


def as_formulas(
    shown: Mapping[str, Value],
    table: Table,
    row: Row,
    indicator: Indicator,
    schema: Schema,
    period: Period,
    due: date | None,
) -> dict[str, Value]:
    """What an indicator's row shows, its computed cells as formulas; as it is where a column they need is gone."""
    if not set(_READ) <= set(table.columns):
        return dict(shown)
    at = {key: f"{column_letter(table.columns[key])}{row.number}" for key in _READ}
    cells = Cells(
        **{key: at[key] for key in ("actual", "target", "as_of", "rate", "scheduled", "lead")},
        due=f"({_day(due)})" if due else "",
    )
    native = formulas(indicator, cells, schema, period.end)
    figures = f"{at['kind']},{at['target']},{at['actual']}"
    days = f"{at['as_of']},{at['measure']},{_day(period.end)}" + (f",{_day(due)}" if due else "")
    texts = {
        "rate": f"IFERROR(DC_RATE({figures},{at['measure']}),{native.rate})",
        "scheduled": native.scheduled,
        "lead": native.lead,
        "light": f"IFERROR(DC_LIGHT({figures},{days}),{native.light})",
    }
    return {**shown, **{key: Formula(text, _result(shown[key])) for key, text in texts.items()}}


def _result(value: Value) -> str | float:
    return value if isinstance(value, str | float) else ""


def _day(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _check_formula(schema: Schema, table: Table, number: int, last: str) -> str:
    """Empty until somebody has reported; then what DC_CHECK says, or the same rule in the cell."""
    keys = [key for key in schema.owned("unit") if key in table.columns]
    at = {key: f"{column_letter(table.columns[key])}{number}" for key in [*keys, "last"] if key in table.columns}
    words = {key: _constant(schema.choices(key)) for key in keys if schema.choices(key)}
    native = row_formula(schema, {key: at[key] for key in keys}, words, reporter=True, last=at.get("last", ""))
    called = f"DC_CHECK($A${table.key_row}:${last}${table.key_row},$A{number}:${last}{number})"
    empty = f'IFERROR({bare("&".join(at[key] for key in keys))}="",FALSE)'
    return f'IF({empty},"",IFERROR({called},{native}))'


def _constant(words: tuple[str, ...]) -> str:
    escaped = (word.replace('"', '""') for word in words)
    return "{" + ",".join(f'"{word}"' for word in escaped) + "}"

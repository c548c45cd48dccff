"""Sheet 指标填报 of the unit workbook: one row an indicator, with the formulas that judge what is typed."""

from collections.abc import Iterator, Mapping
from datetime import date

from ledger.cell import bare
from ledger.indicator import KINDS, Indicator
from ledger.measures import Cells, formulas, number, number_formula, scheduled_formula
from ledger.period import Period
from ledger.schema import Schema
from sync.heights import row_height
from sync.identity import tag
from sync.records import Issue
from sync.table import Table
from xlsx import Book, Formula, Value, column_letter

__all__ = ["FIGURES", "as_indicator", "fill_figures"]

FIGURES = "指标填报"
_LEAST = 40.0  # points


def fill_figures(book: Book, table: Table, issue: Issue, key: str, schema: Schema) -> str:
    """Fill the template's ``table`` with the issue's indicators; returns the range of the column 系统校验.

    Without indicators the sheet is hidden and the range empty.
    """
    if not issue.indicators:
        book.set_state(FIGURES, "hidden")
        return ""
    end, first = Period.parse(issue.period).end, table.model_row
    rows = [
        dict(_row(table, first + place, name, locked, tag(key, issue.id, name), schema, end))
        for place, (name, locked) in enumerate(issue.indicators.items())
    ]
    widths = book.widths(FIGURES)
    texts = [{column: value for column, value in row.items() if isinstance(value, str)} for row in rows]
    # room for two lines of 系统校验, which nobody can foresee
    book.fill(FIGURES, first, rows, [max(_LEAST, row_height(row, widths)) for row in texts])
    book.put_name("dc_indicator_title", f"{issue.unit}{Period.parse(issue.period).label}量化指标填报")
    letter = column_letter(table.columns["check"])
    return f"'{FIGURES}'!${letter}${first}:${letter}${first + len(rows) - 1}"


def as_indicator(name: str, locked: Mapping[str, str]) -> Indicator:
    """The indicator that a row was issued for."""
    kind = next(kind for kind, word in KINDS.items() if word == locked["kind"])
    blank = Indicator(id=name, task=name.partition("#")[0], name=locked["name"], kind=kind, unit=locked["measure"])
    return blank.model_copy(update={"target": number(locked["target"])})


def _row(
    table: Table, row: int, name: str, locked: Mapping[str, str], mark: str, schema: Schema, end: date
) -> Iterator[tuple[int, Value]]:
    at = {key: f"{column_letter(column)}{row}" for key, column in table.columns.items()}
    indicator = as_indicator(name, locked)
    yield table.columns["tag"], mark
    for key, text in locked.items():
        if text:
            figure = number(text) if key in ("target", "last") else None
            yield table.columns[key], text if figure is None else float(figure)
    cells = Cells(at["actual"], at["target"], at["as_of"], at["rate"], at["scheduled"], at["lead"])
    for key, formula in formulas(indicator, cells, schema, end)._asdict().items():
        yield table.columns[key], Formula(formula)
    yield table.columns["check"], Formula(_check(indicator, at, schema, end))


def _check(indicator: Indicator, at: Mapping[str, str], schema: Schema, end: date) -> str:
    """What is wrong with the row in words; the same rules as `sync.check` applies on return."""
    actual, as_of = bare(at["actual"]), bare(at["as_of"])
    parts = []
    if indicator.kind == "stage":
        words = [stage.word for stage in schema.stages]
        known = "+".join(f'EXACT({actual},"{word}")' for word in words) or "0"
        parts.append(f'IF({actual}="","",IF({known}=0,"完成值请写{"、".join(words)}之一；",""))')
    elif indicator.kind != "text":
        figure = number_formula(at["actual"], in_percent=indicator.in_percent)
        parts.append(f'IF({actual}="","",IF({figure}="","完成值请只填数字；",""))')
    elapsed = scheduled_formula(at["as_of"], end.year, end)
    parts.append(f'IF({as_of}="","",IF({elapsed}="","截至日期请写成{end.isoformat()}这样的日期；",""))')
    return "&".join(parts)

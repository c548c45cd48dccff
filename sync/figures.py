"""Sheet 指标 of the master: reported figures merged, and what follows from them written as values."""

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.measures import day, number
from ledger.period import Period
from ledger.schema import Schema
from sync.cell_merge import CellMerge
from sync.embedded import as_formulas, is_embedded
from sync.indicators import COMPUTED, REPORTED, Listed, computed, judged
from sync.lists.writing import put_row
from sync.master import UNNAMED, Master
from sync.reported import Reported
from xlsx import Book, Value

__all__ = ["blank_figures", "show_figures"]


def blank_figures(book: Book, master: Master, figures: Sequence[Listed]) -> None:
    """A row that cannot be used any more, its target cleared, shows nothing that followed from it."""
    table, used = master.lists.get("indicators"), {item.row.number for item in figures}
    for row in table.rows if table else ():
        if table and row.number not in used:
            put_row(book, table, row, dict.fromkeys(COMPUTED))


def show_figures(
    book: Book,
    master: Master,
    figures: Sequence[Listed],
    merging: CellMerge,
    reported: Reported,
    who: Mapping[str, str | None],
    schema: Schema,
    period: Period,
    due: Mapping[str, date | None],
) -> None:
    """Bring every indicator's row up to date; computed cells are values, or formulas that hold theirs."""
    table, embedded = master.lists.get("indicators"), is_embedded(book)
    for item in figures if table else ():
        if table and item.row.number != table.model_row:
            book.look_like(table.sheet, item.row.number, table.model_row)
        indicator, unit = item.indicator, who[item.indicator.task]
        said = reported.figure(indicator.id, unit)
        texts = {key: merging.settle((indicator.id, key), said.values.get(key, ""), said.sources) for key in REPORTED}
        shown: dict[str, Value] = {"id": indicator.id, "source": indicator.source, "reporter": unit or UNNAMED}
        figure = number(texts["actual"])
        shown["actual"] = texts["actual"] or None if figure is None else float(figure)
        shown["as_of"] = day(texts["as_of"]) or texts["as_of"] or None
        stands = judged(indicator, texts, schema, period, due.get(indicator.task))
        # a cancelled indicator stays listed with its note, and has no light
        shown |= dict.fromkeys(COMPUTED) if indicator.ended else dict(computed(stands))
        shown["note"] = item.note or None
        if table and embedded and not indicator.ended:
            shown = as_formulas(shown, table, item.row, indicator, schema, period, due.get(indicator.task))
        if table:
            put_row(book, table, item.row, shown)

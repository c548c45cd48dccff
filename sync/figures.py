"""Sheet 指标 of the master: reported figures merged, and what follows from them written as values."""

from collections.abc import Mapping, Sequence

from ledger.measures import day, number
from ledger.period import Period
from ledger.schema import Schema
from sync.cell_merge import CellMerge
from sync.indicators import REPORTED, Listed, computed, judged
from sync.lists.writing import put_row
from sync.master import UNNAMED, Master
from xlsx import Book, Value

__all__ = ["Entries", "show_figures"]

Entries = Mapping[str, Mapping[str, Mapping[str, str]]]  # what was reported: id → unit → values by key


def show_figures(
    book: Book,
    master: Master,
    figures: Sequence[Listed],
    merging: CellMerge,
    entries: Entries,
    who: Mapping[str, str | None],
    schema: Schema,
    period: Period,
) -> None:
    """Bring every indicator's row up to date; computed cells are values, for not every program recalculates."""
    table = master.lists.get("indicators")
    for item in figures if table else ():
        if table and item.row.number != table.model_row:
            book.look_like(table.sheet, item.row.number, table.model_row)
        indicator, unit = item.indicator, who[item.indicator.task]
        said = entries.get(indicator.id, {}).get(unit or "", {})
        texts = {
            key: merging.settle((indicator.id, key), said.get(key, ""), [unit] if said and unit else [])
            for key in REPORTED
        }
        shown: dict[str, Value] = {"id": indicator.id, "source": indicator.source, "reporter": unit or UNNAMED}
        figure = number(texts["actual"])
        shown["actual"] = texts["actual"] or None if figure is None else float(figure)
        shown["as_of"] = day(texts["as_of"]) or texts["as_of"] or None
        shown |= dict(computed(judged(indicator, texts, schema, period)))
        if table:
            put_row(book, table, item.row, shown)

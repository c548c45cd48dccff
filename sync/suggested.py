"""Indicators that were read out of the tasks' texts: proposed once in sheet 指标建议, in force once the office says so.

The office may correct a proposal before it adopts it; in sheet 指标 it is then a row as if somebody had typed it. A
proposal that was declined or deleted does not come back.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from ledger.cell import cell_text
from ledger.indicator import KINDS
from ledger.indicators import as_indicator, targets
from ledger.measures import number
from ledger.task import Task, folded
from sync.choices import ADOPT, DECLINE
from sync.journal import Journal
from sync.lists.writing import Shown, add_rows, rewrite
from sync.master import Master
from sync.table import Row, Table
from xlsx import Book, Value

__all__ = ["show_suggested", "with_adopted"]

_READ = "suggested"  # the fact that names the tasks that were read
_MOVED = ("ref", "name", "kind", "target", "measure")
_FIGURE = ("ref", "kind", "target", "measure")


def with_adopted(master: Master) -> Master:
    """The master with adopted proposals in sheet 指标; they and the declined ones are gone from 指标建议.

    So are those that the office has typed into 指标 itself.
    """
    table, figures = master.lists.get("suggested"), master.lists.get("indicators")
    if not table or not figures:
        return master
    ours = _ours(table)
    typed = list(_typed(ours, figures))
    settled = [row for row in ours if row in typed or cell_text(row.values.get("decision")) in (ADOPT, DECLINE)]
    if not settled:
        return master
    book = Book(master.data)
    adopted = [row for row in settled if row not in typed and cell_text(row.values["decision"]) == ADOPT]
    rows = [{figures.columns[key]: _value(row, key) for key in _MOVED if key in figures.columns} for row in adopted]
    if rows:
        add_rows(book, figures, rows)
    rewrite(book, table, [row.values for row in ours if row not in settled], ours)  # type: ignore[misc]
    return master.after(book)


def _typed(ours: Sequence[Row], figures: Table) -> Iterator[Row]:
    """Proposals that stand in 指标: under the same name, or as the only one of the task with that figure."""
    told = {_said(row, "ref") for row in figures.rows}
    about = [row for row in ours if _said(row, "ref") in told]  # the others need no look
    names = {_said(row, "ref", "name") for row in figures.rows}
    values = {_said(row, *_FIGURE) for row in figures.rows}
    counted = Counter(_said(row, *_FIGURE) for row in about)
    for row in about:
        figure = _said(row, *_FIGURE)
        if _said(row, "ref", "name") in names or (figure in values and counted[figure] == 1):
            yield row


def show_suggested(book: Book, master: Master, table: Table, journal: Journal, year: int) -> None:
    """Propose what the texts of tasks want reached that were never read before; no task is read twice."""
    read = set(json.loads(journal.fact(_READ) or "[]"))
    fresh = [task for task in journal.tasks() if task.id not in read]
    if not fresh:
        return
    figures = master.lists.get("indicators")
    told = {cell_text(row.values["id"]).partition("#")[0] for row in figures.rows} if figures else set()
    standing = {_task(row) for row in _ours(table)}
    rows = list(_proposed([task for task in fresh if task.id not in told | standing and not task.ended], year))
    if rows:
        add_rows(book, table, [{table.columns[key]: value for key, value in row.items()} for row in rows])
    journal.set_fact(_READ, json.dumps(sorted(read | {task.id for task in fresh})))


def _proposed(tasks: Sequence[Task], year: int) -> Iterator[Shown]:
    for task in tasks:
        found = [one for one in targets(task.text, year) if one.value is not None and one.within(year)]
        for place, target in enumerate(found, 1):
            indicator = as_indicator(target, task.id, place)
            values: dict[str, Value] = {
                "id": f"{task.id}?{place}",
                "ref": task.exact,
                "words": target.said,
                "name": indicator.name,
                "kind": KINDS[indicator.kind],
                "target": float(indicator.target or 0),
                "measure": indicator.unit,
            }
            yield values


def _ours(table: Table) -> list[Row]:
    return [row for row in table.rows if _task(row)]


def _task(row: Row) -> str:
    return cell_text(row.values.get("id")).partition("?")[0]


def _said(row: Row, *keys: str) -> tuple[str, ...]:
    return tuple(folded(cell_text(row.values.get(key))) for key in keys)


def _value(row: Row, key: str) -> Value:
    text = cell_text(row.values.get(key))
    figure = number(text) if key == "target" else None
    return text or None if figure is None else float(figure)

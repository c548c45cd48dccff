"""Carrying what one master says over into another one, by the keys of its tables."""

from collections.abc import Mapping

from ledger.cell import cell_text
from sync.lists.writing import add_rows, put_row
from sync.master import Master
from sync.table import Row, Table
from sync.workspace import Workspace
from xlsx import Book, Value

__all__ = ["as_values", "carry_over"]

# lists in which people write, and the column by which a row is known; everything else in them, and in the other
# lists, is made from the journal
_KNOWN_BY: Mapping[str, str] = {
    "indicators": "id",
    "revisions": "id",
    "entered": "id",
    "conflicts": "id",
    "scores": "name",
    "roster": "name",
    "settings": "id",
}


def carry_over(workspace: Workspace, source: Master, target: Master) -> bytes:
    """``target`` with every cell of tasks and lists as ``source`` has it; rows that only the target has stay."""
    book = Book(target.data)
    for name, (_, row) in source.rows.items():
        if name in target.rows:
            place, standing = target.rows[name]
            put_row(book, place, standing, _shared(row, place))
    data = book.save()
    for name, key in _KNOWN_BY.items():
        there = Master(data, workspace.schema)
        if name in source.lists and name in there.lists:
            book = Book(data)
            _carry_list(book, source.lists[name], there.lists[name], key)
            data = book.save()
    # what the office has typed below its tasks comes last
    for table, row in source.typed:
        annex = Master(data, workspace.schema).annexes.get(table.annex or 0)
        if annex:
            book = Book(data)
            add_rows(book, annex, [{annex.columns[key]: value for key, value in _shared(row, annex).items()}])
            data = book.save()
    return data


def _carry_list(book: Book, source: Table, target: Table, key: str) -> None:
    standing = {cell_text(row.values.get(key)): row for row in target.rows}
    new = []
    for row in source.rows:
        values, name = _shared(row, target), cell_text(row.values.get(key))
        if name and name in standing:
            put_row(book, target, standing[name], values)
        else:
            new.append({target.columns[column]: value for column, value in values.items() if value is not None})
    if new:
        add_rows(book, target, new)


def _shared(row: Row, target: Table) -> dict[str, Value]:
    return {key: value for key, value in as_values(row).items() if key in target.columns}


def as_values(row: Row) -> dict[str, Value]:
    """A row's values as the editor writes them."""
    return {key: None if value == "" else value for key, value in row.values.items()}  # type: ignore[misc]

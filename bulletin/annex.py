"""An annex of the bulletin as rows of text: what is printed, before any Word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bulletin.text import cleaned
from ledger.schema import Annex, Schema
from ledger.snapshot import Line

__all__ = ["Head", "Row", "Table", "table"]

_ONCE = ("no", "project")  # said once a project; the sub-items that follow leave them blank


@dataclass(frozen=True, slots=True)
class Head:
    """A printed column; ``centred`` for names and figures, not for texts.

    ``leads`` is the key of the column whose text begins with this one's where both stand in one paragraph.
    """

    title: str
    width: float
    centred: bool
    key: str = ""
    leads: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row. A section or subsection has a single cell that spans the table.

    ``number`` is what a reference points to, empty where an earlier row has it already; ``joined`` are the columns
    that belong to the cell above, as if merged with it.
    """

    kind: Literal["section", "subsection", "task"]
    cells: tuple[str, ...]
    number: str = ""
    joined: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """An annex; a row's ``number`` stands at the start of its cell ``numbered``."""

    no: int
    name: str
    title: str
    heads: tuple[Head, ...]
    numbered: int
    rows: tuple[Row, ...]


def table(schema: Schema, annex: Annex, title: str, lines: Sequence[Line]) -> Table:
    """The annex with these lines, in their order."""
    return Table(
        no=annex.no,
        name=annex.name,
        title=title,
        heads=tuple(_head(schema, annex, key) for key in annex.keys),
        numbered=annex.keys.index("no" if "no" in annex.keys else "text"),
        rows=tuple(_rows(schema, annex, lines)),
    )


def _head(schema: Schema, annex: Annex, key: str) -> Head:
    column = schema.column(annex, key)
    return Head(cleaned(column.title), column.width, column.type != "text", key, column.leads)


def _rows(schema: Schema, annex: Annex, lines: Sequence[Line]) -> Iterator[Row]:
    section: str | None = None
    subsection: str | None = None
    above: tuple[int, str | None] | None = None
    numbers: set[int] = set()
    for line in lines:
        task = line.task
        if task.section != section:
            section, subsection, above = task.section, None, None
            yield from _heading("section", section)
        if task.subsection != subsection:
            subsection, above = task.subsection, None
            yield from _heading("subsection", subsection)
        follows = annex.has_projects and task.project is not None and above == (task.no, task.project)
        number = "" if task.no in numbers else str(task.no)
        yield _row(schema, annex, line, number, follows)
        above = (task.no, task.project)
        numbers.add(task.no)


def _heading(kind: Literal["section", "subsection"], text: str | None) -> Iterator[Row]:
    if text:
        yield Row(kind, (cleaned(text),))


def _row(schema: Schema, annex: Annex, line: Line, number: str, follows: bool) -> Row:
    blank = _ONCE if follows else ()
    cells = tuple("" if key in blank else _cell(schema, annex, line, key) for key in annex.keys)
    joined = (index for index, key in enumerate(annex.keys) if follows and _merged(schema, line, key))
    return Row("task", cells, number, frozenset(joined))


def _cell(schema: Schema, annex: Annex, line: Line, key: str) -> str:
    if schema.columns[key].owner != "task":
        return cleaned(line.values.get(key, ""))
    text = cleaned(line.task.cell(key))
    # An annex without a column for numbers prints them before the text, or no reference could be followed.
    return f"{line.task.no}.{text}" if key == "text" and (annex.number_in_text or "no" not in annex.keys) else text


def _merged(schema: Schema, line: Line, key: str) -> bool:
    """Whether a sub-item's cell belongs to the one above: the project's, or leaders and units the source merged."""
    inherited = line.task.inherited and schema.columns[key].type == "names" and not line.task.cell(key).strip()
    return key in _ONCE or inherited

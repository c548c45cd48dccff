"""Which annex a table is, told by its header row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger.schema import Annex, Schema
from ledger.sources.blocks import Cell, Row
from ledger.task import folded

__all__ = ["Layout", "Span", "fits", "labels", "spans", "titled"]

_LONGEST = 24  # characters of a header; longer cells are text
_BRACKETS = str.maketrans("（）：【】", "():[]")


@dataclass(frozen=True, slots=True)
class Span:
    """A cell with the columns it covers, ``end`` excluded."""

    start: int
    end: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Layout:
    """How the columns of one table are to be read: spans of the header by column key, the others in ``ignored``."""

    annex: Annex
    columns: Mapping[str, Span]
    width: int
    header: tuple[Span, ...]
    ignored: tuple[str, ...] = ()


def spans(row: Row) -> tuple[Span, ...]:
    """The cells that begin in a row, with the columns that each covers."""
    starts = [index for index, cell in enumerate(row) if not cell.merged_left]
    return tuple(Span(start, end, row[start]) for start, end in zip(starts, [*starts[1:], len(row)], strict=True))


def labels(row: Row, below: Row | None) -> Row:
    """The header that a row is, put together with the row below it where the two are one header.

    They are when some cells of ``row`` span several columns and the others reach down into ``below``.
    """
    if not below or len(below) != len(row) or not any(cell.merged_left for cell in row):
        return row
    if not any(cell.merged_above for cell in below):
        return row
    return tuple(
        top if low.merged_above else Cell(low.text or top.text, top.place) for top, low in zip(row, below, strict=True)
    )


def fits(row: Row, schema: Schema) -> list[Layout]:
    """The annexes that a header row fits best, all of them when several fit equally; empty when it is no header."""
    cells = spans(row)
    words = [_norm(span.cell.text) for span in cells]
    filled = [word for word in words if word]
    if len(filled) < 2 or max(map(len, filled)) > _LONGEST:
        return []
    scored = [(score, layout) for annex in schema.annexes for score, layout in _fit(cells, words, annex, schema)]
    best = max((score for score, _ in scored), default=0.0)
    return [layout for score, layout in scored if score == best]


def titled(text: str, annex: Annex) -> int:
    """How strongly a title names this annex: words of its ``headings``, then 附件N."""
    word = folded(text)
    hits = sum(2 for heading in annex.headings if folded(heading) in word)
    return hits or int(re.match(rf"[（(]?附[件表]{annex.no}(?!\d)", word) is not None)


def _fit(cells: Sequence[Span], words: Sequence[str], annex: Annex, schema: Schema) -> Iterator[tuple[float, Layout]]:
    columns = _assigned(words, annex, schema)
    own = [key for key in columns if key in annex.keys]
    strange = [key for key in columns if key not in annex.keys and key != "no"]
    if "text" not in columns or len(columns) < 2 or ("project" in columns) != annex.has_projects:
        return
    filled = sum(1 for word in words if word)
    if 2 * len(columns) < filled:
        return
    ignored = tuple(word for index, word in enumerate(words) if word and index not in columns.values())
    found = {key: cells[index] for key, index in columns.items()}
    score = len(own) - 0.5 * (len(annex.keys) - len(own)) - 0.5 * len(strange)
    yield 100 + score, Layout(annex, found, cells[-1].end, tuple(cells), ignored)


def _assigned(words: Sequence[str], annex: Annex, schema: Schema) -> dict[str, int]:
    """Column keys with the header cells that name them, the surest names first."""
    bids = sorted(
        bid
        for index, word in enumerate(words)
        if word
        for order, key in enumerate(dict.fromkeys([*annex.keys, "no", *schema.columns]))
        if key in schema.columns
        for bid in _bids(word, index, key, order, annex, schema)
    )
    columns: dict[str, int] = {}
    for *_, index, key in bids:
        if key not in columns and index not in columns.values():
            columns[key] = index
    return columns


def _bids(
    word: str, index: int, key: str, order: int, annex: Annex, schema: Schema
) -> Iterator[tuple[int, int, int, int, str]]:
    column = schema.column(annex, key)
    plain = re.sub(r"[(\[].*?[)\]]", "", word)
    for name in {_norm(column.title), _norm(schema.columns[key].title), *map(_norm, column.headers)}:
        if word == name:
            yield 0, -len(name), order, index, key
        elif plain == name:
            yield 1, -len(name), order, index, key
        elif key in annex.keys and len(name) > 2 and plain.endswith(name):
            yield 2, -len(name), order, index, key


def _norm(text: str) -> str:
    return folded(text).translate(_BRACKETS)

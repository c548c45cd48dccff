"""Units in a sheet: their standard names, and how many tasks each has by light."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import zip_longest

from addin.arguments import Cells
from ledger.cell import cell_text
from ledger.names import split_names
from ledger.roster import Roster, Unit
from ledger.task import folded

__all__ = ["standard_names", "tallies"]


def standard_names(names: Cells, aliases: Cells) -> Callable[[object], str]:
    """The function that gives a name's standard form by a roster in two columns; empty for an unknown name."""
    roster = Roster(
        units=tuple(
            Unit(name=name, aliases=tuple(also.replace("，", "、").split("、")))
            for name, also in zip_longest(_texts(names), _texts(aliases), fillvalue="")
            if name
        )
    )
    known: dict[str, str] = {}

    def standard(name: object) -> str:
        text = folded(cell_text(name))
        if text not in known:
            unit = roster.find(text) if text else None
            known[text] = unit.name if unit else ""
        return known[text]

    return standard


def tallies(units: Cells, lights: Cells, asked: Cells) -> Callable[[object, object], int | None]:
    """The function that counts a unit's tasks by light, all of them for an empty light; None for an empty unit."""
    known = {folded(text) for text in _texts(asked)} - {""}
    shared = {text: split_names(text, known, "units")[0] for text in set(_texts(units))}
    rows = zip_longest(_texts(units), _texts(lights), fillvalue="")
    counts = Counter((name, word) for text, light in rows for name in shared.get(text, ()) for word in {"", light})

    def tally(unit: object, light: object) -> int | None:
        name = folded(cell_text(unit))
        return counts[name, cell_text(light).removesuffix("灯")] if name else None

    return tally


def _texts(cells: Cells) -> Iterator[str]:
    """The first column's texts."""
    return (cell_text(row[0]) if row else "" for row in cells)

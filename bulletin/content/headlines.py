"""The headline indicators: how many are where they should be, and what the most important ones have reached.

The order of sheet 指标 is the office's order of importance. A figure that a finding of ledger/checks contradicts is
counted as 待核实 and not printed: a wrong figure does more harm than a missing one.
"""

from collections.abc import Mapping, Sequence

from bulletin.content.figures import AHEAD, phrase
from bulletin.content.said import Piece, Sentence, counted, listed
from bulletin.content.view import Item, View
from ledger.snapshot import Figure

__all__ = ["STANDINGS", "headlines", "standing_word"]

_GOOD, _BAD, _DISPUTED, _NONE = "达到进度要求", "落后", "待核实", "尚无可用数据"
STANDINGS = (_GOOD, _BAD, _DISPUTED, _NONE)


def standing_word(figure: Figure, item: Item) -> str:
    """Under which one of `STANDINGS` an indicator is counted."""
    light = figure.standing.light
    if light == "grey":
        return _NONE
    if item.disputed:
        return _DISPUTED
    return _GOOD if light in AHEAD else _BAD


def headlines(view: View) -> list[Sentence]:
    """One sentence with counts that add up, then those ahead and those behind, as many as the schema wants."""
    sorted_figures: dict[str, list[Figure]] = {word: [] for word in STANDINGS}
    for figure in view.snapshot.figures:
        sorted_figures[standing_word(figure, view.by_id[figure.indicator.task])].append(figure)
    if not view.snapshot.figures or not view.schema.document.headlines:
        return []
    said = [_counts(sorted_figures)]
    judged = [figure for figure in view.snapshot.figures if figure.indicator.kind != "text"]
    printable = {figure.indicator.id for word in (_GOOD, _BAD) for figure in sorted_figures[word]}
    first = [figure for figure in judged if figure.indicator.id in printable][: view.schema.document.headlines]
    for word in (_GOOD, _BAD):
        if chosen := [figure for figure in first if figure in sorted_figures[word]]:
            said.append(_told(view, word, chosen, whole=len(chosen) == len(sorted_figures[word])))
    return said


def _counts(found: Mapping[str, Sequence[Figure]]) -> Sentence:
    every = [figure.indicator.id for figures in found.values() for figure in figures]
    there = {word: [figure.indicator.id for figure in figures] for word, figures in found.items() if figures}
    if len(there) == 1:
        return Sentence(("列入台账的指标共", counted(every, "standing"), f"项，均{next(iter(there))}。"))
    parts: list[list[Piece]] = [[word, counted(rows, "standing"), "项"] for word, rows in there.items()]
    return Sentence(("列入台账的指标共", counted(every, "name"), "项，其中", *listed(parts), "。"))


def _told(view: View, word: str, figures: Sequence[Figure], *, whole: bool) -> Sentence:
    parts = [phrase(figure, view.end, view.by_id[figure.indicator.task].reference) for figure in figures]
    return Sentence((f"{word}的{'是' if whole else '主要有'}：", *listed(parts, "；"), "。"))

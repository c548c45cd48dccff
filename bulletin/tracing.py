"""Sheet 数据来源: every sentence, its figures, and in which cells of the annex workbook each of them stands."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bulletin.content import Cell, Content, Fact, Sentence
from bulletin.text import cleaned, new_figures
from ledger.wording import Wording, sentences

__all__ = ["Address", "Addresses", "disputed_rows", "traced_rows", "where"]

Address = tuple[str, str, int]  # sheet, column letter, row
Addresses = dict[Cell, Address]
_LONGEST = 2000  # characters of a sentence that are shown


def traced_rows(content: Content, addresses: Mapping[Cell, Address], wording: Wording) -> list[tuple[str, ...]]:
    """Chapter, sentence, figure, how it follows and from where; a sentence stands once, before its first figure.

    Of a sentence that the office words otherwise both are shown, and the figures that only the office knows.
    """
    rows: list[tuple[str, ...]] = []
    for chapter, drafted, sentence in content.sentences:
        if said := wording.of(drafted):
            found = [(_shown(fact.said), fact.how, cells) for fact, cells in _facts(sentence.facts, addresses)]
            rows += _below(chapter, _both(said, drafted, sentence), [*found, *_own(said, drafted)])
    for paragraph in (text for texts in wording.added.values() for text in texts):
        rows += _below("本办增写", _shown(paragraph), list(_own(paragraph, "")))
    return rows


def _below(chapter: str, sentence: str, found: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, ...]]:
    for place, row in enumerate(found):
        yield (*(("", "") if place else (chapter, sentence)), *row)


def _both(said: str, drafted: str, sentence: Sentence) -> str:
    text, changed = _shown(sentence.text), said != "".join(sentences(drafted))
    return f"{_shown(said)}\n（系统原句：{text}）" if changed else text


def _own(said: str, drafted: str) -> Iterator[tuple[str, str, str]]:
    """Figures that stand in the office's words and not in the draft."""
    return ((figure, "本办改定", "") for figure in new_figures(drafted, said))


def disputed_rows(content: Content) -> list[tuple[str, ...]]:
    """What contradicts the figures of tasks of which the text says nothing, or says that it is to be checked."""
    return [
        ("待核实" if not place else "", cleaned(item.message), "", "数字核查", "")
        for place, item in enumerate(content.disputed)
    ]


def where(cells: Sequence[Address]) -> str:
    """任务情况!H5:H9、H12: cells in a row of one column together, the sheet said once."""
    parts = []
    for sheet, found in groupby(cells, key=lambda cell: cell[0]):
        ranges = [f"{first}:{last}" if first != last else first for first, last in _ranges(list(found))]
        parts.append(f"{sheet}!{'、'.join(ranges)}")
    return "；".join(parts)


def _ranges(cells: Sequence[Address]) -> Iterator[tuple[str, str]]:
    start = 0
    for place, (_, column, row) in enumerate(cells):
        after = cells[place + 1] if place + 1 < len(cells) else None
        if after is None or after[1:] != (column, row + 1):
            yield f"{cells[start][1]}{cells[start][2]}", f"{column}{row}"
            start = place + 1


def _facts(facts: Sequence[Fact], addresses: Mapping[Cell, Address]) -> Iterator[tuple[Fact, str]]:
    for fact in facts:
        yield fact, where([addresses[cell] for cell in fact.cells])


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"

"""Tasks written as prose: a numbered paragraph, then labelled lines (``责任单位：…`` ``落实情况：…``)."""

import re
from collections.abc import Collection, Sequence

from ledger.sources.blocks import Block, Cell, Grid, Paragraph, Row

__all__ = ["narrative_grids"]

_ITEM = re.compile(r"\s*[（(]?\d{1,3}\s*(?:[.．、)）]\s*|(?=[一-鿿]))(?!\d)\S")
HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]+\s*[、.．]|[（(][一二三四五六七八九十]+[）)])")


def narrative_grids(blocks: Sequence[Block], labels: Collection[str], task: str) -> tuple[Block, ...]:
    """The blocks with every run of labelled items made a grid.

    ``labels`` are the words that may stand before a colon, ``task`` the title of the column for the numbered
    paragraph itself. The grid has a header row, one row an item, and one merged row a heading; prose without
    labels stays as it was.
    """
    words = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    form = re.compile(rf"\s*[【\[]?({words})[】\]]?\s*[:：]\s*")
    inline = re.compile(rf"(?<=[。；;\s])(?=[【\[]?(?:{words})[】\]]?\s*[:：])")
    done: list[Block] = []
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines = (
                [line for piece in block.text.split("\n") for line in inline.split(piece)] if labels else [block.text]
            )
            run += [Paragraph(line.strip(), block.place) for line in lines if line.strip()]
        else:
            done += [*_run(run, form, task), block]
            run = []
    return (*done, *_run(run, form, task)) if labels else tuple(blocks)


def _run(run: list[Paragraph], form: re.Pattern[str], task: str) -> list[Block]:
    kinds = _kinds(run, form)
    if "item" not in kinds:
        return list(run)
    first = kinds.index("item")
    while first and kinds[first - 1] == "heading":
        first -= 1
    titles = list(dict.fromkeys(found[1] for line in run if (found := form.match(line.text))))
    rows: list[list[str]] = []
    places: list[str] = []
    column = 0
    for line, kind in zip(run[first:], kinds[first:], strict=True):
        found = form.match(line.text)
        if kind != "text" and not (kind == "label" and rows):
            rows.append([line.text] + [""] * len(titles) if kind == "item" else [line.text])
            places.append(line.place)
            column = 0
        elif found and len(rows[-1]) > 1:
            column = titles.index(found[1]) + 1
            rows[-1][column] = "\n".join(filter(None, (rows[-1][column], line.text[found.end() :])))
        elif len(rows[-1]) > 1:
            rows[-1][column] += f"\n{line.text}"
    table = [_row([task, *titles], run[first].place, len(titles)), *map(_row, rows, places, [len(titles)] * len(rows))]
    return [*run[:first], Grid(tuple(table), run[first].place)]


def _row(texts: list[str], place: str, labels: int) -> Row:
    cells = tuple(Cell(text, place) for text in texts)
    return cells + (Cell("", place, merged_left=True),) * (labels + 1 - len(cells))


def _kinds(run: Sequence[Paragraph], form: re.Pattern[str]) -> list[str]:
    """What each paragraph is: item, label, heading or text.

    Numbered lines and headings also occur inside a report, so a line is an item only if a label follows before the
    next numbered line, and a heading only if an item or another heading follows at once.
    """
    kinds = ["text"] * len(run)
    following = "text"
    label_ahead = False
    for index in range(len(run) - 1, -1, -1):
        text = run[index].text
        if form.match(text):
            kinds[index] = "label"
            label_ahead = True
        elif HEADING.match(text) and following in {"item", "heading"}:
            kinds[index] = "heading"
        elif _ITEM.match(text) or HEADING.match(text):
            kinds[index] = "item" if label_ahead and _ITEM.match(text) else "text"
            label_ahead = False
        following = kinds[index]
    return kinds

"""An annex told item by item, as it is published: 节, 小节, then each task with its columns as paragraphs."""

import re
from collections.abc import Iterator, Sequence

from bulletin.annex import Head, Row, Table
from bulletin.lines import broken
from bulletin.text import cleaned

__all__ = ["items"]

_KINDS = {"section": "节", "subsection": "小节", "task": "任务"}


def items(annexes: Sequence[Table], fitting: int) -> list[dict[str, object]]:
    """What a template goes through: each item is a 篇 (the title of one annex of several), 节, 小节 or 任务.

    A task has its 栏目, each with 名称 and 内容; empty ones are left out. ``fitting`` is a title line's length.
    """
    titles = [broken(cleaned(annex.title), fitting) if len(annexes) > 1 else "" for annex in annexes]
    return [item for annex, title in zip(annexes, titles, strict=True) for item in _items(annex, title)]


def _items(annex: Table, title: str) -> Iterator[dict[str, object]]:
    if title:
        yield {**_item("篇", ""), "篇": title}
    for row in annex.rows:
        if row.kind == "task":
            yield _item("任务", _task(annex, row), _columns(annex.heads, row))
        else:
            yield _item(_KINDS[row.kind], row.cells[0])


def _item(kind: str, text: str, columns: Sequence[dict[str, str]] = ()) -> dict[str, object]:
    kinds = dict.fromkeys(("篇", *_KINDS.values()), "")
    return {**kinds, kind: _paragraphs(text), "栏目": columns}


def _task(annex: Table, row: Row) -> str:
    """The task's text behind its number, which stands there already where it has no column of its own."""
    text = next(cell for head, cell in zip(annex.heads, row.cells, strict=True) if head.key == "text")
    numbered = annex.heads[annex.numbered].key == "text" or not row.number
    return text if numbered else f"{row.number}.{text}"


def _columns(heads: Sequence[Head], row: Row) -> list[dict[str, str]]:
    texts = {
        # names stand below each other in a cell only
        head.key: re.sub("、?\n", "、", cleaned(cell)) if head.centred else cell
        for head, cell in zip(heads, row.cells, strict=True)
    }
    for head in heads:
        if head.leads in texts and texts[head.key]:
            texts[head.leads] = "。".join(filter(None, (texts.pop(head.key).rstrip("。"), texts[head.leads])))
    return [
        {"名称": head.title, "内容": _paragraphs(texts[head.key])}
        for head in heads
        if head.key not in ("no", "text") and texts.get(head.key)
    ]


def _paragraphs(text: str) -> str:
    """The text with the sign at which docxtpl begins a new paragraph for each of its lines."""
    return cleaned(text).replace("\n", "\a")

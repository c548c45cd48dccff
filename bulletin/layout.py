"""How wide the columns of an annex are, where its headers break, and how tall its rows become."""

import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from bulletin.annex import Head

__all__ = ["balanced", "lines", "widths"]

_CHARACTER = 210  # twips of one 五号 character
_PADDING = 150  # the two cell margins and some slack


def widths(heads: Sequence[Head], page: int) -> list[int]:
    """Column widths in twips that fill the page: the schema's proportions, none under three characters."""
    least = min(3 * _CHARACTER + _PADDING, page // len(heads))
    narrow: set[int] = set()
    while True:
        free = page - least * len(narrow)
        whole = sum(head.width for index, head in enumerate(heads) if index not in narrow)
        exact = [least if index in narrow else free * head.width / whole for index, head in enumerate(heads)]
        more = {index for index, width in enumerate(exact) if width < least} - narrow
        if not more:
            break
        narrow |= more
    ends = [round(end) for end in accumulate(exact)]
    return [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def balanced(title: str, width: int) -> str:
    """A header broken into lines of even length: 牵头市/领导, never 牵头市领/导."""
    fitting = _fitting(width)
    if "\n" in title or len(title) <= fitting:
        return title
    size = ceil(len(title) / ceil(len(title) / fitting))
    return "\n".join(title[start : start + size] for start in range(0, len(title), size))


def lines(text: str, width: int) -> int:
    """About how many lines the text takes in a cell of this width."""
    return sum(max(1, ceil(_length(line) / _fitting(width))) for line in text.split("\n"))


def _fitting(width: int) -> int:
    return max(1, (width - _PADDING + _CHARACTER // 10) // _CHARACTER)


def _length(text: str) -> float:
    return sum(1 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)

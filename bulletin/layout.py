"""How wide the columns of an annex are, where its headers break, and how tall its rows become.

``character`` is the width of one character of the table in twips.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from bulletin.annex import Head
from bulletin.lines import broken, length

__all__ = ["balanced", "lines", "widths"]

_PADDING = 150  # the two cell margins and some slack


def widths(heads: Sequence[Head], page: int, character: int) -> list[int]:
    """Column widths in twips that fill the page: the schema's proportions, none under three characters."""
    least = min(3 * character + _PADDING, page // len(heads))
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


def balanced(title: str, width: int, character: int) -> str:
    """A header broken between its words: 牵头/市领导, never 牵头市领/导."""
    return broken(title, _fitting(width, character))


def lines(text: str, width: int, character: int) -> int:
    """About how many lines the text takes in a cell of this width."""
    return sum(max(1, ceil(length(line) / _fitting(width, character))) for line in text.split("\n"))


def _fitting(width: int, character: int) -> int:
    return max(1, (width - _PADDING + character // 10) // character)

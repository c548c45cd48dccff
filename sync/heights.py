"""How tall a row must be for its texts: neither LibreOffice nor every Excel fits rows when a file is opened."""

from collections.abc import Mapping
from math import ceil

__all__ = ["row_height"]

# 宋体 11 pt: a digit is 8 px in the unit of column widths, a line of text 15.5 pt; half a full-width character
# is 7.5 px. Measured against LibreOffice's rendering; a line more is better than a line cut off.
_PER_WIDTH, _HALF, _LINE, _PADDING = 8.0, 7.5, 15.5, 8.0
_LEAST, _MOST = 24.0, 409.0  # points; Excel knows no taller row


def row_height(texts: Mapping[int, str], widths: Mapping[int, float]) -> float:
    """Height in points of a row that shows ``texts`` (by column number) in columns of ``widths`` characters."""
    lines = max([_lines(text, widths[column]) for column, text in texts.items() if column in widths], default=1)
    return min(max(_LEAST, lines * _LINE + _PADDING), _MOST)


def _lines(text: str, width: float) -> int:
    room = max(2, int(width * _PER_WIDTH / _HALF) - 1)
    if "\n" not in text:
        if 2 * len(text) <= room:  # as most do
            return 1
        return ceil(_halves(text) / room)
    return sum(max(1, ceil(_halves(line) / room)) for line in text.split("\n"))


def _halves(line: str) -> int:
    return len(line.encode("gbk", errors="replace"))  # one byte a half-width character, two a full-width one

"""Cells to be written into a row that is there, all in one pass over its bytes."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from xlsx.cells import Value, column_letter

Restyle = Callable[[int, Value], int]

# what follows the reference of a cell that is spelled as usual and holds no more than a value and a formula of its own
_PLAIN = re.compile(rb'( s="\d+"|)(?: t="\w+")?(?:/>|>(<f>[^<]*</f>)?(?:<v>[^<]*</v>|<is><t[^>]*>[^<]*</t></is>)?</c>)')


# a value to be written, and the XML that follows a cell's reference and style; a class of its own would take time
Put = tuple[Value, bytes]


def patched(row: bytes, number: int, puts: Mapping[int, Put], restyle: Restyle) -> tuple[bytes, bool] | None:
    """A row with some cells replaced, and whether formulas were among them.

    None where there is more to do: cells are missing, hold part of a shared formula, or are spelled in another way.
    """
    pieces: list[bytes] = []
    done, formulas, place = 0, False, b'%d"' % number
    for column in sorted(puts):
        value, content = puts[column]
        ref = _opening(column) + place
        start = row.find(ref, done)
        match = _PLAIN.match(row, start + len(ref)) if start >= 0 else None
        if match is None:
            return None
        if isinstance(value, date):
            style = restyle(int(match[1][4:-1] or 0), value)
            pieces += (row[done : match.start(1)], b' s="%d"' % style, content)
        else:
            pieces += (row[done : match.end(1)], content)
        done = match.end()
        formulas = formulas or match[2] is not None
    return b"".join((*pieces, row[done:])), formulas


@lru_cache(maxsize=1024)
def _opening(column: int) -> bytes:
    return f'<c r="{column_letter(column)}'.encode()

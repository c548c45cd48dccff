"""Targets without a figure: what is to be built, opened, granted within the year."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ledger.quantities import Quantity, moments, plain

__all__ = ["milestones"]

_REACHED = re.compile(
    r"建成(?!区)|竣工|投产|投入使用|投入运[行营]|投用|通车|封顶|完工|交付|启用|开园|开业|(?:取得|获得|完成)[^，。；]{0,14}批[复准]|获批|挂牌运[行营]|主体完工"
)
_CLAUSE = re.compile(r"[^，,。；;！!\n]+(?:(?<=\d)[，,](?=\d{3}(?!\d))[^，,。；;！!\n]+)*")


def milestones(text: str, year: int, taken: Sequence[Quantity]) -> Iterator[tuple[int, str, date | None]]:
    """Start, words and deadline of every clause that names a milestone and holds none of the figures ``taken``."""
    flat = plain(text)
    if not _REACHED.search(flat):
        return
    days = [moment for moment in moments(text, year) if moment.kind == "deadline"]
    for found in _CLAUSE.finditer(flat):
        start, end = found.span()
        if _REACHED.search(found[0]) and not any(start <= item.start < end for item in taken):
            due = next((moment.day for moment in days if start <= moment.start < end), None)
            yield start, text[start:end].strip(), due

"""Numbers of tasks as documents print them, and their repair."""

import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

__all__ = ["Number", "number_in_cell", "number_in_text", "repaired"]

_CELL = re.compile(r"[（(]?\s*(\d{1,4})\s*(?:[）)、]|[.．]0*)?")
_CHINESE = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}
_MARKED = re.compile(r"\s*[（(]?(\d{1,3})\s*[.．、)）](?!\d)\s*")
_BARE = re.compile(r"\s*(\d{1,3})(?=[一-鿿“《])")


class Number(NamedTuple):
    """The number that a row gets; ``fault`` says why it is not the printed one, or that numbers before it lack."""

    no: int
    fault: Literal["", "repeated", "missing", "gap"] = ""
    before: int = 0


def number_in_cell(text: str) -> int | None:
    """The number in a 序号 cell (``12``, ``12.``, ``（12）``, ``一``), None when there is none."""
    found = _CELL.fullmatch(text.strip())
    return int(found[1]) if found else _CHINESE.get(text.strip())


def number_in_text(text: str, expected: int) -> tuple[int | None, str]:
    """The number at the head of a task's text and the text without it.

    ``12.``, ``12．`` and ``12、`` are numbers; a number without a mark (``34要…``) only counts when it is the
    ``expected`` next one, since ``5个园区`` is none.
    """
    if found := _MARKED.match(text):
        return int(found[1]), text[found.end() :]
    bare = _BARE.match(text)
    if bare and int(bare[1]) == expected:
        return expected, text[bare.end() :]
    return None, text


def repaired(printed: Sequence[int | None], taken: Collection[int] = ()) -> list[Number]:
    """One free number for each row, in order.

    A number stands as printed at its first place; a repeated or missing one becomes the next number that is
    neither ``taken`` nor printed on another row. Rows after which numbers lack are marked ``gap``, with the number
    ``before``. When no row has a number, counting them is no fault.
    """
    reserved = set(taken) | {number for number in printed if number is not None}
    used = set(taken)
    numbers: list[Number] = []
    last = 0 if any(number is not None and number not in used for number in printed) else max(used, default=0)
    for number in printed:
        if number is None or number in used:
            last = next(
                free for free in range(last + 1, last + len(printed) + len(reserved) + 2) if free not in reserved
            )
            fault: Literal["repeated", "missing"] = "missing" if number is None else "repeated"
            numbers.append(Number(last, fault))
            reserved.add(last)
        else:
            last = number
            numbers.append(Number(number))
        used.add(last)
    if all(number is None for number in printed):
        return [Number(number.no) for number in numbers]
    return [_gap(number, used) for number in numbers]


def _gap(number: Number, used: set[int]) -> Number:
    if number.fault or number.no - 1 in used or number.no == 1:
        return number
    before = max((other for other in used if other < number.no), default=0)
    return number._replace(fault="gap", before=before) if before else number

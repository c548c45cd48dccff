"""schedule: ahead of the year or behind it, and by how much, does not follow from the percentage."""

import re
from collections.abc import Iterator
from fractions import Fraction

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding
from ledger.indicators import Mention
from ledger.measures import scheduled

__all__ = ["schedule"]

_YEAR = r"(?:序时|时序|时间|计划)进度(?:要求)?"
_AHEAD = re.compile(rf"(?:超过?|超出|高于|快于|领先|优于|大于){_YEAR}\s*$|{_YEAR}(?:快|高|超前)\s*$")
_BEHIND = re.compile(rf"(?:低于|落后于?|慢于|滞后于?|欠|未达){_YEAR}\s*$|{_YEAR}(?:慢|低|差)\s*$")


def schedule(task: Read, frame: Frame) -> Iterator[Finding]:
    """Every 超序时进度 and 落后序时进度 with its number."""
    for place, item in enumerate(task.mentions):
        if item.quantity.role != "points":
            continue
        sign = 1 if _AHEAD.search(item.between) else -1 if _BEHIND.search(item.between) else 0
        rate = _rate_before(item, task.mentions[:place]) if sign else None
        if rate:
            yield from _compared(task, rate, item, sign, frame)


def _rate_before(item: Mention, before: tuple[Mention, ...]) -> Mention | None:
    """The percentage that the lead is said about: the last one in the same sentence."""
    rates = [one for one in before if one.sentence == item.sentence and one.quantity.in_percent]
    return rates[-1] if rates and rates[-1].quantity.role == "share" else None


def _compared(task: Read, rate: Mention, lead: Mention, sign: int, frame: Frame) -> Iterator[Finding]:
    day = frame.day(rate.quantity.as_of)
    part = scheduled(day, frame.schema.year) * 100
    real = Fraction(rate.quantity.value) - part
    said = sign * Fraction(lead.quantity.value)
    rounding = Fraction(1, 2 * 10**lead.quantity.decimals) + Fraction(1, 2 * 10**rate.quantity.decimals)
    if abs(real - said) <= max(Fraction(repr(frame.schema.checks.points)), rounding):
        return
    if rate.quantity.as_of is None and _of_some_month(Fraction(rate.quantity.value) - said, rounding):
        return  # no day is told, and the figures are right for another one
    yield task.says(
        "schedule_wrong",
        task.quote(rate, lead),
        rate=rate.quantity.words,
        day=f"{day.month}月{day.day}日",
        part=f"{shown(part)}%",
        verdict="超" if real >= 0 else "落后",
        lead=shown(abs(real)),
    )


def _of_some_month(part: Fraction, rounding: Fraction) -> bool:
    """Whether a scheduled progress in percent is that of a month's end."""
    return any(abs(Fraction(100 * month, 12) - part) <= rounding for month in range(1, 13))

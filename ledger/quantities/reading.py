"""Finding the quantities of a text."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledger.quantities.context import bound_after, bound_before, is_negative, role_before
from ledger.quantities.model import Bound, Quantity, Role, Unit
from ledger.quantities.moments import Moment, moments
from ledger.quantities.numerals import NUMERAL, numeral, plain
from ledger.quantities.scanning import search
from ledger.quantities.units import UNIT, unit_of

__all__ = ["quantities"]

_MORE = "[余多来几]"
_TO = r"\s*(?:-+|—+|–|~|～|至|到)\s*"
_RANGE = r"(?=[^，。、；：\-—–~～至到]+[\-—–~～至到])"  # without one of these signs ahead no range need be tried
_ONE = rf"(?<![几\d.])(?!(?<=数)[十百千万]){NUMERAL}{_MORE}?[万亿]{{0,2}}(?:\d千)?"
_QUANTITY = re.compile(
    rf"(?P<ratio>[百千万])分之(?P<share>{NUMERAL})"
    rf"|(?:{_RANGE}(?P<low>{_ONE})\s*(?P<unit1>{UNIT})?{_TO})?"
    rf"(?<![几\d.])(?!(?<=数)[十百千万])(?P<number>{NUMERAL})(?P<more>{_MORE})?(?P<scale>[万亿]{{0,2}})(?P<tail>\d千)?"
    rf"(?P<more2>{_MORE})?\s*(?P<unit>{UNIT})?(?P<half>半)?"
    r"|(?P<double>翻(?:了|两|一|三)?番|(?:增长|提高|增加)(?:了)?[一1]倍)"
)
# where one can begin
_BEGINS = re.compile(
    r"[\d零〇一二三四五六七八九十百千万两廿半壹贰叁肆伍陆柒捌玖拾佰仟翻增提]"
    r"(?:(?<![几\d.].)(?<![万翻增提])|(?<=[百千万])分之|(?<=翻)[了两一三番]|(?<=[增提])[长高加])"
)
# numbers that count nothing: ordinals, model numbers, document numbers, clock times, names of roads and vaccines
_NO_FIGURE = re.compile(
    r"第\s*[\d一二三四五六七八九十百千零〇]+"
    r"|[A-Za-z]+[-.]?\d+(?:\.\d+)?(?:-\d+)?|\d+\s?(?:G|A级|级|版|D)(?![A-Za-z])|\d+[#＃号]"
    r"|[〔\[【(]\d{4}[〕\]】)]\d*号?|\d+[:：]\d+|\d+(?:\+[\dA-Z]+)+"
    r"|[“\"]\s*[\dA-Za-z一二三四五六七八九十]+(?:\+[\dA-Za-z一二三四五六七八九十]+)*\s*[”\"]"
    r"|(?<![\d.])\d{1,2}[.、．](?!\d)|[①-⑳]"
    r"|千斤重担|百尺竿头|千方百计|十[分佳足强]|[一二三四五六七八九十]+是"
    r"|一[系切致定些起直般旦面同并律线次性体站网窗卡事批]"
)
_NO_FIGURE_BEGINS = re.compile(
    r"[第A-Za-z\d〔\[【(“\"①-⑳千百一二三四五六七八九十]"
    r"(?:(?<![\d千百一二三四五六七八九十])|(?<=\d)\d*\s?[GA级版D#＃号:：+.、．]"
    r"|(?<=千)[斤方]|(?<=百)尺|(?<=[一二三四五六七八九十])[一二三四五六七八九十是分佳足强"
    r"系切致定些起直般旦面同并律线次性体站网窗卡事批])"
)
_BLANK = "\x00"
_HALF = Decimal("0.5")
_TORN = re.compile(r"\d[，,]\d{3}(?!\d)")
_BREAK = re.compile(r"[。；;！!？?\n]")
_PARAGRAPH = re.compile(r"(?<=[。；;\s])\d{1,2}[.、．](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]")


def quantities(text: str, year: int) -> tuple[Quantity, ...]:
    """Every quantity of ``text`` in order; a number without a unit of measure or 万, 亿 is none.

    ``year`` is meant where a date names none.
    """
    flat, days = plain(text), moments(text, year)
    found = list(_read(_masked(flat, days)))
    if not found:
        return ()
    dates = _Dates(days, flat)
    return tuple(
        Quantity(
            item.value,
            item.unit,
            item.start,
            item.end,
            text[item.start : item.end],
            bound,
            role,
            item.high,
            dates.as_of(item),
            dates.due(item),
            item.chinese,
        )
        for item, role, bound in _listed(found, flat)
    )


def _masked(flat: str, days: Sequence[Moment]) -> str:
    """The text with its days and all that only looks like a figure blanked."""
    taken, at = [(moment.start, moment.end) for moment in days], 0
    while found := search(_NO_FIGURE_BEGINS, _NO_FIGURE, flat, at):
        at = found.end()
        taken.append(found.span())
    for start, end in taken:
        flat = f"{flat[:start]}{_BLANK * (end - start)}{flat[end:]}"
    return flat


class _Found(NamedTuple):
    """A quantity by itself, before what it shares with its neighbours is known."""

    value: Decimal
    unit: Unit
    start: int
    end: int
    bound: Bound = ""
    role: Role = "level"
    high: Decimal | None = None
    chinese: bool = False


def _read(flat: str) -> Iterator[_Found]:
    at = 0
    while found := search(_BEGINS, _QUANTITY, flat, at):
        special, double, low, number = found.group("ratio", "double", "low", "number")
        made = _special(found, flat) if special or double else _plain_one(found, flat)
        if made is None:
            # 半年工作 holds no quantity, but what follows may
            at = found.start() + max(1, len(low or number or " "))
            continue
        at = made.end
        yield made


def _special(found: re.Match[str], flat: str) -> _Found | None:
    if found["double"]:
        times = {"两": 300, "三": 700}.get(found["double"][1:2], 100)
        return _Found(Decimal(times), unit_of("%"), found.start(), found.end(), role="doubling")
    read = numeral(found["share"])
    if read is None:
        return None
    unit = unit_of({"百": "%", "千": "‰"}.get(found["ratio"], "倍"))
    value = read.value / 10000 if found["ratio"] == "万" else read.value
    after, end = bound_after(flat, found.end())
    role = role_before(flat, found.start(), unit.dimension)
    return _Found(value, unit, found.start(), end, after or bound_before(flat, found.start()), role)


def _plain_one(found: re.Match[str], flat: str) -> _Found | None:
    word, scale, number, tail, half, least = found.group("unit", "scale", "number", "tail", "half", "low")
    if not word and not scale:
        return None
    size = scale[-1:] if len(scale) < 2 else "亿"
    digits = number + ("万" if len(scale) == 2 and not tail else "")
    if tail or (len(scale) == 1 and ("万" in digits or "亿" in digits)):
        digits, size = digits + size + (tail or ""), ""
    read = numeral(digits)
    if read is None or (word == "年" and read.value > 200) or (not word and read.written):
        return None
    value, unit = read.value, unit_of(word or "", size)
    if half and word in ("年", "个月", "天", "倍"):
        value += _HALF
    low = _low(least, size) if least else None
    start = found.start() if low is not None else found.start("number")
    value, high = (low, value) if low is not None and low < value else (value, read.high)
    if (unit.dimension != "ratio" and is_negative(flat, start)) or _torn(flat, start):
        return None  # nothing that is counted is below nothing, and 1，200 may be two numbers or one
    end = found.end("unit") if word else found.end("scale")
    end = found.end("half") if half and value != read.value else end
    after, end = bound_after(flat, end)
    more: Bound = "≥" if found["more"] or found["more2"] else ""
    bound = after or bound_before(flat, start) or more
    role = role_before(flat, start, unit.dimension)
    return _Found(value, unit, start, end, bound, role, high, read.written)


def _torn(flat: str, start: int) -> bool:
    return start > 1 and flat[start - 1] in "，," and _TORN.match(flat[start - 2 : start + 4]) is not None


def _low(words: str, size: str) -> Decimal | None:
    """The low end of a range in the unit of the high one: 2万至3万元, 200-300个."""
    scale = next((sign for sign in "亿万" if words.endswith(sign)), "")
    read = numeral(words.removesuffix(scale).rstrip("余多来"))
    if read is None:
        return None
    return read.value if not scale or scale == size else read.value * (10000 if scale == "亿" else Decimal("0.0001"))


def _listed(found: Sequence[_Found], flat: str) -> Iterator[tuple[_Found, Role, Bound]]:
    """增长7.5%、8%左右: the verb stands before the first, 以上 or 左右 behind the last."""
    lists: list[list[_Found]] = []
    for item in found:
        last = lists[-1][-1] if lists else None
        alike = last and item.unit.dimension == last.unit.dimension
        if last and alike and flat[last.end : item.start].strip() in ("、", "和", "及", "与"):
            lists[-1].append(item)
        else:
            lists.append([item])
    for members in lists:
        shared, bound = members[0].role, members[-1].bound
        for item in members:
            yield item, shared if item.role in ("level", "share") else item.role, item.bound or bound


class _Dates:
    """The days of a text and how far each of them reaches."""

    def __init__(self, days: Sequence[Moment], flat: str) -> None:
        self._days, self._flat = days, flat
        self._known = [moment for moment in days if moment.kind == "as_of"]
        self._latest = max((moment.day.year for moment in self._known), default=0)
        self._sentences = [0, *(mark.end() for mark in _BREAK.finditer(flat)), len(flat)] if days else []
        paragraphs = _PARAGRAPH.finditer(flat) if self._known else ()
        self._paragraphs = [0, *(mark.start() for mark in paragraphs), len(flat)]

    def as_of(self, item: _Found) -> date | None:
        """The last day named before it in its numbered item, else one in brackets behind.

        A past year holds a sentence.
        """
        if not self._known:
            return None
        start, end = _around(self._paragraphs, item.start)
        near = _around(self._sentences, item.start)[0]
        before = [
            moment
            for moment in self._known
            if start <= moment.start < item.start and (moment.start >= near or moment.day.year == self._latest)
        ]
        if before:
            return before[-1].day
        flat = self._flat
        behind = [m for m in self._known if item.end <= m.start < end and "(" in flat[max(0, m.start - 4) : m.start]]
        return behind[0].day if behind else None

    def due(self, item: _Found) -> date | None:
        """The deadline named last before it in its sentence, no other day between, else the first one behind it."""
        if not self._days:
            return None
        start, end = _around(self._sentences, item.start)
        near = [moment for moment in self._days if start <= moment.start < end]
        before = [moment for moment in near if moment.start < item.start]
        chosen = before[-1:] or near[:1]
        return chosen[0].day if chosen and chosen[0].kind == "deadline" else None


def _around(marks: Sequence[int], place: int) -> tuple[int, int]:
    """The marks between which a place lies."""
    behind = bisect_right(marks, place)
    return marks[behind - 1], marks[behind]

"""Finding the quantities of a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.quantities.context import bound_after, bound_before, is_negative, role_before
from ledger.quantities.model import Bound, Quantity, Role
from ledger.quantities.moments import Moment, moments
from ledger.quantities.numerals import NUMERAL, numeral, plain
from ledger.quantities.units import UNIT, unit_of

__all__ = ["quantities"]

_MORE = "[余多来几]"
_TO = r"\s*(?:-+|—+|–|~|～|至|到)\s*"
_ONE = rf"(?<![几\d.])(?!(?<=数)[十百千万]){NUMERAL}{_MORE}?[万亿]{{0,2}}(?:\d千)?"
_QUANTITY = re.compile(
    rf"(?P<ratio>[百千万])分之(?P<share>{NUMERAL})"
    rf"|(?:(?P<low>{_ONE})\s*(?P<unit1>{UNIT})?{_TO})?"
    rf"(?<![几\d.])(?!(?<=数)[十百千万])(?P<number>{NUMERAL})(?P<more>{_MORE})?(?P<scale>[万亿]{{0,2}})(?P<tail>\d千)?"
    rf"(?P<more2>{_MORE})?\s*(?P<unit>{UNIT})?(?P<half>半)?"
    r"|(?P<double>翻(?:了|两|一|三)?番|(?:增长|提高|增加)(?:了)?[一1]倍)"
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
_TORN = re.compile(r"\d[，,]\d{3}(?!\d)")
_BREAK = re.compile(r"[。；;！!？?\n]")
_PARAGRAPH = re.compile(r"(?<=[。；;\s])\d{1,2}[.、．](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]")


def quantities(text: str, year: int) -> tuple[Quantity, ...]:
    """Every quantity of ``text`` in order; a number without a unit of measure or 万, 亿 is none.

    ``year`` is meant where a date names none.
    """
    flat, days = plain(text), moments(text, year)
    taken = [(found.start(), found.end()) for found in _NO_FIGURE.finditer(flat)]
    taken += [(moment.start, moment.end) for moment in days]
    masked = _masked(flat, taken)
    found = list(_listed(tuple(_read(masked, text)), flat))
    return tuple(_dated(found, days, flat))


def _masked(text: str, taken: Sequence[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in taken:
        letters[start:end] = "\x00" * (end - start)
    return "".join(letters)


def _read(flat: str, text: str) -> Iterator[Quantity]:
    at = 0
    while found := _QUANTITY.search(flat, at):
        at = found.end()
        made = _special(found, flat) if found["ratio"] or found["double"] else _plain_one(found, flat)
        if made is None:
            # 半年工作 holds no quantity, but what follows may
            at = found.start() + max(1, len(found["low"] or found["number"] or " "))
            continue
        at = made.end
        yield replace(made, words=text[made.start : made.end])


def _special(found: re.Match[str], flat: str) -> Quantity | None:
    if found["double"]:
        times = {"两": 300, "三": 700}.get(found["double"][1:2], 100)
        value, role = Decimal(times), "doubling"
        return Quantity(value, unit_of("%"), found.start(), found.end(), "", role=role)  # type: ignore[arg-type]
    read = numeral(found["share"])
    if read is None:
        return None
    unit = unit_of({"百": "%", "千": "‰"}.get(found["ratio"], "倍"))
    value = read.value / 10000 if found["ratio"] == "万" else read.value
    after, end = bound_after(flat, found.end())
    role = role_before(flat, found.start(), unit.dimension)
    return Quantity(value, unit, found.start(), end, "", after or bound_before(flat, found.start()), role)


def _plain_one(found: re.Match[str], flat: str) -> Quantity | None:
    word, scale = found["unit"] or "", found["scale"]
    if not word and not scale:
        return None
    size = scale[-1:] if len(scale) < 2 else "亿"
    digits = found["number"] + ("万" if len(scale) == 2 and not found["tail"] else "")
    if found["tail"] or (len(scale) == 1 and {"万", "亿"} & set(digits)):
        digits, size = digits + size + (found["tail"] or ""), ""
    read = numeral(digits)
    if read is None or (word == "年" and read.value > 200) or (not word and read.written):
        return None
    value, unit = read.value, unit_of(word, size)
    if found["half"] and word in ("年", "个月", "天", "倍"):
        value += Decimal("0.5")
    low = _low(found["low"], size) if found["low"] else None
    start = found.start() if low is not None else found.start("number")
    value, high = (low, value) if low is not None and low < value else (value, read.high)
    more: Bound = "≥" if found["more"] or found["more2"] else ""
    end = found.end("unit") if word else found.end("scale")
    end = found.end("half") if found["half"] and value != read.value else end
    after, end = bound_after(flat, end)
    bound = after or bound_before(flat, start) or more
    role = role_before(flat, start, unit.dimension)
    if (unit.dimension != "ratio" and is_negative(flat, start)) or _TORN.match(flat[max(0, start - 2) : start + 4]):
        return None  # nothing that is counted is below nothing, and 1，200 may be two numbers or one
    return Quantity(value, unit, start, end, "", bound, role, high, chinese=read.written)


def _low(words: str, size: str) -> Decimal | None:
    """The low end of a range in the unit of the high one: 2万至3万元, 200-300个."""
    scale = next((sign for sign in "亿万" if words.endswith(sign)), "")
    read = numeral(words.removesuffix(scale).rstrip("余多来"))
    if read is None:
        return None
    return read.value if not scale or scale == size else read.value * (10000 if scale == "亿" else Decimal("0.0001"))


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the members of one list have in common."""

    role: Role
    bound: Bound


def _listed(found: Sequence[Quantity], flat: str) -> Iterator[Quantity]:
    """增长7.5%、8%左右: the verb stands before the first, 以上 or 左右 behind the last."""
    lists: list[list[Quantity]] = []
    for item in found:
        between = flat[lists[-1][-1].end : item.start] if lists else ""
        same = lists and item.like(lists[-1][-1]) and between.strip() in ("、", "和", "及", "与")
        if same:
            lists[-1].append(item)
        else:
            lists.append([item])
    for members in lists:
        shared = _Shared(members[0].role, members[-1].bound)
        for item in members:
            role = shared.role if item.role in ("level", "share") else item.role
            yield replace(item, role=role, bound=item.bound or shared.bound)


def _dated(found: Sequence[Quantity], days: Sequence[Moment], flat: str) -> Iterator[Quantity]:
    paragraphs = [0, *(mark.start() for mark in _PARAGRAPH.finditer(flat)), len(flat)]
    sentences = [0, *(mark.end() for mark in _BREAK.finditer(flat)), len(flat)]
    for item in found:
        start = max(place for place in paragraphs if place <= item.start)
        end = min(place for place in paragraphs if place > item.start)
        near = max(place for place in sentences if place <= item.start)
        rest = min(place for place in sentences if place > item.start)
        yield replace(item, as_of=_as_of(item, days, start, end, near, flat), deadline=_due(item, days, near, rest))


def _as_of(item: Quantity, days: Sequence[Moment], start: int, end: int, near: int, flat: str) -> date | None:
    """The last day named before it in its numbered item, else one in brackets behind; a past year holds a sentence."""
    known = [moment for moment in days if moment.kind == "as_of"]
    latest = max((moment.day.year for moment in known), default=0)
    before = [
        moment
        for moment in known
        if start <= moment.start < item.start and (moment.start >= near or moment.day.year == latest)
    ]
    if before:
        return before[-1].day
    behind = [m for m in known if item.end <= m.start < end and "(" in flat[max(0, m.start - 4) : m.start]]
    return behind[0].day if behind else None


def _due(item: Quantity, days: Sequence[Moment], start: int, end: int) -> date | None:
    """The deadline named last before it in its sentence, no other day between, else the first one behind it."""
    near = [moment for moment in days if start <= moment.start < end]
    before = [moment for moment in near if moment.start < item.start]
    chosen = before[-1:] or near[:1]
    return chosen[0].day if chosen and chosen[0].kind == "deadline" else None

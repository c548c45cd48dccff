"""Days that a text names: up to when its figures run (截至9月底, 1-8月, 前三季度) and until when something is due."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from ledger.quantities.numerals import numeral, plain
from ledger.quantities.scanning import search

__all__ = ["Moment", "moments"]

_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?:(?P<year>20\d\d)年度?|(?P<word>今年|本年度?|当年|去年|上年|上一年度?))"
_TO = r"[-—–~～至到]+"
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PART = r"(?P<part>底|末|初|上旬|中旬|下旬)"
_FORMS = re.compile(
    rf"{_YEAR}?的?(?:"
    rf"(?P<from>{_MONTH})月?份?{_TO}(?P<to>{_MONTH})月份?(?!{_DAY}日)"
    r"|(?:1-|前|一至)(?P<first>[一二三四1-4])个?季度"
    r"|第?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<half>[上下])半年"
    rf"|(?P<month>{_MONTH})月(?:(?P<day>{_DAY})[日号]|份?{_PART}|份)?"
    r"|(?P<end>年底|年末|年内|年终|年度内)"
    rf")|{_YEAR.replace('year', 'only').replace('word', 'said')}(?P<close>底|末|内)?"
)
# where a form can begin
_BEGINS = re.compile(
    r"[\d一二三四五六七八九十今本当去上下前第年的](?:(?<=\d)\d{0,3}[年月份季\-—–~～至到]"
    r"|(?<=[今本当去上])一?年|(?<=[上下])半年|(?<=前)[一二三四1-4]|(?<=第)[一二三四1-4]季|(?<=年)[底末内终度]"
    r"|(?<=[一二三四五六七八九十])[一二月份季\-—–~～至到]|(?<=的)[\d一二三四五六七八九十上下前第年])"
)
_UNTIL = re.compile(r"截[至止]?(?:到|至|止)?\s*$")
_DUE = re.compile(r"(?:预计|计划|拟|将于?|力争|确保|争取|有望|预期|到|至|在|于|推迟到|赶在)\s*(?:于|在|到)?\s*$")
_FORECAST = re.compile(r"(?:预计|计划|拟|将于?|力争|确保|争取|有望|推迟到|赶在)\s*(?:于|在|到)?\s*$")
_EVENT = re.compile(r"(?:于|在|自|从)\s*$")
_COMPARED = re.compile(r"[比较同与]$")
_BEFORE = re.compile(r"(?:之|以)?前(?!期|后|三|两|述|往|来|景)")


class Moment(NamedTuple):
    """A day in a text. ``kind`` as_of: figures run up to it; deadline: due by it; event: something was on it."""

    start: int
    end: int
    kind: Literal["as_of", "deadline", "event"]
    day: date


@lru_cache(maxsize=16)  # several readers ask for the same text one after the other
def moments(text: str, year: int) -> tuple[Moment, ...]:
    """Every day that ``text`` names, in order; ``year`` is meant where none is written."""
    flat = plain(text)
    return tuple(_moments(flat, year))


def _moments(text: str, year: int) -> Iterator[Moment]:
    at = 0
    while found := search(_BEGINS, _FORMS, text, at):
        at = found.end()
        day = _day(found, year)
        if day and not _COMPARED.search(text[max(0, found.start() - 2) : found.start()]):
            yield Moment(found.start(), found.end(), _kind(found, text, day, year), day)


def _day(found: re.Match[str], year: int) -> date | None:
    """The last day of what is named."""
    named = found["year"] or found["only"]
    word = found["word"] or found["said"] or ""
    year = int(named) if named else year - (word[:1] in ("去", "上"))
    if found["from"]:
        return _end(year, _month(found["to"]))
    if quarter := found["first"] or found["quarter"]:
        return _end(year, _QUARTERS[quarter] * 3)
    if found["half"]:
        return _end(year, 6 if found["half"] == "上" else 12)
    if found["month"]:
        month = _month(found["month"])
        if found["day"]:
            number = int(found["day"])
            return date(year, month, number) if number <= monthrange(year, month)[1] else None
        days = {"初": 10, "上旬": 10, "中旬": 20}
        return date(year, month, days[found["part"]]) if found["part"] in days else _end(year, month)
    return date(year, 12, 31)


def _kind(found: re.Match[str], text: str, day: date, year: int) -> Literal["as_of", "deadline", "event"]:
    before, after = text[max(0, found.start() - 6) : found.start()], text[found.end() : found.end() + 3]
    if _UNTIL.search(before):
        return "as_of"
    if _BEFORE.match(after) or found["end"] or found["close"] or _FORECAST.search(before):
        return "deadline"
    if found["only"] or found["said"]:
        ahead = day.year > year and _DUE.search(before)
        return "deadline" if ahead else "as_of" if day.year < year else "event"
    if found["from"] or found["first"] or found["quarter"] or found["half"]:
        return "as_of"
    if found["part"] in ("底", "末") and not _EVENT.search(before):
        return "as_of"
    return "event"


def _month(text: str) -> int:
    read = numeral(text)
    return int(read.value) if read else 0


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])

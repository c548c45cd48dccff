"""Quantities with the thing that each of them counts."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ledger.indicators.wording import bare_subject, ends_in_doing, is_empty, noun_behind
from ledger.quantities import Quantity, moments, plain, quantities

__all__ = ["Mention", "mentions"]

_CLAUSE = re.compile(r"[，,。；;：:！!？?\n]")
# each begins with a class of characters, to which the engine leaps: a sentence ends, or a numbered item begins
_SENTENCE = re.compile(r"[。；;！!？?\n\d](?:(?<!\d)|(?<=[\s。；;]\d)\d?[.、．](?!\d))")
_ONLY_SIZE = re.compile(r"(?:总面积|总长度?|全长|面积)(?:约|达)?\s*")
_SIZE = re.compile(r".*(?:以上|以下)[^\W\d_]")
_NUMBERED = re.compile(r"[\d(（①-⑳](?:(?<=\d)(?<![\d.]\d)\d?[.．、](?!\d)|(?<=[(（])\d{1,2}[)）]|(?<=[①-⑳]))")
_UNTIL = re.compile(r"(?:截[至止]?(?:到|至|止)?|自)?\s*$")
_BRACKETS = re.compile(r"\([^)\n]*")
_EACH = re.compile(r"(.+?)(?:同比)?(?:分别|各)(?!类|级|地|单位|部门)")
_LIST = re.compile(r"[、和及与]|以及")


class Mention(NamedTuple):
    """A quantity in its surroundings.

    ``before`` is its clause up to it, ``between`` that from the quantity before, ``behind`` its clause after it;
    ``subject`` the thing counted, taken over from the quantity before (``inherited``) where the clause names none.
    ``sentence`` counts sentences, ``bracketed`` tells parts set in brackets.
    """

    quantity: Quantity
    before: str
    between: str
    behind: str
    subject: str
    sentence: int
    bracketed: bool
    inherited: bool = False


@lru_cache(maxsize=64)  # targets, answers and checks ask for the same text one after the other
def mentions(text: str, year: int) -> tuple[Mention, ...]:
    """All quantities of a text in order, each with what it counts."""
    flat, found = plain(text), quantities(text, year)
    if not found:
        return ()
    places, undated = _Places(flat), _undated(text, year)
    return tuple(_apart(list(_every(found, places, undated)), flat))


def _end_before(place: int, every: Sequence[Quantity], text: str) -> int:
    """Where the words of a quantity begin; 10亿元以上 belongs to the name of the 项目3个 behind it."""
    if not place:
        return 0
    before = every[place - 1]
    sized = "以" in before.words and _SIZE.fullmatch(before.words + text[before.end : before.end + 1])
    return before.start if sized else before.end


def _undated(text: str, year: int) -> str:
    """The text with its dates and item numbers blanked: they are no things that are counted."""
    text = _NUMBERED.sub(lambda found: " " * len(found[0]), text)
    for moment in moments(text, year):
        until = _UNTIL.search(text, max(0, moment.start - 4), moment.start)
        start = until.start() if until else moment.start
        text = text[:start] + " " * (moment.end - start) + text[moment.end :]
    return text


class _Places:
    """Where clauses and sentences of a text begin, and what stands in brackets."""

    def __init__(self, flat: str) -> None:
        self.clauses = [0, *(mark.end() for mark in _CLAUSE.finditer(flat)), len(flat) + 1]
        self.sentences = [0, *(mark.end() for mark in _SENTENCE.finditer(flat))]
        self._brackets = [mark.span() for mark in _BRACKETS.finditer(flat)]

    def bracketed(self, place: int) -> bool:
        """Whether a place lies in brackets; a line's end closes those left open."""
        return bool(self._brackets) and any(start < place < end for start, end in self._brackets)


def _every(found: Sequence[Quantity], places: _Places, text: str) -> Iterator[Mention]:
    """Each quantity with the clause around it and what it counts; ``text`` is the one without dates."""
    last: Mention | None = None
    for place, item in enumerate(found):
        clause = bisect_right(places.clauses, item.start)
        start, end = places.clauses[clause - 1], places.clauses[bisect_left(places.clauses, item.end + 1)] - 1
        between = text[max(start, _end_before(place, found, text)) : item.start]
        behind = _behind(place, found, text, end)
        sentence = bisect_right(places.sentences, item.start)
        subject = _subject(between, behind)
        inherited = not subject and last is not None and last.sentence == sentence
        if inherited and last:
            subject = last.subject
        bracketed = places.bracketed(item.start)
        made = Mention(item, text[start : item.start], between, behind, subject, sentence, bracketed, inherited)
        yield made
        if subject:
            last = made


def _behind(place: int, every: Sequence[Quantity], text: str, end: int) -> str:
    """What follows a quantity in its clause, which ends at ``end``."""
    item = every[place]
    following = every[place + 1].start if place + 1 < len(every) else len(text)
    colon = end < following and text[end : end + 1] in ("：", ":")
    behind = text[item.end : min(end, following)] + ("：" if colon else "")
    if following < end and _ONLY_SIZE.fullmatch(behind):
        behind = text[every[place + 1].end : end]
    return behind


def _subject(between: str, behind: str) -> str:
    """What a number counts by the words in front of it or behind, empty when they name nothing."""
    own = bare_subject(between if "分别" in between else between.rpartition("、")[2])
    # 实现A、B增长8%: the list before 、 belongs to it, but 公厕12座、公园3个 starts anew
    if not own or between.endswith("等") or is_empty(between):
        own = noun_behind(behind)
        return "" if is_empty(own) else own
    if ends_in_doing(between) and len(noun := noun_behind(behind)) > 1 and not is_empty(noun):
        return noun
    return own


def _apart(found: list[Mention], flat: str) -> Iterator[Mention]:
    """城镇、农村居民收入分别增长7%、8%: the first number belongs to the first name."""
    skip = 0
    for place, item in enumerate(found):
        if skip:
            skip -= 1
            continue
        each = _EACH.match(item.before) if "各" in item.before or "分别" in item.before else None
        run = _run(found, place, flat) if each else [item]
        if not each or len(run) < 2:
            yield item
            continue
        names = _names(each[1], len(run))
        skip = len(run) - 1
        for one, name in zip(run, names or [item.subject] * len(run), strict=True):
            yield one._replace(subject=name, between=name, inherited=False)


def _run(found: Sequence[Mention], place: int, flat: str) -> list[Mention]:
    """The mentions from ``place`` on that stand in one list."""
    run = [found[place]]
    for item in found[place + 1 :]:
        if not re.fullmatch(r"\s*(?:[、和及与]|以及)\s*", flat[run[-1].quantity.end : item.quantity.start]):
            break
        run.append(item)
    return run


def _names(words: str, count: int) -> list[str]:
    """The single names in 城市、农村月人均 (the last one has what all have in common), or none if they do not fit."""
    text = bare_subject(words)
    if count == 2 and text.startswith("城乡"):
        return ["城镇" + text[2:], "农村" + text[2:]]
    parts = [bare_subject(part) for part in _LIST.split(text)][-count:]
    if len(parts) != count or not all(parts):
        return []
    common = parts[-1][len(parts[0]) :] if all(len(part) == len(parts[0]) for part in parts[:-1]) else ""
    return [part + common if len(part) <= 3 and common else part for part in parts[:-1]] + [parts[-1]]

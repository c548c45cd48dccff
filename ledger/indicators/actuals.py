"""From a report's text the figure that answers each target, with the day it stands for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ledger.indicators.mentions import Mention, mentions
from ledger.indicators.targets import Target
from ledger.indicators.wording import bare_subject, likeness, other_size, overlap
from ledger.quantities import Quantity, kin

__all__ = ["Actual", "Claim", "actuals", "claims"]

_DONE = re.compile(r"完成|完工|竣工|建成|投用|投入使用|启用|交付|上线|验收|到位|完毕|达标|建立|落实|发放|开展|整治")
_ALL_DONE = re.compile(
    r"(?:全部|全面|均)[^，。；]{0,10}(?:完成|完工|竣工|建成|投用|启用|交付|上线|验收|到位|通过|建档)"
)
_BEGUN = re.compile(r"开工|启动|正在|推进|计划|涉及|确定|任务")
_NEWLY = re.compile(r"新增|净增")
_TOTAL = re.compile(r"共计|累计|总计|合计|共")
_SHARE_OF = re.compile(r"占.+?(?:的)?比[重例]$")
_RATE_NAME = re.compile(r"[^\W\d_]{2}[率度]$")
_PLANNED = re.compile(
    r"计划|预计|力争|拟|总投资|目标|任务数|应|尚|剩余|其余|还有|还剩|另有|仍有|未|缺口|争取|待|在建|正在|申报|摸排|储备|推荐|初审|有序|推进|达产|可实现|开工"
)
_PART = re.compile(r"其中|含|包括")
_OF_WHAT = r"(?:全年|年度|年初|今年|全部|本年度?|计划|目标|任务|预期|总|应|进度)"
_COMPLETION = re.compile(
    rf"(?:(?:完成|占)(?:了|到)?{_OF_WHAT}*(?:任务数?|目标数?|计划数?|总长度?|总数|总量|数)?"
    rf"|(?:达到?|实现|为){_OF_WHAT}+数?|(?:完成|完工|竣工)率(?:为|达到?)?)(?:的|约|近|超过?)*\s*$"
)
_ENOUGH = 0.6
_PENALTY, _BONUS = 0.3, 0.25


class Claim(NamedTuple):
    """A percentage that a report says about a figure: 完成71.7%, 占全年任务的85%."""

    of: Quantity
    rate: Quantity
    words: str


class Actual(NamedTuple):
    """What a report says about one target; ``value`` is signed, in the figure's own unit."""

    target: Target
    quantity: Quantity
    value: Decimal
    as_of: date | None
    claim: Claim | None = None


_Claimed = Mapping[int, Claim]  # by where the figure stands of which it is said


class _Told(NamedTuple):
    """A mention with the words from which its thing is known: those nearest to it, and its clause."""

    mention: Mention
    near: str
    clause: str

    @classmethod
    def of(cls, item: Mention) -> "_Told":
        behind = item.behind.partition("、")[0][:12]
        return cls(item, item.subject if item.inherited else item.subject + behind, item.before + behind)


class _Pair(NamedTuple):
    score: float
    target: int
    mention: int


def actuals(wanted: Sequence[Target], report: str, year: int) -> tuple[Actual | None, ...]:
    """For each target the figure of ``report`` that answers it, None where the report gives none."""
    found = mentions(report, year)
    claimed: _Claimed = {claim.of.start: claim for claim in _claims(found)}
    rates = {claim.rate.start for claim in claimed.values()}
    told = [(two, _Told.of(item)) for two, item in enumerate(found) if item.quantity.start not in rates]
    pairs = [
        _Pair(score, one, two)
        for one, target in enumerate(wanted)
        if target.within(year)
        for two, item in told
        if (score := _score(target, item, claimed, found)) >= _ENOUGH
    ]
    chosen: dict[int, int] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.score, pair.target, pair.mention)):
        if pair.target not in chosen and pair.mention not in chosen.values():
            chosen[pair.target] = pair.mention
    for one, target in enumerate(wanted):
        if one in chosen:
            continue
        only = _spoken_for(target, found, claimed, year)
        if only is None:
            only = _only(target, wanted, found, year)
        if only is not None and only not in chosen.values() and found[only].quantity.start not in rates:
            chosen[one] = only
    return tuple(
        _actual(target, found[chosen[place]].quantity, claimed) if place in chosen else None
        for place, target in enumerate(wanted)
    )


def _actual(target: Target, figure: Quantity, claimed: _Claimed) -> Actual:
    shrinks = target.quantity is not None and target.quantity.role == "decline"
    against = figure.role == ("growth" if shrinks else "decline")
    value = -figure.value if target.kind == "growth" and against else figure.value
    return Actual(target, figure, value, figure.as_of, claimed.get(figure.start))


def claims(report: str, year: int) -> tuple[Claim, ...]:
    """The completion percentages of a report, each with the figure that it is said about."""
    return tuple(_claims(mentions(report, year)))


def _claims(found: Sequence[Mention]) -> Iterator[Claim]:
    last: Mention | None = None
    for item in found:
        if item.quantity.in_percent and item.quantity.role == "share":
            near = last is not None and last.sentence == item.sentence
            if near and last and _COMPLETION.search(item.between):
                yield Claim(last.quantity, item.quantity, f"{item.between.strip('，, ')}{item.quantity.words}")
        elif item.quantity.unit.dimension not in ("points", "ratio", "time") and not _aside(item):
            last = item


def _aside(item: Mention) -> bool:
    """Whether a figure stands between another one and what is said about that: 同比增收1.15亿元, 10万元以上的村."""
    sized = "以上" in item.quantity.words and item.behind[:1] not in ("", "，", "。")
    return item.quantity.role in ("growth", "decline") or item.bracketed or sized


def _score(target: Target, told: _Told, claimed: _Claimed, found: Sequence[Mention]) -> float:
    """How well a figure answers a target; 0 when it is of another kind, or about another thing."""
    item = told.mention
    goal, figure = target.quantity, item.quantity
    if goal is None or not _answers(target, goal, figure):
        return 0.0
    score = _alike(target, told)
    if score + _BONUS / 2 < _ENOUGH and figure.start not in claimed:
        return 0.0  # whatever else is said
    ahead = _PLANNED.search(item.between) or _PLANNED.match(item.behind[:6])
    if ahead and not (ahead[0] == "开工" and "开工" in target.words):
        score -= _PENALTY
    if _PART.search(item.between) and not _PART.search(target.words):
        score -= _PENALTY / 2
    changed = figure.role in ("growth", "decline") and goal.role not in ("growth", "decline") and target.kind != "cap"
    if item.bracketed or (changed and target.kind != "growth"):
        score -= _PENALTY
    if other_size(target.thing, item.subject):
        score -= _PENALTY
    if _NEWLY.search(target.words) and _NEWLY.search(item.between):
        score += _BONUS / 2
    # of two figures about the same thing the verbs tell: 开工9个、竣工投产4个
    score += 0.1 * overlap(item.between + item.behind[:6], target.words) if score >= _ENOUGH else 0.0
    return score + _by_claim(goal, figure, claimed) + _whole(target, item, found)


def _alike(target: Target, told: _Told) -> float:
    """How much both speak of the same thing."""
    thing = _SHARE_OF.sub("", target.thing) if "占" in target.thing else target.thing
    score = likeness(thing, told.near) - 0.05 * told.mention.inherited
    if score < 0.9:
        score = max(score, 0.9 * likeness(thing, told.clause))
    if target.kind == "share" and (rate := _RATE_NAME.search(target.thing)) and rate[0] in told.mention.before:
        score += 0.3
    return score


def _by_claim(goal: Quantity, figure: Quantity, claimed: _Claimed) -> float:
    """A percentage said about it speaks for it, more so when it is that of this target."""
    if figure.start not in claimed or not goal.base:
        return 0.0
    rate = figure.base / goal.base * 100 if figure.like(goal) else Fraction(figure.value) / Fraction(goal.value) * 100
    fits = abs(rate - Fraction(claimed[figure.start].rate.value)) <= Fraction(11, 10)
    return 2 * _BONUS if fits else _BONUS / 2


def _whole(target: Target, item: Mention, found: Sequence[Mention]) -> float:
    """The target repeated (46件积案化解38件) is no answer, unless all of it is done."""
    goal, figure = target.quantity, item.quantity
    if goal is None or figure.in_percent or not figure.like(goal) or figure.base != goal.base:
        return 0.0
    follows = [
        one
        for one in found
        if one.sentence == item.sentence and one.quantity.start > figure.start and one.quantity.like(figure)
    ]
    clause = item.before + figure.words + item.behind
    if item.behind.endswith("："):
        return -1.0  # the heading of an item, in the words of the task
    if follows and not item.behind.startswith("、") and not _ALL_DONE.search(clause):
        return -2 * _BONUS
    # 更新公交车45台 tells what was done, 7处游园：图纸已出 only what is wanted
    told = bool(bare_subject(item.between)) and not _BEGUN.search(clause)
    return 0.0 if told or _DONE.search(clause) else -1.0


def _spoken_for(target: Target, found: Sequence[Mention], claimed: _Claimed, year: int) -> int | None:
    """The one figure whose stated percentage is that of this target: 已改造96公里，占全年任务的80%."""
    goal = target.quantity
    if not claimed or goal is None or goal.unit.dimension == "ratio" or not target.within(year):
        return None
    fits = [
        place
        for place, item in enumerate(found)
        if item.quantity.like(goal) and _by_claim(goal, item.quantity, claimed) > _BONUS
    ]
    return fits[0] if len(fits) == 1 else None


def _only(target: Target, wanted: Sequence[Target], found: Sequence[Mention], year: int) -> int | None:
    """The one figure of a unit that only this target has, where names do not help: 已完成共计38公里."""
    goal = target.quantity
    if goal is None or goal.in_percent or not target.within(year):
        return None
    rivals = [one for one in wanted if one.quantity and kin(goal.unit, one.quantity.unit) and one.within(year)]
    if len(rivals) != 1:
        return None
    fits = [
        (place, item)
        for place, item in enumerate(found)
        if item.quantity.like(goal) and item.quantity.role == "level" and not item.bracketed
        if not _PLANNED.search(item.between) and not _PLANNED.match(item.behind[:6]) and item.quantity.base != goal.base
    ]
    totals = [one for one in fits if _TOTAL.search(one[1].between)]
    chosen = totals if len(totals) == 1 else fits
    if len(chosen) != 1:
        return None
    place, item = chosen[0]
    said = item.before + item.subject + item.behind
    alike = bool(set(target.thing) & set(said)) or not item.subject
    return place if alike and _DONE.search(said) else None


def _answers(target: Target, goal: Quantity, figure: Quantity) -> bool:
    """Whether the figure is of the kind that is wanted."""
    if target.kind == "growth" and goal.unit.dimension == "ratio":
        return figure.unit.dimension == "ratio" and figure.role in ("growth", "decline", "doubling")
    if target.kind == "cap" and goal.unit.dimension == figure.unit.dimension == "ratio":
        return True
    if goal.unit.dimension == "ratio":
        return figure.unit.dimension == "ratio" and figure.role == "share"
    if goal.unit.dimension == "points":
        return figure.unit.dimension == "points"
    return kin(goal.unit, figure.unit)

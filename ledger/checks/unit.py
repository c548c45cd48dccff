"""unit: a figure in a unit that cannot be, or ten thousand times too large or too small."""

import re
from collections.abc import Iterator
from fractions import Fraction

from ledger.checks.arithmetic import percentage, shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding
from ledger.indicators import Actual, Mention, claims, likeness
from ledger.quantities import Quantity, kin

__all__ = ["slipped", "unit"]

_FILL = r"(?:已|累计|预计|完成|实现|达到?|约|为|共|近|超过?)*\s*$"
# what is measured, and what it cannot be measured in
_NEVER = (
    (re.compile(rf"产量{_FILL}"), frozenset({"area", "length"})),
    (re.compile(rf"面积{_FILL}"), frozenset({"length", "weight", "money"})),
    (re.compile(rf"(?:投资|产值|收入|资金|贷款|税收|金额){_FILL}"), frozenset({"area", "length", "weight"})),
    (re.compile(rf"(?:里程|长度|总长){_FILL}"), frozenset({"area", "weight", "money"})),
)
_MISTAKEN = frozenset().union(*(never for _, never in _NEVER))
_AT_MOST_ALL = re.compile(
    r"(?:覆盖率|合格率|达标率|普及率|满意率|满意度|入学率|参保率|办结率|化解率|整改率|优良率|占比|比重)(?:为|达到?|约)*\s*$"
)
_DIGITS = 10**6
_SCALED = frozenset("万亿")


def unit(task: Read, frame: Frame) -> Iterator[Finding]:
    """Against the target first, then figures that are impossible by themselves."""
    for actual in task.actuals:
        if actual:
            yield from _against(task, actual, frame.schema.checks.times)
    yield from _of_another_kind(task, frame.schema.year)
    for item in task.mentions:
        if why := _impossible(item):
            yield task.says("unit_wrong", task.quote(item, item), why=why)


def slipped(actual: Actual) -> bool:
    """Whether the printed numbers give the stated percentage and their units do not: 1.92万元 of 2.4亿元 is 80%."""
    goal, claim, figure = actual.target.quantity, actual.claim, actual.quantity
    if goal is None or claim is None or not goal.value or figure.unit == goal.unit or not figure.like(goal):
        return False
    stated = Fraction(claim.rate.value)
    return not _near(stated, percentage(figure, goal)) and _near(stated, _printed(figure, goal))


def _against(task: Read, actual: Actual, times: float) -> Iterator[Finding]:
    goal, figure = actual.target.quantity, actual.quantity
    if goal is None or not figure.like(goal) or actual.target.kind not in ("amount", "about"):
        return
    if figure.unit == goal.unit or not goal.base:
        return
    ratio = figure.base / goal.base
    limit = Fraction(repr(times))
    if slipped(actual) and actual.claim:
        why = f"目标是{shown(goal)}，按文中的{actual.claim.rate.words}算，单位应是{goal.unit.text}"
    elif ratio and not 1 / limit <= ratio <= limit:
        why = f"目标是{shown(goal)}，相差{shown(max(ratio, 1 / ratio))}倍"
    else:
        return
    yield task.says("unit_wrong", figure.words, why=why)


def _of_another_kind(task: Read, year: int) -> Iterator[Finding]:
    """万元 where the target is in 亩, when the printed numbers and the percentage show that it is meant."""
    said = {claim.of.start: claim.rate for claim in claims(task.row.report, year)}
    for item in task.mentions if said else ():
        rate = said.get(item.quantity.start)
        for wanted, actual in zip(task.targets, task.actuals, strict=True):
            goal = wanted.quantity
            if rate is None or goal is None or actual or not goal.value or kin(goal.unit, item.quantity.unit):
                continue
            fits = _near(Fraction(rate.value), _printed(item.quantity, goal))
            if fits and likeness(wanted.thing, item.subject) >= 0.5:
                why = f"任务的单位是{goal.unit.text}（{shown(goal)}），按文中的{rate.words}算也是它"
                yield task.says("unit_wrong", item.quantity.words, why=why)


def _impossible(item: Mention) -> str:
    figure, dimension = item.quantity, item.quantity.unit.dimension
    for noun, never in _NEVER if figure.role == "level" and dimension in _MISTAKEN else ():
        if dimension in never and (found := noun.search(item.between)):
            return f"{found[0][:2]}不能用{figure.unit.text}计"
    if figure.in_percent and figure.value > 100 and _AT_MOST_ALL.search(item.between):
        return "比例不会超过100%"
    if dimension == "money" and figure.value >= _DIGITS and figure.unit.text[:1] in _SCALED:
        return f"合{shown(figure.base / 10**8)}亿元，数字过大"
    return ""


def _printed(figure: Quantity, goal: Quantity) -> Fraction:
    return Fraction(figure.value) / Fraction(goal.value) * 100


def _near(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= Fraction(3, 5)

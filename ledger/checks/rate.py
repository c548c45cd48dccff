"""rate: a stated percentage does not follow from its own figures, or follows from another base than the target."""

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from ledger.checks.arithmetic import close, percentage, shown, slack
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.checks.unit import slipped
from ledger.finding import Finding
from ledger.indicators import Actual, Mention
from ledger.quantities import Quantity

__all__ = ["rate"]

_OTHER_WHOLE = re.compile(r"总(?:投资|工程|量|额|里程|建筑)|工程量|投资额|(?:总|全)额")
_RATED = frozenset({"amount", "about"})
_NAMED = re.compile(r"([^\W\d_]{2})率(?:为|达到?|约|超过?)*\s*$")
_PORTION = re.compile(r"占比(?:为|达到?|约)*\s*$")
_CHANCE = 7  # times: round numbers lie so much wider apart than what is left for the base


def rate(task: Read, frame: Frame) -> Iterator[Finding]:
    """Percentages of targets, then those of two figures in one sentence (整改率)."""
    rounding = frame.schema.checks.rounding
    for actual in task.actuals:
        if actual and actual.claim and actual.target.kind in _RATED:
            yield from _of_target(task, actual, rounding)
    yield from _of_two(task, rounding)


def _of_target(task: Read, actual: Actual, rounding: float) -> Iterator[Finding]:
    goal, claim, figure = actual.target.quantity, actual.claim, actual.quantity
    if goal is None or claim is None or not goal.base or slipped(actual):
        return
    stated, computed = claim.rate, percentage(figure, goal)
    allowed = slack(stated, figure, goal.base, rounding) + (1 if figure.bound else 0)
    if close(stated, computed, allowed) or _OTHER_WHOLE.search(claim.words):
        return
    own = [item.quantity for item in task.mentions if item.quantity is not figure and item.quantity.like(figure)]
    if any(one.base and close(stated, percentage(figure, one), allowed) for one in own):
        return  # its own base, which check `target` compares
    words = f"{figure.words}，{claim.words}"
    sums = {"actual": shown(figure), "target": shown(goal), "rate": f"{shown(computed)}%", "stated": stated.words}
    other = next(
        (
            one
            for one in task.targets
            if one.quantity and one.quantity.like(goal) and one.quantity.base != goal.base
            if close(stated, percentage(figure, one.quantity), allowed)
        ),
        None,
    )
    base = shown(other.quantity) if other and other.quantity else _implied(figure, stated)
    if base:
        whose = f"（正是“{other.name}”的目标）" if other else ""
        yield task.says("rate_base", words, base=f"{base}{whose}", **sums)
    else:
        yield task.says("rate_wrong", words, **sums)


def _implied(figure: Quantity, stated: Quantity) -> str:
    """The round number of which the figure is the stated percentage, empty when there is none or it may be chance."""
    half, value = Fraction(1, 2 * 10**stated.decimals), Fraction(stated.value)
    if not stated.decimals or value <= half:
        return ""
    low, high = (Fraction(figure.value) * 100 / (value + sign * half) for sign in (1, -1))
    for digits in (1, 2, 3):
        step = Fraction(10) ** (len(str(int(low))) - digits)
        found = math.ceil(low / step) * step
        if low <= found <= high and step >= _CHANCE * (high - low):
            return f"{shown(found)}{figure.unit.text}"
    return ""


def _of_two(task: Read, rounding: float) -> Iterator[Finding]:
    """排查320处，已整改278处，整改率96.9%."""
    for place, item in enumerate(task.mentions):
        if not item.quantity.in_percent or item.quantity.role != "share" or item.bracketed:
            continue
        pair = _pair(item, task.mentions[:place])
        if not pair:
            continue
        whole, part = pair
        computed = percentage(part.quantity, whole.quantity)
        allowed = slack(item.quantity, part.quantity, whole.quantity.base, rounding)
        if close(item.quantity, computed, allowed) or close(item.quantity, 100 - computed, allowed):
            continue
        yield task.says(
            "rate_wrong",
            task.quote(whole, item),
            actual=shown(part.quantity),
            target=shown(whole.quantity),
            rate=f"{shown(computed)}%",
            stated=item.quantity.words,
        )


def _pair(rate: Mention, before: Sequence[Mention]) -> tuple[Mention, Mention] | None:
    """The whole and the part of which a named rate is said, when the sentence holds just these two."""
    same = [
        one for one in before if one.sentence == rate.sentence and not one.bracketed and one.quantity.role == "level"
    ]
    if len(same) < 2 or not before or before[-1] is not same[-1] or not same[-1].quantity.like(same[-2].quantity):
        return None
    alike = [one for one in same if one.quantity.like(same[-1].quantity)]
    whole, part = alike[-2:]
    named = _NAMED.search(rate.between)
    fits = (named and named[1] in part.between + part.behind) or (not named and _PORTION.search(rate.between))
    if len(alike) != 2 or not fits or not 0 < part.quantity.base <= whole.quantity.base:
        return None
    return whole, part

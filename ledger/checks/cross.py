"""cross: two places of one ledger give different figures for the same thing on the same day."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from ledger.checks.across import Answer, Told
from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding
from ledger.indicators import Actual, likeness
from ledger.measures import day, number

__all__ = ["against_sheet", "cross"]

_ALIKE = 0.8


def cross(ledger: Sequence[Told]) -> Iterator[Finding]:
    """Tasks with the same target against each other, both told."""
    groups: dict[object, list[tuple[Told, Answer]]] = {}
    for told in ledger:
        for answer in told.answers:
            groups.setdefault(answer.goal, []).append((told, answer))
    for group in groups.values():
        for (one, mine), (other, theirs) in combinations(group, 2):
            if other is not one and _differ(mine, theirs):
                yield _said(one, mine, other, theirs)
                yield _said(other, theirs, one, mine)


def _differ(one: Answer, other: Answer) -> bool:
    """Whether both are about one thing on one day and do not agree."""
    if one.value == other.value or one.as_of != other.as_of or one.dimension != other.dimension:
        return False
    return likeness(one.thing, other.thing) >= _ALIKE and likeness(other.thing, one.thing) >= _ALIKE


def _said(task: Told, mine: Answer, other: Told, theirs: Answer) -> Finding:
    return task.listed.row.says(
        "cross_differs",
        mine.words,
        name=mine.name,
        mine=mine.shown,
        other=other.listed.row.ref,
        theirs=theirs.shown,
        when=mine.when,
    )


def against_sheet(task: Read, frame: Frame) -> Iterator[Finding]:
    """A report against what the unit has typed into sheet 指标."""
    for one in task.row.typed:
        typed = number(one.actual, in_percent=one.in_percent)
        actual = task.actual(one.name)
        as_of = day(one.as_of) or frame.period.end
        if typed is None or not actual or not actual.target.quantity or frame.day(actual.as_of) != as_of:
            continue
        same_unit = actual.quantity.unit.factor == actual.target.quantity.unit.factor
        if abs(actual.value - typed) > _rounding(actual, typed) and same_unit:
            yield task.says(
                "figure_differs", actual.quantity.words, name=one.name, typed=f"{shown(typed)}{one.measure}"
            )


def _rounding(actual: Actual, typed: Decimal) -> Decimal:
    exponent = typed.as_tuple().exponent
    places = min(actual.quantity.decimals, -exponent if isinstance(exponent, int) and exponent < 0 else 0)
    return Decimal(1).scaleb(-places) / 2 if places else Decimal(0)

"""cross: two places of one ledger give different figures for the same thing on the same day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read, Reading
from ledger.finding import Finding
from ledger.indicators import Actual, Target, likeness
from ledger.measures import day, number

__all__ = ["cross"]

_ALIKE = 0.8


def cross(reading: Reading) -> Iterator[Finding]:
    """Tasks with the same target against each other, both told; then each report against the sheet 指标."""
    groups: dict[object, list[tuple[Read, Actual]]] = {}
    for task in reading.tasks:
        for target, actual in zip(task.targets, task.actuals, strict=True):
            if actual and target.quantity:
                key = (target.kind, target.quantity.base, target.quantity.unit.dimension)
                groups.setdefault(key, []).append((task, actual))
    for group in groups.values():
        for place, (task, actual) in enumerate(group):
            for other, theirs in group[place + 1 :]:
                if other is not task and _differ(actual, theirs):
                    yield _told(task, actual, other, theirs, reading)
                    yield _told(other, theirs, task, actual, reading)
    for task in reading.tasks:
        yield from _against_sheet(task, reading)


def _differ(one: Actual, other: Actual) -> bool:
    """Whether both are about one thing on one day and do not agree."""
    same = one.quantity.like(other.quantity) and one.as_of == other.as_of
    return same and _alike(one.target, other.target) and one.quantity.base != other.quantity.base


def _alike(one: Target, other: Target) -> bool:
    return min(likeness(one.thing, other.thing), likeness(other.thing, one.thing)) >= _ALIKE


def _told(task: Read, actual: Actual, other: Read, theirs: Actual, reading: Reading) -> Finding:
    return task.says(
        "cross_differs",
        actual.quantity.words,
        name=actual.target.name,
        mine=shown(actual.quantity),
        other=other.ref,
        theirs=shown(theirs.quantity),
        when=_when(actual.as_of, reading),
    )


def _when(as_of: date | None, reading: Reading) -> str:
    found = reading.day(as_of)
    return f"{found.month}月{found.day}日"


def _against_sheet(task: Read, reading: Reading) -> Iterator[Finding]:
    for figure in task.figures:
        typed = number(figure.values.get("actual", ""), in_percent=figure.indicator.in_percent)
        actual = next((one for one in task.actuals if one and one.target.name == figure.indicator.name), None)
        as_of = day(figure.values.get("as_of", "")) or reading.period.end
        if typed is None or not actual or not actual.target.quantity or reading.day(actual.as_of) != as_of:
            continue
        factor = actual.target.quantity.unit.factor
        if abs(_own(actual) * 1 - typed) > _rounding(actual, typed) and actual.quantity.unit.factor == factor:
            unit = figure.indicator.unit
            yield task.says(
                "figure_differs", actual.quantity.words, name=figure.indicator.name, typed=f"{shown(typed)}{unit}"
            )


def _own(actual: Actual) -> Decimal:
    return actual.value


def _rounding(actual: Actual, typed: Decimal) -> Decimal:
    exponent = typed.as_tuple().exponent
    places = min(actual.quantity.decimals, -exponent if isinstance(exponent, int) and exponent < 0 else 0)
    return Decimal(1).scaleb(-places) / 2 if places else Decimal(0)

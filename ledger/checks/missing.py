"""missing: a target for which the report gives no figure, or sheet 指标 none although the report does."""

from collections.abc import Iterator

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read, Reading
from ledger.finding import Finding
from ledger.indicators import Target, likeness
from ledger.quantities import kin

__all__ = ["missing"]

_SPOKEN_OF = 0.3


def missing(reading: Reading) -> Iterator[Finding]:
    """One finding a task that has reported: every target that no figure of the report could be about."""
    for task in reading.tasks:
        if not task.report.strip():
            continue
        typed = {figure.indicator.name for figure in task.figures if figure.values.get("actual", "").strip()}
        without = [
            target
            for target, actual in zip(task.targets, task.actuals, strict=True)
            if actual is None and target.name not in typed and _silent(task, target, reading.schema.year)
        ]
        if without:
            names = "、".join(f"{one.name}（目标{shown(one.quantity)}）" for one in without if one.quantity)
            yield task.says("actual_missing", task.report, names=names)
        yield from _untyped(task)


def _untyped(task: Read) -> Iterator[Finding]:
    """Figures of the report that the unit has not typed into sheet 指标: told, for nobody but the unit fills it."""
    for figure in task.figures:
        actual = next((one for one in task.actuals if one and one.target.name == figure.indicator.name), None)
        if actual and not figure.values.get("actual", "").strip():
            yield task.says("figure_untyped", actual.quantity.words, name=figure.indicator.name)


def _silent(task: Read, target: Target, year: int) -> bool:
    goal = target.quantity
    if goal is None or not target.within(year):
        return False
    return not any(
        kin(goal.unit, item.quantity.unit) and likeness(target.thing, item.before + item.behind[:12]) >= _SPOKEN_OF
        for item in task.mentions
    )

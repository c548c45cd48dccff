"""missing: a target for which the report gives no figure, or sheet 指标 none although the report does."""

from collections.abc import Iterator

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding
from ledger.indicators import Target, likeness
from ledger.quantities import kin

__all__ = ["missing"]

_SPOKEN_OF = 0.3


def missing(task: Read, frame: Frame) -> Iterator[Finding]:
    """One finding a task that has reported: every target that no figure of the report could be about."""
    if not task.row.report.strip():
        return
    typed = {one.name for one in task.row.typed if one.actual.strip()}
    without = [
        target
        for target, actual in zip(task.targets, task.actuals, strict=True)
        if actual is None and target.name not in typed and _silent(task, target, frame.schema.year)
    ]
    if without:
        names = "、".join(f"{one.name}（目标{shown(one.quantity)}）" for one in without if one.quantity)
        yield task.says("actual_missing", task.row.report, names=names)
    yield from _untyped(task)


def _untyped(task: Read) -> Iterator[Finding]:
    """Figures of the report that the unit has not typed into sheet 指标: told, for nobody but the unit fills it."""
    for one in task.row.typed:
        actual = task.actual(one.name)
        if actual and not one.actual.strip():
            yield task.says("figure_untyped", actual.quantity.words, name=one.name)


def _silent(task: Read, target: Target, year: int) -> bool:
    goal = target.quantity
    if goal is None or not target.within(year):
        return False
    return not any(
        kin(goal.unit, item.quantity.unit) and likeness(target.thing, item.before + item.behind[:12]) >= _SPOKEN_OF
        for item in task.mentions
    )

"""The ledger as the checks over several tasks see it, and what of each task they need."""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame, Listed

__all__ = ["Answer", "Told", "answers"]


class Answer(NamedTuple):
    """A target and the figure that answers it, as far as others are compared with them.

    ``goal`` and ``value`` are what can be equal: kind or unit and amount; ``when`` is the day, as people say it.
    """

    goal: tuple[str, str, str]
    name: str
    thing: str
    dimension: str
    as_of: str
    value: str
    shown: str
    words: str
    when: str


class Told(NamedTuple):
    """A task of the ledger with its answers."""

    listed: Listed
    answers: tuple[Answer, ...]


def answers(task: Read, frame: Frame) -> Iterator[Answer]:
    """Every target with a figure that the report answers."""
    for target, actual in zip(task.targets, task.actuals, strict=True):
        if not actual or not target.quantity:
            continue
        goal, figure = target.quantity, actual.quantity
        day = frame.day(actual.as_of)
        yield Answer(
            goal=(target.kind, str(goal.base), goal.unit.dimension),
            name=target.name,
            thing=target.thing,
            dimension=figure.unit.dimension,
            as_of=str(actual.as_of),
            value=str(figure.base),
            shown=shown(figure),
            words=figure.words,
            when=f"{day.month}月{day.day}日",
        )

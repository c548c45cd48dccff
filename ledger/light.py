"""The light of a task: what its indicators, its status word and its deadline say together."""

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.measures import LIGHT_OF, Light, Standing, day
from ledger.schema import Schema
from ledger.task import Task

__all__ = ["deadline", "task_light"]

_WORST_FIRST: tuple[Light, ...] = ("red", "yellow", "green", "blue")


def task_light(
    task: Task, values: Mapping[str, str], standings: Sequence[Standing], schema: Schema, as_of: date
) -> Light | None:
    """The worst light among a task's indicators and its status word; red when it is overdue and not done.

    Grey while nothing has been reported that a light could be read from; None once the task has ended.
    """
    if task.ended:
        return None
    said = {one.light for one in standings} | {LIGHT_OF[schema.means(values.get("status", ""))]}
    light: Light = next((light for light in _WORST_FIRST if light in said), "grey")
    due = deadline(task)
    overdue = due is not None and due < as_of
    return "red" if overdue and light != "blue" else light


def deadline(task: Task) -> date | None:
    """The day by which a task must be done (办结时限), where one is set."""
    return day(task.printed.get("deadline", ""))

"""Who led the like before: leaders and units for a new task, from earlier ledgers, with how alike the tasks are."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.indicators import similarity
from ledger.task import Task

__all__ = ["Suggestion", "suggestions"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An earlier task that is like the new one; ``score`` is 0 to 1 and never without meaning: nothing is filled in."""

    task: Task
    score: float

    @property
    def leaders(self) -> tuple[str, ...]:
        """Who led it."""
        return self.task.leaders

    @property
    def lead_units(self) -> tuple[str, ...]:
        """Which units led it."""
        return self.task.lead_units


def suggestions(text: str, earlier: Sequence[Task], *, least: float = 0.4, most: int = 3) -> list[Suggestion]:
    """The earlier tasks most alike, best first; none below ``least``, none without a leader or a lead unit."""
    scored = [
        Suggestion(task, round(similarity(text, task.text), 2)) for task in earlier if task.leaders or task.lead_units
    ]
    likely = [one for one in scored if one.score >= least]
    return sorted(likely, key=lambda one: (-one.score, one.task.id))[:most]

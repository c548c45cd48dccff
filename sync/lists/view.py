"""What the list sheets are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ledger.period import Period
from ledger.roster import Roster
from ledger.schema import Schema
from ledger.snapshot import Line, Snapshot
from sync.journal import Journal
from sync.master import Master
from sync.returns import UnitState, unit_states
from sync.workspace import Workspace

__all__ = ["View"]


@dataclass(frozen=True)
class View:
    """The master as it was read and the ledger at this moment; ``snapshot`` is None before any period is open."""

    workspace: Workspace
    master: Master
    roster: Roster
    snapshot: Snapshot | None

    @property
    def schema(self) -> Schema:
        """The workspace's schema."""
        return self.workspace.schema

    @property
    def journal(self) -> Journal:
        """The workspace's journal."""
        return self.workspace.journal

    @property
    def lines(self) -> tuple[Line, ...]:
        """All tasks of the open period."""
        return self.snapshot.lines if self.snapshot else ()

    def states(self, period: Period) -> Sequence[UnitState]:
        """Who has sent what in a period; several lists tell of it."""
        if period not in self._states:
            self._states[period] = unit_states(self.workspace, period)
        return self._states[period]

    @cached_property
    def _states(self) -> dict[Period, Sequence[UnitState]]:
        return {}

    @cached_property
    def references(self) -> Mapping[str, str]:
        """How the office calls each task, by id; those too that begin later."""
        known = {task.id: task.exact for task in self.journal.original_tasks()}
        return known | {line.task.id: line.task.exact for line in self.lines}

    def reference(self, cell: str) -> str:
        """How people call the task that an id of a task or of an indicator belongs to."""
        return self.references.get(cell.partition("#")[0], cell)

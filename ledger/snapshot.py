"""The ledger at one moment: what documents and statistics are made from."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ledger.period import Period
from ledger.task import Task

__all__ = ["Line", "Snapshot"]


class Line(BaseModel):
    """One task with what stands about it in the master.

    ``values`` holds the unit-owned cells by column key as the office sees them (merged, possibly polished);
    ``entries`` what each unit reported, by unit and column key. ``reporter`` is None while 待指定.
    """

    model_config = ConfigDict(frozen=True)

    task: Task
    reporter: str | None = None
    values: Mapping[str, str] = {}
    entries: Mapping[str, Mapping[str, str]] = {}

    @property
    def reported(self) -> bool:
        """Whether any unit-owned cell holds something."""
        return any(value.strip() for value in self.values.values())


class Snapshot(BaseModel):
    """All lines in ledger order (annex, then number) for one period; ``missing`` are units that sent nothing yet."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    period: Period
    lines: tuple[Line, ...]
    missing: tuple[str, ...] = ()

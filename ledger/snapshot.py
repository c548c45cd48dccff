"""The ledger at one moment: what documents and statistics are made from."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ledger.indicator import Indicator
from ledger.measures import Light, Standing
from ledger.period import Period
from ledger.task import Task

__all__ = ["Figure", "Line", "Snapshot"]


class Line(BaseModel):
    """One task with what stands about it in the master.

    ``values`` holds the unit-owned cells by column key as the office sees them (merged, possibly polished);
    ``entries`` what each unit reported, by unit and column key. ``reporter`` is None while 待指定, ``light`` once
    the task has ended. ``stale`` is the earlier period from which a quarter or a year has its texts.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    task: Task
    reporter: str | None = None
    values: Mapping[str, str] = {}
    entries: Mapping[str, Mapping[str, str]] = {}
    light: Light | None = "grey"
    stale: Period | None = None

    @property
    def reported(self) -> bool:
        """Whether any unit-owned cell holds something."""
        return any(map(str.strip, self.values.values()))


class Figure(BaseModel):
    """One indicator with what was reported (``actual``, ``as_of``, as text) and how it stands by that."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    indicator: Indicator
    reporter: str | None
    values: Mapping[str, str]
    standing: Standing


class Snapshot(BaseModel):
    """All lines in ledger order (annex, then number) for one period, and the figures of sheet 指标 in its order.

    Cancelled indicators and those of tasks that have ended are not among the figures. ``missing`` are units that
    sent nothing usable yet, ``late`` those whose report came after its due day.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    period: Period
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()

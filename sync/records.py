"""What the journal keeps, as values."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from ledger.finding import Finding

__all__ = ["Cell", "Change", "Conflict", "Entered", "EnteredState", "Issue", "State", "Submission"]

State = Literal["seen", "settled", "stored", "read", "accepted", "returned", "quarantined", "merged", "receipted"]
EnteredState = Literal["stands", "sent", "newer", "withdrawn"]
Cell = tuple[str, str]  # (task id, column key)


class Issue(BaseModel):
    """One workbook handed out: ``rows`` holds, by task id, the locked texts by column key as they were issued;
    ``reporter`` the tasks for which the unit is the first to answer; ``indicators`` the same as ``rows``, by id."""

    model_config = ConfigDict(frozen=True)

    id: str
    unit: str
    period: str
    rows: Mapping[str, Mapping[str, str]]
    reporter: frozenset[str]
    indicators: Mapping[str, Mapping[str, str]] = {}


class Submission(NamedTuple):
    """One file that arrived; ``path`` is relative to the inbox, ``arrived`` ISO local time."""

    number: int
    path: str
    sha256: str
    folder: str
    unit: str | None
    period: str | None
    state: State
    verdict: Literal["accepted", "returned", "quarantined"] | None
    arrived: str
    findings: tuple[Finding, ...]


class Entered(NamedTuple):
    """A row of sheet 代填 as it was recorded: a unit's report on one task. ``received`` is an ISO date or local time.

    It ``stands`` unless the unit ``sent`` a workbook later, another row is ``newer``, or it was ``withdrawn``.
    """

    number: int
    content: str
    task: str
    unit: str
    period: str
    channel: str
    received: str
    values: Mapping[str, str]
    state: EnteredState = "stands"

    @property
    def id(self) -> str:
        """What stands in the row's hidden first cell."""
        return f"代{self.number}"


class Conflict(NamedTuple):
    """A cell that office and unit both changed; ``decision`` is 本办, 单位 or empty while it waits."""

    number: int
    task: str
    column: str
    period: str
    office: str
    units: str
    source: str
    decision: str


class Change(NamedTuple):
    """One cell that a merge changed in the master."""

    number: int
    at: str
    task: str
    column: str
    old: str
    new: str
    source: str

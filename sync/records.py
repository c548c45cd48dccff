"""What the journal keeps, as values."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from ledger.finding import Finding

__all__ = [
    "Answer", "Cell", "Change", "Conflict", "Entered", "EnteredState", "Handed", "Issue", "Ruling", "State", "Step",
    "Submission",
]  # fmt: skip

State = Literal["seen", "settled", "stored", "read", "accepted", "returned", "quarantined", "merged", "receipted"]
Ruling = Literal["excluded", "returned"]  # what the office decided against an accepted file
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


class Handed(NamedTuple):
    """What the lists tell of an issue, without its texts: ``tasks`` counts its rows."""

    id: str
    unit: str
    period: str
    tasks: int
    reporter: frozenset[str]


class Submission(NamedTuple):
    """One file that arrived; ``path`` is relative to the inbox, ``arrived`` ISO local time or a date.

    ``judged`` is the verdict of the checks; the office may have ruled otherwise since, and ``verdict`` is what counts.
    ``saved`` is when the file itself says that it was last saved, where that can be believed.
    """

    number: int
    path: str
    sha256: str
    folder: str
    unit: str | None
    period: str | None
    state: State
    judged: Literal["accepted", "returned", "quarantined"] | None
    ruling: Ruling | None
    arrived: str
    saved: str | None
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Literal["accepted", "returned", "quarantined", "excluded"] | None:
        """What counts: the office's ruling if there is one, else the verdict of the checks."""
        return self.ruling or self.judged


class Step(NamedTuple):
    """Something that happened to a submission: a state that it reached, or what the office did with it and why.

    ``again`` is another arrival of the same bytes; ``why`` is then its path.
    """

    state: State | Literal["again", "excluded", "included", "sent_back", "received"]
    at: str
    why: str


class Answer(NamedTuple):
    """A file that a unit is owed: what is to lie at ``path`` of the workspace is in the store under ``sha256``."""

    number: int
    submission: int
    path: str
    sha256: str


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

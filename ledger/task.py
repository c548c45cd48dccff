"""Tasks and what units report on them."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ledger.finding import Finding

__all__ = ["Draft", "Entry", "Extract", "Task", "folded"]


_OWN = frozenset({"no", "text", "project", "section", "subsection"})  # cells that are fields of a task


class Draft(BaseModel):
    """One row of a source document before it has an id.

    ``printed`` holds the task-owned cells and ``reported`` the unit-owned ones, both by column key and as
    printed (line breaks kept); ``place`` says in Chinese where the row stands, for findings.
    """

    model_config = ConfigDict(frozen=True)

    annex: int
    printed_no: int | None = None
    section: str | None = None
    subsection: str | None = None
    project: str | None = None
    text: str
    printed: Mapping[str, str] = {}
    reported: Mapping[str, str] = {}
    inherited: bool = False
    place: str = ""


class Extract(BaseModel):
    """Everything that one document gave: rows in document order, its title, and what was wrong with it."""

    model_config = ConfigDict(frozen=True)

    title: str = ""
    drafts: tuple[Draft, ...] = ()
    findings: tuple[Finding, ...] = ()


class Task(BaseModel):
    """One row of the ledger.

    ``id`` is given once and never derived again (``A1-021``; a sub-item of a project ``A2-08.3``), ``no`` is the
    repaired number, ``printed_no`` what the document prints. ``printed`` keeps each task-owned cell as printed,
    by column key; the three tuples hold the single names found in them. ``ended`` is the note with which a task
    that was cancelled or merged stays printed; ``linked`` the id of the task under which the same work is reported
    (同一事项), ``named`` the unit that a change made its reporter.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    annex: int
    no: int
    printed_no: int | None = None
    section: str | None = None
    subsection: str | None = None
    project: str | None = None
    text: str
    printed: Mapping[str, str] = {}
    leaders: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    responsible_units: tuple[str, ...] = ()
    inherited: bool = False
    ended: str = ""
    linked: str = ""
    named: str = ""

    @property
    def reference(self) -> str:
        """How a bulletin cites the task: ``附件1：26``."""
        return f"附件{self.annex}：{self.no}"

    @property
    def exact(self) -> str:
        """How the office tells the rows of one project apart: ``附件2：8.3``; of other tasks the same as printed."""
        return self.reference + "".join(self.id.rpartition(".")[1:] if "." in self.id else ())

    def cell(self, key: str) -> str:
        """The task-owned cell of column ``key`` as it stands in a table (empty when the task has none)."""
        value = getattr(self, key) if key in _OWN else self.printed.get(key)
        return "" if value is None else str(value)


class Entry(BaseModel):
    """One unit's report on one task in one period: unit-owned values by column key, as text."""

    model_config = ConfigDict(frozen=True)

    task: str
    unit: str
    period: str
    values: Mapping[str, str]


def folded(text: str) -> str:
    """The text without any white space: line breaks and padding come from the page, not from the author."""
    return "".join(text.split())

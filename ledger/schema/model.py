"""The frozen models behind schema.yaml; every key is documented in docs/schema.md."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.period import Period
from ledger.schema.contradictions import contradictions
from ledger.schema.document import Category, Document
from ledger.schema.format import Fonts, Format, Margins
from ledger.schema.papers import Papers
from ledger.schema.part import Part, Text
from ledger.schema.ranking import Ranking

__all__ = [
    "Annex",
    "Backup",
    "Category",
    "Checks",
    "Column",
    "Document",
    "Due",
    "Fonts",
    "Format",
    "Lights",
    "Margins",
    "Office",
    "Owner",
    "Papers",
    "Ranking",
    "Schema",
    "Scoring",
    "Stage",
    "Status",
]

Owner = Literal["task", "unit", "system", "office"]
Type = Literal["text", "number", "names", "choice", "status", "stage", "date"]
Meaning = Literal["not_started", "behind", "on_track", "done", "other"]
Voice = Literal["warning", "note", "ignore"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Day = Annotated[int, Field(ge=1, le=31)]
Plus = Annotated[float, Field(ge=0, le=100)]
Minus = Annotated[float, Field(ge=-100, le=0)]


class Office(Part):
    """Who keeps the ledger; printed on every workbook and document."""

    name: Text
    region: Text
    level: Literal["省", "市", "县", "区", "乡镇"]
    contact: str = ""
    phone: str = ""

    @property
    def reached(self) -> str:
        """联系人：督查科 王宁 0700-1234567, empty where neither is known."""
        known = f"{self.contact} {self.phone}".strip()
        return f"联系人：{known}" if known else ""


class Column(Part):
    """One column of the ledger, said once and used by every annex that lists its key.

    ``owner``: ``task`` set at decomposition, ``unit`` reported, ``system`` computed by Ducha, ``office`` the
    office's own and never written. ``headers`` are other names that imported tables give the column.
    """

    title: Text
    owner: Owner
    type: Type = "text"
    required: bool = False
    max_length: Annotated[int, Field(ge=1, le=32767)] | None = None
    choices: tuple[Text, ...] = ()
    headers: tuple[Text, ...] = ()
    width: Annotated[float, Field(gt=1, le=120)] = 12
    help: str = ""
    leads: Key | None = Field(default=None, description="the column whose printed text begins with this one")

    @model_validator(mode="after")
    def _consistent(self) -> "Column":
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("type为choice的栏目要有choices，其他类型不能有choices")
        if self.required and self.owner != "unit":
            raise ValueError("只有owner为unit的栏目才能required")
        if self.max_length and self.type != "text":
            raise ValueError("只有type为text的栏目才能有max_length")
        return self


class AnnexColumn(Part):
    """A column as one annex prints it: its own title and width where they differ."""

    key: Key
    title: Text | None = None
    width: Annotated[float, Field(gt=1, le=120)] | None = None


class Annex(Part):
    """A numbered table of the ledger. ``columns`` are the printed ones, in order.

    ``number_in_text``: the number stands at the start of the task's text (``12.推动…``) and has no column.
    ``headings`` are words by which an imported table is told from another one with the same headers.
    """

    no: Annotated[int, Field(ge=1, le=99)]
    title: Text
    columns: Annotated[tuple[Key | AnnexColumn, ...], Field(min_length=1)]
    number_in_text: bool = False
    headings: tuple[Text, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the printed columns, in order."""
        return tuple(item if isinstance(item, str) else item.key for item in self.columns)

    @property
    def name(self) -> str:
        """附件1."""
        return f"附件{self.no}"

    @property
    def has_projects(self) -> bool:
        """Whether rows are sub-items of projects (民生实事)."""
        return "project" in self.keys


class Status(Part):
    """A status word of this office and what it means to Ducha."""

    word: Text
    means: Meaning


class Stage(Part):
    """A stage of a building project (前期…投用) and its share of the whole, 0 to 1."""

    word: Text
    share: Annotated[float, Field(ge=0, le=1)]


class Due(Part):
    """When a period's reports are due: ``day`` of the month ``months_after`` the period's last one."""

    day: Day
    months_after: Annotated[int, Field(ge=0, le=12)] = 0


class DueDays(Part):
    """Due days by length of the period, and the ``dates`` of single periods that differ."""

    month: Due
    quarter: Due
    year: Due
    # a year's name is a number to YAML
    dates: dict[Annotated[str, BeforeValidator(str)], date] = Field(default_factory=dict)


class Lights(Part):
    """From how many 百分点 behind schedule a light is yellow, then red; ``about`` is how many percent 左右 allows."""

    behind: Annotated[float, Field(ge=0, le=100)] = 0
    far_behind: Annotated[float, Field(ge=0, le=100)] = 10
    about: Annotated[float, Field(ge=0, lt=100)] = 5

    @model_validator(mode="after")
    def _consistent(self) -> "Lights":
        if self.far_behind < self.behind:
            raise ValueError("far_behind不能小于behind")
        return self


class Scoring(Part):
    """What a unit's score is made of: points per period, file and task, and how many the leader's rating may give."""

    base: Annotated[float, Field(ge=0, le=1000)] = 100
    on_time: Plus = 0
    late: Minus = -1
    missing: Minus = -10
    returned: Minus = -2
    blue: Plus = 0
    yellow: Minus = -1
    red: Minus = -2
    lowest: Annotated[float, Field(ge=-1000, le=1000)] = 0
    highest: Annotated[float, Field(ge=-1000, le=1000)] = 100
    rating: Annotated[float, Field(ge=0, le=100)] = 20

    @model_validator(mode="after")
    def _consistent(self) -> "Scoring":
        if self.highest < self.lowest:
            raise ValueError("highest不能小于lowest")
        return self


class Checks(Part):
    """How loudly each check on the figures speaks, and from where on.

    ``rounding``: units of its last place that a percentage may be off; ``points``: 百分点 that a lead may be off;
    ``parts``: within how many percent of the whole the parts behind 其中 are meant to be all; ``times``: how many
    times too large or small a figure cannot be; ``days``: how old at the period's end the newest figure may be.
    """

    rate: Voice = "warning"
    schedule: Voice = "warning"
    sum: Voice = "warning"
    status: Voice = "warning"
    target: Voice = "warning"
    unit: Voice = "warning"
    stale: Voice = "warning"
    missing: Voice = "note"
    cross: Voice = "warning"
    number: Voice = "warning"
    duplicate: Voice = "warning"
    rounding: Annotated[float, Field(ge=0, le=10)] = 1
    points: Annotated[float, Field(ge=0, le=10)] = 0.2
    parts: Annotated[float, Field(ge=0, le=50)] = 5
    times: Annotated[float, Field(gt=1)] = 1000
    days: Annotated[int, Field(ge=1, le=366)] = 92


class Backup(Part):
    """Where backups are made, seen from the workspace, and of how many days one is kept; 0 makes none by itself."""

    folder: Text = "备份"
    keep: Annotated[int, Field(ge=0, le=365)] = 7


class Schema(Part):
    """Everything that differs from office to office."""

    version: Literal[1]
    year: Annotated[int, Field(ge=2000, le=2099)]
    office: Office
    reporting: Literal["each_lead", "reporter_only"] = "each_lead"
    columns: dict[Key, Column]
    annexes: Annotated[tuple[Annex, ...], Field(min_length=1)]
    statuses: Annotated[tuple[Status, ...], Field(min_length=1)]
    stages: tuple[Stage, ...] = ()
    due: DueDays
    lights: Lights = Lights()
    scoring: Scoring = Scoring()
    backup: Backup = Backup()
    checks: Checks = Checks()
    papers: Papers = Papers()
    document: Document

    @model_validator(mode="after")
    def _consistent(self) -> "Schema":
        for path, sentence in contradictions(self):
            raise PydanticCustomError("contradiction", "{sentence}", {"sentence": sentence, "path": path})
        return self

    def annex(self, number: int) -> Annex:
        """The annex with this number; asking for one that is not there is a programming error."""
        return next(annex for annex in self.annexes if annex.no == number)

    def column(self, annex: Annex, key: str) -> Column:
        """Column ``key`` as ``annex`` prints it."""
        column = self.columns[key]
        for item in annex.columns:
            if not isinstance(item, str) and item.key == key:
                changes = {"title": item.title, "width": item.width}
                return column.model_copy(update={name: value for name, value in changes.items() if value})
        return column

    def owned(self, owner: Owner) -> tuple[str, ...]:
        """Keys of all columns of one owner, in the order of the file."""
        return self._owned.get(owner, ())

    @cached_property
    def _owned(self) -> Mapping[Owner, tuple[str, ...]]:
        owners = {column.owner for column in self.columns.values()}
        return {one: tuple(key for key, column in self.columns.items() if column.owner == one) for one in owners}

    @property
    def main_text(self) -> str:
        """Key of the column that holds a report's main text (进展情况): the first required text."""
        texts = [key for key in self.owned("unit") if self.columns[key].type == "text"]
        return next((key for key in texts if self.columns[key].required), texts[0])

    def choices(self, key: str) -> tuple[str, ...]:
        """The words that column ``key`` admits; empty when any text is."""
        column = self.columns[key]
        if column.type == "status":
            return tuple(status.word for status in self.statuses)
        return tuple(stage.word for stage in self.stages) if column.type == "stage" else column.choices

    def means(self, status: str) -> Meaning:
        """What a status text means: the longest status word that it begins with decides."""
        words = [item for item in self.statuses if status.strip().startswith(item.word)]
        return max(words, key=lambda item: len(item.word)).means if words else "other"

    def due_day(self, period: Period) -> date:
        """The day on which the reports of ``period`` are due."""
        if day := self.due.dates.get(str(period)):
            return day
        due = {1: self.due.month, 3: self.due.quarter, 12: self.due.year}[period.months]
        return period.due(due.day, due.months_after)

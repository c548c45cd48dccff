"""Judging one row of sheet 代填: whose report on which task it is, and everything that is wrong with it in words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from unicodedata import normalize

from ledger.cell import TYPES, cell_text
from ledger.period import Period
from ledger.reference import find_task
from ledger.roster import Roster
from ledger.row import fault_words, row_faults
from ledger.schema import Schema
from ledger.task import Task, folded
from sync.records import Entered, Issue
from sync.table import Row, Table
from sync.unit import LAST

__all__ = ["EnteredCheck", "Typed", "moment", "typed_rows"]

_MOMENT = re.compile(
    r"(20\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2})(?:\s*日\s*|[T\s]+|$)"
    r"(?:([上下]午)?\s*(\d{1,2})\s*[:时点](?:\s*(\d{1,2})(?::\d{1,2}|\s*分)?)?)?",
    re.ASCII,
)
_EPOCH, _FIRST_DAY, _LAST_DAY = datetime(1899, 12, 30), 36526, 73050  # Excel's day 0, 2000-01-01, 2099-12-31


@dataclass(frozen=True, slots=True)
class Typed:
    """What the office typed into one row: texts by column key, empty ones left out; ``received`` is ISO, a date or
    a point in time, None where it is neither."""

    row: Row
    texts: Mapping[str, str]
    received: str | None

    @property
    def content(self) -> str:
        """The same for the same content, wherever the row stands."""
        told = {**self.texts, "received": self.received or self.texts.get("received", "")}
        return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def typed_rows(table: Table, schema: Schema) -> list[Typed]:
    """The rows of the sheet as the office left them, in their order."""
    keys = [key for key in ("unit", "ref", *schema.owned("unit"), "channel", "received") if key in table.columns]
    found = []
    for row in table.rows:
        texts = {key: cell_text(row.values[key], schema.columns.get(key)) for key in keys}
        received = moment(row.values["received"])
        found.append(Typed(row, {key: text for key, text in texts.items() if text}, received))
    return found


class EnteredCheck:
    """Judges rows by the same rules as a unit's own workbook; ``who`` reports each task, ``issues`` are the period's
    newest by unit."""

    def __init__(
        self,
        schema: Schema,
        tasks: Sequence[Task],
        who: Mapping[str, str | None],
        roster: Roster,
        issues: Mapping[str, Issue],
        period: Period,
    ) -> None:
        self._schema, self._tasks, self._roster, self._period = schema, tasks, roster, period
        self._who, self._issues = who, issues

    def usable(self, typed: Typed, number: int = 0) -> Entered | None:
        """What the row records, under its ``number``; None when anything is wrong with it."""
        task = self._task(typed)
        unit = self._unit(typed, task)
        if not task or not unit or not typed.received or any(self.faults(typed)):
            return None
        return Entered(
            number=number,
            content=typed.content,
            task=task.id,
            unit=unit,
            period=str(self._period),
            channel=typed.texts["channel"],
            received=typed.received,
            values=self._values(typed),
        )

    def faults(self, typed: Typed) -> Iterator[tuple[str, str]]:
        """Everything wrong with a row, as (column key, words), in the order of the columns."""
        texts = typed.texts
        task = self._task(typed)
        unit = self._unit(typed, task)
        if not unit:
            name = texts.get("unit")
            yield "unit", f"{_short(name)}不是单位名录里的单位；" if name else "请填写填报单位；"
        if not task:
            yield "ref", f"{_short(texts['ref'])}对不上任务；" if "ref" in texts else "请填写序号；"
        elif task.ended:
            yield "ref", f"{task.exact}已不再填报（{task.ended}）；"
        yield from self._cells(typed, task, unit)
        if "channel" not in texts:
            yield "channel", "请填写渠道；"
        if "received" not in texts:
            yield "received", "请填写收到时间；"
        elif not typed.received:
            yield "received", "收到时间请写成2022-09-03或2022-09-03 15:30；"
        elif not self._plausible(date.fromisoformat(typed.received[:10])):
            yield "received", f"收到时间不像{self._period.label}报送的时间，请核对；"

    def _cells(self, typed: Typed, task: Task | None, unit: str | None) -> Iterator[tuple[str, str]]:
        values, schema = self._values(typed), self._schema
        mine = bool(task and unit and self._who.get(task.id) == unit)
        issue = self._issues.get(unit or "")
        last = issue.rows.get(task.id, {}).get(LAST, "") if mine and issue and task else ""
        faults = list(row_faults(schema, values, reporter=mine, last=last))
        if not values and not faults:
            yield schema.main_text, f"请填写{schema.columns[schema.main_text].title}；"
        for key, fault in faults:
            yield key, fault_words(schema, key, fault)

    def _task(self, typed: Typed) -> Task | None:
        """The task that the row names, or the one under which the same work is reported."""
        found = find_task(typed.texts.get("ref", ""), self._tasks)
        return next((task for task in self._tasks if task.id == found.linked), found) if found else None

    def _unit(self, typed: Typed, task: Task | None) -> str | None:
        """The standard name of the unit that the row names: one of the roster's, or anyone whom the task names."""
        name = typed.texts.get("unit", "")
        known = self._roster.find(name) if name else None
        if known and known.kind == "unit":
            return known.name
        named = (self._who.get(task.id), *task.lead_units, *task.responsible_units) if task else ()
        standard = self._roster.standard(name)
        return standard if name and standard in [self._roster.standard(other) for other in named if other] else None

    def _values(self, typed: Typed) -> dict[str, str]:
        return {key: typed.texts[key] for key in self._schema.owned("unit") if key in typed.texts}

    def _plausible(self, day: date) -> bool:
        """Not before the period began, nor later than the year after it: anything else is a slip of the pen."""
        first = date(self._period.year, self._period.last - self._period.months + 1, 1)
        return first <= day <= date(self._period.year + 1, 12, 31)


def moment(value: object) -> str | None:
    """``2022-09-03`` or ``2022-09-03T15:30`` for a date or time in a cell or in words; both sort as texts."""
    if isinstance(value, int | float) and not isinstance(value, bool) and _FIRST_DAY <= value < _LAST_DAY + 1:
        value = _EPOCH + timedelta(days=value)  # a cell that has lost its date format
    if isinstance(value, datetime):
        value += timedelta(seconds=30)  # Excel keeps 15:30 as a fraction that may fall short of it
        return value.isoformat(timespec="minutes").removesuffix("T00:00")
    if isinstance(value, date):
        return value.isoformat()
    found = _MOMENT.fullmatch(normalize("NFKC", cell_text(value)).strip())
    if not found:
        return None
    hour, minute = int(found[3] or 0), int(found[4] or 0)
    hour += 12 if found[2] == "下午" and hour < 12 else 0
    try:
        day = date.fromisoformat(TYPES["date"].normal(found[1]))
        found_at = datetime(day.year, day.month, day.day, hour, minute)
    except ValueError:
        return None
    return found_at.isoformat(timespec="minutes") if found[3] else day.isoformat()


def _short(text: str | None) -> str:
    line = folded(text or "")
    return line if len(line) <= 20 else f"{line[:20]}…"

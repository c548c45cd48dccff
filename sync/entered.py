"""Sheet 代填 of the master: what arrived by telephone or on paper becomes the unit's report, exactly once.

A row is known by its hidden id and belongs to the period in which it was first recorded. It is the unit's whole
report on its task, as one line of the unit's workbook would be; of several reports the one received last stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ledger.finding import Finding, finding
from ledger.period import Period
from ledger.schema import Schema
from ledger.task import Task
from sync.entered_check import EnteredCheck, Typed, typed_rows
from sync.journal import Journal
from sync.layout import cell_value
from sync.lists import put_row
from sync.master import Master
from sync.records import Entered, EnteredState
from sync.reporters import roster_of
from sync.table import Row, Table
from sync.workspace import Workspace
from xlsx import Book, Value, column_letter

__all__ = ["as_typed", "record_entered", "required_columns", "with_noted"]

_NEEDED = {"id": "编号", "unit": "填报单位", "ref": "序号"}
_TOLD = {"channel": "渠道", "received": "收到时间"}
_DAY = len("2022-09-03")
_OVERTAKEN = {"sent": "单位已另报，以单位为准", "newer": "已有更新的填报"}


def required_columns(table: Table | None, schema: Schema) -> list[str]:
    """The titles of the columns that sheet 代填 lacks for a whole row."""
    titles = {**_NEEDED, **{key: schema.columns[key].title for key in schema.owned("unit")}, **_TOLD}
    return [title for key, title in titles.items() if table and key not in table.columns]


def with_noted(workspace: Workspace, master: Master) -> Master:
    """The master with the rows in sheet 代填 that ``ducha enter`` has noted; one that stands there is not repeated.

    Where the sheet or a column is gone they wait.
    """
    log, schema, table = workspace.journal.entered, workspace.schema, master.lists.get("entered")
    noted = log.noted()
    if not noted or not table or required_columns(table, schema):
        return master
    there = {typed.content for typed in typed_rows(table, schema)}
    rows = [as_typed(table, schema, texts) for texts in noted]
    new = list({typed.content: typed for typed in rows if typed.content not in there}.values())
    book = Book(master.data)
    for place, typed in enumerate(new):
        shown = {key: _cell(schema, key, text) for key, text in typed.texts.items()}
        if not table.rows and not place:
            put_row(book, table, Row(table.model_row, {}), shown)
        else:
            after = table.last_row + place - (not table.rows)
            book.append(table.sheet, after, [{table.columns[key]: value for key, value in shown.items()}])
    log.forget_noted()
    return master.after(book)


def as_typed(table: Table, schema: Schema, texts: Mapping[str, str]) -> Typed:
    """A row of these texts by column key, as it will be read from the sheet."""
    row = Row(0, {key: texts.get(key, "") for key in table.columns})
    return typed_rows(Table(table.sheet, table.columns, table.key_row, (row,)), schema)[0]


def _cell(schema: Schema, key: str, text: str) -> Value:
    """A day as a day; a point in time stays a text, the column shows days."""
    return date.fromisoformat(text) if key == "received" and len(text) == _DAY else cell_value(schema, key, text)


def record_entered(
    workspace: Workspace, book: Book, master: Master, tasks: Sequence[Task], who: Mapping[str, str | None]
) -> list[Finding]:
    """Record what is new in the sheet as entries of the open period, and write each row's id and 状态 into ``book``.

    Rows that cannot be used are told, and what they recorded earlier stays until they are right again.
    """
    journal, schema = workspace.journal, workspace.schema
    table, period = master.lists.get("entered"), journal.open_period()
    if not period:
        return []
    missing = [title for key, title in _NEEDED.items() if table and key not in table.columns]
    if not table or missing:  # a sheet or column that is gone withdraws nothing
        _settle(journal, period)
        return [finding("entered_column", sheet=table.sheet, title="、".join(missing))] if table else []
    roster = roster_of(master, list(tasks))
    check = EnteredCheck(schema, tasks, who, roster, journal.newest_issues(str(period)), period)
    recording = _Recording(journal, table, schema, check, period)
    recording.run()
    _settle(journal, period)
    recording.show(book)
    return recording.findings


class _Recording:
    """One pass over the sheet: every row is held against what it recorded before."""

    def __init__(self, journal: Journal, table: Table, schema: Schema, check: EnteredCheck, period: Period) -> None:
        self._log, self._table, self._check, self._period = journal.entered, table, check, period
        self._rows = typed_rows(table, schema)
        known = (row for row in self._log.all() if row.state != "withdrawn" or row.period == str(period))
        self._before = {row.id: row for row in known}
        self._held = _held(self._rows, self._before)
        self._ids: dict[int, str] = {}  # by row number
        self._told: dict[int, str] = {}
        self.findings: list[Finding] = []

    def run(self) -> None:
        """Record what is new or changed, and withdraw what is gone."""
        for typed in self._rows:
            place = typed.row.number
            before = self._held.get(place)
            if before and before.period != str(self._period):
                self._ids[place] = before.id
            elif typed.texts:
                self._record(typed, before)
        here = set(self._ids.values())
        for row in self._log.of(str(self._period)):
            if row.id not in here:
                self._log.judge(row.number, "withdrawn")

    def _record(self, typed: Typed, before: Entered | None) -> None:
        place = typed.row.number
        if before:
            self._ids[place] = before.id
            if before.content == typed.content and before.state != "withdrawn":
                return
        if row := self._check.usable(typed, before.number if before else 0):
            self._ids[place] = self._log.put(row).id
            return
        faults = list(self._check.faults(typed))
        words = "".join(dict.fromkeys(said for _, said in faults)).rstrip("；")
        recorded = before and before.state != "withdrawn"
        self._told[place] = words + ("；改好前仍以上次入账的内容为准" if recorded else "")
        cell = f"{column_letter(self._table.columns.get(faults[0][0], 1))}{place}"
        self.findings.append(finding("entered_row", sheet=self._table.sheet, cell=cell, row=place, faults=words))

    def show(self, book: Book) -> None:
        """Write ids and states."""
        recorded = {row.id: row for row in self._log.all()}
        for typed in self._rows:
            place = typed.row.number
            name = self._ids.get(place)
            state = _said(recorded[name], typed) if name else ""
            shown: dict[str, Value] = {"id": name, "state": self._told.get(place, state) or None}
            if typed.texts and place != self._table.model_row:
                book.look_like(self._table.sheet, place, self._table.model_row)
            put_row(book, self._table, typed.row, shown)


def _held(rows: Sequence[Typed], known: Mapping[str, Entered]) -> dict[int, Entered]:
    """What each row recorded, by row number; of several rows with one id the unchanged one keeps it, or the first."""
    found: dict[str, Typed] = {}
    for typed in rows:
        name = str(typed.row.values["id"])
        if name in known and (name not in found or (_is(known[name], typed) and not _is(known[name], found[name]))):
            found[name] = typed
    return {typed.row.number: known[name] for name, typed in found.items()}


def _is(recorded: Entered, typed: Typed) -> bool:
    return recorded.content == typed.content


def _said(recorded: Entered, typed: Typed) -> str:
    """What 状态 says of a row that was recorded, in this period or in an earlier one."""
    booked = f"已入账（{Period.parse(recorded.period).label}）"
    if not _is(recorded, typed):
        return f"{booked}，此后的改动没有采用，新的填报请另起一行"
    return _OVERTAKEN.get(recorded.state, booked)


def _settle(journal: Journal, period: Period) -> None:
    """Decide for every recorded row of the period whether it is still the unit's newest word on its task."""
    rows = [row for row in journal.entered.of(str(period)) if row.state != "withdrawn"]
    if not rows:
        return
    newest = {(row.task, row.unit): row for row in sorted(rows, key=lambda row: (row.received, row.number))}
    arrived = dict(_arrivals(journal, period))
    state: EnteredState
    for row in rows:
        if arrived.get((row.task, row.unit), "") >= row.received:
            state = "sent"
        else:
            state = "stands" if newest[row.task, row.unit] == row else "newer"
        if state != row.state:
            journal.entered.judge(row.number, state)


def _arrivals(journal: Journal, period: Period) -> Iterator[tuple[tuple[str, str], str]]:
    """When the workbook arrived that counts for each task and unit; one that leaves a task empty says so too."""
    issues = journal.newest_issues(str(period))
    for unit, report in journal.submissions.reports(str(period)).items():
        for version in report.standing if unit in issues else ():
            # what a part leaves empty another part may say
            for task in issues[unit].rows.keys() - (report.filled - version.filled):
                yield (task, unit), version.submission.arrived[:16]

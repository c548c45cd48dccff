"""Judging a submitted workbook against what was issued: all faults at once, each with cell and remedy."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ledger.cell import cell_text
from ledger.finding import Finding, finding
from ledger.period import Period
from ledger.row import row_faults
from ledger.schema import Schema
from ledger.task import Entry, folded
from sync.atomic import legal_name
from sync.journal import Journal
from sync.read import Filled, Reading
from sync.records import Issue
from sync.table import Row
from sync.unit import LAST, TASKS, locked_keys
from xlsx import column_letter

__all__ = ["Judgement", "judge_workbook"]

_LIVE = frozenset({"macros", "external_links", "ole", "dde", "activex", "connections"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one workbook: whose it is (as far as known), its entries, and every finding."""

    verdict: Literal["accepted", "returned", "quarantined"]
    findings: tuple[Finding, ...]
    issue: Issue | None = None
    entries: tuple[Entry, ...] = ()


def judge_workbook(
    reading: Reading, name: str, folder: str, schema: Schema, journal: Journal, period: str
) -> Judgement:
    """Judge what was read from file ``name`` in the inbox's ``folder`` (empty: the inbox's root).

    Identity faults quarantine, other errors return the workbook, warnings and notes do neither.
    """
    issue, faults = _identify(reading, name, schema, journal)
    if not issue:
        return Judgement("quarantined", tuple(faults))
    if folder and folder != legal_name(issue.unit):
        return Judgement("quarantined", (finding("wrong_unit", unit=folder, value=name, owner=issue.unit),))
    if reading.scan.features & _LIVE:
        return Judgement("quarantined", (finding("file_macros", unit=issue.unit, value=name),), issue)
    if issue.period != period:
        wrong = finding("wrong_period", unit=issue.unit, value=name, owner=_label(issue.period), period=_label(period))
        return Judgement("returned", (wrong,), issue)
    checker = _Checker(reading, issue, schema)
    found = tuple(checker.findings())
    if any(item.severity == "error" for item in found):
        return Judgement("returned", found, issue)
    return Judgement("accepted", found, issue, tuple(checker.entries()))


def _label(period: str) -> str:
    return Period.parse(period).label


def _identify(reading: Reading, name: str, schema: Schema, journal: Journal) -> tuple[Issue | None, list[Finding]]:
    if len(reading.issues) > 1:
        return None, [finding("identity_conflict", value=name)]
    issue = journal.issue(next(iter(reading.issues))) if reading.issues else None
    if issue:
        return issue, []
    year = reading.claims.get("year", "")
    if year and year != str(schema.year):
        return None, [finding("wrong_year", value=name, owner=year, year=schema.year)]
    return None, [finding("file_foreign", value=name)]


class _Checker:
    """One workbook's rows against its issue."""

    def __init__(self, reading: Reading, issue: Issue, schema: Schema) -> None:
        self._reading, self._issue, self._schema = reading, issue, schema
        self._table = reading.table
        self._seen = reading.scan.sheets.get(self._table.sheet) if self._table else None

    def findings(self) -> Iterator[Finding]:
        if not self._table or not self._seen:
            yield finding("sheet_missing", unit=self._issue.unit, sheet=TASKS)
            return
        missing = [key for key in self._schema.owned("unit") if key not in self._table.columns]
        for key in missing:
            title = self._schema.columns[key].title
            yield finding("column_missing", unit=self._issue.unit, sheet=self._table.sheet, title=title)
        if missing:
            return
        yield from self._rows_complete()
        for filled in self._reading.rows:
            if filled.task in self._issue.rows:
                yield from self._locked(filled)
                yield from self._open(filled)
        if hidden := self._seen.hidden_rows & {filled.row.number for filled in self._reading.rows}:
            yield finding("rows_hidden", unit=self._issue.unit, sheet=self._table.sheet, value=len(hidden))

    def entries(self) -> Iterator[Entry]:
        for filled in self._reading.rows:
            values = {key: text for key, text in self._values(filled).items() if text}
            if values:
                yield Entry(task=filled.task, unit=self._issue.unit, period=self._issue.period, values=values)

    def _values(self, filled: Filled) -> dict[str, str]:
        columns = self._schema.columns
        return {key: cell_text(filled.row.values[key], columns[key]) for key in self._schema.owned("unit")}

    def _rows_complete(self) -> Iterator[Finding]:
        sheet, unit = self._table.sheet if self._table else TASKS, self._issue.unit
        counted = Counter(filled.task for filled in self._reading.rows)
        for task, locked in self._issue.rows.items():
            if not counted[task]:
                yield finding("row_missing", unit=unit, sheet=sheet, task=task, ref=locked["ref"])
            elif counted[task] > 1:
                yield finding("row_repeated", unit=unit, sheet=sheet, task=task, ref=locked["ref"])
        for row in self._reading.strays:
            if any(cell_text(row.values.get(key)) for key in self._schema.owned("unit")):
                yield self._at("identity_broken", row, "tag")

    def _locked(self, filled: Filled) -> Iterator[Finding]:
        for key in locked_keys(self._schema):
            if not self._table or key not in self._table.columns:
                continue
            was, stands = self._issue.rows[filled.task].get(key, ""), filled.row.values[key]
            if folded(cell_text(stands)) != folded(was):
                yield self._at("locked_changed", filled.row, key, value=stands, was=" ".join(was.split())[:60])

    def _open(self, filled: Filled) -> Iterator[Finding]:
        spoiled = set()
        for key in self._schema.owned("unit"):
            cell = self._cell(filled.row, key)
            if self._seen and cell in self._seen.formulas:
                spoiled.add(key)
                yield self._at("cell_formula", filled.row, key)
            elif self._seen and cell in self._seen.errors:
                spoiled.add(key)
                yield self._at("cell_error", filled.row, key, value=self._seen.errors[cell])
            elif self._seen and cell in self._seen.numbers:
                spoiled.add(key)
                yield self._at("number_long", filled.row, key, value=self._seen.numbers[cell])
        values = self._values(filled)
        mine, last = filled.task in self._issue.reporter, self._issue.rows[filled.task].get(LAST, "")
        for key, fault in row_faults(self._schema, values, reporter=mine, last=last if mine else ""):
            if key not in spoiled:
                yield self._at(fault.code, filled.row, key, value=values.get(key), **fault.fields)

    def _cell(self, row: Row, key: str) -> str:
        return f"{column_letter(self._table.columns[key])}{row.number}" if self._table else ""

    def _at(self, code: str, row: Row, key: str, *, value: object = None, **fields: object) -> Finding:
        column = self._schema.columns.get(key)
        tagged = (filled.task for filled in self._reading.rows if filled.row is row)
        return finding(
            code,
            task=next(tagged, None),
            unit=self._issue.unit,
            sheet=self._table.sheet if self._table else TASKS,
            cell=self._cell(row, key),
            value=value,
            title=column.title if column else "序号",
            row=row.number,
            **fields,
        )

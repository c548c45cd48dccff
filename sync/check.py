"""Judging a submitted workbook: whose it is, then every sheet against what was issued."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ledger.finding import Finding, finding
from ledger.period import Period
from ledger.schema import Schema
from ledger.task import Entry
from sync.atomic import legal_name
from sync.figure_check import contradictions
from sync.journal import Journal
from sync.reading.read import Reading
from sync.records import Issue
from sync.sheet_check import SheetCheck, figure_rules, task_rules
from sync.unit import SIGNED

__all__ = ["Judgement", "judge_workbook"]

_LEFT = frozenset({"required_empty", "text_unchanged"})  # the faults of a required row that nobody has touched
_LIVE = frozenset({"macros", "external_links", "ole", "dde", "activex", "connections"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one workbook: whose it is (as far as known), its entries, and every finding.

    ``untouched`` are the rows that are as they were handed out. Where only some of these are at fault, the workbook
    is returned and still a part of a report: these are ``needed`` from other files, and the rest is in the entries.
    """

    verdict: Literal["accepted", "returned", "quarantined"]
    findings: tuple[Finding, ...]
    issue: Issue | None = None
    entries: tuple[Entry, ...] = ()
    untouched: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()

    @property
    def is_report(self) -> bool:
        """Whether it is a report or a part of one."""
        return self.verdict == "accepted" or bool(self.needed)


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
    checks = _checks(reading, issue, schema)
    found = tuple(item for check in checks for item in check.findings()) + tuple(_unsigned(reading, issue.unit))
    found += tuple(contradictions(issue, schema, checks))
    untouched = frozenset(row for check in checks for row in check.untouched())
    errors = [item for item in found if item.severity == "error"]
    needed = frozenset(item.task for item in errors if item.task and item.task in untouched and item.code in _LEFT)
    if not all(item.task in needed and item.code in _LEFT for item in errors):
        return Judgement("returned", found, issue)
    entries = tuple(
        Entry(task=name, unit=issue.unit, period=issue.period, values=values)
        for check in checks
        for name, values in check.reported()
        if name not in needed
    )
    if needed and all(entry.task in untouched for entry in entries):
        return Judgement("returned", found, issue)
    return Judgement("returned" if needed else "accepted", found, issue, entries, untouched, needed)


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


def _unsigned(reading: Reading, unit: str) -> Iterator[Finding]:
    for name in reading.unsigned:
        place = reading.scan.defined_names[name].replace("$", "").replace("'", "")
        sheet, _, cell = place.partition("!")
        yield finding("signer_empty", unit=unit, sheet=sheet, cell=cell, title=SIGNED[name])


def _checks(reading: Reading, issue: Issue, schema: Schema) -> list[SheetCheck]:
    """One check for each sheet that the issue holds rows for."""
    wanted = [SheetCheck(reading, issue.unit, task_rules(issue, schema), reading.table)]
    if issue.indicators:
        wanted.append(SheetCheck(reading, issue.unit, figure_rules(issue, schema), reading.figures))
    return wanted

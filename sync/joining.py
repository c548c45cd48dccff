"""Carrying out what `sync.parts` decides: which of a unit's files are accepted, and what each is told of the others."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath

from ledger.finding import Finding, finding
from sync.answers import prepare
from sync.parts import Report, Version, put_together
from sync.records import Issue, Submission
from sync.versions import in_order
from sync.workspace import Workspace

__all__ = ["OUTDATED", "rejoin"]

OUTDATED = "version_older"
_OF_OTHERS = frozenset({"part_alone", "parts_joined"})  # what is said of other files changes with them


def rejoin(workspace: Workspace, issue: Issue) -> None:
    """Bring the verdicts on the files of one unit and period up to date, in the transaction that changes one of them.

    A file that is judged now, with its rows in the journal and no verdict yet, gets one here.
    """
    log = workspace.journal.submissions
    versions = log.versions_of(issue.unit, issue.period)
    report = put_together(versions)
    refs = {row: locked["ref"] for row, locked in {**issue.rows, **issue.indicators}.items()}
    for version in versions:
        one = version.submission
        if one.ruling:
            continue
        told: list[Finding] = []
        if version in report.waiting:
            verdict = "returned"
            told += _missing(version, report, refs)
        elif version in report.standing or not one.judged:
            verdict = "accepted"
            told += _taken_from(version, report, refs)
        else:
            continue
        if not one.judged:
            told += _beside_others(version, versions, report, refs)
        _record(workspace, one, issue, verdict == "returned", told, report.filled)


def _record(
    workspace: Workspace, one: Submission, issue: Issue, refused: bool, told: list[Finding], filled: frozenset[str]
) -> None:
    log, verdict = workspace.journal.submissions, "returned" if refused else "accepted"
    before = log.found(one.number)
    findings = [*(item for item in before if item.code not in _OF_OTHERS), *told]
    if verdict == one.judged:
        if tuple(findings) != before:
            log.tell(one.number, findings)
        return
    if refused:
        log.move(one.number, "returned", findings=findings)
        open_ones = [item for item in findings if item.severity != "error" or item.task not in filled]
        log.owe(one.number, *prepare(workspace, one, open_ones, issue, marked=True))
    else:
        log.disown(one.number)
        log.move(one.number, "accepted", findings=findings)


def _missing(part: Version, report: Report, refs: Mapping[str, str]) -> Iterator[Finding]:
    """That a part is kept, and which rows are still to come from other files."""
    others = [one for one in (*report.standing, *report.waiting) if not one.filled & part.filled]
    missing = part.needed.difference(*(one.filled for one in others))
    rows = _listed(missing or part.needed, refs)
    yield finding("part_alone", unit=part.submission.unit, refs=_listed(part.filled, refs), missing=rows)


def _taken_from(part: Version, report: Report, refs: Mapping[str, str]) -> Iterator[Finding]:
    """Which rows that a part leaves open stand in which other part."""
    for other in report.standing if part in report.standing else ():
        if other is not part and other.filled:
            one = other.submission
            rows = _listed(other.filled, refs)
            yield finding("parts_joined", unit=one.unit, refs=rows, number=one.number, value=_name(one))


def _beside_others(
    new: Version, versions: Iterable[Version], report: Report, refs: Mapping[str, str]
) -> Iterator[Finding]:
    """What the unit's other files make of a new one: it may be older, or leave out what they filled."""
    one, others = new.submission, [other for other in versions if other is not new]
    if new in report.waiting:
        return
    if new not in report.standing:
        last = (report.standing or others)[-1:]
        newer = last[0].submission if report.standing else in_order(other.submission for other in others)[-1]
        yield finding(OUTDATED, value=_name(one), saved=_local(one.saved), newer=_name(newer), number=newer.number)
        return
    for before in put_together(others).standing:
        lost = before.filled - report.filled
        if before not in report.standing and lost:
            number = before.submission.number
            yield finding("rows_emptied", unit=one.unit, number=number, refs=_listed(lost, refs))


def _listed(rows: Iterable[str], refs: Mapping[str, str]) -> str:
    """How people call rows, in the order of the workbook, each once."""
    place = {row: number for number, row in enumerate(refs)}
    return "、".join(dict.fromkeys(refs.get(row, row) for row in sorted(rows, key=lambda row: place.get(row, -1))))


def _name(submission: Submission) -> str:
    return PurePosixPath(submission.path).name


def _local(saved: str | None) -> str:
    return datetime.fromisoformat(saved).astimezone().strftime("%Y-%m-%d %H:%M") if saved else ""

"""Deciding what becomes of stored files: the verdict, and everything that follows from it in the same transaction."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from ledger.finding import Finding, finding
from ledger.period import Period
from sync.answers import prepare
from sync.assignment import Assignment
from sync.atomic import legal_name
from sync.check import Judgement, judge_workbook
from sync.faults import own_faults
from sync.joining import OUTDATED, rejoin
from sync.reading.decrypt import office_passwords
from sync.reading.read import Reading, read_ahead
from sync.records import Submission
from sync.versions import saved_at
from sync.watching.diary import Diary
from sync.workspace import Workspace
from xlsx import Limits

__all__ = ["Deciding", "has_failed", "is_outdated"]

_FAILED = "program_failed"


@dataclass(frozen=True, slots=True)
class _Judged:
    """A submission with all that is known of it now, and where its answer goes (path, sha256) if it is owed one."""

    submission: Submission
    judgement: Judgement
    answer: tuple[str, str] | None = None


class Deciding:
    """Judges what has been stored; one for a pass, it remembers whom each period asked."""

    def __init__(self, workspace: Workspace, assigned: Assignment, period: Period) -> None:
        self._workspace, self._journal = workspace, workspace.journal
        self._assigned, self._period = assigned, str(period)
        self._issues = cache(self._journal.newest_issues)
        self._folders = cache(lambda period: {legal_name(unit): unit for unit in self._issues(period)})

    def read(self, submissions: Sequence[Submission]) -> Generator[Reading | Finding | Exception, None, None]:
        """What stands in each file in turn; while one is judged the next ones are being read."""
        files = ((self._data(one), PurePosixPath(one.path).name) for one in submissions)
        return read_ahead(files, self._workspace.key, office_passwords(self._workspace.own))

    def decide(self, batch: Sequence[Submission], readings: Iterator[Reading | Finding | Exception]) -> None:
        """Record verdicts, entries and owed answers together: a report is in the ledger exactly when it is accepted,
        and an answer is owed exactly when it is not. Of the ``readings`` the batch's own come first."""
        # the batch stands in front: when it is over no further reading is taken
        judged = [self._judged(submission, reading) for submission, reading in zip(batch, readings, strict=False)]
        with own_faults() as faults:
            self._write(judged)
        if faults:  # alone it shows with which file
            for one in judged:
                self._write_alone(one)

    def _write(self, judged: Sequence[_Judged]) -> None:
        with self._journal.transaction():
            for one in judged:
                self._record(one)

    def _write_alone(self, one: _Judged) -> None:
        with own_faults() as faults:
            self._write([one])
        if faults:
            self._write([self._failed(one.submission, faults[0])])

    def _data(self, submission: Submission) -> bytes:
        """The stored bytes; of what no reader takes because of its size only as many as show that."""
        with self._workspace.stored_path(submission.sha256).open("rb") as file:
            return file.read(Limits().file + 1)

    def _judged(self, submission: Submission, reading: Reading | Finding | Exception) -> _Judged:
        with own_faults() as faults:
            if isinstance(reading, Exception):
                raise reading
            return self._weighed(submission, reading)
        return self._failed(submission, faults[0])

    def _failed(self, submission: Submission, error: Exception) -> _Judged:
        """Set a file aside on which the program has failed. The unit gets no answer: it is not its fault."""
        with closing(Diary(self._workspace.root)) as diary:
            diary.fail(f"处理“{submission.path}”（{submission.number}号）时程序出错", error)
        name, units = PurePosixPath(submission.path).name, self._issues(self._period)
        unit = next((unit for unit in units if legal_name(unit) == submission.folder), None)
        told = finding(_FAILED, unit=unit, value=name, detail=type(error).__name__)
        return _Judged(submission._replace(unit=unit, period=self._period), Judgement("quarantined", (told,)))

    def _weighed(self, submission: Submission, reading: Reading | Finding) -> _Judged:
        judgement = self._assigned.still_asked(self._judge(submission, reading))
        issue = judgement.issue
        period = issue.period if issue else self._period
        unit = self._folders(period).get(submission.folder) or (issue.unit if issue else None)
        # a file that was refused is not touched again: neither for its time nor to mark it
        read = isinstance(reading, Reading)
        saved = saved_at(self._data(submission), Period.parse(period).start, submission.arrived) if read else None
        known = submission._replace(unit=unit, period=period, saved=saved)
        if judgement.is_report:
            return _Judged(known, judgement)
        asked, marked = self._issues(period).get(unit or ""), read and judgement.verdict == "returned"
        return _Judged(known, judgement, prepare(self._workspace, known, judgement.findings, asked, marked=marked))

    def _judge(self, submission: Submission, reading: Reading | Finding) -> Judgement:
        if isinstance(reading, Finding):
            return Judgement("returned", (reading,))
        name, schema = PurePosixPath(submission.path).name, self._workspace.schema
        return judge_workbook(reading, name, submission.folder, schema, self._journal, self._period)

    def _record(self, one: _Judged) -> None:
        submission, judgement, log = one.submission, one.judgement, self._journal.submissions
        number, issue = submission.number, judgement.issue
        log.move(
            number,
            "read",
            unit=submission.unit,
            period=submission.period,
            saved=submission.saved,
            findings=judgement.findings,
        )
        if issue and judgement.is_report:
            said = {entry.task for entry in judgement.entries}
            silent = [(row, issue.unit, issue.period) for row in (*issue.rows, *issue.indicators) if row not in said]
            self._journal.put_entries(judgement.entries, number, silent)
            log.leave(number, judgement.untouched & (said | judgement.needed), judgement.needed)
            rejoin(self._workspace, issue)
        else:
            log.move(number, judgement.verdict)
        if one.answer:
            log.owe(number, *one.answer)


def has_failed(submission: Submission) -> bool:
    """Whether the program failed on a file; it is judged anew when the office says so."""
    return any(item.code == _FAILED for item in submission.findings)


def is_outdated(submission: Submission) -> bool:
    """Whether an accepted file was not used because a newer version of the same report was there already."""
    return any(item.code == OUTDATED for item in submission.findings)

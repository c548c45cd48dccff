"""The journal: everything that Ducha knows, in one SQLite file, written before anything is shown.

States of a submission: seen → settled → stored → read → (accepted | returned | quarantined) → merged → receipted.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from ledger.errors import StateError
from ledger.finding import Finding
from ledger.period import Period
from ledger.revision import revised
from ledger.task import Entry, Task
from sync.entered_log import EnteredLog
from sync.master_cells import MasterCells
from sync.master_versions import MasterVersions
from sync.records import Cell, Handed, Issue
from sync.revision_log import RevisionLog
from sync.submission_log import SubmissionLog
from sync.trouble import in_words

__all__ = ["Journal"]

_DIGEST = re.compile(r'"([0-9a-f]{64})"')
_TABLES = (files("sync") / "journal.sql").read_text(encoding="utf-8")


class Journal:
    """Access to one workspace's journal; every method is one statement or one small transaction.

    Use ``with journal.transaction():`` to make several durable together.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._base = sqlite3.connect(path, timeout=30, isolation_level=None)
        except sqlite3.Error as error:
            raise _told(path, error) from error
        self._tasks: list[Task] = []
        try:
            # a rollback journal and full flushes: the file must survive a power cut (facts: durability)
            self._base.execute("PRAGMA journal_mode=DELETE")
            self._base.execute("PRAGMA synchronous=EXTRA")
            self._base.executescript(_TABLES)
            self.cells = MasterCells(self._base, self.transaction)
            self.entered = EnteredLog(self._base, self.transaction)
            self.masters = MasterVersions(self._base, self.transaction)
            self.revisions = RevisionLog(self._base, self.transaction)
            self.submissions = SubmissionLog(self._base, self.transaction)
        except sqlite3.DatabaseError as error:
            self._base.close()
            raise _told(path, error) from error

    def close(self) -> None:
        """Release the file."""
        self._base.close()

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file; nothing when it is sound."""
        try:
            return [str(row[0]) for row in self._base.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        except sqlite3.DatabaseError as error:
            return [str(error)]

    def named(self) -> set[str]:
        """Every sha256 that the journal names and whose bytes must be in the store."""
        rows = self._base.execute(
            "SELECT sha256 FROM submission UNION SELECT sha256 FROM answer UNION SELECT sha256 FROM package"
            " UNION SELECT sha256 FROM master"
        )
        published = self._base.execute("SELECT value FROM fact WHERE name LIKE 'publication %'")
        return {digest for (digest,) in rows} | {found for (text,) in published for found in _DIGEST.findall(text)}

    def back_up(self, target: Path) -> None:
        """Write a consistent copy of the journal, whatever else is going on."""
        copy = sqlite3.connect(target)
        try:
            self._base.backup(copy)
        finally:
            copy.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside becomes durable together or not at all; nested uses join the outer one."""
        if self._base.in_transaction:
            yield
            return
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:  # SQLite itself rolls back after some faults of the disk
                self._base.execute("ROLLBACK")
            self._tasks = []  # some of them may never have been
            raise

    # tasks and periods

    def tasks(self, period: Period | None = None) -> list[Task]:
        """All tasks in ledger order as they stand at the end of ``period``, by default of the open one."""
        shown = period or self.open_period()
        return revised(self.original_tasks(), self.revisions.all(), shown.end if shown else date.max)

    def original_tasks(self) -> list[Task]:
        """All tasks in ledger order as they were first entered, those that are added later too."""
        # none is ever changed or taken away: with the same number they are the same ones
        (count,) = self._base.execute("SELECT count(*) FROM task").fetchone()
        if count != len(self._tasks):
            rows = self._base.execute("SELECT body FROM task ORDER BY position")
            self._tasks = sorted((_task(body) for (body,) in rows), key=lambda task: task.annex)
        return list(self._tasks)

    def add_tasks(self, tasks: Iterable[Task]) -> None:
        """Append new tasks; an id that exists already is a programming error."""
        (last,) = self._base.execute("SELECT coalesce(max(position), 0) FROM task").fetchone()
        rows = ((task.id, last + number, task.model_dump_json()) for number, task in enumerate(tasks, 1))
        with self.transaction():
            self._base.executemany("INSERT INTO task (id, position, body) VALUES (?, ?, ?)", rows)

    def placed(self) -> set[str]:
        """Ids of the tasks that have been given their row in the master; one whose row is gone stays gone."""
        return {task for (task,) in self._base.execute("SELECT id FROM task WHERE placed")}

    def place(self, tasks: Iterable[str]) -> None:
        """Record that these tasks have their row."""
        self._base.executemany("UPDATE task SET placed = 1 WHERE id = ?", ((task,) for task in tasks))

    def forget_row(self, task: str) -> None:
        """A task's row is gone for good: it gets a new one, and what stood in the old one counts no more."""
        with self.transaction():
            self._base.execute("UPDATE task SET placed = 0 WHERE id = ?", (task,))
            self._base.execute("DELETE FROM base WHERE task = ?", (task,))
            self._base.execute("DELETE FROM through WHERE task = ?", (task,))

    def forget_master(self) -> None:
        """The master is gone for good: everything is written into a new one."""
        with self.transaction():
            self._base.execute("UPDATE task SET placed = 0")
            self._base.execute("DELETE FROM base")
            self.cells.forget_through()
            self._base.execute("DELETE FROM fact WHERE name IN ('master', 'shown', 'settings_read')")

    def open_period(self) -> Period | None:
        """The period that the master shows, if any has been opened."""
        row = self._base.execute("SELECT name FROM period WHERE state = 'open'").fetchone()
        return Period.parse(row[0]) if row else None

    def periods(self) -> list[Period]:
        """All periods ever opened, earliest first."""
        return sorted(Period.parse(name) for (name,) in self._base.execute("SELECT name FROM period"))

    def period_before(self, period: Period) -> Period | None:
        """The period whose texts are 上期: the latest one before, or else any other (a year's import)."""
        others = [other for other in self.periods() if other != period]
        return next((other for other in reversed(others) if other < period), others[-1] if others else None)

    def set_open(self, period: Period) -> None:
        """Make ``period`` the open one; the one that was open is closed."""
        with self.transaction():
            self._base.execute("UPDATE period SET state = 'closed' WHERE state = 'open'")
            self._base.execute(
                "INSERT INTO period VALUES (?, 'open', (SELECT count(*) FROM period))"
                " ON CONFLICT (name) DO UPDATE SET state = 'open'",
                (str(period),),
            )

    # issues

    def issue(self, number: str) -> Issue | None:
        """The issue with this id, if we made it."""
        row = self._base.execute("SELECT body FROM issue WHERE id = ?", (number,)).fetchone()
        return Issue.model_validate_json(row[0]) if row else None

    def handed_out(self, period: str = "") -> list[Handed]:
        """Every issue of a period, or ever made, oldest first; the texts of a year's issues would fill the memory."""
        rows = self._base.execute(
            "SELECT id, unit, period, (SELECT count(*) FROM json_each(body, '$.rows')),"
            " json_extract(body, '$.reporter') FROM issue WHERE ? IN ('', period) ORDER BY position",
            (period,),
        )
        return [
            Handed(number, unit, its_period, tasks, frozenset(json.loads(reporter)))
            for number, unit, its_period, tasks, reporter in rows
        ]

    def newest_issues(self, period: str) -> dict[str, Issue]:
        """The newest issue of each unit for a period."""
        rows = self._base.execute("SELECT body FROM issue WHERE period = ? ORDER BY position", (period,))
        issues = (Issue.model_validate_json(body) for (body,) in rows)
        return {issue.unit: issue for issue in issues}

    def add_issue(self, issue: Issue) -> None:
        """Record an issue before its workbook is written; one that is known becomes the newest again."""
        self._base.execute(
            "INSERT INTO issue VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM issue))"
            " ON CONFLICT (id) DO UPDATE SET position = (SELECT max(position) + 1 FROM issue)",
            (issue.id, issue.unit, issue.period, issue.model_dump_json()),
        )

    # entries

    def put_entries(
        self, entries: Iterable[Entry], submission: int | None, silent: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        """Record what a unit reports in a submission, or what an imported document says (None).

        ``silent`` are task, unit and period of the rows about which the workbook says nothing, which is a report too.
        """
        said = [
            (entry.period, entry.task, entry.unit, submission or 0, json.dumps(dict(entry.values), ensure_ascii=False))
            for entry in entries
        ]
        said += [(period, task, unit, submission or 0, "") for task, unit, period in silent]
        with self.transaction():
            self._base.executemany(
                "INSERT OR REPLACE INTO entry (period, task, unit, submission, body) VALUES (?, ?, ?, ?, ?)", said
            )

    def entries(self, period: str) -> dict[str, dict[str, Mapping[str, str]]]:
        """What was reported in a period, in workbooks or through sheet 代填: task id → unit → values by column key.

        Of a unit's versions the newest that counts is what it says about a task; before any comes the import. What a
        part leaves open takes back what was said before, and not what another part says.
        """
        rank = {0: -1}
        for report in self.submissions.reports(period).values():
            rank |= {one.submission.number: place for place, one in enumerate(report.replaced)}
            rank |= dict.fromkeys((one.submission.number for one in report.standing), len(report.replaced))
        rows = self._base.execute(
            "SELECT submission, entry.task, unit, body, body != '' AND untouched.task IS NULL FROM entry"
            " LEFT JOIN untouched USING (submission, task) WHERE period = ?",
            (period,),
        )
        counted = sorted((row for row in rows if row[0] in rank), key=lambda row: (rank[row[0]], row[4], row[3] != ""))
        standing = {(task, unit): body for _, task, unit, body, _ in counted}
        found: dict[str, dict[str, Mapping[str, str]]] = {}
        for (task, unit), body in standing.items():
            if body:
                found.setdefault(task, {})[unit] = json.loads(body)
        for row in self.entered.of(period):
            if row.state == "stands":
                found.setdefault(row.task, {})[row.unit] = row.values
        return found

    def ever_said(self, period: str) -> dict[Cell, set[str]]:
        """Every text that any version of a unit's report ever had for a cell of a period."""
        found: dict[Cell, set[str]] = {}
        for task, body in self._base.execute("SELECT task, body FROM entry WHERE period = ? AND body != ''", (period,)):
            for key, text in json.loads(body).items():
                found.setdefault((task, key), set()).add(text)
        return found

    # findings and facts

    def findings(self) -> list[Finding]:
        """What was wrong with the documents that were imported."""
        rows = self._base.execute("SELECT body FROM finding ORDER BY rowid")
        return [Finding.model_validate_json(body) for (body,) in rows]

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Keep findings about imported documents; the same one is kept once."""
        rows = ((item.model_dump_json(),) for item in findings)
        with self.transaction():
            self._base.executemany("INSERT OR IGNORE INTO finding VALUES (?)", rows)

    def fact(self, name: str) -> str | None:
        """A single remembered value, such as the hash of the master that we wrote last."""
        row = self._base.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Remember a single value."""
        self._base.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


@lru_cache(maxsize=32_768)
def _task(body: str) -> Task:
    """A task as it is stored; the same one in every pass, so that what follows from it is known to be the same."""
    return Task.model_validate_json(body)


def _told(path: Path, error: sqlite3.Error) -> StateError:
    if isinstance(error, sqlite3.OperationalError):  # the disk's fault: nothing is wrong with the file
        return StateError(f"日志“{path}”现在不能读写（{in_words(error)}），没有作任何改动，请处理后重试。")
    return StateError(f"日志“{path}”打不开或已损坏，请执行 ducha recover 恢复。")

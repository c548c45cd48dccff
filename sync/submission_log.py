"""The journal's memory of what arrived: every file once, every step, and the answers that units are owed."""

import json
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ledger.finding import Finding
from sync.atomic import legal_name
from sync.master_cells import now
from sync.parts import Report, Version, put_together
from sync.records import Answer, Ruling, State, Step, Submission

__all__ = ["SubmissionLog"]

_COLUMNS = (
    "number, path, sha256, folder, unit, period, state, verdict, ruling, coalesce(received, arrived), saved, findings"
)
_LEAN = _COLUMNS.replace("findings", "'[]'")  # who counts is asked often, and needs no findings


class SubmissionLog:
    """The part of the journal that `Journal.submissions` gives; it shares the journal's connection and transactions."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._base, self._transaction = connection, transaction

    def all(self) -> list[Submission]:
        """All submissions in the order in which they were seen."""
        return list(self._read(""))

    def of(self, period: str) -> list[Submission]:
        """Those of one period."""
        return list(self._read("WHERE period = ?", period))

    def one(self, number: int) -> Submission | None:
        """The submission with this number."""
        return next(self._read("WHERE number = ?", number), None)

    def _read(self, where: str, *given: str | int, columns: str = _COLUMNS) -> Iterator[Submission]:
        for row in self._base.execute(f"SELECT {columns} FROM submission {where} ORDER BY number", given):
            yield _submission(row)

    def reports(self, period: str) -> dict[str, Report]:
        """By unit what its files come to."""
        return {unit: put_together(versions) for unit, versions in self.versions(period).items()}

    def versions(self, period: str) -> dict[str, list[Version]]:
        """By unit its usable files, accepted or parts, in the order in which they were seen."""
        found: dict[str, list[Version]] = {}
        for one in self._versions("period = ?", period):
            found.setdefault(one.submission.unit or "", []).append(one)
        return found

    def versions_of(self, unit: str, period: str) -> list[Version]:
        """The usable files of one unit."""
        return self._versions("period = ? AND unit = ?", period, unit)

    def _versions(self, where: str, *given: str) -> list[Version]:
        """Of the files that hold a report or a part of one the rows that they fill; without their findings."""
        filled: dict[int, set[str]] = {}
        needed: dict[int, set[str]] = {}
        those = f"submission IN (SELECT number FROM submission WHERE {where})"
        rows = f"SELECT submission, task FROM entry WHERE body != '' AND {those}"
        for number, task in self._base.execute(f"{rows} EXCEPT SELECT submission, task FROM untouched", given):
            filled.setdefault(number, set()).add(task)
        for number, task in self._base.execute(
            f"SELECT submission, task FROM untouched WHERE needed AND {those}", given
        ):
            needed.setdefault(number, set()).add(task)
        usable = f"{where} AND (verdict = 'accepted' OR number IN (SELECT submission FROM entry))"
        return [
            Version(one, frozenset(filled.get(one.number, ())), frozenset(needed.get(one.number, ())))
            for one in self._read(f"WHERE {usable}", *given, columns=_LEAN)
        ]

    def undecided(self) -> list[Submission]:
        """Files that have been stored and not judged yet; they need not lie in the inbox any more."""
        return list(self._read("WHERE verdict IS NULL"))

    def taken(self) -> list[Submission]:
        """Accepted files of which the master has not been told yet."""
        return list(self._read("WHERE state = 'accepted'"))

    def leave(self, number: int, rows: Iterable[str], needed: Container[str]) -> None:
        """Record the rows that a submission leaves as they were handed out, and which of them are ``needed``."""
        left = ((number, row, row in needed) for row in rows)
        self._base.executemany("INSERT OR REPLACE INTO untouched VALUES (?, ?, ?)", left)

    def found(self, number: int) -> tuple[Finding, ...]:
        """All that was found in a submission, the required rows that its other parts fill included."""
        (told,) = self._base.execute("SELECT findings FROM submission WHERE number = ?", (number,)).fetchone()
        return _findings(told)

    def tell(self, number: int, findings: Sequence[Finding]) -> None:
        """Record what is to be said of a submission now; nothing has happened to it."""
        self._base.execute("UPDATE submission SET findings = ? WHERE number = ?", (_as_json(findings), number))

    # arrival

    def known(self, sha256: str, folder: str) -> Submission | None:
        """The submission that these bytes in this folder are: the same file again, wherever it lies.

        In another folder it is the same only where it belongs: in its unit's own one or in the inbox's root.
        """
        for one in self._read("WHERE sha256 = ?", sha256):
            own = one.unit and one.verdict in ("accepted", "returned", "excluded") and legal_name(one.unit)
            if folder == one.folder or (own and folder in ("", own)):
                return one
        return None

    def see(self, path: str, sha256: str, folder: str, arrived: str) -> Submission:
        """The submission for these bytes, recorded as ``seen`` when it is new; a further place is noted."""
        with self._transaction():
            one = self.known(sha256, folder)
            # looked for first: an insert that is ignored would use up a number, and people see the numbers
            if not one:
                self._base.execute(
                    "INSERT INTO submission (path, sha256, folder, state, arrived) VALUES (?, ?, ?, 'seen', ?)",
                    (path, sha256, folder, arrived),
                )
                (one,) = self._read("WHERE sha256 = ? AND folder = ?", sha256, folder)
                self.note(one.number, "seen")
            elif path != one.path and path not in self.sightings(one.number):
                self.note(one.number, "again", path)
        return one

    def sightings(self, number: int) -> list[str]:
        """Where else the same bytes turned up."""
        return [step.why for step in self.steps(number) if step.state == "again"]

    def unpacked(self, path: str, sha256: str) -> None:
        """Record that the files in an archive have been seen."""
        self._base.execute("INSERT OR IGNORE INTO package VALUES (?, ?)", (path, sha256))

    def places(self) -> set[tuple[str, str]]:
        """Path and sha256 of every file that needs no further look, wherever its bytes were seen."""
        rows = self._base.execute(
            "SELECT path, sha256 FROM submission WHERE verdict NOT NULL UNION SELECT path, sha256 FROM package"
            " UNION SELECT why, sha256 FROM step JOIN submission ON number = submission"
            " WHERE step.state = 'again' AND verdict NOT NULL"
        )
        return set(rows)

    # steps

    def move(
        self,
        number: int,
        state: State,
        *,
        unit: str | None = None,
        period: str | None = None,
        saved: str | None = None,
        findings: Sequence[Finding] | None = None,
    ) -> None:
        """Advance a submission to ``state``, with what has become known of it; a verdict stays on record."""
        verdict = state if state in {"accepted", "returned", "quarantined"} else None
        told = None if findings is None else _as_json(findings)
        with self._transaction():
            self._base.execute(
                "UPDATE submission SET state = ?, verdict = coalesce(?, verdict), unit = coalesce(?, unit),"
                " period = coalesce(?, period), saved = coalesce(?, saved), findings = coalesce(?, findings)"
                " WHERE number = ?",
                (state, verdict, unit, period, saved, told, number),
            )
            self.note(number, state)

    def rule(self, number: int, ruling: Ruling | None, why: str = "") -> None:
        """Record what the office decided about a file, None to take its decision back."""
        step: Step = Step("included" if not ruling else "sent_back" if ruling == "returned" else ruling, now(), why)
        with self._transaction():
            self._base.execute("UPDATE submission SET ruling = ? WHERE number = ?", (ruling, number))
            self.note(number, step.state, why)

    def forget(self, number: int, why: str) -> None:
        """Forget the verdict on a file, so that it is judged anew."""
        with self._transaction():
            self._base.execute(
                "UPDATE submission SET state = 'stored', verdict = NULL, findings = '[]' WHERE number = ?", (number,)
            )
            self.note(number, "included", why)

    def receive(self, number: int, received: str, why: str) -> None:
        """Record when a file was truly received, an ISO date or local time."""
        with self._transaction():
            self._base.execute("UPDATE submission SET received = ? WHERE number = ?", (received, number))
            self.note(number, "received", f"{received.replace('T', ' ')}，{why}")

    def note(self, number: int, state: str, why: str = "") -> None:
        """Record that something happened to a submission."""
        self._base.execute("INSERT INTO step VALUES (?, ?, ?, ?)", (number, state, now(), why))

    def steps(self, number: int) -> list[Step]:
        """What happened to a submission, in order."""
        rows = self._base.execute("SELECT state, at, why FROM step WHERE submission = ? ORDER BY rowid", (number,))
        return [Step._make(row) for row in rows]

    # answers

    def owe(self, number: int, path: str, sha256: str) -> None:
        """Record, in the transaction that decides, the file that the unit shall get; its bytes are in the store."""
        self._base.execute("INSERT INTO answer (submission, path, sha256) VALUES (?, ?, ?)", (number, path, sha256))

    def disown(self, number: int) -> None:
        """What the unit has not got yet it needs no more."""
        self._base.execute("DELETE FROM answer WHERE submission = ? AND NOT delivered", (number,))

    def owed(self) -> list[Answer]:
        """Answers that nobody has written yet, oldest first."""
        rows = self._base.execute(
            "SELECT number, submission, path, sha256 FROM answer WHERE NOT delivered ORDER BY number"
        )
        return [Answer._make(row) for row in rows]

    def delivered(self, answer: Answer) -> None:
        """Record that an answer lies where it belongs."""
        self._base.execute("UPDATE answer SET delivered = 1 WHERE number = ?", (answer.number,))

    def answers(self, number: int) -> list[str]:
        """Where the answers to a submission lie, oldest first."""
        rows = self._base.execute("SELECT path FROM answer WHERE submission = ? ORDER BY number", (number,))
        return [path for (path,) in rows]

    def answered(self, period: str) -> list[tuple[str, str]]:
        """Units and their answers of a period, oldest first; not those that the office has set aside."""
        rows = self._base.execute(
            "SELECT unit, answer.path FROM answer JOIN submission ON submission.number = submission"
            " WHERE period = ? AND unit NOT NULL AND coalesce(ruling, verdict) != 'excluded' ORDER BY answer.number",
            (period,),
        )
        return list(rows)


def _submission(row: tuple[Any, ...]) -> Submission:
    one = Submission._make((*row[:-1], _findings(row[-1])))
    if one.judged != "accepted":
        return one
    # of an accepted part the rows are no faults any more that other parts fill
    return one._replace(findings=tuple(item for item in one.findings if item.severity != "error"))


def _findings(told: str) -> tuple[Finding, ...]:
    return tuple(Finding.model_validate(item) for item in json.loads(told))


def _as_json(findings: Sequence[Finding]) -> str:
    return json.dumps([item.model_dump() for item in findings], ensure_ascii=False)

"""The journal's memory of sheet 代填: what each of its rows recorded, and whether that is still the unit's word."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager

from sync.master_cells import now
from sync.records import Entered, EnteredState

__all__ = ["EnteredLog"]

_COLUMNS = "number, content, task, unit, period, channel, received, body, state"


class EnteredLog:
    """The part of the journal that `Journal.entered` gives; it shares the journal's connection and transactions."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._base, self._transaction = connection, transaction

    def all(self) -> list[Entered]:
        """Every row that was ever recorded, oldest first, withdrawn ones included."""
        return list(self._read(""))

    def of(self, period: str) -> list[Entered]:
        """The rows recorded in a period, oldest first."""
        return list(self._read("WHERE period = ?", period))

    def _read(self, where: str, *given: str) -> Iterator[Entered]:
        for row in self._base.execute(f"SELECT {_COLUMNS} FROM entered {where} ORDER BY number", given):
            yield Entered._make((*row[:7], json.loads(row[7]), row[8]))

    def put(self, row: Entered) -> Entered:
        """Record a row, or its new content; one without a number gets the next, which is never given again."""
        facts = (row.content, row.task, row.unit, row.period, row.channel, row.received)
        known = row.number or None
        with self._transaction():
            found = self._base.execute(
                f"INSERT OR REPLACE INTO entered ({_COLUMNS}, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (known, *facts, json.dumps(dict(row.values), ensure_ascii=False), row.state, now()),
            )
        return row._replace(number=known or found.lastrowid or 0)

    def note(self, texts: Mapping[str, str]) -> None:
        """Keep the texts of a row, by column key, until the master holds it."""
        self._base.execute("INSERT INTO noted (body) VALUES (?)", (json.dumps(dict(texts), ensure_ascii=False),))

    def noted(self) -> list[dict[str, str]]:
        """The rows that the master does not hold yet, oldest first."""
        return [json.loads(body) for (body,) in self._base.execute("SELECT body FROM noted ORDER BY number")]

    def forget_noted(self) -> None:
        """The master holds them all now."""
        self._base.execute("DELETE FROM noted")

    def judge(self, number: int, state: EnteredState) -> None:
        """Record what has become of a row."""
        self._base.execute("UPDATE entered SET state = ? WHERE number = ?", (state, number))

    def sources(self, period: str, entries: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
        """Whose reports (units by task) a task's cells come from, those of this sheet as ``交通局（代填·电话）``; of a
        task on which nobody says anything any more, whose row was withdrawn."""
        rows = self.of(period)
        ours = {(row.task, row.unit): f"{row.unit}（代填·{row.channel}）" for row in rows if row.state == "stands"}
        found = {task: tuple(ours.get((task, unit), unit) for unit in units) for task, units in entries.items()}
        for row in rows:
            if row.state == "withdrawn" and row.task not in entries:
                found[row.task] = (f"{row.unit}（代填已撤回）",)
        return found

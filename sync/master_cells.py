"""The journal's memory of the master: what we wrote into its cells, what closed periods held, clashes and changes."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sync.records import Cell, Change, Conflict

__all__ = ["MasterCells", "now"]


def now() -> str:
    """This moment, as the journal writes it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class MasterCells:
    """The part of the journal that `Journal.cells` gives; it shares the journal's connection and transactions."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._base, self._transaction = connection, transaction

    def base(self, period: str) -> dict[Cell, str]:
        """What we last wrote into the master for a period; a cell never written is absent."""
        return self._cells("base", period)

    def archive(self, period: str) -> dict[Cell, str]:
        """What stood in the unit-owned cells when a period was closed."""
        return self._cells("archive", period)

    def archived(self, period: str, column: str) -> dict[str, str]:
        """The texts of one column when a period was closed, by task."""
        rows = self._base.execute('SELECT task, value FROM archive WHERE period = ? AND "column" = ?', (period, column))
        return dict(rows.fetchall())

    def set_base(self, period: str, cells: Mapping[Cell, str]) -> None:
        """Record what the master now holds of ours."""
        self._set_cells("base", period, cells)

    def set_archive(self, period: str, cells: Mapping[Cell, str]) -> None:
        """Keep a period's final cells."""
        with self._transaction():
            self._set_cells("archive", period, cells)
            self._base.execute("DELETE FROM fact WHERE name = ?", (f"archived:{period}",))

    def archive_stamp(self, period: str) -> str:
        """By what a period's archive is known: another one when another text stands in it."""
        name = f"archived:{period}"
        found = self._base.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        if found:
            return str(found[0])
        stamp = sha256(repr(sorted(self.archive(period).items())).encode()).hexdigest()
        self._base.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, stamp))
        return stamp

    def _cells(self, table: Literal["base", "archive"], period: str) -> dict[Cell, str]:
        rows = self._base.execute(f'SELECT task, "column", value FROM {table} WHERE period = ?', (period,))
        return {(task, column): value for task, column, value in rows}

    def _set_cells(self, table: Literal["base", "archive"], period: str, cells: Mapping[Cell, str]) -> None:
        rows = ((task, column, period, value) for (task, column), value in cells.items())
        with self._transaction():
            self._base.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)", rows)

    def through(self, period: str) -> list[tuple[str, Cell, str]]:
        """What was written into an open master since it was published last: mark of the batch, cell, text; in order."""
        rows = self._base.execute(
            'SELECT mark, task, "column", value FROM through WHERE period = ? ORDER BY number', (period,)
        )
        return [(mark, (task, column), value) for mark, task, column, value in rows]

    def add_through(self, period: str, mark: str, cells: Mapping[Cell, str]) -> None:
        """Record a batch before it is written."""
        with self._transaction():
            self._base.executemany(
                'INSERT INTO through (mark, task, "column", period, value) VALUES (?, ?, ?, ?, ?)',
                ((mark, *cell, period, value) for cell, value in cells.items()),
            )

    def forget_through(self) -> None:
        """The master has been replaced, so nobody had it open: no batch can turn up in it any more."""
        self._base.execute("DELETE FROM through")

    def conflicts(self) -> list[Conflict]:
        """All conflicts, oldest first."""
        return [Conflict(*row) for row in self._base.execute("SELECT * FROM conflict ORDER BY number")]

    def put_conflict(self, cell: Cell, period: str, office: str, units: str, source: str) -> None:
        """Record that office and units both changed a cell; one that waits already takes the newer texts."""
        with self._transaction():
            done = self._base.execute(
                "UPDATE conflict SET office = ?, units = ?, source = ?"
                " WHERE task = ? AND \"column\" = ? AND period = ? AND decision = ''",
                (office, units, source, *cell, period),
            )
            if not done.rowcount:
                self._base.execute(
                    'INSERT INTO conflict (task, "column", period, office, units, source) VALUES (?, ?, ?, ?, ?, ?)',
                    (*cell, period, office, units, source),
                )

    def decide(self, number: int, decision: str) -> None:
        """Record the office's choice in a conflict."""
        self._base.execute("UPDATE conflict SET decision = ? WHERE number = ?", (decision, number))

    def changes(self, latest: int) -> list[Change]:
        """The ``latest`` changes of the master, newest first."""
        rows = self._base.execute("SELECT * FROM change ORDER BY number DESC LIMIT ?", (latest,))
        return [Change(*row) for row in rows]

    def add_changes(self, changes: Iterable[tuple[Cell, str, str, str]], at: str = "") -> None:
        """Record changed cells as (cell, old, new, source), by default as of now."""
        at = at or now()
        with self._transaction():
            self._base.executemany(
                'INSERT INTO change (at, task, "column", old, new, source) VALUES (?, ?, ?, ?, ?, ?)',
                ((at, *cell, old, new, source) for cell, old, new, source in changes),
            )

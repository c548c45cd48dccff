"""The journal's memory of changes (变更) and of indicators in their first form."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from ledger.indicator import Indicator
from ledger.revision import Revision

__all__ = ["RevisionLog"]


class RevisionLog:
    """The part of the journal that `Journal.revisions` gives; it shares the journal's connection and transactions."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._base, self._transaction = connection, transaction

    def all(self) -> list[Revision]:
        """Every change ever entered, oldest first."""
        rows = self._base.execute("SELECT number, body FROM revision ORDER BY number")
        return [Revision.model_validate_json(body).model_copy(update={"number": number}) for number, body in rows]

    def add(self, revision: Revision) -> Revision:
        """Enter a change; it gets its number."""
        found = self._base.execute("INSERT INTO revision (body) VALUES (?)", (revision.model_dump_json(),))
        return revision.model_copy(update={"number": found.lastrowid})

    def put(self, revision: Revision) -> None:
        """Record what has become of a change."""
        self._base.execute(
            "UPDATE revision SET body = ? WHERE number = ?", (revision.model_dump_json(), revision.number)
        )

    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by id, in the form in which the office first entered it."""
        rows = self._base.execute("SELECT body FROM indicator ORDER BY rowid")
        found = (Indicator.model_validate_json(body) for (body,) in rows)
        return {indicator.id: indicator for indicator in found}

    def put_indicator(self, indicator: Indicator) -> None:
        """Keep an indicator; name, kind and unit may be corrected, the target only by a change."""
        self._base.execute(
            "INSERT INTO indicator VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (indicator.id, indicator.model_dump_json()),
        )

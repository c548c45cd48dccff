"""The one place where a fault of the program is caught, so that one file cannot stop the others for ever."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.errors import DuchaError

__all__ = ["own_faults"]

_NO_FAULT_OF_OURS = (DuchaError, OSError, sqlite3.Error, MemoryError)  # a full disk stops everything, and says so


@contextmanager
def own_faults() -> Iterator[list[Exception]]:
    """Take a fault of the program as a value: the list holds it afterwards, and is empty if there was none.

    Whoever uses this writes it into the log and tells people.
    """
    found: list[Exception] = []
    try:
        yield found
    except _NO_FAULT_OF_OURS:
        raise
    except Exception as error:
        found.append(error)

"""Which of a unit's files is the newer one: the one that the unit wrote last, not the one that happened to arrive last.

An older copy that turns up late (forwarded once more, found on another desk) must not replace a newer report. What
tells old from new is when the files say they were last saved (dcterms:modified, which Excel, WPS and LibreOffice set
on every save). It is believed only where it can be true: not before the period began, not after the file arrived.
Where one of two files has no such time, the one seen later counts as newer; the times of our own clock and of the
file system decide nothing, so that a clock that was set back cannot turn versions round.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from sync.records import Submission

__all__ = ["in_order", "saved_at"]

_PART, _LONGEST = "docProps/core.xml", 1 << 16
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>\s*([0-9T:.+Z-]{10,35})\s*</dcterms:modified>")
_TOLERANCE = timedelta(hours=1)  # two clocks that both are roughly right


def in_order(versions: Iterable[Submission]) -> list[Submission]:
    """A unit's submissions for one period, given in the order in which they were seen, from the oldest version on."""
    found: list[Submission] = []
    for one in versions:
        place = len(found)
        while place and _older(one, found[place - 1]):
            place -= 1
        found.insert(place, one)
    return found


def _older(one: Submission, other: Submission) -> bool:
    return bool(one.saved and other.saved and one.saved < other.saved)


def saved_at(data: bytes, begin: date, arrived: str) -> str | None:
    """When the workbook says it was last saved, in UTC; None where it does not say so or cannot be right."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package, package.open(_PART) as part:
            told = _MODIFIED.search(part.read(_LONGEST))
        moment = datetime.fromisoformat(told[1].decode()) if told else None
        if not moment:
            return None
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (KeyError, ValueError, OSError, RuntimeError, OverflowError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    latest = datetime.fromisoformat(arrived).astimezone(UTC) + _TOLERANCE
    # a day's grace: the period begins here, the file may come from a clock in another zone
    earliest = datetime(begin.year, begin.month, begin.day, tzinfo=UTC) - timedelta(days=1)
    return moment.isoformat(timespec="seconds") if earliest <= moment <= latest else None

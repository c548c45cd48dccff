"""What was handed out, read back from the workbooks in the outbox: their seals prove that they are ours."""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.period import Period
from ledger.schema import Schema
from sync.identity import issue_id
from sync.reading.read import Reading, read_ahead
from sync.records import Issue
from sync.table import Row
from sync.unit import LAST, locked_keys

__all__ = ["handed_out", "seals"]

_LOCKED_FIGURES = ("ref", "name", "kind", "target", "measure", "last")


def seals(files: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """Workbooks in which a seal may be, with their bytes; what cannot be read is left out."""
    for path in files:
        try:
            yield path, path.read_bytes()
        except OSError:
            continue


def handed_out(outbox: Path, key: str, schema: Schema, mine: Mapping[str, str]) -> tuple[list[Issue], int]:
    """The issues whose workbooks lie in the outbox, the earliest period first, and how many cannot be proven ours.

    ``mine`` names the reporter of each task; where a workbook's own id shows that it was another one then, that holds.
    """
    files = list(seals(sorted(outbox.glob("*/*.xlsx"))))
    found, strange = [], 0
    for reading in read_ahead(((data, path.name) for path, data in files), key):
        issue = _issue(reading, key, schema, mine) if isinstance(reading, Reading) else None
        if issue:
            found.append(issue)
        else:
            strange += 1
    return sorted(found, key=lambda issue: Period.parse(issue.period)), strange


def _issue(reading: Reading, key: str, schema: Schema, mine: Mapping[str, str]) -> Issue | None:
    unit, period = reading.claims.get("unit", ""), reading.claims.get("period", "")
    if len(reading.issues) != 1 or not unit or not _is_period(period):
        return None
    (number,) = reading.issues
    tasks = [filled for filled in reading.rows if filled.table is reading.table]
    figures = [filled for filled in reading.rows if filled.table is reading.figures]
    rows = {filled.task: _locked(filled.row, locked_keys(schema), LAST) for filled in tasks}
    asked = {filled.task: _locked(filled.row, _LOCKED_FIGURES, "") for filled in figures}
    own = frozenset(task for task in rows if mine.get(task) == unit)
    for reporter in (own, frozenset(rows), frozenset[str]()):
        content = sha256(json.dumps([rows, sorted(reporter), asked], ensure_ascii=False).encode()).hexdigest()
        if issue_id(key, unit, period, content) == number:
            own = reporter
    return Issue(id=number, unit=unit, period=period, rows=rows, reporter=own, indicators=asked)


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except StateError:
        return False
    return True


def _locked(row: Row, keys: Iterable[str], optional: str) -> dict[str, str]:
    texts = {key: cell_text(row.values.get(key)) for key in keys}
    last = cell_text(row.values.get(optional)) if optional else ""
    return {**texts, **({optional: last} if last else {})}

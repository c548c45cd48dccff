"""Reading what a unit sent: a worker reads the file, and here the rows that carry our tags are told from others."""

from collections import deque
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from ledger.cell import cell_text
from ledger.finding import Finding, finding
from sync.faults import own_faults
from sync.identity import opened, tag_task
from sync.reading.contents import Contents, Request, Unread
from sync.reading.formats import NO_WORKBOOKS, OLD_FORMATS
from sync.reading.worker import Lost, Workers, shared_workers
from sync.table import Row, Table
from sync.unit import HIDDEN, NAME, SIGNED
from xlsx import Limits, Scan

__all__ = ["Filled", "Reading", "read_ahead", "read_workbook"]

_LARGE = {"too_big": "内容过多", "aborted": "内容过多", "slow": "读取超时"}
_UNREADABLE = {
    **OLD_FORMATS,
    "empty": "文件是空的",
    "xls": "这是Excel 97以前的旧格式",
    "broken": "文件不完整或已损坏",
    "dtd": "文件里有不允许的内容",
    "bad_part": "文件结构不正常",
    "bad_cell": "有单元格的位置不正常",
}
_FEW, _WAITING = 24, 4  # a few files are not worth another worker's start; from then on these are read ahead


@dataclass(frozen=True, slots=True)
class Filled:
    """One row that carries a tag of ours whose proof is right."""

    issue: str
    task: str
    row: Row
    table: Table


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a workbook.

    The ids of all valid identities, the plain claims of the hidden sheet, the tables of tasks and of indicators,
    our rows in both, rows of tasks without a valid tag, which of the signers' cells are empty, and what the
    pre-scan saw.
    """

    issues: frozenset[str]
    claims: Mapping[str, str]
    table: Table | None
    figures: Table | None
    rows: tuple[Filled, ...]
    strays: tuple[Row, ...]
    unsigned: tuple[str, ...]
    scan: Scan


def read_workbook(
    data: bytes, name: str, key: str, passwords: tuple[str, ...] = (), workers: Workers | None = None
) -> Reading | Finding:
    """Read a submitted file's bytes; a finding when it cannot be read at all. ``name`` is for the sentence.

    ``passwords`` are tried on a protected workbook; ``workers`` are the shared ones unless told.
    """
    found = next(read_ahead([(data, name)], key, passwords, workers))
    if isinstance(found, Exception):
        raise found
    return found


def read_ahead(
    files: Iterable[tuple[bytes, str]], key: str, passwords: tuple[str, ...] = (), workers: Workers | None = None
) -> Generator[Reading | Finding | Exception, None, None]:
    """`read_workbook` of every file in turn; the next ones are being read meanwhile, by all workers.

    A fault of the program with one file is given in its place, and the next ones follow.
    """
    waiting: deque[tuple[str, Future[Any] | Unread]] = deque()
    submit = (workers or shared_workers()).submit
    try:
        for number, (data, name) in enumerate(files):
            request = Request(data, passwords, HIDDEN, tuple(SIGNED))
            waiting.append((name, submit(request) if len(data) <= Limits().file else Unread("too_big")))
            if len(waiting) > (_WAITING if number >= _FEW else 0):
                yield _taken(*waiting.popleft(), key)
        while waiting:
            yield _taken(*waiting.popleft(), key)
    finally:
        for _, future in waiting:
            if isinstance(future, Future):
                future.cancel()


def _taken(name: str, future: Future[Any] | Unread, key: str) -> Reading | Finding | Exception:
    try:
        found = future.result() if isinstance(future, Future) else future
    except Lost as lost:
        found = Unread(lost.code)
    if isinstance(found, Unread):
        return _unread(found.code, name)
    with own_faults() as faults:
        return _reading(found, key)
    return faults[0]


def _unread(code: str, name: str) -> Finding:
    if code == "encrypted":
        return finding("file_encrypted", value=name)
    if code in _LARGE:
        return finding("file_too_big", value=name, detail=_LARGE[code])
    if code in _UNREADABLE or code == "died":
        return finding("file_unreadable", value=name, detail=_UNREADABLE.get(code, "文件已损坏"))
    sort, advice = NO_WORKBOOKS.get(code, NO_WORKBOOKS["unknown"])
    return finding("file_not_xlsx", value=name, detail=sort, advice=advice)


def _reading(found: Contents, key: str) -> Reading:
    seals = (found.claims.get("seal", ""), found.scan.defined_names.get(NAME, "").strip('"'))
    issues = {issue for text in seals if (issue := opened(key, text))}
    figures = next((table for table in found.tables if "actual" in table.columns), None)
    table = next((table for table in found.tables if table is not figures), None)
    rows, strays = _tagged(table, key) if table else ((), ())
    more, _ = _tagged(figures, key) if figures else ((), ())
    issues |= {row.issue for row in (*rows, *more)}
    unsigned = tuple(name for name, value in found.cells.items() if not cell_text(value))
    return Reading(frozenset(issues), found.claims, table, figures, (*rows, *more), strays, unsigned, found.scan)


def _tagged(table: Table, key: str) -> tuple[tuple[Filled, ...], tuple[Row, ...]]:
    rows, strays = [], []
    for row in table.rows:
        found = tag_task(key, str(row.values["tag"]))
        if found:
            rows.append(Filled(*found, row, table))
        else:
            strays.append(row)
    return tuple(rows), tuple(strays)

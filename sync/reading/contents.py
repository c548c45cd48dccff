"""What stands in a submitted workbook of any format. Runs in the worker process: it may abort, hang or swell.

It imports little, and gives back only what the judgement needs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.errors import StateError
from sync.reading.archive import unpack
from sync.reading.decrypt import decrypted
from sync.reading.formats import kind
from sync.table import Cells, Table, find_tables, sheet_cells
from xlsx import Limits, Refused, Scan, scan_once, split_ref
from xlsx.scan_biff import scan_biff

__all__ = ["Contents", "Request", "Unread", "contents"]

_FACTS = 50  # rows of the hidden sheet


@dataclass(frozen=True, slots=True)
class Request:
    """A file, the passwords to try, and what to look for: the hidden sheet and the defined names of cells."""

    data: bytes
    passwords: tuple[str, ...]
    hidden: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a workbook: claims of the hidden sheet, tables with tags, cells by defined name, the pre-scan."""

    claims: Mapping[str, str]
    tables: tuple[Table, ...]
    cells: Mapping[str, object]
    scan: Scan


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a file was not read: a code of `Refused` or a kind of `sync.reading.formats`."""

    code: str


def contents(request: Request, limits: Limits = Limits()) -> Contents | Unread:  # noqa: B008 - frozen
    """Read one file. What is wrong with it is a value; what it breaks besides is for the worker's owner to see."""
    try:
        data, seen = _scanned(request, limits)
        sheets = sheet_cells(data)
    except Refused as refused:
        return Unread(refused.code)
    except StateError:
        return Unread("broken")
    claims = {str(row[0]): str(row[1]) for row in sheets.get(request.hidden, [])[:_FACTS] if len(row) > 1}
    tables = tuple(table for table in find_tables(sheets) if "tag" in table.columns and table.sheet in seen.sheets)
    return Contents(claims, tables, dict(_named(request.names, sheets, seen)), seen)


def _scanned(request: Request, limits: Limits) -> tuple[bytes, Scan]:
    """The bytes to read, without their password, and what their pre-scan saw."""
    data = request.data
    if len(data) > limits.file:
        raise Refused("too_big", "", f"{len(data)} bytes")
    found = kind(data)
    if found == "encrypted":
        data = decrypted(data, request.passwords)
        found = kind(data)
    if found == "xlsx":
        seen, lean = scan_once(data, limits)
        return lean, seen
    if found == "zip":
        unpack(data)  # says what is wrong with it, if anything is
    if found != "xls":
        raise Refused(found, "", "no workbook")
    try:
        return data, scan_biff(data, limits)
    except Refused as refused:
        if refused.code != "encrypted":
            raise
    # an old workbook has its password inside
    data = decrypted(data, request.passwords)
    return data, scan_biff(data, limits)


def _named(names: tuple[str, ...], sheets: Mapping[str, Cells], seen: Scan) -> Iterator[tuple[str, object]]:
    """The values of the cells with these defined names; a copied sheet has lost them."""
    for name in names:
        sheet, _, ref = seen.defined_names.get(name, "").replace("'", "").partition("!")
        if sheet in sheets and ":" not in ref:
            row, column = split_ref(ref)
            cells = sheets[sheet][row - 1] if row <= len(sheets[sheet]) else []
            yield name, cells[column - 1] if column <= len(cells) else None

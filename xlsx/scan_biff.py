"""The pre-scan of an old workbook (.xls, .et): a walk over its records, within the same limits as for .xlsx.

Like `xlsx.scan` it tells what readers hide: formulas, error values, numbers that lose digits, hidden rows, macros.
"""

import struct
from collections.abc import Iterator

from xlsx.cells import column_letter
from xlsx.scan import Scan, SheetScan
from xlsx.scan_parts import Budget
from xlsx.scan_zip import Limits, Refused

__all__ = ["scan_biff"]

_VERSION = 0x600
_END = 0xFFFFFFFA  # sector numbers from here on are marks
_FEATURES = {"_VBA_PROJECT": "macros", "MBD": "ole", "Ctls": "activex"}  # by the beginning of a storage's name
_STATES = ("visible", "hidden", "veryHidden", "hidden")
_BOF, _EOF, _SHEET, _PASSWORD, _LINK = 0x809, 0x0A, 0x85, 0x2F, 0x1AE
_FORMULA, _ERROR, _NUMBER, _ROW, _MERGED = 0x06, 0x205, 0x203, 0x208, 0xE5
_VALUES = {_FORMULA, _ERROR, _NUMBER, 0x27E, 0xBD, 0xFD, 0x204, 0xD6}  # the last: RK, MULRK and texts
_BLANKS = {0x201, 0xBE}
_OWN_LINKS = (0x0401, 0x3A01)  # to this workbook itself, and to add-in functions
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def scan_biff(data: bytes, limits: Limits = Limits()) -> Scan:  # noqa: B008 - frozen
    """Look through an old workbook, of Excel 97 or later. Raises Refused.

    Defined names are not read: the hidden sheet and the rows carry the identity as well.
    """
    if len(data) > limits.file:
        raise Refused("too_big", "", f"{len(data)} bytes")
    try:
        stream, features = _stream(data)
        sheets, more = _globals(stream)
        budget = Budget(limits)
        found: dict[str, SheetScan] = {}
        for name, offset, state in sheets:
            budget.spend("sheets", 1, "")
            if name in found:
                raise Refused("bad_part", "", f"two sheets {name!r}")
            found[name] = _Sheet(stream, offset, budget, state).scan()
    except (struct.error, IndexError) as error:
        raise Refused("broken", "", f"ends too early ({error})") from error
    return Scan(found, frozenset(features | more), {})


def _stream(data: bytes) -> tuple[bytes, set[str]]:
    """The stream of the workbook, and what the names of the other streams tell."""
    shift = struct.unpack_from("<H", data, 0x1E)[0]
    tables, directory, cutoff, first_mini, _, first_more, _ = struct.unpack_from("<2I4x5I", data, 0x2C)
    if shift not in (9, 12) or tables > len(data) >> shift:
        raise Refused("broken", "", "no readable directory")
    places = [*struct.unpack_from("<109I", data, 0x4C)]
    seen = 0
    while first_more < _END and seen <= tables:
        *more, first_more = struct.unpack_from(f"<{1 << shift - 2}I", data, first_more + 1 << shift)
        places += more
        seen += len(more)
    fat = b"".join(_sector(data, place, shift) for place in places[:tables] if place < _END)
    features: set[str] = set()
    root, found = b"", None
    for name, start, size in _entries(_chain(data, fat, directory, shift)):
        features |= {feature for begin, feature in _FEATURES.items() if name.startswith(begin)}
        if name == "Root Entry":
            root = _chain(data, fat, start, shift)[:size]
        if name in ("Workbook", "Book") and found is None:
            found = start, size
    if found is None:
        raise Refused("not_xlsx", "", "an OLE file that is no workbook")
    start, size = found
    if size >= cutoff:
        return _chain(data, fat, start, shift)[:size], features
    # small streams lie in sectors of 64 bytes within the root's own stream
    return _chain(root, _chain(data, fat, first_mini, shift), start, 6, first=0)[:size], features


def _sector(data: bytes, place: int, shift: int, first: int = 1) -> bytes:
    return data[place + first << shift : place + first + 1 << shift]


def _chain(data: bytes, fat: bytes, place: int, shift: int, *, first: int = 1) -> bytes:
    """The sectors from ``place`` on, as the table says which follows which; a ring is broken."""
    sectors: list[bytes] = []
    while place < _END:
        sectors.append(_sector(data, place, shift, first))
        if len(sectors) > len(data) >> shift:
            raise Refused("broken", "", "sectors run in a ring")
        place = struct.unpack_from("<I", fat, place * 4)[0]
    return b"".join(sectors)


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    for at in range(0, len(directory) - 127, 128):
        length = min(struct.unpack_from("<H", directory, at + 64)[0], 64)
        start, size = struct.unpack_from("<2I", directory, at + 116)
        yield directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace"), start, size


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from ``at``, which must begin a sheet, to its end; those of charts inside are passed over."""
    depth = 0
    while True:
        code, length = struct.unpack_from("<2H", stream, at)
        if not depth and code != _BOF:
            raise Refused("broken", "", f"no sheet begins at {at}")
        depth += (code == _BOF) - (code == _EOF)
        if not depth:
            return
        if depth == 1:
            yield code, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> tuple[list[tuple[str, int, str]], set[str]]:
    """(name, offset, state) of every sheet, and what the workbook links to."""
    if struct.unpack_from("<4xH", stream)[0] != _VERSION:
        raise Refused("xls", "", "a workbook of before Excel 97")
    sheets: list[tuple[str, int, str]] = []
    features: set[str] = set()
    for code, body in _records(stream, 0):
        if code == _PASSWORD:
            raise Refused("encrypted", "", "a record of a password")
        if code == _SHEET:
            offset, state, sort, _, wide = struct.unpack_from("<I4B", body)
            name = body[8:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")
            sheets.append((name, offset, _STATES[state & 3]))
            features |= {"macros"} if sort in (1, 6) else set()
        elif code == _LINK and struct.unpack_from("<2xH", body)[0] not in _OWN_LINKS:
            features.add("external_links")
    return sheets, features


class _Sheet:
    """What is known of one sheet so far."""

    def __init__(self, stream: bytes, offset: int, budget: Budget, state: str):
        self._stream, self._offset, self._budget, self._state = stream, offset, budget, state
        self._formulas: set[str] = set()
        self._errors: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._hidden: set[int] = set()

    def scan(self) -> SheetScan:
        """Look through the sheet's records."""
        for code, body in _records(self._stream, self._offset):
            if code in _VALUES or code in _BLANKS:
                self._cell(code, body)
            elif code == _ROW:
                self._budget.spend("rows", 1, "")
                row, flags = struct.unpack_from("<H10xH", body)
                self._hidden |= {row + 1} if flags & 0x20 else set()
            elif code == _MERGED:
                self._budget.spend("merges", struct.unpack_from("<H", body)[0], "")
        return SheetScan(
            self._state,
            formulas=frozenset(self._formulas),
            errors=self._errors,
            numbers=self._numbers,
            hidden_rows=frozenset(self._hidden),
        )

    def _cell(self, code: int, body: bytes) -> None:
        row, column = struct.unpack_from("<2H", body)
        self._budget.spend("cells", 1 if code != 0xBD else len(body) // 6, "")
        if code in _BLANKS:
            return
        if row >= self._budget.limits.last_row or column >= self._budget.limits.last_column:
            raise Refused("bad_cell", "", f"column {column + 1} of row {row + 1} lies outside the table")
        reference = f"{column_letter(column + 1)}{row + 1}"
        if code == _FORMULA:
            self._formulas.add(reference)
            if body[6:7] == b"\x02" and body[12:14] == b"\xff\xff":
                self._errors[reference] = _ERRORS.get(body[8], "#")
        elif code == _ERROR and body[7]:
            self._errors[reference] = _ERRORS.get(body[6], "#")
        elif code == _NUMBER:
            value = struct.unpack_from("<d", body, 6)[0]
            if abs(value) >= 1e15:  # more than 15 digits are account numbers, and Excel has changed the last ones
                self._numbers[reference] = f"{value:.0f}"

"""Reading what a unit sent: pre-scan first, then calamine, then the rows that carry our tags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import Finding, finding
from sync.identity import opened, tag_task
from sync.table import Cells, Row, Table, find_tables, sheet_cells
from sync.unit import HIDDEN, NAME, SIGNED
from xlsx import Refused, Scan, scan, split_ref

__all__ = ["Filled", "Reading", "read_workbook"]

_CODES = {"not_xlsx": "file_not_xlsx", "encrypted": "file_encrypted", "too_big": "file_too_big"}
_DETAILS = {
    "empty": "文件是空的",
    "xls": "这是旧格式.xls",
    "not_xlsx": "不是Excel工作簿",
    "broken": "文件不完整或已损坏",
    "dtd": "文件里有不允许的内容",
    "bad_part": "文件结构不正常",
    "bad_cell": "有单元格的位置不正常",
    "too_big": "内容过多",
}


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


def read_workbook(data: bytes, name: str, key: str) -> Reading | Finding:
    """Read a submitted workbook's bytes; a finding when it cannot be read at all. ``name`` is for the sentence."""
    try:
        seen = scan(data)
    except Refused as refused:
        detail = _DETAILS.get(refused.code, "文件已损坏")
        return finding(_CODES.get(refused.code, "file_unreadable"), value=name, detail=detail)
    try:
        sheets = sheet_cells(data)
    except StateError:
        return finding("file_unreadable", value=name, detail=_DETAILS["broken"])
    claims = {str(row[0]): str(row[1]) for row in sheets.get(HIDDEN, []) if len(row) > 1}
    seals = (claims.get("seal", ""), seen.defined_names.get(NAME, "").strip('"'))
    issues = {issue for text in seals if (issue := opened(key, text))}
    tables = [table for table in find_tables(sheets) if "tag" in table.columns]
    figures = next((table for table in tables if "actual" in table.columns), None)
    table = next((table for table in tables if table is not figures), None)
    rows, strays = _tagged(table, key) if table else ((), ())
    more, _ = _tagged(figures, key) if figures else ((), ())
    issues |= {row.issue for row in (*rows, *more)}
    unsigned = tuple(_unsigned(sheets, seen))
    return Reading(frozenset(issues), claims, table, figures, (*rows, *more), strays, unsigned, seen)


def _unsigned(sheets: Mapping[str, Cells], seen: Scan) -> Iterator[str]:
    """Names of the signers' cells that are there and empty; a copied sheet has lost them, which is no fault."""
    for name in SIGNED:
        sheet, _, ref = seen.defined_names.get(name, "").replace("'", "").partition("!")
        if sheet in sheets and ":" not in ref:
            row, column = split_ref(ref)
            cells = sheets[sheet][row - 1] if row <= len(sheets[sheet]) else []
            if not cell_text(cells[column - 1] if column <= len(cells) else None):
                yield name


def _tagged(table: Table, key: str) -> tuple[tuple[Filled, ...], tuple[Row, ...]]:
    rows, strays = [], []
    for row in table.rows:
        found = tag_task(key, str(row.values["tag"]))
        if found:
            rows.append(Filled(*found, row, table))
        else:
            strays.append(row)
    return tuple(rows), tuple(strays)

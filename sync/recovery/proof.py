"""Proof that journal, store and master agree: a sync now would change no byte, and every byte named is there.

The master is a projection of the journal and of the office's own cells. So the proof is to project once more, without
writing anything: whatever would come out differently is where the two disagree. What the office has written into a
unit's cell is its right and no disagreement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

import openpyxl

from ledger.cell import cell_text
from ledger.finding import Finding, finding
from sync.exchange import is_private
from sync.journal import Journal
from sync.layout import new_master
from sync.master import Master
from sync.publish import rehearsed
from sync.settings import untaken_settings
from sync.snapshot import disagreements
from sync.table import Cells, Table, find_tables, sheet_cells
from sync.through import shown_through
from sync.workspace import Workspace
from xlsx import column_letter

__all__ = ["Difference", "Proof", "board_formulas", "differences", "files_at_fault", "prove"]

_STRUCTURE = {"list_missing", "task_missing", "task_copied", "indicator_missing"}
_Row = tuple[str, ...]


class Difference(NamedTuple):
    """One cell of the master: where, what people call it, what it should hold and what it holds."""

    sheet: str
    cell: str
    title: str
    expected: str
    standing: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found. ``since`` says that somebody has saved the master since it was published; ``edited`` and
    ``emptied`` count the units' cells in which the office's own word stands; ``typed`` settings that wait."""

    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]
    since: bool = False
    edited: int = 0
    emptied: int = 0
    typed: int = 0

    @property
    def agrees(self) -> bool:
        """Whether nothing at all has to be put right."""
        return not self.differences and all(item.severity == "note" for item in self.findings)


def prove(workspace: Workspace) -> Proof:
    """Look at everything and change nothing. `StateError` when the master cannot be read or lacks what it takes."""
    found = list(files_at_fault(workspace))
    if any(item.code == "journal_damaged" for item in found):
        return Proof((), tuple(found))
    standing, wanted, published = rehearsed(workspace)
    master = Master(standing, workspace.schema)
    found += [item for item in published.findings if item.code in _STRUCTURE]
    found += _broken_formulas(workspace, master)
    edited, emptied = _office_words(workspace, master)
    wrong = [
        Difference(place.sheet, "", f"{task}的{column}", expected, holds)
        for (task, column), expected, holds in disagreements(workspace)[0]
        if (place := master.rows[task][0])
    ]
    wrong += differences(standing, wanted) if standing != wanted else []
    if standing != wanted and not wrong:
        wrong.append(Difference("", "", workspace.master.name, "重新汇总后的内容", "现有内容"))
    digest, typed = sha256(standing).hexdigest(), len(untaken_settings(workspace, master))
    return Proof(tuple(wrong), tuple(found), digest != workspace.journal.fact("master"), edited, emptied, typed)


def files_at_fault(workspace: Workspace) -> Iterator[Finding]:
    """What is wrong with the journal's file, the store and the key."""
    journal = workspace.journal
    if faults := journal.faults():
        yield finding("journal_damaged", detail=faults[0].splitlines()[-1])
        return
    for name in sorted(journal.named()):
        path, shown = workspace.stored_path(name), _shown(journal, name)
        try:
            if sha256(path.read_bytes()).hexdigest() != name:
                yield finding("store_damaged", value=shown)
        except OSError:
            yield finding("store_missing", value=shown)
    key = workspace.own / "key"
    if not is_private(key):
        yield finding("key_readable", value=key)


def _shown(journal: Journal, name: str) -> str:
    """What people know of bytes in the store."""
    arrived = next((one.path for one in journal.submissions.all() if one.sha256 == name), "")
    master = next((f"第{one.number}版总表" for one in journal.masters.all() if one.sha256 == name), "")
    return f"{arrived or master or '退回件'}，{name[:16]}…"


def _office_words(workspace: Workspace, master: Master) -> tuple[int, int]:
    """How many of the units' cells hold the office's own words, and how many it has emptied."""
    period = workspace.journal.open_period()
    base = workspace.journal.cells.base(str(period))
    base |= shown_through(workspace.journal, period, master) if period else {}
    own = [
        master.text(task, key)
        for (task, key), text in base.items()
        if task in master.rows and key in master.rows[task][0].columns and master.text(task, key) != text
    ]
    return sum(bool(text) for text in own), sum(not text for text in own)


def differences(standing: bytes, wanted: bytes) -> list[Difference]:
    """The cells in which two masters differ, by what they show; a row that is not there counts once."""
    before, after = sheet_cells(standing), sheet_cells(wanted)
    tables = {table.sheet: table for table in find_tables(before)}
    found: list[Difference] = []
    for sheet, cells in after.items():
        found += _in_sheet(sheet, before.get(sheet, []), cells, tables.get(sheet))
    return found


def _in_sheet(sheet: str, before: Cells, after: Cells, table: Table | None) -> Iterator[Difference]:
    old, new = [_texts(row) for row in before], [_texts(row) for row in after]
    if old == new:
        return
    titles = old[table.key_row] if table and len(old) > table.key_row else ()
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, first, last, begin, end in steps:
        if kind == "equal":
            continue
        for offset in range(max(last - first, end - begin)):
            row, other = first + offset, begin + offset
            if row >= last or other >= end:
                whole = "　".join(filter(None, new[other] if other < end else old[row]))
                texts = (whole, "") if other < end else ("", whole)
                yield Difference(sheet, f"第{row + 1}行", "整行", *texts)
            else:
                yield from _in_row(sheet, row + 1, old[row], new[other], titles)


def _in_row(sheet: str, number: int, old: _Row, new: _Row, titles: Sequence[str]) -> Iterator[Difference]:
    for place in range(max(len(old), len(new))):
        holds, wanted = (row[place] if place < len(row) else "" for row in (old, new))
        if holds != wanted:
            title = titles[place] if place < len(titles) else ""
            yield Difference(sheet, f"{column_letter(place + 1)}{number}", title, wanted, holds)


def _texts(row: Sequence[object]) -> _Row:
    texts = [cell_text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _broken_formulas(workspace: Workspace, master: Master) -> list[Finding]:
    table = master.lists.get("board")
    if not table:
        return []
    gone = board_formulas(workspace, master)
    return [finding("board_formula", sheet=table.sheet, cell=cell) for cell in gone]


def board_formulas(workspace: Workspace, master: Master) -> dict[str, str]:
    """The formulas of the template's 看板, by cell, in whose place the master has none.

    A 看板 that the office has rearranged is its own; what it made of a formula is too.
    """
    fresh = Master(new_master(workspace.schema, workspace.template("master.xlsx")), workspace.schema)
    ours, theirs = fresh.lists.get("board"), master.lists.get("board")
    if not ours or not theirs or ours.key_row != theirs.key_row or ours.columns != theirs.columns:
        return {}
    wanted, there = _formulas(fresh.data, ours.sheet), _formulas(master.data, theirs.sheet)
    return {cell: text.removeprefix("=") for cell, text in wanted.items() if cell not in there}


def _formulas(data: bytes, sheet: str) -> dict[str, str]:
    book = openpyxl.load_workbook(BytesIO(data), read_only=True)
    try:
        cells = (cell for row in book[sheet].iter_rows() for cell in row)
        return {cell.coordinate: str(cell.value) for cell in cells if str(cell.value).startswith("=")}
    finally:
        book.close()

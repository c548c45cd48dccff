"""Bringing the master up to date: three-way merge of every unit-owned cell, then one atomic replace.

The master is a projection of the journal plus the office's own cells. A crash at any point leaves the old or the
new workbook whole; the next run finds the same state again and goes on.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import Finding, finding
from ledger.measures import LIGHTS
from ledger.projection import project, units_in_order
from ledger.schema import Schema
from sync.atomic import write_whole
from sync.cell_merge import CellMerge, ChangedCell
from sync.figures import show_figures
from sync.heights import row_height
from sync.indicators import column_title, listed
from sync.layout import fixed_values
from sync.lists import View, add_rows, show_lists
from sync.master import UNNAMED, Master, open_master
from sync.records import Cell
from sync.reporters import reporters, roster_of
from sync.snapshot import last_texts, snapshot_of
from sync.workspace import Workspace
from xlsx import Book, BookError, Value, column_letter

__all__ = ["Published", "publish"]

_TRIES = 3


@dataclass
class Published:
    """What one publication changed; ``conflicts`` counts the new ones."""

    changes: list[ChangedCell] = field(default_factory=list)
    conflicts: int = 0
    findings: list[Finding] = field(default_factory=list)
    written: bool = False


def publish(workspace: Workspace) -> Published:
    """Merge the journal into the master and write it if anything changed.

    `StateError` when the master lacks what it takes to find the way; then nothing is changed.
    """
    for _ in range(_TRIES):
        publication = _Publication(workspace)
        # the journal commits after the file is in place: a crash between leaves a master that the next merge
        # finds equal to what it would write
        with suppress(_SavedMeanwhile), workspace.journal.transaction():
            publication.merge()
            publication.write()
            return publication.result
    raise StateError("总表正在被频繁保存，本次没有写入，请稍后再执行一次。")


class _SavedMeanwhile(Exception):  # noqa: N818 - not an error: the attempt is made again
    """Somebody saved the master between our reading and our writing."""


class _Publication:
    """One attempt: reads the master, merges, and replaces it unless somebody saved it meanwhile."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._journal, self._schema = workspace, workspace.journal, workspace.schema
        self._tasks = self._journal.tasks()
        self._period = self._journal.open_period()
        self._found = open_master(workspace)
        self._found.require_whole()
        self._touched: dict[str, dict[str, str]] = {}
        self.result = Published()

    def merge(self) -> None:
        """Compute the new master and record in the journal what it holds."""
        try:
            grown = self._with_rows(self._found)
            book = Book(grown.data)
            who = self._name_reporters(book, grown)
            self._merge_cells(book, grown, who)
            self._fit(book, grown)
            self._data = self._with_lists(Master(book.save(), self._schema))
        except BookError as error:
            told = f"总表“{self._workspace.master.name}”里有系统不能安全改写的内容（{error.code}：{error.detail}）"
            raise StateError(f"{told}，没有作任何改动，请另存为普通的.xlsx后重试。") from error
        self.result.findings += grown.findings(self._tasks)

    def write(self) -> None:
        """Replace the master, unless it is no longer the file that was read."""
        path = self._workspace.master
        standing = path.read_bytes() if path.is_file() else None
        if standing is not None and standing != self._found.data:
            raise _SavedMeanwhile
        if self._data == standing:
            return
        if standing is not None and sha256(standing).hexdigest() != self._journal.fact("master"):
            self._workspace.store(standing)  # a person saved these bytes: they are kept before they are replaced
        write_whole(path, self._data)
        self._journal.set_fact("master", sha256(self._data).hexdigest())
        self.result.written = True

    def _with_rows(self, master: Master) -> Master:
        """The master with a row for every task that never had one."""
        known = self._journal.placed()
        new = [task for task in self._tasks if task.id not in known and task.id not in master.rows]
        self._journal.place(task.id for task in self._tasks if task.id not in known)
        if not new:
            return master
        book = Book(master.data)
        for number, table in master.annexes.items():
            annex = self._schema.annex(number)
            rows: list[dict[int, Value]] = []
            for task in (task for task in new if task.annex == number):
                values = {"id": task.id, **fixed_values(self._schema, annex, task)}
                typed = {key: _typed(self._schema, key, text) for key, text in values.items()}
                rows.append({table.columns[key]: value for key, value in typed.items() if key in table.columns})
            if rows:
                add_rows(book, table, rows)
        return Master(book.save(), self._schema)

    def _name_reporters(self, book: Book, master: Master) -> dict[str, str | None]:
        who = reporters(self._tasks, master, roster_of(master, self._tasks))
        for task in self._tasks:
            if task.id in master.rows and not master.text(task.id, "reporter"):
                self._put(book, master, (task.id, "reporter"), who[task.id] or UNNAMED)
        return who

    def _merge_cells(self, book: Book, master: Master, who: Mapping[str, str | None]) -> None:
        if not self._period:
            return
        figures, faults = listed(master, self._tasks)
        self.result.findings += faults
        keys = self._schema.owned("unit")
        standing = {(task, key): master.text(task, key) for task in master.rows for key in keys}
        standing |= {(item.indicator.id, key): text for item in figures for key, text in item.texts.items()}
        shown = master.shown_period(self._journal.periods())
        merging = CellMerge(self._journal, self._period, shown, standing, master)
        entries = self._journal.entries(str(self._period))
        values: dict[Cell, str] = {}
        for task in self._tasks:
            if task.id in master.rows:
                said = entries.get(task.id, {})
                theirs = project(self._schema, said, units_in_order(task, who[task.id]))
                values |= {(task.id, key): merging.settle((task.id, key), text, said) for key, text in theirs.items()}
        for (task_id, key), text in values.items():
            if text != standing[task_id, key]:
                self._put(book, master, (task_id, key), text)
        show_figures(book, master, figures, merging, entries, who, self._schema, self._period)
        merging.record()
        self.result.changes = merging.changes
        self.result.conflicts = len(merging.conflicts)
        self.result.findings += [self._conflicting(cell) for cell in merging.conflicts]
        self._show_last(book, master)

    def _conflicting(self, cell: Cell) -> Finding:
        task, key = cell
        reference = next(one.reference for one in self._tasks if one.id == task.partition("#")[0])
        return finding("master_conflict", task=task, ref=reference, title=column_title(self._schema, key))

    def _show_last(self, book: Book, master: Master) -> None:
        texts = last_texts(self._workspace, self._period) if self._period else {}
        for task in master.rows:
            text = texts.get(task, "")
            if master.text(task, "last") != text:
                self._put(book, master, (task, "last"), text)

    def _put(self, book: Book, master: Master, cell: Cell, text: str) -> None:
        table, row = master.rows[cell[0]]
        if cell[1] in table.columns:
            ref = f"{column_letter(table.columns[cell[1]])}{row.number}"
            book.put(table.sheet, ref, _typed(self._schema, cell[1], text))
            self._touched.setdefault(cell[0], {})[cell[1]] = text

    def _fit(self, book: Book, master: Master) -> None:
        """Rows whose texts changed get the height that they need now."""
        for task, changed in self._touched.items():
            table, row = master.rows[task]
            texts = {key: cell_text(value) for key, value in row.values.items()} | changed
            shown = {table.columns[key]: text for key, text in texts.items()}
            book.fit(table.sheet, row.number, row_height(shown, book.widths(table.sheet)))

    def _with_lists(self, merged: Master) -> bytes:
        """The workbook with everything that follows from the merged cells: lights and list sheets."""
        snapshot = snapshot_of(self._workspace, merged, self._period) if self._period else None
        book = Book(merged.data)
        for line in snapshot.lines if snapshot else ():
            light = LIGHTS[line.light] if line.light else ""
            if line.task.id in merged.rows and merged.text(line.task.id, "light") != light:
                self._put(book, merged, (line.task.id, "light"), light)
        show_lists(book, View(self._workspace, merged, roster_of(merged, self._tasks), snapshot))
        return book.save()


def _typed(schema: Schema, key: str, text: str) -> Value:
    """The value that a cell of column ``key`` holds for ``text``: numbers and dates as such, nothing for nothing."""
    if not text:
        return None
    kind = schema.columns[key].type if key in schema.columns else "text"
    if key == "no" or kind == "number":
        return int(text) if text.isdigit() else text
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text

"""Bringing the master up to date: three-way merge of every unit-owned cell, then one atomic replace.

The master is a projection of the journal plus the office's own cells. A crash at any point leaves the old or the
new workbook whole; the next run undoes what the journal does not know of, and goes on.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import Finding, finding
from ledger.light import deadline
from ledger.measures import LIGHTS
from ledger.roster import reporter
from ledger.task import Task
from sync.atomic import OpenElsewhereError
from sync.cell_merge import CellMerge, ChangedCell
from sync.choices import unknown_choices
from sync.entered import record_entered, with_noted
from sync.figures import blank_figures, show_figures
from sync.heights import row_height
from sync.indicators import column_title, in_force, listed, missing_indicators
from sync.layout import cell_value, fixed_values
from sync.lists import View, add_rows, show_lists
from sync.master import UNNAMED, Master, open_master, remember
from sync.office_cells import ALWAYS
from sync.preview import put_master, recover_master, settle_master, show_preview
from sync.records import Cell
from sync.reported import Reported
from sync.reporters import reporters, roster_of, strangers
from sync.revisions import settle_revisions
from sync.settings import apply_settings
from sync.snapshot import last_texts, snapshot_of
from sync.suggested import with_adopted
from sync.through import MARK
from sync.workspace import Workspace
from xlsx import Book, BookError, Value

__all__ = ["Published", "publish", "rehearsed"]

_TRIES = 3
_STATUS = "status"


@dataclass
class Published:
    """What one publication changed; ``conflicts`` counts the new ones.

    ``waits`` says why the master could not be written: then all this is in a preview and nothing in the journal.
    """

    changes: list[ChangedCell] = field(default_factory=list)
    conflicts: int = 0
    findings: list[Finding] = field(default_factory=list)
    written: bool = False
    waits: str = ""


def publish(workspace: Workspace, *, beside: bool = False) -> Published:
    """Merge the journal into the master and write it if anything changed.

    `StateError` when the master lacks what it takes to find the way; then nothing is changed. So it is when somebody
    has the master open, unless a preview ``beside`` it will do.
    """
    for _ in range(_TRIES):
        recover_master(workspace)
        wrong = apply_settings(workspace)
        publication = _Publication(workspace)
        publication.result.findings += wrong
        # the journal commits after the file is in place: of a crash between nothing is left, see recover_master
        try:
            with workspace.journal.transaction():
                publication.merge()
                publication.write()
        except OpenElsewhereError as held:
            if not beside:
                raise
            publication.show_beside(held)
        except _SavedMeanwhile:
            continue
        else:
            settle_master(workspace)
        if publication.result.written:
            workspace.discard(workspace.journal.masters.thin())
        return publication.result
    raise StateError("总表正在被频繁保存，本次没有写入，请稍后再执行一次。")


def rehearsed(workspace: Workspace) -> tuple[bytes, bytes, Published]:
    """What stands in the master, what a publication would make of it, and what it would tell; nothing is changed."""
    publication = _Publication(workspace)
    with suppress(_Undone), workspace.journal.transaction():
        publication.merge()
        raise _Undone
    return publication.standing, publication.data, publication.result


class _Undone(Exception):  # noqa: N818 - not an error: nothing was meant to stay
    """The merge was only a rehearsal."""


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
        self._made = self._found
        self._reported: Reported | None = None
        self.standing = self.data = self._found.data
        self.result = Published()

    def merge(self) -> None:
        """Compute the new master and record in the journal what it holds."""
        try:
            settled, faults = settle_revisions(self._workspace, with_adopted(self._found))
            self._tasks = self._journal.tasks()
            grown = with_noted(self._workspace, self._with_rows(settled))
            book = Book(grown.data)
            who = self._name_reporters(book, grown)
            self._merge_cells(book, grown, who)
            book.undefine(MARK)
            self._fit(book, grown)
            self._made = self._with_lists(grown.after(book))
            self.data = self._made.data
        except BookError as error:
            told = f"总表“{self._workspace.master.name}”里有系统不能安全改写的内容（{error.code}：{error.detail}）"
            raise StateError(f"{told}，没有作任何改动，请另存为普通的.xlsx后重试。") from error
        self.result.findings += [*faults, *grown.findings(self._tasks), *strangers(who, roster_of(grown, self._tasks))]

    def write(self) -> None:
        """Replace the master, unless it is no longer the file that was read."""
        path = self._workspace.master
        standing = path.read_bytes() if path.is_file() else None
        if standing is not None and standing != self._found.data:
            raise _SavedMeanwhile
        if standing is not None and sha256(standing).hexdigest() != self._journal.fact("master"):
            # a person saved these bytes: they are kept before they are replaced, and in case that they get lost
            self._journal.masters.add(self._workspace.store(standing), "saved")
        if self.data == standing:
            self._journal.set_fact("master", sha256(standing).hexdigest())
            return
        digest = self._workspace.store(self.data)
        if not put_master(self._workspace, self.data, standing):
            raise _SavedMeanwhile
        self._journal.cells.forget_through()
        self._journal.masters.add(digest, "ours")
        self._journal.set_fact("master", digest)
        remember(self._workspace, self._made)
        self.result.written = True

    def show_beside(self, held: OpenElsewhereError) -> None:
        """Put what the master would hold beside it."""
        shown = show_preview(self._workspace, self.data)
        self.result.waits = f"{held}最新内容见“{shown.name}”（只供查看）。"

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
                typed = {key: cell_value(self._schema, key, text) for key, text in values.items()}
                rows.append({table.columns[key]: value for key, value in typed.items() if key in table.columns})
            if rows:
                # what the office wrote below its tasks stays below them
                last = max((row.number for row in table.rows if row.values["id"]), default=0)
                add_rows(book, table, rows, after=last)
        return master.after(book)

    def _name_reporters(self, book: Book, master: Master) -> dict[str, str | None]:
        """Who reports each task, written where nobody stands, and anew where a change has moved the task."""
        base, roster = self._journal.cells.base(ALWAYS), roster_of(master, self._tasks)
        printed = {task.id: reporter(task, roster, {}) or UNNAMED for task in self._tasks}
        moved = {}
        for task in self._tasks:
            stands, cell = master.text(task.id, "reporter"), (task.id, "reporter")
            if task.id in master.rows and (not stands or stands == base.get(cell) != printed[task.id]):
                moved[cell] = printed[task.id]
                self._put(book, master, cell, printed[task.id])
            elif stands == printed[task.id] != base.get(cell):
                moved[cell] = stands
        self._journal.cells.set_base(ALWAYS, moved)
        return reporters(self._tasks, master.after(book) if moved else master, roster)

    def _merge_cells(self, book: Book, master: Master, who: Mapping[str, str | None]) -> None:
        if not self._period:
            return
        figures, faults = listed(master, self._tasks)
        faults += missing_indicators(master, figures, self._tasks, self._journal.revisions, self._period.end)
        faults += unknown_choices(master)
        figures = in_force(figures, self._tasks, self._journal.revisions.all(), self._period.end)
        self.result.findings += [*faults, *record_entered(self._workspace, book, master, self._tasks, who)]
        keys = (*self._schema.owned("unit"), "reporter")  # a closed period goes on saying who reported
        standing = {(task, key): texts.get(key, "") for task, texts in master.every() for key in keys}
        standing |= {(item.indicator.id, key): text for item in figures for key, text in item.texts.items()}
        shown = master.shown_period(self._journal)
        self._journal.set_fact("shown", str(self._period))
        merging = CellMerge(self._journal, self._period, shown, standing, master)
        self._reported = reported = Reported(self._journal, self._schema, self._period)
        for task in self._tasks:
            if task.id in master.rows:
                said = reported.task(task, who[task.id])
                settled = {key: merging.settle((task.id, key), text, said.sources) for key, text in said.values.items()}
                for key, text in settled.items():
                    if text != standing[task.id, key] or (task.id, key) in merging.through:
                        self._put(book, master, (task.id, key), text)
                self.result.findings += self._unknown_status(task, settled, said.values)
        due = {task.id: deadline(task) for task in self._tasks}
        blank_figures(book, master, figures)
        show_figures(book, master, figures, merging, reported, who, self._schema, self._period, due)
        merging.record()
        self.result.changes = merging.changes
        self.result.conflicts = len(merging.conflicts)
        self.result.findings += (self._conflicting(cell) for cell in merging.conflicts)
        self._show_last(book, master)

    def _unknown_status(self, task: Task, stands: Mapping[str, str], said: Mapping[str, str]) -> Iterator[Finding]:
        """What the office typed as status that no status word begins: its light and count cannot follow from it."""
        text, words = stands.get(_STATUS, ""), self._schema.choices(_STATUS) if _STATUS in self._schema.columns else ()
        if words and text and text != said[_STATUS] and not text.startswith(words):
            title = column_title(self._schema, _STATUS)
            place = {"task": task.id, "ref": task.exact, "title": title}
            yield finding("status_unknown", value=text, choices="、".join(words), **place)

    @cached_property
    def _exact(self) -> Mapping[str, str]:
        return {task.id: task.exact for task in self._tasks}

    def _conflicting(self, cell: Cell) -> Finding:
        task, key = cell
        reference = self._exact[task.partition("#")[0]]
        return finding("master_conflict", task=task, ref=reference, title=column_title(self._schema, key))

    def _show_last(self, book: Book, master: Master) -> None:
        texts = last_texts(self._workspace, self._period) if self._period else {}
        for task, stands in master.every():
            if stands.get("last", "") != (text := texts.get(task, "")):
                self._put(book, master, (task, "last"), text)

    def _put(self, book: Book, master: Master, cell: Cell, text: str) -> None:
        table, row = master.rows[cell[0]]
        if cell[1] in table.columns:
            book.put_row(table.sheet, row.number, {table.columns[cell[1]]: cell_value(self._schema, cell[1], text)})
            self._touched.setdefault(cell[0], {})[cell[1]] = text

    def _fit(self, book: Book, master: Master) -> None:
        """Rows whose texts changed get the height that they need now."""
        for task, changed in self._touched.items():
            table, row = master.rows[task]
            texts = {key: cell_text(value) for key, value in row.values.items()} | changed
            shown = {table.columns[key]: text for key, text in texts.items()}
            book.fit(table.sheet, row.number, row_height(shown, book.widths(table.sheet)))

    def _with_lists(self, merged: Master) -> Master:
        """The workbook with everything that follows from the merged cells: lights and list sheets."""
        snapshot = snapshot_of(self._workspace, merged, self._period, self._reported) if self._period else None
        book = Book(merged.data)
        for line in snapshot.lines if snapshot else ():
            light = LIGHTS[line.light] if line.light else ""
            if line.task.id in merged.rows and merged.text(line.task.id, "light") != light:
                self._put(book, merged, (line.task.id, "light"), light)
        show_lists(book, View(self._workspace, merged, roster_of(merged, self._tasks), snapshot))
        return merged.after(book)

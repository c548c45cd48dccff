"""The task-owned cells of the master: what the ledger writes into them, and what the office has edited.

The ledger's word on a cell is the task, or the indicator, as revised up to the open period's end. Where the master
holds another text the office has edited it: that is in force at once, as a draft in sheet 变更 until somebody
confirms or declines it.
"""

from functools import cached_property
from typing import Any

from ledger.cell import Fault, judge
from ledger.finding import Finding, finding
from ledger.indicator import Indicator
from ledger.revision import Revision, revised_indicator
from ledger.task import folded
from sync.indicators import Listed, listed
from sync.layout import cell_value
from sync.master import Master
from sync.records import Cell
from sync.revision_rows import Known, began
from sync.workspace import Workspace
from xlsx import Book, column_letter

__all__ = ["ALWAYS", "OfficeCells"]

ALWAYS = ""  # what we last wrote into these cells belongs to no period


class OfficeCells:
    """The cells of one reading of the master; what is to be written goes into ``book``."""

    def __init__(self, workspace: Workspace, master: Master, book: Book) -> None:
        self._schema, self._journal, self._master, self._book = workspace.schema, workspace.journal, master, book
        self._log, self._period = workspace.journal.revisions, workspace.journal.open_period()
        self._revisions = self._log.all()
        self._base = self._journal.cells.base(ALWAYS)
        self._written: dict[Cell, str] = {}
        self.findings: list[Finding] = []

    def settle(self) -> None:
        """Write what the ledger has changed, and enter what the office has edited."""
        waiting = {(item.indicator or item.task, item.what): item for item in self._revisions if item.waits}
        self._settle_tasks(waiting)
        self._settle_targets(waiting)
        self._journal.cells.set_base(ALWAYS, self._written)

    def put_back(self, item: Revision) -> None:
        """What was declined no longer stands: the cell shows the ledger's text again, unless it was edited since."""
        cell = (item.indicator or item.task, item.what)
        if folded(self._standing(cell)) == folded(item.new):
            self._write(cell, item.old)

    def _settle_tasks(self, waiting: dict[Cell, Revision]) -> None:
        original = {task.id: task for task in self._journal.original_tasks()}
        keys = [key for key in self._schema.owned("task") if key != "no"]
        for task in self._journal.tasks():
            stands = self._master.texts(task.id)
            for key in keys:
                cell, ledger = (task.id, key), task.cell(key)
                before = self._base.get(cell, original[task.id].cell(key))
                # nearly all cells stand as they stood
                if key in stands and (cell in waiting or not stands[key] == ledger == before):
                    self._settle(cell, ledger, before, waiting.get(cell), ended=bool(task.ended))

    def _settle_targets(self, waiting: dict[Cell, Revision]) -> None:
        """Targets of sheet 指标; an indicator that is seen for the first time is kept as it stands."""
        stored = self._log.indicators()
        for indicator in (item.indicator for item in self._listed.values()):
            first = stored.get(indicator.id)
            kept = indicator.model_copy(update={"target": first.target}) if first else indicator
            if kept != first:
                self._log.put_indicator(kept)
            if first:
                now = revised_indicator(kept, self._revisions, self._period.end) if self._period else kept
                cell = (indicator.id, "target")
                before = self._base.get(cell, _figure(kept))
                self._settle(cell, _figure(now), before, waiting.get(cell), ended=bool(now.ended))

    def _settle(self, cell: Cell, ledger: str, before: str, draft: Revision | None, *, ended: bool) -> None:
        stands = self._standing(cell)
        if stands == ledger or folded(stands) == folded(ledger):
            if draft:
                self._log.put(draft.model_copy(update={"state": "undone"}))
        elif folded(stands) == folded(before) or self._comes_later(cell, stands):
            self._write(cell, ledger)
        else:
            if not ended:
                self._enter(cell, ledger, stands, draft)
            return
        if ledger != before:
            self._written[cell] = ledger

    def _comes_later(self, cell: Cell, stands: str) -> bool:
        """Whether the text that stands was agreed on for a day after the open period."""
        end = self._period.end if self._period else None
        return end is not None and any(
            item.state == "agreed" and not item.applies(end) and folded(item.new) == folded(stands)
            for item in self._revisions
            if (item.indicator or item.task, item.what) == cell
        )

    def _enter(self, cell: Cell, ledger: str, stands: str, draft: Revision | None) -> None:
        name, key = cell
        if key == "text" and not stands:  # a task without text is a slip; a task is withdrawn in 变更
            self._write(cell, ledger)
            return
        column = self._schema.columns.get(key)
        if stands and column and (fault := judge(stands, column, ())):
            self._fault(cell, stands, fault)
            return
        if draft:
            if draft.new != stands:
                self._log.put(draft.model_copy(update={"new": stands}))
            return
        task, _, figure = name.partition("#")
        made = Revision(task=task, what=key, indicator=name if figure else "", old=ledger, new=stands)
        # before the first period, or where nothing stood, there is nothing that a confirmation would protect
        if not self._period or not ledger:
            start = began(Known(self._schema, (), (), None))
            made = made.model_copy(update={"state": "agreed", "start": start, "authority": "分解时填写"})
            self._written[cell] = stands
        self._log.add(made)

    def _fault(self, cell: Cell, stands: str, fault: Fault) -> None:
        """A typed deadline that is no day is not in force and is told until it is put right."""
        table, row = self._master.rows[cell[0]]
        place = f"{column_letter(table.columns[cell[1]])}{row.number}"
        words: dict[str, Any] = {"title": self._schema.columns[cell[1]].title, "value": stands, **fault.fields}
        self.findings.append(finding(fault.code, task=cell[0], sheet=table.sheet, cell=place, **words))

    def _standing(self, cell: Cell) -> str:
        name, key = cell
        if "#" not in name:
            return self._master.text(name, key)
        return _figure(self._listed[name].indicator) if name in self._listed else ""

    @cached_property
    def _listed(self) -> dict[str, Listed]:
        return {item.indicator.id: item for item in listed(self._master, self._journal.tasks())[0]}

    def _write(self, cell: Cell, text: str) -> None:
        name, key = cell
        self._journal.cells.add_changes([(cell, self._standing(cell), text, "变更")])
        if "#" in name:
            table, row = self._master.lists["indicators"], self._listed[name].row
        else:
            table, row = self._master.rows[name]
        value = float(text) if "#" in name and text else cell_value(self._schema, key, text)
        self._book.put_row(table.sheet, row.number, {table.columns[key]: value})


def _figure(indicator: Indicator) -> str:
    return "" if indicator.target is None else f"{indicator.target.normalize():f}"

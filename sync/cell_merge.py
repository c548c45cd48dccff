"""The three-way merge of the master's unit-owned cells, with the journal as memory of what we last wrote."""

from collections.abc import Iterable, Mapping

from ledger.cell import cell_text
from ledger.merge import merge
from ledger.period import Period
from sync.choices import CHOICES, UNITS
from sync.journal import Journal
from sync.master import Master
from sync.records import Cell, Conflict
from sync.through import shown_through

__all__ = ["CellMerge", "ChangedCell"]

ChangedCell = tuple[Cell, str, str, str]  # cell, old, new, source


class CellMerge:
    """Merges one period's cells.

    ``standing`` is what the master holds of them now. When it still shows another period (``shown``), those texts
    go into that period's archive, and the period's own archive (it may have been open before) counts as ours.
    ``through`` are the cells in which stands just what was written while somebody had the master open.
    """

    def __init__(
        self, journal: Journal, period: Period, shown: Period | None, standing: Mapping[Cell, str], master: Master
    ) -> None:
        self._journal, self._period, self._standing = journal, period, standing
        self.turned = shown is not None and shown != period
        if self.turned:
            journal.cells.set_archive(str(shown), standing)
        self._published = journal.cells.base(str(period))
        through = {} if self.turned else shown_through(journal, period, master)
        # what a saved file shows of us is what the office has seen, published or not
        self._base = {**self._published, **through}
        self.through = {cell for cell, text in through.items() if standing.get(cell) == text}
        self._ours = {**self._base, **journal.cells.archive(str(period))} if self.turned else standing
        self._adopted = self._decisions(master)
        waiting = (one for one in journal.cells.conflicts() if not one.decision and one.period == str(period))
        self._waiting = {(one.task, one.column): one for one in waiting}
        self._unsettled = self._adopted | self._waiting.keys()
        self._written: dict[Cell, str] = {}
        self.changes: list[ChangedCell] = []
        self._told: list[ChangedCell] = []
        self.conflicts: list[Cell] = []

    def settle(self, cell: Cell, theirs: str, units: Iterable[str]) -> str:
        """What ``cell`` shall hold now that ``units`` together say ``theirs``; a clash is recorded, ours stays."""
        if self._standing[cell] == theirs == self._published.get(cell) and not (self.turned or cell in self._unsettled):
            return theirs  # as nearly all cells in nearly every pass
        source = "、".join(units)
        merged = merge(self._base.get(cell, ""), theirs, self._ours.get(cell, ""))
        value = theirs if cell in self._adopted else merged.value
        if merged.outcome == "conflict" and cell not in self._adopted:
            self._journal.cells.put_conflict(cell, str(self._period), merged.value, theirs, source)
            self.conflicts.append(cell)
        elif cell in self._waiting:
            self._follow(self._waiting[cell], merged.value)
        change = value, source or f"转入{self._period.label}"
        if value != self._standing[cell]:
            self.changes.append((cell, self._standing[cell], *change))
        # 更新记录 tells every change once, also one that went through the open workbook
        before = self._published.get(cell, "") if cell in self.through else self._standing[cell]
        if value != before:
            self._told.append((cell, before, *change))
        if self._published.get(cell) != theirs:
            self._written[cell] = theirs
        return value

    def _follow(self, conflict: Conflict, office: str) -> None:
        """A clash that waits shows what the office has written since; it is over once that is the units' text."""
        if office == conflict.units:
            self._journal.cells.decide(conflict.number, UNITS)
        elif office != conflict.office:
            cell = conflict.task, conflict.column
            self._journal.cells.put_conflict(cell, conflict.period, office, conflict.units, conflict.source)

    def record(self) -> None:
        """Write into the journal what the master now holds; the turn of a period is no change of its cells."""
        self._journal.cells.set_base(str(self._period), self._written)
        if not self.turned:
            self._journal.cells.add_changes(self._told)

    def _decisions(self, master: Master) -> set[Cell]:
        """Cells in which the office chose the units' text in sheet 冲突; every choice is recorded."""
        table = master.lists.get("conflicts")
        waiting = {conflict.number: conflict for conflict in self._journal.cells.conflicts() if not conflict.decision}
        adopted: set[Cell] = set()
        for row in table.rows if table else ():
            number, choice = cell_text(row.values.get("id")), cell_text(row.values.get("adopt"))
            conflict = waiting.get(int(number)) if number.isdigit() else None
            if not conflict or choice not in CHOICES["conflicts"]:
                continue
            self._journal.cells.decide(conflict.number, choice)
            if choice == UNITS and conflict.period == str(self._period):
                adopted.add((conflict.task, conflict.column))
        return adopted

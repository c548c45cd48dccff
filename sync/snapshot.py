"""The ledger as the master shows it now, and whether journal and master agree."""

from ledger.errors import StateError
from ledger.finding import Finding
from ledger.names import Kind, split_names
from ledger.period import Period
from ledger.projection import project, units_in_order
from ledger.snapshot import Line, Snapshot
from ledger.task import Task, folded
from sync.master import Master
from sync.publish import open_master
from sync.records import Cell
from sync.reporters import reporters, roster_of
from sync.returns import unit_states
from sync.workspace import Workspace

__all__ = ["Disagreement", "as_edited", "disagreements", "take_snapshot"]

Disagreement = tuple[Cell, str, str]  # cell, what the journal says, what the master holds
_NAMES: dict[str, Kind] = {"leaders": "people", "lead_units": "units", "responsible_units": "units"}


def take_snapshot(workspace: Workspace, period: Period | None) -> Snapshot:
    """All tasks with the texts that stand in the master for the open period; for a closed one, as archived.

    ``period`` None means the open one. `StateError` for a period that was never opened.
    """
    journal, schema = workspace.journal, workspace.schema
    current = journal.open_period()
    if period and period not in journal.periods():
        raise StateError(f"{period.label}没有打开过，请核对报送期，或先执行 ducha open {period}。")
    master = open_master(workspace)
    tasks = [as_edited(task, master) for task in journal.tasks()]
    who = reporters(tasks, master, roster_of(master, tasks))
    shown = period or current or Period(schema.year, 12, 12)
    closed = shown != current
    archive = journal.cells.archive(str(shown))
    entries = journal.entries(str(shown))
    lines = []
    for task in tasks:
        values = {
            key: archive.get((task.id, key), "") if closed else master.text(task.id, key)
            for key in schema.owned("unit")
        }
        line = Line(task=task, reporter=who[task.id], values=values, entries=entries.get(task.id, {}))
        lines.append(line)
    missing = tuple(state.unit for state in unit_states(workspace, shown) if state.word != "已采用")
    return Snapshot(period=shown, lines=tuple(lines), missing=missing)


def as_edited(task: Task, master: Master) -> Task:
    """The task with the office's own wording of its text and names where the master's cells differ."""
    if task.id not in master.rows:
        return task
    columns = master.rows[task.id][0].columns  # a column that the office took out says nothing
    printed = {key: master.text(task.id, key) for key in task.printed if key in columns}
    changed = {key: text for key, text in printed.items() if folded(text) != folded(task.printed[key])}
    text = master.text(task.id, "text")
    lists = {
        key: split_names(changed[key], getattr(task, key), kind)[0] for key, kind in _NAMES.items() if key in changed
    }
    if not changed and folded(text) in ("", folded(task.text)):
        return task
    kept = text if text and folded(text) != folded(task.text) else task.text
    return task.model_copy(update={"text": kept, "printed": {**task.printed, **changed}, **lists})


def disagreements(workspace: Workspace) -> tuple[list[Disagreement], list[Finding]]:
    """Where the master does not hold what the journal says it should, office edits aside.

    A cell agrees when it holds the units' text, or when the office has changed it since we wrote it.
    """
    journal, schema, period = workspace.journal, workspace.schema, workspace.journal.open_period()
    master = open_master(workspace)
    tasks = journal.tasks()
    found = master.findings(tasks)
    if not period:
        return [], found
    who = reporters(tasks, master, roster_of(master, tasks))
    base, entries = journal.cells.base(str(period)), journal.entries(str(period))
    wrong: list[Disagreement] = []
    for task in tasks:
        if task.id not in master.rows:
            continue
        theirs = project(schema, entries.get(task.id, {}), units_in_order(task, who[task.id]))
        for key, text in theirs.items():
            cell = (task.id, key)
            if base.get(cell, "") != text:
                wrong.append((cell, text, master.text(*cell)))
    return wrong, found

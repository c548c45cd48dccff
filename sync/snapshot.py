"""The ledger as the master shows it: the open period from its cells, a closed one from the archive."""

from collections.abc import Callable

from ledger.errors import StateError
from ledger.finding import Finding
from ledger.light import task_light
from ledger.measures import Standing
from ledger.names import Kind, split_names
from ledger.period import Period
from ledger.projection import project, units_in_order
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task, folded
from sync.indicators import REPORTED, judged, listed
from sync.master import Master, open_master
from sync.records import Cell
from sync.reporters import reporters, roster_of
from sync.returns import unit_states
from sync.workspace import Workspace

__all__ = ["Disagreement", "as_edited", "disagreements", "last_texts", "snapshot_of", "take_snapshot"]

Disagreement = tuple[Cell, str, str]  # cell, what the journal says, what the master holds
_NAMES: dict[str, Kind] = {"leaders": "people", "lead_units": "units", "responsible_units": "units"}


def take_snapshot(workspace: Workspace, period: Period | None) -> Snapshot:
    """All tasks with the texts that stand in the master for the open period; for a closed one, as archived.

    ``period`` None means the open one. `StateError` for a period that was never opened.
    """
    journal = workspace.journal
    if period and period not in journal.periods():
        raise StateError(f"{period.label}没有打开过，请核对报送期，或先执行 ducha open {period}。")
    shown = period or journal.open_period() or Period(workspace.schema.year, 12, 12)
    return snapshot_of(workspace, open_master(workspace), shown)


def snapshot_of(workspace: Workspace, master: Master, shown: Period) -> Snapshot:
    """The ledger in period ``shown``, the open one as it stands in ``master``."""
    journal, schema = workspace.journal, workspace.schema
    is_open = shown == journal.open_period() or not journal.open_period()
    tasks = journal.tasks(shown)
    if is_open:
        tasks = [as_edited(task, master) for task in tasks]
    who = reporters(tasks, master, roster_of(master, tasks))
    archive = journal.cells.archive(str(shown))

    def archived(task: str, key: str) -> str:
        return archive.get((task, key), "")

    figures = _figures(workspace, master, tasks, who, shown, None if is_open else archived)
    texts = master.text if is_open else archived
    entries = journal.entries(str(shown))
    lines = []
    for task in tasks:
        values = {key: texts(task.id, key) for key in schema.owned("unit")}
        own: list[Standing] = [one.standing for one in figures if one.indicator.task == task.id]
        lines.append(
            Line(
                task=task,
                reporter=who[task.id],
                values=values,
                entries=entries.get(task.id, {}),
                light=task_light(task, values, own, schema, shown.end),
            )
        )
    missing = tuple(state.unit for state in unit_states(workspace, shown) if state.word not in ("已采用", "代填"))
    return Snapshot(period=shown, lines=tuple(lines), figures=figures, missing=missing)


def _figures(
    workspace: Workspace,
    master: Master,
    tasks: list[Task],
    who: dict[str, str | None],
    shown: Period,
    archived: Callable[[str, str], str] | None,
) -> tuple[Figure, ...]:
    found = []
    for item in listed(master, tasks)[0]:
        indicator, values = item.indicator, item.texts
        if archived:
            values = {key: archived(indicator.id, key) for key in REPORTED}
        stands = judged(indicator, values, workspace.schema, shown)
        found.append(Figure(indicator=indicator, reporter=who[indicator.task], values=values, standing=stands))
    return tuple(found)


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


def last_texts(workspace: Workspace, period: Period) -> dict[str, str]:
    """Main text by task id as it stood at the end of the period before ``period``."""
    before = workspace.journal.period_before(period)
    key = workspace.schema.main_text
    archive = workspace.journal.cells.archive(str(before)) if before else {}
    return {task: text for (task, column), text in archive.items() if column == key and text}


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

"""The ledger as the master shows it: the open period from its cells, a closed one from the archive."""

from collections.abc import Callable, Iterator

from ledger.errors import StateError
from ledger.finding import Finding
from ledger.light import deadline, task_light
from ledger.measures import Standing
from ledger.period import Period
from ledger.revision import revised_indicator
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task
from sync.indicators import REPORTED, judged, listed
from sync.master import Master, open_master
from sync.records import Cell
from sync.reported import Reported
from sync.reporters import reporters, roster_of
from sync.returns import unit_states
from sync.workspace import Workspace

__all__ = [
    "Disagreement",
    "disagreements",
    "last_texts",
    "snapshot_before",
    "snapshot_of",
    "take_snapshot",
]

Disagreement = tuple[Cell, str, str]  # cell, what the journal says, what the master holds


def take_snapshot(workspace: Workspace, period: Period | None) -> Snapshot:
    """All tasks with the texts that stand in the master for the open period; for a closed one, as archived.

    ``period`` None means the open one. `StateError` for a period that was never opened.
    """
    journal = workspace.journal
    if period and period not in journal.periods():
        raise StateError(f"{period.label}没有打开过，请核对报送期，或先执行 ducha open {period}。")
    shown = period or journal.open_period() or Period(workspace.schema.year, 12, 12)
    return snapshot_of(workspace, open_master(workspace), shown)


def snapshot_of(workspace: Workspace, master: Master, shown: Period, reported: Reported | None = None) -> Snapshot:
    """The ledger in period ``shown``, the open one as it stands in ``master``; ``reported`` where it is known."""
    journal = workspace.journal
    is_open = shown == journal.open_period() or not journal.open_period()
    tasks = journal.tasks(shown)
    archive = journal.cells.archive(str(shown))
    if is_open:
        tasks = [master.edited(task) for task in tasks]
    who = reporters(tasks, master, roster_of(master, tasks), {} if is_open else archive)

    def archived(task: str, key: str) -> str:
        return archive.get((task, key), "")

    figures = _figures(workspace, master, tasks, who, shown, None if is_open else archived)
    keys = workspace.schema.owned("unit")

    def said(task: str) -> dict[str, str]:
        texts = master.texts(task) if is_open else None
        return {key: archived(task, key) if texts is None else texts.get(key, "") for key in keys}

    reported = reported or Reported(journal, workspace.schema, shown)
    lines = _lines(workspace, tasks, who, shown, reported, said, figures)
    states = unit_states(workspace, shown)
    missing = tuple(state.unit for state in states if not state.reported)
    late = tuple(state.unit for state in states if state.reported and state.late)
    return Snapshot(period=shown, lines=tuple(lines), figures=figures, missing=missing, late=late)


def snapshot_before(workspace: Workspace, master: Master, shown: Period) -> Snapshot | None:
    """The ledger in the period with which ``shown`` is compared, None where there is none.

    That is the last one of the same length; where none of that length lies before, the last one that is no part of
    ``shown``: a quarter is not compared with its own last month.
    """
    earlier = [one for one in workspace.journal.periods() if one < shown and not shown.covers(one)]
    alike = [one for one in earlier if one.months == shown.months]
    last = next(iter([*reversed(alike), *reversed(earlier)]), None)
    return snapshot_of(workspace, master, last) if last else None


def _lines(
    workspace: Workspace,
    tasks: list[Task],
    who: dict[str, str | None],
    shown: Period,
    reported: Reported,
    said: Callable[[str], dict[str, str]],
    figures: tuple[Figure, ...],
) -> Iterator[Line]:
    """One line a task, its light from its texts and from its figures."""
    schema, entries = workspace.schema, reported.entries
    standings: dict[str, list[Standing]] = {}
    for figure in figures:
        standings.setdefault(figure.indicator.task, []).append(figure.standing)
    for task in tasks:
        values = said(task.id)
        own = standings.get(task.linked or task.id, [])
        yield Line(
            task=task,
            reporter=who[task.id],
            values=values,
            entries=entries.get(task.linked or task.id, {}),
            stale=reported.stale(task, who[task.id]),
            light=task_light(task, values, own, schema, shown.end),
        )


def _figures(
    workspace: Workspace,
    master: Master,
    tasks: list[Task],
    who: dict[str, str | None],
    shown: Period,
    archived: Callable[[str, str], str] | None,
) -> tuple[Figure, ...]:
    found = []
    stored, every = workspace.journal.revisions.indicators(), workspace.journal.revisions.all()
    by_id = {task.id: task for task in tasks}
    for item in listed(master, tasks)[0]:
        indicator, values = item.indicator, item.texts
        then = revised_indicator(stored.get(indicator.id, indicator), every, shown.end)
        if then.ended or by_id[indicator.task].ended:
            continue
        if archived:
            indicator, values = then, {key: archived(indicator.id, key) for key in REPORTED}
        stands = judged(indicator, values, workspace.schema, shown, deadline(by_id[indicator.task]))
        found.append(Figure(indicator=indicator, reporter=who[indicator.task], values=values, standing=stands))
    return tuple(found)


def last_texts(workspace: Workspace, period: Period) -> dict[str, str]:
    """Main text by task id as it stood at the end of the period before ``period``."""
    before = workspace.journal.period_before(period)
    key = workspace.schema.main_text
    texts = workspace.journal.cells.archived(str(before), key) if before else {}
    return {task: text for task, text in texts.items() if text}


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
    base, reported = journal.cells.base(str(period)), Reported(journal, schema, period)
    wrong: list[Disagreement] = []
    for task in tasks:
        if task.id not in master.rows:
            continue
        for key, text in reported.task(task, who[task.id]).values.items():
            cell = (task.id, key)
            if base.get(cell, "") != text:
                wrong.append((cell, text, master.text(*cell)))
    return wrong, found

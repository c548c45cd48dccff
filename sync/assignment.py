"""Whose task is whose now: a workbook issued before a change counts only for the rows that are still its unit's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ledger.finding import Finding, finding
from ledger.roster import contributors
from ledger.task import Entry, Task
from sync.check import Judgement
from sync.master import open_master
from sync.reporters import reporters, roster_of
from sync.workspace import Workspace

__all__ = ["Assignment", "assignment"]


@dataclass(frozen=True)
class Assignment:
    """The tasks as they stand in the open period, and which units report on each, the reporter first."""

    tasks: Mapping[str, Task]
    units: Mapping[str, tuple[str, ...]]

    def still_asked(self, judgement: Judgement) -> Judgement:
        """The judgement without entries on tasks that have ended or gone to others, each with a finding."""
        refused = {entry.task: item for entry in judgement.entries if (item := self._refused(entry))}
        if not refused:
            return judgement
        kept = tuple(entry for entry in judgement.entries if entry.task not in refused)
        said: dict[str, Finding] = {item.message: item for item in refused.values()}
        return replace(judgement, entries=kept, findings=(*judgement.findings, *said.values()))

    def _refused(self, entry: Entry) -> Finding | None:
        task = self.tasks.get(entry.task.partition("#")[0])
        if not task or not any(entry.values.values()):
            return None
        words = {"task": task.id, "ref": task.exact, "unit": entry.unit}
        if task.ended:
            return finding("row_over", note=f"已于{task.ended}", **words)
        units = self.units[task.id]
        if entry.unit in units:
            return None
        return finding("row_moved", now="、".join(units) or "待指定的单位", **words)


def assignment(workspace: Workspace) -> Assignment:
    """Read from the master and the journal as they stand."""
    master = open_master(workspace)
    tasks = [master.edited(task) for task in workspace.journal.tasks()]
    roster = roster_of(master, tasks)
    who = reporters(tasks, master, roster)

    def units(task: Task) -> Iterator[str]:
        first = who[task.id]
        if first:
            yield first
            yield from contributors(task, roster, workspace.schema.reporting, {task.id: first})

    return Assignment({task.id: task for task in tasks}, {task.id: tuple(units(task)) for task in tasks})

"""Who answers for each task, as the office's master and roster say."""

from collections.abc import Iterable, Mapping

from ledger.finding import Finding, finding
from ledger.roster import Roster, reporter
from ledger.task import Task
from sync.master import UNNAMED, Master
from sync.records import Cell

__all__ = ["reporters", "roster_of", "strangers", "unnamed"]


def reporters(
    tasks: list[Task], master: Master, roster: Roster, archive: Mapping[Cell, str] | None = None
) -> dict[str, str | None]:
    """Who reports each task (design: 填报单位); the office's own word in the master comes first.

    Of a closed period its ``archive`` comes before the master, which shows the open one.
    A task that is reported under another one (同一事项) is reported by that one's reporter.
    """
    stood = {task: text for (task, key), text in (archive or {}).items() if key == "reporter" and text != UNNAMED}
    names = ((task.id, stood.get(task.id) or master.reporter(task.id)) for task in tasks)
    named = {task: roster.standard(name) for task, name in names if name}
    who = {task.id: reporter(task, roster, named) for task in tasks}
    return who | {task.id: who[task.linked] for task in tasks if task.linked in who}


def roster_of(master: Master, tasks: list[Task]) -> Roster:
    """The office's 单位名录 with, behind it, the names that only the tasks know."""
    own = master.roster()
    known = {unit.name for unit in own.units} | {alias for unit in own.units for alias in unit.aliases}
    new = (unit for unit in Roster.bootstrap(tasks).units if unit.name not in known)
    return Roster(units=(*own.units, *new))


def strangers(who: Mapping[str, str | None], roster: Roster) -> list[Finding]:
    """Units that the office named but that stand nowhere in the roster: a slip of the pen, or a new unit."""
    found = sorted({unit for unit in who.values() if unit and not roster.find(unit)})
    return [finding("unit_unknown", unit=unit, value=unit) for unit in found]


def unnamed(tasks: Iterable[Task], who: Mapping[str, str | None]) -> list[Finding]:
    """A finding for every task that is 待指定."""
    return [
        finding("reporter_unnamed", task=task.id, ref=task.exact, value="、".join(task.lead_units) or "空")
        for task in tasks
        if who[task.id] is None
    ]

"""Bringing a recovered journal up to this day: what was handed out and sent in since, and what the master shows.

Texts of units that stand in the master are not the office's own edits: the files in the inbox, and the master's own
更新记录, explain them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from ledger.cell import cell_text
from ledger.period import Period
from sync.indicators import REPORTED, listed
from sync.intake import candidates, take_in
from sync.master import Master
from sync.reading.read import Reading, read_ahead
from sync.records import Cell, Issue
from sync.recovery.reconstruction import history, known_periods, shown_changes
from sync.recovery.reissue import handed_out, seals
from sync.reported import Reported
from sync.reporters import reporters, roster_of
from sync.workspace import Workspace

__all__ = ["catch_up"]


def catch_up(workspace: Workspace, master: Master, progress: Callable[[int, int], None] | None = None) -> list[str]:
    """Complete the journal of ``workspace`` from master, outbox and inbox; nothing else is written.

    Returns what was done, in sentences.
    """
    told: list[str] = []
    over = set(workspace.journal.periods()) - {workspace.journal.open_period()}
    _periods(workspace, master)
    journal, tasks = workspace.journal, workspace.journal.tasks()
    who = reporters(tasks, master, roster_of(master, tasks))
    mine = {task: unit for task, unit in who.items() if unit}
    issues, strange = handed_out(workspace.root / "outbox", workspace.key, workspace.schema, mine)
    with journal.transaction():
        new = [issue for issue in issues if not journal.issue(issue.id)]
        for issue in new:
            journal.add_issue(issue)
        _asked_periods(workspace, new)
    if new:
        told.append(f"从outbox里的填报表恢复下发记录{len(new)}份。")
    if strange:
        told.append(f"outbox里有{strange}份填报表证明不了是用这个密钥下发的，没有恢复。")
    _take_in(workspace, over, told, progress)
    _explain_cells(workspace, master)
    return told


def _periods(workspace: Workspace, master: Master) -> None:
    """Periods that were opened and closed since, as 历史 and 看板 show them."""
    journal, shown = workspace.journal, known_periods(workspace.schema, master.named("dc_period"))
    before = journal.open_period()
    if not shown or shown == before:
        return
    with journal.transaction():
        for period, cells in sorted(history(workspace.schema, master).items()):
            if period not in journal.periods() or period == before:
                journal.set_open(period)
                journal.cells.set_archive(str(period), cells)
        journal.set_open(shown)
        journal.set_fact("shown", str(shown))


def _asked_periods(workspace: Workspace, issues: Iterable[Issue]) -> None:
    """Periods for which workbooks were handed out were open once, even if nothing was reported."""
    journal, shown = workspace.journal, workspace.journal.open_period()
    for period in sorted({Period.parse(issue.period) for issue in issues} - set(journal.periods())):
        journal.set_open(period)
    if shown:
        journal.set_open(shown)


def _take_in(
    workspace: Workspace, over: Collection[Period], told: list[str], progress: Callable[[int, int], None] | None
) -> None:
    """Take in what lies in the inbox and is not known, each file as a report of the period that it was issued for.

    What is new for a period that was ``over`` at the time of the backup came too late then, and does now.
    """
    open_period = workspace.journal.open_period()
    if not open_period:
        return
    known = workspace.journal.submissions.places()
    inbox = workspace.root / "inbox"
    by_period: dict[Period, dict[Path, str]] = {}
    files = [(path, data) for path, data in seals(candidates(inbox)) if _place(inbox, path, data) not in known]
    readings = read_ahead(((data, path.name) for path, data in files), workspace.key)
    for (path, data), reading in zip(files, readings, strict=True):
        numbers = tuple(reading.issues) if isinstance(reading, Reading) else ()
        issue = workspace.journal.issue(numbers[0]) if len(numbers) == 1 else None
        period = Period.parse(issue.period) if issue else open_period
        period = open_period if period in over else period
        by_period.setdefault(period, {})[path] = sha256(data).hexdigest()
    count = 0
    for period, settled in sorted(by_period.items()):
        count += len(take_in(workspace, settled, period, settled, [], progress))
    _answered_already(workspace)
    if count:
        told.append(f"重新读取inbox里的来件{count}份。")


def _place(inbox: Path, path: Path, data: bytes) -> tuple[str, str]:
    return path.relative_to(inbox).as_posix(), sha256(data).hexdigest()


def _answered_already(workspace: Workspace) -> None:
    """A unit that has its returned workbook does not get it a second time under another number."""
    submissions = workspace.journal.submissions
    for answer in submissions.owed():
        path = workspace.root / answer.path
        stem = path.name.rpartition("_退回")[0]
        if stem and any(other.name.startswith(f"{stem}_退回") for other in path.parent.glob("*")):
            submissions.delivered(answer)
            submissions.move(answer.submission, "receipted")


def _explain_cells(workspace: Workspace, master: Master) -> None:
    """Record which of the texts that stand in the master are the units': those are what we wrote last.

    Any other text is the office's. Where 更新记录 shows that we had written the units' newest text before it, the
    office has seen that; where it does not, both stand in 冲突 for the office to decide.
    """
    journal, schema, period = workspace.journal, workspace.schema, workspace.journal.open_period()
    if not period:
        return
    tasks = journal.tasks()
    who = reporters(tasks, master, roster_of(master, tasks))
    reported, said = Reported(journal, schema, period), journal.ever_said(str(period))
    written: dict[Cell, set[str]] = {}
    for cell, row in shown_changes(schema, master, tasks):
        written.setdefault(cell, set()).add(row.get("new", ""))
    theirs: dict[Cell, str] = {}
    standing: dict[Cell, str] = {}
    for task in tasks:
        if task.id in master.rows:
            for key, text in reported.task(task, who[task.id]).values.items():
                theirs[task.id, key], standing[task.id, key] = text, master.text(task.id, key)
    for item in listed(master, tasks)[0]:
        one = item.indicator
        values = reported.figure(one.id, who[one.task]).values
        for key in REPORTED:
            theirs[one.id, key], standing[one.id, key] = values.get(key, ""), cell_text(item.row.values[key])
    journal.cells.set_base(str(period), dict(_bases(theirs, standing, said, written)))


def _bases(
    theirs: Mapping[Cell, str],
    standing: Mapping[Cell, str],
    said: Mapping[Cell, set[str]],
    written: Mapping[Cell, set[str]],
) -> list[tuple[Cell, str]]:
    """What was written last into each cell, as far as that can be known."""
    found = []
    for cell, text in standing.items():
        task, _, figure = cell[0].partition("#")
        ours = written.get((task, cell[1]) if figure else cell, set())
        if text == theirs[cell] or text in said.get(cell, set()) or (text and text in ours):
            found.append((cell, text))
        elif theirs[cell] in ours:
            found.append((cell, theirs[cell]))
    return found

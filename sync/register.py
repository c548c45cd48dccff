"""Importing documents: new tasks into the journal, their reports as entries, and their rows into the master."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.decompose import decompose
from ledger.errors import SourceError
from ledger.finding import Finding
from ledger.period import Period, period_in_text
from ledger.roster import reporter
from ledger.sources import read
from ledger.tables import extract
from ledger.task import Entry, Task
from sync.master import open_master
from sync.publish import publish
from sync.report_draft import drafted
from sync.reporters import reporters, roster_of, unnamed
from sync.workspace import Workspace

__all__ = ["OFFICE", "Imported", "register"]

OFFICE = "本办"  # whose report it is when a document's report belongs to no unit


@dataclass
class Imported:
    """What an import did: new tasks, reports taken over into ``period``, files that failed, and findings."""

    tasks: list[Task] = field(default_factory=list)
    reports: int = 0
    period: Period | None = None
    findings: list[Finding] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def register(workspace: Workspace, files: Sequence[Path], *, tasks_only: bool) -> Imported:
    """Import documents one after the other; one that cannot be read is told in ``failed`` and the others go on.

    Without ``tasks_only`` what the documents report becomes the open period's; when none is open yet, the
    period that the document's title names is opened, else the schema's whole year.
    """
    result, journal = Imported(), workspace.journal
    for path in files:
        try:
            _register(workspace, path, result, tasks_only=tasks_only)
        except SourceError as error:
            result.failed.append(str(error))
    published = publish(workspace)
    result.findings += published.findings
    master, tasks = open_master(workspace), journal.tasks()
    who = reporters(tasks, master, roster_of(master, tasks))
    result.findings += unnamed(result.tasks, who)
    return result


def _register(workspace: Workspace, path: Path, result: Imported, *, tasks_only: bool) -> None:
    if not path.is_file():
        raise SourceError(f"找不到文件“{path}”，请核对路径和文件名。")
    data = path.read_bytes()
    schema, journal = workspace.schema, workspace.journal
    draft = drafted(data, schema)
    found = draft or extract(read(data, path.name), schema, path.name)
    existing = journal.original_tasks()
    roster = roster_of(open_master(workspace), existing)
    parted = decompose(found, schema, existing, roster)
    # the rows of a draft are numbered only now
    result.findings += [item for item in parted.findings if not (draft and item.code == "number_missing")]
    workspace.store(data)
    with journal.transaction():
        journal.add_tasks(parted.tasks)
        journal.add_findings(parted.findings)
        result.tasks += parted.tasks
        if parted.reports and not tasks_only:
            period = journal.open_period()
            if not period:
                period = period_in_text(found.title, schema.year) or Period(schema.year, 12, 12)
                journal.set_open(period)
            entries = _entries(workspace, parted.reports, period)
            journal.put_entries(entries, None)
            result.reports += len(entries)
            result.period = period


def _entries(workspace: Workspace, reports: Mapping[str, Mapping[str, str]], period: Period) -> list[Entry]:
    """A document's reports as entries of the first to answer; what a unit itself has reported is not touched."""
    tasks = {task.id: task for task in workspace.journal.tasks()}
    roster = roster_of(open_master(workspace), list(tasks.values()))
    known = workspace.journal.entries(str(period))
    return [
        Entry(
            task=task,
            unit=reporter(tasks[task], roster, {}) or OFFICE,
            period=str(period),
            values=values,
        )
        for task, values in reports.items()
        if task not in known
    ]

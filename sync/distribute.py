"""Handing out: one workbook per reporting unit and period into ``outbox/<unit>/``."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ledger.errors import StateError
from ledger.finding import Finding
from ledger.indicator import Indicator
from ledger.period import Period
from ledger.roster import Roster, contributors
from ledger.task import Task
from sync.atomic import legal_name, write_whole
from sync.identity import issue_id
from sync.indicators import in_force, listed, locked_indicator, missing_indicators
from sync.master import open_master
from sync.parcels import pack_handed_out
from sync.publish import publish
from sync.records import Issue
from sync.reporters import reporters, roster_of, strangers, unnamed
from sync.settings import apply_settings
from sync.snapshot import last_texts
from sync.unit import LAST, UnitTemplate, file_name, locked_values
from sync.workspace import Workspace

__all__ = ["Distributed", "distribute"]


@dataclass
class Distributed:
    """What was handed out: files written (``unchanged`` lay there already), and tasks that nobody reports."""

    written: list[Path] = field(default_factory=list)
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)


def distribute(workspace: Workspace, period: Period) -> Distributed:
    """Write every unit's workbook for the open period; a second run writes nothing that is there already."""
    apply_settings(workspace)
    journal, schema = workspace.journal, workspace.schema
    if journal.open_period() != period:
        raise StateError(f"{period.label}还没有打开，请先执行 ducha open {period}。")
    master = open_master(workspace)
    every = [master.edited(task) for task in journal.tasks()]
    # what is over, and what is reported under another task, is asked of nobody
    tasks = [task for task in every if not task.ended and not task.linked]
    if not tasks:
        raise StateError("台账里还没有任务，请先用 ducha import 导入责任分工表。")
    roster = roster_of(master, tasks)
    who = reporters(tasks, master, roster)
    result = Distributed()
    result.findings += unnamed(tasks, who)
    result.findings += strangers(who, roster)
    template = UnitTemplate(schema, workspace.template("unit.xlsx"))
    due = schema.due_day(period)
    rows, faults = listed(master, every)
    result.findings += faults + missing_indicators(master, rows, every, journal.revisions, period.end)
    live = in_force(rows, every, journal.revisions.all(), period.end)
    indicators = [item.indicator for item in live if not item.indicator.ended and item.indicator.task in who]
    figures = _figures(workspace, indicators, tasks, who, period)
    issues = _issues(workspace, tasks, who, roster, period, figures)
    with journal.transaction():
        newest = journal.newest_issues(str(period))
        for issue in issues:
            if newest.get(issue.unit) != issue:
                journal.add_issue(issue)
    files = []
    for issue in issues:
        data = template.workbook(issue, workspace.key, due)
        path = workspace.root / "outbox" / legal_name(issue.unit) / file_name(issue)
        files.append(path)
        (workspace.root / "inbox" / path.parent.name).mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == data:
            result.unchanged += 1
            continue
        write_whole(path, data)
        result.written.append(path)
    pack_handed_out(workspace, period, issues, files)
    publish(workspace)
    return result


Figures = Mapping[str, Mapping[str, Mapping[str, str]]]  # by unit and indicator id: locked texts by column key


def _figures(
    workspace: Workspace,
    indicators: list[Indicator],
    tasks: list[Task],
    who: Mapping[str, str | None],
    period: Period,
) -> Figures:
    """What each unit is asked in 指标填报: an indicator has exactly one reporter, its task's."""
    before, known = workspace.journal.period_before(period), {task.id: task for task in tasks}
    said = workspace.journal.entries(str(before)) if before else {}
    found: dict[str, dict[str, dict[str, str]]] = {}
    for indicator in indicators:
        if unit := who[indicator.task]:
            last = said.get(indicator.id, {}).get(unit, {}).get("actual", "")
            locked = locked_indicator(indicator, known[indicator.task], last)
            found.setdefault(unit, {})[indicator.id] = locked
    return found


def _issues(
    workspace: Workspace,
    tasks: list[Task],
    who: Mapping[str, str | None],
    roster: Roster,
    period: Period,
    figures: Figures,
) -> list[Issue]:
    """One issue a unit, in the order in which units first appear in the ledger."""
    schema, last = workspace.schema, _last_by_unit(workspace, period)
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for task in tasks:
        first = who[task.id]
        if not first:
            continue
        for unit in (first, *contributors(task, roster, schema.reporting, {task.id: first})):
            said = {LAST: text} if (text := last(task.id, unit)) else {}
            rows.setdefault(unit, {})[task.id] = {**locked_values(schema, task), **said}
    issues = []
    for unit, locked in rows.items():
        mine = frozenset(task for task in locked if who[task] == unit)
        asked = figures.get(unit, {})
        content = sha256(json.dumps([locked, sorted(mine), asked], ensure_ascii=False).encode()).hexdigest()
        number = issue_id(workspace.key, unit, str(period), content)
        issues.append(Issue(id=number, unit=unit, period=str(period), rows=locked, reporter=mine, indicators=asked))
    return issues


def _last_by_unit(workspace: Workspace, period: Period) -> Callable[[str, str], str]:
    """What a unit is shown as last period's text: its own part where several reported, else the master's text."""
    before, key = workspace.journal.period_before(period), workspace.schema.main_text
    merged = last_texts(workspace, period)
    said = workspace.journal.entries(str(before)) if before else {}

    def last(task: str, unit: str) -> str:
        parts = {other: values[key] for other, values in said.get(task, {}).items() if values.get(key)}
        return parts.get(unit, "") if len(parts) > 1 else merged.get(task, "")

    return last

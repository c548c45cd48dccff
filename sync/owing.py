"""Which units still owe what in a period, as reminders say it."""

from collections.abc import Mapping
from typing import Literal

from ledger.finding import severest_first
from ledger.owed import Owed
from ledger.period import Period
from sync.records import Issue
from sync.returns import UnitState, unit_states
from sync.workspace import Workspace

__all__ = ["owing"]

_STATES: Mapping[str, Literal["silent", "partly", "returned", "refused", "excluded"]] = {
    "未报": "silent",
    "部分代填": "partly",
    "已退回": "returned",
    "已隔离": "refused",
    "已撤下": "excluded",
}


def owing(workspace: Workspace, period: Period) -> list[Owed]:
    """One for every unit of which something is still asked, in the order of issue."""
    issues = workspace.journal.newest_issues(str(period))
    references = {task.id: task.exact for task in workspace.journal.tasks(period)}
    told = {(row.unit, row.task) for row in workspace.journal.entered.of(str(period)) if row.state == "stands"}
    found = []
    for state in unit_states(workspace, period):
        if state.word not in _STATES:
            continue
        issue = issues[state.unit]
        asked = [task for task in _asked(issue, state) if (state.unit, task) not in told and task in references]
        found.append(
            Owed(
                unit=state.unit,
                state=_STATES[state.word],
                tasks=tuple(references[task] for task in asked),
                indicators=sum(name.partition("#")[0] in asked for name in issue.indicators),
                faults=tuple(_faults(workspace, state)),
            )
        )
    return found


def _asked(issue: Issue, state: UnitState) -> list[str]:
    """Of who has told a part by telephone the tasks are still asked for which it is the first to answer."""
    return [task for task in issue.rows if state.word != "部分代填" or task in issue.reporter]


def _faults(workspace: Workspace, state: UnitState) -> list[str]:
    if state.word not in ("已退回", "已隔离"):
        return []
    one = workspace.journal.submissions.one(state.number)
    return [item.message for item in severest_first(one.findings if one else ()) if item.severity == "error"]

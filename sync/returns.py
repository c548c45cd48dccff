"""Who has sent what: the first question of every reporting period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.period import Period
from sync.records import Entered, Issue, Submission
from sync.workspace import Workspace

__all__ = ["UnitState", "unit_states"]

_WORDS = {"accepted": "已采用", "returned": "已退回", "quarantined": "已隔离", None: "处理中"}
_REPORTED = frozenset({"已采用", "代填"})


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit's state in a period: the newest decided submission counts; ``version`` numbers its files.

    ``word`` is what people read: 未报, 已采用, 已退回, 已隔离; 代填 or 部分代填 where all or some of the tasks that the
    unit answers for were recorded in sheet 代填 instead.
    """

    unit: str
    tasks: int
    word: str
    received: str = ""
    late: bool = False
    version: int = 0
    file: str = ""
    findings: int = 0

    @property
    def reported(self) -> bool:
        """Whether nothing more is asked of the unit."""
        return self.word in _REPORTED


def unit_states(workspace: Workspace, period: Period) -> list[UnitState]:
    """One state for every unit that was handed a workbook for ``period``, in the order of issue."""
    sent: dict[str, list[Submission]] = {}
    for submission in workspace.journal.submissions(str(period)):
        if submission.unit:
            sent.setdefault(submission.unit, []).append(submission)
    entered: dict[str, dict[str, Entered]] = {}
    for row in workspace.journal.entered.of(str(period)):
        if row.state == "stands":
            entered.setdefault(row.unit, {})[row.task] = row
    due = workspace.schema.due_day(period)
    return [
        _state(issue, sent.get(unit, []), entered.get(unit, {}), due)
        for unit, issue in workspace.journal.newest_issues(str(period)).items()
    ]


def _state(issue: Issue, files: Sequence[Submission], entered: Mapping[str, Entered], due: date) -> UnitState:
    # an accepted report stays the unit's report even when a later file was sent back
    newest = next((item for item in reversed(files) if item.verdict == "accepted"), files[-1] if files else None)
    complete = bool(entered) and issue.reporter <= set(entered)
    if entered and (not newest or (complete and newest.verdict != "accepted")):
        received = max(row.received for row in entered.values())
        return UnitState(
            unit=issue.unit,
            tasks=len(issue.rows),
            word="代填" if complete else "部分代填",
            received=received.replace("T", " "),
            late=date.fromisoformat(received[:10]) > due,
        )
    if not newest:
        return UnitState(issue.unit, len(issue.rows), "未报")
    # who has reported in time is not late because of a correction
    first = next((item for item in files if item.verdict == "accepted"), newest)
    return UnitState(
        unit=issue.unit,
        tasks=len(issue.rows),
        word=_WORDS[newest.verdict],
        received=newest.arrived[:16].replace("T", " "),
        late=date.fromisoformat(first.arrived[:10]) > due,
        version=files.index(newest) + 1,
        file=newest.path,
        findings=sum(item.severity != "note" for item in newest.findings),
    )

"""Who has sent what: the first question of every reporting period."""

from dataclasses import dataclass
from datetime import datetime

from ledger.period import Period
from sync.records import Submission
from sync.workspace import Workspace

__all__ = ["UnitState", "unit_states"]

_WORDS = {"accepted": "已采用", "returned": "已退回", "quarantined": "已隔离", None: "处理中"}


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit's state in a period: the newest decided submission counts; ``version`` numbers its files.

    ``word`` is what people read: 未报, 已采用, 已退回, 已隔离.
    """

    unit: str
    tasks: int
    word: str
    received: str = ""
    late: bool = False
    version: int = 0
    file: str = ""
    findings: int = 0


def unit_states(workspace: Workspace, period: Period) -> list[UnitState]:
    """One state for every unit that was handed a workbook for ``period``, in the order of issue."""
    sent: dict[str, list[Submission]] = {}
    for submission in workspace.journal.submissions(str(period)):
        if submission.unit:
            sent.setdefault(submission.unit, []).append(submission)
    due = workspace.schema.due_day(period)
    states = []
    for unit, issue in workspace.journal.newest_issues(str(period)).items():
        files = sent.get(unit, [])
        if not files:
            states.append(UnitState(unit, len(issue.rows), "未报"))
            continue
        # an accepted report stays the unit's report even when a later file was sent back
        newest = next((item for item in reversed(files) if item.verdict == "accepted"), files[-1])
        arrived = datetime.fromisoformat(newest.arrived)
        states.append(
            UnitState(
                unit=unit,
                tasks=len(issue.rows),
                word=_WORDS[newest.verdict],
                received=newest.arrived[:16].replace("T", " "),
                late=arrived.date() > due,
                version=files.index(newest) + 1,
                file=newest.path,
                findings=sum(item.severity != "note" for item in newest.findings),
            )
        )
    return states

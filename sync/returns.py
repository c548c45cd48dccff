"""Who has sent what: the first question of every reporting period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.period import Period
from sync.parts import Version, put_together, whole_since
from sync.records import Entered, Handed, Submission
from sync.workspace import Workspace

__all__ = ["UnitState", "unit_states"]

_WORDS = {"accepted": "已采用", "returned": "已退回", "quarantined": "已隔离", "excluded": "已撤下", None: "处理中"}
_REPORTED = frozenset({"已采用", "代填"})


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit's state in a period: the submission that stands counts, else the newest; ``version`` numbers its files.

    Of a report in several parts it is the newest one, ``parts`` are the numbers of the others; ``whole`` is when the
    unit's report first was whole (ISO), by which it is late or not.

    ``word`` is what people read: 未报, 已采用, 已退回, 已隔离, 已撤下; 代填 or 部分代填 where all or some of the
    tasks that the unit answers for were recorded in sheet 代填 instead. ``number`` is the submission's, ``excluded``
    those of the unit that the office has set aside.
    """

    unit: str
    tasks: int
    word: str
    received: str = ""
    late: bool = False
    version: int = 0
    file: str = ""
    findings: int = 0
    number: int = 0
    excluded: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    whole: str = ""

    @property
    def reported(self) -> bool:
        """Whether nothing more is asked of the unit."""
        return self.word in _REPORTED


def unit_states(workspace: Workspace, period: Period) -> list[UnitState]:
    """One state for every unit that was handed a workbook for ``period``, in the order of issue."""
    sent: dict[str, list[Submission]] = {}
    for submission in workspace.journal.submissions.of(str(period)):
        if submission.unit:
            sent.setdefault(submission.unit, []).append(submission)
    entered: dict[str, dict[str, Entered]] = {}
    for row in workspace.journal.entered.of(str(period)):
        if row.state == "stands":
            entered.setdefault(row.unit, {})[row.task] = row
    due = workspace.schema.due_day(period)
    versions = workspace.journal.submissions.versions(str(period))
    return [
        _state(issue, sent.get(unit, []), versions.get(unit, []), entered.get(unit, {}), due)
        for unit, issue in {one.unit: one for one in workspace.journal.handed_out(str(period))}.items()
    ]


def _state(
    issue: Handed, files: Sequence[Submission], versions: Sequence[Version], entered: Mapping[str, Entered], due: date
) -> UnitState:
    standing = [version.submission.number for version in put_together(versions).standing]
    parts = [one for one in files if one.number in standing]
    newest = next((one for one in files if one.number in standing[-1:]), _refused(files))
    complete = bool(entered) and issue.reporter <= set(entered)
    if entered and (not newest or newest.verdict == "excluded" or (complete and newest.verdict != "accepted")):
        received = max(row.received for row in entered.values())
        return UnitState(
            unit=issue.unit,
            tasks=issue.tasks,
            word="代填" if complete else "部分代填",
            received=received.replace("T", " "),
            late=date.fromisoformat(received[:10]) > due,
            whole=received,
        )
    if not newest:
        return UnitState(issue.unit, issue.tasks, "未报")
    # who has reported in time is not late because of a correction
    whole = whole_since(versions)
    return UnitState(
        unit=issue.unit,
        tasks=issue.tasks,
        word=_WORDS[newest.verdict],
        received=newest.arrived[:16].replace("T", " "),
        late=date.fromisoformat((whole or newest.arrived)[:10]) > due,
        version=files.index(newest) + 1,
        file=newest.path,
        findings=sum(item.severity != "note" for one in parts or [newest] for item in one.findings),
        number=newest.number,
        excluded=tuple(item.number for item in files if item.verdict == "excluded"),
        parts=tuple(one.number for one in parts if one is not newest),
        whole=whole,
    )


def _refused(files: Sequence[Submission]) -> Submission | None:
    """The file that says how the unit stands where no report does.

    An accepted report stays the unit's report even when a later file was refused; else the newest that was refused;
    what the office has set aside only where there is nothing else.
    """
    refused = [one for one in files if one.verdict in ("returned", "quarantined", None)]
    return next(reversed(refused or files), None)

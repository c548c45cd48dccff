"""One pass over the inbox: every file is kept, judged once and answered once.

Each step is journaled before the next, so that a pass that was killed is taken up where it stood.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from ledger.errors import StateError
from ledger.finding import Finding
from sync.assignment import Assignment, assignment
from sync.atomic import legal_name, write_whole
from sync.check import Judgement, judge_workbook
from sync.parcels import pack_returned
from sync.publish import Published, publish
from sync.read import read_workbook
from sync.records import Submission
from sync.returned import explain, mark_up
from sync.settings import apply_settings
from sync.workspace import Workspace

__all__ = ["Passed", "candidates", "sync_once"]

_TEMPORARY = ("~$", ".")
_NOT_SENT = (".tmp", ".crdownload", ".part", "thumbs.db", "desktop.ini")  # unfinished, or Windows' own


@dataclass
class Passed:
    """What one pass did: submissions it decided, and what was published."""

    decided: list[Submission] = field(default_factory=list)
    published: Published = field(default_factory=Published)


def candidates(inbox: Path) -> list[Path]:
    """Files in the inbox's root and its units' folders that are no temporary or lock files, in stable order."""
    found = [*inbox.glob("*"), *inbox.glob("*/*")]
    return sorted(
        path
        for path in found
        if path.is_file() and not path.name.startswith(_TEMPORARY) and not path.name.lower().endswith(_NOT_SENT)
    )


def sync_once(workspace: Workspace, progress: Callable[[int, int], None] | None = None) -> Passed:
    """Take in everything that lies in the inbox, then publish; ``progress`` is told (done, total)."""
    apply_settings(workspace)  # what arrives is judged by the limits as they are now
    result = Passed()
    files = candidates(workspace.root / "inbox")
    if files and not workspace.journal.open_period():
        raise StateError("还没有打开报送期，收到的文件没有处理，请先执行 ducha open，例如 ducha open 2022-09。")
    # in order of arrival, so that of two versions the later one wins
    files.sort(key=lambda path: (path.stat().st_mtime_ns, str(path)))
    assigned = assignment(workspace) if files else None
    for number, path in enumerate(files, 1):
        submission = _see(workspace, path)
        if assigned and submission.state not in ("merged", "receipted"):
            _take(workspace, submission, path.name, assigned)
            result.decided.append(submission)
        if progress:
            progress(number, len(files))
    result.published = publish(workspace)
    _finish(workspace)
    if period := workspace.journal.open_period():
        pack_returned(workspace, period)
    numbers = {item.number for item in result.decided}
    result.decided = [item for item in workspace.journal.submissions() if item.number in numbers]
    return result


def _see(workspace: Workspace, path: Path) -> Submission:
    data = path.read_bytes()
    place = path.relative_to(workspace.root / "inbox")
    folder = normalize("NFC", place.parts[0]) if len(place.parts) > 1 else ""
    arrived = datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds")
    sha = workspace.store(data)
    return workspace.journal.see(normalize("NFC", place.as_posix()), sha, folder, arrived)


def _take(workspace: Workspace, submission: Submission, name: str, assigned: Assignment) -> None:
    """Bring one submission from whatever state it is in to its answer."""
    journal, number = workspace.journal, submission.number
    data = workspace.stored_path(submission.sha256).read_bytes()
    if submission.verdict is None:
        for state in ("settled", "stored"):
            journal.move(number, state)
        judgement = assigned.still_asked(_judge(workspace, data, name, submission.folder))
        journal.move(number, "read")
        _record(workspace, submission, judgement)
    decided = next(item for item in journal.submissions() if item.number == number)
    if decided.verdict != "accepted":
        _answer(workspace, decided, data, name)


def _judge(workspace: Workspace, data: bytes, name: str, folder: str) -> Judgement:
    reading = read_workbook(data, name, workspace.key)
    period = workspace.journal.open_period()
    if isinstance(reading, Finding):
        return Judgement("returned", (reading,))
    return judge_workbook(reading, name, folder, workspace.schema, workspace.journal, str(period))


def _record(workspace: Workspace, submission: Submission, judgement: Judgement) -> None:
    """Verdict and entries in one transaction: a report is in the ledger exactly when it is accepted."""
    journal, issue = workspace.journal, judgement.issue
    period = issue.period if issue else str(journal.open_period())
    folders = {legal_name(unit): unit for unit in journal.newest_issues(period)}
    with journal.transaction():
        if judgement.verdict == "accepted" and issue:
            said = {entry.task for entry in judgement.entries}
            silent = [name for name in (*issue.rows, *issue.indicators) if name not in said]
            journal.drop_entries(issue.unit, issue.period, silent)
            journal.put_entries(judgement.entries, submission.number)
        journal.move(
            submission.number,
            judgement.verdict,
            unit=folders.get(submission.folder) or (issue.unit if issue else None),
            period=period,
            findings=judgement.findings,
        )


def _answer(workspace: Workspace, submission: Submission, data: bytes, name: str) -> None:
    """Put the marked workbook, or a text where it cannot be marked, into ``returned/<unit>/``."""
    folder = workspace.root / "returned" / legal_name(submission.folder or submission.unit or "未知单位")
    stem = f"{Path(name).stem}_退回{submission.number}"
    issues = workspace.journal.newest_issues(submission.period or "")
    asked = issues.get(submission.unit or "")
    rows = {**asked.rows, **asked.indicators} if asked else {}
    references = {name: locked["ref"] for name, locked in rows.items()}
    marked = mark_up(data, submission.findings, references) if submission.verdict == "returned" else None
    path = folder / (f"{legal_name(stem)}.xlsx" if marked else f"{legal_name(stem)}说明.txt")
    write_whole(path, marked or explain(name, submission.findings))
    with workspace.journal.transaction():
        workspace.journal.answered(submission.number, path.relative_to(workspace.root).as_posix())
        workspace.journal.move(submission.number, "receipted")


def _finish(workspace: Workspace) -> None:
    """What was accepted is now in the master."""
    for submission in workspace.journal.submissions():
        if submission.state == "accepted":
            workspace.journal.move(submission.number, "merged")
            workspace.journal.move(submission.number, "receipted")

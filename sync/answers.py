"""What units get back: written once, whatever happens between the decision and the writing.

A decision and the answer that follows from it are journaled together; the file is written afterwards, and after a
crash again. An accepted file gets no file: its receipt is its line in 报送情况, and a text for each of a hundred units
every month would bury the few that somebody has to send on.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from ledger.errors import StateError
from ledger.finding import Finding
from sync.atomic import legal_name, write_whole
from sync.reading.worker import Lost, marking_workers
from sync.records import Answer, Issue, Submission
from sync.returned import explain
from sync.workspace import Workspace

__all__ = ["deliver", "prepare"]

_TOGETHER = 50  # answers that are recorded as written in one transaction


def prepare(
    workspace: Workspace, submission: Submission, findings: Sequence[Finding], asked: Issue | None, *, marked: bool
) -> tuple[str, str]:
    """Make the answer to a file and keep it in the store; returns its path in the workspace and its sha256.

    The unit's own workbook with the ``findings`` marked, or a text where it cannot be ``marked``.
    """
    folder = legal_name(submission.folder or submission.unit or "未知单位")
    path = PurePosixPath(submission.path)
    before = len(workspace.journal.submissions.answers(submission.number))
    stem = legal_name(f"{path.stem}_退回{submission.number}" + (f"_{before + 1}" if before else ""))
    book = _marked(workspace, submission, findings, _references(asked)) if marked else None
    name = f"{stem}.xlsx" if book else f"{stem}说明.txt"
    return f"returned/{folder}/{name}", workspace.store(book or explain(path.name, findings))


def _marked(
    workspace: Workspace, submission: Submission, findings: Sequence[Finding], references: Mapping[str, str]
) -> bytes | None:
    """The marked workbook, made in a worker: what the reader has lived through may be too much for the editor."""
    data = workspace.stored_path(submission.sha256).read_bytes()
    try:
        marked: bytes | None = marking_workers().submit((data, tuple(findings), references)).result()
    except Lost:
        return None
    return marked


def _references(asked: Issue | None) -> Mapping[str, str]:
    """How people call the rows of an issue."""
    rows = {**asked.rows, **asked.indicators} if asked else {}
    return {name: locked["ref"] for name, locked in rows.items()}


def deliver(workspace: Workspace) -> list[str]:
    """Write every answer that is owed; returns why some could not be written, they are tried again the next time."""
    owed, failed = workspace.journal.submissions.owed(), []
    for start in range(0, len(owed), _TOGETHER):
        done = []
        for answer in owed[start : start + _TOGETHER]:
            try:
                _write(workspace, answer)
                done.append(answer)
            except StateError as error:
                failed.append(str(error))
        with workspace.journal.transaction():
            for answer in done:
                workspace.journal.submissions.delivered(answer)
                workspace.journal.submissions.move(answer.submission, "receipted")
    return failed


def _write(workspace: Workspace, answer: Answer) -> None:
    path = workspace.root / answer.path
    # one that lies there was written before a crash, and somebody may have begun to correct it
    if not path.exists():
        write_whole(path, workspace.stored_path(answer.sha256).read_bytes())

"""One pass over the inbox: every file is kept, judged once and answered once.

Each step is journaled before the next, so that a pass that was killed is taken up where it stood: the bytes are in
the store before the journal names them, a verdict comes with the entries and the answer that follow from it in one
transaction, and what is owed is written after that. Up to 50 files share a transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from ledger.errors import StateError
from ledger.period import Period
from sync.answers import deliver
from sync.assignment import assignment
from sync.deciding import Deciding, is_outdated
from sync.parcels import pack_returned
from sync.publish import Published, publish
from sync.reading.archive import LARGEST, unpacked
from sync.reading.worker import shared_workers
from sync.records import Submission
from sync.settings import apply_settings
from sync.submission_log import SubmissionLog
from sync.watching.settled import inbox_name, look, stamp
from sync.workspace import Workspace

__all__ = ["Passed", "candidates", "sync_once", "take_in"]

_T = TypeVar("_T")
_TOGETHER = 50  # files in one transaction


@dataclass
class Passed:
    """What one pass did: submissions it decided, what was published, and why some answers are not written yet.

    Files in ``left`` could not be read, or were being written again.
    """

    decided: list[Submission] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    published: Published = field(default_factory=Published)
    undelivered: list[str] = field(default_factory=list)


def candidates(inbox: Path) -> list[Path]:
    """Files in the inbox and the folders in it that are no temporary or lock files, in stable order."""
    try:
        return sorted(look(inbox))
    except OSError as error:
        raise StateError(f"收件文件夹“{inbox}”打不开，请检查磁盘或网络，或重新建好后重试。") from error


def sync_once(
    workspace: Workspace,
    progress: Callable[[int, int], None] | None = None,
    settled: Mapping[Path, str] | None = None,
) -> Passed:
    """Take in everything that lies in the inbox, then publish; ``progress`` is told (done, total).

    With ``settled`` only these files are taken, and only if their bytes still have the given sha256.
    """
    apply_settings(workspace)  # what arrives is judged by the limits as they are now
    result, journal = Passed(), workspace.journal
    files = candidates(workspace.root / "inbox") if settled is None else list(settled)
    period = journal.open_period()
    if files and not period:
        raise StateError("还没有打开报送期，收到的文件没有处理，请先执行 ducha open，例如 ducha open 2022-09。")
    waiting = take_in(workspace, files, period, settled or {}, result.left, progress)
    result.undelivered = deliver(workspace)
    result.published = publish(workspace, beside=True)
    if not result.published.waits:
        _finish(workspace)
    if period:
        pack_returned(workspace, period)
    numbers = {item.number for item in waiting}
    result.decided = [item for item in journal.submissions.all() if item.number in numbers]
    return result


def take_in(
    workspace: Workspace,
    files: Iterable[Path],
    period: Period | None,
    settled: Mapping[Path, str],
    left: list[Path],
    progress: Callable[[int, int], None] | None = None,
) -> list[Submission]:
    """Keep and judge files, and whatever waits for its judgement, as reports of ``period``; nothing is written back.

    Returns what was judged; files that cannot be taken now are put into ``left``.
    """
    # in order of arrival: of two versions that do not say when they were saved the later one wins
    for batch in _batches(sorted(files, key=lambda path: (_modified(path), str(path)))):
        left += _see(workspace, batch, settled)
    waiting = workspace.journal.submissions.undecided()
    if waiting and period:
        shared_workers().warm()  # while the master is read
        deciding = Deciding(workspace, assignment(workspace), period)
        with closing(deciding.read(waiting)) as readings:
            for number, together in enumerate(_batches(waiting)):
                deciding.decide(together, readings)
                if progress:
                    progress(min((number + 1) * _TOGETHER, len(waiting)), len(waiting))
    return waiting


def _batches(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), _TOGETHER):
        yield items[start : start + _TOGETHER]


def _modified(path: Path) -> int:
    found = stamp(path)
    return found.mtime_ns if found else 0


def _see(workspace: Workspace, files: Iterable[Path], settled: Mapping[Path, str]) -> list[Path]:
    """Keep the bytes of every file, then record them all; what is known already changes nothing.

    Files that cannot be read now, or are not those that were expected, are given back.
    """
    stored: list[_Stored] = []
    left = []
    for path in files:
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
            modified = path.stat().st_mtime
            digest = workspace.store_file(path) if len(data) > LARGEST else sha256(data).hexdigest()
        except OSError:  # somebody has taken it away, or has it open
            left.append(path)
            continue
        if path in settled and digest != settled[path]:
            left.append(path)
            continue
        arrived = datetime.fromtimestamp(modified).astimezone().isoformat(timespec="seconds")
        place = inbox_name(workspace.root / "inbox", path)
        stored.append(_Stored(place, digest, arrived, () if len(data) > LARGEST else _kept(workspace, place, data)))
    with workspace.journal.transaction():
        for one in stored:
            _note(workspace.journal.submissions, one)
    return left


class _Stored(NamedTuple):
    """A file whose bytes are in the store; of an archive instead the files in it, by their names."""

    place: str
    sha256: str
    arrived: str
    inside: tuple[tuple[str, str], ...]


def _kept(workspace: Workspace, place: str, data: bytes) -> tuple[tuple[str, str], ...]:
    """Keep a file, and the files in it where it is an archive: these are given, by their names."""
    workspace.store(data)
    return tuple((f"{place}/{name}", workspace.store(part)) for name, part in unpacked(data) or ())


def _note(log: SubmissionLog, one: _Stored) -> None:
    """Record a file, or every file of an archive, as seen and stored."""
    folder = one.place.partition("/")[0] if "/" in one.place else ""
    for place, digest in one.inside or [(one.place, one.sha256)]:
        submission = log.see(place, digest, folder, one.arrived)
        if submission.state == "seen":
            log.move(submission.number, "settled")
            log.move(submission.number, "stored")
    if one.inside:
        log.unpacked(one.place, one.sha256)


def _finish(workspace: Workspace) -> None:
    """What was accepted is now in the master; what does not count is answered and not merged."""
    log = workspace.journal.submissions
    with workspace.journal.transaction():
        for submission in log.taken():
            if not is_outdated(submission) and not submission.ruling:
                log.move(submission.number, "merged")
            log.move(submission.number, "receipted")

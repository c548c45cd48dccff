"""What the office decides about a file that has arrived: set it aside, take it back in, send it back, correct its time.

A ruling is journaled with its reason before anything is shown; the original bytes stay in the store, and every
ruling can be taken back.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import finding
from ledger.period import Period
from sync.answers import deliver, prepare
from sync.assignment import assignment
from sync.deciding import Deciding, has_failed
from sync.entered_check import moment
from sync.joining import rejoin
from sync.parcels import pack_returned
from sync.publish import Published, publish
from sync.records import Ruling, Submission
from sync.workspace import Workspace

__all__ = ["Ruled", "correct_receipt", "exclude", "find", "include", "matching", "send_back"]

_LONGEST = 200  # characters of a reason


@dataclass(frozen=True, slots=True)
class Ruled:
    """The submission as it stands now, what was published, and why its answer is not written yet."""

    submission: Submission
    published: Published
    undelivered: Sequence[str] = ()


def matching(workspace: Workspace, text: str) -> list[Submission]:
    """The submissions that ``text`` means: a number as it is shown (5, #5, 5号), a path in the inbox, a file name."""
    every = workspace.journal.submissions.all()
    plain = normalize("NFKC", text).strip().removeprefix("#").removesuffix("号")
    if plain.isdecimal():
        return [one for one in every if one.number == int(plain)]
    name = _inbox_name(workspace, text)
    exact = [one for one in every if name in (one.path, *workspace.journal.submissions.sightings(one.number))]
    return exact or [one for one in every if name == PurePosixPath(one.path).name]


def find(workspace: Workspace, text: str) -> Submission:
    """The one submission that ``text`` means; of several that lay at one path the newest. `StateError` otherwise."""
    found = matching(workspace, text)
    if not found:
        raise StateError(f"没有收到过“{text}”，请写 ducha status 里的编号，或文件在inbox里的路径。")
    if len({one.path for one in found}) > 1:
        listed = "、".join(f"#{one.number} {one.path}" for one in found)
        raise StateError(f"“{text}”有{len(found)}份，请写编号：{listed}。")
    return found[-1]


def exclude(workspace: Workspace, text: str, why: str) -> Ruled:
    """Set a file aside: what it reported leaves the ledger, and the unit's version before it counts again."""
    return _rule(workspace, find(workspace, text), "excluded", why)


def include(workspace: Workspace, text: str, why: str = "") -> Ruled:
    """Take back what was decided against a file: it counts again as the checks have judged it.

    One on which the program had failed is judged anew.
    """
    submission, period = find(workspace, text), workspace.journal.open_period()
    if not submission.ruling and has_failed(submission) and period:
        workspace.journal.submissions.forget(submission.number, _reason(why or "重新处理"))
        deciding = Deciding(workspace, assignment(workspace), period)
        with closing(deciding.read([submission])) as readings:
            deciding.decide([submission], readings)
        return _shown(workspace, submission)
    return _rule(workspace, submission, None, why or "恢复")


def send_back(workspace: Workspace, text: str, why: str) -> Ruled:
    """Send an accepted report back to its unit with the reason; nothing of the unit's counts until it reports anew."""
    submission, reason = find(workspace, text), _reason(why)
    if submission.verdict != "accepted":
        raise StateError(f"#{submission.number}没有收下，不用退回；各份的情况见 ducha journal {submission.number}。")
    _require_open(workspace, submission)
    journal = workspace.journal
    told = (finding("office_returned", unit=submission.unit, value=PurePosixPath(submission.path).name, why=reason),)
    asked = journal.newest_issues(submission.period or "").get(submission.unit or "")
    answer = prepare(workspace, submission, told, asked, marked=True)
    with journal.transaction():
        journal.submissions.rule(submission.number, "returned", reason)
        _rejoin(workspace, submission)
        journal.submissions.owe(submission.number, *answer)
    return _shown(workspace, submission)


def correct_receipt(workspace: Workspace, text: str, received: str, why: str) -> Ruled:
    """Record when a file was truly received, as ``2022-09-03`` or ``2022-09-03 15:20``: by this it is late or not."""
    submission, reason, at = find(workspace, text), _reason(why), moment(received)
    period = Period.parse(submission.period) if submission.period else None
    if not at or not period:
        raise StateError(f"收到时间“{received}”看不懂，请写成2022-09-03或2022-09-03 15:30。")
    if not period.start <= date.fromisoformat(at[:10]) <= date(period.year + 1, 12, 31):
        raise StateError(f"收到时间“{received}”不像{period.label}报送的时间，没有改动，请核对。")
    with workspace.journal.transaction():
        workspace.journal.submissions.receive(submission.number, at, reason)
    return _shown(workspace, submission)


def _rule(workspace: Workspace, submission: Submission, ruling: Ruling | None, why: str) -> Ruled:
    reason = _reason(why)
    if submission.ruling == ruling:
        state = "已经撤下" if ruling else "没有撤下，也没有由本办退回"
        raise StateError(f"#{submission.number}{state}，没有改动。")
    if not submission.judged:
        raise StateError(f"#{submission.number}还没有汇总，请先执行 ducha sync。")
    if submission.judged == "accepted":
        _require_open(workspace, submission)
    with workspace.journal.transaction():
        workspace.journal.submissions.rule(submission.number, ruling, reason)
        _rejoin(workspace, submission)
    return _shown(workspace, submission)


def _rejoin(workspace: Workspace, submission: Submission) -> None:
    """What the unit's other files come to without this one, or with it again."""
    if issue := workspace.journal.newest_issues(submission.period or "").get(submission.unit or ""):
        rejoin(workspace, issue)


def _require_open(workspace: Workspace, submission: Submission) -> None:
    if submission.period != str(workspace.journal.open_period()):
        label = Period.parse(submission.period).label if submission.period else "这一期"
        raise StateError(f"#{submission.number}是{label}的，这一期已经封账，不能改动；确要改的请先重新打开这一期。")


def _shown(workspace: Workspace, submission: Submission) -> Ruled:
    """Let everybody see what has been journaled."""
    undelivered = deliver(workspace)
    published = publish(workspace, beside=True)
    if period := workspace.journal.open_period():
        pack_returned(workspace, period)
    return Ruled(workspace.journal.submissions.one(submission.number) or submission, published, undelivered)


def _reason(why: str) -> str:
    reason = cell_text("".join(sign for sign in " ".join(why.split()) if sign.isprintable()))
    if not reason or len(reason) > _LONGEST:
        raise StateError(f"请用 --why 写明理由（不超过{_LONGEST}字），理由会记在日志里。")
    return reason


def _inbox_name(workspace: Workspace, text: str) -> str:
    """A path as the journal writes it, whether it is given from the inbox or from anywhere."""
    path, inbox = Path(text).expanduser(), workspace.root / "inbox"
    for place in (path, workspace.root / path):
        whole = place.resolve()
        if whole.is_relative_to(inbox.resolve()):
            return normalize("NFC", whole.relative_to(inbox.resolve()).as_posix())
    return normalize("NFC", path.as_posix())

"""Every arrival gets exactly one receipt, or a visible reason for waiting, whatever breaks between two steps."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from clerk import PERIOD, fill

import sync.answers
import sync.deciding
import sync.intake
from ledger.errors import StateError
from sync import rulings
from sync.intake import sync_once
from sync.master import open_master
from sync.snapshot import disagreements
from sync.waiting import held_up
from sync.workspace import Workspace

GOOD = {"本期情况": "有进展", "进展情况": "完成20公里。", "落实情况": "正常推进"}
BAD = {**GOOD, "落实情况": "差不多了"}


class PowerCutError(BaseException):
    """The process ends here."""


@pytest.fixture
def arrived(handed_out: Workspace) -> Workspace:
    """One right report, one faulty one, one file that is no workbook."""
    for unit, answer in (("交通局", GOOD), ("教育局", BAD)):
        source = next((handed_out.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
        fill(source, handed_out.root / "inbox" / unit / "报来.xlsx", lambda _, answer=answer: answer)
    (handed_out.root / "inbox" / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    return handed_out


def answers(place: Workspace) -> list[str]:
    return sorted(path.name for path in (place.root / "returned").rglob("*") if path.is_file())


def tree(place: Workspace) -> dict[str, bytes]:
    """Every file that people see."""
    files = (path for path in place.root.rglob("*") if path.is_file() and ".ducha" not in path.parts)
    return {path.as_posix(): path.read_bytes() for path in sorted(files)}


def reopen(place: Workspace) -> None:
    """What a killed process leaves of its connection."""
    place.journal.close()
    del place.__dict__["journal"]


@contextmanager
def cut(module: object, name: str, at: int = 1, *, after: bool = False) -> Iterator[None]:
    """The power goes at the ``at``-th call of a function, or right after it; it must get there."""
    real: Callable[..., object] = getattr(module, name)
    calls = []

    def struck(*given: object, **named: object) -> object:
        calls.append(name)
        if len(calls) == at:
            if after:
                real(*given, **named)
            raise PowerCutError
        return real(*given, **named)

    with pytest.MonkeyPatch.context() as patch, suppress(PowerCutError):
        patch.setattr(module, name, struck)
        yield
    assert len(calls) == at, "the fault was never reached"


POINTS: dict[str, tuple[object, str, int, bool]] = {
    "before anything is recorded": (sync.intake, "_note", 1, False),
    "when some are recorded": (sync.intake, "_note", 2, True),
    "before the first is judged": (sync.deciding, "judge_workbook", 1, False),
    "when an answer is in the store": (sync.deciding, "prepare", 1, True),
    "before the verdicts are committed": (sync.deciding.Deciding, "_record", 3, True),
    "before the answers are written": (sync.intake, "deliver", 1, False),
    "before the first answer is written": (sync.answers, "write_whole", 1, False),
    "when one answer is written": (sync.answers, "write_whole", 1, True),
    "before the second answer is written": (sync.answers, "write_whole", 2, False),
    "when all answers are recorded": (sync.intake, "deliver", 1, True),
    "before the master": (sync.intake, "publish", 1, False),
    "after the master": (sync.intake, "publish", 1, True),
    "before the receipts of what was accepted": (sync.intake, "_finish", 1, False),
    "after everything but the parcels": (sync.intake, "_finish", 1, True),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_power_cut(arrived: Workspace, point: str) -> None:
    """After the next pass everybody has one receipt, the ledger one entry; one more pass changes no byte."""
    module, name, at, after = POINTS[point]
    with cut(module, name, at, after=after):
        sync_once(arrived)
    reopen(arrived)
    sync_once(arrived)
    assert answers(arrived) == ["报来_退回2.xlsx", "照片_退回3说明.txt"]
    log = arrived.journal.submissions
    assert [(one.state, one.verdict) for one in log.all()] == [
        ("receipted", "accepted"), ("receipted", "returned"), ("receipted", "returned"),
    ]  # fmt: skip
    for one in log.all():
        steps = [step.state for step in log.steps(one.number)]
        assert steps[:4] == ["seen", "settled", "stored", "read"]
        assert (steps.count("receipted"), len(steps)) == (1, len(set(steps)))
    assert log.owed() == []
    assert open_master(arrived).text("A1-001", "progress") == "完成20公里。"
    assert disagreements(arrived) == ([], [])
    before = tree(arrived)
    assert sync_once(arrived).decided == []
    assert tree(arrived) == before


def test_an_answer_that_cannot_be_written_waits(arrived: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest goes on, the reason is told, and the next pass writes it."""
    struck: list[Path] = []
    real = sync.answers.write_whole

    def refuse(path: Path, data: bytes) -> None:
        if path.suffix == ".xlsx":
            struck.append(path)
            raise StateError(f"“{path}”写不进去（没有权限）") from PermissionError(errno.EACCES, "denied")
        real(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(sync.answers, "write_whole", refuse)
        done = sync_once(arrived)
    assert (len(struck), len(done.undelivered), len(done.decided)) == (1, 1, 3)
    assert "没有权限" in done.undelivered[0]
    assert (answers(arrived), open_master(arrived).text("A1-001", "progress")) == (
        ["照片_退回3说明.txt"], "完成20公里。",
    )  # fmt: skip
    assert "1份退回件还没有写进returned，再汇总一次就补写。" in held_up(arrived)
    assert sync_once(arrived).undelivered == []
    assert answers(arrived) == ["报来_退回2.xlsx", "照片_退回3说明.txt"]


def test_what_a_person_began_to_correct_is_not_written_over(arrived: Workspace) -> None:
    """The power went after the answer was written; the unit's clerk opened it before the next pass."""
    with cut(sync.answers, "write_whole", 1, after=True):
        sync_once(arrived)
    (answer,) = (path for path in (arrived.root / "returned").rglob("*.xlsx"))
    answer.write_bytes(b"corrected meanwhile")
    reopen(arrived)
    sync_once(arrived)
    assert answer.read_bytes() == b"corrected meanwhile"
    assert len(answers(arrived)) == 2


def test_an_answer_that_was_taken_away_is_not_written_again(arrived: Workspace) -> None:
    """It has been delivered, and sent on."""
    sync_once(arrived)
    for path in (arrived.root / "returned").rglob("*.*"):
        path.unlink()
    sync_once(arrived)
    assert answers(arrived) == []


@pytest.mark.parametrize("name", ["deliver", "publish"])
def test_a_power_cut_while_the_office_decides(arrived: Workspace, name: str) -> None:
    """What it decided stands, and is carried out by the next pass."""
    sync_once(arrived)
    with cut(rulings, name):
        rulings.send_back(arrived, "1", "没有数字")
    reopen(arrived)
    sync_once(arrived)
    assert answers(arrived) == ["报来_退回1.xlsx", "报来_退回2.xlsx", "照片_退回3说明.txt"]
    assert open_master(arrived).text("A1-001", "progress") == ""
    assert disagreements(arrived) == ([], [])


def test_a_transaction_that_fails_owes_nothing(arrived: Workspace) -> None:
    """The verdict, the entries and the answer stand or fall together."""
    with cut(sync.deciding.Deciding, "_record", 2):
        sync_once(arrived)
    reopen(arrived)
    log = arrived.journal.submissions
    assert ([one.verdict for one in log.all()], log.owed(), arrived.journal.entries(str(PERIOD))) == (
        [None, None, None], [], {},
    )  # fmt: skip

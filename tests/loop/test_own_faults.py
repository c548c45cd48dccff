"""A fault of the program with one file: that file is set aside, the others go on, and it can be judged anew."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from clerk import PERIOD, fill
from telephone import text, unit_state

import sync.deciding
import sync.joining
import sync.reading.read
from ducha import collecting, deciding
from ledger.errors import StateError
from sync import rulings
from sync.intake import sync_once
from sync.story import stories
from sync.watching.diary import LOG
from sync.watching.watch import Watcher
from sync.workspace import Workspace

GOOD = {"本期情况": "有进展", "进展情况": "完成20公里。"}
STEPS = {
    "reading": (sync.reading.read, "_reading"),
    "judging": (sync.deciding, "judge_workbook"),
    "answering": (sync.deciding, "prepare"),
    "recording": (sync.deciding, "rejoin"),
}


@pytest.fixture
def arrived(handed_out: Workspace) -> Workspace:
    """Reports of 交通局, 教育局 and 住建局 and a photograph; nothing is taken in yet."""
    for unit in ("交通局", "教育局", "住建局"):
        source = next((handed_out.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
        fill(source, handed_out.root / "inbox" / unit / "报来.xlsx", lambda _: GOOD)
    (handed_out.root / "inbox" / "教育局" / "照片.xlsx").write_bytes(b"\xff\xd8\xff\xe0 JFIF")
    return handed_out


def failing(real: Callable[..., object], at: int) -> Callable[..., object]:
    """``real``, but for its ``at``-th call and every later one with the same first argument."""
    met: list[object] = []

    def called(*given: object, **named: object) -> object:
        thing = given[1] if isinstance(given[0], Workspace) else given[0]
        if thing not in met:
            met.append(thing)
        if met.index(thing) == at - 1:
            raise KeyError("方案")
        return real(*given, **named)

    return called


def verdicts(place: Workspace) -> dict[str, str | None]:
    return {one.path: one.verdict for one in place.journal.submissions.all()}


@pytest.mark.parametrize("step", STEPS)
def test_one_file_is_set_aside(arrived: Workspace, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Wherever it happens: the others are taken, nobody is sent anything, the log holds the trace; a second pass
    does not try again."""
    module, name = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(module, name, failing(getattr(module, name), 1))
        done = sync_once(arrived)
        assert sync_once(arrived).decided == []
    (failed,) = (one for one in done.decided if one.verdict == "quarantined")
    assert [item.code for item in failed.findings] == ["program_failed"]
    good = {"交通局/报来.xlsx", "教育局/报来.xlsx", "住建局/报来.xlsx"} - {failed.path}
    assert all(verdicts(arrived)[path] == "accepted" for path in good)
    assert arrived.journal.submissions.answers(failed.number) == []
    lines = [json.loads(line) for line in (arrived.root / LOG).read_text(encoding="utf-8").splitlines()]
    assert ["KeyError: '方案'" in line["trace"] for line in lines] == [True]


def test_it_is_judged_anew(arrived: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the office says so: still faulty, or repaired."""
    with monkeypatch.context() as patch:
        patch.setattr(sync.deciding, "judge_workbook", failing(sync.deciding.judge_workbook, 1))
        sync_once(arrived)
        (number,) = (one.number for one in arrived.journal.submissions.all() if one.verdict == "quarantined")
        assert rulings.include(arrived, str(number)).submission.verdict == "quarantined"
    done = rulings.include(arrived, str(number), "程序已更新")
    assert (done.submission.verdict, text(arrived)) == ("accepted", "完成20公里。")
    assert set(verdicts(arrived).values()) == {"accepted", "returned"}
    told = [step.text for step in stories(arrived, str(number))[0].steps]
    assert "恢复：程序已更新" in told
    with pytest.raises(StateError, match="没有撤下"):
        rulings.include(arrived, str(number))


def test_the_watcher_goes_on(arrived: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither stops nor comes back to the file at every scan."""
    monkeypatch.setattr(sync.deciding, "judge_workbook", failing(sync.deciding.judge_workbook, 1))
    arrived.journal.close()
    del arrived.__dict__["journal"]
    time = [0.0]
    told: list[int] = []
    watcher = Watcher(arrived.root, lambda done: told.append(len(done.decided)), clock=lambda: time[0])
    monkeypatch.setattr(Workspace, "locked", lambda _self: _unlocked())
    for _ in range(6):
        watcher.scan()
        time[0] += 61
    watcher.close()
    assert told == [4]


class _unlocked:  # noqa: N801 - the fixture holds the workspace
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_the_command_says_so(
    arrived: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Loudly, with exit code 1, and without a trace on the screen."""
    monkeypatch.setattr(sync.deciding, "judge_workbook", failing(sync.deciding.judge_workbook, 1))
    monkeypatch.setattr(Workspace, "locked", lambda _self: _unlocked())
    with pytest.raises(collecting.typer.Exit) as ended:
        collecting.sync(interval=30, workspace=arrived.root)
    said = capsys.readouterr()
    assert (ended.value.exit_code, "Traceback" in said.err) == (1, False)
    assert "程序处理时出错，已隔离，其余的都处理完了" in said.err
    with pytest.raises(deciding.typer.Exit):
        deciding.include(str(_failed(arrived.root)), workspace=arrived.root)


def _failed(root: Path) -> int:
    place = Workspace(root)
    return next(one.number for one in place.journal.submissions.all() if one.verdict == "quarantined")


def test_what_concerns_all_files_stops_everything(arrived: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no fault of a file."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sync.deciding, "rejoin", full)
        with pytest.raises(OSError, match="No space"):
            sync_once(arrived)
    assert set(verdicts(arrived).values()) == {None}
    assert len(sync_once(arrived).decided) == 4
    assert unit_state(arrived, "交通局").word == "已采用"

"""The watcher takes in what is finished, obeys the master, stays out of people's way, and loses nothing."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from clerk import PERIOD, cell_at, fill, type_at
from spreadsheet import OpenMaster

from ledger.errors import StateError
from sync.distribute import distribute
from sync.intake import Passed, sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.register import register
from sync.watching import watch
from sync.watching.diary import Diary
from sync.watching.hints import Hints
from sync.watching.settled import BROKEN, SETTLED
from sync.watching.watch import Watcher
from sync.workspace import Workspace, default_schema

ROOT = Path(__file__).resolve().parents[2]
ROAD = "A1-001"
PATIENCE = 90  # seconds; a busy machine is slow, and nothing here is judged by its time
QUICK = "from sync.watching import settled, watch; settled.SETTLED = watch.SETTLED = 0.2; "
TASKS = (
    "附件1",
    "具体工作任务\n和要求",
    "牵头市\n领导",
    "牵头\n单位",
    "1.新建改建农村公路60公里。",
    "林  岚",
    "交通局",
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one task handed out to one unit, and held by nobody."""
    folder = tmp_path_factory.mktemp("made")
    place = Workspace.create(folder / "安平 台账", default_schema())
    document = folder / "分工表.txt"
    rows = (TASKS[1:4], TASKS[4:])
    document.write_text("附件1\n" + "\n".join("".join(f"\t{cell}\n" for cell in row) for row in rows), "utf-8")
    with place.locked():
        register(place, [document], tasks_only=True)
        open_period(place, PERIOD)
        distribute(place, PERIOD)
    return place.root


@pytest.fixture
def root(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / prepared.name))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Watched:
    """A watcher whose time passes when the test says so; every pass is counted."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock, self.passes, self.told, self.opened = Clock(), 0, list[Passed](), list[Workspace]()
        self.watcher = Watcher(root, self.told.append, clock=self.clock)

        def counted(workspace: Workspace, *given: object) -> Passed:
            self.passes += 1
            self.opened.append(workspace)
            return sync_once(workspace, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(watch, "sync_once", counted)
        self.after(0)
        self.passes = 0

    def after(self, seconds: float) -> int:
        """Scan after some time; the number of passes that made."""
        before = self.passes
        self.clock.now += seconds
        self.watcher.scan()
        return self.passes - before

    def log(self) -> str:
        return self.watcher.diary.path.read_text(encoding="utf-8")


@pytest.fixture
def watched(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    made = Watched(root, monkeypatch)
    yield made
    made.watcher.close()


def report(root: Path, text: str = "已完成38公里。", name: str = "") -> Path:
    """The unit fills its workbook; its copy in the inbox is whole at once."""
    source = next((root / "outbox" / "交通局").iterdir())
    target = root / "inbox" / "交通局" / (name or source.name)
    made = root.parent / "filled.xlsx"
    fill(source, made, lambda _: {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"})
    target.parent.mkdir(parents=True, exist_ok=True)
    made.replace(target)
    return target


@contextmanager
def looking(root: Path) -> Iterator[Workspace]:
    place = Workspace(root)
    with place.locked():
        yield place


def progress(root: Path) -> str:
    with looking(root) as place:
        return open_master(place).text(ROAD, "progress")


def decided(root: Path) -> list[str]:
    with looking(root) as place:
        return [one.verdict or "" for one in place.journal.submissions.all()]


def test_a_finished_file_is_taken_once(root: Path, watched: Watched) -> None:
    """With all events lost: the scans alone find it. Afterwards nothing is done, our own writing is no news."""
    report(root)
    assert [watched.after(seconds) for seconds in (1, SETTLED - 0.1, 0.2)] == [0, 0, 1]
    assert (progress(root), decided(root)) == ("已完成38公里。", ["accepted"])
    assert [watched.after(30) for _ in range(4)] == [0, 0, 0, 0]
    assert len(watched.told) == 1
    assert '"verdict": "accepted"' in watched.log()


def test_a_half_written_file_is_not_judged(root: Path, watched: Watched) -> None:
    """However long its copying takes; when it is whole it is accepted."""
    path = report(root)
    data = path.read_bytes()
    for end in range(1000, len(data), len(data) // 4):
        path.write_bytes(data[:end])
        watched.after(20)
        watched.after(20)
        assert decided(root) == []
    path.write_bytes(data)
    watched.after(30)
    watched.after(30)
    assert decided(root) == ["accepted"]


def test_what_stays_broken_is_judged(root: Path, watched: Watched) -> None:
    """The unit gets it back: it has sent half a workbook."""
    path = report(root)
    path.write_bytes(path.read_bytes()[:-100])
    watched.after(1)
    watched.after(BROKEN - 1)
    assert decided(root) == []
    watched.after(2)
    assert decided(root) == ["returned"]


def test_a_file_that_never_ends_is_told(root: Path, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has it open for hours: the log says so once."""
    path, refused = report(root), []
    opened = Path.open

    def refuse(self: Path, *given: object, **more: object) -> object:
        if self == path:
            refused.append(1)
            raise PermissionError
        return opened(self, *given, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    for _ in range(5):
        watched.after(30)
    assert refused
    assert watched.log().count("正被其他程序使用，还在等") == 1


def test_the_offices_save_is_obeyed_once(root: Path, watched: Watched) -> None:
    """Whatever a person does in the master: one pass when the saving is over, then peace."""
    report(root)
    watched.after(1)
    watched.after(SETTLED)
    master = root / "master.xlsx"
    type_at(master, "附件1", cell_at(master, "附件1", "progress", ROAD), "本办改写。")
    assert [watched.after(seconds) for seconds in (1, 1, SETTLED)] == [0, 0, 1]
    assert [watched.after(30) for _ in range(4)] == [0, 0, 0, 0]
    report(root, "已完成40公里。", "更正.xlsx")
    watched.after(1)
    watched.after(SETTLED)
    assert progress(root) == "本办改写。"
    assert watched.told[-1].published.conflicts == 1


def test_a_changed_schema_is_read(root: Path, watched: Watched) -> None:
    path = root / "schema.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# 本办加的\n", encoding="utf-8")
    assert [watched.after(seconds) for seconds in (1, SETTLED, 30, 30)] == [0, 1, 0, 0]
    assert watched.opened[-1].schema_text.endswith("# 本办加的\n")


@pytest.mark.parametrize("changed", ["nothing", "schema.yaml", ".ducha/key"])
def test_what_is_known_of_the_master_lasts_as_long_as_the_files(root: Path, watched: Watched, changed: str) -> None:
    """It is not read anew for every file that arrives; with another schema or key nothing is known."""
    report(root)
    watched.after(1)
    watched.after(SETTLED)
    if changed != "nothing":
        (root / changed).write_bytes((root / changed).read_bytes() + b"\n\n#" * (changed == "schema.yaml") + b"0")
    report(root, "已完成40公里。", "更正.xlsx")
    watched.after(1)
    watched.after(SETTLED)
    first, second = watched.opened[-2:]
    assert (first is second, decided(root)) == {
        "nothing": (True, ["accepted"] * 2),
        "schema.yaml": (False, ["accepted"] * 2),
        ".ducha/key": (False, ["accepted", "quarantined"]),  # nothing that was signed is ours any more
    }[changed]


def test_garbage_is_looked_for_when_a_pass_is_over(
    root: Path, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while a file waits for one, and not when nothing was done."""
    done: list[str] = []
    words = ("unfreeze", "collect", "freeze")
    monkeypatch.setattr(watch, "gc", SimpleNamespace(**{word: partial(done.append, word) for word in words}))

    def rest(watcher: Watcher) -> None:
        done.append("rest")
        watched.clock.now += SETTLED
        if done.count("rest") == 4:
            watcher.stop()

    monkeypatch.setattr(Watcher, "_rest", rest)
    report(root)
    watched.watcher.run(hints=False)
    assert watched.passes == 1
    assert done == [*words, "rest", *words, "rest", "rest", "rest"]


def test_an_open_master_is_waited_for_in_peace(root: Path, watched: Watched) -> None:
    """No pass while nothing else moves; one when it is closed."""
    lock = root / ".~lock.master.xlsx#"
    lock.write_text(",wangning,PC-17,22.08.2022 10:00,;")
    report(root)
    assert [watched.after(seconds) for seconds in (1, SETTLED, 30, 30)] == [0, 1, 0, 0]
    assert (decided(root), progress(root)) == (["accepted"], "")
    assert watched.log().count("正打开着") == 1
    lock.unlink()
    assert [watched.after(seconds) for seconds in (30, 30, 30)] == [1, 0, 0]
    assert progress(root) == "已完成38公里。"


def test_the_daemon_meets_the_open_master(root: Path, watched: Watched) -> None:
    """Written through and saved while it waits; once it is closed all is published and told once, without a clash."""
    place = Workspace(root)
    opened = OpenMaster(place)
    report(root)
    assert [watched.after(seconds) for seconds in (1, SETTLED, 30)] == [0, 1, 0]
    with place.locked():
        assert (ROAD, "progress") in [one.cell for one in opened.write_through(place)]
    opened.save()
    assert [watched.after(seconds) for seconds in (1, SETTLED, 30)] == [0, 1, 0]
    report(root, "已完成40公里。", "更正.xlsx")
    assert [watched.after(seconds) for seconds in (1, SETTLED, 30)] == [0, 1, 0]
    assert (progress(root), list(root.glob("master_待发布_*"))) == ("已完成38公里。", [root / "master_待发布_2.xlsx"])
    opened.close()
    assert [watched.after(seconds) for seconds in (30, 30)] == [1, 0]
    assert (progress(root), list(root.glob("master_待发布_*"))) == ("已完成40公里。", [])
    with looking(root) as closed:
        told = [(one.old, one.new) for one in closed.journal.cells.changes(20) if one.column == "progress"]
        assert (closed.journal.cells.conflicts(), told) == ([], [("", "已完成40公里。")])


def test_a_folder_that_goes_and_comes_back(root: Path, watched: Watched) -> None:
    """A share that is mounted anew: told once, then everything in it is looked at."""
    away = (root / "inbox").rename(root / "away")
    watched.after(30)
    watched.after(30)
    assert watched.log().count("打不开") == 1
    away.rename(root / "inbox")
    report(root)
    watched.after(30)
    assert watched.after(30) == 1
    assert decided(root) == ["accepted"]


def test_once_a_day_the_bytes_themselves_are_looked_at(root: Path, watched: Watched) -> None:
    """A rewriting that leaves size and time alone shows in nothing else."""
    path = report(root)
    path.write_bytes(path.read_bytes() + b"\0" * 40)  # two files of one size
    watched.after(1)
    watched.after(SETTLED)
    before, other = path.stat(), report(root, "已完成40公里。", "x").read_bytes()
    (root / "inbox" / "交通局" / "x").unlink()
    assert len(other) <= before.st_size
    path.write_bytes(other.ljust(before.st_size, b"\0"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    watched.after(30)
    assert watched.after(30) == 0
    watched.after(86400)
    assert watched.after(30) == 1
    assert progress(root) == "已完成40公里。"
    assert [watched.after(30) for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    "error", [StateError("磁盘已满。"), sqlite3.OperationalError("disk I/O error"), OSError(5, "I/O")]
)
def test_trouble_is_told_once_and_tried_again(
    root: Path, watched: Watched, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A full disk, a share that is gone: the watcher lives, and goes on when it is over."""
    report(root)
    fired = []

    def fail(*_: object) -> Passed:
        fired.append(1)
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(watch, "sync_once", fail)
        for _ in range(4):
            watched.after(30)
    assert (len(fired), watched.log().count('"提醒"')) == (3, 1)
    assert watched.after(30) == 1
    assert decided(root) == ["accepted"]


def test_two_masters_are_waited_for(root: Path, watched: Watched) -> None:
    """Which one to watch nobody can say: the watcher lives, says so once, and goes on when one is gone."""
    other = root / "master.xlsm"
    shutil.copy2(root / "master.xlsx", other)
    report(root)
    assert [watched.after(30) for _ in range(3)] == [0, 0, 0]
    assert watched.log().count("分不清哪一份是总表") == 1
    other.unlink()
    watched.after(30)
    watched.after(30)
    assert decided(root) == ["accepted"]


def test_a_fault_of_the_program_is_loud(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes into the log in full, and the watcher ends with it; nothing is held afterwards."""
    monkeypatch.setattr(watch, "sync_once", lambda *_: 1 // 0)
    watcher = Watcher(root, lambda _: None)
    with closing(watcher), pytest.raises(ZeroDivisionError):
        watcher.run(hints=False)
    lines = [json.loads(line) for line in watcher.diary.path.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["level"] == "程序出错"
    assert "ZeroDivisionError" in lines[-1]["trace"]
    with Workspace(root).watched(), Workspace(root).locked():
        pass


def test_the_log_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.watching.diary._BYTES", 2000)
    diary = Diary(tmp_path)
    for number in range(200):
        diary.note("收下一份", number=number)
    diary.close()
    files = sorted(diary.path.parent.iterdir())
    assert len(files) == 6
    assert max(path.stat().st_size for path in files) <= 2000
    assert json.loads(diary.path.read_text(encoding="utf-8").splitlines()[-1])["number"] == 199


def test_hints_are_renewed_on_a_new_folder(tmp_path: Path) -> None:
    """watchdog stays deaf and alive when its folder is deleted and made anew."""
    inbox, woken = tmp_path / "inbox", threading.Event()
    inbox.mkdir()
    hints = Hints(tmp_path, woken.set)
    assert [hints.renew(), hints.renew()] == [True, False]
    inbox.rmdir()
    hints.renew()
    inbox.mkdir()
    hints.renew()
    woken.clear()
    (inbox / "报表.xlsx").write_bytes(b"x")
    assert woken.wait(PATIENCE)
    assert not hints.renew()
    hints.stop()


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(root: Path) -> Iterator[Start]:
    """``ducha sync --watch`` as a process of its own, with a short time for settling."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", f"{QUICK}from ducha.cli import main; main()", "sync", "--watch", *arguments]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
        running.append(
            subprocess.Popen(
                command, cwd=root, env=environment, text=True, encoding="utf-8", stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )  # fmt: skip
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def started(root: Path, times: int = 1) -> Callable[[], bool]:
    log = root / ".ducha" / "log" / "sync.log"
    return lambda: log.exists() and log.read_text(encoding="utf-8").count("开始自动汇总") >= times


def test_a_service_from_start_to_stop(root: Path, start: Start) -> None:
    """Fed, looked at by others meanwhile, a second one refused, ended by SIGTERM: exit code 0."""
    process = start()
    until(started(root))
    report(root)
    until(lambda: decided(root) == ["accepted"] and progress(root) == "已完成38公里。")
    second = start("--poll")
    _, told = second.communicate(timeout=PATIENCE)
    assert (second.returncode, told.startswith("错误：已经有一个督查台账程序在自动汇总")) == (4, True)
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    assert "收下  交通局/" in said
    assert "自动汇总已停止。" in said


def test_a_killed_service_is_started_again(root: Path, start: Start) -> None:
    """Its locks die with it, and what came meanwhile is taken; Ctrl-C stops it as cleanly."""
    first = start("--interval", "1")
    until(started(root))
    first.kill()
    first.communicate(timeout=PATIENCE)
    report(root)
    again = start("--poll", "--interval", "1")
    until(lambda: decided(root) == ["accepted"])
    again.send_signal(signal.SIGINT)
    _, errors = again.communicate(timeout=PATIENCE)
    assert (again.returncode, errors, progress(root)) == (0, "", "已完成38公里。")

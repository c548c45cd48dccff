"""Somebody has the master open: reports go on being taken, nothing is copied over, and no save of theirs is lost."""

import errno
import os
import socket
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, cell_at, fill, type_at

from ledger.errors import StateError
from sync import atomic, exchange
from sync.atomic import OpenElsewhereError, forget_displaced, put_back_displaced, swap_whole
from sync.exchange import holder
from sync.intake import sync_once
from sync.journal import Journal
from sync.master import Master, open_master
from sync.periods import open_period
from sync.waiting import held_up, waiting
from sync.workspace import Workspace

ROAD, SCHOOL = "A1-001", "A1-002"
SHARED_BY_ANOTHER = ",wangning,PC-17,22.08.2022 10:00,file:///C:/Users/wangning;"


def report(place: Workspace, unit: str, text: str, name: str = "") -> None:
    source = next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    typed = {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"}
    fill(source, place.root / "inbox" / unit / (name or source.name), lambda _: typed)


def progress(place: Workspace, task: str = ROAD) -> str:
    return open_master(place).text(task, "progress")


def libreoffice(place: Workspace, said: str = SHARED_BY_ANOTHER) -> Path:
    lock = place.root / ".~lock.master.xlsx#"
    lock.write_text(said, encoding="utf-8")
    return lock


def excel(place: Workspace) -> Path:
    lock = place.root / "~$master.xlsx"
    name = "王宁"
    lock.write_bytes(b"\x04" + name.encode("gbk").ljust(54) + bytes([len(name), 0]) + name.encode("utf-16-le"))
    return lock


def stored(place: Workspace) -> set[bytes]:
    return {path.read_bytes() for path in (place.root / ".ducha" / "store").rglob("*") if path.is_file()}


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("~$"))


@pytest.mark.parametrize(("lock", "who"), [(libreoffice, "wangning、PC-17"), (excel, "王宁")])
def test_reports_are_taken_while_the_master_is_open(
    handed_out: Workspace, lock: Callable[[Workspace], Path], who: str
) -> None:
    """What it would hold lies beside it until it is closed; then it is written once."""
    report(handed_out, "交通局", "已完成38公里。")
    locked, before = lock(handed_out), handed_out.master.read_bytes()
    done = sync_once(handed_out)
    assert [one.verdict for one in done.decided] == ["accepted"]
    assert handed_out.master.read_bytes() == before
    assert f"总表“master.xlsx”正打开着（{who}），没有写入，请存盘关闭后再执行一次" in done.published.waits
    assert f"请删除“{locked.name}”" in done.published.waits
    preview = handed_out.root / "master_待发布_1.xlsx"
    assert Master(preview.read_bytes(), handed_out.schema).text(ROAD, "progress") == "已完成38公里。"
    assert [preview.name in sentence for sentence in held_up(handed_out)] == [False, True]
    assert set(held_up(handed_out)) <= set(waiting(handed_out).faults)
    assert progress(handed_out) == ""
    locked.unlink()
    assert sync_once(handed_out).decided == []
    assert progress(handed_out) == "已完成38公里。"
    assert (preview.exists(), held_up(handed_out), waiting(handed_out).faults) == (False, [], ())
    written = handed_out.master.read_bytes()
    sync_once(handed_out)
    assert handed_out.master.read_bytes() == written


def test_what_is_saved_while_it_is_open_is_obeyed(handed_out: Workspace) -> None:
    """The next report makes the next preview, from the master as the office has saved it meanwhile."""
    lock = libreoffice(handed_out)
    report(handed_out, "交通局", "已完成38公里。")
    sync_once(handed_out)
    type_at(handed_out.master, "附件1", cell_at(handed_out.master, "附件1", "progress", SCHOOL), "本办先写。")
    report(handed_out, "交通局", "已完成40公里。", "更正.xlsx")
    sync_once(handed_out)
    (preview,) = handed_out.root.glob("master_待发布_*.xlsx")
    assert preview.name == "master_待发布_2.xlsx"
    shown = Master(preview.read_bytes(), handed_out.schema)
    assert (shown.text(ROAD, "progress"), shown.text(SCHOOL, "progress")) == ("已完成40公里。", "本办先写。")
    type_at(preview, "附件1", cell_at(preview, "附件1", "progress", ROAD), "写在预览里的不算。")
    lock.unlink()
    sync_once(handed_out)
    assert (progress(handed_out), progress(handed_out, SCHOOL)) == ("已完成40公里。", "本办先写。")


def test_other_commands_say_so_and_change_nothing(handed_out: Workspace) -> None:
    """A new period is not opened half: close the master, then again."""
    report(handed_out, "交通局", "已完成38公里。")
    libreoffice(handed_out)
    before = handed_out.master.read_bytes()
    sync_once(handed_out)
    with pytest.raises(StateError, match="正打开着"):
        open_period(handed_out, PERIOD.following())
    assert (handed_out.journal.open_period(), handed_out.master.read_bytes()) == (PERIOD, before)


@pytest.mark.parametrize(
    ("host", "running", "open_"),
    [("ours", "soffice.bin", True), ("ours", "bash", False), ("another", "bash", True)],
)
def test_a_lock_that_libreoffice_left_behind_blocks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, running: str, open_: bool
) -> None:
    """It names this computer, and here LibreOffice does not run: then it crashed."""
    (tmp_path / "proc" / "7").mkdir(parents=True)
    (tmp_path / "proc" / "7" / "comm").write_text(f"{running}\n")
    monkeypatch.setattr(exchange, "_PROCESSES", tmp_path / "proc")
    name = socket.gethostname() if host == "ours" else host
    lock = tmp_path / ".~lock.master.xlsx#"
    lock.write_text(f",root,{name},22.08.2022 10:00,file:///root;", encoding="utf-8")
    assert bool(holder(tmp_path / "master.xlsx")) == open_


class Windows:
    """As much of Windows as replacing needs."""

    def __init__(self) -> None:
        self.open: set[Path] = set()
        self.error = 0
        self.refused = self.replaced = 0
        self.before_replacing: Callable[[Path], object] = lambda _: None

    def ReplaceFileW(self, path: str, new: str, aside: str, *_: object) -> int:  # noqa: N802
        if Path(path) in self.open:
            self.error, self.refused = 32, self.refused + 1
            return 0
        self.before_replacing(Path(path))
        Path(path).replace(aside)
        Path(new).replace(path)
        self.replaced += 1
        return 1

    def CloseHandle(self, _: object) -> int:  # noqa: N802
        return 1

    @property
    def CreateFileW(self) -> Callable[..., object]:  # noqa: N802
        def create(path: str, *_: object) -> object:
            self.error = 32 if Path(path) in self.open else 0
            return exchange._NO_HANDLE if self.error else 4

        return create


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    system = Windows()
    monkeypatch.setattr(exchange, "_on_windows", lambda: True)
    monkeypatch.setattr(exchange, "_kernel", lambda: system)
    monkeypatch.setattr(exchange, "_last_error", lambda: system.error)
    monkeypatch.setattr(atomic, "_PATIENCE", 0)
    return system


def test_windows_knows_itself_who_has_a_file_open(handed_out: Workspace, windows: Windows) -> None:
    """A lock file that was left behind is no reason to wait; a file that is open is one without any lock file."""
    report(handed_out, "交通局", "已完成38公里。")
    windows.open.add(handed_out.master)
    assert "其他程序" in sync_once(handed_out).published.waits
    excel(handed_out)
    assert "王宁" in sync_once(handed_out).published.waits
    windows.open.clear()
    assert sync_once(handed_out).published.written
    assert (progress(handed_out), windows.replaced) == ("已完成38公里。", 1)
    assert leftovers(handed_out.root) == ["~$master.xlsx"]


def test_opened_at_the_last_moment(handed_out: Workspace, windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses the replacing itself: then it is as if it had been open before."""
    report(handed_out, "交通局", "已完成38公里。")
    monkeypatch.setattr("sync.preview.holder", lambda _: windows.open.add(handed_out.master) or "")
    assert "正被其他程序打开" in sync_once(handed_out).published.waits
    assert (windows.refused > 0, progress(handed_out), leftovers(handed_out.root)) == (True, "", [])
    assert (handed_out.root / "master_待发布_1.xlsx").is_file()


def no_exchange(*_: object) -> bool:
    return False


def no_links(*_: object) -> None:
    raise OSError(errno.EOPNOTSUPP, "no links here")


@pytest.fixture(params=["exchange", "links", "copies", "windows"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every way of displacing a file that some system needs."""
    if request.param == "windows":
        request.getfixturevalue("windows")
    elif request.param != "exchange":
        monkeypatch.setattr(exchange, "_exchange", no_exchange)
    if request.param == "copies":
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    return str(request.param)


def saved_at_swaps(monkeypatch: pytest.MonkeyPatch, path: Path, saves: list[bytes]) -> list[bytes]:
    """Somebody saves at ``path`` right before each exchange while there are saves; gives what is still unsaved."""
    saves = list(saves)

    def swap(new: Path, target: Path) -> None:
        if saves and target == path:
            aside = path.with_name("by rename")
            aside.write_bytes(saves.pop(0))
            aside.replace(path)
        exchange.swap(new, target)

    monkeypatch.setattr(atomic, "swap", swap)
    return saves


def test_replacing_gives_the_displaced_bytes(tmp_path: Path, system: str) -> None:
    """Nothing was saved meanwhile: new bytes, the old ones beside them for as long as they may be needed."""
    path, kept = tmp_path / "master.xlsx", []
    path.write_bytes(b"old")
    assert swap_whole(path, b"new", b"old", kept.append)
    (aside,) = (tmp_path / name for name in leftovers(tmp_path))
    assert (path.read_bytes(), aside.read_bytes()) == (b"new", b"old")
    forget_displaced(path)
    assert (path.read_bytes(), kept, list(tmp_path.iterdir())) == (b"new", [], [path])


@pytest.mark.parametrize(("settled", "stands"), [(b"new", b"new"), (b"old", b"old"), (b"another", b"old")])
def test_a_swap_is_undone_unless_it_is_settled(tmp_path: Path, system: str, settled: bytes, stands: bytes) -> None:
    """Killed before the journal knew of it: the old bytes stand again. Killed after: the new ones stay."""
    path, kept = tmp_path / "master.xlsx", list[bytes]()
    path.write_bytes(b"old")
    swap_whole(path, b"new", b"old", kept.append)
    put_back_displaced(path, kept.append, sha256(settled).hexdigest())
    assert (path.read_bytes(), set(kept), leftovers(tmp_path)) == (stands, {b"old"}, [])


def test_a_pass_that_is_killed_before_it_is_journaled_leaves_nothing(
    handed_out: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the master then showed is undone: a row of the office's own is a draft once, under its right number."""
    report(handed_out, "交通局", "已完成38公里。")
    sheet = openpyxl.load_workbook(handed_out.master)["附件1"]
    below = max(cell.row for cell in sheet["A"] if cell.value) + 1
    place = cell_at(handed_out.master, "附件1", "text", ROAD).rstrip("0123456789") + str(below)
    type_at(handed_out.master, "附件1", place, "4.新建公园2个。")
    before = handed_out.master.read_bytes()
    remember = Journal.set_fact
    with monkeypatch.context() as patch:
        fatal = lambda place, name, value: kill() if name == "master" else remember(place, name, value)  # noqa: E731
        patch.setattr(Journal, "set_fact", fatal)
        with pytest.raises(Killed):
            sync_once(handed_out)
    assert handed_out.master.read_bytes() != before
    done = sync_once(handed_out).published
    assert (progress(handed_out), len(done.changes)) == ("已完成38公里。", 3)
    assert [(one.what, one.waits) for one in handed_out.journal.revisions.all()] == [("add", True)]
    assert leftovers(handed_out.root) == []


@pytest.mark.parametrize("saves", [[b"A"], [b"A", b"B"], [b"A", b"B", b"C"], [b"new"], [b"A", b"A"], [b"A", b"old"]])
def test_the_last_save_stands_and_all_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, saves: list[bytes]
) -> None:
    """However often somebody saves while we replace: our bytes give way."""
    path, kept = tmp_path / "master.xlsx", list[bytes]()
    path.write_bytes(b"old")
    unsaved = saved_at_swaps(monkeypatch, path, saves)
    assert not swap_whole(path, b"new", b"old", kept.append)
    done = saves[: len(saves) - len(unsaved)]
    assert done
    assert path.read_bytes() == done[-1]
    assert set(done) <= {*kept, path.read_bytes()}
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_at_the_last_moment_is_read_back(
    handed_out: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    """Between our last look and our replacing somebody saves: their text stands, the report beside it."""
    report(handed_out, "交通局", "已完成38公里。")
    theirs = tmp_path / "theirs.xlsx"
    theirs.write_bytes(handed_out.master.read_bytes())
    type_at(theirs, "附件1", cell_at(theirs, "附件1", "progress", SCHOOL), "本办先写。")
    saves = [theirs.read_bytes()]
    unsaved = saved_at_swaps(monkeypatch, handed_out.master, saves)
    sync_once(handed_out)
    assert unsaved == []
    assert (progress(handed_out), progress(handed_out, SCHOOL)) == ("已完成38公里。", "本办先写。")
    assert theirs.read_bytes() in stored(handed_out)
    assert leftovers(handed_out.root) == []


class Killed(BaseException):
    """The machine stops here."""


def kill(*_: object) -> None:
    raise Killed


def test_killed_after_the_exchange(handed_out: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The save that was displaced lies beside the master under a name of ours: it is kept, and read again."""
    report(handed_out, "交通局", "已完成38公里。")
    theirs = tmp_path / "theirs.xlsx"
    theirs.write_bytes(handed_out.master.read_bytes())
    type_at(theirs, "附件1", cell_at(theirs, "附件1", "progress", SCHOOL), "本办先写。")
    with monkeypatch.context() as patch:
        saved_at_swaps(patch, handed_out.master, [theirs.read_bytes()])
        patch.setattr(atomic, "_put_back", kill)
        with pytest.raises(Killed):
            sync_once(handed_out)
    assert len(leftovers(handed_out.root)) == 1
    sync_once(handed_out)
    assert (progress(handed_out), progress(handed_out, SCHOOL)) == ("已完成38公里。", "本办先写。")
    assert theirs.read_bytes() in stored(handed_out)
    assert leftovers(handed_out.root) == []


@pytest.mark.parametrize("standing", [b"old", b"saved since", None])
def test_killed_before_the_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, standing: bytes | None) -> None:
    """What lies there then is what we were about to write: it goes."""
    path, kept = tmp_path / "master.xlsx", []
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "swap", kill)
        with pytest.raises(Killed):
            swap_whole(path, b"new", b"old", kept.append)
    if standing is None:
        path.unlink()
    else:
        path.write_bytes(standing)
    assert len(leftovers(tmp_path)) == 1
    put_back_displaced(path, kept.append)
    assert (leftovers(tmp_path), kept) == ([], [])
    assert (path.read_bytes() if path.exists() else None) == standing


@pytest.mark.parametrize("since", [b"", b"newer"])
def test_what_was_saved_after_a_crash_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, since: bytes
) -> None:
    """The displaced bytes are kept; they stand again, unless there is a newer save."""
    path, kept = tmp_path / "master.xlsx", []
    path.write_bytes(b"theirs")
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "_put_back", kill)
        with pytest.raises(Killed):
            swap_whole(path, b"new", b"old", kept.append)
    if since:
        path.write_bytes(since)
    put_back_displaced(path, kept.append)
    assert (path.read_bytes(), set(kept), leftovers(tmp_path)) == (since or b"theirs", {b"theirs"}, [])


def test_windows_moved_it_aside_and_stopped(tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    """ReplaceFileW may fail half-way: then the old file comes back."""
    path, fired = tmp_path / "master.xlsx", []
    path.write_bytes(b"old")

    def half(path: str, _new: str, aside: str, *_: object) -> int:
        Path(path).replace(aside)
        fired.append(1)
        windows.error = 1177
        return 0

    monkeypatch.setattr(windows, "ReplaceFileW", half)
    with pytest.raises(StateError, match="写不进去"):
        swap_whole(path, b"new", b"old", kill)
    assert (fired, path.read_bytes(), list(tmp_path.iterdir())) == ([1], b"old", [path])


def test_a_disk_that_fails_leaves_the_master(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is taken, one sentence says why it is not published; afterwards all goes on."""
    report(handed_out, "交通局", "已完成38公里。")
    before, fired = handed_out.master.read_bytes(), []

    def fail(*_: object) -> None:
        fired.append(1)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "swap", fail)
        with pytest.raises(StateError, match="写不进去（磁盘已满）") as caught:
            sync_once(handed_out)
    assert (fired, isinstance(caught.value, OpenElsewhereError)) == ([1], False)
    assert (handed_out.master.read_bytes(), leftovers(handed_out.root)) == (before, [])
    assert sync_once(handed_out).published.written
    assert progress(handed_out) == "已完成38公里。"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("broken", ["sync.atomic.swap", "os.fsync", "pathlib.Path.replace"])
def test_a_failure_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, number: int
) -> None:
    path, fired = tmp_path / "master.xlsx", []
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        fired.append(1)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(broken, fail)
    with pytest.raises(StateError, match="写不进去"):
        swap_whole(path, b"new", b"old", kill)
    assert (fired, path.read_bytes(), list(tmp_path.iterdir())) == ([1], b"old", [path])


def test_where_exchanging_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old system, or a network disk: links do it."""
    path = tmp_path / "master.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(exchange.ctypes, "CDLL", lambda *_, **__: object())
    assert swap_whole(path, b"new", b"old", kill)
    assert path.read_bytes() == b"new"

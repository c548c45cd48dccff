"""A file that is still being copied is never judged; a finished one is taken."""

import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from sync.watching.settled import BROKEN, SETTLED, Settling, inbox_name, is_temporary, look, settle


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.during: Callable[[], object] = lambda: None  # what others do meanwhile

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.during()
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def workbook(text: str = "内容") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", text * 400)
    return out.getvalue()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


@pytest.mark.parametrize(
    "name", ["~$报表.xlsx", ".~报表.xlsx", "x.TMP", "x.xlsx.crdownload", "x.part", ".~lock.报表.xlsx#", ".DS_Store"]
)
def test_lock_and_temporary_files_are_nobodys_report(tmp_path: Path, name: str) -> None:
    (tmp_path / "科技局").mkdir()
    for folder in (tmp_path, tmp_path / "科技局"):
        (folder / name).write_bytes(b"x")
        (folder / "报表.xlsx").write_bytes(b"x")
    assert is_temporary(name)
    assert sorted(look(tmp_path)) == [tmp_path / "报表.xlsx", tmp_path / "科技局" / "报表.xlsx"]


def test_only_what_has_not_changed_for_a_while_is_due(tmp_path: Path, clock: Clock) -> None:
    """Two looks at least five seconds apart must find the same; a change begins it anew."""
    path, settling = tmp_path / "报表.xlsx", Settling(clock)
    path.write_bytes(workbook())
    assert settling.due(look(tmp_path)) == []
    clock.now += SETTLED - 0.1
    assert settling.due(look(tmp_path)) == []
    path.write_bytes(workbook("更多"))
    os.utime(path, ns=(1, 1))
    clock.now += 0.2
    assert settling.due(look(tmp_path)) == []
    clock.now += SETTLED
    assert settling.due(look(tmp_path)) == [path]
    assert settling.finished(path) == digest(path.read_bytes())


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[:-10], id="without its end"),
        pytest.param(lambda data: data[:60] + b"\0" * (len(data) - 60), id="room made, bytes to come"),
        pytest.param(lambda data: data[:45] + bytes([data[45] ^ 255]) + data[46:], id="a wrong byte"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: b"\0" * len(data), id="zeros"),
    ],
)
def test_a_part_of_a_workbook_waits_and_is_broken_after_a_minute(
    tmp_path: Path, clock: Clock, spoil: Callable[[bytes], bytes]
) -> None:
    """Its size and time may be those of the whole file."""
    path, settling = tmp_path / "报表.xlsx", Settling(clock)
    path.write_bytes(spoil(workbook()))
    settling.due(look(tmp_path))
    clock.now += SETTLED
    assert settling.due(look(tmp_path)) == [path]
    assert settling.finished(path) is None
    assert settling.why[path] in ("内容还不完整", "还没有内容")
    clock.now += BROKEN
    assert settling.due(look(tmp_path)) == [path]
    assert settling.finished(path) == digest(path.read_bytes())


def test_a_file_that_somebody_has_open_waits(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    path, settling, refused = tmp_path / "报表.xlsx", Settling(clock), []
    path.write_bytes(workbook())
    settling.began(path, look(tmp_path)[path], age=100)

    def refuse(*_: object) -> None:
        refused.append(1)
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert settling.finished(path) is None
    assert (settling.why[path], refused) == ("正被其他程序使用", [1])


def test_what_is_gone_is_forgotten(tmp_path: Path, clock: Clock) -> None:
    path, settling = tmp_path / "报表.xlsx", Settling(clock)
    path.write_bytes(b"x")
    settling.due(look(tmp_path))
    path.unlink()
    settling.due(look(tmp_path))
    assert settling.why == {}


def test_an_archive_too_big_to_look_through_is_left_to_the_reader(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpacking it here would do what the reader guards against."""
    path, settling = tmp_path / "报表.xlsx", Settling(clock)
    data = bytearray(workbook())
    data[45] ^= 255
    path.write_bytes(data)
    settling.began(path, look(tmp_path)[path], age=10)
    assert settling.finished(path) is None
    monkeypatch.setattr("sync.watching.settled._MOST_BYTES", 100)
    assert settling.finished(path)


def age(path: Path, clock: Clock, seconds: float) -> Callable[[], float]:
    """The wall clock by which the file was touched so many seconds ago."""
    return lambda: path.stat().st_ctime + seconds + clock.now - 1000


def test_one_pass_takes_whole_workbooks_and_old_files_at_once(tmp_path: Path, clock: Clock) -> None:
    """No need to wait for what is certainly finished."""
    new, old = tmp_path / "新.xlsx", tmp_path / "旧.xls"
    new.write_bytes(workbook())
    clock.during = lambda: pytest.fail("waited")
    assert settle(tmp_path, (), clock=clock, sleep=clock.sleep, wall=age(new, clock, 0)) == (
        {new: digest(new.read_bytes())}, {},
    )  # fmt: skip
    new.unlink()
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    assert list(settle(tmp_path, (), clock=clock, sleep=clock.sleep, wall=age(old, clock, 6))[0]) == [old]


def test_one_pass_waits_for_what_is_just_being_copied(tmp_path: Path, clock: Clock) -> None:
    """Once it is finished it is taken; what is not is told."""
    done, cut, other = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx", tmp_path / "丙.xls"
    done.write_bytes(workbook()[:-30])
    cut.write_bytes(workbook()[:-30])
    other.write_bytes(b"\xd0\xcf\x11\xe0")
    clock.during = lambda: other.write_bytes(b"\xd0\xcf\x11\xe0 and more")
    ready, waits = settle(tmp_path, (), clock=clock, sleep=clock.sleep, wall=age(done, clock, 1))
    assert (ready, waits) == ({}, {done: "内容还不完整", cut: "内容还不完整", other: "还在复制"})
    done.write_bytes(workbook())
    ready, waits = settle(tmp_path, (), clock=clock, sleep=clock.sleep, wall=age(done, clock, 6))
    assert (set(ready), waits) == ({done, other}, {cut: "内容还不完整"})
    ready, waits = settle(tmp_path, (), clock=clock, sleep=clock.sleep, wall=age(done, clock, 61))
    assert (set(ready), waits) == ({done, cut, other}, {})


def test_known_files_are_not_unpacked_again(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five thousand old files must not be unpacked at every pass."""
    path = tmp_path / "报表.xlsx"
    path.write_bytes(workbook())
    monkeypatch.setattr("sync.watching.settled.zipfile.ZipFile", lambda *_: pytest.fail("looked through"))
    known = {("报表.xlsx", digest(path.read_bytes()))}
    assert settle(tmp_path, known, clock=clock, sleep=clock.sleep, wall=age(path, clock, 0)) == ({}, {})


def test_folders_in_folders_are_looked_through(tmp_path: Path) -> None:
    """Clerks make them; those of programs are not, and one that leads back to itself ends the look, not the program."""
    for name in ("甲.xlsx", "教育局/乙.xlsx", "教育局/9月/更正/丙.xlsx", ".sync/丁.xlsx", "教育局/.sync/戊.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"report")
    with suppress(OSError):  # Windows wants a right for this
        (tmp_path / "教育局" / "9月" / "又").symlink_to(tmp_path / "教育局", target_is_directory=True)
    found = sorted(inbox_name(tmp_path, path) for path in look(tmp_path))
    assert found == sorted(["甲.xlsx", "教育局/乙.xlsx", "教育局/9月/更正/丙.xlsx"])

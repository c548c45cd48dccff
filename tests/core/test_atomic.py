"""Files are written whole or not at all, under names that Windows accepts."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import StateError
from sync import atomic
from sync.atomic import legal_name, write_whole

FORBIDDEN = '<>:"/\\|?*\x00\x1f\n'


def refusing(number: int) -> Callable[..., None]:
    """A system call that fails as a full or locked disk does."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def test_a_new_file_and_its_folders_are_made(tmp_path: Path) -> None:
    """Nothing else lies beside it afterwards."""
    path = tmp_path / "outbox" / "科技局" / "填报表.xlsx"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    """By exactly the new bytes, however long the old ones were."""
    path = tmp_path / "master.xlsx"
    for data in (b"old and long", b"new"):
        write_whole(path, data)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["字" * 81 + ".xlsx", "字" * 81 + "说明.txt", "a" * 255])
def test_a_name_as_long_as_the_disk_admits_can_be_written(tmp_path: Path, name: str) -> None:
    """The temporary file's name must not be longer than the real one: 85 Chinese characters fill 255 bytes."""
    path = tmp_path / name[:255].encode()[-255:].decode(errors="ignore")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("broken", "number", "said"),
    [
        ("os.fsync", errno.ENOSPC, "磁盘已满"),
        ("os.fsync", errno.EIO, "磁盘或网络读写出错"),
        ("pathlib.Path.replace", errno.EROFS, "磁盘是只读的"),
        ("pathlib.Path.replace", errno.EACCES, "没有权限，或正被其他程序打开"),
        ("pathlib.Path.mkdir", errno.EACCES, "没有权限"),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, number: int, said: str
) -> None:
    """One sentence says which file, why, and that the old one stands."""
    path = tmp_path / "master.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(atomic, "_PATIENCE", 0)
    monkeypatch.setattr(broken, refusing(number))
    with pytest.raises(StateError, match=said) as caught:
        write_whole(path, b"new")
    assert f"“{path}”写不进去" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    """Somebody saved a file under a unit's name: one sentence, no traceback."""
    (tmp_path / "科技局").write_bytes(b"a file")
    with pytest.raises(StateError, match="写不进去"):
        write_whole(tmp_path / "科技局" / "填报表.xlsx", b"new")


def test_a_target_that_is_open_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace a file that a virus scanner or a preview has open."""
    tries: list[Path] = []
    replace = Path.replace

    def open_twice(source: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "open")
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", open_twice)
    monkeypatch.setattr("time.sleep", lambda _: None)
    write_whole(tmp_path / "master.xlsx", b"new")
    assert len(tries) == 3
    assert (tmp_path / "master.xlsx").read_bytes() == b"new"


def test_a_disk_that_cannot_flush_folders_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file stands by then; some network disks refuse this last step."""
    monkeypatch.setattr(atomic, "_flush_folder", refusing(errno.EINVAL))
    write_whole(tmp_path / "master.xlsx", b"new")
    assert (tmp_path / "master.xlsx").read_bytes() == b"new"


def test_the_temporary_file_is_one_that_nobody_takes_for_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins as Excel's own lock files do, so that no watcher reads it."""
    seen: list[str] = []
    monkeypatch.setattr(Path, "replace", lambda source, _: seen.append(source.name))
    write_whole(tmp_path / "填报表.xlsx", b"new")
    assert [name[:2] for name in seen] == ["~$"]


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("科技局", "科技局"),
        ("城管局/住建局", "城管局_住建局"),
        ('a<b>c:d"e\\f|g?h*i', "a_b_c_d_e_f_g_h_i"),
        ("第一行\n第二行", "第一行_第二行"),
        ("科技局. .", "科技局"),
        (" .科技局", "科技局"),
        ("", "_"),
        ("...", "_"),
        ("CON", "_CON"),
        ("nul", "_nul"),
        ("Com1.xlsx", "_Com1.xlsx"),
        ("COM10", "COM10"),
        ("config", "config"),
        ("e\u0301cole", "\u00e9cole"),
        ("局" * 100, "局" * 80),
        ("局" * 79 + ". 科", "局" * 79),
    ],
)
def test_a_legal_name(name: str, legal: str) -> None:
    """Forbidden characters become _, reserved names get one in front, ends and length are cut, accents are joined."""
    assert legal_name(name) == legal


@given(st.text(alphabet=st.sampled_from(f"{FORBIDDEN}. aA局CONul1") | st.characters(exclude_categories=["Cs"])))
def test_every_name_becomes_a_legal_one_for_good(name: str) -> None:
    """Nothing forbidden is left, and making it legal again changes nothing."""
    legal = legal_name(name)
    assert legal
    assert len(legal) <= 81
    assert not set(legal) & set(FORBIDDEN)
    assert legal == legal.strip(" .")
    assert legal_name(legal) == legal

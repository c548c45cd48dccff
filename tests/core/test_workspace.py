"""A workspace: made once, found again, held by one command at a time."""

import sqlite3
import threading
from pathlib import Path

import pytest

from ledger.errors import SchemaError, StateError
from sync.atomic import write_private
from sync.workspace import Workspace, default_schema, packaged, schema_file


@pytest.fixture
def workspace(tmp_path: Path, small: str) -> Workspace:
    return Workspace.create(tmp_path / "安平 台账", small)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who finds the workspace held says so at once instead of after ten seconds."""
    connect = sqlite3.connect

    def soon(path: Path, **options: object) -> sqlite3.Connection:
        return connect(path, **{**options, "timeout": 0})  # type: ignore[arg-type]

    monkeypatch.setattr("sync.workspace.sqlite3.connect", soon)


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_new_workspace_has_its_folders_schema_and_key(workspace: Workspace, small: str) -> None:
    """The schema as it was given, and an empty journal."""
    assert {path.name for path in workspace.root.iterdir() if path.is_dir()} == {
        ".ducha", "inbox", "outbox", "returned", "bulletins",
    }  # fmt: skip
    assert (workspace.root / "schema.yaml").read_text(encoding="utf-8") == small
    assert workspace.schema.office.region == "安平市"
    assert len(workspace.key) == 64
    assert workspace.journal.tasks() == []
    workspace.journal.close()


def test_the_key_is_the_owners_alone_and_has_a_copy(workspace: Workspace) -> None:
    """Without it no submission can be recognised, so a copy lies outside of .ducha/."""
    assert (workspace.root / ".ducha" / "key").stat().st_mode & 0o077 == 0
    (copy,) = workspace.root.glob("签名密钥备份*.txt")
    assert workspace.key in copy.read_text(encoding="utf-8")


def test_two_workspaces_have_different_keys(workspace: Workspace, tmp_path: Path, small: str) -> None:
    """Last year's workbooks are foreign to this year's."""
    assert Workspace.create(tmp_path / "另一个", small).key != workspace.key


def test_a_workspace_is_not_made_twice(workspace: Workspace, small: str) -> None:
    """Nothing is touched: a new key would make every workbook that is out foreign."""
    before = files(workspace.root)
    with pytest.raises(StateError, match="已经是一个工作区，没有改动"):
        Workspace.create(workspace.root, small)
    assert files(workspace.root) == before


def test_a_schema_that_lies_in_the_folder_is_not_overwritten(tmp_path: Path, small: str) -> None:
    """Somebody wrote it; naming it with --schema uses it, byte order mark and all."""
    own = tmp_path / "schema.yaml"
    own.write_bytes(b"\xef\xbb\xbf" + small.replace("安平市", "丰城市").replace("\n", "\r\n").encode())
    with pytest.raises(StateError, match=f"--schema “{own}”"):
        Workspace.create(tmp_path, small)
    assert [path.name for path in tmp_path.iterdir()] == ["schema.yaml"]
    assert Workspace.create(tmp_path, schema_file(own)).schema.office.region == "丰城市"


def test_a_wrong_schema_makes_nothing(tmp_path: Path, small: str) -> None:
    """The fault is told before the first folder is made."""
    with pytest.raises(SchemaError):
        Workspace.create(tmp_path / "新", small.replace("region", "regoin"))
    assert not (tmp_path / "新").exists()


def test_making_that_was_cut_short_can_be_repeated(tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is written last: a folder without it is no workspace yet."""

    def cut(path: Path, data: bytes) -> None:
        if path.name == "key":
            raise KeyboardInterrupt
        write_private(path, data)

    with monkeypatch.context() as patch:
        patch.setattr("sync.workspace.write_private", cut)
        with pytest.raises(KeyboardInterrupt):
            Workspace.create(tmp_path, small)
    with pytest.raises(StateError, match="不是督查台账的工作区"):
        Workspace(tmp_path)
    assert Workspace.create(tmp_path, small).schema


@pytest.mark.parametrize("name", [".", "没有这个文件夹"])
def test_any_other_folder_is_no_workspace(tmp_path: Path, name: str) -> None:
    """The sentence says what to do, and nothing is made."""
    with pytest.raises(StateError, match="请先执行 ducha init，或用 --workspace 指明"):
        Workspace(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_schema_saved_in_another_encoding_or_gone_is_told(workspace: Workspace, small: str) -> None:
    """Notepad's ANSI is GBK."""
    path = workspace.root / "schema.yaml"
    path.write_bytes(small.encode("gbk"))
    with pytest.raises(StateError, match="不是UTF-8编码"):
        _ = workspace.schema
    path.unlink()
    with pytest.raises(StateError, match="找不到配置文件"):
        _ = Workspace(workspace.root).schema


def test_the_master_is_the_macro_workbook_if_the_office_made_it_one(workspace: Workspace) -> None:
    """Saving as .xlsm keeps the office's macros."""
    assert workspace.master.name == "master.xlsx"
    (workspace.root / "master.xlsm").touch()
    assert workspace.master.name == "master.xlsm"


def test_bytes_are_stored_once_under_their_hash(workspace: Workspace) -> None:
    """What is kept already is not written again."""
    name = workspace.store(b"a submission")
    path = workspace.stored_path(name)
    assert path.read_bytes() == b"a submission"
    written = path.stat().st_mtime_ns, path.stat().st_ino
    assert workspace.store(b"a submission") == name
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == written
    assert workspace.store(b"another") != name


def test_the_offices_own_template_goes_before_ours(workspace: Workspace) -> None:
    """A file in ``templates/`` of the workspace, edited in Excel or Word."""
    assert workspace.template("unit.xlsx") == packaged("unit.xlsx")
    (workspace.root / "templates").mkdir()
    (workspace.root / "templates" / "unit.xlsx").write_bytes(b"own")
    assert workspace.template("unit.xlsx") == b"own"


def test_the_default_schema_is_a_right_one(tmp_path: Path) -> None:
    """It is found in a source checkout as in an installed package."""
    assert Workspace.create(tmp_path, default_schema()).schema.annexes


@pytest.mark.usefixtures("impatient")
def test_a_second_command_is_told_that_the_workspace_is_held(workspace: Workspace) -> None:
    """Another process has its own object for the same folder; when the first is done it may begin."""
    refused = pytest.raises(StateError, match="另一个督查台账程序正在使用")
    with workspace.locked(), refused, Workspace(workspace.root).locked():
        pytest.fail("two commands hold one workspace")
    with Workspace(workspace.root).locked():
        pass


def test_a_lock_that_cannot_be_made_is_no_second_command(workspace: Workspace) -> None:
    """A read-only or broken disk: nobody else is blamed."""
    (workspace.root / ".ducha" / "lock").mkdir()
    with pytest.raises(StateError, match="不能读写（文件打不开）"), workspace.locked():
        pytest.fail("held without a lock")


def test_a_second_command_waits_for_the_first(workspace: Workspace) -> None:
    """Within ten seconds the first is done mostly: then the second goes on without a word."""
    held, steps = threading.Event(), []

    def first() -> None:
        with Workspace(workspace.root).locked():
            held.set()
            steps.append("first")

    other = threading.Thread(target=first)
    other.start()
    held.wait(timeout=60)
    with workspace.locked():
        steps.append("second")
    other.join()
    assert steps == ["first", "second"]


@pytest.mark.usefixtures("impatient")
def test_a_command_that_fails_lets_go(workspace: Workspace) -> None:
    """The journal's file is released too, so that the folder can be moved."""
    journals = []

    def fail() -> None:
        with workspace.locked():
            journals.append(workspace.journal)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with pytest.raises(sqlite3.ProgrammingError):
        journals[0].tasks()
    with workspace.locked():
        assert workspace.journal.tasks() == []

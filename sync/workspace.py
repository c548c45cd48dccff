"""One workspace: a folder per year and office, its files, and the lock that keeps two commands apart."""

import errno
import sqlite3
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path

from ledger.errors import StateError
from ledger.schema import Schema, load_schema
from sync.atomic import write_private, write_whole
from sync.identity import new_key
from sync.journal import Journal
from sync.trouble import in_words

__all__ = ["KEY_COPY", "OWN", "Workspace", "default_schema", "nobody_else", "packaged", "schema_file", "write_key_copy"]

OWN = ".ducha"  # the folder of a workspace that is ours alone
KEY_COPY = "签名密钥备份_请另行保管.txt"
_GLANCE = 1.0  # seconds that a watcher waits for a lock that somebody only tries
_PATIENCE = 10.0  # seconds that a command waits for another one


class Workspace:
    """The files of one office's year. Opening a folder that is not a workspace is a `StateError`.

    ``own`` is our own part of it: ``.ducha``, or while it is being recovered the folder that will take its place.
    """

    def __init__(self, root: Path, own: Path | None = None) -> None:
        self.root = root.resolve()
        self.own = own or self.root / OWN
        if (self.own / "key").is_file():
            return
        if (self.root / "schema.yaml").is_file() and next(self.root.glob("master.xls[xm]"), None):
            raise StateError(f"“{root}”里系统自用的.ducha文件夹不见了或不完整，请执行 ducha recover 恢复。")
        raise StateError(f"“{root}”不是督查台账的工作区，请先执行 ducha init，或用 --workspace 指明工作区文件夹。")

    @classmethod
    def create(cls, root: Path, schema_text: str) -> "Workspace":
        """Make a new workspace; a folder that already is one is left alone with a `StateError`."""
        if (root / OWN).exists():
            raise StateError(f"“{root}”已经是一个工作区，没有改动；要另建请换一个文件夹。")
        load_schema(schema_text)
        own = root / "schema.yaml"
        if own.exists() and schema_text != schema_file(own):
            raise StateError(f"“{own}”已经有了，没有改动；要用它请加上 --schema “{own}”。")
        key = new_key()
        write_whole(root / "schema.yaml", schema_text.encode())
        for folder in ("inbox", "outbox", "returned", "bulletins"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        write_key_copy(root, key)
        # the key comes last: a folder with it is complete
        write_private(root / OWN / "key", key.encode())
        return cls(root)

    @cached_property
    def schema_text(self) -> str:
        """The text of the workspace's schema.yaml."""
        return schema_file(self.root / "schema.yaml")

    @cached_property
    def schema(self) -> Schema:
        """The workspace's schema.yaml, validated."""
        return load_schema(self.schema_text)

    def reread_schema(self) -> None:
        """Go on with schema.yaml as it is now, where somebody has changed it since it was read."""
        if self.schema_text != schema_file(self.root / "schema.yaml"):
            for name in ("schema_text", "schema"):
                self.__dict__.pop(name, None)

    def change_schema(self, text: str) -> None:
        """Replace schema.yaml by a valid ``text`` and go on with it; the old file is kept in the store."""
        path = self.root / "schema.yaml"
        old = path.read_bytes()
        self.store(old)
        write_whole(path, (BOM_UTF8 if old.startswith(BOM_UTF8) else b"") + text.encode())
        self.reread_schema()

    @cached_property
    def key(self) -> str:
        """The signing key."""
        return (self.own / "key").read_text().strip()

    @cached_property
    def journal(self) -> Journal:
        """The journal, opened on first use. `StateError` where there was one and it has gone."""
        path = self.own / "journal.db"
        # an empty one would be taken for a year in which nothing has happened yet
        lived_in = self.own.name == OWN and (self.master.is_file() or (self.own / "store").is_dir())
        if lived_in and (not path.is_file() or not path.stat().st_size):
            raise StateError(f"日志“{path}”不见了或是空的，没有作任何改动，请执行 ducha recover 恢复。")
        return Journal(path)

    @property
    def master(self) -> Path:
        """The office's master workbook: master.xlsm when the office made it one, else master.xlsx.

        `StateError` when both lie there: an edit in the wrong one would be lost.
        """
        macro, plain = self.root / "master.xlsm", self.root / "master.xlsx"
        if macro.exists() and plain.exists():
            told = f"“{self.root}”里既有master.xlsx又有master.xlsm，分不清哪一份是总表"
            raise StateError(f"{told}，请把不用的一份移到别的文件夹后重试。")
        return macro if macro.exists() else plain

    def store(self, data: bytes) -> str:
        """Keep bytes under their sha256 (returned); what is kept already is not written again."""
        name = sha256(data).hexdigest()
        path = self.stored_path(name)
        if not path.exists():
            write_whole(path, data, temporary=self._unstored)
        return name

    def store_file(self, path: Path) -> str:
        """`store` for a file that is too big to hold in memory. `OSError` when it cannot be read, or changes."""
        with path.open("rb") as file:
            name = file_digest(file, "sha256").hexdigest()
            kept = self.stored_path(name)
            if not kept.exists():
                file.seek(0)
                write_whole(kept, iter(partial(file.read, 1 << 20), b""), temporary=self._unstored)
        with kept.open("rb") as copy:
            same = file_digest(copy, "sha256").hexdigest() == name
        if not same:
            kept.unlink()
            raise OSError(errno.EAGAIN, "the file changed while it was copied")
        return name

    @property
    def _unstored(self) -> Path:
        """Where bytes lie until they are whole: one place for all, as a crash may be followed by other bytes."""
        return self.own / "~$写"

    def stored_path(self, name: str) -> Path:
        """Where bytes with this sha256 lie."""
        return self.own / "store" / name[:2] / name

    def discard(self, names: Iterable[str]) -> None:
        """Take bytes out of the store that nothing names any more."""
        for name in set(names) - self.journal.named():
            with suppress(OSError):  # what is too much does no harm
                self.stored_path(name).unlink()

    def template(self, name: str) -> bytes:
        """The office's own ``templates/<name>`` in the workspace if there is one, else the packaged template."""
        own = self.root / "templates" / name
        return own.read_bytes() if own.is_file() else packaged(name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace alone; a second command waits ten seconds and then says so."""
        with _alone(self.own / "lock", _PATIENCE, f"另一个督查台账程序正在使用“{self.root}”，请等它结束后重试。"):
            try:
                yield
            except sqlite3.DatabaseError as error:
                if type(error) is not sqlite3.DatabaseError:  # a full or a locked disk, which others deal with
                    raise
                told = f"日志“{self.own / 'journal.db'}”已损坏，没有做完，请执行 ducha recover 恢复。"
                raise StateError(told) from error
            finally:
                if "journal" in self.__dict__:
                    self.journal.close()
                    del self.__dict__["journal"]

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Be the one that watches the inbox; commands go on meanwhile, a second watcher is told so."""
        told = f"已经有一个督查台账程序在自动汇总“{self.root}”，不必再开一个。"
        with _alone(self._watch_lock, _GLANCE, told):
            yield

    @contextmanager
    def backing_up(self) -> Iterator[None]:
        """Make the only backup of this moment; whoever works in the workspace goes on."""
        with _alone(self.own / "lock-backup", _PATIENCE, "正在做另一份备份，请等它结束后重试。"):
            yield

    @property
    def is_watched(self) -> bool:
        """Whether somebody watches the inbox now."""
        if not self._watch_lock.exists():
            return False
        try:
            with _alone(self._watch_lock, 0, ""):
                return False
        except StateError:
            return True

    @property
    def _watch_lock(self) -> Path:
        return self.own / "lock-watch"


@contextmanager
def nobody_else(root: Path, patience: float) -> Iterator[None]:
    """Hold what is left of a workspace that may not be whole, against commands and against a watcher."""
    own = root / OWN
    told = f"另一个督查台账程序正在使用“{root}”，没有作任何改动，请关闭它后重试。"
    with ExitStack() as held:
        for name in ("lock", "lock-watch"):
            if (own / name).is_file():
                held.enter_context(_alone(own / name, patience, told))
        yield


@contextmanager
def _alone(path: Path, patience: float, told: str) -> Iterator[None]:
    """Hold a lock; who finds it held waits for some seconds and then says so.

    SQLite's own file lock is used: it works alike on Windows and Linux and dies with its process.
    """
    lock = None
    try:
        lock = sqlite3.connect(path, timeout=patience, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if lock:
            lock.close()
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            raise StateError(told) from error
        raise StateError(f"工作区的“{path}”不能读写（{in_words(error)}），没有作任何改动，请处理后重试。") from error
    try:
        yield
    finally:
        lock.close()


def schema_file(path: Path) -> str:
    """The text of a schema file with its line ends; `StateError` when it is not there or not in UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StateError(f"“{path}”不是UTF-8编码，请用记事本另存为UTF-8后重试。") from error
    except OSError as error:
        raise StateError(f"找不到配置文件“{path}”，请核对路径，或从备份恢复。") from error


def write_key_copy(root: Path, key: str) -> None:
    """Write the key as a text that people are to keep elsewhere."""
    told = f"督查台账签名密钥（工作区损坏时用于恢复，请移到安全的地方）：\r\n{key}\r\n"
    write_private(root / KEY_COPY, told.encode())


def packaged(name: str) -> bytes:
    """A file of the resource package ``templates``."""
    return (files("templates") / name).read_bytes()


def default_schema() -> str:
    """The default schema.yaml: inside the installed package, or at the top of a source checkout."""
    inside = files("templates") / "schema.yaml"
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(str(files("templates"))).parent / "schema.yaml").read_text(encoding="utf-8")

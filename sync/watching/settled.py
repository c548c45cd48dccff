"""Which files in the inbox are finished: a file that is still being copied is never judged.

A file is finished when size and time are the same at two looks at least `SETTLED` seconds apart, and a workbook's
archive is whole; what stays broken for `BROKEN` seconds has been sent so and is judged as it is. The second reading
of the bytes is the intake's: it takes them only when their hash is the one that was found here.
"""

import os
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, NamedTuple
from unicodedata import normalize
from zipfile import is_zipfile

__all__ = ["BROKEN", "SETTLED", "Settling", "Stamp", "inbox_name", "is_temporary", "look", "settle", "stamp"]

_DEEPEST = 12  # folders in folders; a link that leads back to itself must end somewhere
SETTLED = 5.0  # seconds between two looks that find the same file
BROKEN = 60.0  # seconds after which an archive that is not whole will not become so
# lock and temporary files of Excel, WPS, LibreOffice, browsers and ourselves; no name with a dot in front is a report
# and what Windows puts into every folder
_TEMPORARY = re.compile(r"(?i)~\$|\.|.*\.(tmp|crdownload|part)$|(thumbs\.db|desktop\.ini)$")
_ZIP, _MOST_BYTES, _MOST_DIRECTORY = b"PK", 256 << 20, 2 << 20
_END_WITHIN = (1 << 16) + 22  # bytes at the end of an archive, among which its directory is told of
_COPYING, _PARTIAL, _EMPTY, _HELD = "还在复制", "内容还不完整", "还没有内容", "正被其他程序使用"


class Stamp(NamedTuple):
    """What shows without reading whether a file has changed."""

    size: int
    mtime_ns: int
    inode: int


def is_temporary(name: str) -> bool:
    """Whether a file of this name is a program's lock or temporary file and never a report."""
    return bool(_TEMPORARY.match(name))


def look(inbox: Path) -> dict[Path, Stamp]:
    """The files in the inbox, its units' folders and the folders in these that may be reports.

    `OSError` when the inbox is not there.
    """
    found: dict[Path, Stamp] = {}
    with os.scandir(inbox) as entries:
        folders = [(entry.path, 1) for entry in entries if _looked_at(entry, found)]
    while folders:
        folder, depth = folders.pop()
        try:
            with os.scandir(folder) as entries:
                inside = [entry.path for entry in entries if _looked_at(entry, found, links=False)]
        except OSError:  # taken away between the two looks
            continue
        folders += [(path, depth + 1) for path in inside if depth < _DEEPEST]
    return found


def stamp(path: Path) -> Stamp | None:
    """The stamp of one file, None when it is not there."""
    try:
        return _stamp(path.stat())
    except OSError:
        return None


def inbox_name(inbox: Path, path: Path) -> str:
    """The name under which the journal knows a file of the inbox."""
    # a share may hold names in another coding than the system's, which no text can hold
    name = path.relative_to(inbox).as_posix().encode(errors="replace").decode()
    return normalize("NFC", name)


class Settling:
    """Remembers since when each file has been as it is. ``why`` tells of those that are not finished."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[Path, tuple[Stamp, float]] = {}
        self.why: dict[Path, str] = {}

    def due(self, seen: dict[Path, Stamp]) -> list[Path]:
        """Look at the files that are not taken yet; those that have not changed for long enough."""
        now = self._clock()
        for path in [path for path in self._since if path not in seen]:
            self.forget(path)
        due = []
        for path, found in seen.items():
            known, since = self._since.get(path, (None, now))
            if known != found:
                self._since[path] = found, now
                self.why[path] = _COPYING
            elif now - since >= SETTLED:
                due.append(path)
        return due

    def began(self, path: Path, found: Stamp, age: float) -> None:
        """Start with a file that is known to have been as it is for ``age`` seconds."""
        self._since[path] = found, self._clock() - age
        self.why[path] = _COPYING

    def age(self, path: Path) -> float:
        """For how long the file has been as it is."""
        return self._clock() - self._since[path][1]

    def forget(self, path: Path) -> None:
        """The file is taken, or gone."""
        self._since.pop(path, None)
        self.why.pop(path, None)

    def finished(self, path: Path, known: Callable[[Path, str], bool] = lambda *_: False) -> str | None:
        """The sha256 of a file that is due, when it is whole or has been broken for long; else None, see ``why``.

        Bytes that are ``known`` are not looked through again.
        """
        try:
            with path.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
                self.why[path] = "" if known(path, digest) else _lacking(file)
        except OSError:
            self.why[path] = _HELD
            return None
        return None if self.why[path] and self.age(path) < BROKEN else digest


def settle(
    inbox: Path,
    known: Container[tuple[str, str]],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = time.sleep,
    wall: Callable[[], float] = time.time,
) -> tuple[dict[Path, str], dict[Path, str]]:
    """For one pass: the finished files with their hash, and the others with the reason why they wait.

    Old files and whole workbooks are taken at once; for what was touched just now one waits a few seconds, unless
    there is no ``sleep``. Files that are in ``known`` by name and hash are left out.
    """
    settling, ready, files = Settling(clock), dict[Path, str](), look(inbox)

    def is_known(path: Path, digest: str) -> bool:
        return (inbox_name(inbox, path), digest) in known

    def take(path: Path) -> bool:
        digest = settling.finished(path, is_known)
        if digest is None or (settling.age(path) < SETTLED and not (is_known(path, digest) or is_zipfile(path))):
            return False
        ready[path] = digest
        return True

    for path, found in files.items():
        settling.began(path, found, age=_age(path, wall()))
    wait = max((SETTLED - settling.age(path) for path in files if not take(path)), default=0)
    if sleep and wait > 0:
        sleep(wait + 0.05)  # clocks round
        for path in settling.due({path: found for path, found in look(inbox).items() if path not in ready}):
            take(path)
    waits = {path: why or _COPYING for path, why in settling.why.items() if path not in ready}
    return {path: digest for path, digest in ready.items() if not is_known(path, digest)}, waits


def _age(path: Path, now: float) -> float:
    """For how long nobody has touched the file, by its times; a clock that is ahead counts as much as one behind."""
    try:
        found = path.stat()
    except OSError:
        return 0
    # copying keeps the time of the original: then the other time says when the copy was made
    return min(abs(now - found.st_mtime), abs(now - found.st_ctime))


def _looked_at(entry: os.DirEntry[str], found: dict[Path, Stamp], *, links: bool = True) -> bool:
    """Note a file that may be a report; True for a folder, with ``links`` also for a link to one."""
    try:
        if entry.is_dir(follow_symlinks=links):
            return not entry.name.startswith(".")
        if not is_temporary(entry.name) and entry.is_file():
            found[_path(entry.path)] = _stamp(entry.stat())
    except OSError:  # gone, or not ours to see
        pass
    return False


@lru_cache(maxsize=1 << 16)
def _path(name: str) -> Path:
    """Making a path takes longer than looking at its file, and the scans see the same ones again and again."""
    return Path(name)


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def _lacking(file: BinaryIO) -> str:
    """What a file lacks to be a finished one, as far as that shows; empty when nothing does."""
    file.seek(0)
    head = file.read(1 << 16)
    if not head.strip(b"\0"):  # room was made for it, the bytes are still to come
        return _EMPTY
    return _PARTIAL if head.startswith(_ZIP) and not _is_whole(file) else ""


def _is_whole(file: BinaryIO) -> bool:
    """Whether the archive has its directory at the end and every member its right bytes.

    One that is too big to look through is whole as far as this goes; the reader refuses it.
    """
    try:
        if _directory_size(file) > _MOST_DIRECTORY:  # zipfile makes an object of each of its lines
            return True
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > _MOST_BYTES:
                return True
            for part in _readable(parts):
                with archive.open(part) as unpacked:
                    while unpacked.read(1 << 20):
                        pass
    except NotImplementedError:  # a newer kind of archive than Python knows
        return True
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError):
        return False
    return True


def _readable(parts: list[zipfile.ZipInfo]) -> Iterator[zipfile.ZipInfo]:
    """The members that can be looked through: without a password, and packed as office programs do it.

    Other ways of packing may ask for gigabytes of memory; the reader refuses them.
    """
    usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return (part for part in parts if not part.flag_bits & 1 and part.compress_type in usual)


def _directory_size(file: BinaryIO) -> int:
    """How long the archive says that its directory is, in bytes; 0 where it does not say so."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - _END_WITHIN))
    _, found, told = file.read().rpartition(b"PK\x05\x06")
    return int.from_bytes(told[8:12], "little") if found and len(told) >= 12 else 0

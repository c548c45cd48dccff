"""Writing whole files or nothing: every file that Ducha writes goes through here."""

import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ledger.errors import StateError
from sync.exchange import swap
from sync.trouble import in_words

__all__ = [
    "OpenElsewhereError",
    "forget_displaced",
    "legal_name",
    "put_back_displaced",
    "swap_whole",
    "write_private",
    "write_whole",
]

# and the marks that turn the direction of writing, behind which an ending can hide
_ILLEGAL = re.compile(r'[<>:"/\\|?*\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_PATIENCE = 2.5  # seconds; Windows refuses to replace a file that anybody has open, mostly for a moment


class OpenElsewhereError(StateError):
    """Somebody has the file open in another program, so that it cannot be replaced now."""


def write_whole(path: Path, data: bytes | Iterable[bytes], mode: int = 0o666, temporary: Path | None = None) -> None:
    """Replace ``path`` by ``data`` so that a reader, or a power cut, sees the old bytes or the new ones.

    A ``temporary`` file, by default beside it, is written, flushed to the disk, and renamed over it. A full or
    read-only disk, or a target that somebody keeps open, is a `StateError`; the old file is then as it was. Data that
    is too big to hold in memory comes in pieces.
    """
    temporary = temporary or _temporary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(temporary, data, mode)
        _patiently(lambda: temporary.replace(path))
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise _told(path, error) from error
    # the new file stands whatever this says: some network disks cannot flush a folder
    with suppress(OSError):
        _flush_folder(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """`write_whole` for a secret: nobody else on this computer may read the file, not for a moment either."""
    write_whole(path, data, mode=0o600)


def swap_whole(path: Path, data: bytes, expected: bytes, keep: Callable[[bytes], object]) -> bool:
    """Replace ``path`` by ``data``, provided that it holds ``expected``.

    What somebody saved there since it was read is given to ``keep`` and stands again; then the answer is False. An
    `OpenElsewhereError` when somebody keeps the file open, a `StateError` when the disk fails: the old file stands.
    The displaced bytes lie beside it until `forget_displaced`: with them the swap can still be undone.
    """
    temporary, raw = _aside(path, data), _temporary(path)
    try:
        _write(raw, data)
        # under the name that bears its hash lie these whole bytes or the displaced ones: see put_back_displaced
        raw.replace(temporary)
        _swap(temporary, path)
    except OSError as error:
        for made in (raw, temporary):
            with suppress(OSError):
                made.unlink()
        raise _told(path, error) from error
    try:
        as_read = temporary.read_bytes() == expected
        if not as_read:
            _put_back(temporary, path, data, keep)
            temporary.unlink()
    except OSError as error:
        raise _told(path, error) from error
    with suppress(OSError):
        _flush_folder(path.parent)
    return as_read


def forget_displaced(path: Path) -> None:
    """What was swapped stays: the bytes that it displaced are not needed any more."""
    for aside in _asides(path):
        with suppress(OSError):  # `put_back_displaced` finds it
            aside.unlink()


def put_back_displaced(path: Path, keep: Callable[[bytes], object], settled: str = "") -> None:
    """Clear up after a `swap_whole` whose caller was killed: displaced bytes are kept, and stand again where ours do.

    What has the sha256 ``settled`` stays, and so does whatever somebody has saved since then.
    """
    try:
        for aside in _asides(path):
            _clear_up(aside, path, keep, settled)
    except OSError as error:
        raise _told(path, error) from error


def _clear_up(aside: Path, path: Path, keep: Callable[[bytes], object], settled: str) -> None:
    ours, data = aside.name.split("_")[1], aside.read_bytes()
    if not _digest(data).startswith(ours):
        keep(data)
        if not path.exists():
            aside.replace(path)
            return
        standing = path.read_bytes()
        if _digest(standing).startswith(ours) and not settled.startswith(ours):
            _put_back(aside, path, standing, keep)
    aside.unlink()


def _temporary(path: Path) -> Path:
    """Where a file is written before it has its name: always the same place, so that nothing is left of a crash.

    In front stands what spreadsheet programs and our own watcher know as temporary; a name on Linux has 255 bytes, of
    which the real one may need all.
    """
    return path.with_name(f"~$写_{path.name[:40]}")


def _aside(path: Path, data: bytes) -> Path:
    return path.with_name(f"~$换_{_digest(data)[:16]}_{path.name}")


def _asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"~$换_*_{path.name}*"))


def _put_back(displaced: Path, path: Path, standing: bytes, keep: Callable[[bytes], object]) -> None:
    """Exchange until what comes out is what we had put in: so that the newest save of others stands."""
    while True:
        data = displaced.read_bytes()
        keep(data)
        _swap(displaced, path)
        if displaced.read_bytes() == standing:
            return
        standing = data


class _InUseError(PermissionError):
    """The target was open all the time."""


def _swap(new: Path, path: Path) -> None:
    try:
        _patiently(lambda: swap(new, path))
    except PermissionError as error:
        raise _InUseError(*error.args) from error


def _told(path: Path, error: OSError) -> StateError:
    if isinstance(error, _InUseError):
        return OpenElsewhereError(f"“{path}”正被其他程序打开（或没有权限），没有写入，请关闭后重试。")
    return StateError(f"“{path}”写不进去（{in_words(error)}），原文件没有改动，请处理后重试。")


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _write(path: Path, data: bytes | Iterable[bytes], mode: int = 0o666) -> None:
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


def legal_name(name: str) -> str:
    """A file or folder name for ``name`` that Windows accepts: NFC, no forbidden characters, no trailing dot."""
    safe = _ILLEGAL.sub("_", unicodedata.normalize("NFC", name)).strip(" .")[:80].strip(" .")
    return f"_{safe}" if not safe or _RESERVED.fullmatch(safe) else safe


def _patiently(act: Callable[[], object]) -> None:
    """Do it; while Windows refuses because somebody has the file open, again and again for a moment."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            act()
            return
        except PermissionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _flush_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

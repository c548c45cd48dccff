"""Writing whole files or nothing: every file that Ducha writes goes through here."""

import os
import re
import time
import unicodedata
from contextlib import suppress
from pathlib import Path

from ledger.errors import StateError

__all__ = ["legal_name", "write_whole"]

_ILLEGAL = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_PATIENCE = 2.5  # seconds; Windows refuses to replace a file that anybody has open, mostly for a moment


def write_whole(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` so that a reader, or a power cut, sees the old bytes or the new ones.

    A temporary file beside it is written, flushed to the disk, and renamed over it. A full or read-only disk, or
    a target that somebody keeps open, is a `StateError`; the old file is then as it was.
    """
    # in front of the name stands what spreadsheet programs and our own watcher know as temporary; a name on Linux
    # has 255 bytes, of which the real one may need all
    temporary = path.with_name(f"~${os.getpid()}_{path.name[:40]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise StateError(f"“{path}”写不进去（{_reason(error)}），原文件没有改动，请处理后重试。") from error
    # the new file stands whatever this says: some network disks cannot flush a folder
    with suppress(OSError):
        _flush_folder(path.parent)


def legal_name(name: str) -> str:
    """A file or folder name for ``name`` that Windows accepts: NFC, no forbidden characters, no trailing dot."""
    safe = _ILLEGAL.sub("_", unicodedata.normalize("NFC", name)).strip(" .")[:80].strip(" .")
    return f"_{safe}" if not safe or _RESERVED.fullmatch(safe) else safe


def _replace(temporary: Path, path: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            temporary.replace(path)
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


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有权限，或正被其他程序打开"
    return {28: "磁盘已满", 30: "磁盘是只读的"}.get(error.errno or 0, f"系统错误{error.errno}")

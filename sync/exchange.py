"""Putting a file in another's place so that the displaced bytes survive, and who has a workbook open.

What Windows and Linux each do for it stands here and nowhere else; the callers say what they want.
"""

import ctypes
import errno
import os
import shutil
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["LOCK_FILES", "holder", "is_private", "make_private", "swap"]

_ASIDE = "_旧"  # ends the name of a displaced file until it has the name of the file that displaced it
LOCK_FILES = (".~lock.{}#", "~${}")  # LibreOffice's, Excel's and WPS's beside the workbook

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_IN_USE = {5, 32, 33, 1175}  # access denied, sharing and lock violation, the replaced file cannot be removed
_GENERIC_READ, _OPEN_EXISTING = 0x80000000, 3
_NO_HANDLE = ctypes.c_void_p(-1).value
_PROCESSES = Path("/proc")
_SOMEBODY = "其他程序"


def swap(new: Path, path: Path) -> None:
    """Put ``new`` in the place of the file ``path``; the displaced bytes then lie under ``new``'s name.

    `PermissionError` when somebody has ``path`` open and the system therefore refuses; then nothing is changed.
    """
    aside = new.with_name(f"{new.name}{_ASIDE}")
    if _on_windows():
        _replace_file(new, path, aside)
    elif _exchange(new, path):
        return
    else:
        _link_and_replace(new, path, aside)
    aside.replace(new)


def holder(path: Path) -> str:
    """Who has a workbook open in a spreadsheet program, as far as that can be told; empty when nobody has.

    Windows itself knows. Elsewhere the programs' lock files say so, unless LibreOffice on this very computer left
    one behind: then it is not running any more.
    """
    if _on_windows() and _is_free(path):
        return ""
    writer, excel = (path.with_name(name.format(path.name)) for name in LOCK_FILES)
    with suppress(OSError):
        user, host = _written_by(writer.read_text(encoding="utf-8", errors="replace"))
        if host != socket.gethostname() or _runs("soffice"):
            return "、".join(filter(None, (user, host))) or _SOMEBODY
    with suppress(OSError):
        return _typed_by(excel.read_bytes()) or _SOMEBODY
    return _SOMEBODY if _on_windows() else ""


def is_private(path: Path) -> bool:
    """Whether nobody but the file's owner may read it; on Windows the folder's rights decide, which people set."""
    return _on_windows() or not path.stat().st_mode & 0o077


def make_private(path: Path) -> None:
    """Let nobody but the owner read a file or folder, where the system knows such rights."""
    if not _on_windows():
        path.chmod(0o700 if path.is_dir() else 0o600)


def _on_windows() -> bool:
    return sys.platform == "win32"


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two files in one step; False where system or disk cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _link_and_replace(new: Path, path: Path, aside: Path) -> None:
    """The second best: a second name for the old file, then the new one over its first name."""
    aside.unlink(missing_ok=True)
    try:
        aside.hardlink_to(path)
    except OSError:  # a disk without second names
        shutil.copy2(path, aside)
    new.replace(path)


def _replace_file(new: Path, path: Path, aside: Path) -> None:
    if _kernel().ReplaceFileW(str(path), str(new), str(aside), 0, None, None):
        return
    number = _last_error()
    if not path.exists() and aside.exists():  # the old one was moved aside and the new one could not follow
        aside.replace(path)
    if number in _IN_USE:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    raise OSError(errno.EIO, f"Windows {number}", str(path))


def _is_free(path: Path) -> bool:
    """Whether nobody has the file open: Windows lets it be opened for us alone."""
    kernel = _kernel()
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(str(path), _GENERIC_READ, 0, None, _OPEN_EXISTING, 0, None)
    if handle == _NO_HANDLE:
        return _last_error() not in _IN_USE
    kernel.CloseHandle(ctypes.c_void_p(handle))
    return True


def _kernel() -> Any:
    return ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]


def _last_error() -> int:
    return int(ctypes.get_last_error())  # type: ignore[attr-defined]


def _written_by(lock: str) -> tuple[str, str]:
    """User and computer in LibreOffice's lock file: full name, login, computer, time, profile."""
    name, login, host, *_ = [*(part.strip() for part in lock.split(",")), "", "", ""]
    return name or login, host


def _typed_by(lock: bytes) -> str:
    """The user in Excel's lock file, which has the name twice: in the system's characters, then in UTF-16."""
    length = lock[55] if len(lock) > 55 else 0
    return lock[57 : 57 + 2 * length].decode("utf-16-le", errors="replace").strip()


def _runs(program: str) -> bool:
    """Whether a program may be running on this computer; where one cannot see the processes it may."""
    try:
        processes = [entry for entry in _PROCESSES.iterdir() if entry.name.isdecimal()]
    except OSError:
        return True
    names = []
    for process in processes:
        with suppress(OSError):  # it has just ended
            names.append((process / "comm").read_text())
    return not names or any(program in name for name in names)

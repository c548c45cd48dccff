"""What disks, shares and the journal's database report when they fail, in words for people."""

import errno
import sqlite3

__all__ = ["in_words"]

_FULL, _READ_ONLY, _DENIED = "磁盘已满", "磁盘是只读的", "没有权限，或正被其他程序打开"
_NUMBERS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "文件太大，超过了系统的限额",
    errno.EROFS: _READ_ONLY,
    errno.EIO: "磁盘或网络读写出错",
    errno.ENOENT: "找不到文件或文件夹",
}
_DATABASE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: "磁盘或网络读写出错",
    sqlite3.SQLITE_CANTOPEN: "文件打不开",
    sqlite3.SQLITE_BUSY: "正被其他程序使用",
}


def in_words(error: OSError | sqlite3.Error) -> str:
    """Why something could not be read or written; what has no words goes by the system's number."""
    if isinstance(error, PermissionError):
        return _DENIED
    if isinstance(error, OSError):
        return _NUMBERS.get(error.errno or 0, f"系统错误{error.errno}")
    code = getattr(error, "sqlite_errorcode", 0)
    return _DATABASE.get(code & 0xFF, f"数据库错误{code}")  # the low byte is the kind

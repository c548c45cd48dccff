"""The log of a program that nobody looks at: one JSON object a line, UTF-8, in files that do not grow for ever."""

import json
import logging
import sys
import traceback
from contextlib import suppress
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ledger.errors import StateError

__all__ = ["LOG", "Diary"]

LOG = Path(".ducha") / "log" / "sync.log"  # in a workspace

_BYTES, _FILES = 2 << 20, 5
_WORDS = {logging.INFO: "说明", logging.WARNING: "提醒", logging.ERROR: "错误", logging.CRITICAL: "程序出错"}


class Diary:
    """Writes what happened into ``.ducha/log/sync.log`` of a workspace. `StateError` when that is not possible."""

    def __init__(self, root: Path) -> None:
        self.path = root / LOG
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._handler = _Patient(self.path, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8")
        except OSError as error:
            raise StateError(f"日志“{self.path}”写不进去（{error.strerror}），请检查磁盘和权限后重试。") from error
        self._handler.setFormatter(_Line())

    def note(self, message: str, **more: object) -> None:
        """Something happened."""
        self._write(logging.INFO, message, more)

    def warn(self, message: str, **more: object) -> None:
        """Something waits, and will be tried again."""
        self._write(logging.WARNING, message, more)

    def fail(self, message: str, error: BaseException) -> None:
        """The program is at fault."""
        self._write(logging.CRITICAL, message, {"trace": "".join(traceback.format_exception(error))})

    def close(self) -> None:
        """Release the file."""
        self._handler.close()

    def _write(self, level: int, message: str, more: dict[str, object]) -> None:
        record = logging.LogRecord("ducha", level, "", 0, message, (), None)
        record.__dict__["more"] = more
        self._handler.handle(record)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")
        said = {"time": when, "level": _WORDS[record.levelno], "message": record.getMessage()}
        return json.dumps({**said, **record.__dict__["more"]}, ensure_ascii=False, default=str)


class _Patient(RotatingFileHandler):
    def doRollover(self) -> None:  # noqa: N802 - the library's name
        """Begin a new file; while somebody has an old one open in Windows, go on with this one."""
        with suppress(PermissionError):
            super().doRollover()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the library's names
        """A log that cannot be written is no reason to stop."""
        print(f"提醒：日志“{self.baseFilename}”写不进去：{sys.exc_info()[1]}", file=sys.stderr)

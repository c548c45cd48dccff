"""One press of a button: the workbook in Excel, what is said at the end, and Excel left as it was whatever happens."""

import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import Self

import xlwings as xw

from addin.arguments import Cells
from addin.place import is_workspace
from ledger.errors import DuchaError, StateError
from sync.atomic import write_whole
from sync.master import Master
from sync.scratch import scratch
from sync.workspace import Workspace

__all__ = ["TITLE", "Desk", "as_text", "read"]

TITLE = "督查台账"
_LONGEST = 900  # characters: Excel cuts what a message box says after 1,024


class Desk:
    """``with Desk("正在……") as desk``: the calling workbook in ``desk.book``; every error ends as one sentence.

    While it lasts the screen stands still and the status bar says what is being done; calculation is not touched.
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._said = ""
        self._kept = ExitStack()

    def __enter__(self) -> Self:
        self.book = xw.Book.caller()
        self.app = self.book.app
        self._kept.enter_context(self.app.properties(status_bar=self._doing))
        self._kept.enter_context(self.app.properties(screen_updating=False))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        self._kept.close()  # first: a message box over a frozen screen looks like a crash
        if isinstance(error, DuchaError):
            self._alert(str(error), "critical")
        elif isinstance(error, Exception):
            self._alert(_told(error), "critical")
        elif error is None and self._said:
            self._alert(self._said, "info")
        return isinstance(error, Exception)

    def progress(self, done: int, total: int) -> None:
        """How far it is, in the status bar."""
        self.app.status_bar = f"{self._doing}（{done}/{total}）"

    def say(self, text: str) -> None:
        """What to tell when everything is done."""
        self._said = text

    def workspace(self) -> Workspace:
        """The workspace whose master is open; `StateError` for any other workbook."""
        path = Path(self.book.fullname)
        if not path.is_absolute():
            raise StateError(f"“{path.name}”还没有存盘，不知道属于哪个工作区，请打开工作区里的总表后再点。")
        if not is_workspace(path.parent):
            raise StateError(f"“{path.name}”不在督查台账的工作区里，请打开工作区里的总表后再点。")
        workspace = Workspace(path.parent)
        if path.name.casefold() != workspace.master.name.casefold():
            raise StateError(f"“{path.name}”不是总表，请打开“{workspace.master.name}”后再点。")
        return workspace

    @contextmanager
    def alone(self) -> Iterator[Workspace]:
        """The same, locked: no other program of ours works in it meanwhile."""
        workspace = self.workspace()
        with workspace.locked():
            yield workspace

    def master(self, workspace: Workspace) -> Master:
        """The master as it stands in Excel, edits that nobody has saved included; nothing is written to it."""
        with scratch() as folder:
            copy = folder / f"copy{workspace.master.suffix}"
            self.book.api.SaveCopyAs(str(copy))
            master = Master(copy.read_bytes(), workspace.schema)
        title, year = master.named("dc_title"), workspace.schema.year
        if title[:4].isdecimal() and int(title[:4]) != year:
            told = f"打开的总表是{title[:4]}年的，而这个工作区是{year}年的"
            raise StateError(f"{told}，没有作任何改动，请打开本年度的总表后再点。")
        return master

    def show_table(self, title: str, rows: list[list[object]]) -> None:
        """Show rows in a new workbook that nobody need save."""
        sheet = self.app.books.add().sheets[0]
        sheet.range("A1").value = title
        sheet.range("A3").value = [
            [as_text(value) if isinstance(value, str) else value for value in row] for row in rows
        ]

    def _alert(self, text: str, mode: str) -> None:
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
        self.app.alert(shown, title=TITLE, mode=mode)


def read(sheet: xw.Sheet) -> Cells:
    """Everything on a sheet, its first row the sheet's first row, by one call."""
    used = sheet.used_range
    area = sheet.range((1, 1), (used.row + used.shape[0] - 1, used.column + used.shape[1] - 1))
    found: Cells = area.options(Cells).value
    return found


def as_text(text: str, number_format: str = "General") -> str | None:
    """What makes a cell of this format hold just ``text``: Excel would make formulas, dates and numbers of some."""
    if not text:
        return None
    return text if number_format == "@" else f"'{text}"


def _told(error: Exception) -> str:
    """A fault that nobody foresaw, in one sentence; the details are for those who look after the program."""
    if type(error).__name__ == "com_error":
        return "Excel没有照做（可能有格子正在编辑、工作表受保护，或者有对话框开着），没有做完，请处理后重试。"
    path = Path(gettempdir()) / "ducha-加载项错误.txt"
    write_whole(path, "".join(traceback.format_exception(error)).encode())
    return f"程序出错了（{type(error).__name__}），没有做完，请把“{path}”发给维护人员。"

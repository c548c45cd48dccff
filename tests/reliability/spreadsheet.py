"""A spreadsheet program that has the master open: as much of one as writing through the open workbook needs."""

from collections.abc import Sequence
from pathlib import Path

from ledger.cell import cell_text
from sync.master import Master
from sync.rehearsal import rehearse
from sync.through import MARK, Target, note_through, targets
from sync.workspace import Workspace
from xlsx import Book, column_letter

__all__ = ["OpenMaster"]


class OpenMaster:
    """The master in Excel from now on until it is closed: nobody else can write the file meanwhile."""

    def __init__(self, place: Workspace) -> None:
        self._path, self._schema = place.master, place.schema
        self.data = self._path.read_bytes()
        self._lock.write_bytes(b"\x04WANG".ljust(55) + b"\x04\x00" + "WANG".encode("utf-16-le"))

    @property
    def _lock(self) -> Path:
        return self._path.with_name(f"~${self._path.name}")

    def type(self, task: str, key: str, text: str) -> None:
        """Somebody types a text into a task's cell."""
        table, row = Master(self.data, self._schema).rows[task]
        self._put([(table.sheet, f"{column_letter(table.columns[key])}{row.number}", text)])

    def choose(self, number: int, word: str) -> None:
        """Somebody decides a conflict in sheet 冲突."""
        table = Master(self.data, self._schema).lists["conflicts"]
        (row,) = (row.number for row in table.rows if cell_text(row.values["id"]) == str(number))
        self._put([(table.sheet, f"{column_letter(table.columns['adopt'])}{row}", word)])

    def text(self, task: str, key: str) -> str:
        """What a task's cell shows."""
        return Master(self.data, self._schema).text(task, key)

    def write_through(self, place: Workspace, *, dies: str = "") -> list[Target]:
        """Press the ribbon's 更新进展; ``dies`` says after which step the program ends: noted, begun or written."""
        period, master = place.journal.open_period(), Master(self.data, self._schema)
        assert period
        changes = rehearse(place, master=self.data).passed.published.changes
        found = list(targets(place.journal, period, master, changes))
        if not found:
            return []
        mark = note_through(place.journal, period, master, {one.cell: one.new for one in found})
        written = {"noted": [], "begun": found[:1]}.get(dies, found)
        self._put([(one.sheet, f"{column_letter(one.column)}{one.row}", one.new) for one in written])
        if not dies:
            self._mark(mark)
        return written

    def save(self) -> None:
        """The file shows what is on the screen."""
        self._path.write_bytes(self.data)

    def close(self) -> None:
        """What was not saved is gone."""
        self._lock.unlink()

    def _put(self, cells: Sequence[tuple[str, str, str]]) -> None:
        book = Book(self.data)
        for sheet, ref, text in cells:
            book.put(sheet, ref, text or None)
        self.data = book.save()

    def _mark(self, mark: str) -> None:
        book = Book(self.data)
        book.define(MARK, f'"{mark}"')
        self.data = book.save()

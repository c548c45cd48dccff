"""Mending a master where it stands: hidden keys and ids, rows of tasks and indicators, formulas of 看板."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ledger.cell import cell_text
from ledger.task import Task, folded
from sync.layout import new_master
from sync.lists.writing import add_rows
from sync.master import DRAFT, Master
from sync.recovery.carrying import as_values
from sync.recovery.proof import board_formulas
from sync.table import Cells, find_tables, sheet_cells
from sync.workspace import Workspace
from xlsx import Book, Formula, Value, column_letter

__all__ = ["Mending"]


class _Keys(NamedTuple):
    """Where a table's keys stood when they were last there: the sheet, the row, key and header by column."""

    sheet: str
    row: int
    titles: dict[str, str]


class Mending:
    """The mending of one master; ``kept`` gives the masters of former times, newest first, with their numbers."""

    def __init__(self, workspace: Workspace, master: Master, kept: Callable[[], Iterator[tuple[int, Master]]]) -> None:
        self._workspace, self._schema = workspace, workspace.schema
        self._data, self._kept = master.data, kept
        self.told: list[str] = []

    def run(self) -> bytes:
        """The mended bytes, the same as before where nothing was to be done."""
        for step in (self._keys, self._ids, self._rows, self._indicators, self._formulas):
            master = Master(self._data, self._schema)
            book = Book(self._data)
            step(master, book)
            self._data = book.save()
        return self._data

    def with_key_rows(self) -> bytes:
        """The master with a row of keys inserted above headers that have lost theirs; such a row would show, so this
        is for reading only."""
        book = Book(self._data)
        sheets = sheet_cells(self._data)
        there = {table.sheet for table in find_tables(sheets)}
        for keys in self._known_keys():
            cells = sheets.get(keys.sheet, [])
            if keys.sheet in there or len(cells) < keys.row:
                continue
            headers = {folded(cell_text(value)): place for place, value in enumerate(cells[keys.row - 1], 1)}
            places = {headers[title]: key for key, title in keys.titles.items() if title in headers}
            if len(places) > len(keys.titles) / 2:
                book.append(keys.sheet, keys.row - 1, [places])
        return book.save()

    def _keys(self, master: Master, book: Book) -> None:
        """Hidden keys that were emptied come back above the headers under which they stood."""
        sheets = sheet_cells(master.data)
        there = {table.sheet: table for table in find_tables(sheets)}
        for keys in self._known_keys():
            cells = sheets.get(keys.sheet)
            if cells is None or len(cells) <= keys.row:
                continue
            table = there.get(keys.sheet)
            known = set(table.columns) if table else set()
            missing = {key: title for key, title in keys.titles.items() if key.partition(":")[0] not in known}
            headers = {folded(cell_text(value)): place for place, value in enumerate(cells[keys.row], 1)}
            places = {key: headers[title] for key, title in missing.items() if title in headers}
            above = cells[keys.row - 1]
            free = {
                key: place for key, place in places.items() if len(above) < place or not cell_text(above[place - 1])
            }
            for key, place in free.items():
                book.put(keys.sheet, f"{column_letter(place)}{keys.row}", key)
            if free:
                self.told.append(f"“{keys.sheet}”隐藏的标识行补回{len(free)}栏。")

    def _known_keys(self) -> Iterator[_Keys]:
        """From the newest kept master that has all its tables, or from an empty one as it is made today."""
        wanted = len(self._schema.annexes)
        newest = (master.data for _, master in self._kept() if len(master.annexes) == wanted)
        data = next(newest, None) or new_master(self._schema, self._workspace.template("master.xlsx"))
        sheets = sheet_cells(data)
        for table in find_tables(sheets):
            cells: Cells = sheets[table.sheet]
            keys, headers = cells[table.key_row - 1], cells[table.key_row]
            pairs = zip(map(cell_text, keys), map(cell_text, headers), strict=False)
            yield _Keys(table.sheet, table.key_row, {key: folded(title) for key, title in pairs if key and title})

    def _ids(self, master: Master, book: Book) -> None:
        """A row whose id is gone, and whose text is that of one task without a row, is that task's."""
        lost: dict[str, list[str]] = {}
        for task in self._lost(master):
            for text in {folded(task.text), folded(self._seen_text(task))}:
                lost.setdefault(text, []).append(task.id)
        count = 0
        for table, row in [*master.typed, *master.drafts.values()]:
            text = folded(cell_text(row.values.get("text")))
            mark = cell_text(row.values.get("id"))
            if (not mark or mark.startswith(DRAFT)) and len(names := lost.pop(text, [])) == 1:
                book.put_row(table.sheet, row.number, {table.columns["id"]: names[0]})
                count += 1
        if count:
            self.told.append(f"补回{count}行任务的隐藏编号。")

    def _lost(self, master: Master) -> list[Task]:
        """Tasks that have no row and should have one."""
        return [
            task
            for task in self._workspace.journal.tasks()
            if task.id not in master.rows and task.id not in master.copied and task.annex in master.annexes
            if not task.ended
        ]

    def _seen_text(self, task: Task) -> str:
        found = next((master for _, master in self._kept() if task.id in master.rows), None)
        return found.text(task.id, "text") if found else task.text

    def _rows(self, master: Master, book: Book) -> None:
        """A task's row comes back behind the task before it, with everything that stood in it last."""
        lost = self._lost(master)
        order = {task.id: place for place, task in enumerate(self._workspace.journal.tasks())}
        waiting: dict[tuple[int, int], list[dict[int, Value]]] = {}  # by annex and the row above
        for task in lost:
            table = master.annexes[task.annex]
            seen = next((old for _, old in self._kept() if task.id in old.rows), None)
            if not seen:
                self._workspace.journal.forget_row(task.id)  # the next publication gives it a new one
                continue
            values = as_values(seen.rows[task.id][1])
            there = [(order.get(name, 0), row.number) for name, (place, row) in master.rows.items() if place is table]
            earlier = [one for one in there if one[0] < order[task.id]]
            above = max(earlier) if earlier else min(there, default=(0, 0))
            cells = {table.columns[key]: value for key, value in values.items() if key in table.columns}
            waiting.setdefault((task.annex, above[1]), []).append(cells)
        for (annex, last), rows in sorted(waiting.items(), reverse=True):  # the rows above keep their numbers
            add_rows(book, master.annexes[annex], rows, after=last)
        if lost:
            self.told.append(f"补回{len(lost)}行任务：{'、'.join(task.exact for task in lost)}。")

    def _indicators(self, master: Master, book: Book) -> None:
        """Rows of indicators that are still in force."""
        table = master.lists.get("indicators")
        if not table:
            return
        there = {cell_text(row.values["id"]) for row in table.rows}
        ended = {item.indicator for item in self._workspace.journal.revisions.all() if item.what == "cancel"}
        live = {task.id for task in self._workspace.journal.tasks() if not task.ended}
        stored = self._workspace.journal.revisions.indicators().values()
        lost = [one for one in stored if one.id not in there and one.task in live and one.id not in ended]
        rows = []
        for one in lost:
            for _, old in self._kept():
                known = old.lists.get("indicators")
                row = (
                    next((row for row in known.rows if cell_text(row.values["id"]) == one.id), None) if known else None
                )
                if row:
                    values = as_values(row)
                    rows.append({table.columns[key]: value for key, value in values.items() if key in table.columns})
                    break
        if rows:
            add_rows(book, table, rows)
            self.told.append(f"“指标”补回{len(rows)}行。")

    def _formulas(self, master: Master, book: Book) -> None:
        gone = board_formulas(self._workspace, master)
        for cell, text in gone.items():
            book.put(master.lists["board"].sheet, cell, Formula(text))
        if gone:
            self.told.append(f"“看板”补回{len(gone)}个公式：{'、'.join(gone)}。")

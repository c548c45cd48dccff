"""The master workbook: making it from the template, and reading what stands in it.

Rows are found by hidden id, columns by hidden key, sheets by the keys they hold: people may sort, filter, rename
and reorder everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import Finding, finding
from ledger.period import Period
from ledger.roster import Roster, Unit
from ledger.schema import Annex, Schema
from ledger.task import Task, folded
from sync.table import Cells, Row, Table, find_tables, sheet_cells
from xlsx import Book, BookError, Column, column_letter, split_ref

__all__ = ["KINDS", "UNNAMED", "Master", "annex_keys", "fixed_values", "new_master"]

UNNAMED = "待指定"
KINDS: Mapping[str, Literal["unit", "collective", "role", "person"]] = {
    "单位": "unit",
    "统称": "collective",
    "角色": "role",
    "个人": "person",
}
_KEY_ROW = 3
_BOARD = "看板"
_TYPES = {"text": "unit_text"}


def annex_keys(schema: Schema, annex: Annex) -> list[str]:
    """Column keys of an annex's sheet after the hidden id: printed task columns, reporter, last period, reports."""
    printed = [key for key in annex.keys if key != "no"]
    task = [key for key in printed if schema.columns[key].owner == "task"]
    unit = [key for key in printed if schema.columns[key].owner == "unit"]
    extra = [key for key in schema.owned("unit") if key not in unit]
    sections = [] if annex.has_projects else ["section", "subsection"]
    return ["no", *sections, *task, "reporter", "last", *unit, *extra, *schema.owned("office")]


def fixed_values(schema: Schema, annex: Annex, task: Task) -> dict[str, str]:
    """The cells of a task's row that come from its decomposition, by column key."""
    keys = annex_keys(schema, annex)
    return {key: task.cell(key) for key in keys if key in _FIXED or _owner(schema, key) == "task"}


_FIXED = {"no", "section", "subsection"}
_WORDS = {"no": "序号", "section": "所属部分", "subsection": "所属方面", "reporter": "填报单位", "last": "上期进展"}


def _owner(schema: Schema, key: str) -> str:
    return schema.columns[key].owner if key in schema.columns else "system"


def new_master(schema: Schema, template: bytes) -> bytes:
    """An empty master: the template's model annex sheet copied and arranged for every annex of the schema."""
    book = Book(template)
    model = "附件"
    words = {"year": schema.year, "region": schema.office.region}
    for annex in schema.annexes:
        book.copy_sheet(model, f"{annex.name} ", before=model)
        book.rename_sheet(f"{annex.name} ", annex.name)
        book.arrange(annex.name, _KEY_ROW, list(_columns(schema, annex)))
        book.put(annex.name, "A1", annex.title.format(**words))
        # on paper the columns of the printed annex are enough; the rest would make everything small
        last = column_letter(2 + annex_keys(schema, annex).index([key for key in annex.keys if key != "no"][-1]))
        book.print_area(annex.name, f"A1:{last}{_KEY_ROW + 2}")
    book.remove_sheet(model)
    book.put_name("dc_title", f"{schema.year}年{schema.office.region}督查台账")
    book.activate(_BOARD)
    return book.save()


def _columns(schema: Schema, annex: Annex) -> Iterator[Column]:
    yield Column(f"id:{annex.no}", "编号", "id", hidden=True)
    for key in annex_keys(schema, annex):
        if key not in schema.columns:
            prototype = {"no": "number", "reporter": "names", "last": "system"}.get(key, "section")
            yield Column(key, _WORDS[key], prototype, width=18 if key == "last" else None)
            continue
        column = schema.column(annex, key)
        prototype = {
            "task": "text" if key == "text" else "number" if column.type == "number" else "names",
            "unit": _TYPES.get(column.type, "unit_short"),
            "office": "office",
            "system": "system",
        }[column.owner]
        yield Column(key, column.title, prototype, width=column.width)


@dataclass
class Master:
    """What stands in a master's bytes.

    ``rows`` maps task id to its annex table and row; a copied id is in ``copied`` and not in ``rows``.
    """

    data: bytes
    schema: Schema
    annexes: dict[int, Table] = field(init=False, default_factory=dict)
    lists: dict[str, Table] = field(init=False, default_factory=dict)
    rows: dict[str, tuple[Table, Row]] = field(init=False, default_factory=dict)
    copied: dict[str, str] = field(init=False, default_factory=dict)
    _sheets: Mapping[str, Cells] = field(init=False)

    def __post_init__(self) -> None:
        self._sheets = sheet_cells(self.data)
        for table in find_tables(self._sheets):
            if table.annex is not None and "id" in table.columns:
                self.annexes[table.annex] = table
                self._index(table)
            elif name := _list_name(table):
                self.lists[name] = table

    def _index(self, table: Table) -> None:
        for row in table.rows:
            task = cell_text(row.values["id"])
            if task in self.rows or task in self.copied:
                self.rows.pop(task, None)
                self.copied[task] = table.sheet
            elif task:
                self.rows[task] = (table, row)

    def text(self, task: str, key: str) -> str:
        """What stands in a task's cell now; empty when the row or column is not there."""
        if task not in self.rows:
            return ""
        value = self.rows[task][1].values.get(key)
        return cell_text(value, self.schema.columns.get(key))

    def reporter(self, task: str) -> str | None:
        """The unit that the office's cell 填报单位 names, None when it names nobody."""
        name = folded(self.text(task, "reporter"))
        return name if name and name != UNNAMED else None

    def shown_period(self, periods: list[Period]) -> Period | None:
        """Which of ``periods`` the master's unit columns show, as its 看板 says."""
        label = self.named("dc_period")
        return next((period for period in periods if period.label == label), None)

    def roster(self) -> Roster:
        """The office's 单位名录."""
        table = self.lists.get("roster")
        units = []
        for row in table.rows if table else ():
            cells = {key: cell_text(value) for key, value in row.values.items()}
            if name := cells.get("name", ""):
                units.append(_unit(name, cells))
        return Roster(units=tuple(units))

    def require_whole(self) -> None:
        """Raise a `StateError` naming everything without which nothing can be written: sheets and columns."""
        missing = []
        for annex in self.schema.annexes:
            table = self.annexes.get(annex.no)
            if not table:
                missing.append(f"{annex.name}的工作表（或它隐藏的第3行、第1列）")
                continue
            needed = ("reporter", *self.schema.owned("unit"))
            missing += [f"工作表“{table.sheet}”的栏目{key}" for key in needed if key not in table.columns]
            missing += [f"工作表“{table.sheet}”里多出的栏目标识{key}" for key in table.repeated]
        if missing:
            raise StateError(f"总表里找不到{'、'.join(missing)}，没有作任何改动，请撤销删除或从备份恢复后重试。")

    def findings(self, tasks: list[Task]) -> list[Finding]:
        """Tasks whose row is missing from the master, or stands there twice."""
        found = []
        for task in tasks:
            if task.id in self.copied:
                sheet = self.copied[task.id]
                found.append(finding("task_copied", sheet=sheet, task=task.id, ref=task.reference))
            elif task.id not in self.rows and task.annex in self.annexes:
                sheet = self.annexes[task.annex].sheet
                found.append(finding("task_missing", sheet=sheet, task=task.id, ref=task.reference))
        return found

    def named(self, name: str) -> str:
        """The text of the one cell that a defined name points to, empty when there is none."""
        try:
            place = Book(self.data).names().get(name, "")
        except BookError:
            return ""
        sheet, _, ref = place.rpartition("!")
        if not ref or ":" in ref:
            return ""
        cells = self._sheets.get(sheet.strip("'"), [])
        row, column = split_ref(ref)
        return cell_text(cells[row - 1][column - 1]) if row <= len(cells) else ""


_LISTS = {
    "board": {"name", "unreported"},
    "indicators": {"kind", "target", "actual"},
    "returns": {"state", "received"},
    "handed_out": {"issue", "handed"},
    "problems": {"category", "problem"},
    "conflicts": {"adopt", "office"},
    "roster": {"name", "aliases"},
    "changes": {"old", "new"},
}


def _list_name(table: Table) -> str | None:
    return next((name for name, keys in _LISTS.items() if keys <= set(table.columns)), None)


def _unit(name: str, cells: Mapping[str, str]) -> Unit:
    split = {
        key: tuple(part for part in cells.get(key, "").replace("，", "、").split("、") if part)
        for key in ("aliases", "members")
    }
    return Unit(
        name=name,
        kind=KINDS.get(cells.get("kind", ""), "unit"),
        aliases=split["aliases"],
        members=split["members"],
        contact=cells.get("contact", ""),
        phone=cells.get("phone", ""),
    )

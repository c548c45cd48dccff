"""Reading what stands in the master workbook.

Rows are found by hidden id, columns by hidden key, sheets by the keys they hold: people may sort, filter, rename
and reorder everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import Finding, finding
from ledger.period import Period
from ledger.revision import with_cell
from ledger.roster import Roster, Unit
from ledger.schema import Schema
from ledger.task import Task, folded
from sync.journal import Journal
from sync.layout import new_master
from sync.table import Cells, Row, Table, find_table, rewritten, sheet_cells, with_written
from sync.workspace import Workspace
from xlsx import Book, BookError, split_ref

__all__ = ["DRAFT", "KINDS", "UNNAMED", "Master", "open_master", "remember"]

UNNAMED = "待指定"
DRAFT = "新"  # and a number: the mark of a typed-in row in the hidden id column
KINDS: Mapping[str, Literal["unit", "collective", "role", "person"]] = {
    "单位": "unit",
    "统称": "collective",
    "角色": "role",
    "个人": "person",
}


# the cells of every sheet, in the order of the tabs, and its table
_Read = tuple[Mapping[str, Cells], Mapping[str, Table | None]]


@dataclass
class Master:
    """What stands in a master's bytes.

    ``rows`` maps task id to its annex table and row; a copied id is in ``copied`` and not in ``rows``. Rows that
    somebody typed in are in ``typed``, once they wait in sheet 变更 in ``drafts``, by the mark in their id column.
    ``doubled`` are pairs of sheets that both claim to be one annex.
    """

    data: bytes
    schema: Schema
    read: InitVar[_Read | None] = None
    annexes: dict[int, Table] = field(init=False, default_factory=dict)
    lists: dict[str, Table] = field(init=False, default_factory=dict)
    rows: dict[str, tuple[Table, Row]] = field(init=False, default_factory=dict)
    copied: dict[str, str] = field(init=False, default_factory=dict)
    doubled: list[tuple[str, str]] = field(init=False, default_factory=list)
    typed: list[tuple[Table, Row]] = field(init=False, default_factory=list)
    drafts: dict[str, tuple[Table, Row]] = field(init=False, default_factory=dict)
    _sheets: Mapping[str, Cells] = field(init=False)
    _tables: Mapping[str, Table | None] = field(init=False)
    # what was asked of a row, good as long as it is the same row (and task)
    _texts: dict[str, tuple[Row, Mapping[str, str]]] = field(init=False, default_factory=dict)
    _edited: dict[str, tuple[Row, Task, Task]] = field(init=False, default_factory=dict)

    def __post_init__(self, read: _Read | None) -> None:
        self._sheets, self._tables = read or _read(self.data)
        for table in filter(None, self._tables.values()):
            if table.annex is not None and "id" in table.columns:
                first = self.annexes.setdefault(table.annex, table)
                if first is table:
                    self._index(table)
                else:
                    self.doubled.append((first.sheet, table.sheet))
            elif name := _list_name(table):
                self.lists.setdefault(name, table)

    def after(self, book: Book) -> "Master":
        """What stands after the edits of ``book``, which was opened on these bytes; only what was edited is read."""
        data = book.save()
        if data == self.data:
            return self
        if book.sheets != tuple(self._sheets):
            return Master(data, self.schema)
        written = {name: book.written(name) for name in self._sheets}
        known = {name: with_written(self._sheets[name], cells) for name, cells in written.items()}
        read = sheet_cells(data, again) if (again := {name for name, cells in known.items() if cells is None}) else {}
        sheets = {name: read[name] if cells is None else cells for name, cells in known.items()}
        tables = dict(self._tables)
        for name in (name for name, cells in written.items() if cells != {}):
            rows = {row for row, _ in written[name] or ()}
            table = None if name in again else tables[name]
            tables[name] = rewritten(table, sheets[name], rows) if table else find_table(name, sheets[name])
        master = Master(data, self.schema, (sheets, tables))
        master._texts, master._edited = self._texts, self._edited
        return master

    def _index(self, table: Table) -> None:
        for row in table.rows:
            task = cell_text(row.values["id"])
            if task.startswith(DRAFT):
                self.drafts[task] = table, row
            elif task in self.rows or task in self.copied:
                self.rows.pop(task, None)
                self.copied[task] = table.sheet
            elif task:
                self.rows[task] = (table, row)
            elif folded(cell_text(row.values.get("text"))):
                self.typed.append((table, row))

    def text(self, task: str, key: str) -> str:
        """What stands in a task's cell now; empty when the row or column is not there."""
        return self.texts(task).get(key, "")

    def texts(self, task: str) -> Mapping[str, str]:
        """What stands in a task's row now, by column key."""
        if task not in self.rows:
            return {}
        row, known = self.rows[task][1], self._texts.get(task)
        if not known or known[0] is not row:
            columns = self.schema.columns
            known = row, {key: cell_text(value, columns.get(key)) for key, value in row.values.items()}
            self._texts[task] = known
        return known[1]

    def every(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Every task's id with its `texts`."""
        return ((task, self.texts(task)) for task in self.rows)

    def edited(self, task: Task) -> Task:
        """The task with the office's own wording of its text and names where the cells differ."""
        if task.id not in self.rows:
            return task
        row, known = self.rows[task.id][1], self._edited.get(task.id)
        if not known or known[0] is not row or known[1] is not task:
            known = self._edited[task.id] = row, task, self._as_edited(task)
        return known[2]

    def _as_edited(self, task: Task) -> Task:
        texts, edited = self.texts(task.id), task
        for key in (*self.schema.owned("task"), "section", "subsection"):
            if (text := texts.get(key, "")) == (stood := task.cell(key)):
                continue
            # a column that the office took out says nothing
            usable = text.isdigit() if key == "no" else bool(text) if key == "text" else key in texts
            if usable and folded(text) != folded(stood):
                edited = with_cell(edited, key, text)
        return edited

    def reporter(self, task: str) -> str | None:
        """The unit that the office's cell 填报单位 names, None when it names nobody."""
        name = folded(self.text(task, "reporter"))
        return name if name and name != UNNAMED else None

    def shown_period(self, journal: Journal) -> Period | None:
        """Which period the master's unit columns show, as its 看板 says, or as the journal remembers."""
        label, remembered = self.named("dc_period"), journal.fact("shown")
        known = next((period for period in journal.periods() if period.label == label), None)
        return known or (Period.parse(remembered) if remembered else None)

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
        if self.doubled:
            pairs = "，".join(f"“{first}”和“{second}”" for first, second in self.doubled)
            told = f"总表里{pairs}带着同一个附件的标识，分不清以哪一张为准，没有作任何改动"
            raise StateError(f"{told}，请把副本移到别的文件，或删去副本隐藏的第3行后重试。")
        missing = []
        for annex in self.schema.annexes:
            table = self.annexes.get(annex.no)
            if not table:
                missing.append(f"{annex.name}的工作表（或它隐藏的第3行、第1列）")
                continue
            needed = ("reporter", *self.schema.owned("unit"))
            titles = {key: self.schema.columns[key].title for key in self.schema.owned("unit")} | {
                "reporter": "填报单位"
            }
            gone = [titles[key] for key in needed if key not in table.columns]
            missing += [f"工作表“{table.sheet}”的“{title}”一栏" for title in gone]
            again = [titles.get(key, key) for key in table.repeated]
            missing += [f"工作表“{table.sheet}”里唯一的“{title}”一栏（现在有两栏）" for title in again]
        if missing:
            raise StateError(
                f"总表里找不到{'、'.join(missing)}，没有改动，请撤销删除或执行 ducha verify --repair 后重试。"
            )

    def findings(self, tasks: list[Task]) -> list[Finding]:
        """Tasks whose row is missing from the master, or stands there twice, and list sheets that are gone."""
        found = [finding("list_missing", value=title) for name, title in _TITLES.items() if name not in self.lists]
        for task in tasks:
            if task.id in self.copied:
                sheet = self.copied[task.id]
                found.append(finding("task_copied", sheet=sheet, task=task.id, ref=task.exact))
            elif task.id not in self.rows and task.annex in self.annexes and not task.ended:
                sheet = self.annexes[task.annex].sheet
                found.append(finding("task_missing", sheet=sheet, task=task.id, ref=task.exact))
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


# the first list whose keys a sheet has all of is what the sheet is: sets that lie within another's come after it
_LISTS = {
    "revisions": {"what", "authority"},
    "history": {"period", "text", "unit"},
    "entered": {"channel", "received"},
    "scores": {"system", "rating"},
    "settings": {"says", "value"},
    "board_data": {"rank", "expected"},
    "board": {"name", "unreported"},
    "indicators": {"kind", "target", "actual"},
    "returns": {"state", "received"},
    "handed_out": {"issue", "handed"},
    "suggested": {"words", "kind", "decision"},
    "problems": {"category", "problem"},
    "checked": {"check", "severity", "decision"},
    "conflicts": {"adopt", "office"},
    "roster": {"name", "aliases"},
    "changes": {"old", "new"},
}
_TITLES = {
    "board": "看板", "indicators": "指标", "revisions": "变更", "entered": "代填", "returns": "报送情况",
    "problems": "问题清单", "conflicts": "冲突", "history": "历史", "scores": "考核", "roster": "单位名录",
    "handed_out": "发放登记", "changes": "更新记录", "settings": "设置", "board_data": "看板数据",
}  # fmt: skip


def _read(data: bytes) -> _Read:
    sheets = sheet_cells(data)
    return sheets, {name: find_table(name, cells) for name, cells in sheets.items()}


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


# what was read last of each workspace: one pass asks several times
_READ: WeakKeyDictionary[Workspace, Master] = WeakKeyDictionary()


def remember(workspace: Workspace, master: Master) -> None:
    """These bytes are the workspace's master now: they need not be read again."""
    _READ[workspace] = master


def open_master(workspace: Workspace) -> Master:
    """The workspace's master as it stands, or an empty one from the template when there is none yet."""
    if workspace.master.is_file():
        data = workspace.master.read_bytes()
        known = _READ.get(workspace)
        if known and known.data == data and known.schema is workspace.schema:
            return known
        try:
            Book(data)
            _READ[workspace] = Master(data, workspace.schema)
            return _READ[workspace]
        except BookError as error:
            why = "设了打开密码，请在Excel里取消密码" if error.code == "encrypted" else "不是完好的Excel工作簿"
        except StateError:
            why = "里面有读不出的内容"
        raise StateError(
            f"总表“{workspace.master}”打不开：{why}，没有改动，请另存为.xlsx或执行 ducha verify --repair 后重试。"
        )
    if workspace.journal.fact("master"):
        raise StateError(
            f"总表“{workspace.master}”不见了，请从回收站放回原处，或执行 ducha verify --repair 从存档恢复。"
        )
    try:
        return Master(new_master(workspace.schema, workspace.template("master.xlsx")), workspace.schema)
    except BookError as error:
        told = f"总表模板“templates/master.xlsx”与本版本不符（{error.code}：{error.detail}）"
        raise StateError(f"{told}，请删去工作区里的这份模板，或用自带的模板重新设计。") from error

"""Changes of the year as the office enters them: sheet 变更, and rows that somebody typed into an annex."""

from ledger.cell import cell_text
from ledger.decompose import decompose
from ledger.finding import Finding, finding
from ledger.indicator import Indicator
from ledger.measures import day
from ledger.revision import Revision, revised_indicator
from ledger.task import Draft, Extract, Task
from sync.choices import CONFIRM, DECLINE
from sync.indicators import listed
from sync.lists.writing import put_row
from sync.master import DRAFT, Master
from sync.office_cells import OfficeCells
from sync.reporters import roster_of
from sync.revision_rows import Known, began, read_row
from sync.table import Row, Table
from sync.workspace import Workspace
from xlsx import Book

__all__ = ["settle_revisions"]

_CORRECTABLE = {"new", "start", "authority"}


def settle_revisions(workspace: Workspace, master: Master) -> tuple[Master, list[Finding]]:
    """Bring the journal and the master's task-owned cells together; the master comes back with what was written.

    To be called inside the journal's transaction, before reports are merged.
    """
    entered = _Entered(workspace, master)
    entered.read_sheet()
    entered.read_typed_rows()
    master = master.after(entered.book)
    book = Book(master.data)
    cells = OfficeCells(workspace, master, book)
    cells.settle()
    return master.after(book), entered.findings + cells.findings


class _Entered:
    """One reading of what the office has entered."""

    def __init__(self, workspace: Workspace, master: Master) -> None:
        self._workspace, self._schema, self._journal = workspace, workspace.schema, workspace.journal
        self._log, self._master = workspace.journal.revisions, master
        self.book = Book(master.data)
        self.findings: list[Finding] = []

    def read_sheet(self) -> None:
        """Enter rows that the office typed, and obey its decisions and corrections in those that are known."""
        table = self._master.lists.get("revisions")
        known = {str(item.number): item for item in self._log.all()}
        for row in table.rows if table else ():
            texts = {key: cell_text(value) for key, value in row.values.items()}
            item = known.pop(texts.get("id", ""), None)  # of a copied row the first counts
            if table and item:
                self._decide(table, row, item, texts)
            elif table and (texts.get("ref") or texts.get("what")):
                self._enter(table, row, texts)

    def _known(self) -> Known:
        period, tasks = self._journal.open_period(), self._journal.tasks()
        here = {item.indicator.id: item.indicator for item in listed(self._master, tasks)[0]}
        found: list[Indicator] = list({**self._log.indicators(), **here}.values())
        if period:
            every = self._log.all()
            found = [revised_indicator(one, every, period.end) for one in found]
        return Known(self._schema, tasks, found, period)

    def _enter(self, table: Table, row: Row, texts: dict[str, str]) -> None:
        made = read_row(texts, self._known())
        if isinstance(made, Revision):
            if made.what == "reporter":
                made = made.model_copy(update={"old": self._master.text(made.task, "reporter")})
            put_row(self.book, table, row, {"id": str(self._log.add(made).number)})
        else:
            self._fault(table, row, made, {"id": None, "state": f"没有登记：{made}"})

    def _fault(self, table: Table, row: Row, told: str, shown: dict[str, str | None]) -> None:
        self.findings.append(finding("revision_faulty", sheet=table.sheet, row=row.number, detail=told.rstrip("。")))
        put_row(self.book, table, row, shown)

    def _decide(self, table: Table, row: Row, item: Revision, texts: dict[str, str]) -> None:
        decision, changed = texts.get("decision", ""), item
        if decision == DECLINE and item.state in ("waiting", "agreed"):
            changed = item.model_copy(update={"state": "declined"})
            if item.waits and item.what != "add":
                OfficeCells(self._workspace, self._master, self.book).put_back(item)
        elif decision == CONFIRM and item.waits:
            changed = self._agreed(item, texts)
        elif item.state == "agreed" and item.what != "add" and not self._untouched(item, texts):
            read = read_row(texts, self._known())
            if isinstance(read, str):
                self._fault(table, row, read, {})
            else:
                changed = item.model_copy(update=read.model_dump(include=_CORRECTABLE))
        if changed != item:
            self._log.put(changed)

    def _untouched(self, item: Revision, texts: dict[str, str]) -> bool:
        """Whether a row still says what it was agreed to say; only a correction is judged anew."""
        new = next((task.exact for task in self._journal.original_tasks() if task.id == item.new), item.new)
        said = texts.get("new", ""), day(texts.get("from_day", "")), texts.get("authority", "")
        return said == (new, item.start, item.authority)

    def _agreed(self, item: Revision, texts: dict[str, str]) -> Revision:
        start = day(texts.get("from_day", "")) or began(self._known())
        found = {"state": "agreed", "start": start, "authority": texts.get("authority", "")}
        if item.what == "add":
            task = self._as_task(item)
            if not task:
                return item
            found |= {"task": task.id, "new": task.text}
        return item.model_copy(update=found)

    def read_typed_rows(self) -> None:
        """A row without id becomes a draft; a draft whose row is gone is undone."""
        for item in self._log.all():
            if item.what == "add" and item.waits and f"{DRAFT}{item.number}" not in self._master.drafts:
                self._log.put(item.model_copy(update={"state": "undone"}))
        for table, row in self._master.typed:
            text = cell_text(row.values["text"])
            draft = self._log.add(Revision(what="add", annex=table.annex, new=text))
            self._identify(table, row, f"{DRAFT}{draft.number}")

    def _identify(self, table: Table, row: Row, name: str) -> None:
        self.book.put_row(table.sheet, row.number, {table.columns["id"]: name})

    def _as_task(self, item: Revision) -> Task | None:
        """The confirmed row as a task of the ledger, its id in place of the draft's; None when its row is gone."""
        if f"{DRAFT}{item.number}" not in self._master.drafts:
            return None
        table, row = self._master.drafts[f"{DRAFT}{item.number}"]
        existing = self._journal.original_tasks()
        extract = Extract(drafts=(self._draft(table, row),))
        task = next(iter(decompose(extract, self._schema, existing, roster_of(self._master, existing)).tasks), None)
        if task:
            self._journal.add_tasks([task])
            self._journal.place([task.id])
            self._identify(table, row, task.id)
            if not cell_text(row.values.get("no")) and "no" in table.columns:
                self.book.put_row(table.sheet, row.number, {table.columns["no"]: task.no})
        return task

    def _draft(self, table: Table, row: Row) -> Draft:
        texts = {key: cell_text(value, self._schema.columns.get(key)) for key, value in row.values.items()}
        printed = {key: texts[key] for key in self._schema.owned("task") if key in texts}
        return Draft(
            annex=table.annex or 0,
            printed_no=int(texts["no"]) if texts.get("no", "").isdigit() else None,
            section=texts.get("section") or None,
            subsection=texts.get("subsection") or None,
            project=texts.get("project") or None,
            text=texts["text"],
            printed={key: text for key, text in printed.items() if key not in ("no", "text", "project")},
        )

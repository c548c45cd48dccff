"""A work report as a draft workbook that the office edits: deletes and adds rows, fills in names, then imports it.

Leaders and units of earlier ledgers stand in a row only beside the likeness from which they follow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ledger.cell import cell_text
from ledger.decompose import decompose
from ledger.errors import SourceError
from ledger.finding import Finding, finding
from ledger.schema import Annex, Schema
from ledger.sources import read
from ledger.sources.report import Commitment, Planned, planned
from ledger.suggestion import Suggestion, suggestions
from ledger.tables import extract
from ledger.task import Draft, Extract, Task
from sync.atomic import legal_name, write_whole
from sync.lists.writing import Shown, add_rows
from sync.table import Table, find_tables, sheet_cells
from sync.workspace import Workspace
from xlsx import Book, Column

__all__ = ["draft_report", "drafted"]

_KEY_ROW, _MODEL = 3, "附件"
_LIKELY = 0.6  # likeness from which an earlier task's names are put in for the office to check
_NAMES = ("leaders", "lead_units", "responsible_units")
_LIVELIHOOD = "民生实事"
_OWN = ("basis", "source")  # by which a draft is known
_HINT = (
    "系统从工作报告里起草，还没有进台账：可以改、删行、加行，填好牵头领导和单位后保存，"
    "用 ducha import 导入这个文件就成为任务。"
    "填好的领导和单位是照以前的台账推荐的，依据和相似度写在“推荐依据”里，请逐条核对。"
)


def draft_report(workspace: Workspace, file: Path, like: Sequence[Path]) -> tuple[Path, Planned]:
    """Write the draft of a work report into the workspace; returns where it lies and what it holds.

    ``like`` are earlier ledgers, documents or workspaces, beside the present one. `SourceError` where a file cannot
    be read or the report plans nothing.
    """
    schema = workspace.schema
    plan = planned(read(_bytes(file), file.name), file.name, schema.year)
    if not plan.commitments and not plan.livelihood:
        raise SourceError(finding("plan_missing", value=file.name).message)
    earlier = [(f"本台账{task.exact}", task) for task in workspace.journal.tasks()]
    for path in like:
        earlier += [(f"{path.name} {task.exact}", task) for task in _earlier(path, schema)]
    data = _Draft(schema, workspace.template("master.xlsx"), earlier).workbook(plan)
    path = _free(workspace.root / f"{legal_name(f'草稿_{file.stem}')}.xlsx")
    write_whole(path, data)
    return path, plan


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise SourceError(f"找不到文件“{path}”，请核对路径和文件名。")
    return path.read_bytes()


def _earlier(path: Path, schema: Schema) -> Sequence[Task]:
    if path.is_dir():
        other = Workspace(path)
        with other.locked():
            return other.journal.tasks()
    return decompose(extract(read(_bytes(path), path.name), schema, path.name), schema, [], None).tasks


def _free(path: Path) -> Path:
    """A name that is still free: what the office has begun to edit stays."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}_{number}")
    return free


class _Draft:
    """Makes the draft's sheets from the master's model annex, so that both look alike."""

    def __init__(self, schema: Schema, template: bytes, earlier: Sequence[tuple[str, Task]]) -> None:
        self._schema, self._template = schema, template
        self._places = {id(task): place for place, task in earlier}
        self._earlier = [task for _, task in earlier]

    def workbook(self, plan: Planned) -> bytes:
        """The workbook with one sheet for each annex that the report plans anything for."""
        book = Book(self._template)
        standing, names = book.sheets, [name for name in book.names() if name.startswith("dc_")]
        wanted = self._by_annex(plan)
        annexes = [annex for annex in self._schema.annexes if wanted.get(annex.no)]
        for annex in annexes:
            book.copy_sheet(_MODEL, f"草稿{annex.name}")
            book.arrange(f"草稿{annex.name}", _KEY_ROW, list(self._columns(annex)))
            book.put(f"草稿{annex.name}", "A1", f"{annex.name}草稿")
            book.put(f"草稿{annex.name}", "A2", _HINT)
        book.activate(f"草稿{annexes[0].name}")
        for name in names:  # they would point to sheets that are not here
            book.define(name, f"'草稿{annexes[0].name}'!$A$1")
        for sheet in standing:
            book.remove_sheet(sheet)
        tables = {table.annex: table for table in find_tables(sheet_cells(book.save()))}
        for annex in annexes:
            rows = (self._row(item, annex, number) for number, item in enumerate(wanted[annex.no], 1))
            table = tables[annex.no]
            add_rows(book, table, [{table.columns[key]: text for key, text in row.items() if text} for row in rows])
        return book.save()

    def _by_annex(self, plan: Planned) -> dict[int, list[Commitment]]:
        """The rows of each annex: the livelihood list where there are projects, in the only annex behind the tasks."""
        first, *others = self._schema.annexes
        lists = next((annex for annex in others if annex.has_projects), others[0] if others else first)
        wanted = {first.no: [*plan.goals, *plan.commitments]}
        for item in plan.livelihood:
            named = item.draft.section or lists is not first
            draft = item.draft if named else item.draft.model_copy(update={"section": _LIVELIHOOD})
            wanted.setdefault(lists.no, []).append(replace(item, draft=draft))
        return wanted

    def _columns(self, annex: Annex) -> Iterator[Column]:
        yield Column(f"no:{annex.no}", "序号", "number")
        if annex.has_projects:
            yield Column("project", self._schema.column(annex, "project").title, "section", width=20)
        else:
            yield Column("section", "所属部分", "section", width=16)
            yield Column("subsection", "所属方面", "section", width=16)
        yield Column("text", self._schema.column(annex, "text").title, "text", width=46)
        for key in _names(self._schema):
            yield Column(key, self._schema.columns[key].title, "names", width=14)
        yield Column("basis", "推荐依据", "system", width=40)
        yield Column("source", "报告原文", "system", width=52)

    def _row(self, item: Commitment, annex: Annex, number: int) -> Shown:
        draft = item.draft
        found = suggestions(draft.text, self._earlier)
        names: dict[str, str] = {}
        if found and found[0].score >= _LIKELY:
            names = {key: "\n".join(getattr(found[0].task, key)) for key in _names(self._schema)}
        return {
            "no": number,
            "project": draft.text if annex.has_projects else None,
            "section": draft.section,
            "subsection": draft.subsection,
            "text": draft.text,
            **names,
            "basis": "\n".join(map(self._basis, found)),
            "source": item.source,
        }

    def _basis(self, one: Suggestion) -> str:
        said = [f"{'、'.join(getattr(one.task, key))}" for key in _names(self._schema)[:2]]
        who = "，".join(filter(None, said))
        return f"相似度{one.score:.2f}：{who}（{self._places[id(one.task)]}：{one.task.text[:24]}）"


def _names(schema: Schema) -> list[str]:
    return [key for key in _NAMES if key in schema.columns]


def drafted(data: bytes, schema: Schema) -> Extract | None:
    """What stands in a draft workbook now, None for any other document.

    Numbers are given anew: rows that the office has taken out are no gaps.
    """
    if not data.startswith(b"PK\x03\x04") or b"xl/" not in data:
        return None
    tables = [table for table in find_tables(sheet_cells(data)) if set(_OWN) <= set(table.columns)]
    known = {annex.no for annex in schema.annexes}
    rows = [_read(table, schema) for table in tables if table.annex in known]
    if not rows:
        return None
    return Extract(
        drafts=tuple(draft for drafts, _ in rows for draft in drafts),
        findings=tuple(item for _, findings in rows for item in findings),
    )


def _read(table: Table, schema: Schema) -> tuple[list[Draft], list[Finding]]:
    drafts: list[Draft] = []
    findings: list[Finding] = []
    for row in table.rows:
        texts = {key: cell_text(value) for key, value in row.values.items()}
        place = f"“{table.sheet}”第{row.number}行"
        if texts.get("text"):
            drafts.append(
                Draft(
                    annex=table.annex or 0,
                    section=texts.get("section") or None,
                    subsection=texts.get("subsection") or None,
                    project=texts.get("project") or None,
                    text=texts["text"],
                    printed={key: texts[key] for key in _names(schema) if texts.get(key)},
                    place=place,
                )
            )
        elif said := "，".join(texts[key] for key in _names(schema) if texts.get(key)):
            findings.append(finding("row_unclear", place=place, value=said))
    return drafts, findings

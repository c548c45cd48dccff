"""A new journal from the master's sheets, where no journal is left: what they hold, and honestly no more.

What cannot be read off any sheet stays unknown: whom the office set aside and why, when rows were first placed, what
was written into a cell before. `explain_cells` finds out the last of these from the units' own files.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ledger.cell import cell_text
from ledger.measures import day
from ledger.period import Period
from ledger.reference import find_task
from ledger.revision import Revision, State, by_word, with_cell
from ledger.schema import Schema
from ledger.task import Task, folded
from sync.entered_check import EnteredCheck, typed_rows
from sync.indicators import REPORTED, listed
from sync.journal import Journal
from sync.master import Master
from sync.records import Cell
from sync.reporters import reporters, roster_of
from sync.settings import Known, keep_known, offered
from sync.table import Row
from sync.workspace import Workspace

__all__ = ["Texts", "history", "known_periods", "list_texts", "reconstruct", "shown_changes"]

Texts = Mapping[str, str]
_NOTE = re.compile(r"（\d{4}年\d{1,2}月\d{1,2}日起(?:撤销|并入附件\d+：\d+)）$")
_ID = re.compile(r"A(\d+)-0*(\d+)(?:\.(\d+))?")
_SAID = re.compile(r"(?:完成值(?P<actual>.*?))?，?(?:截至(?P<as_of>\d{4}-\d\d-\d\d))?")
_STATES: Sequence[tuple[str, State]] = (
    ("待确认", "waiting"), ("已生效", "agreed"), ("已登记", "agreed"), ("未采用", "declined"), ("已改回", "undone"),
)  # fmt: skip


def list_texts(master: Master, name: str) -> list[dict[str, str]]:
    """The texts of a list sheet's rows by column key; nothing where the sheet is gone."""
    table = master.lists.get(name)
    return [{key: cell_text(value) for key, value in row.values.items()} for row in table.rows] if table else []


def known_periods(schema: Schema, label: str) -> Period | None:
    """The period of the schema's year that is printed as ``label``."""
    names = [f"{schema.year}-{month:02d}" for month in range(1, 13)]
    names += [f"{schema.year}Q{quarter}" for quarter in range(1, 5)] + [str(schema.year)]
    return next((period for period in map(Period.parse, names) if period.label == label), None)


@dataclass
class _Reading:
    """What is read, into what, and what was left out."""

    workspace: Workspace
    master: Master
    left_out: list[str]

    @property
    def journal(self) -> Journal:
        return self.workspace.journal

    @property
    def schema(self) -> Schema:
        return self.workspace.schema


def reconstruct(workspace: Workspace, master: Master) -> list[str]:
    """Fill the empty journal of ``workspace`` from ``master``; returns what could not be read, in sentences."""
    reading = _Reading(workspace, master, [])
    with workspace.journal.transaction():
        tasks = list(_tasks(reading))
        revisions = list(_revisions(reading, tasks))
        workspace.journal.add_tasks(_before(task, revisions) for task in tasks)
        workspace.journal.place(task.id for task in tasks)
        for revision in revisions:
            workspace.journal.revisions.add(revision)
        _indicators(reading, tasks, revisions)
        for period, cells in sorted(history(workspace.schema, master).items()):
            workspace.journal.set_open(period)
            workspace.journal.cells.set_archive(str(period), cells)
        if shown := known_periods(workspace.schema, master.named("dc_period")):
            workspace.journal.set_open(shown)
        _entered(reading, tasks)
        _conflicts(reading, tasks)
        _changes(reading, tasks)
        known = {path: Known(one.value, one.value) for path, one in offered(workspace).items()}
        keep_known(workspace.journal, known)
    return reading.left_out


def _tasks(reading: _Reading) -> Iterator[Task]:
    """The tasks as they stand now, in the order of their numbers."""
    found = []
    for name, (table, row) in reading.master.rows.items():
        matched = _ID.fullmatch(name)
        if not matched or table.annex is None:
            reading.left_out.append(f"“{table.sheet}”第{row.number}行的编号“{name}”认不出，这一行没有恢复。")
            continue
        no = cell_text(row.values.get("no"))
        place = (int(matched[1]), int(matched[2]), int(matched[3] or 0))
        found.append((place, _task(reading, name, row, table.annex, int(no) if no.isdigit() else place[1])))
    for copied, sheet in reading.master.copied.items():
        reading.left_out.append(f"“{sheet}”里编号{copied}出现两次，分不清是哪一行，没有恢复，请删去一行后重新恢复。")
    yield from (task for _, task in sorted(found, key=lambda one: one[0]))


def _task(reading: _Reading, name: str, row: Row, annex: int, no: int) -> Task:
    texts = {key: cell_text(value, reading.schema.columns.get(key)) for key, value in row.values.items()}
    task = Task(id=name, annex=annex, no=no, printed_no=no, text=texts.get("text", ""))
    for key in ("section", "subsection", "project", *reading.schema.owned("task")):
        if texts.get(key) and key not in ("no", "text"):
            task = with_cell(task, key, texts[key])
    return task


def _before(task: Task, revisions: Sequence[Revision]) -> Task:
    """The task as it was first entered: without the notes and texts of the changes since."""
    found = with_cell(task, "text", _NOTE.sub("", task.text))
    changed = [item for item in revisions if item.task == task.id and item.state == "agreed" and not item.indicator]
    for item in reversed(changed):
        if item.what not in ("withdraw", "merge", "link", "reporter", "add") and folded(
            found.cell(item.what)
        ) == folded(item.new):
            found = with_cell(found, item.what, item.old)
    return found


def _revisions(reading: _Reading, tasks: Sequence[Task]) -> Iterator[Revision]:
    rows = sorted((row for row in list_texts(reading.master, "revisions") if row.get("id", "").isdigit()), key=_number)
    for place, row in enumerate(rows, 1):
        made = _revision(reading, row, tasks)
        if int(row["id"]) != place or not made:
            reading.left_out.append(f"“变更”第{row['id']}号及以后的没有恢复，请核对后重新登记。")
            return
        yield made


def _number(row: Texts) -> int:
    return int(row["id"])


def _revision(reading: _Reading, row: Texts, tasks: Sequence[Task]) -> Revision | None:
    what, task = by_word(row.get("what", ""), reading.schema), find_task(row.get("ref", ""), tasks)
    state = next((state for word, state in _STATES if row.get("state", "").startswith(word)), None)
    if not what or not state or (not task and what != "add"):
        return None
    new, annex = row.get("new", ""), re.search(r"附件(\d+)", row.get("ref", ""))
    if what in ("merge", "link"):
        other = find_task(new, tasks)
        if not other:
            return None
        new = other.id
    names = [one.indicator for one in listed(reading.master, tasks)[0]] if row.get("name") else []
    indicator = next((one.id for one in names if task and one.task == task.id and one.name == row["name"]), "")
    if row.get("name") and not indicator:
        return None
    return Revision(
        what=what,
        task=task.id if task else "",
        annex=int(annex[1]) if annex and what == "add" else None,
        indicator=indicator,
        old=row.get("old", ""),
        new=new,
        start=day(row.get("from_day", "")),
        authority=row.get("authority", ""),
        state=state,
    )


def _indicators(reading: _Reading, tasks: Sequence[Task], revisions: Sequence[Revision]) -> None:
    """Indicators in their first form: with the target that the first agreed change replaced."""
    for item in listed(reading.master, tasks)[0]:
        one = item.indicator
        changed = (each for each in revisions if each.indicator == one.id and each.what == "target")
        first = next((each.old for each in changed if each.state == "agreed"), "")
        try:
            one = one.model_copy(update={"target": Decimal(first)}) if first else one
        except InvalidOperation:
            reading.left_out.append(f"指标“{one.name}”调整前的目标值“{first}”认不出。")
        reading.journal.revisions.put_indicator(one)


def history(schema: Schema, master: Master) -> dict[Period, dict[Cell, str]]:
    """What stood in the units' cells when each closed period was closed, from sheet 历史."""
    found: dict[Period, dict[Cell, str]] = {}
    measures = {row["id"]: row.get("measure", "") for row in list_texts(master, "indicators") if row.get("id")}
    for row in list_texts(master, "history"):
        name, _, task = row.get("id", "").partition("/")
        if not task:
            continue
        cells = found.setdefault(Period.parse(name), {})
        if "#" in task:
            said = _SAID.fullmatch(row.get(schema.main_text, ""))
            actual = (said["actual"] or "") if said else ""
            cells[task, "actual"] = actual.removesuffix(measures.get(task) or "%")
            cells[task, "as_of"] = (said["as_of"] or "") if said else ""
            continue
        cells |= {(task, key): row.get(key, "") for key in schema.owned("unit")}
        if row.get("unit"):
            cells[task, "reporter"] = row["unit"]
    return found


def _entered(reading: _Reading, tasks: Sequence[Task]) -> None:
    """Rows of 代填 that were recorded, each in its own period; the next publication judges which of them stand."""
    table = reading.master.lists.get("entered")
    rows = (
        typed_rows(table, reading.schema) if table and {"id", "unit", "ref", "received"} <= set(table.columns) else []
    )
    known = {cell_text(typed.row.values["id"]).removeprefix("代"): typed for typed in rows}
    roster = roster_of(reading.master, list(tasks))
    who = reporters(list(tasks), reading.master, roster)
    for number in sorted((int(name) for name in known if name.isdigit()), key=int):
        typed = known[str(number)]
        booked = re.search(r"已入账（(.+?)）", cell_text(typed.row.values.get("state")))
        period = known_periods(reading.schema, booked[1]) if booked else reading.journal.open_period()
        check = EnteredCheck(reading.schema, tasks, who, roster, {}, period) if period else None
        if check and (row := check.usable(typed, number)):
            reading.journal.entered.put(row)
        else:
            reading.left_out.append(f"“代填”第{typed.row.number}行没有恢复，请核对后重填。")


def _conflicts(reading: _Reading, tasks: Sequence[Task]) -> None:
    titles = {reading.schema.columns[key].title: key for key in reading.schema.owned("unit")}
    rows = sorted((row for row in list_texts(reading.master, "conflicts") if row.get("id", "").isdigit()), key=_number)
    for place, row in enumerate(rows, 1):
        task, key = find_task(row.get("ref", ""), tasks), titles.get(row.get("column", ""))
        period = known_periods(reading.schema, row.get("period", ""))
        if int(row["id"]) != place or not task or not key or not period:
            reading.left_out.append(f"“冲突”第{row['id']}号及以后的没有恢复，本办文字仍在总表里。")
            return
        texts = row.get("office", ""), row.get("unit", "")
        reading.journal.cells.put_conflict((task.id, key), str(period), *texts, row.get("units", ""))
        decided = re.search("已采用(本办|单位)", row.get("decided", ""))
        if decided:
            reading.journal.cells.decide(place, decided[1])


def _changes(reading: _Reading, tasks: Sequence[Task]) -> None:
    for (task, key), row in reversed(list(shown_changes(reading.schema, reading.master, tasks))):
        change = ((task, key), row.get("old", ""), row.get("new", ""), row.get("source", ""))
        reading.journal.cells.add_changes([change], row.get("when", "").replace(" ", "T"))


def shown_changes(schema: Schema, master: Master, tasks: Sequence[Task]) -> Iterator[tuple[Cell, Texts]]:
    """The rows of 更新记录 about tasks' cells, newest first; of an indicator only the task is known there."""
    keys = {column.title: key for key, column in schema.columns.items()}
    keys |= {title: key for key, title in REPORTED.items()}
    by_reference = {task.exact: task.id for task in tasks}
    for row in list_texts(master, "changes"):
        task, key = by_reference.get(row.get("ref", "")), keys.get(row.get("column", ""))
        if task and key:
            yield (task, key), row

"""A new master from the journal alone, where no master is left that can be read: what it can say, and what not."""

from collections.abc import Iterator, Mapping

from ledger.indicator import KINDS
from ledger.period import Period
from sync.choices import UNITS
from sync.layout import new_master
from sync.lists.writing import add_rows
from sync.master import Master, open_master
from sync.preview import put_master, settle_master
from sync.publish import publish
from sync.records import Cell
from sync.reporters import reporters, roster_of
from sync.workspace import Workspace
from xlsx import Book, Value

__all__ = ["remade"]

_LOST = (
    "总表是按日志和模板重新做的。任务、填报内容、指标、变更、代填、历史都在；"
    "本办在总表里改过的文字、自己的栏目、单位名录的别名和联系人、考核的领导评分、格式和图表，凡只写在总表里的都没有了。"
)


def remade(workspace: Workspace, standing: bytes | None, told: list[str]) -> None:
    """Put a new master in the place of one that cannot be read (its bytes are kept in the store first)."""
    schema, journal = workspace.schema, workspace.journal
    if standing is not None:
        journal.masters.add(workspace.store(standing), "saved")
    master = Master(new_master(schema, workspace.template("master.xlsx")), schema)
    book = Book(master.data)
    for name, rows in (("indicators", list(_indicators(workspace))), ("entered", list(_entered(workspace)))):
        table = master.lists[name]
        cells = [{table.columns[key]: value for key, value in row.items() if key in table.columns} for row in rows]
        if cells:
            add_rows(book, table, cells)
    journal.forget_master()
    put_master(workspace, book.save(), standing)
    settle_master(workspace)
    publish(workspace)
    _office_words(workspace)
    publish(workspace)
    told.append(_LOST)


def _indicators(workspace: Workspace) -> Iterator[dict[str, Value]]:
    known = {task.id: task for task in workspace.journal.tasks()}
    for one in workspace.journal.revisions.indicators().values():
        if one.task in known:
            yield {
                "id": one.id,
                "ref": known[one.task].exact,
                "name": one.name,
                "kind": KINDS[one.kind],
                "target": None if one.target is None else float(one.target),
                "measure": one.unit or None,
                "source": one.source or None,
            }


def _entered(workspace: Workspace) -> Iterator[dict[str, Value]]:
    known = {task.id: task for task in workspace.journal.tasks()}
    for row in workspace.journal.entered.all():
        if row.state != "withdrawn" and row.task in known:
            facts = {"id": row.id, "unit": row.unit, "ref": known[row.task].exact, "channel": row.channel}
            yield {**facts, "received": row.received.replace("T", " "), **row.values}


def _office_words(workspace: Workspace) -> None:
    """What the journal knows of the office's own word: whom it asked, and its texts in conflicts."""
    master, tasks = open_master(workspace), workspace.journal.tasks()
    who = reporters(tasks, master, roster_of(master, tasks))
    words: dict[Cell, str] = {
        (task, "reporter"): unit for task, unit in _asked(workspace).items() if task in who and who[task] != unit
    }
    period = str(workspace.journal.open_period())
    for one in workspace.journal.cells.conflicts():
        if one.period == period and one.decision != UNITS and one.task in master.rows:
            words[one.task, one.column] = one.office
    book = Book(master.data)
    for (task, key), text in words.items():
        if task in master.rows:
            table, row = master.rows[task]
            book.put_row(table.sheet, row.number, {table.columns[key]: text or None})
    put_master(workspace, book.save(), master.data)
    settle_master(workspace)


def _asked(workspace: Workspace) -> Mapping[str, str]:
    """By task the unit that was the first to answer when workbooks were handed out last."""
    period = workspace.journal.open_period()
    issues = workspace.journal.newest_issues(str(period)) if isinstance(period, Period) else {}
    return {task: issue.unit for issue in issues.values() for task in issue.reporter}

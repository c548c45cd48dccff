"""The master's list sheets: what each shows, and writing only the cells that differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ledger.cell import cell_text
from ledger.period import Period
from ledger.problems import says_problem, sorted_problems
from ledger.roster import Roster
from ledger.schema import Schema
from ledger.snapshot import Line, Snapshot
from sync.heights import row_height
from sync.indicators import column_title
from sync.journal import Journal
from sync.master import KINDS, Master
from sync.returns import unit_states
from sync.table import Row, Table
from sync.unit import file_name
from sync.workspace import Workspace
from xlsx import Book, Value, column_letter

__all__ = ["add_rows", "show_lists"]

_CHANGES_SHOWN = 500
Shown = Mapping[str, Value]


def show_lists(book: Book, master: Master, snapshot: Snapshot | None, workspace: Workspace, roster: Roster) -> None:
    """Bring 看板, 报送情况, 问题清单, 冲突, 单位名录 and 更新记录 up to date; a list that is gone is left out."""
    schema, journal = workspace.schema, workspace.journal
    lists = master.lists
    lines = snapshot.lines if snapshot else ()
    if "roster" in lists:
        _update(book, lists["roster"], _roster_rows(master, roster, lines), "name")
    if not snapshot:
        return
    if "board" in lists:
        _rewrite(book, lists["board"], list(_board_rows(schema, lines)))
        _put_named(book, master, "dc_period", snapshot.period.label)
        due = schema.due_day(snapshot.period)
        _put_named(book, master, "dc_due", f"{due.year}年{due.month}月{due.day}日")
    if "returns" in lists:
        _update(book, lists["returns"], _return_rows(workspace, snapshot), "unit")
    if "handed_out" in lists:
        _update(book, lists["handed_out"], _issue_rows(journal), "issue")
    if "problems" in lists:
        _rewrite(book, lists["problems"], list(_problem_rows(schema, lines)))
    if "conflicts" in lists:
        _update(book, lists["conflicts"], _conflict_rows(schema, journal, lines), "id")
    if "changes" in lists:
        _rewrite(book, lists["changes"], list(_change_rows(schema, journal, lines)))


def _roster_rows(master: Master, roster: Roster, lines: Sequence[Line]) -> Iterator[Shown]:
    leads = Counter(line.reporter for line in lines)
    words = {kind: word for word, kind in KINDS.items()}
    listed = {unit.name for unit in master.roster().units}
    for unit in roster.units:
        row: dict[str, Value] = {"name": unit.name, "tasks": leads[unit.name] or None}
        if unit.name not in listed:
            row |= {"kind": words[unit.kind], "aliases": "、".join(unit.aliases), "members": "、".join(unit.members)}
        yield row


def _board_rows(schema: Schema, lines: Sequence[Line]) -> Iterator[Shown]:
    for annex in schema.annexes:
        if own := [line for line in lines if line.task.annex == annex.no]:
            yield {"name": annex.name, **_counts(schema, own)}
    yield {"name": "合计", **_counts(schema, lines)}


def _counts(schema: Schema, lines: Sequence[Line]) -> dict[str, Value]:
    means = Counter(schema.means(line.values.get("status", "")) for line in lines if line.reported)
    reported = sum(line.reported for line in lines)
    return {
        "tasks": len(lines),
        "reported": reported,
        "unreported": len(lines) - reported,
        **{name: means[name] for name in ("done", "on_track", "behind", "not_started", "other")},
        "problems": sum(says_problem(line.values.get("problems", "")) for line in lines),
        "unnamed": sum(line.reporter is None for line in lines),
    }


def _return_rows(workspace: Workspace, snapshot: Snapshot) -> Iterator[Shown]:
    for state in unit_states(workspace, snapshot.period):
        yield {
            "unit": state.unit,
            "tasks": state.tasks,
            "state": state.word,
            "received": state.received or None,
            "late": "逾期" if state.late else None,
            "version": state.version or None,
            "file": state.file or None,
            "findings": state.findings or None,
        }


def _issue_rows(journal: Journal) -> Iterator[Shown]:
    for issue in journal.issues():
        yield {
            "unit": issue.unit,
            "period": Period.parse(issue.period).label,
            "tasks": len(issue.rows),
            "file": file_name(issue),
            "issue": issue.id,
        }


def _problem_rows(schema: Schema, lines: Sequence[Line]) -> Iterator[Shown]:
    for category, line in sorted_problems(schema, lines):
        yield {
            "category": category.name,
            "ref": line.task.reference,
            "text": line.task.text,
            "unit": line.reporter,
            "problem": line.values["problems"],
        }


def _conflict_rows(schema: Schema, journal: Journal, lines: Sequence[Line]) -> Iterator[Shown]:
    refs = _references(lines)
    for conflict in journal.cells.conflicts():
        yield {
            "id": conflict.number,
            "period": conflict.period,
            "ref": refs.get(conflict.task.partition("#")[0], conflict.task),
            "column": column_title(schema, conflict.column),
            "office": conflict.office,
            "unit": conflict.units,
            "units": conflict.source,
            "decided": f"已采用{conflict.decision}文字" if conflict.decision else None,
        }


def _change_rows(schema: Schema, journal: Journal, lines: Sequence[Line]) -> Iterator[Shown]:
    refs = _references(lines)
    for change in journal.cells.changes(_CHANGES_SHOWN):
        yield {
            "when": change.at[:16].replace("T", " "),
            "ref": refs.get(change.task.partition("#")[0], change.task),
            "column": column_title(schema, change.column),
            "old": change.old or None,
            "new": change.new or None,
            "source": change.source,
        }


def _references(lines: Sequence[Line]) -> dict[str, str]:
    return {line.task.id: line.task.reference for line in lines}


def _put_named(book: Book, master: Master, name: str, value: str) -> None:
    if name in book.names() and master.named(name) != value:
        book.put_name(name, value)


def _rewrite(book: Book, table: Table, rows: Sequence[Shown]) -> None:
    """Make a list that is wholly ours show exactly ``rows``: cells that differ are put, what is over is emptied."""
    for row, values in zip(table.rows, rows, strict=False):
        _put(book, table, row, values)
    for row in table.rows[len(rows) :]:
        _put(book, table, row, dict.fromkeys(table.columns))
    _add(book, table, rows[len(table.rows) :])


def _update(book: Book, table: Table, rows: Iterable[Shown], key: str) -> None:
    """Bring our cells of a list up to date by the text in column ``key``; rows of others and their order stay."""
    standing = {cell_text(row.values[key]): row for row in table.rows}
    added = []
    for values in rows:
        row = standing.get(cell_text(values[key]))
        if row:
            _put(book, table, row, values)
        else:
            added.append(values)
    _add(book, table, added)


def _put(book: Book, table: Table, row: Row, values: Shown) -> None:
    changed = {
        key: value
        for key, value in values.items()
        if key in table.columns and cell_text(row.values.get(key)) != cell_text(value)
    }
    for key, value in changed.items():
        book.put(table.sheet, f"{column_letter(table.columns[key])}{row.number}", value)
    if changed:
        texts = {table.columns[key]: cell_text(value) for key, value in {**row.values, **changed}.items()}
        book.fit(table.sheet, row.number, row_height(texts, book.widths(table.sheet)))


def _add(book: Book, table: Table, rows: Sequence[Shown]) -> None:
    if not rows:
        return
    cells = [
        {table.columns[key]: value for key, value in values.items() if key in table.columns and value is not None}
        for values in rows
    ]
    add_rows(book, table, cells)


def add_rows(book: Book, table: Table, rows: Sequence[Mapping[int, Value]]) -> None:
    """Put rows (column number → value) below a table's last one, or in place of its empty model row."""
    widths = book.widths(table.sheet)
    heights = [row_height({column: cell_text(value) for column, value in row.items()}, widths) for row in rows]
    if table.rows:
        book.append(table.sheet, table.last_row, rows, heights)
    else:
        book.fill(table.sheet, table.model_row, rows, heights)

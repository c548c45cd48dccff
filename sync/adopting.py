"""Taking the final wording of a bulletin into the ledger: as if the office had typed it into the master itself.

A cell of the open period becomes an edit of the office's: the next sync keeps it, and what a unit writes after that
goes to 冲突. A cell of a closed period is changed in its archive. Settings go into schema.yaml.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.errors import SchemaError, StateError
from ledger.period import Period
from ledger.schema.settings import in_words, settings, with_value
from ledger.task import folded
from ledger.wording import Wording
from sync.layout import cell_value
from sync.master import open_master
from sync.preview import put_master, settle_master
from sync.publications import correct_facts
from sync.publish import publish
from sync.records import Cell
from sync.reported import Reported
from sync.reporters import reporters, roster_of
from sync.workspace import Workspace
from xlsx import Book, column_letter

__all__ = ["Taken", "keep_wording", "take", "wording_of"]

_SOURCE = "本办（通报定稿）"


class Taken(NamedTuple):
    """One cell: what the draft said, and what the office says instead."""

    drafted: str
    new: str


def wording_of(workspace: Workspace, period: Period) -> Wording:
    """The office's own words in a period's bulletin."""
    return Wording.model_validate_json(workspace.journal.fact(_fact(period)) or "{}")


def keep_wording(workspace: Workspace, period: Period, wording: Wording) -> None:
    """Draft the period's bulletin in these words from now on."""
    workspace.journal.set_fact(_fact(period), wording.model_dump_json())


def take(
    workspace: Workspace, period: Period, given: Mapping[str, str], cells: Mapping[Cell, Taken], wording: Wording
) -> None:
    """Take settings by path, cells and sentences. `StateError` when one of them cannot stand: then none is taken."""
    text = _with_settings(workspace, period, given)
    publish(workspace)  # what waits in the master is taken in before it is written over
    with workspace.journal.transaction():
        keep_wording(workspace, period, wording)
        if period == workspace.journal.open_period():
            _write_master(workspace, period, cells)
        else:
            archive = workspace.journal.cells.archive(str(period))
            _log(workspace, {cell: archive.get(cell, "") for cell in cells}, cells)
            workspace.journal.cells.set_archive(str(period), {cell: one.new for cell, one in cells.items()})
        correct_facts(workspace, period, {cell: one.new for cell, one in cells.items()})
    settle_master(workspace)
    if text != workspace.schema_text:
        workspace.change_schema(text)
    publish(workspace)


def _with_settings(workspace: Workspace, period: Period, given: Mapping[str, str]) -> str:
    text, every = workspace.schema_text, settings(workspace.schema, period)
    # of a list the last item comes first: where one is taken out, those behind it move up; and so do new ones
    present = {one.path: one for one in every}
    known = {path: value for path, value in given.items() if path in present}
    for path, value in [*reversed(known.items()), *((path, given[path]) for path in given if path not in known)]:
        try:
            text = with_value(text, path, value)
        except SchemaError as error:
            told = in_words(str(error), present[path], every) if path in present else str(error)
            raise StateError(f"“{value[:30]}”写不进“设置”：{told.removesuffix('。')}，没有作任何改动。") from error
    return text


def _write_master(workspace: Workspace, period: Period, cells: Mapping[Cell, Taken]) -> None:
    """Put the office's texts into the master; a unit's text that is newer than the draft waits in 冲突."""
    master, journal = open_master(workspace), workspace.journal
    every = journal.tasks()
    tasks, who = {task.id: task for task in every}, reporters(every, master, roster_of(master, every))
    reported = Reported(journal, workspace.schema, period)
    book, stood = Book(master.data), {}
    for (task, key), taken in cells.items():
        if task not in master.rows or key not in master.rows[task][0].columns:
            raise StateError(f"总表里找不到{tasks[task].exact}的这一格，没有作任何改动，请先执行 ducha verify。")
        table, row = master.rows[task]
        stood[task, key] = master.text(task, key)
        ref = f"{column_letter(table.columns[key])}{row.number}"
        book.put(table.sheet, ref, cell_value(workspace.schema, key, taken.new))
        said = reported.task(tasks[task], who[task])
        units = said.values.get(key, "")
        newer = folded(stood[task, key]) not in (folded(taken.drafted), folded(taken.new))
        if newer and stood[task, key] == units:
            journal.cells.put_conflict((task, key), str(period), taken.new, units, "、".join(said.sources))
    if not cells:
        return
    data = book.save()
    digest = workspace.store(data)
    if not put_master(workspace, data, master.data):
        raise StateError("总表刚刚又存过盘，没有采用，请再执行一次。")
    journal.masters.add(digest, "saved")
    journal.set_fact("master", digest)
    _log(workspace, stood, cells)


def _log(workspace: Workspace, stood: Mapping[Cell, str], cells: Mapping[Cell, Taken]) -> None:
    workspace.journal.cells.add_changes((cell, stood[cell], one.new, _SOURCE) for cell, one in cells.items())


def _fact(period: Period) -> str:
    return f"wording {period}"

"""What arrived by telephone or on paper, given as a command: it becomes a row of sheet 代填 like those typed there.

The row is checked and noted in the journal; the next publication puts it into the sheet and records it (sync/entered).
"""

from collections.abc import Mapping

from ledger.errors import StateError
from sync.entered import as_typed, required_columns
from sync.entered_check import EnteredCheck, Typed, moment, typed_rows
from sync.master import Master, open_master
from sync.publish import Published, publish
from sync.reporters import reporters, roster_of
from sync.workspace import Workspace

__all__ = ["enter"]


def enter(
    workspace: Workspace, unit: str, ref: str, said: Mapping[str, str], channel: str, received: str
) -> tuple[Published, str]:
    """Record what ``unit`` said about the task ``ref``, its texts by column title, received on a day or at a time.

    Returns what was published and what 状态 says of the row, empty while it waits for the master. `StateError` with
    all faults when the sheet would not take the row either.
    """
    if not workspace.journal.open_period():
        raise StateError("还没有打开报送期，没有登记，请先执行 ducha open，例如 ducha open 2022-09。")
    master = open_master(workspace)
    table = master.lists.get("entered")
    missing = required_columns(table, workspace.schema)
    if not table or missing:
        gone = f"“{table.sheet}”表里缺少“{'、'.join(missing)}”一栏" if table else "里找不到“代填”表"
        raise StateError(f"总表{gone}，没有登记，请撤销删除或从备份恢复后重试。")
    at = moment(received)
    cells = {"unit": unit, "ref": ref, "channel": channel, "received": at or received, **_keyed(workspace, said)}
    typed = as_typed(table, workspace.schema, cells)
    if faults := list(_check(workspace, master).faults(typed)):
        told = "".join(dict.fromkeys(words for _, words in faults)).rstrip("；")
        raise StateError(f"没有登记：{told}，请核对后重试。")
    with workspace.journal.transaction():
        workspace.journal.entered.note(typed.texts)
    published = publish(workspace, beside=True)
    if published.waits:
        return published, ""
    return published, _state(workspace, typed)


def _keyed(workspace: Workspace, said: Mapping[str, str]) -> dict[str, str]:
    schema = workspace.schema
    titles = {schema.columns[key].title: key for key in schema.owned("unit")}
    if unknown := [title for title in said if title not in titles]:
        raise StateError(f"没有“{unknown[0]}”这一栏，没有登记，可填的有：{'、'.join(titles)}。")
    return {titles[title]: text.strip() for title, text in said.items()}


def _check(workspace: Workspace, master: Master) -> EnteredCheck:
    journal, period = workspace.journal, workspace.journal.open_period()
    assert period, "asked before"
    tasks = journal.tasks()
    roster = roster_of(master, tasks)
    who = reporters(tasks, master, roster)
    return EnteredCheck(workspace.schema, tasks, who, roster, journal.newest_issues(str(period)), period)


def _state(workspace: Workspace, typed: Typed) -> str:
    table = open_master(workspace).lists["entered"]
    rows = (one.row for one in typed_rows(table, workspace.schema) if one.content == typed.content)
    return next((str(row.values["state"]) for row in rows), "")

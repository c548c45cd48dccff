"""What waits for the office now: in the inbox, at the units, in the master."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.period import Period
from sync.choices import decides
from sync.intake import candidates
from sync.lists.checked import is_open
from sync.master import Master, open_master
from sync.preview import previews, publication_waits
from sync.records import Conflict, Submission
from sync.reporters import reporters, roster_of
from sync.returns import unit_states
from sync.watching.settled import inbox_name, settle
from sync.workspace import Workspace

__all__ = ["Undecided", "Waiting", "finished_files", "held_up", "undecided", "untaken", "waiting"]


@dataclass(frozen=True, slots=True)
class Undecided:
    """What the office has to decide in the master, and how many of its decisions the next sync will obey.

    ``findings`` are the contradictions of sheet 核查 about which the office has said nothing yet,
    ``suggestions`` the proposed indicators of sheet 指标建议.
    """

    conflicts: int = 0
    revisions: int = 0
    findings: int = 0
    suggestions: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, by whom; ``period`` is None before any is open. ``watched`` says that sync --watch runs,
    ``faults`` are whole sentences."""

    period: Period | None
    due: date | None
    tasks: int
    units: int
    files: tuple[Path, ...]
    silent: tuple[str, ...]
    returned: tuple[str, ...]
    undecided: Undecided
    unnamed: tuple[str, ...]
    watched: bool
    faults: tuple[str, ...]


def waiting(workspace: Workspace) -> Waiting:
    """Look at everything and change nothing; a master that cannot be read is one of the faults."""
    journal, period = workspace.journal, workspace.journal.open_period()
    tasks = journal.tasks()
    states = unit_states(workspace, period) if period else []
    unnamed: list[str] = []
    found, faults = Undecided(), []
    try:
        master = open_master(workspace)
        who = reporters(tasks, master, roster_of(master, tasks))
        unnamed = [task.exact for task in tasks if not who[task.id] and not task.ended]
        found = undecided(workspace, master)
        faults = [item.message for item in master.findings(tasks)]
        master.require_whole()
    except StateError as error:
        faults.append(str(error))
    faults += _master_waits(workspace)
    return Waiting(
        period=period,
        due=workspace.schema.due_day(period) if period else None,
        tasks=len(tasks),
        units=len(states),
        files=tuple(untaken(workspace)),
        silent=tuple(state.unit for state in states if state.word in ("未报", "部分代填", "已撤下")),
        returned=tuple(state.unit for state in states if state.word in ("已退回", "已隔离")),
        undecided=found,
        unnamed=tuple(unnamed),
        watched=workspace.is_watched,
        faults=tuple(faults),
    )


def untaken(workspace: Workspace) -> Iterator[Path]:
    """Files in the inbox that no pass has brought to its end yet."""
    inbox = workspace.root / "inbox"
    taken = workspace.journal.submissions.places()
    for path in candidates(inbox):
        name = inbox_name(inbox, path)
        try:
            known = (name, sha256(path.read_bytes()).hexdigest()) in taken
        except OSError:  # somebody has it open, or just took it away
            known = not path.exists()
        if not known:
            yield path


def finished_files(workspace: Workspace, *, patient: bool = True) -> tuple[dict[Path, str], dict[Path, str]]:
    """What a pass may take now, with its hash, and the files that are not finished, with the reason.

    ``patient`` means to wait some seconds for a file that is just being copied.
    """
    inbox, known = workspace.root / "inbox", workspace.journal.submissions.places()
    try:
        return settle(inbox, known) if patient else settle(inbox, known, sleep=None)
    except OSError as error:
        raise StateError(f"收件文件夹“{inbox}”打不开，请检查磁盘或网络，或重新建好后重试。") from error


def held_up(workspace: Workspace) -> list[str]:
    """Whole sentences on what cannot go on by itself: files that are not finished, a master that is open elsewhere."""
    try:
        unfinished = finished_files(workspace, patient=False)[1]
    except StateError as error:
        return [str(error)]
    told = [f"{path.name}{why}，还没有汇总。" for path, why in unfinished.items()]
    if owed := workspace.journal.submissions.owed():
        told.append(f"{len(owed)}份退回件还没有写进returned，再汇总一次就补写。")
    if strays := list(_unknown(workspace)):
        told.append(
            f"{len(strays)}份认不出是哪个单位的，没有采用：{'、'.join(f'#{one.number} {one.path}' for one in strays)}。"
            "原因见returned里的说明，处理好的用ducha exclude撤下，就不再列出。"
        )
    if noted := workspace.journal.entered.noted():
        told.append(f"{len(noted)}条代填还没有写进总表，总表关闭后再汇总一次就写入。")
    return [*told, *_master_waits(workspace)]


def _unknown(workspace: Workspace) -> Iterator[Submission]:
    """Files of the open period that belong to no unit, so that no line of 报送情况 tells of them."""
    for one in workspace.journal.submissions.of(str(workspace.journal.open_period())):
        if not one.unit and one.verdict in ("returned", "quarantined"):
            yield one


def _master_waits(workspace: Workspace) -> list[str]:
    shown, waits = previews(workspace), publication_waits(workspace)
    told = [waits] if shown and waits else []
    if shown:
        told.append(f"最新内容见“{shown[-1].name}”（只供查看），总表关闭后再汇总一次就写入总表。")
    return told


def undecided(workspace: Workspace, master: Master) -> Undecided:
    """Conflicts of the open period and changes (变更) without a decision, in the journal or in the master's lists."""
    period = str(workspace.journal.open_period())
    open_ones = {str(item.number) for item in workspace.journal.cells.conflicts() if _is_open(item, period)}
    clashes = [row for row in _rows(master, "conflicts") if row.get("id") in open_ones]
    revisions = [row for row in _rows(master, "revisions") if row.get("state", "").startswith("待确认")]
    chosen = [row for row in clashes if decides("conflicts", row)]
    confirmed = [row for row in revisions if decides("revisions", row)]
    return Undecided(
        conflicts=len(open_ones) - len(chosen),
        revisions=len(revisions) - len(confirmed),
        findings=sum(is_open(row) for row in _rows(master, "checked")),
        suggestions=sum(bool(row.get("id")) and not decides("suggested", row) for row in _rows(master, "suggested")),
        decided=len(chosen) + len(confirmed),
    )


def _is_open(conflict: Conflict, period: str) -> bool:
    return not conflict.decision and conflict.period == period


def _rows(master: Master, name: str) -> list[dict[str, str]]:
    """The texts of a list sheet's rows by column key; a list that is gone has none."""
    table = master.lists.get(name)
    return [{key: cell_text(value) for key, value in row.values.items()} for row in table.rows] if table else []

"""Orders, reminders, scores and drafts for comment as files: what the ribbon's buttons and the commands both write.

Everything is made before anything is written, so that a fault of a template leaves no half of the papers behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from addin.drafting import drafted, rendered
from bulletin.characters import uncommon_characters
from bulletin.consultation import extracts, render_consultation
from bulletin.orders import order, render_order, to_order
from bulletin.reminders import render_reminder
from bulletin.rewording import applicable
from bulletin.scores import Scored, render_scores
from ledger.errors import StateError
from ledger.finding import finding
from ledger.measures import day as day_of
from ledger.period import Period
from ledger.reference import find_task
from ledger.schema import Schema
from ledger.snapshot import Line, Snapshot
from sync.adopting import wording_of
from sync.atomic import legal_name
from sync.background import background
from sync.drafts import put_draft
from sync.lists.scores import score_rows
from sync.lists.view import View
from sync.master import Master
from sync.numbers import keep_numbers, numbered
from sync.owing import owing
from sync.workspace import Workspace

__all__ = [
    "chosen_tasks",
    "issue_day",
    "odd_characters",
    "write_consultations",
    "write_letters",
    "write_orders",
    "write_scores",
]


def issue_day(schema: Schema, period: Period, given: str = "") -> date:
    """The date that a paper bears: the one that was ``given`` (2022-09-08), else the day after the reports were due.

    Never today's, or a second run would change bytes. `StateError` for a date that cannot be read.
    """
    if not given:
        return schema.due_day(period) + timedelta(1)
    if found := day_of(given):
        return found
    raise StateError(f"落款日期“{given}”看不懂，没有生成，请写成 2022-09-08。")


def chosen_tasks(snapshot: Snapshot, references: Iterable[str]) -> list[Line]:
    """The tasks that people name (附件1：26); without any name those with a red light.

    `StateError` for a name that is no task or several, and for a task that has ended.
    """
    wanted = list(references)
    if not wanted:
        return to_order(snapshot)
    tasks = [line.task for line in snapshot.lines]
    found = {reference: find_task(reference, tasks) for reference in wanted}
    if unknown := [reference for reference, task in found.items() if not task]:
        told = f"找不到任务“{'、'.join(unknown)}”，或者对上了几项"
        raise StateError(f"{told}，没有生成督办单，请写成附件1：26；民生实事的子项写成附件2：8.3。")
    ids = {task.id for task in found.values() if task}
    chosen = [line for line in snapshot.lines if line.task.id in ids]
    if ended := [line.task.exact for line in chosen if line.task.ended]:
        raise StateError(f"{'、'.join(ended)}已经撤销或并入其他任务，没有生成督办单，请去掉后重试。")
    return chosen


def write_orders(
    workspace: Workspace, master: Master, snapshot: Snapshot, lines: Sequence[Line], day: date
) -> list[Path]:
    """One order a task into ``bulletins/<period>/``."""
    findings = background(workspace, master, snapshot)[1] if lines else []
    kind, period = "督办单", snapshot.period
    orders = {f"{period} {line.task.id}": order(workspace.schema, snapshot, line, day, findings) for line in lines}
    numbers = numbered(workspace, kind, orders)
    template = workspace.template("order.docx")
    files = {
        f"{kind}{numbers[key]}号_{one.reference.replace('：', '-')}": render_order(
            one, numbers[key], workspace.schema, template
        )
        for key, one in orders.items()
    }
    keep_numbers(workspace, kind, numbers)
    return _put(workspace, period, files)


def write_letters(workspace: Workspace, period: Period, day: date) -> list[Path]:
    """One letter into ``bulletins/<period>/`` for every unit that still owes something."""
    kind = "催报函"
    owed = {f"{period} {one.unit}": one for one in owing(workspace, period)}
    numbers = numbered(workspace, kind, owed)
    template = workspace.template("reminder.docx")
    files = {
        f"{kind}{numbers[key]}号_{one.unit}": render_reminder(
            one, numbers[key], period, day, workspace.schema, template
        )
        for key, one in owed.items()
    }
    keep_numbers(workspace, kind, numbers)
    return _put(workspace, period, files)


def write_scores(workspace: Workspace, view: View, day: date) -> Path:
    """The table of scores as sheet 考核 has them now, into ``bulletins/<period>/``."""
    assert view.snapshot  # nobody is scored before a period is open
    period = view.snapshot.period
    rows = [Scored(**{field: row[key] for field, key in _SCORED.items()}) for row in score_rows(view)]  # type: ignore[arg-type]
    data = render_scores(rows, period, day, workspace.schema, workspace.template("scores.docx"))
    return put_draft(workspace, period, "单位评分表", data)


_SCORED = {"rank": "rank", "unit": "name", "tasks": "tasks", "system": "system", "total": "score", "why": "why"}


def write_consultations(workspace: Workspace, master: Master, snapshot: Snapshot, day: date) -> list[Path]:
    """For every unit that the bulletin names what it says about it, into ``bulletins/<period>/``.

    It is what the bulletin would print: nothing that is contradicted, the office's own wording.
    """
    schema, template = workspace.schema, workspace.template("consultation.docx")
    found = drafted(workspace, master, snapshot)
    wording = applicable(rendered(workspace, found), wording_of(workspace, snapshot.period))
    files = {
        f"征求意见_{one.unit}": render_consultation(one, found.title, day, schema, template)
        for one in extracts(found, snapshot, wording)
    }
    return _put(workspace, snapshot.period, files)


def odd_characters(paths: Iterable[Path]) -> str:
    """A sentence about characters in these documents that the official fonts lack; empty where there are none."""
    found = dict.fromkeys(character for path in paths for character in uncommon_characters(path.read_bytes()))
    return finding("character_uncommon", place="文书", value="、".join(found)).message if found else ""


def _put(workspace: Workspace, period: Period, files: Mapping[str, bytes]) -> list[Path]:
    """Write them all; of names that Windows takes for the same, or cuts to the same, the later ones are numbered."""
    written, taken = [], set[str]()
    for name, data in files.items():
        legal, count = legal_name(name), 1
        while legal.casefold() in taken:
            count += 1
            legal = f"{legal_name(name)[:70]}_{count}"
        taken.add(legal.casefold())
        written.append(put_draft(workspace, period, legal, data))
    return written

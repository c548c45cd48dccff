"""What the ribbon's buttons do with the open workbook. Each is called by name from `macros/DuchaRibbon.bas`."""

from addin.choosing import choose, selected_tasks
from addin.desk import Desk
from addin.desktop import show
from addin.drafting import made
from addin.marking import mark_faults
from addin.papers import chosen_tasks, issue_day, odd_characters
from addin.papers import write_letters as put_letters
from addin.papers import write_orders as put_orders
from addin.papers import write_scores as put_scores
from addin.putting_away import put_away
from addin.writing_through import put_through, require_held, require_writable
from ledger.errors import StateError
from ledger.period import Period
from sync.choices import OFFICE, UNITS
from sync.drafts import put_draft
from sync.intake import Passed, sync_once
from sync.lists.scores import score_rows
from sync.lists.view import View
from sync.master import Master
from sync.parcels import FOLDER
from sync.parcels import remind as write_reminders
from sync.publications import require_unpublished
from sync.recovery.backup import daily_backup
from sync.rehearsal import rehearse
from sync.reporters import roster_of
from sync.returns import unit_states
from sync.settings import apply_settings
from sync.snapshot import snapshot_of
from sync.waiting import finished_files
from sync.workspace import Workspace

__all__ = [
    "adopt_office",
    "adopt_unit",
    "check_sheet",
    "open_help",
    "open_workspace",
    "preview_sync",
    "remind",
    "run_sync",
    "show_scores",
    "show_status",
    "write_bulletin",
    "write_letters",
    "write_orders",
    "write_scores",
    "write_through",
]

_HELP = """校验当前表：把填得不对的格子涂成粉红色，再点一次重新核对。
报送情况、单位评分：现在谁报了、各得多少分。
试汇总：看看下次汇总会改什么，不动任何文件。
更新进展：把收到的进展写进开着的总表，不存盘、不关闭。
汇总：存盘并关上总表，收齐inbox里的填报表，再打开。
采用本办、采用单位：在“冲突”表里先选中要定的行，汇总时照办。
生成通报：用总表现在的内容生成Word。
督办单：给选中的任务各写一份Word；不在附件表里，就给全部红灯任务写。
催报通知：给没有报、退回后没有改好的单位各写一段。
催报函：给这些单位各写一份Word。
评分表：把单位评分写成Word。
函数以DC_开头，在“插入函数”的“督查台账”类里。"""
_UNITS_SHOWN = 20


def check_sheet() -> None:
    """Mark what is wrong on the sheet that is shown, by the rules by which returned workbooks are judged."""
    with Desk("正在校验当前表") as desk:
        desk.say(mark_faults(desk.book.sheets.active))


def show_status() -> None:
    """Say who has reported and who has not."""
    with Desk("正在查看报送情况") as desk, desk.alone() as workspace:
        desk.master(workspace)  # one of another year is refused
        period = _open_period(workspace)
        states = unit_states(workspace, period)
        waiting = [state.unit for state in states if not state.reported]
        told = f"{period.label}：应报{len(states)}家，已报{len(states) - len(waiting)}家。"
        desk.say(told + (f"\n未报或未通过：{_some(waiting)}。" if waiting else ""))


def preview_sync() -> None:
    """Show what the next sync would change in the master as it stands now; nothing is changed."""
    with Desk("正在试汇总") as desk, desk.alone() as workspace:
        done = rehearse(workspace, desk.progress, desk.master(workspace).data)
        references = {line.task.id: line.task.exact for line in done.after.lines}
        rows: list[list[object]] = [
            [references.get(cell[0].partition("#")[0], cell[0]), cell[1], old, new, source]
            for cell, old, new, source in done.passed.published.changes
        ]
        if rows:
            desk.show_table("试汇总：下次汇总会更新的格子", [["序号", "栏目", "现在", "汇总后", "来自"], *rows])
        desk.say(f"试汇总，没有改动任何文件。{_counted(done.passed)}")


def run_sync() -> None:
    """Save and close the master, take in what lies in the inbox, and open it again."""
    with Desk("正在汇总") as desk:
        workspace = desk.workspace()
        desk.master(workspace).require_whole()
        require_writable(desk.book)
        # first the lock: while the daemon is at work nothing need be saved or closed
        with workspace.locked(), put_away(desk.book):
            files, waits = finished_files(workspace)
            done = sync_once(workspace, desk.progress, files)
            unsaved = daily_backup(workspace)
        late = "".join(f"\n{path.name}{why}，没有汇总。" for path, why in waits.items())
        desk.say(f"汇总完成。{_counted(done)}{late}" + (f"\n{unsaved}" if unsaved else ""))


def write_through() -> None:
    """Write what the units have reported into the open master, which is neither saved nor closed."""
    with Desk("正在更新进展") as desk, desk.alone() as workspace:
        master, period = desk.master(workspace), _open_period(workspace)
        master.require_whole()
        require_writable(desk.book)
        require_held(workspace, master, period)
        done = rehearse(workspace, desk.progress, master.data).passed.published
        written = put_through(desk.book, workspace, master, period, done.changes)
        told = f"已写进{written}格，没有存盘。" if written else "没有可以写进来的新进展。"
        left = len(done.changes) - written
        rest = f"\n另有{left}格（指标、待定的冲突等）没有动。" if left else ""
        when = "就自动更新" if workspace.is_watched else "，汇总时更新"
        desk.say(f"{told}{rest}\n亮灯、冲突和各张清单等总表存盘关闭后{when}。")


def write_bulletin() -> None:
    """Make the bulletin of the open period from the master as it stands, and open it."""
    with Desk("正在生成通报") as desk, desk.alone() as workspace:
        apply_settings(workspace)
        period, master = _open_period(workspace), desk.master(workspace)
        master.require_whole()
        require_unpublished(workspace, period)
        done = made(workspace, master, snapshot_of(workspace, master, period))
        for name, data in done.books.items():
            put_draft(workspace, period, name, data, ".xlsx")
        path = put_draft(workspace, period, "通报", done.document)
        desk.say(f"通报已生成：{path}")
        show(path)


def remind() -> None:
    """Write a reminder for every unit whose report is not accepted, and open the folder."""
    with Desk("正在写催报通知") as desk, desk.alone() as workspace:
        desk.master(workspace)  # one of another year is refused
        units = write_reminders(workspace, _open_period(workspace))
        told = f"催报{len(units)}家：{_some(units)}。催报通知在“{FOLDER}”文件夹里。"
        desk.say(told if units else "没有要催报的单位。")
        if units:
            show(workspace.root / FOLDER)


def write_orders() -> None:
    """Write an order for each selected task, on a sheet without tasks for every red one, and open the folder."""
    with Desk("正在写督办单") as desk, desk.alone() as workspace:
        apply_settings(workspace)
        period, master = _open_period(workspace), desk.master(workspace)
        master.require_whole()
        tasks = selected_tasks(desk.app.selection)
        snapshot = snapshot_of(workspace, master, period)
        day = issue_day(workspace.schema, period)
        paths = put_orders(workspace, master, snapshot, chosen_tasks(snapshot, tasks), day)
        which = f"选中的{len(paths)}项任务" if tasks else f"全部{len(paths)}项红灯任务"
        desk.say(
            f"已给{which}写好督办单，请逐份核对后签发。{odd_characters(paths)}"
            if paths
            else "没有亮红灯的任务，没有写督办单。"
        )
        if paths:
            show(paths[0].parent)


def write_letters() -> None:
    """Write a letter to every unit whose report is not accepted, and open the folder."""
    with Desk("正在写催报函") as desk, desk.alone() as workspace:
        apply_settings(workspace)
        period = _open_period(workspace)
        paths = put_letters(workspace, period, issue_day(workspace.schema, period))
        desk.say(
            f"已写好催报函{len(paths)}份，请核对后签发。{odd_characters(paths)}" if paths else "没有要催报的单位。"
        )
        if paths:
            show(paths[0].parent)


def write_scores() -> None:
    """Write every unit's score as of now as a document, and open it."""
    with Desk("正在写单位评分表") as desk, desk.alone() as workspace:
        apply_settings(workspace)
        day = issue_day(workspace.schema, _open_period(workspace))
        path = put_scores(workspace, _view(workspace, desk.master(workspace)), day)
        desk.say(f"单位评分表已生成：{path}。{odd_characters([path])}")
        show(path)


def show_scores() -> None:
    """Show every unit's score as of now, with its arithmetic."""
    with Desk("正在计算单位评分") as desk, desk.alone() as workspace:
        view = _view(workspace, desk.master(workspace))
        keys = {
            "name": "单位",
            "tasks": "任务数",
            "system": "系统得分",
            "score": "总分",
            "rank": "名次",
            "why": "计分说明",
        }
        rows: list[list[object]] = [[one[key] for key in keys] for one in score_rows(view)]
        desk.show_table("单位评分", [[*keys.values()], *rows])


def adopt_office() -> None:
    """Decide the selected conflicts for the office's text."""
    _adopt(OFFICE)


def adopt_unit() -> None:
    """Decide the selected conflicts for the units' text."""
    _adopt(UNITS)


def open_workspace() -> None:
    """Open the workspace's folder."""
    with Desk("正在打开工作区") as desk:
        show(desk.workspace().root)


def open_help() -> None:
    """Say what each button does."""
    with Desk("帮助") as desk:
        desk.say(_HELP)


def _adopt(word: str) -> None:
    with Desk("正在登记采用") as desk:
        workspace = desk.workspace()
        desk.master(workspace)
        count = choose(desk.app.selection, word)
        desk.say(f"已登记{count}处采用{word}文字，汇总时照办。")


def _open_period(workspace: Workspace) -> Period:
    period = workspace.journal.open_period()
    if not period:
        raise StateError("还没有打开报送期，请先执行 ducha open，例如 ducha open 2022-09。")
    return period


def _view(workspace: Workspace, master: Master) -> View:
    tasks = workspace.journal.tasks()
    snapshot = snapshot_of(workspace, master, _open_period(workspace))
    return View(workspace, master, roster_of(master, tasks), snapshot)


def _counted(done: Passed) -> str:
    published = done.published
    clash = f"，{published.conflicts}处与本办改动冲突（见“冲突”表）" if published.conflicts else ""
    returned = sum(one.verdict == "returned" for one in done.decided)
    back = f"，其中退回{returned}份" if returned else ""
    waits = f"\n{published.waits}" if published.waits else ""
    return f"新收{len(done.decided)}份{back}，总表更新{len(published.changes)}格{clash}。{waits}"


def _some(units: list[str]) -> str:
    return "、".join(units[:_UNITS_SHOWN]) + (f"等{len(units)}家" if len(units) > _UNITS_SHOWN else "")

"""Commands that move the ledger on: new workspace, import, period, handing out, sync, reminders."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from addin.papers import issue_day, write_letters
from ducha.differences import tell_rehearsed
from ducha.papers import DayOption, tell_written
from ducha.say import HERE, PeriodOption, Place, console, opened, reading, tell_findings
from ducha.watching import keep_watching, tell_passed, tell_unfinished
from ledger.errors import StateError
from ledger.period import Period
from sync.deciding import has_failed
from sync.distribute import distribute as hand_out
from sync.intake import sync_once
from sync.master import open_master
from sync.parcels import FOLDER
from sync.parcels import remind as write_reminders
from sync.periods import open_period
from sync.recovery.backup import daily_backup
from sync.register import register
from sync.rehearsal import rehearse
from sync.report_draft import draft_report
from sync.waiting import finished_files, undecided
from sync.watching.diary import LOG
from sync.workspace import Workspace, default_schema, schema_file

__all__ = ["distribute", "import_files", "init", "open_", "remind", "sync"]


def init(
    folder: Annotated[Path, typer.Argument(help="新工作区的文件夹。")],
    schema: Annotated[Path | None, typer.Option("--schema", help="配置文件，默认用自带的schema.yaml。")] = None,
) -> None:
    """新建一个工作区（每个年度、每个办公室一个）。"""
    workspace = Workspace.create(folder, schema_file(schema) if schema else default_schema())
    console.print(f"已建好工作区：{workspace.root}")
    console.print("签名密钥另存了一份备份（签名密钥备份_请另行保管.txt），请移到别处妥善保管。")
    console.print("下一步：导入责任分工表（ducha import 责任分工表.docx）。")


def import_files(
    files: Annotated[list[Path], typer.Argument(help="责任分工表：.docx、.xlsx、.xls或文本。")],
    tasks_only: Annotated[bool, typer.Option("--tasks-only", help="只导入任务，不导入进展情况等填报内容。")] = False,
    as_: Annotated[str, typer.Option("--as", help="是什么文件：table责任分工表，report政府工作报告。")] = "table",
    like: Annotated[
        list[Path] | None, typer.Option("--like", help="推荐领导和单位时参照的往年台账，可写几次。")
    ] = None,
    workspace: Place = HERE,
) -> None:
    """把责任分工表导入台账；政府工作报告先起草成表，改好再导入。同一份文件再导一次不会重复。"""
    if as_ == "report":
        _draft(files, like or [], workspace)
        return
    if as_ != "table" or like:
        raise StateError("--as 只能是 table 或 report，--like 只和 --as report 一起用，请改正后重试。")
    with opened(workspace) as place:
        done = register(place, files, tasks_only=tasks_only)
    tell_findings(done.findings)
    console.print(f"新增任务{len(done.tasks)}项" + (f"，导入{done.reports}项进展。" if done.reports else "。"))
    if done.period:
        console.print(f"进展记在{done.period.label}。")
    for failure in done.failed:
        print(f"错误：{failure}", file=sys.stderr)
    if done.failed:
        raise typer.Exit(3)


def _draft(files: list[Path], like: list[Path], workspace: Path) -> None:
    """Work reports become drafts that the office edits before it imports them."""
    for file in files:
        with opened(workspace) as place:
            path, plan = draft_report(place, file, like)
        counts = f"任务{len(plan.commitments)}项，预期目标{len(plan.expected)}项，民生实事{len(plan.livelihood)}项"
        console.print(f"已起草：{path}（{counts}）。")
        console.print(f"请在Excel里修改、补齐领导和单位，保存后导入：ducha import {path.name}")


def open_(
    period: Annotated[str, typer.Argument(help="报送期，如 2022-09、2022Q3、2022。")], workspace: Place = HERE
) -> None:
    """打开一个报送期：上一期存档，其进展转为“上期进展”。"""
    wanted = Period.parse(period)
    with opened(workspace) as place:
        open_period(place, wanted)
        due = place.schema.due_day(wanted)
    console.print(f"已打开{wanted.label}，报送截止{due.year}年{due.month}月{due.day}日。")


def distribute(period: PeriodOption, workspace: Place = HERE) -> None:
    """下发：给每个填报单位生成一份填报表，放在outbox里。"""
    wanted = Period.parse(period)
    with opened(workspace) as place:
        if not place.journal.open_period():
            open_period(place, wanted)
            console.print(f"还没有打开报送期，已自动打开{wanted.label}。")
        done = hand_out(place, wanted)
    tell_findings(done.findings)
    kept = f"，另有{done.unchanged}份已在，没有变化" if done.unchanged else ""
    console.print(f"已生成{len(done.written)}份填报表{kept}。压缩包和下发通知在“{FOLDER}”文件夹里，单份在outbox里。")


def sync(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试汇总：只说会改什么，什么都不改动。")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="自动汇总：来一份汇总一份，按Ctrl-C停止。")] = False,
    interval: Annotated[int, typer.Option("--interval", help="自动汇总时每隔多少秒查看一次。", min=1)] = 30,
    poll: Annotated[bool, typer.Option("--poll", help="自动汇总时只定时查看，用于网络共享文件夹。")] = False,
    workspace: Place = HERE,
) -> None:
    """汇总：读取inbox里的填报表，核对后并入总表，不合格的退回。"""
    if watch and dry_run:
        raise StateError("试汇总（--dry-run）和自动汇总（--watch）不能一起用，请去掉一个。")
    if watch:
        keep_watching(workspace, interval=interval, hints=not poll)
        return
    if dry_run:
        with opened(workspace) as place, reading() as progress:
            rehearsed = rehearse(place, progress)
        tell_rehearsed(rehearsed, place.schema)
        tell_unfinished(rehearsed.unfinished)
        return
    with opened(workspace) as place, reading() as progress:
        files, waits = finished_files(place)
        done = sync_once(place, progress, files)
        decide = undecided(place, open_master(place))
        unsaved = daily_backup(place)
    tell_passed(done)
    if unsaved:
        console.print(unsaved)
    tell_unfinished(waits)
    if decide.revisions:
        console.print(f"总表“变更”里有{decide.revisions}处待确认。")
    if failed := [f"#{one.number}" for one in done.decided if has_failed(one)]:
        told = f"错误：{'、'.join(failed)}程序处理时出错，已隔离，其余的都处理完了"
        print(f"{told}，请把“{place.root / LOG}”发给维护人员。", file=sys.stderr)
        raise typer.Exit(1)


def remind(
    period: PeriodOption,
    letters: Annotated[
        bool, typer.Option("--letters", help="另给每个单位写一份催报函（Word），放在bulletins里。")
    ] = False,
    date: DayOption = "",
    workspace: Place = HERE,
) -> None:
    """催报：给每个没有报、退回后没有改好的单位写一段可以直接粘贴的催报通知，放在“发放”里。"""
    wanted = Period.parse(period)
    with opened(workspace) as place:
        day = issue_day(place.schema, wanted, date)
        units = write_reminders(place, wanted)
        written = write_letters(place, wanted, day) if letters else []
    told = f"催报{len(units)}家：{'、'.join(units)}。催报通知在“{FOLDER}”文件夹里。"
    console.print(told if units else "没有要催报的单位。")
    if written:
        tell_written(written, "催报函", "")

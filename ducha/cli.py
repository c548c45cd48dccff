"""The command line: thin, says and prints; everything it does is in the floors below."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ducha.bulletins import write_bulletin
from ducha.demo import run_demo
from ducha.export import as_json
from ledger.errors import DuchaError, StateError
from ledger.finding import Finding, severest_first
from ledger.period import Period
from ledger.schema import json_schema
from sync.distribute import distribute as hand_out
from sync.intake import sync_once
from sync.parcels import remind as write_reminders
from sync.periods import open_period
from sync.register import register
from sync.returns import unit_states
from sync.snapshot import disagreements, take_snapshot
from sync.workspace import Workspace, default_schema, schema_file

__all__ = ["app", "main"]

app = typer.Typer(
    name="ducha",
    help="督查台账：下发填报表，汇总进展，生成通报。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, soft_wrap=True)

Place = Annotated[Path, typer.Option("--workspace", "-w", help="工作区文件夹，默认为当前文件夹。")]
PeriodOption = Annotated[str, typer.Option("--period", "-p", help="报送期，如 2022-09、2022Q3、2022。")]
_HERE = Path()
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_WORDS = {"error": "错误", "warning": "提醒", "note": "说明"}


def main() -> None:
    """Entry point: every error meant for people is one sentence on stderr and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # a GBK console cannot show every character; a report must not die of one
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except DuchaError as error:
        print(f"错误：{error}", file=sys.stderr)
        sys.exit(error.exit_code)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="新工作区的文件夹。")],
    schema: Annotated[Path | None, typer.Option("--schema", help="配置文件，默认用自带的schema.yaml。")] = None,
) -> None:
    """新建一个工作区（每个年度、每个办公室一个）。"""
    workspace = Workspace.create(folder, schema_file(schema) if schema else default_schema())
    console.print(f"已建好工作区：{workspace.root}")
    console.print("签名密钥另存了一份备份（签名密钥备份_请另行保管.txt），请移到别处妥善保管。")
    console.print("下一步：ducha import 责任分工表.docx")


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="责任分工表：.docx、.xlsx、.xls或文本。")],
    tasks_only: Annotated[bool, typer.Option("--tasks-only", help="只导入任务，不导入进展情况等填报内容。")] = False,
    workspace: Place = _HERE,
) -> None:
    """把责任分工表导入台账；同一份文件再导一次不会重复。"""
    with _opened(workspace) as place:
        done = register(place, files, tasks_only=tasks_only)
    _print_findings(done.findings)
    console.print(f"新增任务{len(done.tasks)}项" + (f"，导入{done.reports}项进展。" if done.reports else "。"))
    if done.period:
        console.print(f"进展记在{done.period.label}。")
    for failure in done.failed:
        print(f"错误：{failure}", file=sys.stderr)
    if done.failed:
        raise typer.Exit(3)


@app.command("open")
def open_(
    period: Annotated[str, typer.Argument(help="报送期，如 2022-09、2022Q3、2022。")], workspace: Place = _HERE
) -> None:
    """打开一个报送期：上一期存档，其进展转为“上期进展”。"""
    wanted = Period.parse(period)
    with _opened(workspace) as place:
        open_period(place, wanted)
        due = place.schema.due_day(wanted)
    console.print(f"已打开{wanted.label}，报送截止{due.year}年{due.month}月{due.day}日。")


@app.command()
def distribute(period: PeriodOption, workspace: Place = _HERE) -> None:
    """下发：给每个填报单位生成一份填报表，放在outbox里。"""
    wanted = Period.parse(period)
    with _opened(workspace) as place:
        if not place.journal.open_period():
            open_period(place, wanted)
            console.print(f"还没有打开报送期，已自动打开{wanted.label}。")
        done = hand_out(place, wanted)
    _print_findings(done.findings)
    kept = f"，另有{done.unchanged}份已在，没有变化" if done.unchanged else ""
    console.print(f"已生成{len(done.written)}份填报表{kept}。")


@app.command()
def sync(workspace: Place = _HERE) -> None:
    """汇总：读取inbox里的填报表，核对后并入总表，不合格的退回。"""
    with _opened(workspace) as place, Progress(console=console, transient=True) as progress:
        bar = progress.add_task("读取填报表", total=None)
        done = sync_once(place, lambda number, total: progress.update(bar, completed=number, total=total))
    words = {"accepted": "收下", "returned": "退回", "quarantined": "隔离"}
    for submission in done.decided:
        console.print(f"{words[submission.verdict or 'quarantined']}  {submission.path}")
        _print_findings(submission.findings, indent="      ")
    _print_findings(done.published.findings)
    told = f"收到{len(done.decided)}份，总表更新{len(done.published.changes)}格"
    clash = f"，{done.published.conflicts}处与本办改动冲突（见总表“冲突”）" if done.published.conflicts else ""
    console.print(f"{told}{clash}。")


@app.command()
def status(
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出。")] = False, workspace: Place = _HERE
) -> None:
    """报送情况：谁报了，谁没报，什么在等。"""
    with _opened(workspace) as place:
        period = place.journal.open_period()
        states = unit_states(place, period) if period else []
        tasks = len(place.journal.tasks())
    if json_:
        units = [
            {name: getattr(state, name) for name in ("unit", "tasks", "word", "received", "late", "version", "file")}
            for state in states
        ]
        print(
            json.dumps({"period": str(period) if period else None, "tasks": tasks, "units": units}, ensure_ascii=False)
        )
        return
    if not period:
        console.print(f"台账共{tasks}项任务，还没有打开报送期。")
        return
    table = Table("填报单位", "任务数", "状态", "收到时间", "逾期")
    for state in states:
        table.add_row(state.unit, str(state.tasks), state.word, state.received, "逾期" if state.late else "")
    console.print(table)
    waiting = [state.unit for state in states if state.word != "已采用"]
    console.print(f"{period.label}：应报{len(states)}家，已采用{len(states) - len(waiting)}家。")
    if waiting:
        console.print(f"未报或未通过：{'、'.join(waiting)}。")


@app.command()
def remind(period: PeriodOption, workspace: Place = _HERE) -> None:
    """催报：给每个未报单位写一段可以直接粘贴的催报通知，放在“发放”里。"""
    wanted = Period.parse(period)
    with _opened(workspace) as place:
        units = write_reminders(place, wanted)
    console.print(f"未报{len(units)}家：{'、'.join(units)}。" if units else "没有未报的单位。")


@app.command()
def verify(workspace: Place = _HERE) -> None:
    """核对日志与总表是否一致。"""
    with _opened(workspace) as place:
        wrong, found = disagreements(place)
    _print_findings(found)
    for (task, column), expected, standing in wrong:
        console.print(f"{task}的{column}：日志为“{expected[:40]}”，总表为“{standing[:40]}”")
    if wrong or any(item.severity == "error" for item in found):
        console.print(f"发现{len(wrong)}处不一致，请执行 ducha sync 更新总表。")
        raise typer.Exit(1)
    console.print("日志与总表一致。")


@app.command()
def export(
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出（目前唯一的格式）。")] = False,
    period: Annotated[str, typer.Option("--period", "-p", help="报送期，默认为打开的一期。")] = "",
    workspace: Place = _HERE,
) -> None:
    """导出整个台账，供其他程序使用。"""
    if not json_:
        raise StateError("请写明导出格式：ducha export --json。")
    with _opened(workspace) as place:
        snapshot = take_snapshot(place, Period.parse(period) if period else None)
        text = as_json(place, snapshot)
    _print_utf8(text)


@app.command()
def bulletin(period: PeriodOption, workspace: Place = _HERE) -> None:
    """生成通报（Word），放在bulletins里。"""
    with _opened(workspace) as place:
        path = write_bulletin(place, Period.parse(period))
    console.print(f"通报已生成：{path}")


@app.command()
def schema(json_: Annotated[bool, typer.Option("--json", help="输出JSON Schema，供编辑器提示用。")] = False) -> None:
    """输出配置文件的格式说明，或自带的配置文件。"""
    _print_utf8(json_schema() if json_ else default_schema())


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="演示用的文件夹。")] = Path("demo")) -> None:
    """用虚构的安平市走一遍：导入、下发、填报、汇总、通报。"""
    run_demo(folder, console)


@contextmanager
def _opened(root: Path) -> Iterator[Workspace]:
    workspace = Workspace(root)
    with workspace.locked():
        yield workspace


def _print_utf8(text: str) -> None:
    """Output for programs and files: UTF-8 whatever the console speaks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()


def _print_findings(findings: list[Finding] | tuple[Finding, ...], indent: str = "") -> None:
    for item in severest_first(findings):
        console.print(f"{indent}[{_COLOURS[item.severity]}]{_WORDS[item.severity]}[/]：", end="")
        console.print(item.message, markup=False)


if __name__ == "__main__":
    main()

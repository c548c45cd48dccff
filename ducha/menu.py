"""The numbered menu that ``ducha`` opens without a command: what waits, then every command with its questions.

It calls the functions behind the commands and remembers nothing.
"""

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import typer

from ducha.commands import COMMANDS
from ducha.overview import tell_overview
from ducha.questions import (
    Ask,
    BackError,
    ask,
    columns,
    count,
    file,
    folder,
    line,
    one_file,
    period,
    plain,
    several,
    sources,
    yes,
)  # fmt: skip
from ducha.say import console, opened
from ledger.errors import DuchaError
from ledger.period import Period
from sync.workspace import Workspace

__all__ = ["ENTRIES", "Entry", "show_menu"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: what it is called, which command it runs, and what it asks by parameter."""

    title: str
    name: str
    questions: Mapping[str, Ask] = field(default_factory=dict)
    given: Mapping[str, object] = field(default_factory=dict)

    @property
    def typed(self) -> str:
        """The command as one types it, without the answers."""
        options = (
            f"--{name.strip('_').replace('_', '-')}{'' if value is True else f' {value}'}"
            for name, value in self.given.items()
        )
        return " ".join([self.name, *options])

    @property
    def needs_workspace(self) -> bool:
        """Whether the command works on a workspace."""
        return "workspace" in inspect.signature(COMMANDS[self.name]).parameters

    def run(self, root: Path) -> dict[str, object]:
        """Ask, run the command, and return what it was run with."""
        answers = {name: question(root) for name, question in self.questions.items()}
        place = {"workspace": root} if self.needs_workspace else {}
        _run(self.name, {**answers, **self.given, **place})
        return answers


def _open(place: Workspace) -> Period | None:
    return place.journal.open_period()


def _next(place: Workspace) -> Period | None:
    shown = _open(place)
    return shown.following() if shown else None


def _last(place: Workspace) -> Period | None:
    shown = _open(place)
    return place.journal.period_before(shown) if shown else None


def _new_folder(root: Path) -> Path | None:
    """The folder one stands in, unless it is a workspace already."""
    return None if _is_workspace(root) else root


def _this_folder(root: Path) -> Path:
    return root


def _demo_folder(root: Path) -> Path:
    return (root.parent if _is_workspace(root) else root) / "demo"


_FILE = "编号（如5）或文件名"
ENTRIES = (
    Entry("打开报送期", "open", {"period": period("打开哪个报送期", _next)}),
    Entry("下发填报表", "distribute", {"period": period("下发哪个报送期", _open)}),
    Entry("试汇总（先看看会改什么，不动任何文件）", "sync", given={"dry_run": True}),
    Entry("汇总inbox里的填报表", "sync"),
    Entry("自动汇总（来一份汇总一份，按Ctrl-C停止）", "sync", given={"watch": True}),
    Entry("报送情况", "status"),
    Entry("一份报送的经过", "journal", {"file": line(f"{_FILE}、单位名称")}),
    Entry("撤下一份报送", "exclude", {"file": line(_FILE), "why": line("理由")}),
    Entry("恢复一份报送", "include", {"file": line(_FILE), "why": line("理由", optional=True)}),
    Entry("把收下的一份退回单位", "return", {"file": line(_FILE), "why": line("退回的理由")}),
    Entry(
        "更正收到时间",
        "received",
        {"file": line(_FILE), "day": line("真正收到的时间，如2022-09-03或2022-09-03 15:20"), "why": line("理由")},
    ),
    Entry(
        "代填一项（电话、纸质报来的）",
        "enter",
        {
            "unit": line("填报单位"),
            "reference": line("任务序号，如附件1：21"),
            "set_": columns("代填"),
            "channel": line("渠道，如电话、纸质、传真"),
            "received": line("收到的时间，如2022-09-03或2022-09-03 15:30"),
        },
    ),
    Entry("核查数字", "check", {"period": period("核查哪个报送期", _open)}),
    Entry(
        "催报", "remind", {"period": period("催报哪个报送期", _open), "letters": yes("除了通知，还要催报函（Word）吗")}
    ),
    Entry(
        "对比两个报送期",
        "diff",
        {"old": period("前一期", _last), "new": period("后一期", _open), "full": yes("文字要列全文吗")},
    ),
    Entry(
        "生成通报",
        "bulletin",
        {"period": period("哪个报送期的通报", _open), "pdf": yes("另存一份PDF预览吗（要装有LibreOffice）")},
    ),
    Entry("通报征求意见", "consult", {"period": period("哪个报送期的通报", _open)}),
    Entry(
        "通报送审、批准、发布",
        "bulletin",
        {
            "period": period("哪个报送期的通报", _open),
            "state": line("走到哪一步（送审、已批、已发）"),
            "file": file("哪一份稿子（只有一份的直接回车）", ""),
            "by": line("经办人或批准人", optional=True),
        },
    ),
    Entry(
        "通报退回草稿，或起草更正",
        "bulletin",
        {"period": period("哪个报送期的通报", _open), "by": line("经办人", optional=True)},
        {"draft_": True},
    ),
    Entry(
        "采用领导改定的通报",
        "bulletin",
        {"period": period("哪个报送期的通报", _open), "adopt": one_file("改定的通报")},
    ),
    Entry(
        "生成督办单",
        "orders",
        {
            "period": period("哪个报送期的督办单", _open),
            "tasks": several("哪几项任务，如附件1：26、附件2：8（直接回车为全部红灯任务）"),
        },
    ),
    Entry("单位评分表", "scores"),
    Entry(
        "导入责任分工表", "import", {"files": sources("责任分工表"), "tasks_only": yes("只导入任务，不导入进展情况吗")}
    ),
    Entry(
        "政府工作报告起草成表",
        "import",
        {"files": sources("政府工作报告"), "like": sources("往年台账（文件或工作区）", optional=True)},
        {"as_": "report"},
    ),
    Entry("核对日志与总表", "verify"),
    Entry("核对并修复", "verify", given={"repair": True}),
    Entry("总表的旧版本", "versions", {"number": count("取出第几版（直接回车只列出各版）")}),
    Entry("备份", "backup"),
    Entry("恢复丢失或损坏的日志、密钥", "recover", {"folder": folder("要恢复的工作区文件夹", _this_folder)}),
    Entry(
        "导出台账（JSON）",
        "export",
        {"period": period("报送期", _open, optional=True), "output": file("存成哪个文件", "台账.json")},
        {"json_": True},
    ),
    Entry("导出自带的配置文件", "schema", {"output": file("存成哪个文件", "自带配置.yaml")}),
    Entry("Excel加载项", "addin", {"what": line("做什么（install安装、remove卸载、doctor体检、build只生成文件）")}),
    Entry(
        "新建工作区", "init", {"folder": folder("新工作区的文件夹", _new_folder), "schema": file("本办的配置文件", "")}
    ),
    Entry("演示（虚构的安平市走一遍）", "demo", {"folder": folder("演示放在哪个文件夹", _demo_folder)}),
)


def show_menu() -> None:
    """Show what waits and the commands, run what is chosen, and again, until somebody leaves."""
    if sys.stdin.isatty():
        sys.excepthook = _stay
    root = Path.cwd()
    try:
        while True:
            root = _turn(root)
    except (BackError, EOFError, KeyboardInterrupt):
        console.print("\n已退出。")


def _turn(root: Path) -> Path:
    """One round; returns the folder for the next one. A `BackError` from here means to leave."""
    known = _is_workspace(root)
    entries = [entry for entry in ENTRIES if known or not entry.needs_workspace]
    console.print()
    if known:
        tell_overview(root)
    else:
        console.print("督查台账", style="bold")
        console.print(f"当前文件夹“{root}”不是工作区。可以新建一个，或打开已有的。")
    console.print()
    for number, entry in enumerate(entries, 1):
        console.print(f"{number:>3}  {entry.title}", end="")
        console.print(f"  {entry.typed}", style="dim")
    console.print(f"{len(entries) + 1:>3}  打开{'另一个' if known else '已有的'}工作区")
    console.print("  0  退出\n")
    chosen = plain(ask("请输入序号："))
    if chosen == str(len(entries) + 1):
        root = _moved(root)
    elif chosen.isdecimal() and 0 < int(chosen) <= len(entries):
        root = _done(entries[int(chosen) - 1], root)
    elif chosen:
        console.print(f"没有“{chosen}”这一项，请输入前面的序号。")
    return root


def _done(entry: Entry, root: Path) -> Path:
    """Run one entry; afterwards the menu works in the workspace that it made, if it made one."""
    console.print(f"\n{entry.title}" + ("（输入0返回）" if entry.questions else ""), style="bold")
    try:
        made = entry.run(root).get("folder")
    except BackError:
        return root
    except DuchaError as error:
        _tell_error(error)
        made = None
    _pause()
    return made.resolve() if isinstance(made, Path) and _is_workspace(made) else root


def _run(name: str, arguments: Mapping[str, object]) -> None:
    """Run a command as it was typed; Ctrl-C stops the command and not the menu."""
    try:
        COMMANDS[name](**arguments)
    except typer.Exit:
        pass  # the command has said why
    except KeyboardInterrupt:
        console.print("\n已中断，再执行一次就接着做完。")


def _moved(root: Path) -> Path:
    try:
        wanted = folder("工作区文件夹", lambda _root: None)(root)
        with opened(wanted if isinstance(wanted, Path) else root) as place:
            return place.root
    except BackError:
        return root
    except DuchaError as error:
        _tell_error(error)
        _pause()
        return root


def _tell_error(error: DuchaError) -> None:
    console.print("错误", style="red", end="")
    console.print(f"：{error}")


def _pause() -> None:
    console.print("\n按回车键回到菜单：", end="")
    input()


def _is_workspace(root: Path) -> bool:
    return (root / ".ducha" / "key").is_file()


def _stay(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of the program is told in full, and a window of its own stays until that has been read."""
    sys.__excepthook__(kind, error, trace)
    console.print("\n程序出错了，请把上面的文字发给维护人员。按回车键关闭：", end="")
    sys.stdin.readline()

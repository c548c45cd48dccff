"""The menu as people use it: a real process fed line by line, and once a real terminal."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from io import StringIO
from pathlib import Path

import pytest
from clerk import PERIOD, cell_at, fill, type_at

from ducha.cli import app
from ducha.commands import COMMANDS
from ducha.menu import ENTRIES, Entry, show_menu
from ducha.questions import paths_in
from sync.distribute import distribute
from sync.intake import sync_once
from sync.periods import open_period
from sync.register import register
from sync.watching.watch import Watcher
from sync.workspace import Workspace, default_schema

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"本期情况": "有进展", "进展情况": "正常推进。"}
Type = Callable[..., str]


def environment(**more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", **more}


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Open the menu in a folder, type lines, and read what it said; every time it must leave cleanly."""

    def ducha(folder: Path, *lines: object) -> str:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{line}\n" for line in lines)))
        show_menu()
        said = capsys.readouterr().out
        assert said.endswith("已退出。\n")
        return said

    return ducha


def type_into_process(folder: Path, *lines: object, encoding: str = "utf-8") -> str:
    """The same in a process of its own, whose console speaks ``encoding``."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ducha"],
        cwd=folder,
        env=environment(PYTHONIOENCODING=f"{encoding}:strict"),
        input="".join(f"{line}\n" for line in lines).encode(encoding),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode(encoding)) == (0, "")
    return done.stdout.decode(encoding)


def number(title: str, *, workspace: bool = True) -> int:
    """The number under which an entry stands in the menu."""
    shown = [entry for entry in ENTRIES if workspace or not entry.needs_workspace]
    return next(place for place, entry in enumerate(shown, 1) if entry.title.startswith(title))


@pytest.fixture
def folder(tmp_path: Path, document: Path) -> Path:
    """A workspace with three tasks, handed out for August; its name has Chinese characters and a space."""
    made = Workspace.create(tmp_path / "安平 台账", default_schema())
    with made.locked():
        register(made, [document], tasks_only=True)
        open_period(made, PERIOD)
        distribute(made, PERIOD)
    return made.root


def send(folder: Path, unit: str, answer: dict[str, object] = GOOD) -> None:
    source = next((folder / "outbox" / unit).iterdir())
    fill(source, folder / "inbox" / unit / source.name, lambda _: answer)


def test_every_command_is_in_the_menu() -> None:
    """A new command is one line in ducha/commands.py and one in ducha/menu.py."""
    registered = {command.name: command.callback for command in app.registered_commands}
    assert registered == COMMANDS
    assert {entry.name for entry in ENTRIES} == set(registered)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.typed)
def test_every_entry_can_run_its_command(entry: Entry) -> None:
    """What is asked and given are parameters of the command, and nothing that it needs is left out."""
    parameters = signature(COMMANDS[entry.name]).parameters
    told = {*entry.questions, *entry.given}
    assert told <= set(parameters)
    assert {name for name, one in parameters.items() if one.default is one.empty} <= told


def test_it_says_first_what_waits(type_in: Type, folder: Path) -> None:
    """Files, units, tasks without reporter, and the deadline."""
    send(folder, "交通局")
    said = type_in(folder, "0")
    assert "现在收2022年8月的，截止2022年9月5日（已过）" in said
    assert "inbox里1个文件还没有汇总：交通局_2022年8月填报表.xlsx" in said
    assert "3家没有报：交通局、教育局、住建局" in said
    assert "1项任务待指定填报单位：附件1：3" in said


def test_a_month_by_numbers(folder: Path) -> None:
    """Rehearse, sync, look, remind, bulletin, next month: an empty line takes what is offered."""
    send(folder, "交通局")
    send(folder, "教育局", {**GOOD, "落实情况": "差不多了"})
    chosen = [
        *(number("试汇总"), "", number("汇总"), "", number("报送情况"), "", number("催报"), "", "是", ""),
        *(number("生成通报"), "", "", "", number("打开报送期"), "", "", number("对比"), "", "", "", ""),
    ]
    said = type_into_process(folder, *chosen, "q")
    assert "没有改动任何文件" in said
    assert "收下  交通局" in said
    assert "1家退回后没有更正：教育局" in said
    assert "催报2家：教育局、住建局" in said
    assert (folder / "bulletins" / "2022-08" / "催报函1号_教育局.docx").is_file()
    assert (folder / "bulletins" / "2022-08" / "通报.docx").is_file()
    assert "已打开2022年9月，报送截止2022年10月5日" in said
    assert "2022年9月的填报表还没有下发" in said
    assert "2022年8月→2022年9月：共3项任务" in said


def test_conflicts_and_a_broken_master_wait(type_in: Type, folder: Path) -> None:
    """Two texts for one cell; then the master is gone, and the menu still opens."""
    send(folder, "交通局")
    with (place := Workspace(folder)).locked():
        sync_once(place)
        cell = cell_at(place.master, "附件1", "progress", "A1-001")
        type_at(place.master, "附件1", cell, "本办改写。")
        send(folder, "交通局", {**GOOD, "进展情况": "完成30公里。"})
        sync_once(place)
    assert "1处冲突没有选定" in type_in(folder, "0")
    (folder / "master.xlsx").unlink()
    said = type_in(folder, number("汇总"), "", "0")
    assert said.count("不见了") == 3  # as a fault before and after, and as the answer of the command


def test_a_folder_without_workspace(type_in: Type, tmp_path: Path, document: Path) -> None:
    """One is made here by an empty line, and the menu goes on in it."""
    here = tmp_path / "新 办公室"
    here.mkdir()
    new, imports = number("新建", workspace=False), number("导入")
    said = type_in(here, new, "", "", "", imports, f'"{document}"', "是", "", number("打开"), "", "2022-13", "2022-08")
    assert "不是工作区" in said
    assert "新增任务3项。" in said
    assert "报送期“2022-13”写法不对" in said
    assert "已打开2022年8月" in said


def test_another_workspace(type_in: Type, folder: Path, tmp_path: Path) -> None:
    """Opened by its path, with quotes or without; one that is none is said, and nothing is remembered."""
    (tmp_path / "空").mkdir()
    other = len([entry for entry in ENTRIES if not entry.needs_workspace]) + 1
    said = type_in(tmp_path / "空", other, tmp_path / "没有", "", other, folder, "0")
    assert "不是督查台账的工作区" in said
    assert "台账共3项任务" in said
    assert "不是工作区" in type_in(tmp_path / "空")


def test_one_can_always_go_back(type_in: Type, folder: Path) -> None:
    """0 and q, in whatever width the input method types them; unknown numbers are said."""
    said = type_in(folder, number("催报"), "０", number("导入"), "Q", "99", "abc", "", "ｑ")
    assert "没有“99”这一项" in said
    assert "没有“abc”这一项" in said
    assert not (folder / "发放" / "2022年8月催报通知.txt").exists()


def test_export_finds_a_free_name(type_in: Type, folder: Path) -> None:
    """Nothing is ever overwritten: neither by the offered name nor by one that was typed."""
    entry = number("导出台账")
    said = type_in(folder, entry, "", "", "", entry, "", "", "", entry, "", folder / "schema.yaml", "")
    assert set(json.loads((folder / "台账_2.json").read_text(encoding="utf-8"))) == {"tasks", "findings"}
    assert "schema.yaml”已经有了" in said
    assert "version" in (folder / "schema.yaml").read_text(encoding="utf-8")


def test_a_wrong_schema_is_one_sentence(type_in: Type, folder: Path) -> None:
    """The menu opens all the same."""
    text = (folder / "schema.yaml").read_text(encoding="utf-8").replace("reporting:", "reportng:")
    (folder / "schema.yaml").write_text(text, encoding="utf-8")
    assert "reportng" in type_in(folder, number("报送情况"), "")


def test_a_gbk_console(folder: Path) -> None:
    """Characters that the console does not have are replaced; Chinese that is typed is understood."""
    (folder / "inbox" / "交通局" / "报表😀.xlsx").write_bytes(b"x")
    said = type_into_process(folder, number("导入"), "没有 这个.docx", "0", encoding="gbk")
    assert "报表?.xlsx" in said
    assert "找不到“没有 这个.docx”" in said


def test_faults_of_the_program_are_loud(folder: Path) -> None:
    """Only errors that are meant for people become a sentence."""
    broken = "import ducha.menu, ducha.commands\nducha.commands.COMMANDS['verify'] = lambda workspace: 1 / 0\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{broken}ducha.menu.show_menu()"],
        cwd=folder, env=environment(), input=f"{number('核对')}\n", capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("分工表.docx", ["分工表.docx"]),
        ("  /安平 台账/分工表 1.docx ", ["/安平 台账/分工表 1.docx"]),
        ('"/安平 台账/分工表.docx"', ["/安平 台账/分工表.docx"]),
        ('"/a b.docx" /c.xlsx "/d e.xls"', ["/a b.docx", "/c.xlsx", "/d e.xls"]),
        ('/c.xlsx "/a b.docx"', ["/c.xlsx", "/a b.docx"]),
        ("'/a b.docx' '/c d.xlsx'", ["/a b.docx", "/c d.xlsx"]),
        ("“/a b.docx”", ["/a b.docx"]),
        ("it's.docx", ["it's.docx"]),
        ("", []),
    ],
)
def test_pasted_paths(line: str, paths: list[str]) -> None:
    """As the explorer copies them, as terminals drop them, or as people type them."""
    assert paths_in(line) == [Path(path) for path in paths]


@pytest.mark.skipif(os.name == "nt", reason="pty is for Unix")
@pytest.mark.parametrize("leave", [b"0\n", b"\x03", b"\x04"], ids=["0", "Ctrl-C", "Ctrl-D"])
def test_a_real_terminal(folder: Path, leave: bytes) -> None:
    """The menu stands there and waits; a command runs; a key leaves cleanly."""
    import pty

    process, terminal = pty.fork()
    if not process:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "ducha"], environment(TERM="xterm"))
    said = _read_until(terminal, "请输入序号：")
    os.write(terminal, f"{number('报送情况')}\n".encode())
    said += _read_until(terminal, "按回车键回到菜单：")
    os.write(terminal, b"\n")
    said += _read_until(terminal, "请输入序号：")
    os.write(terminal, leave)
    said += _read_until(terminal, "已退出。")
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert "应报3家，已报0家" in said
    assert "Traceback" not in said


def _read_until(terminal: int, word: str) -> str:
    said = b""
    while word.encode() not in said:
        said += os.read(terminal, 4096)
    return said.decode(errors="replace")


def test_watching_ends_in_the_menu(type_in: Type, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C stops the watcher and not the menu, and means again what it meant before."""
    stops: list[bool] = []

    def run(watcher: Watcher, *, hints: bool) -> None:
        with Workspace(folder).watched():
            assert Workspace(folder).is_watched
            signal.raise_signal(signal.SIGINT)
        stops.append(hints and watcher._stopped)

    monkeypatch.setattr(Watcher, "run", run)
    before = signal.getsignal(signal.SIGINT), sys.excepthook
    said = type_in(folder, number("自动汇总"), "", "0")
    assert (stops, "自动汇总已停止。" in said) == ([True], True)
    assert (signal.getsignal(signal.SIGINT), sys.excepthook) == before


def test_it_says_that_somebody_watches(type_in: Type, folder: Path) -> None:
    """In the overview and in the status; looking does not get in the watcher's way."""
    assert "自动汇总正在运行" not in type_in(folder, "0")
    with Workspace(folder).watched():
        assert "自动汇总正在运行。" in type_in(folder, "0")
        assert type_in(folder, number("报送情况"), "", "0").count("自动汇总正在运行。") == 3

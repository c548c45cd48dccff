"""How every command speaks, and the options that commands share."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ledger.errors import StateError
from ledger.finding import Finding, severest_first
from sync.atomic import write_whole
from sync.deciding import is_outdated
from sync.records import Submission
from sync.workspace import Workspace

__all__ = [
    "HERE",
    "Output",
    "PeriodOption",
    "Place",
    "console",
    "hand_over",
    "opened",
    "reading",
    "tell_findings",
    "tell_submissions",
]

Place = Annotated[Path, typer.Option("--workspace", "-w", help="工作区文件夹，默认为当前文件夹。")]
PeriodOption = Annotated[str, typer.Option("--period", "-p", help="报送期，如 2022-09、2022Q3、2022。")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="存成这个文件（UTF-8），默认显示在屏幕上。")]
HERE = Path()
# no markup: a folder may be called [2022]
console = Console(highlight=False, soft_wrap=True, markup=False)
_SEVERITIES = {"error": ("错误", "red"), "warning": ("提醒", "yellow"), "note": ("说明", "cyan")}
_VERDICTS = {"accepted": "收下", "returned": "退回", "quarantined": "隔离", "excluded": "撤下"}


@contextmanager
def opened(root: Path) -> Iterator[Workspace]:
    """The workspace in a folder, for us alone."""
    workspace = Workspace(root)
    with workspace.locked():
        yield workspace


@contextmanager
def reading() -> Iterator[Callable[[int, int], None]]:
    """A bar for a pass over the inbox, told (done, total)."""
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("读取填报表", total=None)
        yield lambda number, total: progress.update(bar, completed=number, total=total)


def tell_findings(findings: Iterable[Finding], indent: str = "") -> None:
    """One line each, the severest first."""
    for item in severest_first(findings):
        word, colour = _SEVERITIES[item.severity]
        console.print(indent, end="")
        console.print(word, style=colour, end="")
        console.print(f"：{item.message}")


def tell_submissions(decided: Iterable[Submission]) -> None:
    """What became of each file, with what was wrong in it."""
    for submission in decided:
        word = "旧版" if is_outdated(submission) else _VERDICTS[submission.verdict or "quarantined"]
        console.print(f"{word}  {submission.path}  #{submission.number}")
        tell_findings(submission.findings, indent="      ")


def hand_over(text: str, output: Path | None) -> None:
    """Output for programs and files: UTF-8 whatever the console speaks; a file that is there is left alone."""
    if output:
        if output.exists():
            raise StateError(f"“{output}”已经有了，没有改动，请换一个文件名。")
        write_whole(output, f"{text}\n".encode())
        console.print(f"已存为：{output}")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{text}\n".encode())
    sys.stdout.buffer.flush()

"""Every command by name, in the order of ``ducha --help``."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ducha.collecting import distribute, import_files, init, open_, remind, sync
from ducha.deciding import enter, exclude, include, journal, received, return_
from ducha.demo import run_demo
from ducha.excel import addin
from ducha.looking import check, diff, export, schema, status
from ducha.papers import consult, orders, scores
from ducha.publishing import bulletin
from ducha.recovering import backup, recover, verify, versions
from ducha.say import console

__all__ = ["COMMANDS"]


def demo(folder: Annotated[Path, typer.Argument(help="演示用的文件夹。")] = Path("demo")) -> None:
    """用虚构的安平市走一遍：导入、下发、填报、汇总、通报。"""
    run_demo(folder, console)


# a new command is one line here, one in ducha/menu.py and a section in docs/命令.md
COMMANDS: dict[str, Callable[..., None]] = {
    "init": init,
    "import": import_files,
    "open": open_,
    "distribute": distribute,
    "sync": sync,
    "status": status,
    "journal": journal,
    "exclude": exclude,
    "include": include,
    "return": return_,
    "received": received,
    "enter": enter,
    "diff": diff,
    "check": check,
    "remind": remind,
    "verify": verify,
    "versions": versions,
    "backup": backup,
    "recover": recover,
    "export": export,
    "bulletin": bulletin,
    "consult": consult,
    "orders": orders,
    "scores": scores,
    "schema": schema,
    "addin": addin,
    "demo": demo,
}

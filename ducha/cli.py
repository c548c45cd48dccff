"""The command line: thin, says and prints; everything it does is in the floors below."""

import sqlite3
import sys

import typer

from ducha.commands import COMMANDS
from ducha.menu import show_menu
from ledger.errors import DuchaError, StateError
from sync.trouble import in_words

__all__ = ["app", "main"]

app = typer.Typer(
    name="ducha",
    help="督查台账：下发填报表，汇总进展，生成通报。不带命令执行时打开菜单。",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for name, command in COMMANDS.items():
    app.command(name)(command)


@app.callback()
def _start(context: typer.Context) -> None:
    if not context.invoked_subcommand:
        show_menu()


def main() -> None:
    """Entry point: every error meant for people is one sentence on stderr and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # a GBK console cannot show every character; a report must not die of one
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # nor the menu of a key that left half a character behind; what was typed still names its file
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    try:
        app()
    except DuchaError as error:
        print(f"错误：{error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (OSError, sqlite3.Error) as error:  # a disk that is full, a share that is gone
        where = f"“{error.filename}”" if isinstance(error, OSError) and error.filename else "文件"
        told = f"{where}读写不了（{in_words(error)}），没有做完"
        print(f"错误：{told}；已经入账的不会丢，请处理后再执行一次。", file=sys.stderr)
        sys.exit(StateError.exit_code)


if __name__ == "__main__":
    main()

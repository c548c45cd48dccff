"""The command line: thin, says and prints; everything it does is in the floors below."""

import sys

import typer

from ducha.commands import COMMANDS
from ducha.menu import show_menu
from ledger.errors import DuchaError

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


if __name__ == "__main__":
    main()

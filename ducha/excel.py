"""``ducha addin``: the add-in for Excel."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from ducha.say import console
from ledger.errors import StateError
from sync.atomic import write_whole
from sync.scratch import scratch

__all__ = ["addin"]

_DEFAULT = Path("dist") / "ducha.xlam"


def addin(
    what: Annotated[str, typer.Argument(help="build：生成加载项文件。")],
    output: Annotated[Path, typer.Option("--output", "-o", help="加载项文件存在哪里。")] = _DEFAULT,
) -> None:
    """Excel加载项：生成。"""
    if what not in _ACTIONS:
        raise StateError(f"ducha addin 没有“{what}”这一项，请写{'、'.join(_ACTIONS)}之一。")
    _ACTIONS[what](output)


def _build(output: Path) -> None:
    try:
        from addin.build import build_addin  # only here are xlwings and pyOpenVBA needed
    except ModuleNotFoundError as error:
        told = f"没有装Excel加载项要用的组件（{error.name}）"
        raise StateError(f"{told}，请执行 pip install ducha[addin] 后重试。") from error
    with scratch() as folder:
        data = build_addin(folder)
    write_whole(output, data)
    console.print(f"加载项已生成：{output}")


_ACTIONS: Mapping[str, Callable[[Path], None]] = {"build": _build}

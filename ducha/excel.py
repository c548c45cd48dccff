"""``ducha addin``: building the add-in for Excel, putting it into place, and finding out why it does not work."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ducha import windows
from ducha.doctor import examine, settings
from ducha.say import console
from ledger.errors import StateError
from sync.atomic import write_whole
from sync.embedding import embed
from sync.scratch import scratch
from sync.workspace import Workspace

__all__ = ["addin"]

_DEFAULT = Path("dist") / "ducha.xlam"
_EMBED = "embed"
_WORDS = ("build（生成）", "install（安装）", "remove（卸载）", "doctor（体检）", "embed（把函数装进总表）")


def addin(
    what: Annotated[str, typer.Argument(help=f"{'、'.join(_WORDS)}。")],
    output: Annotated[Path, typer.Option("--output", "-o", help="build时，加载项文件存在哪里。")] = _DEFAULT,
    master: Annotated[Path | None, typer.Argument(help="embed时，工作区里的总表。")] = None,
) -> None:
    """Excel加载项：生成、安装、卸载，查明为什么不能用；或把函数装进总表。"""
    if what == _EMBED and master:
        _embed(master)
    elif what == _EMBED:
        raise StateError("请写明把函数装进哪个总表，例如 ducha addin embed master.xlsx。")
    elif what not in _ACTIONS or master:
        wrong = what if what not in _ACTIONS else f"{what} {master}"
        raise StateError(f"ducha addin 没有“{wrong}”这一项，请写{'、'.join([*_ACTIONS, _EMBED])}之一。")
    else:
        _ACTIONS[what](output)


def _built() -> bytes:
    with _components():
        from addin.build import build_addin  # only here are xlwings and pyOpenVBA needed
    with scratch() as folder:
        return build_addin(folder)


@contextmanager
def _components() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        told = f"没有装Excel加载项要用的组件（{error.name}）"
        raise StateError(f"{told}，请执行 pip install ducha[addin] 后重试。") from error


def _embed(path: Path) -> None:
    with _components():
        from addin.embed import with_functions
    workspace = Workspace(path.parent)
    if path.name.casefold() != workspace.master.name.casefold():
        raise StateError(f"“{path}”不是工作区的总表，没有改动，请写“{workspace.master}”。")
    with workspace.locked(), scratch() as folder:
        made = embed(workspace, lambda data: with_functions(data, workspace.schema, folder))
    console.print(f"函数已装进总表：{made}。以后用这个文件；原来的总表用 ducha versions 可以取出。")


def _build(output: Path) -> None:
    write_whole(output, _built())
    console.print(f"加载项已生成：{output}")


def _install(_output: Path) -> None:
    place, conf, python = windows.start_folder() / "ducha.xlam", windows.settings_file(), windows.interpreter()
    if not str(python).isascii():
        raise StateError(f"Python装在含中文的文件夹里（{python}），没有安装，请把Python装到全英文的路径后重试。")
    write_whole(place, _built())
    write_whole(conf, settings(python).encode())
    console.print(f"加载项已装好：{place}。重新打开Excel就有“督查”选项卡。")
    _doctor(_output)


def _remove(_output: Path) -> None:
    there = [path for path in (windows.start_folder() / "ducha.xlam", windows.settings_file()) if path.exists()]
    for path in there:
        try:
            path.unlink()
        except PermissionError as error:
            raise StateError(f"“{path}”正在使用，没有删除，请关闭Excel后重试。") from error
    console.print("加载项已卸载。" if there else "没有装过加载项。")


def _doctor(_output: Path) -> None:
    checks = list(examine(_built()))
    for check in checks:
        console.print(f"正常  {check.what}" if not check.remedy else f"不行  {check.what}：{check.remedy}。")
    if any(check.remedy for check in checks):
        raise typer.Exit(1)
    console.print("都正常。仍然不能用的，请打开Excel的“文件-选项-加载项-管理：禁用项目”，看看有没有ducha.xlam。")


_ACTIONS: Mapping[str, Callable[[Path], None]] = {
    "build": _build,
    "install": _install,
    "remove": _remove,
    "doctor": _doctor,
}

"""What keeps the add-in from working on this computer, each with what to do."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from ducha import windows

__all__ = ["Check", "examine", "settings"]

XLWINGS = "0.37.8"
_DLL = f"xlwings64-{XLWINGS}.dll"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``remedy`` is empty where all is well."""

    what: str
    remedy: str = ""


def settings(python: Path) -> str:
    """The user's settings: which Python Excel starts."""
    return f'"INTERPRETER_WIN","{python}"\r\n"PYTHONPATH",""\r\n'


def examine(expected: bytes) -> Iterator[Check]:
    """Everything that must be so, in the order in which it is put right; ``expected`` is the add-in as built now."""
    python, addin, conf = windows.interpreter(), windows.start_folder() / "ducha.xlam", windows.settings_file()
    yield Check("Python", _python(python))
    yield Check("组件", _packages())
    folders = python.parent, python.parent.parent
    there = any((folder / _DLL).is_file() for folder in folders)
    again = f"找不到{_DLL}，请执行 pip install --force-reinstall xlwings=={XLWINGS}；杀毒软件删了的，请先加为信任"
    yield Check("连接Excel的动态库", "" if there else again)
    same = addin.is_file() and addin.read_bytes() == expected
    yield Check("加载项文件", "" if same else "没有装，或者不是这个版本，请关闭Excel后执行 ducha addin install")
    ours = conf.is_file() and conf.read_bytes() == settings(python).encode()
    yield Check("加载项的设置", "" if ours else "没有，或者指向另一个Python，请执行 ducha addin install")
    off = "Excel禁用了所有宏，请在“文件-选项-信任中心-宏设置”里改为“禁用宏并发出通知”；改不了的请找单位的管理员"
    yield Check("宏设置", off if windows.macros_off() else "")
    blocked = "Defender的规则不让Excel启动Python，请管理员给这个Python加排除项；不能加的，请用命令代替按钮"
    yield Check("Defender规则", blocked if windows.defender_blocks() else "")


def _python(python: Path) -> str:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.maxsize <= 2**32:
        return "要64位的Python 3.11、3.12或3.13，请改装后重新安装加载项"
    if not str(python).isascii():
        return f"Python装在含中文的文件夹里（{python}），Excel找不到它，请装到全英文的路径"
    return "" if python.is_file() else f"找不到“{python}”，请重新安装Python"


def _packages() -> str:
    try:
        found = version("xlwings")
    except PackageNotFoundError:
        found = "没有"
    if found != XLWINGS:
        return f"xlwings要{XLWINGS}，现在{found}，请执行 pip install ducha[addin]"
    return "" if find_spec("win32com") else "没有pywin32，请执行 pip install pywin32"

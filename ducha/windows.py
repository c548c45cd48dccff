"""Where Windows keeps what the add-in needs: folders, and what the registry says about macros and Defender."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ledger.errors import StateError

__all__ = ["defender_blocks", "interpreter", "is_windows", "macros_off", "settings_file", "start_folder"]

_SECURITY = r"Software\{policy}Microsoft\Office\16.0\Excel\Security"
_RULES = r"SOFTWARE\{policy}Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_NO_CHILDREN = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"  # block all Office applications from creating child processes
_ALL_OFF = 4  # VBAWarnings: disable all macros without notification


def is_windows() -> bool:
    """Whether this is a computer on which Excel can be."""
    return sys.platform == "win32"


def start_folder() -> Path:
    """The folder whose files Excel opens when it starts; what lies there is trusted."""
    return _folder("APPDATA") / "Microsoft" / "Excel" / "XLSTART"


def settings_file() -> Path:
    """The user's settings of the add-in, where xlwings' VBA looks for them."""
    return _folder("USERPROFILE") / ".ducha" / "ducha.conf"


def interpreter() -> Path:
    """The Python that Excel shall start, the one without a window."""
    return Path(sys.executable).with_name("pythonw.exe")


def macros_off() -> bool:
    """Whether Excel is set, by the user or by the administrators, to run no macros at all."""
    keys = (_SECURITY.format(policy=policy) for policy in ("Policies\\", ""))
    return any(_value("HKEY_CURRENT_USER", key, "VBAWarnings") == _ALL_OFF for key in keys)


def defender_blocks() -> bool:
    """Whether Defender keeps Office programs from starting other programs, such as Python."""
    keys = (_RULES.format(policy=policy) for policy in ("Policies\\", ""))
    return any(str(_value("HKEY_LOCAL_MACHINE", key, _NO_CHILDREN)) in ("1", "6") for key in keys)


def _folder(name: str, environment: Mapping[str, str] = os.environ) -> Path:
    if not is_windows():
        raise StateError("Excel加载项只能装在Windows上，没有作任何改动，请到装有Excel的电脑上执行。")
    if not environment.get(name):
        raise StateError(f"环境变量“{name}”没有设置，找不到Excel的文件夹，请重新登录Windows后重试。")
    return Path(environment[name])


def _value(root: str, key: str, name: str) -> object:
    """A value of the registry, None where there is none."""
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(getattr(winreg, root), key) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None

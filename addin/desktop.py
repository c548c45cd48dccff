"""Showing a file or folder with the program that Windows opens it with."""

import os
import sys
from pathlib import Path

from ledger.errors import StateError

__all__ = ["show"]


def show(path: Path) -> None:
    """Open it; `StateError` where no program does, as for a Word document without Word."""
    if sys.platform != "win32":
        raise StateError(f"“{path}”已经放好，请自己打开。")
    try:
        os.startfile(path)
    except OSError as error:
        raise StateError(f"“{path}”已经放好，但电脑上没有能打开它的程序，请装好Word或WPS后自己打开。") from error

"""Putting a master with the functions inside in the place of one without."""

from collections.abc import Callable
from pathlib import Path

from ledger.errors import StateError
from sync.atomic import write_whole
from sync.embedded import is_embedded
from sync.master import open_master
from sync.preview import publication_waits, recover_master
from sync.publish import publish
from sync.workspace import Workspace
from xlsx import Book

__all__ = ["embed"]


def embed(workspace: Workspace, with_functions: Callable[[bytes], bytes]) -> Path:
    """Make the master an .xlsm of the same name ``with_functions``, and publish into it; its path.

    The old master is kept among the versions. `StateError` when somebody has it open, or it is so already; then
    nothing is changed.
    """
    recover_master(workspace)
    if waits := publication_waits(workspace):
        raise StateError(waits)
    plain, found = workspace.master, open_master(workspace)
    found.require_whole()
    if not plain.is_file():
        raise StateError(f"“{workspace.root}”里还没有总表，没有改动，请先执行 ducha distribute 或 ducha sync。")
    if is_embedded(Book(found.data)):
        raise StateError(f"总表“{plain.name}”里已经有函数了，没有改动。")
    data = with_functions(found.data)
    workspace.journal.masters.add(workspace.store(found.data), "saved")
    made = plain.with_suffix(".xlsm")
    write_whole(made, data)
    if made != plain:
        # a crash between leaves both, which every command tells; the new one holds all that the old one does
        try:
            plain.unlink()
        except PermissionError as error:  # somebody has opened it meanwhile
            made.unlink()
            raise StateError(f"总表“{plain.name}”正打开着，没有改动，请关闭后重试。") from error
    publish(workspace)
    return made

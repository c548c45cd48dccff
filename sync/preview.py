"""The master while it is open elsewhere: never copied over; what it would hold lies beside it for looking at.

Such a preview is never read back, and goes when the master itself has been written.
"""

from contextlib import suppress
from pathlib import Path

from sync.atomic import OpenElsewhereError, forget_displaced, put_back_displaced, swap_whole, write_whole
from sync.exchange import LOCK_FILES, holder
from sync.master_versions import suffix_of
from sync.workspace import Workspace

__all__ = ["previews", "publication_waits", "put_master", "recover_master", "settle_master", "show_preview"]

_MARK = "_待发布_"


def put_master(workspace: Workspace, data: bytes, standing: bytes | None) -> bool:
    """Replace the master that was read as ``standing``; False when somebody has saved it since, and that stands.

    `OpenElsewhereError` when somebody has it open. To be followed by `settle_master` once the journal knows of it.
    """
    path = workspace.master
    if standing is None:
        write_whole(path.with_suffix(suffix_of(data)), data)  # one that comes back may have macros
        return True
    if holder(path):
        raise OpenElsewhereError(publication_waits(workspace))
    return swap_whole(path, data, standing, workspace.store)


def recover_master(workspace: Workspace) -> None:
    """A publication that was killed is undone unless the journal knows of it: the bytes that it displaced stand again.

    Otherwise the master would show decisions and numbers of which the journal has forgotten everything.
    """

    def keep(data: bytes) -> None:
        masters, digest = workspace.journal.masters, workspace.store(data)
        if digest not in {one.sha256 for one in masters.all()}:
            masters.add(digest, "saved")

    put_back_displaced(workspace.master, keep, workspace.journal.fact("master") or "")


def publication_waits(workspace: Workspace) -> str:
    """One sentence on why the master cannot be written now and what to do; empty when nobody has it open."""
    path = workspace.master
    who = holder(path) if path.exists() else ""
    if not who:
        return ""
    locks = [lock for name in LOCK_FILES if (lock := path.with_name(name.format(path.name))).exists()]
    stale = f"；确认没有人打开的，请删除“{locks[0].name}”" if locks else ""
    return f"总表“{path.name}”正打开着（{who}），没有写入，请存盘关闭后再执行一次{stale}。"


def previews(workspace: Workspace) -> list[Path]:
    """The previews that lie beside the master, oldest first."""
    path = workspace.master
    return sorted(path.parent.glob(f"{path.stem}{_MARK}*{path.suffix}"), key=_number)


def show_preview(workspace: Workspace, data: bytes) -> Path:
    """Put what the master would hold beside it under the next number, in the place of older previews."""
    path, before = workspace.master, previews(workspace)
    if before and before[-1].read_bytes() == data:
        return before[-1]
    number = _number(before[-1]) + 1 if before else 1
    shown = path.with_name(f"{path.stem}{_MARK}{number}{path.suffix}")
    write_whole(shown, data)
    _discard(before)
    return shown


def settle_master(workspace: Workspace) -> None:
    """Master and journal hold it all now: what was displaced and the previews go, unless somebody has one open."""
    forget_displaced(workspace.master)
    _discard(previews(workspace))


def _discard(files: list[Path]) -> None:
    for path in files:
        with suppress(OSError):
            path.unlink()


def _number(path: Path) -> int:
    number = path.stem.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0

"""Writing the bulletin into the workspace."""

from pathlib import Path

from bulletin import Content, content, render, workbook
from ledger.period import Period
from sync.drafts import put_draft
from sync.master import open_master
from sync.settings import apply_settings
from sync.snapshot import background, take_snapshot
from sync.workspace import Workspace

__all__ = ["drafted", "write_annexes", "write_bulletin"]


def write_bulletin(workspace: Workspace, period: Period) -> Path:
    """Render the bulletin of ``period`` into ``bulletins/<period>/``, the annexes as workbooks beside it; a file that
    a person edited is never overwritten: the new draft then lies beside it."""
    apply_settings(workspace)  # the opening or the requirements may just have been reworded in sheet 设置
    found = drafted(workspace, period)
    # everything is made before anything is written: a broken template leaves the folder as it was
    document = render(found, workspace.template("bulletin.docx"))
    write_annexes(workspace, period, found)
    return put_draft(workspace, period, "通报", document)


def drafted(workspace: Workspace, period: Period) -> Content:
    """What the bulletin of ``period`` says."""
    snapshot = take_snapshot(workspace, period)
    return content(workspace.schema, snapshot, *background(workspace, open_master(workspace), snapshot))


def write_annexes(workspace: Workspace, period: Period, found: Content) -> tuple[Path, Path]:
    """The annexes as a workbook with the sources of every figure, and as one with the annexes alone for the website."""
    inside, outside = workbook(found, sources=True), workbook(found, sources=False)
    return (
        put_draft(workspace, period, "附件", inside, ".xlsx"),
        put_draft(workspace, period, "附件（公开）", outside, ".xlsx"),
    )

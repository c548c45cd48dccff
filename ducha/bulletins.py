"""Writing the bulletin into the workspace."""

from pathlib import Path

from bulletin import Content, content, render, workbooks
from ledger.period import Period
from sync.drafts import put_draft
from sync.master import open_master
from sync.settings import apply_settings
from sync.snapshot import background, take_snapshot
from sync.workspace import Workspace

__all__ = ["drafted", "write_bulletin"]


def write_bulletin(workspace: Workspace, period: Period) -> Path:
    """Render the bulletin of ``period`` into ``bulletins/<period>/``, the annexes as workbooks beside it; a file that
    a person edited is never overwritten: the new draft then lies beside it."""
    apply_settings(workspace)  # the opening or the requirements may just have been reworded in sheet 设置
    found = drafted(workspace, period)
    # everything is made before anything is written: a broken template leaves the folder as it was
    document, books = render(found, workspace.template("bulletin.docx")), workbooks(found)
    for name, data in books.items():
        put_draft(workspace, period, name, data, ".xlsx")
    return put_draft(workspace, period, "通报", document)


def drafted(workspace: Workspace, period: Period) -> Content:
    """What the bulletin of ``period`` says."""
    snapshot = take_snapshot(workspace, period)
    return content(workspace.schema, snapshot, *background(workspace, open_master(workspace), snapshot))

"""Writing the bulletin into the workspace."""

from pathlib import Path

from bulletin import content, render
from ledger.period import Period
from sync.drafts import put_draft
from sync.settings import apply_settings
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

__all__ = ["write_bulletin"]


def write_bulletin(workspace: Workspace, period: Period) -> Path:
    """Render the bulletin of ``period`` into ``bulletins/<period>/``; a file that a person edited is never
    overwritten: the new draft then lies beside it."""
    apply_settings(workspace)  # the opening or the requirements may just have been reworded in sheet 设置
    snapshot = take_snapshot(workspace, period)
    return put_draft(
        workspace, period, "通报", render(content(workspace.schema, snapshot), workspace.template("bulletin.docx"))
    )

"""Writing the bulletin into the workspace."""

from hashlib import sha256
from pathlib import Path

from bulletin import content, render
from ledger.period import Period
from sync.atomic import write_whole
from sync.settings import apply_settings
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

__all__ = ["write_bulletin"]


def write_bulletin(workspace: Workspace, period: Period) -> Path:
    """Render the bulletin of ``period`` into ``bulletins/<period>/``; a file that a person edited is never
    overwritten: the new draft then lies beside it."""
    apply_settings(workspace)  # the opening or the requirements may just have been reworded in sheet 设置
    snapshot = take_snapshot(workspace, period)
    data = render(content(workspace.schema, snapshot), workspace.template("bulletin.docx"))
    folder = workspace.root / "bulletins" / str(period)
    number = 1
    while True:
        path = folder / (f"通报_新稿{number}.docx" if number > 1 else "通报.docx")
        fact = f"bulletin {path.relative_to(workspace.root).as_posix()}"
        if not path.exists() or sha256(path.read_bytes()).hexdigest() == workspace.journal.fact(fact):
            break
        number += 1
    write_whole(path, data)
    workspace.journal.set_fact(fact, sha256(data).hexdigest())
    return path

"""Documents in ``bulletins/``: a file that a person has edited is never overwritten."""

from hashlib import sha256
from pathlib import Path

from ledger.period import Period
from sync.atomic import write_whole
from sync.workspace import Workspace

__all__ = ["put_draft"]


def put_draft(workspace: Workspace, period: Period, name: str, data: bytes, suffix: str = ".docx") -> Path:
    """Write ``bulletins/<period>/<name>.docx``; where somebody has edited what lies there, the next 新稿 beside it."""
    folder = workspace.root / "bulletins" / str(period)
    number = 1
    while True:
        path = folder / (f"{name}_新稿{number}{suffix}" if number > 1 else f"{name}{suffix}")
        fact = f"bulletin {path.relative_to(workspace.root).as_posix()}"
        if not path.exists() or sha256(path.read_bytes()).hexdigest() == workspace.journal.fact(fact):
            break
        number += 1
    write_whole(path, data)
    workspace.journal.set_fact(fact, sha256(data).hexdigest())
    return path

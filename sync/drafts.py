"""Documents in ``bulletins/``: what a person has edited, or what is being approved, is never overwritten.

Of every draft that was made the bytes are kept in the store, so that it can still be said what a file was made from.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ledger.period import Period
from sync.atomic import write_whole
from sync.publications import folder_of, publication
from sync.workspace import Workspace

__all__ = ["Overtaken", "drafts_of", "overtaken", "put_draft"]


class Overtaken(NamedTuple):
    """The file beside which a newer draft lies, its bytes, and those of the draft from which it was made if known."""

    path: Path
    data: bytes
    drafted: bytes | None


def put_draft(workspace: Workspace, period: Period, name: str, data: bytes, suffix: str = ".docx") -> Path:
    """Write ``bulletins/<period>/<name>.docx``; where somebody has edited what lies there, the next 新稿 beside it.

    A file that is being approved is left alone in the same way.
    """
    held = publication(workspace, period).held
    drafted, digest = _drafted(workspace, period), sha256(data).hexdigest()
    for path in _places(workspace, period, name, suffix):
        key = _key(workspace, path)
        standing = sha256(path.read_bytes()).hexdigest() if path.exists() else ""
        if standing in ("", digest) or (key not in held and standing in drafted.get(key, ())):
            break
    # the journal first: of a crash between nothing is left that would be taken for a person's edit
    workspace.store(data)
    if drafted.get(key, [""])[-1] != digest:
        drafted[key] = [*drafted.get(key, []), digest]
        workspace.journal.set_fact(_fact(period), json.dumps(drafted, ensure_ascii=False))
    if standing != digest:
        write_whole(path, data)
    return path


def overtaken(workspace: Workspace, period: Period, name: str, path: Path) -> Overtaken | None:
    """What the draft at ``path`` was put beside; None where it lies in its own place."""
    places = _places(workspace, period, name)
    last = None
    while (place := next(places)) != path:
        last = place
    if not last:
        return None
    made = _drafted(workspace, period).get(_key(workspace, last), [])
    return Overtaken(last, last.read_bytes(), _stored(workspace, made[-1]) if made else None)


def drafts_of(workspace: Workspace, period: Period, name: str) -> list[bytes]:
    """Every different draft of a document that was ever made for a period and can still be read, newest first."""
    place = re.compile(rf"{re.escape(_key(workspace, folder_of(workspace, period) / name))}(_新稿\d+)?\.docx")
    made = [
        digest for key, digests in _drafted(workspace, period).items() if place.fullmatch(key) for digest in digests
    ]
    found = (_stored(workspace, digest) for digest in dict.fromkeys(reversed(made)))
    return [data for data in found if data]


def _places(workspace: Workspace, period: Period, name: str, suffix: str = ".docx") -> Iterator[Path]:
    folder, number = folder_of(workspace, period), 1
    while True:
        yield folder / (f"{name}_新稿{number}{suffix}" if number > 1 else f"{name}{suffix}")
        number += 1


def _key(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.root).as_posix()


def _fact(period: Period) -> str:
    return f"drafts {period}"


def _drafted(workspace: Workspace, period: Period) -> dict[str, list[str]]:
    """The hashes of all drafts by the path at which they were put, oldest first."""
    found: dict[str, list[str]] = json.loads(workspace.journal.fact(_fact(period)) or "{}")
    return found


def _stored(workspace: Workspace, digest: str) -> bytes | None:
    path = workspace.stored_path(digest)
    return path.read_bytes() if path.is_file() else None

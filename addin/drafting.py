"""The bulletin as it is made now: what the command, the ribbon's button and the drafts for comment all print."""

from collections.abc import Mapping
from typing import NamedTuple

from bulletin import Content, content, render, workbooks
from bulletin.rewording import applicable, reworded
from ledger.snapshot import Snapshot
from sync.adopting import wording_of
from sync.background import background
from sync.master import Master
from sync.workspace import Workspace

__all__ = ["Made", "drafted", "made", "rendered"]


class Made(NamedTuple):
    """The document in the office's wording, and the workbooks beside it by name."""

    document: bytes
    books: Mapping[str, bytes]


def made(workspace: Workspace, master: Master, snapshot: Snapshot) -> Made:
    """Make everything before anything is written: a broken template leaves the folder as it was."""
    found = drafted(workspace, master, snapshot)
    plain = rendered(workspace, found)
    wording = applicable(plain, wording_of(workspace, snapshot.period))
    return Made(reworded(plain, wording), workbooks(found, wording))


def drafted(workspace: Workspace, master: Master, snapshot: Snapshot) -> Content:
    """What the bulletin of the snapshot's period says, in the system's own words."""
    return content(workspace.schema, snapshot, *background(workspace, master, snapshot))


def rendered(workspace: Workspace, found: Content) -> bytes:
    """The bulletin as a document, made with the office's template."""
    return render(found, workspace.template(workspace.schema.document.template))

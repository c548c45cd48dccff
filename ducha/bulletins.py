"""Drafts of documents in the workspace, each with the list of what changed where it lies beside another."""

from pathlib import Path
from typing import NamedTuple

from addin.drafting import Made, drafted, made, rendered
from bulletin import BulletinError
from bulletin.differences import Difference, differences, with_edits
from bulletin.listing import KINDS, listed
from bulletin.printed import printed
from ledger.excerpt import shortened
from ledger.period import Period
from sync.drafts import overtaken, put_draft
from sync.master import open_master
from sync.publications import CORRECTION, DOCUMENT, frozen, publication
from sync.settings import apply_settings
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

__all__ = [
    "NAME",
    "Drafted",
    "correction",
    "draft",
    "drafted_correction",
    "made_bulletin",
    "plain_bulletin",
    "put_bulletin",
    "tell_draft",
    "write_bulletin",
]  # fmt: skip

NAME = Path(DOCUMENT).stem
_LISTED = 10  # differences that the console tells


class Drafted(NamedTuple):
    """Where a draft lies; ``beside`` is the file that it did not overwrite, ``listed`` the list of ``changes``, None
    where the two cannot be compared."""

    path: Path
    beside: Path | None = None
    listed: Path | None = None
    changes: tuple[Difference, ...] = ()


def write_bulletin(workspace: Workspace, period: Period) -> Path:
    """Render the bulletin of ``period`` into ``bulletins/<period>/``, the annexes as workbooks beside it; a file that
    a person edited is never overwritten: the new draft then lies beside it."""
    return put_bulletin(workspace, period, made_bulletin(workspace, period)).path


def made_bulletin(workspace: Workspace, period: Period) -> Made:
    """The bulletin of ``period`` and its workbooks as they are made now; nothing is written."""
    apply_settings(workspace)  # the opening or the requirements may just have been reworded in sheet 设置
    return made(workspace, open_master(workspace), take_snapshot(workspace, period))


def put_bulletin(workspace: Workspace, period: Period, done: Made) -> Drafted:
    """Put the bulletin and its workbooks among the period's drafts."""
    for name, data in done.books.items():
        put_draft(workspace, period, name, data, ".xlsx")
    return draft(workspace, period, NAME, done.document)


def plain_bulletin(workspace: Workspace, period: Period) -> bytes:
    """The bulletin in the system's own words."""
    return rendered(workspace, drafted(workspace, open_master(workspace), take_snapshot(workspace, period)))


def draft(workspace: Workspace, period: Period, name: str, data: bytes) -> Drafted:
    """Put a document among the period's drafts; where it lies beside another, with the list of what changed."""
    path = put_draft(workspace, period, name, data)
    before = overtaken(workspace, period, name, path)
    if not before:
        return Drafted(path)
    try:
        edited = printed(before.data)
    except BulletinError:  # what somebody made of it is no document any more
        edited = None
    old = printed(before.drafted) if before.drafted else edited
    if not old:
        return Drafted(path, before.path)
    found = differences(old, printed(data))
    if edited:  # what the edited file says already is nothing new to its author
        found = tuple(one for one in with_edits(found, differences(old, edited)) if one.edited != one.new)
    opening = (
        f"新稿“{path.name}”与“{before.path.name}”生成时相比，有{len(found)}处不同。",
        "“您改成的”一栏是您在原稿里已经改过的地方，新稿里没有您的改动。" if edited else "",
    )
    title = f"{period.label}{name}两稿的差别"
    made = listed(
        title, [text for text in opening if text], found, ("上一稿", "新稿"), workspace.schema.document.format
    )
    return Drafted(path, before.path, put_draft(workspace, period, f"{path.stem}_与上一稿的差别", made), found)


def tell_draft(done: Drafted, what: str) -> list[str]:
    """What to say of a draft, line by line."""
    said = [f"{what}已生成：{done.path}"]
    if not done.beside:
        return said
    said.append(f"“{done.beside.name}”您改过或正在送审，没有覆盖，新稿放在旁边。")
    if not done.listed:
        return [*said, f"“{done.beside.name}”打不开，没有比对两稿的差别。"]
    counts = ((word, sum(one.kind == kind for one in done.changes)) for kind, word in KINDS.items())
    told = "、".join(f"{word}{number}处" for word, number in counts if number)
    if not told:
        return [*said, "新稿里没有那一稿不知道的内容。"]
    said.append(f"与上一稿相比：{told}，逐条列在“{done.listed.name}”。")
    said += [
        f"  {one.place}：{shortened(one.old) or '（空）'} → {shortened(one.new) or '（空）'}"
        for one in done.changes[:_LISTED]
    ]
    return said


def drafted_correction(workspace: Workspace, period: Period, document: Path) -> Path | None:
    """Put the 更正说明 among the drafts: what ``document`` changes of what is published, None if nothing."""
    made = correction(workspace, period, document.read_bytes())
    return put_draft(workspace, period, Path(CORRECTION).stem, made) if made else None


def correction(workspace: Workspace, period: Period, data: bytes) -> bytes | None:
    """The 更正说明 of a document against the version published before; None where nothing differs."""
    published = publication(workspace, period).published
    if not published:
        return None
    before = frozen(workspace, period, published) / DOCUMENT
    found = differences(printed(before.read_bytes()), printed(data))
    if not found:
        return None
    opening = [f"{period.label}的通报（第{published}版）有{len(found)}处更正，更正后为第{published + 1}版，逐条如下。"]
    return listed(f"{period.label}通报更正说明", opening, found, ("原为", "更正为"), workspace.schema.document.format)

"""Archives that units send: a .zip of workbooks is taken apart in memory, within limits, one level deep.

The names inside are only shown and journaled: none of them ever chooses where something is written.
"""

from collections import Counter

from sync.atomic import legal_name
from sync.reading.formats import kind
from xlsx import Limits, Refused
from xlsx.scan_zip import Member, blocks, members

__all__ = ["LARGEST", "unpack", "unpacked"]

LARGEST = 60 << 20  # bytes: what is bigger is neither taken apart nor read
_LIMITS = Limits(file=LARGEST, total=120 << 20, members=500)
_STEPS = 3  # folders and file name that are shown
_RUBBISH = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini", "~$", ".~")


def unpacked(data: bytes, _name: str = "") -> list[tuple[str, bytes]] | None:
    """What is in a .zip of files, as (name to show, bytes), or None for anything else.

    A workbook is None too, and so is an archive that is empty, broken, too big, or has a password: `read_workbook`
    says of those what is wrong. An archive inside is not taken apart any further.
    """
    if kind(data) != "zip":
        return None
    try:
        return unpack(data) or None
    except Refused:
        return None


def unpack(data: bytes, limits: Limits = _LIMITS) -> list[tuple[str, bytes]]:
    """The files of an archive but for what systems leave in it. Raises Refused."""
    if data.startswith(b"PK\x05\x06"):  # nothing but the end
        return []
    found: list[tuple[str, bytes]] = []
    taken: Counter[str] = Counter()
    for member in members(data, limits, safe_names=False):
        steps = _name(member).replace("\\", "/").split("/")
        if not steps[-1] or any(step.lower().startswith(_RUBBISH) for step in steps):
            continue
        shown = "/".join(legal_name(step) for step in steps[-_STEPS:])
        taken[shown.lower()] += 1
        again = taken[shown.lower()]
        found.append((shown if again == 1 else f"{again}_{shown}", b"".join(blocks(data, member))))
    return found


def _name(member: Member) -> str:
    """A name that is not marked as UTF-8 is mostly as Chinese Windows writes it."""
    raw = member.name.encode("utf-8" if member.utf8 else "cp437", "replace")
    for coding in ("utf-8", "gb18030"):
        try:
            return raw.decode(coding)
        except UnicodeDecodeError:
            continue
    return member.name

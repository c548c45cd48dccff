"""Joining what several hands wrote into one cell."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ledger.task import folded

__all__ = ["Merged", "combine", "least_advanced", "merge"]


class Merged(NamedTuple):
    """What a cell shall hold, and why: ``kept`` ours, ``taken`` theirs, ``same``, or ``conflict`` (ours stays)."""

    value: str
    outcome: Literal["same", "kept", "taken", "conflict"]


def merge(base: str, theirs: str, ours: str) -> Merged:
    """Three-way merge of one cell.

    ``base`` is what Ducha last wrote, ``theirs`` what the units' newest reports say, ``ours`` what stands in the
    master. Only the side that moved wins; when both moved the office's text stays and it is a conflict.
    """
    if ours == theirs:
        return Merged(ours, "same")
    if ours == base:
        return Merged(theirs, "taken")
    if theirs == base:
        return Merged(ours, "kept")
    return Merged(ours, "conflict")


def combine(parts: Sequence[tuple[str, str]]) -> str:
    """One text from several units' ``(unit, text)`` parts, given in the order of the task's lead units.

    Empty parts are left out; one part, or several that read the same, stands verbatim; otherwise the parts are
    numbered ``1.科技局：…`` one a line (design: merge).
    """
    said = [(unit, text.strip()) for unit, text in parts if text.strip()]
    if len({folded(text) for _, text in said}) <= 1:
        return said[0][1] if said else ""
    return "\n".join(f"{number}.{unit}：{text}" for number, (unit, text) in enumerate(said, 1))


def least_advanced(statuses: Sequence[str], order: Sequence[str]) -> str:
    """Of several units' status words the one furthest behind; ``order`` runs from least to most advanced.

    A word that ``order`` does not know counts as furthest behind, so that it is seen.
    """
    said = [status for status in statuses if status]
    return min(said, key=lambda word: order.index(word) if word in order else -1) if said else ""

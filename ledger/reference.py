"""Finding the task that people name: 附件1：21, 1：21, or 附件2：8.3 for a project's third sub-item."""

import re
from collections.abc import Sequence

from ledger.task import Task, folded

__all__ = ["find_task"]

_REFERENCE = re.compile(r"(?:附件|A)?(\d+)[：:-](\d+)(?:\.(\d+))?")


def find_task(reference: str, tasks: Sequence[Task]) -> Task | None:
    """The one task that a reference or an id names, None when it is none or several."""
    text = folded(reference)
    found = _REFERENCE.fullmatch(text)
    if not found:
        return None
    if by_id := next((task for task in tasks if task.id == text), None):
        return by_id
    annex, no, part = (int(group) if group else None for group in found.groups())
    same = [task for task in tasks if (task.annex, task.no) == (annex, no)]
    if part:
        return next((task for task in same if task.id.endswith(f".{part}")), None)
    return same[0] if len(same) == 1 else None

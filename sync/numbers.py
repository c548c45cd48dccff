"""Numbers of papers (发文字号): one row of numbers a kind and workspace, without gaps, and the same on a second run."""

import json
import re
from collections.abc import Iterable, Mapping

from sync.workspace import Workspace

__all__ = ["keep_numbers", "numbered"]


def numbered(workspace: Workspace, kind: str, keys: Iterable[str]) -> dict[str, int]:
    """The number of each paper by what it is about: those that have one keep it, the others get the next ones.

    Nothing is remembered yet: a paper that cannot be made shall not leave a gap (`keep_numbers`).
    """
    known = _known(workspace, kind)
    last = max([*known.values(), _highest_file(workspace, kind)], default=0)
    wanted = list(dict.fromkeys(keys))
    new = {key: last + count for count, key in enumerate((key for key in wanted if key not in known), 1)}
    return {key: known.get(key) or new[key] for key in wanted}


def keep_numbers(workspace: Workspace, kind: str, numbers: Mapping[str, int]) -> None:
    """Remember what `numbered` gave."""
    workspace.journal.set_fact(_fact(kind), json.dumps(_known(workspace, kind) | dict(numbers), ensure_ascii=False))


def _known(workspace: Workspace, kind: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(workspace.journal.fact(_fact(kind)) or "{}")
    return found


def _highest_file(workspace: Workspace, kind: str) -> int:
    """The highest number among the files: a journal that had to be rebuilt does not know what it gave."""
    names = (path.name for path in (workspace.root / "bulletins").glob(f"*/{kind}*号_*.docx"))
    found = (re.match(rf"{re.escape(kind)}(\d+)号_", name) for name in names)
    return max((int(number[1]) for number in found if number), default=0)


def _fact(kind: str) -> str:
    return f"numbers {kind}"

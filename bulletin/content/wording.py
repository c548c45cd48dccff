"""The office's own wording filled in, a task's name as a fact."""

import re
from collections.abc import Mapping

from bulletin.content.said import QUOTE, Fact
from bulletin.errors import BulletinError
from bulletin.text import cleaned, label
from ledger.schema import Schema
from ledger.snapshot import Snapshot
from ledger.task import Task

__all__ = ["filled", "named", "requirements", "words"]


_SHORT = 30  # characters: about a line


def words(schema: Schema, snapshot: Snapshot) -> dict[str, str]:
    """What the office's texts may name in braces."""
    return {"year": str(schema.year), "region": schema.office.region, "period": snapshot.period.label}


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its words filled in; a `BulletinError` names one that is not known."""

    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            allowed = "、".join(f"{{{name}}}" for name in words)
            raise BulletinError(f"schema.yaml里的“{found[0]}”不认识，标题和通报文字里只能用{allowed}。")
        return words[found[1]]

    return cleaned(re.sub(r"\{(\w+)\}", word, text))


def requirements(schema: Schema, words: Mapping[str, str]) -> tuple[str, ...]:
    """三、下步工作要求: the office's own paragraphs, numbered."""
    return tuple(f"{no}.{filled(text, words)}" for no, text in enumerate(schema.document.requirements, 1))


def named(task: Task) -> Fact:
    """How a sentence names a task."""
    column = "project" if task.project else "text"
    return Fact(label(task.project, task.text, _SHORT), QUOTE, ((task.id, column),))

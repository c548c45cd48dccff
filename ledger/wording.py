"""The office's own words for sentences that the system drafts, kept for one period."""

import re
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

__all__ = ["Wording", "sentences"]

_SENTENCE = re.compile(r"[^。！？\n]*(?:[。！？]+[”’）》]*|\n|$)")


def sentences(paragraph: str) -> list[str]:
    """The paragraph cut behind 。！？ and line breaks; joined they are the paragraph without its breaks."""
    return [text for found in _SENTENCE.findall(paragraph) if (text := found.strip())]


class Wording(BaseModel):
    """What stands in place of drafted sentences, and paragraphs that were added.

    ``said`` is by drafted sentence, empty where it is left out; ``added`` by the drafted sentence with which the
    paragraph before begins. A sentence is known by its text alone: where the figures in it have changed the draft
    stands, for a wrong figure does more harm than a plain word.
    """

    model_config = ConfigDict(frozen=True)

    said: Mapping[str, str] = {}
    added: Mapping[str, tuple[str, ...]] = {}

    def of(self, text: str) -> str:
        """What stands in place of drafted text."""
        return "".join(self.said.get(one, one) for one in sentences(text))

    def saying(self, old: str, new: str) -> "Wording":
        """With ``new`` for ``old``, which is a drafted sentence or one that stands here already."""
        said, added = dict(self.said), dict(self.added)
        for key, text in said.items():
            if old in sentences(text):
                said[key] = text.replace(old, new, 1)
                return Wording(said=said, added=added)
        for key, paragraphs in added.items():
            if any(old in sentences(text) for text in paragraphs):
                changed = (text.replace(old, new, 1) if old in sentences(text) else text for text in paragraphs)
                added[key] = tuple(text for text in changed if text)
                return Wording(said=said, added=added)
        return Wording(said={**said, old: new}, added=added)

    def adding(self, before: str, paragraph: str) -> "Wording":
        """With a paragraph behind the one that begins with the sentence ``before``, and behind what was added there."""
        said, added = dict(self.said), dict(self.added)
        for key, paragraphs in added.items():
            for place, text in enumerate(paragraphs):
                if sentences(text)[:1] == [before]:
                    added[key] = (*paragraphs[: place + 1], paragraph, *paragraphs[place + 1 :])
                    return Wording(said=said, added=added)
        key = next((key for key, text in said.items() if sentences(text)[:1] == [before]), before)
        added[key] = (*added.get(key, ()), paragraph)
        return Wording(said=said, added=added)

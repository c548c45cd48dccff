"""Endnotes and note marks, which are no part of what a report says."""

import re
from collections.abc import Sequence

from ledger.sources.blocks import Paragraph

__all__ = ["without_notes"]

# 工作①, [endnoteRef:12], [12], the eq field by which Word draws a number in a circle
_MARK = re.compile(
    r"\[(?:endnote|footnote)Ref:\d+\]|\[\d{1,3}\]|\s*eq\s*\\o\\ac\(○,\d+\)|[①-⑳⓪㉑-㉟]|\[bookmark:[^\]]*\]"
)
_BODY = re.compile(r"\s*\[\d{1,3}:")
_BODY_END = re.compile(r"\]")
_ANNEX = re.compile(r"(?:注\s*释|名\s*词\s*解\s*释|附\s*注|相关用语说明)[:：]?")


def without_notes(lines: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs without note marks, note bodies (``[12: …]``, over several lines too) and the notes at the end."""
    kept: list[Paragraph] = []
    inside = False
    for line in lines:
        if _ANNEX.fullmatch(line.text.strip()):
            break
        text, inside = _outside(line.text, inside=inside)
        text = _MARK.sub("", text).strip()
        if text:
            kept.append(Paragraph(text, line.place))
    return kept


def _outside(text: str, *, inside: bool) -> tuple[str, bool]:
    """What of a line stands outside note bodies, and whether the line ends inside one."""
    said = ""
    while text:
        if inside:
            end = _BODY_END.search(text)
            text, inside = (text[end.end() :], False) if end else ("", True)
            continue
        start = _BODY.search(text)
        said += text[: start.start()] if start else text
        text, inside = (text[start.end() :], True) if start else ("", False)
    return said, inside

"""Automatic numbers of Word paragraphs, written out as Word prints them."""

from collections import Counter
from typing import Any

from docx.oxml.ns import qn

__all__ = ["Lists"]

_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "ideographTraditional",
    "taiwaneseCounting",
}


class Lists:
    """The counters of one document's lists; ask for each paragraph's label once, in document order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (list, level) → form, text, start
        self._of: dict[str, str] = {}  # numId → the abstract list whose counter it shares
        self._styles: dict[str, Any] = {}  # style → its numbering, for lists made by a style alone
        self._counts: Counter[tuple[str, int]] = Counter()
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        if part is not None:
            self._read(part.element)
        for style in document.styles.element.iterchildren(qn("w:style")):
            if (numbering := style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")) is not None:
                self._styles[style.get(qn("w:styleId"), "")] = numbering

    def label(self, paragraph: Any) -> str:
        """The number before this paragraph, empty when it has none; bullets are not numbers."""
        numbering = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbering is None:
            style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            numbering = None if style is None else self._styles.get(style.get(qn("w:val"), ""))
        if numbering is None:
            return ""
        number, level = (numbering.find(qn(tag)) for tag in ("w:numId", "w:ilvl"))
        depth = 0 if level is None else int(level.get(qn("w:val"), "0"))
        name = self._of.get("" if number is None else number.get(qn("w:val"), ""), "")
        if (name, depth) not in self._levels:
            return ""
        self._counts[name, depth] += 1
        for deeper in range(depth + 1, 9):
            self._counts.pop((name, deeper), None)
        return self._printed(name, depth)

    def _read(self, root: Any) -> None:
        for abstract in root.iterchildren(qn("w:abstractNum")):
            name = abstract.get(qn("w:abstractNumId"), "")
            for level in abstract.iterchildren(qn("w:lvl")):
                form, text, start = (_value(level, tag) for tag in ("w:numFmt", "w:lvlText", "w:start"))
                depth = int(level.get(qn("w:ilvl"), "0"))
                self._levels[name, depth] = form or "decimal", text, int(start or 1)
        for number in root.iterchildren(qn("w:num")):
            self._of[number.get(qn("w:numId"), "")] = _value(number, "w:abstractNumId")

    def _printed(self, name: str, depth: int) -> str:
        text = self._levels[name, depth][1]
        if self._levels[name, depth][0] in {"bullet", "none"}:
            return ""
        for place in range(depth + 1):
            form, _, start = self._levels.get((name, place), ("decimal", "", 1))
            count = max(self._counts[name, place], 1) + start - 1
            text = text.replace(f"%{place + 1}", _chinese(count) if form in _CHINESE else str(count))
        return text


def _value(element: Any, tag: str) -> str:
    found = element.find(qn(tag))
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _chinese(number: int) -> str:
    """1 to 99 in Chinese numerals; larger numbers stay in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")

"""The wording of small things: clean text, days, a task's short name, a unit's problem as one sentence."""

import re
from collections import Counter
from datetime import date

from ledger.task import folded

__all__ = ["FIGURE", "cleaned", "flat", "is_chapter", "label", "new_figures", "printed_day", "sentence"]

FIGURE = re.compile(r"\d+(?:\.\d+)?")

_CHAPTER, _TITLE = re.compile(r"[一二三四五六七八九十]+、"), 30  # characters of the longest heading
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]|_x000[AaDd]_")
_BLANK = re.compile("[\t\u00a0]|_x00(?:[01][0-9A-Fa-f]|7[Ff])_")
_SPACED = re.compile("[ \u3000]{6,}|\u3000{3,}")  # a new line made with the space bar
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)

# 1. 1、 （1） (1) ① 一、 at the head of an item; “1.5亿元”, “1、2号楼” and “一、二期” are no numbering.
_NUMBER = r"(?:\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]|[①-⑳]|[一二三四五六七八九十]{1,2}、(?![一二三四五六七八九十]))"
_ITEM = re.compile(rf"\n|(?<=[；;。])\s*(?={_NUMBER})|\s+(?={_NUMBER})")
_NUMBERS = re.compile(rf"^(?:{_NUMBER}\s*)+|(?<=[：:])\s*[（(]\d{{1,2}}[）)]")
_EDGE = " \u3000，,；;。.、/-—－"

_CLAUSE = re.compile(r"[，。；：！？]|[,;:!?](?!\d)")
_PAIRS = {"（": "）", "(": ")", "“": "”", "‘": "’", "《": "》", "〈": "〉", "【": "】"}


def cleaned(text: str) -> str:
    """The text with ``\\n`` as its only line break, without blank lines and characters that nobody sees.

    Cells bring carriage returns, Excel's ``_x000D_``, control and zero-width characters: Word would refuse the
    document or show them. Spaces wider than a line hide the words that follow them.
    """
    text = _UNSEEN.sub("", _BLANK.sub(" ", _BREAK.sub("\n", text)))
    text = _SPACED.sub("\n", text)
    lines = (line.strip(" \u3000") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def flat(text: str) -> str:
    """A cell's text on one line: its line breaks come from the width of a column."""
    return cleaned(text).replace("\n", "")


def printed_day(day: date) -> str:
    """2022年9月30日, never padded."""
    return f"{day.year}年{day.month}月{day.day}日"


def new_figures(old: str, new: str) -> list[str]:
    """The figures that stand in one wording of a sentence and not in the one before."""
    return list((Counter(FIGURE.findall(new)) - Counter(FIGURE.findall(old))).elements())


def is_chapter(text: str) -> bool:
    """Whether a paragraph is the heading of a chapter: 一、基本情况."""
    return len(text) <= _TITLE and _CHAPTER.match(text) is not None


def label(project: str | None, text: str, limit: int = 20) -> str:
    """How a sentence names a task: its project, or the first clause of its text within ``limit`` characters."""
    if project and (name := folded(cleaned(project))):
        return name
    clauses = filter(None, _CLAUSE.split(folded(cleaned(text))))
    return _shortened(next(clauses, "该项任务"), limit)


def sentence(problems: str) -> str:
    """What a unit wrote under 存在问题 as one sentence: items without their numbers, one 。 at the end.

    Empty when nothing but punctuation is left.
    """
    items = (_NUMBERS.sub("", item.strip()).strip(_EDGE) for item in _ITEM.split(cleaned(problems)))
    said = "；".join(item for item in items if item)
    return f"{said}。" if said else ""


def _shortened(text: str, limit: int) -> str:
    """The text cut to ``limit`` characters with “…”, after an item of a list if possible, no bracket left open."""
    items = [found.start() for found in re.finditer("、", text) if found.start() >= limit // 2]
    sizes = (*reversed(items), *range(len(text), 0, -1))
    cut = (text[:size] + "…" + _closing(text[:size]) for size in sizes)
    whole = text + _closing(text)
    return next(short for short in (whole, *cut) if len(short) <= limit)


def _closing(text: str) -> str:
    expected: list[str] = []
    for character in text:
        if character in _PAIRS:
            expected.append(_PAIRS[character])
        elif expected and character == expected[-1]:
            expected.pop()
    return "".join(reversed(expected))

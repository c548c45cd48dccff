"""What changed in a text, in as few words as it takes: …累计完成38→45公里，占…"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ledger.task import folded

__all__ = ["excerpt", "shortened"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*[%％]?|[A-Za-z]+|.", re.DOTALL)
_AROUND = 6  # tokens kept on either side of a change
_APART = 2  # so few equal tokens between two changes are chance: 推动 and 启动 share a character
_SHORT = 12  # texts up to this length are shown whole
_LONG = 40


def excerpt(old: str, new: str) -> str:
    """The changed places of a text with what stands around them.

    A number that became another one reads 38→45, other words 【旧→新】, 【增：…】 or 【删：…】; texts that are short,
    empty or have hardly anything in common stand whole, cut to a line.
    """
    if folded(old) == folded(new):
        return "只有空格或换行不同"
    before, after = _plain(old), _plain(new)
    if before and after and max(len(before), len(after)) > _SHORT:
        parts = _Parts(before, after)
        if parts.in_common * 3 >= min(len(parts.old), len(parts.new)):
            return parts.said()
    return f"{shortened(before) or '（空）'}→{shortened(after) or '（空）'}"


def shortened(text: str, longest: int = _LONG) -> str:
    """The text on one line, cut to its beginning."""
    line = _plain(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _plain(text: str) -> str:
    return " ".join(text.split())


_Change = tuple[int, int, int, int]  # from, to in the old tokens; from, to in the new ones


class _Parts:
    """Two texts as tokens, and where they differ."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = _TOKEN.findall(old), _TOKEN.findall(new)
        self._changes = _differing(self.old, self.new)
        self.in_common = len(self.old) - sum(end - start for start, end, _, _ in self._changes)

    def said(self) -> str:
        """The changes in their surroundings."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        end = 0
        for number, (start, stop, new_start, new_stop) in enumerate(self._changes):
            yield _surroundings(self.old[end:start], left=number > 0, right=True)
            yield _replaced(self.old[start:stop], self.new[new_start:new_stop])
            end = stop
        yield _surroundings(self.old[end:], left=True, right=False)


def _differing(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    """The places that differ, in order; those hardly apart are one place."""
    found: list[_Change] = []
    for word, start, stop, new_start, new_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if word == "equal":
            continue
        if found and start - found[-1][1] <= _APART and not _numbers(old[start:stop], new[new_start:new_stop]):
            first = found.pop()
            found.append((first[0], stop, first[2], new_stop))
        else:
            found.append((start, stop, new_start, new_stop))
    return found


def _surroundings(tokens: Sequence[str], *, left: bool, right: bool) -> str:
    """Equal tokens as far as they touch a change on their ``left`` or ``right``."""
    if len(tokens) <= _AROUND * (left + right) + _APART:
        return "".join(tokens)
    return "".join([*(tokens[:_AROUND] if left else ()), "…", *(tokens[-_AROUND:] if right else ())])


def _replaced(old: Sequence[str], new: Sequence[str]) -> str:
    if _numbers(old, new):
        return f"{old[0]}→{new[0]}"
    before, after = shortened("".join(old)), shortened("".join(new))
    if not before or not after:
        return f"【增：{after}】" if after else f"【删：{before}】"
    return f"【{before}→{after}】"


def _numbers(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether one number became another one."""
    return len(old) == len(new) == 1 and old[0][0].isdigit() and new[0][0].isdigit()

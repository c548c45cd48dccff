"""Where a title or a header breaks into lines: between words, in even lines, never 牵头市领/导."""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from math import ceil

__all__ = ["broken", "length"]

# Words of titles and headers that stay whole; a longer one wins.
_WORDS = """
政府工作报告 人民政府办公室 人民政府 办公室 督查室 有关 重点工作 重点任务 重点项目 民生实事 民生工程 重要事项 其他
市领导 县领导 区领导 牵头 责任 分管 配合 承办 领导 单位 部门 目标 任务 工作 具体 要求 落实 贯彻 进展 推进 完成 存在
问题 情况 项目 名称 序号 内容 分工 分解 一览 台账 督查 督办 调度 考核 评分 通报 通知 公布 意见 征求 季度 上半年
下半年 年度 全年 全市 全县 全区 一季度 二季度 三季度 四季度 亮灯 办理 状态 形象 进度 措施 时限 备注
"""
_TOKEN = re.compile(
    "|".join(
        [
            r"\d+(?:\.\d+)?[年月日项件%％]?|[A-Za-z]+",
            *sorted(_WORDS.split(), key=len, reverse=True),
            "(?:分工|分解|一览|评分|明细)?表",
            ".",
        ]
    )
)
_BEFORE = set("《及和与暨（“")  # a line may begin with these
_AFTER = set("》的、，：）”")  # or end with these
_STICKS = set("》的、，。；：）”表")  # no line begins with these
_OPENS = set("《（“及和与暨")  # no line ends with these
_WITHIN, _UNKNOWN, _BETWEEN = 100.0, 6.0, 0.5
_MORE = 12.0  # what a line more costs than are needed
_MOST = 6  # lines of a title; what is longer still is left to Word


def length(text: str) -> float:
    """How wide the text is in Chinese characters; a Latin one takes half."""
    return sum(1 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def broken(text: str, fitting: float) -> str:
    """The text in as few lines of at most ``fitting`` characters as possible; breaks that are there already stay."""
    return "\n".join(_broken(line, fitting) for line in text.split("\n"))


def _broken(text: str, fitting: float) -> str:
    whole = length(text)
    if not fitting < whole <= fitting * _MOST:
        return text
    costs = _costs(text)
    widths = [0.0]
    for character in text:
        widths.append(widths[-1] + length(character))

    @cache
    def best(start: int, count: int, ideal: float) -> tuple[float, tuple[int, ...]]:
        """The cheapest way to put what begins at ``start`` into ``count`` lines: its cost and where each ends."""
        if count == 1:
            rest = whole - widths[start]
            return ((rest - ideal) / ideal) ** 2 * 10 + (0 if rest <= fitting else 1e6), (len(text),)
        found = []
        for end in range(start + 1, len(text)):
            width = widths[end] - widths[start]
            if width > fitting:
                break
            cost, ends = best(end, count - 1, ideal)
            found.append((cost + costs[end] + ((width - ideal) / ideal) ** 2 * 10, (end, *ends)))
        return min(found, default=(1e9, (len(text),)))

    fewest = ceil(whole / fitting)
    # a line more, where only that keeps words whole
    ways = (best(0, fewest + more, whole / (fewest + more)) for more in (0, 1))
    _, ends = min((cost + _MORE * more, ends) for more, (cost, ends) in enumerate(ways))
    return "\n".join(text[start:end] for start, end in zip((0, *ends[:-1]), ends, strict=True))


def _costs(text: str) -> list[float]:
    """What a break before each character costs."""
    costs = [_WITHIN] * (len(text) + 1)
    tokens = list(_TOKEN.finditer(text))
    for before, after in pairwise(tokens):
        end, first = before[0][-1], after[0][0]
        if first in _STICKS or end in _OPENS:
            continue
        if first in _BEFORE or end in _AFTER:
            costs[after.start()] = 0
        elif len(before[0]) > 1 and len(after[0]) > 1:
            costs[after.start()] = _BETWEEN
        else:
            costs[after.start()] = _UNKNOWN
    return costs

"""The words around figures: what is the thing counted, and what is only verb or filler."""

import re
from functools import lru_cache
from operator import add
from typing import NamedTuple

from ledger.quantities import plain

__all__ = [
    "bare_subject",
    "ends_in_doing",
    "is_empty",
    "likeness",
    "named",
    "noun_behind",
    "other_size",
    "overlap",
    "similarity",
]

# what units do to things; a name keeps it (新增学位), a comparison ignores it
_DOING = """
新建改扩建 新建改建 新改建 改扩建 新建 扩建 改建 建成 建设 新增加 新增 净增 新开工 开工 竣工 完工 投产 投用 启用
改造提升 提升改造 改造 整治 整修 修缮 打通 实施 开展 完成 实现 推动 推进 加快 启动 新培育 培育 新引进 引进 新购置
购置 配置 配备 培训 安装 加装 筹集 发放 化解 打造 创建 争取 申报 发行 举办 开发 新认定 新认证 认定 认证 评选 拆除
盘活 处置 消化 治理 疏浚 修复 优化调整 优化 调整 设立 组建 成立 搭建 出台 引导 扶持 帮助 解决 建立 规范 栽植 种植
发展 流转 推广 惠及 覆盖 入统 落实 安排 提供 新铺设 铺设 新造 更换 更新 招引 签约 获批 获评 验收 采购 编制 组织
持续 滚动储备 储备 新供 新签约 新投用 参加 受理 排查 办结 整改 提升 提质 完善 健全 深化 强化 做好 抓好 加强 新
全面
"""
# what says nothing about the thing
_FILLER = """
全年 年内 今年 当年 本年度 全市 全县 全区 我市 我县 我区 全乡 全镇 力争 确保 预计 预估 完成 实现 计划 争取 累计 共计
总计 合计 已经 目前 其中 同比 分别 达到 超过 突破 不低于 不少于 不超过 高于 低于 控制在 稳定在 保持在 保持 提高到 提升到
提高至 提升至 增长 增加 提高 上升 下降 降低 减少 压减 压缩至 压缩到 缩短至 压缩 缩短 降至 以及 比上年 比去年
较上年 较去年 较年初 增幅 增速 涨幅 平均 用于 率先 推动完成 以上 左右 以内 大关 大约 接近 投入 任务 目标
"""
# single characters are filler behind a thing, at its head they are part of it (有效专利, 现汇进资, 中小学)
_LINKS = tuple("已共占要拟再达超为约近至到在的了和与及并对把将由让以等逾")


def _any(*words: str) -> str:
    """Any of the words, the longest first, those of one beginning together."""
    rest: dict[str, list[str]] = {}
    for word in words:
        rest.setdefault(word[:1], []).append(word[1:])
    ends = rest.pop("", None) is not None
    ways = "|".join(f"{re.escape(sign)}{_any(*tails)}" for sign, tails in rest.items())
    return f"(?:{ways})?" if ways and ends else f"(?:{ways})" if ways else ""


def _signs(*words: str) -> str:
    """What the words begin with, for a class of characters: where there is none of it the engine need not look."""
    return "".join(sorted({word[0] for word in words}))


_VERBS, _FILLERS = frozenset(_DOING.split()), tuple(_FILLER.split())
_VERB_LENGTHS = sorted({len(word) for word in _VERBS})
_VERB_ENDS = frozenset(word[-1] for word in _VERBS)
_ENDINGS = frozenset((*_FILLERS, *_LINKS))
_LENGTHS = sorted({len(word) for word in _ENDINGS}, reverse=True)
_LAST_SIGNS = frozenset(word[-1] for word in _ENDINGS)
_EDGES = " \t\n“”\"'：:，,、()（）\x00"
_BEGINS = ("完成", "实现", "推动", "推进", "加快", "实施", "开展", "组织", "启动")
_HEAD = re.compile(rf"(?:{_any(*_FILLERS, *_BEGINS)}|[\s“”\"'：:，,、()（）\x00])+")
_SHARES = ("占比", "比重", "比例", "比率")
_NO_THING = (*_FILLERS, *_VERBS, *_SHARES, *_LINKS, "均", "各", "有", "其")
_NOTHING = re.compile(rf"(?:{_any(*_NO_THING)}|[\s\W\d])*")
_OTHER_SIGN = re.compile(rf"[^\W\d{''.join(sorted(set(''.join(_NO_THING))))}]")
_SAYS_LITTLE = (*_VERBS, *_FILLERS, *_LINKS)
_SPOKEN = re.compile(rf"(?=[\W\d_{_signs(*_SAYS_LITTLE)}])(?:{_any(*_SAYS_LITTLE)}|[\W\d_])")
# where the thing behind a number ends and the sentence goes on
_GOES_ON = re.compile(
    r"[，。；;、,：:（(\n\x00]|全部|已|正在|均|全面|于|目前|今年|年内|实行|享受|通过|开工|完成|建成|投入|投用"
    r"|实施|配置|主体|免费|更换|完工|竣工|进入|需|待|开展|提供"
)
_SIZES = re.compile(r"\d+(?:\.\d+)?")
_SORTED = re.compile(r"以[上下]|[“\"]\d+[”\"]|\d项目")
_ASIDE = re.compile(r"[（(][^()（）\d]{1,3}[)）]")
_SIGNS = re.compile(r"[\W\d_]")
_HEADS = frozenset(("项目", "工程", "建设", "企业", "任务", "面积", "总额", "收入", "增加", "情况", "工作"))
_LETTERS = re.compile(r"[^\W\d_]")


def is_empty(text: str) -> bool:
    """Whether nothing is named, only done: 新增, 已累计完成."""
    return not _OTHER_SIGN.search(text) and _NOTHING.fullmatch(text) is not None


def ends_in_doing(text: str) -> bool:
    """Whether a verb stands last, so that what it is done to follows: 择优招引 16处老厂房."""
    text = text.rstrip(_EDGES)
    return text[-1:] in _VERB_ENDS and any(text[-size:] in _VERBS for size in _VERB_LENGTHS)


def bare_subject(text: str) -> str:
    """The thing named before a number, without the filler on either side of it."""
    text = text.rstrip(_EDGES)
    while text[-1:] in _LAST_SIGNS:
        size = next((size for size in _LENGTHS if text[-size:] in _ENDINGS), 0)
        if not size:
            break
        text = text[:-size].rstrip(_EDGES)
    head = _HEAD.match(text)
    return text[head.end() :] if head else text


def noun_behind(text: str) -> str:
    """The thing named behind a number: 个城镇老旧小区全部开工 gives 城镇老旧小区."""
    text = _ASIDE.sub("", text)  # 小(二)型水库
    found = _GOES_ON.search(text)
    noun = text[: found.start()] if found else text
    return bare_subject(noun[:24])


def named(text: str) -> bool:
    """Whether a text has letters at all."""
    return _LETTERS.search(text) is not None


def overlap(one: str, other: str) -> float:
    """How many of the pairs of characters of one text stand in another, verbs and all."""
    return _share(_pairs(one), _pairs(other))


def other_size(thing: str, context: str) -> bool:
    """Whether both name things by a size and not by the same: 亿元以上项目 and 20亿元以上项目, “50”项目 and “20”."""
    return any(map(_SORTED.search, (thing, context))) and _SIZES.findall(thing) != _SIZES.findall(context)


@lru_cache(maxsize=4096)  # the figures of one report are compared with the same names again and again
def likeness(thing: str, context: str) -> float:
    """How much of a thing's name a context repeats, 0 to 1, by pairs of characters; verbs and filler count little.

    An abbreviation (社零总额 for 社会消费品零售总额) and the same head noun (园位 for 托幼园位) speak for it too.
    """
    pairs, wanted, spoken_pairs = _said(thing)
    other_pairs, there, other_spoken_pairs = _said(context)
    found = 0.85 * _share(spoken_pairs, other_spoken_pairs) + 0.15 * _share(pairs, other_pairs)
    if 2 <= len(there) <= 5 and _abbreviates(there, wanted):
        return max(found, 0.7)
    head = wanted[-2:]
    if len(wanted) > 2 and there.endswith(head) and head not in _HEADS:
        found += 0.25
    return min(found, 1.0)


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: the mean of how much each repeats of the other."""
    return (likeness(one, other) + likeness(other, one)) / 2


class _Said(NamedTuple):
    """What a text is compared by: its pairs of characters, and what is left of it without verbs and filler."""

    pairs: frozenset[str]
    spoken: str
    spoken_pairs: frozenset[str]


@lru_cache(maxsize=4096)
def _said(text: str) -> _Said:
    flat, pairs = plain(text), _pairs(text)
    spoken = _SPOKEN.sub("", flat) or _SIGNS.sub("", flat)
    return _Said(pairs, spoken, pairs if spoken == text else _pairs(spoken))


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return 0.0 if wanted.isdisjoint(there) else len(wanted & there) / len(wanted)


def _pairs(text: str) -> frozenset[str]:
    said = _SIGNS.sub("", text)
    return frozenset([said] if len(said) == 1 else map(add, said, said[1:]))


def _abbreviates(short: str, long: str) -> bool:
    """Whether all characters of ``short``, a few, stand in ``long`` in their order, the first one first."""
    if len(long) < len(short) + 2 or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)

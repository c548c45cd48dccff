"""Units of measure: what each measures and how they convert."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from ledger.quantities.model import Unit
from ledger.quantities.numerals import SCALES

__all__ = ["UNIT", "kin", "unit_of"]

# dimension, then each canonical name with its size and its other names
_MEASURES: dict[str, dict[str, tuple[Fraction | int, str]]] = {
    "ratio": {
        "%": (Fraction(1, 100), "％"),
        "‰": (Fraction(1, 1000), ""),
        "成": (Fraction(1, 10), ""),
        "倍": (1, ""),
    },
    "points": {"个百分点": (1, "百分点")},
    "money": {"元": (1, "块钱 元人民币")},
    "dollars": {"美元": (1, "美金")},
    "euros": {"欧元": (1, "")},
    "hk-dollars": {"港元": (1, "港币")},
    "yen": {"日元": (1, "")},
    "area": {
        "平方米": (1, "平米 ㎡ m² m2 平方"),
        "亩": (Fraction(2000, 3), ""),
        "公顷": (10**4, ""),
        "平方公里": (10**6, "平方千米 km²"),
    },
    "length": {
        "米": (1, "延米 m"),
        "公里": (1000, "千米 km Km KM"),
        "华里": (500, ""),
        "厘米": (Fraction(1, 100), "cm"),
        "毫米": (Fraction(1, 1000), "mm"),
    },
    "weight": {
        "吨": (1000, "t"),
        "公斤": (1, "千克 kg"),
        "斤": (Fraction(1, 2), ""),
        "克": (Fraction(1, 1000), ""),
    },
    "coal": {"吨标准煤": (1, "吨标煤")},
    "volume": {"立方米": (1, "立方 m³ m3")},
    "power": {"千瓦": (1, "kW 千伏安"), "兆瓦": (1000, "MW"), "吉瓦": (10**6, "GW")},
    "energy": {"千瓦时": (1, "度电 kWh")},
    "time": {"天": (24, "日 个自然日"), "小时": (1, "个小时"), "分钟": (Fraction(1, 60), ""), "周": (168, "")},
    "working-time": {"个工作日": (1, "工作日")},
    "months": {"个月": (1, ""), "年": (12, "")},
}
# counting words; behind the colon what must not follow, for then it is another word
_COUNTS = """
人次 户次 家次 辆次 车次 头次 台次 亩次 项次 场次 批次 班次 架次 剂次 宗次 件次 亿次 人份 吨公里 吨位 标箱
标准箱 床位 台套 台(套) 个点位 个 人:大才民口均力事防社 名:单录城称牌额优校胜 位:于列居置次
家:庭长具居电族园委校 户:籍型外均口厕 所:有属在需以得谓 座:谈位椅 处:理置罚于在分 条:件例 项 套:餐路 件 栋 幢
宗:旨 部:门署分位队委长省 辆 台:账风阶湾 次:日生月年 批:复准评 期:限间待望 张:贴 间:隔接 头:部 只:有是要跑能用
羽 株 棵 盏 块 片:区段 口:径岸碑 艘 架:构设 道:路 笔 份:额 篇:章 起:来草步点 例 组:织建团长成
支:持付撑出线路部渠点 队:伍员 对:接标照外于口应策 层:面次级 门:诊店类户 款 轮 届 本:科级地年月市县区次土期 册 床
根 杆 枚 幅:度 首:个次批创先家席 艇 桶 箱 袋 孔 眼 管:理道网护控线委辖廊 场:所地馆均景 班:子级线 桌 剂 亩均 遍
集:中群团体聚镇散约 匹 具:有备体 顶 扇 组团
"""
_PERSONS, _FIRMS, _GENERAL = frozenset("人名位"), frozenset("家户"), "个"


def _measures() -> Iterator[tuple[str, Unit]]:
    for dimension, units in _MEASURES.items():
        for name, (factor, others) in units.items():
            for word in (name, *others.split()):
                yield word, Unit(name, dimension, Fraction(factor))


def _counts() -> Iterator[tuple[str, str]]:
    for entry in _COUNTS.split():
        word, _, never = entry.partition(":")
        yield word, f"(?![{never}])" if never else ""


_KNOWN = dict(_measures())
_NOT_BEFORE = dict(_counts())
_NOT_BEFORE |= {
    "元": "(?!月|旦|素|宝)",
    "年": "(?!度|底|级|初|末|均|产|来|期|轻)",
    "日": "(?!常|均|前|处|供|产|报)",
    "天": "(?!然|网|气)",
    "周": "(?!边|年|转|期)",
    "克": "(?!服)",
    "米": "(?!线|粉)",
    "成": "(?!为|立|本|功|效|果|交|品|套|员)",
    "倍": "(?!增)",
    "m": "(?![A-Za-z])",
    "t": "(?![A-Za-z])",
}
_WORDS = sorted({*_KNOWN, *(word for word, _ in _counts())}, key=lambda word: (-len(word), word))
_ONE = "(?:" + "|".join(re.escape(word) + _NOT_BEFORE.get(word, "") for word in _WORDS) + ")"
UNIT = rf"(?:{_ONE}(?:/(?:{_ONE}|升))?|(?:微克|毫克)/(?:{_ONE}|升))"


@lru_cache(maxsize=1024)  # of a handful of words
def unit_of(word: str, scale: str = "") -> Unit:
    """The unit that a word names, with the scale (万, 亿) in front of it; no word is a bare count."""
    if known := _KNOWN.get(word):
        return Unit(scale + known.text, known.dimension, known.factor * SCALES[scale])
    return Unit(scale + word, word or "count", Fraction(SCALES[scale]))


def kin(target: Unit, actual: Unit) -> bool:
    """Whether a report may answer a target of one unit in the other: 名 and 人, 家 and 户, 个 and any counting word."""
    one, two = target.dimension, actual.dimension
    if one == two or {one, two} <= _PERSONS or {one, two} <= _FIRMS:
        return True
    return _GENERAL in (one, two) and {one, two} <= _GENERAL_KIN


_GENERAL_KIN = frozenset("个家户所处座项条件栋宗台套")

"""From a task's text its targets: which of its figures are to be reached, and what they are called."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ledger.indicator import Indicator, Kind
from ledger.indicators.mentions import Mention, mentions
from ledger.indicators.milestones import milestones
from ledger.indicators.wording import bare_subject, is_empty, named, noun_behind
from ledger.quantities import Bound, Quantity

__all__ = ["Target", "as_indicator", "targets"]

_TIMES = frozenset({"time", "working-time", "months"})
# several of such a thing are an attribute of something else: 500万元以上项目, 3岁以下婴幼儿, 15分钟生活圈
_SIZED = re.compile(r"以[上下]|以内")
_NOUN = re.compile(r"\s*[^\W\d_]")
_OF = re.compile(r"\s*的(?!目标|任务|增长|增速|标准|比例|水平)")
_BIG_OF = re.compile(r"[^\W\d_]{1,4}的(?!目标|任务|增长)")
_SORT = re.compile(r"\s*(?:级|规模|重大|重点|产业|工业|龙头)*(?:项目|企业|产业|园区|集群)")
_CAPPED = re.compile(r"控制[在到]|不超过|不高于|以内|压缩[至到]|缩短[至到]")
_RANK = re.compile(r"前\s*$")
_GENERAL = frozenset("个家项所处条名批座件户场")
_ABSTRACT = re.compile(
    r"\s*(?:方面|阶段|环节|层面|领域|角度|维度|步骤|不摘|必须|确保|统一|转变|全覆盖|为主|一体|范围|沿线|半径)"
)
_WHOLE = re.compile(r"(?:总长度?|总面积|全长)(?:约|达到?|为)?\s*$")
_COVERED = re.compile(r"全覆盖|清零")
_DOING_NOW = re.compile(
    r"(?:建设|新建|改造|新增|打造|建成|完成|引进|培育|创建|设立|实施|启动|推进|开展|新开通|开通|举办|组建|成立|购置|修建|整治)$"
)
_PAST = re.compile(r"(?:去年|上年|此前|以来|往年)")
_ONE = Decimal(1)


class Target(NamedTuple):
    """One target that a task's text sets.

    ``direction`` is ≥, ≤ or ≈ where the words say so; a milestone (kind ``text``) has no value. ``quantity`` is what
    it was read from, ``words`` its clause, ``deadline`` the day by which the text wants it.
    """

    name: str
    kind: Kind
    direction: Bound
    value: Decimal | None
    unit: str
    words: str
    thing: str = ""
    quantity: Quantity | None = None
    deadline: date | None = None

    @property
    def said(self) -> str:
        """The target in words of its own, also where the text says several in one breath (分别增长7.5%、8%)."""
        if "分别" not in self.words or self.quantity is None:
            return self.words
        verb = {"growth": "增长", "decline": "下降", "points": "提高"}.get(self.quantity.role, "达到")
        return f"{self.thing}{verb}{self.quantity.words}"

    def within(self, year: int) -> bool:
        """Whether it is to be reached in ``year``, not in five years' time."""
        return self.deadline is None or self.deadline.year <= year


def as_indicator(target: Target, task: str, number: int) -> Indicator:
    """The target as the office's sheet 指标 would hold it, the ``number``-th of a task."""
    return Indicator(
        id=f"{task}#{number}", task=task, name=target.name, kind=target.kind, target=target.value, unit=target.unit
    )


@lru_cache(maxsize=2048)  # a task stays while its reports come and go; about 3 KB each
def targets(text: str, year: int) -> tuple[Target, ...]:
    """What a task's text wants reached, in the order of the text; nothing where it names no figure and no milestone."""
    found = mentions(text, year)
    kept = [item for place, item in enumerate(found) if _is_target(item, found[place + 1 :], year)]
    figures = [(item.quantity.start, _target(item, text, year)) for item in kept]
    taken = [item.quantity for item in kept]
    stages = [
        (start, Target(bare_subject(words) or words, "text", "", None, "", words, deadline=due))
        for start, words, due in milestones(text, year, taken)
    ]
    return tuple(target for _, target in sorted([*figures, *stages], key=lambda pair: pair[0]))


def _is_target(item: Mention, later: Sequence[Mention], year: int) -> bool:
    figure = item.quantity
    if item.bracketed or _quoted(item) or not item.subject or not (figure.unit.dimension != "count" or figure.bound):
        return False
    if figure.as_of and figure.as_of.year < year:
        return False
    if figure.unit.dimension in _TIMES:
        return (
            bool(figure.bound)
            and not (_SIZED.search(figure.words) and _NOUN.match(item.behind))
            and figure.unit.text != "年"
        )
    return not _attribute(item, later) and not _loose(item)


def _attribute(item: Mention, later: Sequence[Mention]) -> bool:
    """Whether it only says which ones: 超20万元的行政村, 10亿元以上项目3个, 25户以上自然村."""
    figure, behind = item.quantity, item.behind
    if _WHOLE.search(item.between):
        return False
    if _OF.match(behind) or (figure.unit.text not in _GENERAL and _BIG_OF.match(behind)):
        return True
    if figure.unit.dimension == "money" and _SORT.match(behind):
        return True
    if figure.unit.text == "岁" or _ABSTRACT.match(behind):
        return True
    if not _SIZED.search(figure.words) or not _NOUN.match(behind):
        return False
    same = [one for one in later if one.sentence == item.sentence and one.before.startswith(item.before)]
    return bool(same) or _COVERED.search(behind) is not None or figure.unit.dimension == "money"


def _loose(item: Mention) -> bool:
    """Whether a written-out number is part of a name (三条主导产业链, 四个街道) and not a target (新建两座)."""
    figure = item.quantity
    if not figure.chinese:
        return False
    if "期" in figure.unit.text or (figure.value == _ONE and figure.unit.factor == 1 and _NOUN.match(item.behind)):
        return True
    small = figure.value <= 10 and figure.unit.factor == 1
    return bool(small and _NOUN.match(item.behind) and not _DOING_NOW.search(item.between.rstrip()))


def _quoted(item: Mention) -> bool:
    """Whether it stands between quotation marks, in a name."""
    return item.before.count("“") > item.before.count("”")


def _target(item: Mention, text: str, year: int) -> Target:
    figure = item.quantity
    value, unit, kind = _measured(item)
    words = f"{item.before}{text[figure.start : figure.end]}{item.behind}".strip()
    thing = _thing(item)
    deadline = figure.deadline
    if "五年" in item.before:
        deadline = date(year + 4, 12, 31)
    return Target(_name(item, thing, kind), kind, figure.bound, value, unit, words, thing, figure, deadline)


def _measured(item: Mention) -> tuple[Decimal, str, Kind]:
    """Value, unit and kind; changes of any form are growth in percent."""
    figure = item.quantity
    value, unit = figure.value, figure.unit.text
    if figure.unit.dimension == "ratio" and unit in ("倍", "成"):
        value, unit = (value * (100 if unit == "倍" else 10)).normalize() + 0, "%"
    if _CAPPED.search(f"{item.before[-8:]}{figure.words}"):
        return value, unit, "cap"
    if _RANK.search(item.before) and unit in ("名", "位"):
        return value, unit, "cap"
    if figure.unit.dimension in ("ratio", "points"):
        return value, unit, "share" if figure.role == "share" else "growth"
    if figure.bound == "≤":
        return value, unit, "cap"
    return value, unit, "about" if figure.bound == "≈" else "amount"


def _thing(item: Mention) -> str:
    """What is counted, without verbs in front where it stands behind the number."""
    return item.subject


def _name(item: Mention, thing: str, kind: Kind) -> str:
    doing = item.between.strip(" ，、“”")
    name = thing
    if is_empty(doing) and named(noun_behind(item.behind)):
        name = f"{bare_subject(doing)}{thing}"
    name = _quotes_closed(name)
    ending = {"growth": {"decline": "降幅", "points": "提高"}.get(item.quantity.role, "增速")}.get(kind, "")
    return f"{name}{ending}" if not name.endswith(ending) or not ending else name


def _quotes_closed(name: str) -> str:
    """The name with the quotation mark that was cut off with the words around it: “免申即享”事项."""
    open_, closed = name.count("“"), name.count("”")
    if open_ == closed:
        return name[1:-1] if open_ == 1 and (name[0], name[-1]) == ("“", "”") else name
    return f"{name}”" if open_ > closed else f"“{name}"

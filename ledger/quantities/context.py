"""What the words around a number say about it: a bound, a change, a share."""

import re

from ledger.quantities.model import Bound, Role

__all__ = ["bound_after", "bound_before", "is_negative", "role_before"]

_AFTER = re.compile(
    r"\s*(?:[(（]?(?:及|含)?[)）]?(?P<least>以上|之上)|(?:及|含)?(?P<most>以内|之内|以下)|(?P<about>左右|上下))"
)
_SAID_AFTER: dict[str | None, Bound] = {"least": "≥", "most": "≤", "about": "≈"}
_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("≤", r"不得?超过|不得?高于|不大于|不多于|未超过|少于|低于|小于|不足|控制[在到]|(?:压缩|缩短|压降|降低?)[至到]"),
    ("≥", r"超过|突破|不少于|不低于|不小于|不得低于|不得少于|至少|高于|大于|多于|超|逾|达到?或?超过"),
    ("≈", r"大约|将近|接近|(?<![签节预合公契特集简])约|(?<![附最])近"),
)  # fmt: skip
_NEAR = r"[了为到至在全年\s]{0,2}$"
_BEFORE_PATTERNS = tuple((bound, re.compile(f"(?:{words}){_NEAR}")) for bound, words in _BEFORE)
_LAST_SIGN = re.compile("[过于足在到至破少超逾约近]")  # of every word that is a bound in front
_NOT_LESS = re.compile(rf"不(?:少|低|小|得低|得少)于{_NEAR}")
_SMALL = (
    r"(?:约|近|超过|超|突破|不低于|不少于|高于|低于|大约|将近|接近|逾"
    r"|力争|同比|分别|均|各|再|了|达到?|为|幅度?|比例|控制在|\s)*$"
)
_GROWS = re.compile(
    rf"(?:(?<!新)增(?:长|幅|速|加|收|支)|递增|上升|提升|提高|上涨|涨幅|升高|上浮|攀升|净增(?=同比)){_SMALL}"
)
_SHRINKS = re.compile(rf"(?:下降|降低|减少|减收|压减|压降|回落|降幅|缩减|缩短|压缩|下浮|下调|消减|削减){_SMALL}")
# 压减一般性支出10%: what is cut stands between; of a rate (降低失业率到3%) it would be another rate
_CUTS = re.compile(r"(?:下降|降低|减少|压减|压降|压缩|缩减|削减)(?:[^\W\d_]|\x00){2,10}(?<![率比例重度为到至在])$")
_CHANGES = re.compile("[增提涨升浮降减压落缩调削]")  # one of these stands in every verb above
_MINUS = "-−"
_JOINED = re.compile(r"[\dA-Za-z%]")
_WINDOW = 14


def bound_after(text: str, end: int) -> tuple[Bound, int]:
    """The bound behind a quantity (以上, 以内, 左右) and where its words end."""
    found = _AFTER.match(text, end)
    return (_SAID_AFTER[found.lastgroup], found.end()) if found else ("", end)


def bound_before(text: str, start: int) -> Bound:
    """The bound in front of a quantity (超过, 控制在, 约)."""
    before = text[max(0, start - _WINDOW) : start]
    if not _LAST_SIGN.search(before[-4:]):
        return ""
    if _NOT_LESS.search(before):
        return "≥"
    return next((bound for bound, pattern in _BEFORE_PATTERNS if pattern.search(before)), "")


def role_before(text: str, start: int, dimension: str) -> Role:
    """What a figure is by the verb in front of it: 提高2% is growth, 提高到90% is not."""
    if dimension == "points":
        return "points"
    negative = is_negative(text, start)
    before = text[max(0, start - _WINDOW) : start - negative]
    if _CHANGES.search(before):
        if _GROWS.search(before):
            return "decline" if negative else "growth"
        if _SHRINKS.search(before) or (dimension == "ratio" and _CUTS.search(before)):
            return "growth" if negative else "decline"
    if negative:
        return "decline"
    return "share" if dimension == "ratio" else "level"


def is_negative(text: str, start: int) -> bool:
    """Whether a minus stands before a number: 增速为-3.2%, but not 3-5 or K-5."""
    return start > 0 and text[start - 1] in _MINUS and not _JOINED.match(text[start - 2 : start])

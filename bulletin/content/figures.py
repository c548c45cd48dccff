"""Indicators in words: what was reached, what was wanted, how far ahead or behind."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bulletin.content.said import MINUS, QUOTE, VALUE, Fact, Piece, Reference
from bulletin.text import flat, printed_day
from ledger.indicator import Kind
from ledger.measures import day, number, percent, points
from ledger.snapshot import Figure

__all__ = ["AHEAD", "as_of", "phrase", "plain", "said_actual", "said_target"]

AHEAD = ("blue", "green")  # the lights of figures that are as they should be
_MOVES = "增降升减率幅速比"  # a growth's name says that it is one


def phrase(figure: Figure, end: date, reference: Reference | None = None) -> list[Piece]:
    """The indicator as part of a sentence, without punctuation at its end; only for one that could be judged.

    ``end`` is the day for which the bulletin speaks: a figure of another day says so.
    """
    name = flat(figure.indicator.name)
    told = as_of(figure, end)
    dated: list[Piece] = [] if told == end else [f"（截至{printed_day(told)}）"] if told else []
    head: list[Piece] = [name, *([reference] if reference else [])]
    return [*head, *_actual(figure), *dated, "，", *_KINDS[figure.indicator.kind](figure)]


def as_of(figure: Figure, end: date) -> date | None:
    """The day of an indicator's figure; None where it is unclear."""
    typed = figure.values.get("as_of", "").strip()
    return day(typed) if typed else end


def said_actual(figure: Figure) -> str:
    """What was reported, with its unit."""
    indicator, text = figure.indicator, figure.values.get("actual", "")
    value = number(text, in_percent=indicator.in_percent)
    return flat(text) if value is None else f"{plain(value)}{_unit(figure)}"


def said_target(figure: Figure) -> str:
    """The target with its unit; empty where it is no number."""
    target = figure.indicator.target
    return "" if target is None else f"{plain(target)}{_unit(figure)}"


def plain(value: Decimal | Fraction) -> str:
    """43.28, 3186: a number as it was typed, without zeros at its end."""
    exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.normalize():f}"


def _unit(figure: Figure) -> str:
    unit = flat(figure.indicator.unit)
    return "%" if figure.indicator.in_percent else unit


def _actual(figure: Figure) -> list[Piece]:
    said, name = said_actual(figure), figure.indicator.name
    how = QUOTE if figure.indicator.kind in ("stage", "text") else VALUE
    fact = Fact(said, how, _cells(figure, "actual"))
    if figure.indicator.kind == "stage":
        return ["处于“", fact, "”阶段"]
    if figure.indicator.kind == "growth" and not any(word in name for word in _MOVES):
        fallen = said.startswith("-")
        return ["下降", Fact(said.removeprefix("-"), MINUS, fact.cells)] if fallen else ["增长", fact]
    return ["为" if figure.indicator.in_percent else "", fact]


def _wanted(figure: Figure) -> Fact:
    return Fact(said_target(figure), VALUE, _cells(figure, "target"))


def _rate(figure: Figure) -> Fact:
    return Fact(percent(figure.standing.rate), "完成值÷年度目标", _cells(figure, "actual", "target", "rate"))


def _cells(figure: Figure, *columns: str) -> tuple[tuple[str, str], ...]:
    return tuple((figure.indicator.id, column) for column in columns)


def _lead(figure: Figure, lead: Fraction | None) -> list[Piece]:
    """…，领先序时进度8个百分点; nothing that rounds to nothing."""
    said = points(None if lead is None else abs(lead))
    if lead is None or said == "":
        return []
    if said == "0":
        return ["，与序时进度持平"]
    word = "领先" if lead > 0 else "落后"
    return [f"，{word}序时进度", Fact(said, "完成率－序时进度", _cells(figure, "rate", "scheduled")), "个百分点"]


def _of_amount(figure: Figure) -> list[Piece]:
    if figure.standing.met:
        return ["达到年度目标（", _wanted(figure), "）的", _rate(figure)]
    return ["为年度目标（", _wanted(figure), "）的", _rate(figure), *_lead(figure, figure.standing.lead)]


def _of_about(figure: Figure) -> list[Piece]:
    rate, told = figure.standing.rate, ""
    if figure.standing.light not in AHEAD and rate is not None:
        told = "，落后于进度要求" if rate < 1 else "，超出允许的范围"
    return ["为年度目标（", _wanted(figure), "左右）的", _rate(figure), told]


def _of_percentage(figure: Figure) -> list[Piece]:
    gap = figure.standing.gap
    said = points(None if gap is None else abs(gap))
    if not gap or said == "0":
        return ["与年度目标（", _wanted(figure), "）持平"]
    word = "高于" if gap > 0 else "低于"
    fact = Fact(said, "完成值－年度目标", _cells(figure, "actual", "target"))
    return [f"{word}年度目标（", _wanted(figure), "）", fact, "个百分点"]


def _of_cap(figure: Figure) -> list[Piece]:
    gap = figure.standing.gap
    if not gap or gap <= 0:
        return ["控制在年度目标（", _wanted(figure), "）以内"]
    unit = "个百分点" if figure.indicator.in_percent else _unit(figure)
    fact = Fact(plain(gap), "完成值－年度目标", _cells(figure, "actual", "target"))
    return ["超出年度控制目标（", _wanted(figure), "）", fact, unit]


def _of_stage(figure: Figure) -> list[Piece]:
    rate = Fact(percent(figure.standing.rate), "形象进度的比例", _cells(figure, "actual", "rate"))
    return ["折算进度", rate, *_lead(figure, figure.standing.lead)]


def _of_text(figure: Figure) -> list[Piece]:
    return ["已经完成" if figure.standing.met else "尚未完成"]


_KINDS: dict[Kind, Callable[[Figure], list[Piece]]] = {
    "amount": _of_amount,
    "cap": _of_cap,
    "about": _of_about,
    "growth": _of_percentage,
    "share": _of_percentage,
    "stage": _of_stage,
    "text": _of_text,
}

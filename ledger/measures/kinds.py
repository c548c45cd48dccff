"""One entry a kind of indicator: how far it is, how far ahead of where it should be, and what that makes its light.

A new kind is one entry and one test. Rates are shares of the target; leads are in 百分点, negative is behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ledger.cell import bare, cell_text
from ledger.indicator import Kind
from ledger.measures.reading import number
from ledger.schema.model import Meaning, Schema

__all__ = ["DUST", "LIGHTS", "LIGHT_OF", "MEASURES", "Case", "Light", "Measure", "by_word", "exact"]

Light = Literal["blue", "green", "yellow", "red", "grey"]
LIGHTS: dict[Light, str] = {"blue": "蓝", "green": "绿", "yellow": "黄", "red": "红", "grey": "灰"}
# a status word that says nothing about progress can be given no light
LIGHT_OF: dict[Meaning, Light] = {
    "done": "blue",
    "on_track": "green",
    "behind": "yellow",
    "not_started": "yellow",
    "other": "grey",
}
DUST = Fraction(1, 10**9)  # 百分点: what the floating point of a spreadsheet may lose at the edge of two lights


def exact(value: float) -> Fraction:
    """A number of schema.yaml as it is written there."""
    return Fraction(repr(value))


@dataclass(frozen=True, slots=True)
class Case:
    """What was reported (a cell's value) against which target."""

    actual: object
    target: Fraction | None
    in_percent: bool
    schema: Schema

    @property
    def number(self) -> Fraction | None:
        """The reported figure."""
        found = number(self.actual, in_percent=self.in_percent)
        return None if found is None else Fraction(found)


Rate = Callable[[Case], Fraction | None]
Lead = Callable[[Case, Fraction | None, Fraction], Fraction | None]  # case, rate, share of the year that is over
Judge = Callable[[Case, Fraction | None], Light]  # case, lead


def _no_rate(_case: Case) -> None:
    return None


def _ratio(case: Case) -> Fraction | None:
    """actual / target; no ratio says anything about a target of nothing or less."""
    if not case.target or case.target <= 0:
        return None
    figure = case.number
    return None if figure is None else figure / case.target


def _stage_share(case: Case) -> Fraction | None:
    text = cell_text(case.actual)
    return next((exact(stage.share) for stage in case.schema.stages if stage.word == text), None)


def _whole_if_done(case: Case) -> Fraction | None:
    return Fraction(1) if case.schema.means(cell_text(case.actual)) == "done" else None


def _ahead(_case: Case, rate: Fraction | None, part: Fraction) -> Fraction | None:
    """Rate less scheduled progress."""
    return None if rate is None else (rate - part) * 100


def _inside(case: Case, rate: Fraction | None, part: Fraction) -> Fraction | None:
    """Distance to the nearer edge of target ± tolerance; the lower edge rises with the year, but not for a level."""
    if rate is None:
        return None
    around, due = exact(case.schema.lights.about) / 100, 1 if case.in_percent else part
    return min(1 + around - rate, rate - due * (1 - around)) * 100


def _gap(case: Case, _rate: Fraction | None, _part: Fraction) -> Fraction | None:
    """Actual less target, both percentages: 百分点."""
    return None if case.number is None or case.target is None else case.number - case.target


def _headroom(case: Case, _rate: Fraction | None, _part: Fraction) -> Fraction | None:
    """What the cap leaves, as a share of it; whatever exceeds a cap of nothing exceeds it wholly."""
    if case.number is None or case.target is None:
        return None
    if not case.target:
        return Fraction(-100 if case.number > 0 else 0)
    return (case.target - case.number) / abs(case.target) * 100


def _no_lead(_case: Case, _rate: Fraction | None, _part: Fraction) -> None:
    return None


def _light_of_lead(case: Case, lead: Fraction | None) -> Light:
    if lead is None:
        return "grey"
    if lead >= -exact(case.schema.lights.behind) - DUST:
        return "green"
    return "yellow" if lead >= -exact(case.schema.lights.far_behind) - DUST else "red"


def _light_of_word(case: Case, _lead: Fraction | None) -> Light:
    return LIGHT_OF[case.schema.means(cell_text(case.actual))]


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of indicator, its three rules each in Python and as template of an Excel expression.

    ``kept``: the target is a level that may be lost again, so it is done only when the year is over. ``averaged``:
    its rate goes into means; the others are counted as met or not. Templates know ``{actual}`` ``{target}``
    (expressions with the number, or an error), ``{rate}`` ``{scheduled}`` ``{lead}`` (cells), ``{due}`` (the share of
    the year that binds 左右), ``{about}`` ``{behind}`` ``{far_behind}`` (numbers), ``{stage}`` ``{whole}`` ``{word}``
    (what the stage or status word gives).
    """

    rate: tuple[Rate, str]
    lead: tuple[Lead, str]
    judge: tuple[Judge, str] = (
        _light_of_lead,
        'IF({lead}="","灰",IF({lead}>=-{behind}-1E-9,"绿",IF({lead}>=-{far_behind}-1E-9,"黄","红")))',
    )
    kept: bool = False
    averaged: bool = False


_RATIO = (_ratio, 'IFERROR(IF({target}>0,{actual}/{target},""),"")')
_NO_RATE = (_no_rate, '""')
_AHEAD = (_ahead, 'IF(OR({rate}="",{scheduled}=""),"",({rate}-{scheduled})*100)')
_INSIDE = (
    _inside,
    'IF(OR({rate}="",{scheduled}=""),"",MIN(1+{about}-{rate},{rate}-{due}*(1-{about}))*100)',
)
_GAP = (_gap, 'IF({scheduled}="","",IFERROR({actual}-{target},""))')
_HEADROOM = (
    _headroom,
    'IF({scheduled}="","",IFERROR(IF({target}=0,IF({actual}>0,-100,0),({target}-{actual})/ABS({target})*100),""))',
)
MEASURES: dict[Kind, Measure] = {
    "amount": Measure(_RATIO, _AHEAD, averaged=True),
    "cap": Measure(_NO_RATE, _HEADROOM, kept=True),
    "about": Measure(_RATIO, _INSIDE, kept=True, averaged=True),
    "growth": Measure(_NO_RATE, _GAP, kept=True),
    "share": Measure(_NO_RATE, _GAP, kept=True),
    "stage": Measure((_stage_share, "{stage}"), _AHEAD, averaged=True),
    "text": Measure((_whole_if_done, "{whole}"), (_no_lead, '""'), (_light_of_word, "{word}")),
}


def by_word(cell: str, results: Mapping[str, str], otherwise: str, *, begins: bool) -> str:
    """The Excel expression that gives the result of the first word that a cell holds or ``begins`` with."""
    text, expression = bare(cell), otherwise
    for word, result in reversed(list(results.items())):
        part = f"LEFT({text},{len(word)})" if begins else text
        quoted = word.replace('"', '""')
        expression = f'IF(EXACT({part},"{quoted}"),{result},{expression})'
    return f"IFERROR({expression},{otherwise})"

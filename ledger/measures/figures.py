"""Figures over several indicators, and how documents print a figure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ledger.indicator import KINDS
from ledger.measures.kinds import MEASURES, Light
from ledger.measures.standing import Standing

__all__ = ["Summary", "mean_formula", "percent", "percent_formula", "points", "summary"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Several indicators taken together, of a unit, a leader, a section or an annex.

    ``mean`` runs over the ``rated`` ones; of kinds without a rate so many are ``met`` and ``unmet``; ``lights`` counts
    all.
    """

    mean: Fraction | None
    rated: int
    met: int
    unmet: int
    lights: Mapping[Light, int]


def summary(standings: Iterable[Standing]) -> Summary:
    """The mean completion rate, each capped at 100 %, and the counts."""
    every = list(standings)
    rates = [min(one.rate, Fraction(1)) for one in every if _averaged(one) and one.rate is not None]
    counted = Counter(one.met for one in every if not _averaged(one))
    mean = sum(rates, Fraction(0)) / len(rates) if rates else None
    return Summary(mean, len(rates), counted[True], counted[False], Counter(one.light for one in every))


def _averaged(standing: Standing) -> bool:
    return MEASURES[standing.indicator.kind].averaged


def mean_formula(rates: str, kinds: str, *conditions: tuple[str, str]) -> str:
    """The formula of `Summary.mean` over the ranges of rates and of kinds (in words), empty text where none is rated.

    Each condition is a range with its criterion, as COUNTIFS takes them: ``("$D$2:$D$90", "$A5")``.
    """
    words = ",".join(f'"{word}"' for kind, word in KINDS.items() if MEASURES[kind].averaged)
    where = ",".join([f"{kinds},{{{words}}}", *(f"{area},{criterion}" for area, criterion in conditions), rates])
    return (
        f'IFERROR((SUMPRODUCT(SUMIFS({rates},{where},"<=1"))+SUMPRODUCT(COUNTIFS({where},">1")))'
        f'/SUMPRODUCT(COUNTIFS({where},"<9E+307")),"")'
    )


def _rounded(value: Fraction) -> str:
    """One decimal, halves away from zero as in ROUND(), a whole number without: 74.7, 8."""
    tenths = int(abs(value) * 10 + Fraction(1, 2))
    sign = "-" if value < 0 and tenths else ""
    return f"{sign}{tenths // 10}" + (f".{tenths % 10}" if tenths % 10 else "")


def percent(rate: Fraction | None) -> str:
    """A rate as documents print it: 74.7%, 20%; empty where there is none."""
    return "" if rate is None else f"{_rounded(rate * 100)}%"


def points(lead: Fraction | None) -> str:
    """A lead as documents print it before 个百分点: 8, -6.7; empty where there is none."""
    return "" if lead is None else _rounded(lead)


def percent_formula(rate: str) -> str:
    """The formula of `percent` for the rate in a cell."""
    return f'IF({rate}="","",SUBSTITUTE(TEXT(ROUND({rate},3),"0.0%"),".0%","%"))'

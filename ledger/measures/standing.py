"""How an indicator stands at its as-of date: scheduled progress, completion rate, lead and light."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ledger.cell import bare
from ledger.indicator import Indicator
from ledger.measures.kinds import DUST, LIGHT_OF, LIGHTS, MEASURES, Case, Light, Measure, by_word, exact
from ledger.measures.reading import day_expression, number_expression
from ledger.schema.model import Schema

__all__ = ["Cells", "Formulas", "Standing", "completion", "formulas", "scheduled", "scheduled_formula", "standing"]

_MONTHS = "(YEAR({day})-{year})*12+MONTH({day})-1+DAY({day})/DAY(EOMONTH({day},0))"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an indicator stands. Exact fractions; None is what cannot be said.

    ``scheduled`` and ``rate`` are shares of 1, ``lead`` is in 百分点 (of a cap: the headroom in percent of it), ``gap``
    is actual less target in the indicator's own unit, ``met`` whether the year's target is reached now.
    """

    indicator: Indicator
    scheduled: Fraction | None
    rate: Fraction | None
    lead: Fraction | None
    gap: Fraction | None
    met: bool | None
    light: Light


class Cells(NamedTuple):
    """Where an indicator's row has what: addresses, or for the last three any expression in brackets.

    ``actual`` is the reported figure, stage or status, ``due`` the task's due date where there is such a column.
    """

    actual: str
    target: str
    as_of: str
    rate: str
    scheduled: str
    lead: str
    due: str = ""


class Formulas(NamedTuple):
    """The computed cells of an indicator's row, without ``=``; empty text is what cannot be said."""

    rate: str
    scheduled: str
    lead: str
    light: str


def scheduled(day: date, year: int) -> Fraction:
    """The share of ``year`` that is over at the end of ``day``: elapsed months / 12 (序时进度).

    A month that has begun counts by its days: 31 August is 8/12, 15 August (7 + 15/31)/12. Other years are 0 or 1.
    """
    months = (day.year - year) * 12 + day.month - 1 + Fraction(day.day, monthrange(day.year, day.month)[1])
    return min(max(months / 12, Fraction(0)), Fraction(1))


def scheduled_formula(as_of: str, year: int, end: date) -> str:
    """The formula of `scheduled` at the date in cell ``as_of``, at ``end`` of the period where it is empty."""
    whole = scheduled(end, year)
    months = _MONTHS.format(day=day_expression(as_of), year=year)
    share = f"MAX(0,MIN(1,({months})/12))"
    return f'IFERROR(IF({bare(as_of)}="",{whole.numerator}/{whole.denominator},{share}),"")'


def standing(
    indicator: Indicator, actual: object, as_of: date | None, schema: Schema, due: date | None = None
) -> Standing:
    """Judge what was reported as of a date (None: unclear) under the schema's light rules.

    Not reported or not to be judged is grey; what is done is blue, whenever it was due; then what was due before the
    as-of date is red; the rest is judged by its lead or its status word.
    """
    measure, case = MEASURES[indicator.kind], _case(indicator, actual, schema)
    part = scheduled(as_of, schema.year) if as_of else None
    rate = measure.rate[0](case)
    lead = None if part is None else measure.lead[0](case, rate, part)
    light = measure.judge[0](case, lead)
    met = None if light == "grey" else _met(measure, case, rate)
    if met and (part == 1 or not measure.kept):
        light = "blue"
    elif light != "grey" and as_of and due and due < as_of:
        light = "red"
    gap = case.number - case.target if case.number is not None and case.target is not None else None
    return Standing(indicator, part, rate, lead, gap, met, light)


def completion(indicator: Indicator, target: Decimal | None, actual: object, schema: Schema) -> Fraction | None:
    """The completion rate alone, as in `standing`: it needs no date. ``target`` stands for the indicator's own."""
    aim = None if target is None else Fraction(target)
    return MEASURES[indicator.kind].rate[0](Case(actual, aim, indicator.in_percent, schema))


def _case(indicator: Indicator, actual: object, schema: Schema) -> Case:
    target = indicator.target
    return Case(actual, None if target is None else Fraction(target), indicator.in_percent, schema)


def _met(measure: Measure, case: Case, rate: Fraction | None) -> bool:
    if not measure.kept:
        return rate is not None and rate >= 1
    lead = measure.lead[0](case, rate, Fraction(1))
    return lead is not None and lead >= -DUST


def formulas(indicator: Indicator, cells: Cells, schema: Schema, end: date) -> Formulas:
    """The formulas that say in a workbook what `standing` says; ``end`` is the period's last day.

    Functions of Excel 2010, WPS and LibreOffice only; nothing depends on today's date.
    """
    measure, fields = MEASURES[indicator.kind], _fields(indicator, cells, schema)
    return Formulas(
        measure.rate[1].format_map(fields),
        scheduled_formula(cells.as_of, schema.year, end),
        measure.lead[1].format_map(fields),
        _light_formula(measure, cells, measure.judge[1].format_map(fields), end),
    )


def _fields(indicator: Indicator, cells: Cells, schema: Schema) -> dict[str, str]:
    """What the templates of `Measure` may name."""
    statuses = sorted(schema.statuses, key=lambda status: -len(status.word))  # the longest word decides
    lights = {status.word: f'"{LIGHTS[LIGHT_OF[status.means]]}"' for status in statuses}
    done = {status.word: "1" if status.means == "done" else '""' for status in statuses}
    stages = {stage.word: f"{stage.share:.15g}" for stage in reversed(schema.stages)}  # of two the first counts
    return {
        "actual": number_expression(cells.actual, in_percent=indicator.in_percent),
        "target": number_expression(cells.target, in_percent=indicator.in_percent),
        "rate": cells.rate,
        "scheduled": cells.scheduled,
        "lead": cells.lead,
        "due": "1" if indicator.in_percent else cells.scheduled,
        "about": f"{float(exact(schema.lights.about) / 100):.15g}",
        "behind": f"{schema.lights.behind:.15g}",
        "far_behind": f"{schema.lights.far_behind:.15g}",
        "stage": by_word(cells.actual, stages, '""', begins=False),
        "whole": by_word(cells.actual, done, '""', begins=True),
        "word": by_word(cells.actual, lights, '"灰"', begins=True),
    }


def _light_formula(measure: Measure, cells: Cells, judged: str, end: date) -> str:
    """The order of `standing`: grey, blue, red because overdue, what the lead or the word says."""
    done = f"AND(N({cells.scheduled})>=1,N({cells.lead})>=-1E-9)" if measure.kept else f"N({cells.rate})>=1"
    if cells.due:
        as_of = f'IF({bare(cells.as_of)}="",DATE({end.year},{end.month},{end.day}),{day_expression(cells.as_of)})'
        rest = f'IF(IFERROR({day_expression(cells.due)}<{as_of},FALSE),"红",{judged})'
    else:
        rest = judged
    return f'IF({judged}="灰","灰",IF({done},"蓝",{rest}))'

"""看板: the whole ledger in one table of counts, and 看板数据: the numbers behind its charts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, get_args

from ledger.measures import LIGHTS, summary
from ledger.problems import says_problem
from ledger.schema import Meaning
from ledger.snapshot import Figure, Line
from sync.indicators import rounded
from sync.layout import RANKED, TOTAL
from sync.lists.view import View
from sync.lists.writing import Shown
from xlsx import Value

__all__ = ["board_data_rows", "board_rows"]

_DAYS_BEFORE_DUE = 7  # the first of the days whose arrivals are charted
_NAME = 16  # characters of a name that a chart has room for


def board_rows(view: View) -> Iterator[Shown]:
    """One row an annex and one for all; a task that is reported under another one counts once in 合计."""
    counted = [_counted(view, line) for line in view.lines if not line.task.ended]
    for annex in view.schema.annexes:
        yield {"name": annex.name, **_counts(view, [one for one in counted if one.line.task.annex == annex.no])}
    yield {"name": TOTAL, **_counts(view, [one for one in counted if not one.line.task.linked])}


class _Counted(NamedTuple):
    """A line with what is counted of it; ``means`` only where something was reported."""

    line: Line
    means: Meaning | None
    reported: bool
    problem: bool


def _counted(view: View, line: Line) -> _Counted:
    reported, problem = line.reported, says_problem(line.values.get("problems", ""))
    means = view.schema.means(line.values.get("status", "")) if reported else None
    return _Counted(line, means, reported and not line.stale, problem)


def _counts(view: View, lines: Sequence[_Counted]) -> dict[str, Value]:
    means = Counter(one.means for one in lines)
    reported = sum(one.reported for one in lines)
    lights = Counter(one.line.light for one in lines)
    tasks = {one.line.task.id for one in lines}
    mean = summary(figure.standing for figure in _figures(view) if figure.indicator.task in tasks).mean
    return {
        "tasks": len(lines),
        "reported": reported,
        "unreported": len(lines) - reported,
        **{name: means[name] for name in get_args(Meaning)},
        "problems": sum(one.problem for one in lines),
        "unnamed": sum(one.line.reporter is None for one in lines),
        "rate": rounded(mean),
        **{light: lights[light] for light in LIGHTS},
    }


def board_data_rows(view: View) -> Iterator[Shown]:
    """Ten rows: each the figure of that rank among those furthest behind, and how many units had sent by that day."""
    behind, days = list(_behind(view)), list(_arrivals(view))
    empty: Shown = dict.fromkeys(("ref", "text", "unit", "lead", "rate", "day", "received", "expected"))
    for rank in range(RANKED):
        yield {"rank": rank + 1, **empty, **(behind[rank] if rank < len(behind) else {}), **days[rank]}


def _figures(view: View) -> Sequence[Figure]:
    return view.snapshot.figures if view.snapshot else ()


def _behind(view: View) -> Iterator[Shown]:
    """Figures that lag, the furthest first; the headroom of a cap is no 百分点."""
    lines = {line.task.id: line for line in view.lines if not line.task.ended}
    lags = [
        (figure.standing.lead, figure)
        for figure in _figures(view)
        if figure.indicator.task in lines and figure.indicator.kind != "cap" and figure.standing.lead is not None
    ]
    for lead, figure in sorted((lag for lag in lags if lag[0] < 0), key=lambda lag: lag[0]):
        task = lines[figure.indicator.task].task
        yield {
            "ref": task.exact,
            "text": f"{_short(figure.indicator.name or task.text)}（{task.exact}）",
            "unit": figure.reporter,
            "lead": rounded(-lead),
            "rate": rounded(figure.standing.rate),
        }


def _arrivals(view: View) -> Iterator[Shown]:
    """How many of the units had reported, day by day around the due day; the first whole report counts."""
    if not view.snapshot:
        yield from [{}] * RANKED
        return
    period = view.snapshot.period
    states = view.states(period)
    arrived = [date.fromisoformat(one.whole[:10]) for one in states if one.reported]
    begin = view.schema.due_day(period) - timedelta(_DAYS_BEFORE_DUE)
    for day in (begin + timedelta(number) for number in range(RANKED)):
        yield {"day": day, "received": sum(one <= day for one in arrived), "expected": len(states)}


def _short(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= _NAME else f"{line[: _NAME - 1]}…"

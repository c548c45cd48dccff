"""考核: what each unit's reports and lights come to in points, by the schema's rules, with the arithmetic in words.

Points are exact decimals, rounded half up to one decimal where people see them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pandas

from ledger.measures import LIGHTS, Light, number
from ledger.schema import Scoring

__all__ = ["Report", "Score", "scores"]

# what may give or cost points, with its word in the arithmetic; the key is the rule's name in schema.yaml
_RULES = {
    "on_time": "按时",
    "late": "逾期",
    "missing": "未报",
    "returned": "退回",
    "blue": "蓝灯",
    "yellow": "黄灯",
    "red": "红灯",
}
_COUNTED = [*_RULES, *(light for light in LIGHTS if light not in _RULES)]
_TENTH = Decimal("0.1")


class Report(NamedTuple):
    """One unit in one period for which it was handed a workbook.

    ``reported``: there is a usable report. ``returned`` counts the files that were sent back. ``over``: a report that
    is not there is missing by now.
    """

    unit: str
    reported: bool
    late: bool = False
    returned: int = 0
    over: bool = True

    @property
    def events(self) -> Iterator[str]:
        """Everything about it that may give or cost points."""
        if self.reported:
            yield "late" if self.late else "on_time"
        elif self.over:
            yield "missing"
        yield from ["returned"] * self.returned


@dataclass(frozen=True, slots=True)
class Score:
    """One unit's score. ``counts`` holds every event and light by name; ``why`` is the arithmetic in words."""

    unit: str
    counts: Mapping[str, int]
    system: Decimal
    total: Decimal
    rank: int
    why: str

    @property
    def asked(self) -> int:
        """How many reports were due so far."""
        return self.counts["on_time"] + self.counts["late"] + self.counts["missing"]


def scores(
    units: Sequence[str],
    reports: Iterable[Report],
    lights: Iterable[tuple[str, Light]],
    ratings: Mapping[str, str],
    rules: Scoring,
) -> list[Score]:
    """One score a unit, in the order of ``units``; equal totals share a rank.

    ``lights`` are those of the units' tasks, ``ratings`` what the office typed as the leader's rating.
    """
    counts = _counted(units, [(one.unit, event) for one in reports for event in one.events], lights)
    judged = [_judged(counts[unit], ratings.get(unit, ""), rules) for unit in units]
    totals = pandas.Series([int(total * 10) for _, total, _ in judged], dtype="int64")
    ranks = totals.rank(method="min", ascending=False).astype("int64").tolist()
    return [
        Score(unit, counts[unit], system, total, rank, why)
        for unit, (system, total, why), rank in zip(units, judged, ranks, strict=True)
    ]


def _counted(
    units: Sequence[str], events: Iterable[tuple[str, str]], lights: Iterable[tuple[str, Light]]
) -> dict[str, dict[str, int]]:
    """How often everything happened, by unit and name."""
    frame = pandas.DataFrame([*events, *lights], columns=["unit", "what"])
    found = frame.value_counts().unstack(fill_value=0)
    table = found.reindex(index=list(units), columns=_COUNTED, fill_value=0)
    rows = zip(units, table.to_numpy().tolist(), strict=True)
    return {unit: dict(zip(_COUNTED, row, strict=True)) for unit, row in rows}


def _judged(counts: Mapping[str, int], rating: str, rules: Scoring) -> tuple[Decimal, Decimal, str]:
    """System score, total, and how they came about."""
    base = _exact(rules.base)
    parts = [(_exact(getattr(rules, name)), counts[name], word) for name, word in _RULES.items()]
    terms = "".join(f"{_signed(points)}×{count}（{word}）" for points, count, word in parts if points and count)
    raw = base + sum((points * count for points, count, _ in parts), Decimal(0))
    low, high = _exact(rules.lowest), _exact(rules.highest)
    system = _rounded(min(max(raw, low), high))
    why = f"{_plain(base)}{terms}＝{_plain(raw)}" if terms else f"{_plain(base)}，无加减分"
    if not low <= raw <= high:
        why += f"，最低{_plain(low)}分" if raw < low else f"，最高{_plain(high)}分"
    elif system != raw:
        why += f"，取{_plain(system)}"
    total, added = _with_rating(system, rating, rules)
    return system, total, why + added


def _with_rating(system: Decimal, rating: str, rules: Scoring) -> tuple[Decimal, str]:
    """The total with the leader's rating, and what that adds to the arithmetic."""
    most = _exact(rules.rating)
    if not rating or not most:
        return system, ""
    given = number(rating)
    if given is None or not 0 <= given <= most:
        return system, f"；领导评分“{rating}”不是0到{_plain(most)}的数，没有计入"
    raw = system * (100 - most) / 100 + given
    total = _rounded(raw)
    why = f"；{_plain(system)}×{_plain(100 - most)}%＋{_plain(given)}（领导评分）＝{_plain(raw)}"
    return total, why if total == raw else f"{why}，取{_plain(total)}"


def _exact(value: float) -> Decimal:
    """A number of schema.yaml as it is written there."""
    return Decimal(repr(value))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    """86, 87.25, －4."""
    return f"{value.normalize():f}".replace("-", "－")


def _signed(points: Decimal) -> str:
    return f"{'－' if points < 0 else '＋'}{_plain(abs(points))}"

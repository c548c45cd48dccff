"""先进 and 滞后: units and tasks that are named, where there is enough to compare and a difference worth naming."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bulletin.content.said import QUOTE, Fact, Piece, Sentence, counted, listed
from bulletin.content.view import Item, View
from bulletin.content.wording import named
from bulletin.text import flat
from ledger.measures import MEASURES, percent, summary
from ledger.snapshot import Figure

__all__ = ["tasks_named", "units_named"]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit's mean completion rate (each at most 1) and how far it is ahead of the scheduled mean, in 百分点."""

    name: str
    mean: Fraction
    lead: Fraction
    figures: tuple[Figure, ...]


def units_named(view: View) -> list[Sentence]:
    """Units by the mean of their indicators' rates, then those with many yellow and red lights."""
    return [*_by_mean(view), *_by_lights(view)]


def tasks_named(view: View) -> list[Sentence]:
    """Tasks with a blue and with a red light; what is called done by a text that says otherwise is not praised."""
    named = view.schema.document.ranking.named
    if not named:
        return []
    parts = []
    for light, word in (("blue", "亮蓝灯"), ("red", "亮红灯")):
        items = [item for item in view.counted if item.line.light == light]
        if chosen := [item for item in items if not item.premature][:named]:
            parts.append(_tasks(chosen, items, word))
    return [Sentence((*listed(parts, "；"), "。"))] if parts else []


def _tasks(chosen: Sequence[Item], items: Sequence[Item], word: str) -> list[Piece]:
    """Some or all of the tasks by name, and how many there are."""
    names: list[list[Piece]] = [[named(item.line.task), item.reference] for item in chosen]
    if len(items) == 1:
        return [*names[0], word]
    sum_word = "等" if len(items) > len(chosen) else "共"
    return [*listed(names, "、"), sum_word, counted((item.id for item in items), "light"), f"项任务{word}"]


def _by_mean(view: View) -> list[Sentence]:
    rules = view.schema.document.ranking
    units = _compared(view)
    if len(units) < rules.units:
        return []
    ahead = [unit for unit in units if unit.lead >= rules.points][: rules.named]
    behind = [unit for unit in reversed(units) if unit.lead <= -rules.points][: rules.named]
    parts = [
        [*listed([_unit(unit) for unit in found], "、"), word]
        for found, word in ((ahead, "进度靠前"), (behind, "进度落后"))
        if found
    ]
    if not parts:
        return []
    return [Sentence(("按指标的平均完成率（单项最高计100%）与序时进度比较，", *listed(parts, "；"), "。"))]


def _compared(view: View) -> list[_Unit]:
    """Units with enough rates, the furthest ahead first, equal ones in the ledger's order."""
    figures: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in view.snapshot.figures:
        stands, item = figure.standing, view.by_id[figure.indicator.task]
        usable = stands.rate is not None and stands.scheduled is not None and not item.disputed
        if usable and MEASURES[figure.indicator.kind].averaged and figure.reporter and stands.light != "grey":
            figures[figure.reporter].append(figure)
    rated = view.schema.document.ranking.rated
    units = [_judged(name, found) for name, found in figures.items() if len(found) >= rated]
    return sorted(units, key=lambda unit: -unit.lead)


def _judged(name: str, figures: Sequence[Figure]) -> _Unit:
    mean = summary(figure.standing for figure in figures).mean
    assert mean is not None
    due = sum((figure.standing.scheduled or Fraction(0) for figure in figures), Fraction(0)) / len(figures)
    return _Unit(name, mean, (mean - due) * 100, tuple(figures))


def _unit(unit: _Unit) -> list[Piece]:
    cells = tuple((figure.indicator.id, "rate") for figure in unit.figures)
    mean = Fact(percent(unit.mean), "完成率的平均（单项最高计100%）", cells)
    return [_named(unit.name), "（", mean, "）"]


def _by_lights(view: View) -> list[Sentence]:
    rules = view.schema.document.ranking
    warned: defaultdict[str, list[Item]] = defaultdict(list)
    for item in view.counted:
        if item.line.light in ("yellow", "red") and item.line.reporter:
            warned[item.line.reporter].append(item)
    many = [(unit, items) for unit, items in warned.items() if len(items) >= rules.warned]
    chosen = sorted(many, key=lambda one: -len(one[1]))[: rules.named]
    parts: list[list[Piece]] = [
        [_named(unit), "（", counted((item.id for item in items), "light"), "项）"] for unit, items in chosen
    ]
    return [Sentence(("黄灯、红灯任务较多的单位有：", *listed(parts, "、"), "。"))] if parts else []


def _named(unit: str) -> Fact:
    return Fact(flat(unit), QUOTE, ((unit, "unit"),))

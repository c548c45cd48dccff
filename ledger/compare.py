"""What is different between two snapshots of the ledger, by task, the worst news first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ledger.cell import cell_text
from ledger.measures import LIGHTS, Light, percent
from ledger.period import Period
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task

__all__ = ["NEWS", "CellChange", "Comparison", "FigureChange", "News", "TaskChange", "compare"]

News = Literal["worse", "silent", "better", "ended", "added", "gone", "changed"]
# in the order in which people are told
NEWS: dict[News, str] = {
    "worse": "亮灯变差",
    "silent": "转为没有填报",
    "better": "亮灯变好",
    "ended": "撤销或合并",
    "added": "新增任务",
    "gone": "只在前一期有",
    "changed": "其他变化",
}
_WORST_FIRST: tuple[Light, ...] = ("red", "yellow", "green", "blue")


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell, by column key; texts as they stand."""

    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One indicator of a task; ``cells`` is empty when it came or went whole."""

    figure: Figure
    news: Literal["added", "gone", "changed"]
    cells: tuple[CellChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One task that differs; ``line`` is the newer one. A task that came or went whole has no cells."""

    line: Line
    news: News
    cells: tuple[CellChange, ...] = ()
    figures: tuple[FigureChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All tasks that differ: by `NEWS`, of those that got worse the red ones first, then in ledger order."""

    old: Period
    new: Period
    tasks: tuple[TaskChange, ...]
    unchanged: int

    @property
    def counts(self) -> Mapping[News, int]:
        """How many tasks of each kind of news there are, 0 where there are none."""
        counted = Counter(item.news for item in self.tasks)
        return {news: counted[news] for news in NEWS}


def compare(old: Snapshot, new: Snapshot) -> Comparison:
    """How the ledger of ``new`` differs from that of ``old``."""
    before = {line.task.id: line for line in old.lines}
    figures = _by_task(old.figures), _by_task(new.figures)
    found: list[TaskChange] = []
    for line in new.lines:
        task = line.task.id
        if task not in before:
            found.append(TaskChange(line, "added"))
            continue
        own = tuple(_figures(figures[0].get(task, {}), figures[1].get(task, {})))
        cells = tuple(_differing(_cells(before[task]), _cells(line)))
        if cells or own:
            found.append(TaskChange(line, _news(before[task], line), cells, own))
    present = {line.task.id for line in new.lines}
    found += [TaskChange(line, "gone") for name, line in before.items() if name not in present]
    unchanged = len({*before, *present}) - len(found)
    return Comparison(old.period, new.period, tuple(sorted(found, key=_rank)), unchanged)


def _news(old: Line, new: Line) -> News:
    """A light that comes on yellow or red is bad news, one that comes on green or blue good news."""
    if new.task.ended and not old.task.ended:
        return "ended"
    if old.light == new.light or not old.light or not new.light:
        return "changed"
    if new.light == "grey":
        return "silent"
    if old.light == "grey":
        return "worse" if new.light in ("red", "yellow") else "better"
    return "worse" if _WORST_FIRST.index(new.light) < _WORST_FIRST.index(old.light) else "better"


def _rank(change: TaskChange) -> tuple[int, int]:
    light = change.line.light
    worst = _WORST_FIRST.index(light) if change.news == "worse" and light in _WORST_FIRST else 0
    return list(NEWS).index(change.news), worst


def _cells(line: Line) -> dict[str, str]:
    """Everything about a task that people would want to see changed, what is said first in front."""
    light = LIGHTS[line.light] if line.light else ""
    return {"light": light, **line.values, **_owned(line.task), "reporter": line.reporter or ""}


def _owned(task: Task) -> dict[str, str]:
    """The task-owned cells; names as printed, or as told apart where none are printed. The number is free."""
    names = {key: "、".join(getattr(task, key)) for key in ("leaders", "lead_units", "responsible_units")}
    texts = {key: task.cell(key) for key in ("text", "project", "section", "subsection")}
    owned = {**texts, **names, **task.printed, "ended": task.ended, "linked": task.linked}
    return {key: text for key, text in owned.items() if key != "no"}


def _figures(old: Mapping[str, Figure], new: Mapping[str, Figure]) -> Iterator[FigureChange]:
    for name, figure in new.items():
        if name not in old:
            yield FigureChange(figure, "added")
        elif cells := tuple(_differing(_measured(old[name]), _measured(figure))):
            yield FigureChange(figure, "changed", cells)
    yield from (FigureChange(figure, "gone") for name, figure in old.items() if name not in new)


def _measured(figure: Figure) -> dict[str, str]:
    indicator, stands = figure.indicator, figure.standing
    target = "" if indicator.target is None else cell_text(float(indicator.target))
    return {
        **figure.values,
        "rate": percent(stands.rate),
        "light": LIGHTS[stands.light],
        "name": indicator.name,
        "target": target,
        "measure": indicator.unit,
        "ended": indicator.ended,
    }


def _by_task(figures: Iterable[Figure]) -> dict[str, dict[str, Figure]]:
    found: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        found.setdefault(figure.indicator.task, {})[figure.indicator.id] = figure
    return found


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[CellChange]:
    for key in {**old, **new}:
        before, after = old.get(key, ""), new.get(key, "")
        if before.strip() != after.strip():
            yield CellChange(key, before, after)

"""The ledger as the bulletin counts it: every task in force once, with its state now and last time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from bulletin.content.said import Reference
from bulletin.errors import BulletinError
from ledger.finding import Finding
from ledger.measures import Light
from ledger.period import Period
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot

__all__ = ["BEHIND", "SILENT", "STATES", "Item", "View", "is_disputed", "sorted_into", "view"]

_Thing = TypeVar("_Thing")
_STATES = {
    "done": "已完成", "on_track": "正常推进", "behind": "进度滞后", "not_started": "未启动", "other": "其他状态",
}  # fmt: skip
SILENT = "未报送"
STATES = (*_STATES.values(), SILENT)
BEHIND = ("进度滞后", "未启动")
# findings after which a task's figures are not put into the text: one of two things that the ledger says is wrong
DISPUTING = frozenset({
    "rate_wrong", "rate_base", "schedule_wrong", "sum_wrong", "target_other", "unit_wrong", "cross_differs",
    "figure_differs",
})  # fmt: skip
PREMATURE = frozenset({"status_early", "status_short"})


@dataclass(frozen=True, slots=True)
class Item:
    """A task in force. ``was`` and ``shone`` are its state and light last time, empty and None where it had none.

    ``places`` are all rows in which the same work is printed, this one first. A task that is reported under another
    one (同一事项) is not ``counted``. ``figures`` are those of its indicators, ``findings`` what contradicts them or
    its state.
    """

    line: Line
    state: str
    places: tuple[tuple[int, int], ...]
    counted: bool
    was: str = ""
    shone: Light | None = None
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def id(self) -> str:
        """The task's id."""
        return self.line.task.id

    @property
    def disputed(self) -> bool:
        """Whether its figures contradict something, so that they are not put into the text."""
        return is_disputed(self.findings)

    @property
    def premature(self) -> bool:
        """Whether it is called done by a text that says otherwise."""
        return any(one.code in PREMATURE for one in self.findings)

    @property
    def reference(self) -> Reference:
        """How it is cited."""
        return Reference(self.places)


@dataclass(frozen=True)
class View:
    """Everything that sentences are made of; ``before`` is None where there is nothing to compare with."""

    schema: Schema
    snapshot: Snapshot
    items: tuple[Item, ...]
    before: Snapshot | None
    graded: bool

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by their tasks' ids."""
        return {item.id: item for item in self.items}

    @cached_property
    def counted(self) -> tuple[Item, ...]:
        """Every work once: what the counts run over."""
        return tuple(item for item in self.items if item.counted)

    @property
    def end(self) -> date:
        """The day for which the bulletin speaks."""
        return self.snapshot.period.end

    @property
    def period(self) -> Period:
        """The period of which the bulletin speaks."""
        return self.snapshot.period


def view(schema: Schema, snapshot: Snapshot, before: Snapshot | None, findings: Iterable[Finding]) -> View:
    """Sort a ledger out. A `BulletinError` for a task of an annex that the schema does not have.

    A period in which nobody reported is nothing to compare with.
    """
    _known_annexes(schema, snapshot.lines)
    earlier = before if before and any(line.reported for line in before.lines) else None
    last = {line.task.id: line for line in earlier.lines} if earlier else {}
    figures = _by(snapshot.figures, lambda figure: figure.indicator.task)
    found = _by((one for one in findings if one.code in DISPUTING | PREMATURE), lambda one: one.task or "")
    live = [line for line in snapshot.lines if not line.task.ended]
    known = {line.task.id for line in live}
    places = _by(live, lambda line: line.task.linked or line.task.id)
    items = []
    for line in live:
        task, own = line.task, line.task.linked or line.task.id
        then = last.get(task.id)
        printed = [(one.task.annex, one.task.no) for one in (line, *places[own])]
        item = Item(
            line=line,
            state=_state(schema, line),
            places=tuple(dict.fromkeys(printed)),
            counted=task.linked not in known,
            was=_state(schema, then) if then and not then.task.ended else "",
            shone=then.light if then else None,
            figures=tuple(figures[own]),
            findings=tuple(found[own]),
        )
        items.append(item)
    graded = any(_status(schema, line) for line in snapshot.lines)
    return View(schema, snapshot, tuple(items), earlier, graded)


def is_disputed(findings: Iterable[Finding]) -> bool:
    """Whether one of a task's findings contradicts its figures."""
    return any(one.code in DISPUTING for one in findings)


def sorted_into(names: Iterable[str], items: Iterable[Item], name: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Each item under exactly one of ``names``, so that their counts add up; another name is a programming error."""
    found: dict[str, list[Item]] = {one: [] for one in names}
    for item in items:
        found[name(item)].append(item)
    return found


def _by(things: Iterable[_Thing], key: Callable[[_Thing], str]) -> defaultdict[str, list[_Thing]]:
    found: defaultdict[str, list[_Thing]] = defaultdict(list)
    for thing in things:
        found[key(thing)].append(thing)
    return found


def _state(schema: Schema, line: Line) -> str:
    return _STATES[schema.means(_status(schema, line))] if line.reported else SILENT


def _status(schema: Schema, line: Line) -> str:
    keys = (key for key, column in schema.columns.items() if column.type == "status")
    return next(filter(None, (line.values.get(key, "").strip() for key in keys)), "")


def _known_annexes(schema: Schema, lines: Iterable[Line]) -> None:
    known = {annex.no for annex in schema.annexes}
    if strange := sorted({line.task.annex for line in lines} - known):
        raise BulletinError(f"台账里有附件{strange[0]}的任务，但schema.yaml的annexes里没有附件{strange[0]}，请补上。")

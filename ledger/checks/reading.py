"""A snapshot read once for all checks: what each task wants, what its report says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.finding import Finding, finding
from ledger.indicator import Indicator
from ledger.indicators import Actual, Mention, Target, actuals, likeness, mentions, targets
from ledger.period import Period
from ledger.quantities import kin, quantities
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot

__all__ = ["Read", "Reading", "read"]

_SAME = 0.5  # likeness from which a target of the text is the one that the office has listed


@dataclass(frozen=True, slots=True)
class Read:
    """One task: its targets with the figures that answer them (None: nothing does), and every figure of its report.

    ``figures`` are the office's own indicators; where they and the text speak of one thing, theirs is the target.
    """

    line: Line
    report: str
    targets: tuple[Target, ...]
    actuals: tuple[Actual | None, ...]
    mentions: tuple[Mention, ...]
    figures: tuple[Figure, ...]

    @property
    def ref(self) -> str:
        """How people call the task."""
        return self.line.task.exact

    def quote(self, first: Mention, last: Mention) -> str:
        """The report's words from what leads to one figure up to another."""
        start = first.quantity.start - len(first.between)
        return self.report[start : last.quantity.end].strip("，,、；。 \n")

    def says(self, code: str, value: object = None, **fields: str) -> Finding:
        """A finding about this task."""
        said: dict[str, Any] = {"ref": self.ref, **fields}
        return finding(code, task=self.line.task.id, unit=self.line.reporter, value=value, **said)


@dataclass(frozen=True, slots=True)
class Reading:
    """All tasks in force, and the texts of the period before by task id."""

    period: Period
    schema: Schema
    tasks: tuple[Read, ...]
    before: Mapping[str, str]
    last: Period | None = None

    def day(self, as_of: date | None) -> date:
        """The day for which a figure stands: its own, else the period's last."""
        return as_of or self.period.end


def read(snapshot: Snapshot, schema: Schema, before: Snapshot | None = None) -> Reading:
    """Read every report of ``snapshot``; ``before`` is the ledger in the period before."""
    by_task: dict[str, list[Figure]] = {}
    for figure in snapshot.figures:
        by_task.setdefault(figure.indicator.task, []).append(figure)
    live = [line for line in snapshot.lines if not line.task.ended]
    key = schema.main_text
    return Reading(
        period=snapshot.period,
        schema=schema,
        tasks=tuple(_read(line, by_task.get(line.task.id, ()), key, schema.year) for line in live),
        before={line.task.id: line.values.get(key, "") for line in before.lines} if before else {},
        last=before.period if before else None,
    )


def _read(line: Line, figures: Sequence[Figure], key: str, year: int) -> Read:
    report = line.values.get(key, "")
    wanted = tuple(_wanted(targets(line.task.text, year), [figure.indicator for figure in figures], year))
    found = actuals(wanted, report, year)
    return Read(line, report, wanted, found, mentions(report, year), tuple(figures))


def _wanted(own: Sequence[Target], listed: Sequence[Indicator], year: int) -> Iterator[Target]:
    """The office's indicators, then those targets of the text that none of them stands for."""
    office = [target for one in listed if (target := _target(one, year))]
    yield from office
    for target in own:
        if not any(_same(target, one) for one in office):
            yield target


def _target(indicator: Indicator, year: int) -> Target | None:
    if indicator.target is None:
        return None
    change = "增长" if indicator.kind == "growth" else ""
    found = quantities(f"{change}{indicator.target}{indicator.unit or '个'}", year)
    if len(found) != 1:
        return None
    words = f"{indicator.name}{indicator.target}{indicator.unit}"
    thing = indicator.name.removesuffix("增速").removesuffix("增幅")
    return Target(indicator.name, indicator.kind, "", indicator.target, indicator.unit, words, thing, found[0])


def _same(target: Target, other: Target) -> bool:
    if target.quantity is None or other.quantity is None or (target.kind == "growth") != (other.kind == "growth"):
        return False
    alike = max(likeness(target.thing, other.thing), likeness(other.thing, target.thing))
    return kin(target.quantity.unit, other.quantity.unit) and alike >= _SAME

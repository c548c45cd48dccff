"""A task read once for all checks: what it wants, what its report says."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.checks.row import Row, Typed
from ledger.finding import Finding
from ledger.indicators import Actual, Mention, Target, actuals, likeness, mentions, targets
from ledger.quantities import kin, quantities

__all__ = ["Read", "read"]

_SAME = 0.5  # likeness from which a target of the text is the one that the office has listed


class Read(NamedTuple):
    """One task: its targets with the figures that answer them (None: nothing does), and every figure of its report.

    Where the office's own indicators and the text speak of one thing, theirs is the target.
    """

    row: Row
    targets: tuple[Target, ...]
    actuals: tuple[Actual | None, ...]
    mentions: tuple[Mention, ...]

    def actual(self, name: str) -> Actual | None:
        """The figure that answers the target of a name."""
        return next((one for one in self.actuals if one and one.target.name == name), None)

    def quote(self, first: Mention, last: Mention) -> str:
        """The report's words from what leads to one figure up to another."""
        start = first.quantity.start - len(first.between)
        return self.row.report[start : last.quantity.end].strip("，,、；。 \n")

    def says(self, code: str, value: object = None, **fields: str) -> Finding:
        """A finding about this task."""
        return self.row.says(code, value, **fields)


def read(row: Row, year: int) -> Read:
    """Read a task's text and report."""
    wanted = tuple(_wanted(targets(row.text, year), row.typed, year))
    found = actuals(wanted, row.report, year)
    return Read(row, wanted, found, mentions(row.report, year))


def _wanted(own: Sequence[Target], typed: Sequence[Typed], year: int) -> Iterator[Target]:
    """The office's indicators, then those targets of the text that none of them stands for."""
    office = [target for one in typed if (target := _target(one, year))]
    yield from office
    for target in own:
        if not any(_same(target, one) for one in office):
            yield target


def _target(one: Typed, year: int) -> Target | None:
    if one.target is None:
        return None
    change = "增长" if one.kind == "growth" else ""
    found = quantities(f"{change}{one.target}{one.measure or '个'}", year)
    if len(found) != 1:
        return None
    words = f"{one.name}{one.target}{one.measure}"
    thing = one.name.removesuffix("增速").removesuffix("增幅")
    return Target(one.name, one.kind, "", one.target, one.measure, words, thing, found[0])


def _same(target: Target, other: Target) -> bool:
    if target.quantity is None or other.quantity is None or (target.kind == "growth") != (other.kind == "growth"):
        return False
    alike = max(likeness(target.thing, other.thing), likeness(other.thing, target.thing))
    return kin(target.quantity.unit, other.quantity.unit) and alike >= _SAME

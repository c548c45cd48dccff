"""All checks over one snapshot."""

from collections.abc import Callable, Iterator

from ledger.checks.cross import cross
from ledger.checks.duplicate import duplicate
from ledger.checks.missing import missing
from ledger.checks.number import number
from ledger.checks.rate import rate
from ledger.checks.reading import Reading, read
from ledger.checks.schedule import schedule
from ledger.checks.stale import stale
from ledger.checks.status import status
from ledger.checks.sum import parts_and_whole
from ledger.checks.target import target
from ledger.checks.unit import unit
from ledger.finding import Finding, severest_first
from ledger.schema import Schema
from ledger.snapshot import Snapshot

__all__ = ["CHECKS", "check"]

# by their names in schema.yaml
CHECKS: dict[str, Callable[[Reading], Iterator[Finding]]] = {
    "rate": rate,
    "schedule": schedule,
    "sum": parts_and_whole,
    "status": status,
    "target": target,
    "unit": unit,
    "stale": stale,
    "missing": missing,
    "cross": cross,
    "number": number,
    "duplicate": duplicate,
}


def check(snapshot: Snapshot, schema: Schema, before: Snapshot | None = None) -> list[Finding]:
    """Every contradiction in the figures of a ledger, severest first, then in ledger order.

    ``before`` is the ledger in the period before. What schema.yaml ignores is left out; nothing here is an error, for
    a contradiction never returns a workbook.
    """
    reading = read(snapshot, schema, before)
    order = {task.line.task.id: place for place, task in enumerate(reading.tasks)}
    found: list[Finding] = []
    for name, look in CHECKS.items():
        severity = getattr(schema.checks, name)
        if severity != "ignore":
            found += [item.model_copy(update={"severity": severity}) for item in look(reading)]
    return severest_first(sorted(found, key=lambda item: order[item.task or ""]))

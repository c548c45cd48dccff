"""What the units' reports on one task say together: the master's unit-owned cells."""

from collections.abc import Mapping, Sequence

from ledger.merge import combine, least_advanced
from ledger.row import CHANGE, NOTHING_TO_ADD
from ledger.schema import Schema
from ledger.task import Task

__all__ = ["project", "units_in_order"]


def project(schema: Schema, entries: Mapping[str, Mapping[str, str]], order: Sequence[str]) -> dict[str, str]:
    """One value for every unit-owned column from the ``entries`` of several units (unit → values by key).

    ``order`` lists the task's units, the reporter first among those who may differ, then as printed. Texts are
    joined (`combine`), of differing statuses the least advanced stands, everything else is the first unit's
    that says something.
    """
    units = sorted(entries, key=lambda unit: (order.index(unit) if unit in order else len(order), unit))
    statuses = [status.word for status in schema.statuses]
    values = {}
    for key in schema.owned("unit"):
        said = [(unit, entries[unit].get(key, "")) for unit in units]
        kind = schema.columns[key].type
        if kind == "text":
            values[key] = combine(said)
        elif kind == "status":
            values[key] = least_advanced([word for _, word in said], statuses)
        else:
            ticked = NOTHING_TO_ADD if key == CHANGE else ""
            values[key] = next((word for _, word in said if word not in ("", ticked)), "")
    return values


def units_in_order(task: Task, first: str | None) -> list[str]:
    """A task's units in the order in which their parts are numbered: lead units as printed, then the others."""
    named = [*task.lead_units, *task.responsible_units]
    return named if first in named or first is None else [first, *named]

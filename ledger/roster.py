"""The roster of units: full names, who is a unit at all, and who reports a task."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.task import Task, folded

__all__ = ["Roster", "Unit", "contributors", "reporter"]

# Names that stand for nobody in particular unless the roster says otherwise.
_NOBODY = re.compile(
    r"^(?:各|有关|相关|其他|其它|所有|全体)|(?:成员单位|责任单位|牵头单位|责任部门|职能部门)$|"
    r"(?:各|有关|相关).{0,6}(?:部门|单位|乡镇|乡|镇|街道|园区|企业|公司)|"
    r"^(?:(?:乡镇?|镇|街道|园区|基地|部门|单位|企业|社区|村居?|人民政府|政府|办事处|市直|县直|区直)|[（）()、和及])+$"
)


class Unit(BaseModel):
    """One line of the roster.

    ``aliases`` are other names for the same unit; ``members`` are the units that a collective name stands for.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["unit", "collective", "role", "person"] = "unit"
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""


class Roster(BaseModel):
    """All units that the office knows; names are compared without white space."""

    model_config = ConfigDict(frozen=True)

    units: tuple[Unit, ...] = ()

    @classmethod
    def bootstrap(cls, tasks: Sequence[Task]) -> "Roster":
        """A first roster from the tasks' units, in the order of their first appearance, to be edited by people."""
        names = dict.fromkeys(name for task in tasks for name in (*task.lead_units, *task.responsible_units))
        return cls(
            units=tuple(Unit(name=name, kind="collective" if _NOBODY.search(name) else "unit") for name in names)
        )

    @property
    def names(self) -> frozenset[str]:
        """Every name and alias of the roster."""
        return frozenset(folded(name) for unit in self.units for name in (unit.name, *unit.aliases))

    @cached_property
    def _known(self) -> Mapping[str, Unit]:
        """Every unit by each of its names; a full name goes before another unit's alias, the first before later ones.

        An office asks who answers for each of its tasks, a province for a hundred thousand.
        """
        aliases = ((alias, unit) for unit in self.units for alias in unit.aliases)
        found: dict[str, Unit] = {}
        for name, unit in (*((unit.name, unit) for unit in self.units), *aliases):
            found.setdefault(folded(name), unit)
        return found

    def find(self, name: str) -> Unit | None:
        """The unit of this name or alias; a full name goes before another unit's alias."""
        return self._known.get(name) or self._known.get(folded(name))

    def standard(self, name: str) -> str:
        """The full name for a name or alias; an unknown name stays."""
        unit = self.find(name)
        return unit.name if unit else folded(name)

    def is_real(self, name: str) -> bool:
        """Whether somebody answers for this name: a unit of the roster, or one that does not read like 各有关部门."""
        unit = self.find(name)
        return unit.kind == "unit" if unit else not _NOBODY.search(folded(name))

    def members(self, name: str) -> tuple[str, ...]:
        """The units that a collective name stands for; only the roster can say, otherwise none."""
        unit = self.find(name)
        return tuple(map(self.standard, unit.members)) if unit and unit.kind == "collective" else ()


def reporter(task: Task, roster: Roster, named: Mapping[str, str]) -> str | None:
    """Who reports a task: whom the office ``named`` for its id, else the first real lead unit, else the first real
    responsible unit; None (待指定) when there is none.

    A collective name counts as its member when the roster lists exactly one.
    """
    if chosen := named.get(task.id) or task.named:
        return roster.standard(chosen)
    for name in (*task.lead_units, *task.responsible_units):
        answering = list(_answering(name, roster))
        if len(answering) == 1:
            return answering[0]
    return None


def contributors(
    task: Task,
    roster: Roster,
    reporting: Literal["each_lead", "reporter_only"],
    named: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """The lead units that may add their part: all real ones but the reporter, and the listed members of collective
    ones, in printed order; nobody when only the reporter reports.
    """
    if reporting == "reporter_only":
        return ()
    leads = dict.fromkeys(unit for name in task.lead_units for unit in _answering(name, roster))
    first = reporter(task, roster, named or {})
    return tuple(unit for unit in leads if unit != first)


def _answering(name: str, roster: Roster) -> Iterator[str]:
    if roster.is_real(name):
        yield roster.standard(name)
    else:
        yield from roster.members(name)

"""Indicators: the office types them into the master's sheet 指标, one reporter each answers, the figures come back.

Their cells are merged like the tasks' (see sync/publish.py); what follows from them is computed by ledger/measures.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ledger.cell import cell_text
from ledger.errors import StateError
from ledger.finding import Finding, finding
from ledger.indicator import KINDS, Indicator, Kind
from ledger.measures import LIGHTS, Standing, day, number, standing
from ledger.period import Period
from ledger.reference import find_task
from ledger.revision import KINDS as CHANGES
from ledger.revision import Revision, revised_indicator, told
from ledger.schema import Schema
from ledger.task import Task
from sync.master import Master
from sync.revision_log import RevisionLog
from sync.table import Row

__all__ = [
    "COMPUTED",
    "REPORTED",
    "Listed",
    "column_title",
    "computed",
    "in_force",
    "judged",
    "listed",
    "locked_indicator",
    "missing_indicators",
    "rounded",
]

REPORTED = {"actual": "完成值", "as_of": "截至日期"}  # the cells that units fill, with their titles
COMPUTED = ("rate", "scheduled", "lead", "light")  # the cells that follow from them
_NUMERIC: frozenset[Kind] = frozenset({"amount", "cap", "about", "growth", "share"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One usable row of sheet 指标; ``note`` says how it was changed in the course of the year."""

    indicator: Indicator
    row: Row
    note: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the cells that units fill, by column key."""
        return {key: cell_text(self.row.values[key]) for key in REPORTED}


def listed(master: Master, tasks: Sequence[Task]) -> tuple[list[Listed], list[Finding]]:
    """The indicators that sheet 指标 names, each with its id, and what is wrong with rows that cannot be used.

    A row gets its id when it is first seen, from its task's and the next free number; a sheet that is gone, or
    has no rows, means no indicators.
    """
    table = master.lists.get("indicators")
    if not table:
        return [], []
    used = {cell_text(row.values["id"]) for row in table.rows}
    found: list[Listed] = []
    findings: list[Finding] = []
    for row in table.rows:
        texts = {key: cell_text(value) for key, value in row.values.items()}
        if not texts["ref"] and not texts["name"]:
            continue
        made = _read(texts, tasks, used)
        if isinstance(made, Indicator):
            used.add(made.id)
            found.append(Listed(made, row))
        else:
            code, key = made
            words = "、".join(KINDS.values())
            findings.append(finding(code, sheet=table.sheet, value=texts[key] or "空", row=row.number, choices=words))
    return found, findings


def missing_indicators(
    master: Master, items: Sequence[Listed], tasks: Sequence[Task], log: RevisionLog, day: date
) -> list[Finding]:
    """Indicators that once stood in sheet 指标 and do not any more without having been cancelled.

    `StateError` when the whole sheet is gone: handing out would then ask nobody for figures.
    """
    live = {task.id: task for task in tasks if not task.ended}
    there = {item.indicator.id for item in items}
    gone = [
        one
        for one in log.indicators().values()
        if one.id not in there and one.task in live and not revised_indicator(one, log.all(), day).ended
    ]
    table = master.lists.get("indicators")
    if gone and not table:
        raise StateError("总表里找不到“指标”表，没有作任何改动，请撤销删除，或执行 ducha verify --repair 修复后重试。")
    known = {cell_text(row.values["id"]) for row in table.rows} if table else set()
    return [
        finding("indicator_missing", sheet=table.sheet, task=one.task, ref=live[one.task].exact, value=one.name)
        for one in gone
        if table and one.id not in known
    ]


def in_force(items: Iterable[Listed], tasks: Sequence[Task], revisions: Sequence[Revision], day: date) -> list[Listed]:
    """The listed indicators, with a note on what was changed, cancelled or has ended with its task."""
    notes = {task.id: task.ended for task in tasks}
    found = []
    for item in items:
        ended = revised_indicator(item.indicator, revisions, day).ended or notes.get(item.indicator.task, "")
        note = ended or told(item.indicator.id, revisions, day)
        found.append(Listed(item.indicator.model_copy(update={"ended": ended}), item.row, note))
    return found


def _read(texts: Mapping[str, str], tasks: Sequence[Task], used: Set[str]) -> Indicator | tuple[str, str]:
    """The indicator in a row's texts, or the code of its fault and the column at fault."""
    held = texts["id"].partition("#")[0]
    task = next((task for task in tasks if task.id == held), None) or find_task(texts["ref"], tasks)
    if not task:
        return "indicator_task", "ref"
    kind = next((kind for kind, word in KINDS.items() if word == texts["kind"]), None)
    if not kind:
        return "indicator_kind", "kind"
    free = (name for count in range(1, len(used) + 2) if (name := f"{task.id}#{count}") not in used)
    made = _indicator(texts["id"] or next(free), task, kind, texts)
    return ("indicator_target", "target") if kind in _NUMERIC and made.target is None else made


def _indicator(name: str, task: Task, kind: Kind, texts: Mapping[str, str]) -> Indicator:
    blank = Indicator(id=name, task=task.id, name=texts["name"], kind=kind, unit=texts["measure"])
    target = number(texts["target"], in_percent=blank.in_percent)
    return blank.model_copy(update={"target": target, "source": texts["source"] or blank.source})


def locked_indicator(indicator: Indicator, task: Task, last: str) -> dict[str, str]:
    """What a unit sees locked in 指标填报, by column key."""
    target = "" if indicator.target is None else cell_text(float(indicator.target))
    return {
        "ref": task.reference,
        "name": indicator.name,
        "kind": KINDS[indicator.kind],
        "target": target,
        "measure": indicator.unit,
        "last": last,
    }


def judged(
    indicator: Indicator, values: Mapping[str, str], schema: Schema, period: Period, due: date | None = None
) -> Standing:
    """How an indicator stands by the reported texts; without a date of its own, as of the period's end."""
    as_of: date | None = day(values.get("as_of", "")) if values.get("as_of") else period.end
    return standing(indicator, values.get("actual", ""), as_of, schema, due)


def computed(stands: Standing) -> Iterator[tuple[str, float | str | None]]:
    """The computed cells of an indicator's row by column key, as values: percentages as shares of 1."""
    yield "rate", rounded(stands.rate)
    yield "scheduled", rounded(stands.scheduled)
    yield "lead", rounded(stands.lead)
    yield "light", LIGHTS[stands.light]


def column_title(schema: Schema, key: str) -> str:
    """What people call a column, of tasks or of indicators."""
    return REPORTED.get(key) or (schema.columns[key].title if key in schema.columns else CHANGES.get(key, key))


def rounded(value: Fraction | None) -> float | None:
    """A fraction as a cell holds it: the same bytes from the same figures."""
    return None if value is None else round(float(value), 9)

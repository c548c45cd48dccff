"""The rows of the ledger that facts name, as tables that people can check the text against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bulletin.content.change import news_of
from bulletin.content.figures import as_of, said_actual
from bulletin.content.headlines import standing_word
from bulletin.content.view import Item, View
from bulletin.text import cleaned, flat, printed_day
from ledger.indicator import KINDS
from ledger.light import deadline
from ledger.measures import LIGHTS, Light, number
from ledger.snapshot import Figure
from ledger.task import Task

__all__ = ["Basis", "Value", "bases"]

Value = str | float | None
_TASKS = {
    "ref": ("序号", 12), "project": ("项目", 14), "text": ("任务", 40), "deadline": ("办结时限", 12),
    "counts": ("计数", 12), "reporter": ("填报单位", 14), "state": ("归类", 12), "light": ("亮灯", 6),
    "was": ("上期归类", 12), "shone": ("上期亮灯", 6), "news": ("与上期相比", 18), "stale": ("沿用", 12),
    "problems": ("存在问题", 40),
}  # fmt: skip
_FIGURES = {
    "ref": ("序号", 12), "name": ("指标", 24), "kind": ("类型", 10), "measure": ("计量单位", 10),
    "target": ("年度目标", 12), "actual": ("完成值", 12), "as_of": ("截至日期", 16), "rate": ("完成率", 10),
    "scheduled": ("序时进度", 10), "lead": ("领先或落后（百分点）", 14), "light": ("亮灯", 6), "standing": ("归类", 14),
    "reporter": ("填报单位", 14),
}  # fmt: skip
_UNITS = {"unit": ("单位", 24), "missing": ("尚未报送", 12), "late": ("逾期报送", 12)}


@dataclass(frozen=True, slots=True)
class Basis:
    """One table: ``heads`` are title and width by column, ``rows`` the values by row's name and column."""

    name: str
    heads: Mapping[str, tuple[str, float]]
    rows: Mapping[str, Mapping[str, Value]]


def bases(view: View) -> tuple[Basis, ...]:
    """任务情况, 指标情况, 单位情况; those without rows are left out."""
    found = (
        Basis("任务情况", _TASKS, {item.id: dict(_task(view, item)) for item in view.items}),
        Basis("指标情况", _FIGURES, {one.indicator.id: dict(_figure(view, one)) for one in view.snapshot.figures}),
        Basis("单位情况", _UNITS, {unit: dict(_unit(view, unit)) for unit in _every_unit(view)}),
    )
    return tuple(basis for basis in found if basis.rows)


def _task(view: View, item: Item) -> Iterator[tuple[str, Value]]:
    line, task = item.line, item.line.task
    yield "ref", task.exact
    yield "project", _project(task)
    yield "text", cleaned(task.text)
    due = deadline(task)
    yield "deadline", printed_day(due) if due else cleaned(task.cell("deadline"))
    yield "counts", "计" if item.counted else "与另一附件重复"
    yield "reporter", cleaned(line.reporter) if line.reporter else "待指定"
    yield "state", item.state
    yield "light", _light(line.light)
    yield "was", item.was
    yield "shone", _light(item.shone) if item.was else ""
    yield "news", news_of(item) if view.before else ""
    yield "stale", f"截至{printed_day(line.stale.end)}" if line.stale else ""
    yield "problems", cleaned(line.values.get("problems", ""))


def _project(task: Task) -> str:
    return f"{task.no}.{flat(task.project)}" if task.project else ""


def _light(light: Light | None) -> str:
    return LIGHTS[light] if light else ""


def _figure(view: View, figure: Figure) -> Iterator[tuple[str, Value]]:
    indicator, stands, item = figure.indicator, figure.standing, view.by_id[figure.indicator.task]
    told = as_of(figure, view.end)
    yield "ref", item.line.task.exact
    yield "name", cleaned(indicator.name)
    yield "kind", KINDS[indicator.kind]
    yield "measure", cleaned(indicator.unit)
    yield "target", None if indicator.target is None else float(indicator.target)
    yield "actual", _measured(figure)
    yield "as_of", printed_day(told) if told else cleaned(figure.values.get("as_of", ""))
    yield "rate", None if stands.rate is None else float(stands.rate)
    yield "scheduled", None if stands.scheduled is None else float(stands.scheduled)
    yield "lead", None if stands.lead is None else float(stands.lead)
    yield "light", LIGHTS[stands.light]
    yield "standing", standing_word(figure, item)
    yield "reporter", cleaned(figure.reporter or "")


def _measured(figure: Figure) -> Value:
    value = number(figure.values.get("actual", ""), in_percent=figure.indicator.in_percent)
    return said_actual(figure) if value is None else float(value)


def _every_unit(view: View) -> Iterator[str]:
    reporters = [*(item.line.reporter for item in view.items), *(figure.reporter for figure in view.snapshot.figures)]
    yield from dict.fromkeys((*view.snapshot.missing, *view.snapshot.late, *filter(None, reporters)))


def _unit(view: View, unit: str) -> Iterator[tuple[str, Value]]:
    yield "unit", cleaned(unit)
    yield "missing", "尚未报送" if unit in view.snapshot.missing else ""
    yield "late", "逾期报送" if unit in view.snapshot.late else ""

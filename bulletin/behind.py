"""How far a task is, in sentences that show the arithmetic: actual, target, rate, scheduled progress, 百分点."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bulletin.text import flat, printed_day, sentence
from ledger.indicator import Indicator
from ledger.light import deadline
from ledger.measures import Standing, day, number, percent, points
from ledger.problems import says_problem
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task

__all__ = ["is_overdue", "state"]

_BEHIND = ("red", "yellow")


def is_overdue(line: Line, as_of: date) -> bool:
    """Whether the task should have been done before ``as_of`` and is not."""
    due = deadline(line.task)
    return line.light == "red" and due is not None and due < as_of


def state(schema: Schema, snapshot: Snapshot, line: Line, *, disputed: bool = False) -> tuple[str, ...]:
    """Where the task stands, at least one sentence.

    First the figures that are behind (where none is, all figures), then a deadline that has passed, a status word
    that says so itself, and what the unit calls the reason; where nothing else can be said, what was reported. Of
    figures that are ``disputed`` it is said that they do not go together.
    """
    task = line.task.linked or line.task.id
    figures = [figure for figure in snapshot.figures if figure.indicator.task == task]
    late = [figure for figure in figures if figure.standing.light in _BEHIND]
    said = [_figure(figure, snapshot.period.end, schema) for figure in late or figures if not disputed]
    said += ["填报的数字前后不一，请核实后一并说明。"] if disputed else []
    said += _words(schema, snapshot, line)
    if not said and line.reported:
        said.append(f"单位报送：{flat(line.values.get(schema.main_text, ''))}")
    return tuple(said or [f"{snapshot.period.label}没有报送进展情况。"])


def _words(schema: Schema, snapshot: Snapshot, line: Line) -> Iterator[str]:
    if is_overdue(line, snapshot.period.end):
        yield f"办结时限是{_deadline(line.task)}，到{printed_day(snapshot.period.end)}还没有办结。"
    word = line.values.get("status", "").strip()
    if schema.means(word) in ("behind", "not_started"):
        yield f"落实情况报的是“{flat(word)}”。"
    if says_problem(problems := line.values.get("problems", "")):
        yield f"单位反映：{sentence(problems)}"


def _deadline(task: Task) -> str:
    due = deadline(task)
    return printed_day(due) if due else ""


def _figure(figure: Figure, end: date, schema: Schema) -> str:
    indicator, stands = figure.indicator, figure.standing
    actual = flat(figure.values.get("actual", ""))
    name, target = flat(indicator.name), _target(indicator)
    if not actual:
        return f"{name}：{target}，没有报送完成值。"
    as_of = day(figure.values.get("as_of", "")) or end
    found = number(actual, in_percent=indicator.in_percent)
    done = actual if found is None else f"{found.normalize():f}{_unit(indicator)}"
    verb = _DONE.get(indicator.kind, "完成")
    if indicator.kind == "growth" and done.startswith("-"):
        verb, done = "下降", done.removeprefix("-")
    told = f"{name}：截至{printed_day(as_of)}{verb}{done}，{target}"
    return f"{told}{_arithmetic(stands, schema)}。"


_DONE = {"growth": "增长", "share": "为", "cap": "为", "stage": "形象进度为", "text": "为"}


def _target(indicator: Indicator) -> str:
    if indicator.target is None:
        return "年度任务是全部完成"
    figure = f"{indicator.target.normalize():f}{_unit(indicator)}"
    words = {"cap": f"年度要求控制在{figure}以内", "about": f"年度目标{figure}左右", "growth": f"年度目标增长{figure}"}
    return words.get(indicator.kind, f"年度目标{figure}")


def _unit(indicator: Indicator) -> str:
    return "%" if indicator.in_percent else flat(indicator.unit)


def _arithmetic(stands: Standing, schema: Schema) -> str:
    """How far behind, and by which figures; empty where none can be said."""
    kind, lead = stands.indicator.kind, stands.lead
    if lead is None:
        return ""
    if kind in ("growth", "share"):
        return f"，{_against(lead, ('低', '高'))}"
    if kind == "cap":
        over = stands.gap or Fraction(0)
        figure = Decimal(over.numerator) / Decimal(over.denominator)
        return f"，超出{figure.normalize():f}{_unit(stands.indicator)}" if over > 0 else "，没有超出"
    rate = f"，完成率{percent(stands.rate)}，序时进度{percent(stands.scheduled)}"
    if kind == "about":
        allowed = f"（允许上下差{schema.lights.about:g}%）"
        return rate + (f"，超出允许范围{points(-lead)}个百分点{allowed}" if lead < 0 else f"，在允许范围内{allowed}")
    return f"{rate}，{_against(lead, ('落后', '领先'))}"


def _against(lead: Fraction, words: tuple[str, str]) -> str:
    shown = points(lead).removeprefix("-")
    return f"{words[0] if lead < 0 else words[1]}{shown}个百分点" if shown != "0" else "持平"

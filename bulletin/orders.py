"""督办单: what one task is behind in, what is demanded and by when, with a form for the unit's answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bulletin.behind import is_overdue, state
from bulletin.content import is_disputed
from bulletin.paper import Value, number_words, paper
from bulletin.text import flat, printed_day
from ledger.finding import Finding
from ledger.schema import Schema
from ledger.snapshot import Line, Snapshot
from ledger.task import Task

__all__ = ["Order", "order", "render_order", "to_order"]


@dataclass(frozen=True, slots=True)
class Order:
    """An order without its number; ``task`` is the id, ``day`` the date that it bears, all else as it is printed."""

    task: str
    reference: str
    addressee: str
    opening: str
    matter: str
    division: tuple[str, ...]
    state: tuple[str, ...]
    day: date


def to_order(snapshot: Snapshot) -> list[Line]:
    """The tasks for which an order is due: those with a red light; the same work in two annexes counts once."""
    return [line for line in snapshot.lines if line.light == "red" and not line.task.linked]


def order(schema: Schema, snapshot: Snapshot, line: Line, day: date, findings: Iterable[Finding] = ()) -> Order:
    """The order about one task that has not ended; figures that ``findings`` (of ledger/checks) contradict stand in no
    order either."""
    task = line.task
    units = _units(line)
    own = [one for one in findings if one.task == (task.linked or task.id)]
    return Order(
        task=task.id,
        reference=task.exact,
        addressee="、".join(units) or "有关单位",
        opening=_opening(snapshot, line, "你单位" if len(units) == 1 else "你们"),
        matter=_matter(task),
        division=tuple(_division(schema, task)),
        state=state(schema, snapshot, line, disputed=is_disputed(own)),
        day=day,
    )


def render_order(made: Order, number: int, schema: Schema, template: bytes) -> bytes:
    """The order with this number as a Word document. A `BulletinError` says what is wrong with the template."""
    papers, office = schema.papers, schema.office
    context: Mapping[str, Value] = {
        "发文机关标志": schema.document.issuer,
        "发文机关": schema.document.issuer,
        "发文字号": number_words(papers.order_code, schema.year, number),
        "主送机关": made.addressee,
        "引言": made.opening,
        "事项": made.matter,
        "附件序号": made.reference,
        "任务分工": made.division,
        "工作进度": made.state,
        "办理要求": papers.demands,
        "反馈时限": printed_day(made.day + timedelta(papers.order_days)),
        "督办单位": office.name,
        "联系方式": office.reached,
        "成文日期": printed_day(made.day),
    }
    return paper(template, "order.docx", context, schema.document.format)


def _units(line: Line) -> list[str]:
    """Who has to answer: the reporter first, then the other lead units, without any the responsible units."""
    first = (line.reporter,) if line.reporter else ()
    return list(dict.fromkeys((*first, *(line.task.lead_units or line.task.responsible_units))))


def _matter(task: Task) -> str:
    """The task without the full stop at its end: its reference follows."""
    text = flat(task.text).rstrip("。")
    return f"{flat(task.project)}：{text}" if task.project else text


def _opening(snapshot: Snapshot, line: Line, whom: str) -> str:
    day = printed_day(snapshot.period.end)
    if is_overdue(line, snapshot.period.end):
        why = "超过办结时限没有办结"
    elif line.light in ("red", "yellow"):
        why = "进度滞后"
    elif not line.reported:
        why = "没有报送进展情况"
    else:
        return f"经研究，对{whom}承担的下列工作予以督办。截至{day}的进度和办理要求如下。"
    return f"截至{day}，{whom}承担的下列工作{why}。经研究，现予督办。"


def _division(schema: Schema, task: Task) -> Iterator[str]:
    """Who leads and who does it, in the words of the annex."""
    annex = schema.annex(task.annex)
    for key in annex.keys:
        column = schema.column(annex, key)
        if column.type == "names" and (names := _names(task, key)):
            yield f"{flat(column.title)}：{'、'.join(names)}。"


def _names(task: Task, key: str) -> Sequence[str]:
    known = {"leaders": task.leaders, "lead_units": task.lead_units, "responsible_units": task.responsible_units}
    return known.get(key, ()) or [name for part in re.split("[\n、]", task.cell(key)) if (name := flat(part))]

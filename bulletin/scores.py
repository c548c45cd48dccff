"""单位评分表: every unit's points by rank, with the arithmetic in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bulletin.errors import BulletinError
from bulletin.paper import Value, paper
from bulletin.text import flat, printed_day
from ledger.period import Period
from ledger.schema import Schema

__all__ = ["Scored", "render_scores"]


@dataclass(frozen=True, slots=True)
class Scored:
    """One unit's row: points with one decimal at most, ``why`` is the arithmetic in words."""

    rank: int
    unit: str
    tasks: int
    system: float
    total: float
    why: str


def render_scores(units: Iterable[Scored], period: Period, day: date, schema: Schema, template: bytes) -> bytes:
    """The table, the best unit first, units of equal points in the order in which they come.

    A `BulletinError` where there is nobody to score, or says what is wrong with the template.
    """
    ordered = sorted(units, key=lambda one: one.rank)
    if not ordered:
        raise BulletinError("还没有可以评分的单位，没有生成评分表，请先导入任务并下发填报表。")
    rows = [
        {
            "名次": str(one.rank),
            "名称": flat(one.unit),
            "任务数": str(one.tasks),
            "系统得分": f"{one.system:g}",
            "总分": f"{one.total:g}",
            "计分说明": f"{flat(one.why).rstrip('。')}。",
        }
        for one in ordered
    ]
    context: Mapping[str, Value] = {
        "报送期": period.label,
        "单位评分": rows,
        "说明": _rules(schema),
        "发文机关": schema.document.issuer,
        "成文日期": printed_day(day),
    }
    return paper(template, "scores.docx", context, schema.document.format)


def _rules(schema: Schema) -> str:
    rules = schema.scoring
    rating = f"总分＝系统得分×{100 - rules.rating:g}%＋领导评分，没有打分的按系统得分。" if rules.rating else ""
    return f"注：按年度累计，得分相同的名次相同。系统得分最低{rules.lowest:g}分、最高{rules.highest:g}分。{rating}"

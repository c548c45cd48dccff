"""Indicators (指标): the measurable targets inside tasks."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["KINDS", "Indicator", "Kind"]

Kind = Literal["amount", "cap", "about", "growth", "share", "stage", "text"]
KINDS: dict[Kind, str] = {
    "amount": "达到",
    "cap": "控制在以内",
    "about": "左右",
    "growth": "增长",
    "share": "占比",
    "stage": "形象进度",
    "text": "文字",
}
_PERCENT = frozenset({"%", "％", "百分点", "个百分点"})


class Indicator(BaseModel):
    """One measurable target of a task and where it comes from.

    ``id`` is the task's with a number (``A1-021#1``). A percent target is kept in points: 增长8.6%以上 is 8.6.
    Of kind ``stage`` and ``text`` the target is the whole and ``target`` is None. ``source`` says who set it:
    报告, 上级下达 or 自加压. ``ended`` is the note with which a cancelled indicator stays listed.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    task: str
    name: str
    kind: Kind
    target: Decimal | None = None
    unit: str = ""
    source: str = "报告"
    ended: str = ""

    @property
    def in_percent(self) -> bool:
        """Whether its figures are percentages, so that 50 and 50% mean the same."""
        return self.kind in {"growth", "share"} or self.unit.strip() in _PERCENT

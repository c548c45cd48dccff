"""The figures in a text, one after the other, each as a few cells."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from addin.arguments import CellError
from ledger.cell import cell_text
from ledger.measures import number
from ledger.quantities import Bound, Quantity, Role, quantities

__all__ = ["extract"]

_WIDTH = 4  # cells that tell one figure
_BOUNDS: dict[Bound, str] = {"": "", "≥": "以上", "≤": "以内", "≈": "左右"}
_ROLES: dict[Role, str] = {"growth": "增长", "decline": "下降", "doubling": "翻番"}


def extract(year: int) -> Callable[[object, object], tuple[object, ...]]:
    """The function that gives the n-th figure of a text (none given: the first) as value, unit, manner and words.

    Empty cells where the text has no such figure. ``year`` is meant where a date in the text names none.
    """

    @lru_cache(maxsize=1000)  # several figures of one text are asked for one after the other
    def found(text: str) -> tuple[Quantity, ...]:
        return quantities(text, year)

    def told(text: object, which: object) -> tuple[object, ...]:
        place = Decimal(1) if which is None else number(which)
        figures = () if isinstance(text, CellError) else found(cell_text(text))
        known = place is not None and 1 <= place <= len(figures)
        return _cells(figures[int(place or 0) - 1]) if known else (None,) * _WIDTH

    return told


def _cells(one: Quantity) -> tuple[object, ...]:
    until = "" if one.high is None else f"至{one.high.normalize():f}"
    manner = "、".join(filter(None, (_ROLES.get(one.role, ""), until, _BOUNDS[one.bound])))
    return float(one.value), one.unit.text, manner, one.words

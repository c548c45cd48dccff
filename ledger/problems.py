"""Problems that units report: whether one is said at all, and under which of the schema's categories it comes."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from ledger.measures import Light
from ledger.schema import Category, Schema
from ledger.snapshot import Line
from ledger.task import folded

__all__ = ["category_of", "evidence", "says_problem", "sorted_problems"]

# units write 无, 暂无, 没有问题, “/” or “1.无。” where there is nothing to say
_NOTHING = re.compile(
    "[\\d.．、/—－（）()-]*(?:(?:暂时?|目前|本期|现)*(?:无|没有|不存在)(?:明显|突出|重大|存在)?的?(?:问题|困难)?)?[。；;.，,]*"
)


def says_problem(text: str) -> bool:
    """Whether a cell 存在问题 names a problem."""
    return bool(text) and not _NOTHING.fullmatch(folded(text))


def category_of(schema: Schema, text: str) -> Category:
    """The first category one of whose words stands in a problem's text, else the last one."""
    categories = schema.document.categories
    return next((item for item in categories if any(word in text for word in item.words)), categories[-1])


def evidence(light: Light | None, leads: Sequence[Fraction], text: str) -> tuple[float, ...]:
    """How well it is shown that a task is in trouble, the best shown first when sorted.

    An indicator that is behind is a fact before any word: ``leads`` (百分点, negative is behind) come first, the red
    before the yellow, of one light the furthest behind; then red and yellow tasks without; then problems that units
    report, of these the ones with a figure in them.
    """
    lit = {"red": 0, "yellow": 1}.get(light or "", 2)
    worst = float(min(leads, default=Fraction(0)))
    return (not leads, lit, worst, not text, not any(character.isdecimal() for character in text))


def sorted_problems(schema: Schema, lines: Iterable[Line]) -> list[tuple[Category, Line]]:
    """Every line with a problem under its category, by category then in ledger order."""
    said = ((line.values.get("problems", ""), line) for line in lines)
    found = [(category_of(schema, text), line) for text, line in said if says_problem(text)]
    order = list(schema.document.categories)
    return sorted(found, key=lambda item: order.index(item[0]))

"""Sorting reported problems under the schema's categories."""

from collections.abc import Iterable

from ledger.schema import Category, Schema
from ledger.snapshot import Line

__all__ = ["category_of", "sorted_problems"]


def category_of(schema: Schema, text: str) -> Category:
    """The first category one of whose words stands in a problem's text, else the last one."""
    categories = schema.document.categories
    return next((item for item in categories if any(word in text for word in item.words)), categories[-1])


def sorted_problems(schema: Schema, lines: Iterable[Line]) -> list[tuple[Category, Line]]:
    """Every line with a problem under its category, by category then in ledger order."""
    found = [(category_of(schema, text), line) for line in lines if (text := line.values.get("problems", "").strip())]
    order = list(schema.document.categories)
    return sorted(found, key=lambda item: order.index(item[0]))

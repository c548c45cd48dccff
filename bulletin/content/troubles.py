"""二、存在的问题: every problem that a unit reports, and every task that is behind although its unit reports none.

The best evidenced stand first (`ledger.problems.evidence`). A task without a problem of its own is sorted by the words
进度滞后, as if its unit had written them.
"""

from collections.abc import Iterator

from bulletin.content.figures import AHEAD, phrase
from bulletin.content.model import Group, Problem
from bulletin.content.said import QUOTE, Fact, Piece, listed
from bulletin.content.view import BEHIND, SILENT, Item, View
from bulletin.content.wording import named
from bulletin.text import cleaned, printed_day, sentence
from ledger.light import deadline
from ledger.problems import category_of, evidence, says_problem
from ledger.schema import Category
from ledger.snapshot import Figure

__all__ = ["behind_in_silence", "groups", "troubled"]

_AS_IF = "进度滞后"


def troubled(view: View) -> list[Item]:
    """Tasks whose units report a problem."""
    return [item for item in view.counted if _own(item)]


def behind_in_silence(view: View) -> list[Item]:
    """Tasks with a yellow or red light whose units report no problem."""
    return [item for item in view.counted if item.line.light in ("yellow", "red") and not _own(item)]


def groups(view: View) -> tuple[Group, ...]:
    """Both kinds under the schema's categories, each category's best evidenced first."""
    found: dict[Category, list[Item]] = {category: [] for category in view.schema.document.categories}
    for item in (*troubled(view), *behind_in_silence(view)):
        found[category_of(view.schema, _own(item) or _AS_IF)].append(item)
    order = {item.id: place for place, item in enumerate(view.counted)}
    filled = [(category, items) for category, items in found.items() if items]
    return tuple(
        Group(
            f"{no}.{cleaned(category.name)}。",
            cleaned(category.lead),
            tuple(_problem(view, item) for item in sorted(items, key=lambda one: (_rank(one), order[one.id]))),
        )
        for no, (category, items) in enumerate(filled, 1)
    )


def _rank(item: Item) -> tuple[float, ...]:
    lags = [one.standing.lead for one in _lagging(item) if one.standing.lead is not None]
    return evidence(item.line.light, lags, sentence(_own(item)))  # without the numbers of its items


def _problem(view: View, item: Item) -> Problem:
    return Problem(named(item.line.task), item.places, tuple(_said(view, item)))


def _own(item: Item) -> str:
    """The unit's own words, empty where they say that there is nothing."""
    text = item.line.values.get("problems", "")
    return text if says_problem(text) else ""


def _lagging(item: Item) -> list[Figure]:
    """The indicators that are behind; none while something contradicts them."""
    late = [one for one in item.figures if one.standing.light not in (*AHEAD, "grey") and one.indicator.kind != "text"]
    return [] if item.disputed else late


def _said(view: View, item: Item) -> Iterator[Piece]:
    parts: list[list[Piece]] = [phrase(figure, view.end) for figure in _lagging(item)]
    due = deadline(item.line.task)
    if due and due < view.end and item.line.light == "red":
        parts.append(["办结时限为", Fact(printed_day(due), QUOTE, ((item.id, "deadline"),)), "，已经超过"])
    if said := sentence(_own(item)):
        parts.append([Fact(said, QUOTE, ((item.id, "problems"),))])
        yield from listed(parts, "；")
    else:
        yield from listed([*parts, _silence(item, bare=not parts)], "；")
        yield "。"


def _silence(item: Item, *, bare: bool) -> list[Piece]:
    """That the unit gives no reason, and what tells that the task is behind where nothing else has been said."""
    told: list[Piece] = []
    if item.disputed:
        told = ["填报的数字前后不一，进度待核实，"]
    elif bare and item.state in BEHIND:
        told = ["落实情况为“", Fact(item.state, QUOTE, ((item.id, "state"),)), "”，"]
    elif bare and item.state == SILENT:
        told = ["本期", Fact(item.state, QUOTE, ((item.id, "state"),)), "，"]
    return [*told, "单位没有说明原因"]

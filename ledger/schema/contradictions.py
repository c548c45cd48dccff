"""What no key of schema.yaml gets wrong by itself: keys that contradict each other."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ledger.errors import StateError
from ledger.period import Period

if TYPE_CHECKING:
    from ledger.schema.model import Schema

__all__ = ["contradictions"]

_Problem = tuple[tuple[str | int, ...], str]  # where in the file, what is wrong


def contradictions(schema: "Schema") -> Iterator[_Problem]:
    """Every contradiction as the keys that lead to it and a sentence."""
    yield from _repeated(("annexes",), "no", [annex.no for annex in schema.annexes])
    yield from _repeated(("statuses",), "word", [status.word for status in schema.statuses])
    for number, annex in enumerate(schema.annexes):
        path = ("annexes", number, "columns")
        yield from _repeated(path, "", annex.keys)
        for place, key in enumerate(annex.keys):
            if key not in schema.columns:
                yield (*path, place), f"{annex.name}用到的“{key}”没有在columns里定义"
        if "text" not in annex.keys:
            yield path, f"{annex.name}缺少任务内容text"
    for key, column in schema.columns.items():
        if column.leads and column.leads not in schema.columns:
            yield ("columns", key, "leads"), f"栏目{key}的leads“{column.leads}”没有在columns里定义"
        if column.type == "stage" and not schema.stages:
            yield ("columns", key), f"栏目{key}的类型是stage，但stages是空的"
    if not any(schema.columns[key].type == "text" for key in schema.owned("unit")):
        yield ("columns",), "没有一个owner为unit的文字栏目，单位无从填报"
    yield from _wrong_dates(schema)


def _wrong_dates(schema: "Schema") -> Iterator[_Problem]:
    for name, day in schema.due.dates.items():
        path = ("due", "dates", name)
        try:
            period = Period.parse(name)
        except StateError:
            period = None
        if not period or str(period) != name or period.year != schema.year:
            year = schema.year
            yield path, f"“{name}”不是{year}年的报送期，报送期写成{year}-09、{year}Q3或{year}"
        elif day < period.start:
            yield path, f"{period.label}的截止日{day}在报送期开始之前"


def _repeated(path: tuple[str | int, ...], key: str, words: Sequence[str | int]) -> Iterator[_Problem]:
    for place, word in enumerate(words):
        if word in words[:place]:
            yield (*path, place, *([key] if key else [])), f"“{word}”前面已经有了"

"""From one row's cells to what `ledger` says of them: the step that several functions share."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from addin.arguments import CellError
from addin.place import Rules
from ledger.cell import cell_text
from ledger.indicator import KINDS, Indicator
from ledger.measures import LIGHTS, Standing, completion, day, number, scheduled, standing
from ledger.row import fault_words, row_faults
from ledger.schema import Schema
from ledger.task import folded

__all__ = ["ERROR", "check", "columns_of", "elapsed", "judge", "lead", "light", "rates"]

ERROR = "有错误值，请改为直接填写内容；"
_KINDS = {word: kind for kind, word in KINDS.items()}
_LAST = ("last", "上期进展", "上期进展情况")
_NO = ("否", "FALSE", "False", "0")


def rates(rules: Rules) -> Callable[[object, object, object, object], float | None]:
    """The function that gives the completion rate of a row: kind, target, actual, unit; 1 is the whole."""

    def rate(kind: object, target: object, actual: object, unit: object) -> float | None:
        blank = _blank(kind, unit)
        if blank is None:
            return None
        # the target beside the shared indicator: a model of its own for each row would take longer than the rest
        found = completion(blank, number(target, in_percent=blank.in_percent), actual, rules.schema)
        return None if found is None else float(found)

    return rate


def judge(rules: Rules, say: Callable[[Standing], object]) -> Callable[..., object]:
    """The function that judges an indicator's row under ``rules``; None where the row names no kind of indicator.

    ``say`` takes out of the judgement what is wanted: `lead` or `light`.
    """

    def judged(
        kind: object,
        target: object,
        actual: object,
        as_of: object,
        unit: object,
        end: object,
        due: object = None,
    ) -> object:
        indicator, reported = _indicator(kind, target, unit), _day(as_of, end)
        if indicator is None:
            return None
        return say(standing(indicator, actual, reported, rules.on(reported), day(due)))

    return judged


def lead(stands: Standing) -> float | None:
    """The lead in 百分点."""
    return None if stands.lead is None else float(stands.lead)


def light(stands: Standing) -> str:
    """The light's word."""
    return LIGHTS[stands.light]


def _indicator(kind: object, target: object, unit: object) -> Indicator | None:
    blank = _blank(kind, unit)
    return blank and blank.model_copy(update={"target": number(target, in_percent=blank.in_percent)})


@lru_cache(maxsize=1000)  # a column holds few different words
def _blank(kind: object, unit: object) -> Indicator | None:
    known = _KINDS.get(cell_text(kind))
    return Indicator(id="", task="", name="", kind=known, unit=cell_text(unit)) if known else None


def _day(as_of: object, end: object) -> date | None:
    return day(as_of) if cell_text(as_of) else day(end)


def elapsed(rules: Rules) -> Callable[[object, object], float | None]:
    """The function that gives the elapsed share of the year at a day, at ``end`` where there is none."""

    def share(as_of: object, end: object) -> float | None:
        found = _day(as_of, end)
        return float(scheduled(found, rules.on(found).year)) if found else None

    return share


def columns_of(schema: Schema, titles: Sequence[object]) -> dict[str, int]:
    """Where the columns that units fill, and 上期进展 (``last``), stand below a row of titles or of hidden keys."""
    owned = {key: {key, schema.columns[key].title} for key in schema.owned("unit")}
    for annex in schema.annexes:
        for key in owned:
            owned[key].add(schema.column(annex, key).title)
    known = {folded(word): key for key, words in owned.items() for word in words} | dict.fromkeys(_LAST, "last")
    places = ((known.get(folded(cell_text(title))), place) for place, title in enumerate(titles))
    return {key: place for key, place in reversed([*places]) if key}


def check(schema: Schema, places: dict[str, int]) -> Callable[[Sequence[object], object], str]:
    """The function that says what is wrong with a row of cells, as the formula of 系统校验 does."""

    def told(row: Sequence[object], answers: object) -> str:
        cells = {key: row[place] for key, place in places.items()}
        if any(isinstance(value, CellError) for value in cells.values()):
            return ERROR
        texts = {key: cell_text(value, schema.columns.get(key)) for key, value in cells.items()}
        last = texts.pop("last", "")
        mine = cell_text(answers) not in _NO
        found = row_faults(schema, texts, reporter=mine, last=last if mine else "")
        return "".join(fault_words(schema, key, fault) for key, fault in found if key in texts)

    return told

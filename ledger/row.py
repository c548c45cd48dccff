"""What a unit's row must hold: the rules once in Python, once as the formula of column 系统校验."""

from collections.abc import Iterator, Mapping

from ledger.cell import TYPES, Fault, bare, condition, judge
from ledger.schema.model import Schema

__all__ = ["CHANGE", "NOTHING_TO_ADD", "fault_words", "row_faults", "row_formula"]

CHANGE = "change"  # the column 本期情况, where a schema has it
NOTHING_TO_ADD = "无补充"
SAME_AGAIN = ("无变化", "已完成")  # the words under which last period's text may stand again
_NOT_YOURS = "本单位是第一牵头单位，不能选无补充；"
_NO_MORE = "选了无补充就不要再填内容；"
_UNCHANGED = "进展情况还是上期文字，请改写，确无变化的选无变化；"


def row_faults(
    schema: Schema, values: Mapping[str, str], *, reporter: bool, last: str = ""
) -> Iterator[tuple[str, Fault]]:
    """Everything wrong with one row's unit-owned cells, as (column key, fault), in column order.

    ``values`` are normal texts by column key; required cells bind the ``reporter`` only (design: merge). ``last``
    is last period's main text, with which the cell was prefilled.
    """
    for key in schema.owned("unit"):
        column, text = schema.columns[key], values.get(key, "")
        if reporter and column.required and not text:
            yield key, Fault("required_empty", {})
        elif fault := judge(text, column, schema.choices(key)):
            yield key, fault
    if values.get(CHANGE) == NOTHING_TO_ADD:
        if reporter:
            yield CHANGE, Fault("not_yours", {})
        elif any(text for key, text in values.items() if key != CHANGE):
            yield CHANGE, Fault("no_more_but_text", {})
    if _may_stay(schema) and last and values.get(schema.main_text) == last and values.get(CHANGE) not in SAME_AGAIN:
        yield schema.main_text, Fault("text_unchanged", {})


def _may_stay(schema: Schema) -> bool:
    """Whether units can say that nothing has changed; where they cannot, an unchanged text is no fault."""
    return CHANGE in schema.columns and any(word in SAME_AGAIN for word in schema.choices(CHANGE))


def fault_words(schema: Schema, key: str, fault: Fault) -> str:
    """What the formula says where `row_faults` finds ``fault`` in column ``key``."""
    column = schema.columns[key]
    told = {
        "required_empty": f"请填写{column.title}；",
        "not_yours": _NOT_YOURS,
        "no_more_but_text": _NO_MORE,
        "text_unchanged": _UNCHANGED,
    }
    return told.get(fault.code) or f"{column.title}{TYPES[column.type].told}；"


def row_formula(
    schema: Schema, cells: Mapping[str, str], words: Mapping[str, str], *, reporter: bool, last: str = ""
) -> str:
    """The formula (without ``=``) that says in words what is wrong with a row, empty text when nothing is.

    ``cells`` are the row's cell addresses by column key, ``words`` the range or name of each list, ``last`` the
    address of last period's text. Same rules as `row_faults`; functions of Excel 2010, WPS and LibreOffice only.
    """
    parts = []
    for key in schema.owned("unit"):
        if key not in cells:
            continue
        column, cell = schema.columns[key], cells[key]
        title = column.title.replace('"', '""')
        empty = f"请填写{title}；" if reporter and column.required else ""
        wrong = condition(cell, column, words.get(key, ""))
        parts.append(f'IF({bare(cell)}="","{empty}",IF({wrong},"{title}{TYPES[column.type].told}；",""))')
    if CHANGE in cells:
        others = "&".join(cell for key, cell in cells.items() if key != CHANGE) or '""'
        wrong, told = ("TRUE", _NOT_YOURS) if reporter else (f'{bare(others)}<>""', _NO_MORE)
        parts.append(f'IF(AND({bare(cells[CHANGE])}="{NOTHING_TO_ADD}",{wrong}),"{told}","")')
    if last and _may_stay(schema) and {CHANGE, schema.main_text} <= set(cells):
        same = f"EXACT({bare(cells[schema.main_text])},{bare(last)})"
        moved = ",".join(f'{bare(cells[CHANGE])}<>"{word}"' for word in SAME_AGAIN)
        parts.append(f'IF(AND({bare(last)}<>"",{same},{moved}),"{_UNCHANGED}","")')
    # a pasted formula that fails must not take the column and its count with it
    return f'IFERROR({"&".join(parts)},"有错误值，请改为直接填写内容；")'

"""What a unit's row must hold: the rules once in Python, once as the formula of column 系统校验."""

from collections.abc import Iterator, Mapping

from ledger.cell import Fault, bare, condition, judge
from ledger.schema.model import Schema

__all__ = ["CHANGE", "DONE_WORD", "NOTHING_TO_ADD", "row_faults", "row_formula", "says_nothing"]

CHANGE = "change"  # the column 本期情况, where a schema has it
NOTHING_TO_ADD = "无补充"
DONE_WORD = "已完成"


def says_nothing(values: Mapping[str, str]) -> bool:
    """Whether a row reports nothing: every cell empty, or only the tick 无补充."""
    return not any(value for key, value in values.items() if key != CHANGE) and values.get(CHANGE, "") in {
        "",
        NOTHING_TO_ADD,
    }


def row_faults(schema: Schema, values: Mapping[str, str], *, reporter: bool) -> Iterator[tuple[str, Fault]]:
    """Everything wrong with one row's unit-owned cells, as (column key, fault), in column order.

    ``values`` are normal texts by column key; required cells bind the ``reporter`` only (design: merge).
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


def row_formula(schema: Schema, cells: Mapping[str, str], words: Mapping[str, str], *, reporter: bool) -> str:
    """The formula (without ``=``) that says in words what is wrong with a row, empty text when nothing is.

    ``cells`` are the row's cell addresses by column key, ``words`` the range or name of each list. Same rules as
    `row_faults`; functions of Excel 2010, WPS and LibreOffice only.
    """
    parts = []
    for key in schema.owned("unit"):
        if key not in cells:
            continue
        column, cell = schema.columns[key], cells[key]
        title = column.title.replace('"', '""')
        empty = f"请填写{title}；" if reporter and column.required else ""
        wrong = condition(cell, column, words.get(key, ""))
        parts.append(f'IF({bare(cell)}="","{empty}",IF({wrong},"{title}不符合要求；",""))')
    if CHANGE in cells:
        others = "&".join(cell for key, cell in cells.items() if key != CHANGE) or '""'
        wrong, told = (
            ("TRUE", "本单位是第一牵头单位，不能选无补充；")
            if reporter
            else (f'{bare(others)}<>""', "选了无补充就不要再填内容；")
        )
        parts.append(f'IF(AND({bare(cells[CHANGE])}="{NOTHING_TO_ADD}",{wrong}),"{told}","")')
    # a pasted formula that fails must not take the column and its count with it
    return f'IFERROR({"&".join(parts)},"有错误值，请改为直接填写内容；")'

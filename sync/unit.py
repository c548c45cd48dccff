"""The unit workbook: arranging the template for a schema once, then filling it for each unit."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from ledger.cell import bare
from ledger.period import Period
from ledger.row import row_formula
from ledger.schema import Column as SchemaColumn
from ledger.schema import Schema
from ledger.task import Task
from sync.atomic import legal_name
from sync.heights import row_height
from sync.identity import seal, tag
from sync.records import Handed, Issue
from sync.table import find_tables, sheet_cells
from sync.unit_figures import FIGURES, fill_figures
from xlsx import Book, Column, Formula, Validation, Value, column_letter

__all__ = [
    "GUIDE",
    "HIDDEN",
    "LAST",
    "NAME",
    "SIGNED",
    "TASKS",
    "UnitTemplate",
    "file_name",
    "locked_keys",
    "locked_values",
]

GUIDE, TASKS, LISTS, HIDDEN = "填报说明", "任务填报", "选项", "_ducha"
NAME = "dc_issue"  # the defined name that carries the seal
LAST = "last"  # the column 上期进展
# open cells of the first sheet, by their defined names
SIGNED = {"dc_filler": "填表人", "dc_phone": "联系电话", "dc_approver": "审核领导"}
_ROW = "\0"  # stands for a row's number in a formula that is made once
KEY_ROW = 3
FIRST = KEY_ROW + 2
_Kind = Literal["list", "decimal", "date", "textLength"]
_PROTOTYPES = {"text": "text", "names": "text", "number": "number", "date": "date"}


def file_name(issue: Issue | Handed) -> str:
    """What the workbook of an issue is called."""
    return f"{legal_name(issue.unit)}_{Period.parse(issue.period).label}填报表.xlsx"


def locked_keys(schema: Schema) -> tuple[str, ...]:
    """The columns that a unit sees locked, in order: enough to know the task, few enough to fit a page."""
    project = ("project",) if any(annex.has_projects for annex in schema.annexes) else ()
    units = next(((key,) for key in ("lead_units", "responsible_units") if key in schema.columns), ())
    return ("ref", *project, "text", *units)


def locked_values(schema: Schema, task: Task) -> dict[str, str]:
    """The locked texts of one task by column key; names stand one a line as printed."""
    return {key: task.reference if key == "ref" else task.cell(key) for key in locked_keys(schema)}


class UnitTemplate:
    """``templates/unit.xlsx`` arranged for one schema; `workbook` then fills it for one issue."""

    def __init__(self, schema: Schema, template: bytes) -> None:
        self._schema = schema
        book = Book(template)
        columns = list(self._columns())
        _write_lists(book, schema)
        book.arrange(TASKS, KEY_ROW, columns)
        self._columns_by_key = {column.key: place for place, column in enumerate(columns, 1)}
        self._formulas = {mine: self._formula(mine=mine) for mine in (True, False)}
        self._bytes = book.save()
        self._figures = next(table for table in find_tables(sheet_cells(template)) if table.sheet == FIGURES)

    def workbook(self, issue: Issue, key: str, due: date) -> bytes:
        """The workbook for ``issue``, sealed with ``key``, to be sent back until ``due``."""
        book = Book(self._bytes)
        office, period = self._schema.office, Period.parse(issue.period)
        title = f"{self._schema.year}年{office.region}重点工作和民生实事进展情况填报表"
        words: dict[str, Value] = {
            "dc_title": title,
            "dc_office": office.name,
            "dc_unit": issue.unit,
            "dc_period": period.label,
            "dc_due": f"{due.year}年{due.month}月{due.day}日",
            "dc_tasks": f"{len(issue.rows)}项" + (f"，量化指标{len(issue.indicators)}项" if issue.indicators else ""),
            "dc_contact": f"{office.contact} {office.phone}".strip(),
            "dc_sheet_title": f"{issue.unit}{period.label}任务进展填报",
        }
        for name, value in words.items():
            book.put_name(name, value)
        rows = [
            self._row(issue, task, FIRST + place, tag(key, issue.id, task)) for place, task in enumerate(issue.rows)
        ]
        widths = book.widths(TASKS)
        book.fill(TASKS, FIRST, rows, [row_height(_texts(row), widths) for row in rows])
        figures = fill_figures(book, self._figures, issue, key, self._schema)
        unsigned = "+".join(f'({bare(name)}="")' for name in SIGNED)
        book.put_name("dc_left", Formula(f"{_left(self._checks(len(issue.rows)), figures)}+{unsigned}"))
        proof = seal(key, issue.id)
        facts = {"seal": proof, "unit": issue.unit, "period": issue.period, "year": str(self._schema.year)}
        for place, (name, fact) in enumerate(facts.items(), 1):
            book.put(HIDDEN, f"A{place}", name)
            book.put(HIDDEN, f"B{place}", fact)
        book.define(NAME, f'"{proof}"', hidden=True)
        return book.save()

    def _columns(self) -> Iterator[Column]:
        schema = self._schema
        yield Column("tag", "标识", "tag", hidden=True)
        for key in locked_keys(schema):
            if key == "ref":
                yield Column("ref", "序号", "ref")
            else:
                column = schema.columns[key]
                yield Column(key, column.title, "locked_long" if key == "text" else "locked", width=column.width)
        yield Column(LAST, "上期进展", "last")
        for key in schema.owned("unit"):
            column = schema.columns[key]
            prototype = _PROTOTYPES.get(column.type, "choice")
            yield Column(key, column.title, prototype, width=column.width, validation=_validation(schema, key, column))
        yield Column("check", "系统校验", "check")

    def _row(self, issue: Issue, task: str, row: int, mark: str) -> dict[int, Value]:
        mine = task in issue.reporter
        values: dict[str, Value] = {"tag": mark, **issue.rows[task]}
        if mine:  # the first to answer goes on from what was said last time
            values[self._schema.main_text] = issue.rows[task].get(LAST)
        values["check"] = Formula(str(row).join(self._formulas[mine]))
        return {self._columns_by_key[key]: value for key, value in values.items() if value not in ("", None)}

    def _formula(self, *, mine: bool) -> list[str]:
        """The formula of 系统校验, cut where the row's number belongs: it is long, and the same in every row."""
        at = {key: f"{column_letter(place)}{_ROW}" for key, place in self._columns_by_key.items()}
        cells = {key: at[key] for key in self._schema.owned("unit")}
        words = {key: _list_name(key) for key in cells if self._schema.choices(key)}
        return row_formula(self._schema, cells, words, reporter=mine, last=at[LAST] if mine else "").split(_ROW)

    def _checks(self, rows: int) -> str:
        letter = column_letter(self._columns_by_key["check"])
        return f"'{TASKS}'!${letter}${FIRST}:${letter}${FIRST + rows - 1}"


def _left(*ranges: str) -> str:
    """How many rows say that something is wrong, over all sheets."""
    return "+".join(f"SUMPRODUCT(--(LEN({area})>0))" for area in ranges if area)


def _texts(row: Mapping[int, Value]) -> dict[int, str]:
    return {column: value for column, value in row.items() if isinstance(value, str)}


def _list_name(key: str) -> str:
    return f"dc_list_{key}"


def _write_lists(book: Book, schema: Schema) -> None:
    """The choice lists in their hidden sheet, one column each, with a defined name for validations."""
    listed = [key for key in schema.owned("unit") if schema.choices(key)]
    for place, key in enumerate(listed, 1):
        letter, words = column_letter(place), schema.choices(key)
        for row, word in enumerate((schema.columns[key].title, *words), 1):
            book.put(LISTS, f"{letter}{row}", word)
        book.define(_list_name(key), f"{LISTS}!${letter}$2:${letter}${len(words) + 1}", hidden=True)


def _validation(schema: Schema, key: str, column: SchemaColumn) -> Validation | None:
    def rule(kind: _Kind, first: str, told: str, *, operator: str = "between", second: str | None = None) -> Validation:
        return Validation(
            kind,
            first,
            second,
            operator=operator,
            error_title="填写不符合要求",
            error=told[:220],
            prompt_title=column.title,
            prompt=column.help[:250],
        )

    choices: Sequence[str] = schema.choices(key)
    if choices:
        told = f"请从下拉列表里选择：{'、'.join(choices)}。"
        return rule("list", _list_name(key), told)
    if column.type == "date":
        told = "请写成2022-12-31这样的日期。"
        return rule("date", "36526", told, second="73050")  # 2000-01-01 to 2099-12-31
    if column.type == "number":
        return rule("decimal", "-1E+15", "请只填数字。", second="1E+15")
    if column.max_length:  # LibreOffice takes a text that begins with = for too long
        told = f"请不要超过{column.max_length}字，也不要以等号开头。"
        return rule("textLength", str(column.max_length), told, operator="lessThanOrEqual")
    return None

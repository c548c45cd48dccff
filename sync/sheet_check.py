"""Judging one returned sheet against what was issued: all faults at once, each with cell and remedy."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from ledger.cell import Fault, cell_text
from ledger.finding import Finding, finding
from ledger.measures import day, number
from ledger.row import row_faults
from ledger.schema import Column, Schema
from ledger.task import folded
from sync.reading.read import Filled, Reading
from sync.records import Issue
from sync.table import Row, Table
from sync.unit import LAST, TASKS, locked_keys
from sync.unit_figures import FIGURES, as_indicator
from xlsx import SheetScan, column_letter, split_ref

__all__ = ["Rules", "SheetCheck", "figure_rules", "task_rules"]

Texts = Mapping[str, str]
Faults = Iterable[tuple[str, Fault]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a sheet must hold: its issued rows by id, its locked columns' titles, its open columns, and how the open
    cells of a row are judged (id, texts by key); ``prefilled`` is what was handed out in a row's open cells."""

    sheet: str
    issued: Mapping[str, Texts]
    locked: Mapping[str, str]
    open: Mapping[str, Column]
    faults: Callable[[str, Texts], Faults]
    prefilled: Callable[[str], Texts] = lambda _: {}


def task_rules(issue: Issue, schema: Schema) -> Rules:
    """The rules of sheet 任务填报."""

    def faults(task: str, values: Texts) -> Faults:
        mine = task in issue.reporter
        last = issue.rows[task].get(LAST, "") if mine else ""
        return row_faults(schema, values, reporter=mine, last=last)

    def prefilled(task: str) -> Texts:
        last = issue.rows[task].get(LAST, "") if task in issue.reporter else ""
        return {schema.main_text: last} if last else {}

    columns = {key: schema.columns[key] for key in schema.owned("unit")}
    locked = {key: "序号" if key == "ref" else schema.columns[key].title for key in locked_keys(schema)}
    return Rules(TASKS, issue.rows, locked, columns, faults, prefilled)


_ACTUAL, _AS_OF = (Column(title=title, owner="unit") for title in ("完成值", "截至日期"))


def figure_rules(issue: Issue, schema: Schema) -> Rules:
    """The rules of sheet 指标填报: figures are figures, dates are dates, stages are the schema's."""

    def faults(name: str, values: Texts) -> Faults:
        indicator, actual = as_indicator(name, issue.indicators[name]), values["actual"]
        stages = [stage.word for stage in schema.stages]
        if not actual:
            yield "actual", Fault("indicator_empty", {})
        elif indicator.kind == "stage":
            if actual not in stages:
                yield "actual", Fault("choice_unknown", {"choices": "、".join(stages)})
        elif indicator.kind != "text" and number(actual, in_percent=indicator.in_percent) is None:
            yield "actual", Fault("number_unclear", {})
        if values["as_of"] and day(values["as_of"]) is None:
            yield "as_of", Fault("date_unclear", {})

    locked = {"ref": "序号", "name": "指标名称", "kind": "类型", "target": "年度目标", "measure": "计量单位"}
    return Rules(FIGURES, issue.indicators, locked, {"actual": _ACTUAL, "as_of": _AS_OF}, faults)


class SheetCheck:
    """One sheet of a submitted workbook against its `Rules`; ``table`` is None where the sheet is gone."""

    def __init__(self, reading: Reading, unit: str, rules: Rules, table: Table | None) -> None:
        self._unit, self._rules, self._table = unit, rules, table
        self._rows = [filled for filled in reading.rows if filled.table is table]
        self._strays = [row for row in reading.strays if table is reading.table]
        self._said: dict[int, Mapping[str, str]] = {}  # by row number
        self._seen = reading.scan.sheets[table.sheet] if table else SheetScan("hidden")
        letters = {column_letter(table.columns[key]) for key in rules.open if key in table.columns} if table else set()
        told = (*self._seen.formulas, *self._seen.errors, *self._seen.numbers, *self._merged)
        self._odd = {cell for cell in told if cell.rstrip("0123456789") in letters}  # open cells, mostly none

    @cached_property
    def _merged(self) -> frozenset[str]:
        """Cells that are merged with others: what was typed in all but the first of them is lost."""
        found: set[str] = set()
        for area in self._seen.merges:
            (top, left), (bottom, right) = map(split_ref, (area.split(":")[0], area.split(":")[-1]))
            places = product(range(left, right + 1), range(top, bottom + 1))
            found |= {f"{column_letter(column)}{row}" for column, row in places}
        return frozenset(found)

    def findings(self) -> Iterator[Finding]:
        """Every fault of the sheet."""
        if not self._table:
            yield finding("sheet_missing", unit=self._unit, sheet=self._rules.sheet)
            return
        missing = self._missing(self._table)
        for title in missing:
            yield finding("column_missing", unit=self._unit, sheet=self._table.sheet, title=title)
        if missing:
            return
        yield from self._rows_complete(self._table.sheet)
        for filled in self._rows:
            if filled.task in self._rules.issued:
                yield from self._locked(filled)
                yield from self._open(filled)
        if hidden := self._seen.hidden_rows & {filled.row.number for filled in self._rows}:
            yield finding("rows_hidden", unit=self._unit, sheet=self._table.sheet, value=len(hidden))

    def reported(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What the sheet reports: id and the filled open cells by column key; rows that say nothing are left out.

        Of a sheet that lacks a column nothing is taken.
        """
        for filled in () if not self._table or self._missing(self._table) else self._rows:
            values = {key: text for key, text in self._texts(filled.row).items() if text}
            if values:
                yield filled.task, values

    def place(self, task: str, key: str) -> dict[str, str]:
        """The sheet and the cell that hold a row's column ``key``, as fields of a finding; none where it is gone."""
        row = next((filled.row for filled in self._rows if filled.task == task), None)
        if not row or not self._table or key not in self._table.columns:
            return {}
        return {"sheet": self._table.sheet, "cell": self._cell(row, key)}

    def untouched(self) -> Iterator[str]:
        """The rows that are as they were handed out; of a sheet that lacks a column that cannot be said."""
        if not self._table or self._missing(self._table):
            return
        for filled in self._rows:
            values = {key: text for key, text in self._texts(filled.row).items() if text}
            if filled.task in self._rules.issued and values == self._rules.prefilled(filled.task):
                yield filled.task

    def _missing(self, table: Table) -> list[str]:
        return [column.title for key, column in self._rules.open.items() if key not in table.columns]

    def _texts(self, row: Row) -> Mapping[str, str]:
        if row.number not in self._said:
            self._said[row.number] = self._open_texts(row)
        return self._said[row.number]

    def _open_texts(self, row: Row) -> Mapping[str, str]:
        return {key: cell_text(row.values[key], column) for key, column in self._rules.open.items()}

    def _rows_complete(self, sheet: str) -> Iterator[Finding]:
        counted = Counter(filled.task for filled in self._rows)
        for task, locked in self._rules.issued.items():
            if not counted[task]:
                yield finding("row_missing", unit=self._unit, sheet=sheet, task=task, ref=locked["ref"])
            elif counted[task] > 1:
                yield finding("row_repeated", unit=self._unit, sheet=sheet, task=task, ref=locked["ref"])
        for row in self._strays:
            if any(self._texts(row).values()):
                yield self._at("identity_broken", row, "tag")

    def _locked(self, filled: Filled) -> Iterator[Finding]:
        for key in self._rules.locked:
            if key not in filled.table.columns:
                continue
            was, stands = self._rules.issued[filled.task].get(key, ""), filled.row.values[key]
            if folded(cell_text(stands)) != folded(was):
                yield self._at("locked_changed", filled.row, key, value=stands, was=_shown(was))

    def _open(self, filled: Filled) -> Iterator[Finding]:
        spoiled = set()
        for key in self._rules.open if self._odd else ():
            cell = self._cell(filled.row, key)
            for code, told in (
                ("cell_formula", {cell: None} if cell in self._seen.formulas else {}),
                ("cell_merged", {cell: None} if cell in self._merged else {}),
                ("cell_error", self._seen.errors),
                ("number_long", self._seen.numbers),
            ):
                if cell in told:
                    spoiled.add(key)
                    yield self._at(code, filled.row, key, value=told[cell])
                    break
        values = self._texts(filled.row)
        for key, fault in self._rules.faults(filled.task, values):
            if key not in spoiled:
                yield self._at(fault.code, filled.row, key, value=values.get(key), **fault.fields)

    def _cell(self, row: Row, key: str) -> str:
        return f"{column_letter(self._table.columns[key])}{row.number}" if self._table else ""

    def _at(self, code: str, row: Row, key: str, *, value: object = None, **fields: object) -> Finding:
        titles = {"tag": "标识", **self._rules.locked, **{name: one.title for name, one in self._rules.open.items()}}
        return finding(
            code,
            task=next((filled.task for filled in self._rows if filled.row is row), None),
            unit=self._unit,
            sheet=self._table.sheet if self._table else self._rules.sheet,
            cell=self._cell(row, key),
            value=value,
            title=titles[key],
            row=row.number,
            **fields,
        )


def _shown(text: str, most: int = 200) -> str:
    """A text on one line, cut where it is too long for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}…"

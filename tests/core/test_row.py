"""What a unit's row must hold: the Python rules, and the Excel formula that says the same in the workbook."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from office import Office
from openpyxl.workbook.defined_name import DefinedName

from ledger.cell import cell_text
from ledger.row import fault_words, row_faults, row_formula
from ledger.schema import Schema, load_schema
from sync.table import sheet_cells

ROOT = Path(__file__).resolve().parents[2]
BLANK = ["\u3000", " ", "\n", "\xa0", " \n\u3000"]
TEXTS = ["已开工。", "字" * 20, "字" * 21, "一\n二", "一\t二", "a_x0007_b", "_x0007_", "*", 12, 0.5, "𠮷", "  两边空 "]
# what people type, by column; None is an empty cell
POOLS: dict[str, list[object]] = {
    "progress": [*TEXTS, *BLANK],
    "change": ["有进展", "无变化", "无补充", " 有进展\u3000", "无补充\n", "有", "*", "有?展", "有进展。", 1, *BLANK],
    "names": ["孙万荣、金晖", "字" * 99, "一_x001B_二", 5, *BLANK],
    "money": [
        12, 0, -0.5, 1e-05, 123456789, "12", "1,234", "１２．５", "+3", "-3", ".5", "5.", "12亿", "50%", "1e5", "-",
        "①", "2022-3-5", "12:00", "$5", "(5)", "1 1/2", "1 000", "５²", *BLANK,
    ],
    "status": ["未启动", "推进中", "已完成 ", "已完成了", "推进", "~", *BLANK],
    "stage": ["前期", "投用", "投用\n", "前期投用", 0.5, *BLANK],
    "due": [
        date(2022, 12, 31), datetime(2022, 12, 31, 10, 30), date(1905, 7, 14), date(2000, 1, 1), date(2099, 12, 31),
        date(2100, 1, 1), time(10, 30), 44926, 44926.5, 36525, 36526, 73050.9, 73051, 2022, 20221231, -1, "2022-12-31",
        "2022-2-3", "2022.12.31", "2022/12/31", "2022年12月31日", "2022年2月3", " 2022-12-31 ", "２０２２－２－３",
        "2022 年 2 月 3 日", "2022年\u30002月3日", "2022年12月", "2022-12", "12月31日", "年底前", "2022-02-30",
        "2022-13-1", "20221231", "31-12-2022", "99-12-3", "2022-12-31 10:30", "2022年2月3日前", "2022--1-1",
        "1999-12-31", "*", *BLANK,
    ],
    "problems": [*TEXTS, "字" * 3000, *BLANK],
}  # fmt: skip
RIGHT: dict[str, object] = {"progress": "已开工。", "change": "有进展"}
Row = tuple[bool, dict[str, object]]  # is the unit the reporter, values by column


@pytest.fixture(scope="module")
def schema(schema_with: Callable[..., Schema]) -> Schema:
    """One unit-owned column of every type, with a quotation mark in a title."""
    made = schema_with("""
        change: {title: 本期情况, owner: unit, type: choice, choices: [有进展, 无变化, 无补充]}
        names: {title: 联系人, owner: unit, type: names}
        money: {title: 投资额（“亿元”）"万元", owner: unit, type: number}
        status: {title: 落实情况, owner: unit, type: status}
        stage: {title: 形象进度, owner: unit, type: stage}
        due: {title: 预计完成时间, owner: unit, type: date}
        problems: {title: 存在问题, owner: unit}
    """, "stages: [{word: 前期, share: 0.1}, {word: 投用, share: 1}]")  # fmt: skip
    assert set(made.owned("unit")) == set(POOLS)
    return made


def codes(schema: Schema, values: dict[str, object], *, reporter: bool) -> list[tuple[str, str]]:
    texts = {key: cell_text(value, schema.columns[key]) for key, value in values.items()}
    return [(key, fault.code) for key, fault in row_faults(schema, texts, reporter=reporter)]


def test_a_right_row_has_no_fault(schema: Schema) -> None:
    """From the first lead unit or from another one."""
    full = {**RIGHT, "money": 3, "status": "推进中", "due": date(2022, 12, 31), "problems": "缺资金。"}
    assert codes(schema, full, reporter=True) == codes(schema, full, reporter=False) == []


def test_all_faults_of_a_row_are_told_at_once_in_column_order(schema: Schema) -> None:
    """A clerk corrects a workbook once, not once a fault."""
    wrong: dict[str, object] = {"due": "年底", "change": "有", "progress": "字" * 21, "money": "3亿"}
    assert codes(schema, wrong, reporter=True) == [
        ("progress", "text_too_long"),
        ("change", "choice_unknown"),
        ("money", "number_unclear"),
        ("due", "date_unclear"),
    ]


def test_required_cells_bind_the_reporter_only(schema: Schema) -> None:
    """The other lead units may leave everything open."""
    assert codes(schema, {"change": "有进展"}, reporter=True) == [("progress", "required_empty")]
    assert codes(schema, {"change": "有进展"}, reporter=False) == []


def test_nothing_to_add_is_for_the_other_lead_units(schema: Schema) -> None:
    """Who answers first must say something; who ticks it must not write something all the same."""
    ticked: dict[str, object] = {"change": "无补充"}
    assert codes(schema, {**ticked, "progress": "已开工。"}, reporter=True) == [("change", "not_yours")]
    assert codes(schema, ticked, reporter=False) == []
    assert codes(schema, {**ticked, "problems": "缺资金。"}, reporter=False) == [("change", "no_more_but_text")]


@pytest.mark.parametrize(
    ("change", "fault"), [("", True), ("有进展", True), ("无变化", False), ("已完成", False), (" 无变化 ", False)]
)
def test_last_periods_text_may_stay_only_when_the_unit_says_so(change: str, fault: bool) -> None:
    """The cell is prefilled; a clerk who sends it as it is must say that nothing has changed."""
    shipped = load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))
    texts = {"progress": "已开工。", "change": cell_text(change, shipped.columns["change"])}
    found = [key for key, item in row_faults(shipped, texts, reporter=True, last="已开工。")]
    assert found == (["progress"] if fault else [])
    assert list(row_faults(shipped, texts, reporter=True, last="未开工。")) == []


@pytest.mark.parametrize("reporter", [True, False])
def test_words_are_the_formulas(schema: Schema, *, reporter: bool) -> None:
    """Where Ducha itself judges a row that no formula stands beside, it says the same."""
    wrong = {"due": "年底", "money": "3亿", "progress": "字" * 21, "change": "无补充"}
    last = "字" * 21 if reporter else ""
    cells = {key: f"{key}1" for key in schema.owned("unit")}
    formula = row_formula(schema, cells, {}, reporter=reporter, last="L1" if last else "")
    told = formula.replace('""', '"')
    faults = [*row_faults(schema, wrong, reporter=reporter, last=last), *row_faults(schema, {}, reporter=reporter)]
    assert [key for key, fault in faults if fault_words(schema, key, fault) not in told] == []


def test_formula_fits_into_excel(schema: Schema) -> None:
    """A formula has at most 8,192 characters, also for an office that asks for twenty columns."""
    for path in (ROOT / "schema.yaml", *(ROOT / "examples" / "schemas").glob("*.yaml")):
        shipped = load_schema(path.read_text(encoding="utf-8"))
        cells = {key: f"AA{1000 + place}" for place, key in enumerate(shipped.owned("unit"))}
        formula = row_formula(shipped, cells, dict.fromkeys(cells, "dc_list_progress"), reporter=True)
        assert len(formula) / len(cells) < 8192 / 20


def rows() -> Iterator[Row]:
    """Every value in an otherwise right row for both kinds of units, then some hundred rows at random."""
    for reporter in (True, False):
        yield reporter, {}
        for key, pool in POOLS.items():
            yield from ((reporter, {**RIGHT, key: value}) for value in pool)
            yield from ((reporter, {key: value, "change": "无补充"}) for value in pool if key != "change")
    chance = random.Random(2022)
    for _ in range(300):
        yield chance.random() < 0.5, {key: chance.choice([None, None, *POOLS[key][:4], *POOLS[key]]) for key in POOLS}


def book(schema: Schema, cases: list[Row], path: Path) -> None:
    """The cases one a row, the formula behind them, the lists in a sheet of their own."""
    made = openpyxl.Workbook()
    sheet, lists = made.active, made.create_sheet("选项")
    keys = schema.owned("unit")
    words = {key: f"dc_list_{key}" for key in keys if schema.choices(key)}
    for column, (key, name) in enumerate(words.items(), 1):
        for row, word in enumerate(schema.choices(key), 1):
            lists.cell(row, column, word)
        letter = openpyxl.utils.get_column_letter(column)
        area = f"选项!${letter}$1:${letter}${len(schema.choices(key))}"
        made.defined_names[name] = DefinedName(name, attr_text=area)
    for number, (reporter, values) in enumerate(cases, 1):
        cells = {key: sheet.cell(number, column) for column, key in enumerate(keys, 1)}
        for key, value in values.items():
            cells[key].value = value
        places = {key: cell.coordinate for key, cell in cells.items()}
        sheet.cell(number, len(keys) + 1, f"={row_formula(schema, places, words, reporter=reporter)}")
    made.save(path)


@pytest.mark.office
def test_the_formula_agrees_with_the_rules(schema: Schema, office: Office, tmp_path: Path) -> None:
    """In a real spreadsheet program column 系统校验 is empty exactly where the rules find nothing.

    One case is Python's alone: a date typed into a number column is a number to Excel, and is told on return.
    """
    cases, path = list(rows()), tmp_path / "核对.xlsx"
    book(schema, cases, path)
    keys = schema.owned("unit")
    read = sheet_cells(path.read_bytes())["Sheet"]
    told = office.values(path)["Sheet"]
    differing = []
    for (reporter, values), cells, calculated in zip(cases, read, told, strict=True):
        found = codes(schema, dict(zip(keys, cells, strict=False)), reporter=reporter)
        if bool(found) != (calculated[len(keys)] != ""):
            differing.append((reporter, values, found, calculated[len(keys)]))
    assert differing == []
    assert len(cases) > 600


@pytest.mark.office
def test_the_formula_names_the_columns_and_survives_error_values(
    schema: Schema, office: Office, tmp_path: Path
) -> None:
    """Every wrong column by its title; a pasted formula that fails does not take the column's count with it."""
    cases: list[Row] = [
        (True, {"change": "有", "money": "3亿"}),
        (True, {"progress": "已开工。", "change": "无补充"}),
        (False, {"progress": "已开工。", "change": "无补充"}),
        (False, {"progress": "=1/0", "change": "有进展"}),
    ]
    book(schema, cases, tmp_path / "核对.xlsx")
    told = [row[-1] for row in office.values(tmp_path / "核对.xlsx")["Sheet"]]
    assert told == [
        '请填写进展情况；本期情况请从列表里选；投资额（“亿元”）"万元"请只填数字；',
        "本单位是第一牵头单位，不能选无补充；",
        "选了无补充就不要再填内容；",
        "有错误值，请改为直接填写内容；",
    ]

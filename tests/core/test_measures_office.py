"""The Excel formulas of rates, schedule, leads, lights and means against the Python rules, in a real LibreOffice."""

import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import isclose
from pathlib import Path

import openpyxl
import pytest
from office import Office

from ledger.indicator import KINDS, Indicator, Kind
from ledger.measures import (
    LIGHTS,
    MEASURES,
    Cells,
    Standing,
    as_seen,
    day,
    formulas,
    mean_formula,
    number,
    number_formula,
    percent,
    percent_formula,
    standing,
    summary,
)  # fmt: skip
from ledger.period import Period
from ledger.schema import Schema, load_schema

ROOT = Path(__file__).resolve().parents[2]
AUGUST, YEAR_END = date(2022, 8, 31), date(2022, 12, 31)
EMPTY = [None, "", " ", "\u3000", "\n"]
FIGURES: list[object] = [
    0, 1, 50, 66, 67, 70, 75.43, 95, 100, 101, 105, 120, -5, 0.5, 0.008, 1e-7, 1e15, "50", "50%", "50％", "５０％",
    "50 %", "0.8%", "１，２３４．５", "1,234", "-3", "+3", ".5", "5.", "12亿", "1e5", "%", "50%%", "%50", "1 000", "½",
    "2022-3-5", "12:00", "暂无", "*", "#DIV/0!", "#N/A", "9" * 20, "9" * 400, *EMPTY,
]  # fmt: skip
SHOWN: list[tuple[object, str]] = [
    (0.5, "0%"),
    (0.008, "0.0%"),
    (1.2, "0.00%"),
    (50, "@"),
    (50, '0.0"%"'),
    ("50%", "@"),
]
TARGETS: list[object] = [100, 101, 120, 8.6, 0, -3, 1e-7, 1e15, "100", "8.6%", "１００", "若干", "#REF!", *EMPTY]
DAYS: list[object] = [
    *(Period(2022, month, 1).end for month in range(1, 13)),
    date(2022, 8, 31), YEAR_END, date(2022, 2, 27), date(2022, 8, 1), date(2022, 8, 15), date(2021, 12, 31),
    date(2023, 1, 10), datetime(2022, 8, 31, 10, 30), 44804, 44804.5, 2022, "2022-08-31", "2022.8.31", "2022年8月31日",
    "8月底", "2022-08", "12-31", "#REF!", *EMPTY,
]  # fmt: skip
DUE: list[object] = [*EMPTY, date(2022, 8, 30), AUGUST, date(2022, 3, 31), "2022年3月31日", "年底", 2022, "#N/A"]
STAGES: list[object] = ["前期工作", "主体施工", " 投入使用\u3000", "主体", "前期工作完成", 0.6, "*", "#N/A", *EMPTY]
STATUSES: list[object] = [
    "未启动",
    "进度滞后",
    "推进中",
    "已完成",
    "已完成并长期坚持",
    "基本已完成",
    "已",
    "?",
    *EMPTY,
    1,
    "#N/A",
]
UNITS = {"growth": ["%", ""], "share": ["百分点"], "stage": [""], "text": [""]}
Row = tuple[Kind, str, tuple[object, str], object, object, object]  # kind, unit, actual and format, target, as-of, due


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))


def indicator(kind: Kind, target: Decimal | None = None, unit: str = "") -> Indicator:
    return Indicator(id="A1-021#1", task="A1-021", name="财政总收入", kind=kind, target=target, unit=unit)


def rows() -> Iterator[Row]:
    """Every figure, target, day and due date in an otherwise right row, then some hundred rows at random."""
    chance = random.Random(2022)
    words: dict[str, list[object]] = {"stage": STAGES, "text": STATUSES}
    for kind in KINDS:
        figures = [(value, "General") for value in words.get(kind, FIGURES)] + ([] if kind in words else SHOWN)
        right = {"stage": "主体施工", "text": "推进中"}.get(kind, 70), "General"
        for unit in UNITS.get(kind, ["亿元", "%"]):
            yield from ((kind, unit, figure, 100, AUGUST, None) for figure in figures)
            yield from ((kind, unit, right, target, AUGUST, None) for target in TARGETS)
            yield from ((kind, unit, right, 100, at, date(2022, 6, 30)) for at in DAYS)
            yield from ((kind, unit, right, 100, AUGUST, due) for due in DUE)
            for _ in range(60):
                at, due = chance.choice(DAYS), chance.choice(DUE)
                yield kind, unit, chance.choice(figures), chance.choice(TARGETS), at, due
                edge = Decimal(chance.randint(50, 130)) / chance.choice([1, 10]), "General"
                yield kind, unit, edge, chance.choice([60, 81, 100, 120, 121]), chance.choice(DAYS[:14]), due


def judged(row: Row, schema: Schema) -> Standing:
    kind, unit, (actual, shown), target, at, due = row
    found = number(target, in_percent=indicator(kind, unit=unit).in_percent)
    as_of = day(at) if day(at) or (at is not None and str(at).strip()) else AUGUST
    actual = float(actual) if isinstance(actual, Decimal) else actual
    return standing(indicator(kind, found, unit), as_seen(actual, shown), as_of, schema, day(due))


def same(expected: object, found: object) -> bool:
    if expected is None:
        return found == ""
    return isinstance(found, float) and isclose(float(expected), found, rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]


def agree(stands: Standing, cells: list[object]) -> bool:
    figures = zip((stands.rate, stands.scheduled, stands.lead), cells, strict=False)
    return all(same(*pair) for pair in figures) and cells[3] == LIGHTS[stands.light]


@pytest.mark.office
def test_the_formulas_agree_with_the_rules(schema: Schema, office: Office, tmp_path: Path) -> None:
    """In a real spreadsheet program rate, schedule and lead are equal to 1e-9, and the lights have the same words."""
    cases, book = list(rows()), openpyxl.Workbook()
    sheet = book.active
    for place, (kind, unit, (actual, shown), target, at, due) in enumerate(cases, 1):
        for column, value in enumerate((actual, target, at, due), 1):
            sheet.cell(place, column, value)
        sheet.cell(place, 1).number_format = shown
        cells = Cells(*(f"{letter}{place}" for letter in "ABCEFGD"))
        for column, formula in enumerate(formulas(indicator(kind, unit=unit), cells, schema, AUGUST), 5):
            sheet.cell(place, column, f"={formula}")
    book.save(tmp_path / "指标.xlsx")
    told = office.values(tmp_path / "指标.xlsx")["Sheet"]
    expected = [judged(row, schema) for row in cases]
    differing = [
        (row, cells[4:8], stands)
        for row, cells, stands in zip(cases, told, expected, strict=True)
        if not agree(stands, cells[4:8])
    ]
    assert differing[:3] == []
    assert len(cases) > 2000
    assert {stands.light for stands in expected} == set(LIGHTS)


@pytest.mark.office
def test_the_other_formulas_agree_too(schema: Schema, office: Office, tmp_path: Path) -> None:
    """Numbers as they are read, percentages as they are printed, and the mean of one unit's rows."""
    chance, book = random.Random(7), openpyxl.Workbook()
    figures = [(value, "General") for value in FIGURES] + SHOWN
    sheet = book.active
    for place, (value, shown) in enumerate(figures, 1):
        sheet.cell(place, 1, value).number_format = shown
        sheet.cell(place, 2, f"={number_formula(f'A{place}')}")
        sheet.cell(place, 3, f"={number_formula(f'A{place}', in_percent=True)}")
    rates = [None, *(Fraction(chance.randint(-20, 3000), chance.choice([8, 300, 2000])) for _ in range(200))]
    stood = [(chance.choice(list(KINDS)), chance.choice(["教育局", "科技局"]), rate) for rate in rates]
    sheet = book.create_sheet("均值")
    for place, (kind, unit, rate) in enumerate(stood, 1):
        for column, value in enumerate((KINDS[kind], unit, "" if rate is None else float(rate)), 1):
            sheet.cell(place, column, value)
        sheet.cell(place, 4, f"={percent_formula(f'C{place}')}")
    area = [f"${letter}$1:${letter}${len(stood)}" for letter in "CAB"]
    for place, unit in enumerate(("教育局", "科技局", "无此局"), 1):
        criterion = f'"{unit}"'
        sheet.cell(place, 5, f"={mean_formula(area[0], area[1], (area[2], criterion))}")
    book.save(tmp_path / "读数.xlsx")
    told = office.values(tmp_path / "读数.xlsx")
    for (value, shown), (_, plain, in_points) in zip(figures, told["Sheet"], strict=True):
        assert same(number(as_seen(value, shown)), plain), value
        assert same(number(as_seen(value, shown), in_percent=True), in_points), value
    assert [row[3] for row in told["均值"]] == [percent(rate) for _, _, rate in stood]
    for row, unit in zip(told["均值"], ("教育局", "科技局", "无此局"), strict=False):
        whole = [
            Standing(indicator(kind), None, rate, None, None, None, "grey") for kind, one, rate in stood if one == unit
        ]
        assert same(summary(whole).mean, row[4])


def test_formulas_fit_into_excel(schema: Schema) -> None:
    """8,192 characters, no function younger than 2010, nothing that asks for today."""
    cells = Cells(*(f"$AA${1000 + place}" for place in range(7)))
    for kind in MEASURES:
        for formula in formulas(indicator(kind, unit="%"), cells, schema, AUGUST):
            assert len(formula) < 8192 / 2
            assert not {"TODAY", "NOW", "LET", "IFS", "XLOOKUP"} & set(
                formula.replace("(", " ").replace(",", " ").split()
            )

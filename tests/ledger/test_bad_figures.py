"""Texts that hold no usable figure: nothing is read out of them, or it is said; never is a figure invented."""

from decimal import Decimal

import pytest

from ledger.checks import check
from ledger.indicators import actuals, targets
from ledger.period import Period
from ledger.schema import Schema, load_schema
from ledger.snapshot import Line, Snapshot
from ledger.task import Task
from sync.workspace import default_schema

YEAR = 2022


def wanted(text: str) -> list[tuple[Decimal | None, str]]:
    return [(one.value, one.unit) for one in targets(text, YEAR)]


def reached(task: str, report: str) -> list[Decimal | None]:
    return [one and one.value for one in actuals(targets(task, YEAR), report, YEAR)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "深入推进全域旅游示范区创建。",
        "新建若干所学校，新增学位数千个。",
        "完成O.8万亩。",  # the letter for the digit
        "新建学校l2所。",
        "新建公路-5公里。",
        "完成投资1.2.3亿元。",
        "完成投资九十九万亿亿元。",
        "新建2022所。",
    ],
)
def test_nothing_is_read_out_of_it(text: str) -> None:
    assert wanted(text) == []


@pytest.mark.parametrize(
    "report",
    [
        "",
        "正在有序推进。",
        "已完成38亩。",  # 亩 are no 公里
        "已完成-38公里。",
        "已完成O.38公里。",
        "已完成3.8.1公里。",
        "2021年完成投资3亿元。",
    ],
)
def test_the_actual_stays_empty(report: str) -> None:
    assert reached("新建改建农村公路60公里。", report) == [None]


def test_a_comma_that_may_part_two_numbers_or_one() -> None:
    """1,200 is one number; 1，200 may be both, so it is none."""
    assert wanted("改造户厕1,200座。") == [(Decimal(1200), "座")]
    assert wanted("改造户厕1，200座。") == []


def test_what_falls_is_negative() -> None:
    """A minus is read where figures can fall."""
    for report in ("固定资产投资同比增长-3.2%。", "固定资产投资增速为-3.2%。", "固定资产投资同比下降3.2%。"):
        assert reached("固定资产投资增长5%。", report) == [Decimal("-3.2")]


def test_what_is_cut_stands_before_its_figure() -> None:
    (one,) = targets("压减一般性支出10%以上。", YEAR)
    assert (one.kind, one.value, one.name) == ("growth", Decimal(10), "一般性支出降幅")


def test_quotation_marks_of_names_are_closed() -> None:
    text = "“免申即享”事项达到30项以上，打造“四好农村路”50公里，评选“最美家庭”20户。"
    assert [one.name for one in targets(text, YEAR)] == ["“免申即享”事项", "打造“四好农村路”", "评选“最美家庭”"]


def test_traditional_characters_and_wide_digits() -> None:
    assert wanted("建設標準廠房三萬平方米，引進企業十二家，實現稅收２億元以上。") == [
        (Decimal(3), "万平方米"),
        (Decimal(12), "家"),
        (Decimal(2), "亿元"),
    ]
    assert reached("引進企業十二家。", "已引進企業８家。") == [Decimal(8)]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema(default_schema())


@pytest.mark.parametrize(
    ("task", "report", "codes"),
    [
        ("新建改建农村公路60公里。", "截至8月底完成38万公里。", ["unit_wrong"]),
        ("完成投资2.4亿元。", "完成投资1.92万元，占全年任务的80%。", ["unit_wrong"]),
        ("完成造林2万亩。", "完成造林1.5万元，占全年任务的75%。", ["unit_wrong"]),
        ("深入推进全域旅游示范区创建。", "正在有序推进。", []),
    ],
)
def test_what_cannot_be_is_a_finding(schema: Schema, task: str, report: str, codes: list[str]) -> None:
    """Units that contradict each other, sizes that are impossible; a text without figures is none."""
    line = Line(
        task=Task(id="A1-001", annex=1, no=1, text=task),
        reporter="交通局",
        values={"progress": report, "status": "正常推进"},
    )
    found = check(Snapshot(period=Period.parse("2022-08"), lines=(line,)), schema)
    assert [item.code for item in found if item.severity == "warning"] == codes

"""Targets out of tasks, and the figures of reports that answer them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.indicators import actuals, as_indicator, claims, targets

YEAR = 2022


def named(text: str) -> list[tuple[str, str, str]]:
    return [
        (one.name, one.kind, f"{one.direction}{'' if one.value is None else one.value}{one.unit}")
        for one in targets(text, YEAR)
    ]


CASES = [
    ("财政总收入增长9%左右，达到62亿元。", [("财政总收入增速", "growth", "≈9%"), ("财政总收入", "amount", "62亿元")]),
    (
        "新增停车位1500个以上、充电桩200个以上。",
        [("新增停车位", "amount", "≥1500个"), ("充电桩", "amount", "≥200个")],
    ),
    ("改造36个城镇老旧小区。", [("城镇老旧小区", "amount", "36个")]),
    (
        "城乡居民人均可支配收入分别增长7.5%、8%左右。",
        [
            ("城镇居民人均可支配收入增速", "growth", "≈7.5%"),
            ("农村居民人均可支配收入增速", "growth", "≈8%"),
        ],
    ),
    (
        "城市、农村低保标准分别提高50元、45元以上。",
        [("城市低保标准", "amount", "≥50元"), ("农村低保标准", "amount", "≥45元")],
    ),
    (
        "固定资产投资、社零总额分别增长10%、9%。",
        [("固定资产投资增速", "growth", "10%"), ("社零总额增速", "growth", "9%")],
    ),
    ("城镇登记失业率控制在4.5%以内。", [("城镇登记失业率", "cap", "≤4.5%")]),
    ("审批时限压缩至5个工作日以内。", [("审批时限", "cap", "≤5个工作日")]),
    ("单位GDP能耗下降3%。", [("单位GDP能耗降幅", "growth", "3%")]),
    ("城镇化率提高1.2个百分点。", [("城镇化率提高", "growth", "1.2个百分点")]),
    ("农机总动力翻一番。", [("农机总动力增速", "growth", "100%")]),
    ("森林覆盖率稳定在62%以上。", [("森林覆盖率", "share", "≥62%")]),
    ("化解债务约3.5亿元。", [("化解债务", "about", "≈3.5亿元")]),
    ("环城南路建成通车。", [("环城南路建成通车", "text", "")]),
    ("引进10亿元以上项目3个。", [("引进10亿元以上项目", "amount", "3个")]),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[text for text, _ in CASES])
def test_targets_of_a_task(text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert [(kind, value) for _, kind, value in named(text)] == [(kind, value) for _, kind, value in wanted]
    assert all(
        name and (name in given or given in name)
        for (name, _, _), (given, _, _) in zip(wanted, named(text), strict=True)
    )


NO_TARGETS = [
    "推动三条主导产业链提质扩量。",
    "实现25户以上自然村通硬化路全覆盖。",
    "创建国家4A级旅游景区。",
    "实施三年行动计划，打造15分钟生活圈。",
    "搭建“1+N”平台，落实四个不摘要求。",
    "推进S227青河至柳溪段改造前期工作。",
    "印发《实施方案》（安府办〔2022〕15号）。",
    "打造一个文艺创作基地。",
    "",
]


@pytest.mark.parametrize("text", NO_TARGETS)
def test_no_target_is_invented(text: str) -> None:
    assert named(text) == []


def test_a_target_of_five_years_is_not_this_years() -> None:
    """It is read with its deadline, and no report of this year answers it."""
    year, five = targets("产值突破100亿元，五年产值突破300亿元。", YEAR)
    assert (year.within(YEAR), five.within(YEAR)) == (True, False)
    assert [one and one.value for one in actuals((year, five), "1-8月实现产值48亿元。", YEAR)] == [Decimal(48), None]


def test_deadlines() -> None:
    (one,) = targets("10月底前新建学校3所。", YEAR)
    assert one.deadline == date(2022, 10, 31)


def answered(text: str, report: str) -> list[str]:
    found = actuals(targets(text, YEAR), report, YEAR)
    return [f"{one.value}{one.quantity.unit.text}" if one else "" for one in found]


ANSWERS = [
    (
        "新增停车位1500个、充电桩200个。",
        "截至8月底，新增停车位1032个，完成68.8%；建成充电桩145个。",
        ["1032个", "145个"],
    ),
    ("改造老旧小区36个。", "36个老旧小区全部开工，截至8月底完工21个，完工率58.3%。", ["21个"]),
    ("整治排污口42个。", "42个排污口整治于7月底全部完成。", ["42个"]),
    ("化解积案46件。", "46件积案化解38件，化解率82.6%。", ["38件"]),
    ("财政总收入增长9%，达到62亿元。", "财政总收入完成43.28亿元，同比增长5.2%，占目标的69.8%。", ["5.2%", "43.28亿元"]),
    ("社会消费品零售总额增长11%。", "1-3季度社零总额完成132亿元，同比增长6.4%。", ["6.4%"]),
    ("出口增长8%。", "1-8月，出口下降2.1%。", ["-2.1%"]),
    ("单位能耗下降3%。", "单位能耗下降2.2%。", ["2.2%"]),
    ("为2.2万名妇女免费筛查。", "完成妇女筛查1.58万人。", ["1.58万人"]),
    ("实际利用外资1.28亿美元。", "实际利用外资6741万美元，完成51%。", ["6741万美元"]),
    ("建设农村公路60公里。", "目前已完成共计38公里。具体如下：东线7公里；西线9.2公里。", ["38公里"]),
    ("新建充电桩300个。", "方案已印发，正在选址。", [""]),
    ("新建粮仓3万吨。", "", [""]),
    ("城镇新增就业8000人。", "组织招聘会12场，签订意向760份。", [""]),
]


@pytest.mark.parametrize(("text", "report", "wanted"), ANSWERS, ids=[report for _, report, _ in ANSWERS])
def test_the_report_answers(text: str, report: str, wanted: list[str]) -> None:
    assert answered(text, report) == wanted


def test_percentages_are_about_the_figure_before() -> None:
    said = claims("完成投资21.7亿元，同比增收2亿元，占全年任务的72%；覆盖率达到85%。", YEAR)
    assert [(one.of.words, one.rate.words) for one in said] == [("21.7亿元", "72%")]


def test_as_the_office_would_hold_it() -> None:
    (one,) = targets("新增学位3200个以上。", YEAR)
    made = as_indicator(one, "A1-046", 2)
    assert (made.id, made.kind, made.target, made.unit) == ("A1-046#2", "amount", Decimal(3200), "个")


def test_traditional_characters() -> None:
    """招商 of a unit that writes 資金 and 億元 is read all the same."""
    assert answered("簽約資金50億元以上，失業率控制在4.5%以內。", "签约资金33亿元。") == ["33亿元", ""]
    assert [one.kind for one in targets("簽約資金50億元以上，失業率控制在4.5%以內。", YEAR)] == ["amount", "cap"]


WORDS = st.sampled_from(
    [
        *("完成", "新增", "学位", "12个", "3.5亿元", "，", "。", "、", "分别", "增长", "8%", "以上", "控制在", "其中"),
        *("（", "）", "截至8月底", "占全年任务的", "全部", "开工", "：", "“", "”", "1.", "的", "率", "和", "千", "半"),
    ]
)


@given(st.lists(WORDS, max_size=25).map("".join), st.lists(WORDS, max_size=25).map("".join))
def test_whatever_is_written_nothing_is_invented(text: str, report: str) -> None:
    """No crash; every target and every answer stands in its text."""
    wanted = targets(text, YEAR)
    assert all(one.quantity is None or one.quantity.words in text for one in wanted)
    for one in actuals(wanted, report, YEAR):
        assert one is None or one.quantity.words in report

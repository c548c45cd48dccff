"""A work report as a draft ledger: only what is planned, in order, with its sources."""

import re
from pathlib import Path

import pytest

from ledger.sources import Paragraph, read
from ledger.sources.report import Planned, planned
from ledger.suggestion import suggestions
from ledger.task import Task

REPORT = """
政 府 工 作 报 告
——2023年1月8日在云溪县第九届人民代表大会第三次会议上
各位代表：
一、2022年工作回顾
（一）经济稳中有进。
综合实力增强。完成造林2万亩，新建学校9所。
二、2023年工作安排
2023年是全面贯彻落实党的二十大精神的开局之年，我们要全面加强建设。
主要预期目标是：地区生产总值增长6%左右，城镇登记失业率控制在4.5%以内。
围绕上述目标，我们将重点做好以下工作：
（一）推动产业升级，夯实发展根基
做强工业底盘。实施“链长制”①，新建标准厂房10万平方米；培育规上企业12家[endnoteRef:3]。
[3: 规上企业：年主营业务收入
2000万元以上的工业企业。]
扩大有效投资。开工重点项目60个。
（二）增进民生福祉
办好民生实事。今年办好五件民生实事：
1．新增学位1200个；
2.15分钟养老服务圈建设；
3、改造老旧小区8个。
健全社保体系。城镇新增就业3000人。
三、加强政府自身建设
实干立身，落实为民之责。严格落实责任，推进政务公开。
各位代表，让我们携手奋进，推动云溪发展再上新台阶！
注  释
1.链长制：全面推进产业链发展的机制，建成10条产业链。
"""


def draft(text: str) -> Planned:
    return planned(read(text.encode(), "报告.txt"), "报告.txt")


@pytest.fixture(scope="module")
def made() -> Planned:
    return draft(REPORT)


def test_headings_of_every_level_in_order(made: Planned) -> None:
    assert [(one.level, one.text) for one in made.headings] == [
        (1, "二、2023年工作安排"),
        (2, "（一）推动产业升级，夯实发展根基"),
        (3, "做强工业底盘"),
        (3, "扩大有效投资"),
        (2, "（二）增进民生福祉"),
        (3, "办好民生实事"),
        (3, "健全社保体系"),
        (1, "三、加强政府自身建设"),
        (3, "实干立身，落实为民之责"),
    ]
    assert (made.title, made.year, made.findings) == ("政府工作报告", 2023, ())


def test_expected_targets(made: Planned) -> None:
    assert [(one.name, f"{one.direction}{one.value}{one.unit}") for one in made.expected] == [
        ("地区生产总值增速", "≈6%"),
        ("城镇登记失业率", "≤4.5%"),
    ]


def test_one_row_a_commitment(made: Planned) -> None:
    """Nothing of the review, of the notes or of the talk; every row with its headings and its sentence."""
    assert [(one.draft.section, one.draft.subsection, one.draft.text) for one in made.commitments] == [
        ("（一）推动产业升级，夯实发展根基", "做强工业底盘", "实施“链长制”，新建标准厂房10万平方米"),
        ("（一）推动产业升级，夯实发展根基", "做强工业底盘", "培育规上企业12家"),
        ("（一）推动产业升级，夯实发展根基", "扩大有效投资", "开工重点项目60个"),
        ("（二）增进民生福祉", "健全社保体系", "城镇新增就业3000人"),
        ("三、加强政府自身建设", "实干立身，落实为民之责", "严格落实责任，推进政务公开"),
    ]
    assert made.commitments[1].source == "实施“链长制”，新建标准厂房10万平方米；培育规上企业12家。"
    assert [one.unit for one in made.commitments[0].targets] == ["万平方米"]
    assert made.commitments[0].draft.place == "第13行"


def test_the_livelihood_list_is_annex_2(made: Planned) -> None:
    assert [(one.draft.annex, one.draft.printed_no, one.draft.text) for one in made.livelihood] == [
        (2, 1, "新增学位1200个"),
        (2, 2, "15分钟养老服务圈建设"),
        (2, 3, "改造老旧小区8个"),
    ]


def test_a_list_within_one_paragraph() -> None:
    items = "遴选了3件民生实事候选项目，分别是：1.书房项目；2.15分钟医疗圈；3.点亮工程。请予审议。"
    text = f"一、2023年工作安排\n（一）民生\n{items}"
    found = draft(text)
    assert [one.draft.text for one in found.livelihood] == ["书房项目", "15分钟医疗圈", "点亮工程"]
    assert found.commitments == ()


@pytest.mark.parametrize("text", ["关于放假的通知", "一、2022年工作回顾\n（一）成绩\n完成造林2万亩。"])
def test_a_document_without_a_plan(text: str) -> None:
    """Nothing is drafted, and it is said."""
    found = draft(text)
    assert (found.commitments, found.livelihood, found.expected) == ((), (), ())
    assert [item.code for item in found.findings] == ["plan_missing"]


def test_no_blocks_at_all() -> None:
    assert planned([], "空").findings[0].value == "空"
    assert planned([Paragraph("二、2023年工作安排", "第1行")], "空").commitments == ()


def test_what_is_planned_for_five_years_is_not_this_years() -> None:
    past = "一、2022年工作回顾\n完成造林。\n二、今后五年的奋斗目标\n建设强市。"
    text = f"{past}\n三、2023年重点工作\n（一）工业\n新建厂房3万平方米。"
    assert [one.draft.text for one in draft(text).commitments] == ["新建厂房3万平方米"]


SEEDS = {"002": (32, 7, 12), "004": (27, 9, 10)}  # headings, expected targets, livelihood items


@pytest.mark.parametrize("start", SEEDS)
def test_real_reports(shared: Path, start: str) -> None:
    """Counted by hand: headings of all levels, expected targets and the livelihood list, complete and in order."""
    found = planned(read(next((shared / "seeds").glob(f"{start}_*.txt")).read_bytes(), "报告"), "报告")
    assert (len(found.headings), len(found.expected), len(found.livelihood)) == SEEDS[start]
    assert [one.draft.printed_no for one in found.livelihood] == list(range(1, len(found.livelihood) + 1))
    said = "".join(one.source for one in found.commitments)
    assert not any(mark in said for mark in ("endnote", "一年来", "各位代表", "①"))


@pytest.mark.parametrize("start", SEEDS)
def test_real_reports_against_their_lines(shared: Path, start: str) -> None:
    """Every numbered heading from the plan on stands in the draft in its order, and no row is from before it."""
    data = next((shared / "seeds").glob(f"{start}_*.txt")).read_bytes()
    found = planned(read(data, "报告"), "报告")
    lines = [line.strip() for line in data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")]
    begin = lines.index(next(line for line in lines if line.startswith(found.headings[0].text[:8])))
    numbered = re.compile(r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]).{2,45}")
    printed = [line.rstrip("。") for line in lines[begin:] if numbered.fullmatch(line)]
    assert [one.text for one in found.headings if one.level < 3] == printed
    places = [int(one.draft.place[1:-1]) for one in (*found.commitments, *found.livelihood)]
    assert min(places) > begin + 1
    assert [int(one.draft.place[1:-1]) for one in found.commitments] == sorted(
        int(one.draft.place[1:-1]) for one in found.commitments
    )


def test_suggestions_have_a_score_and_fill_nothing() -> None:
    """Who led the like before; nobody where nothing is alike."""
    earlier = [
        Task(id="A1-001", annex=1, no=1, text="新建改建农村公路60公里。", leaders=("林岚",), lead_units=("交通局",)),
        Task(id="A1-002", annex=1, no=2, text="新增公办学位3000个。", lead_units=("教育局",)),
        Task(id="A1-003", annex=1, no=3, text="新建农村公路。"),
    ]
    (found,) = suggestions("新建农村公路80公里，完善路网。", earlier)
    assert (found.leaders, found.lead_units) == (("林岚",), ("交通局",))
    assert 0.4 <= found.score <= 1
    assert suggestions("推进医保支付改革。", earlier) == []

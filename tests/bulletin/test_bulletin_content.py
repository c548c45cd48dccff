"""What the bulletin says about a ledger."""

import re
from collections import Counter

import pytest
from bulletin_samples import line, schema, snapshot
from hypothesis import given
from hypothesis import strategies as st

from bulletin import BulletinError, Content, content
from bulletin.annex import Row
from ledger.snapshot import Line

WORDS = ["已完成", "已完成（6月底）", "正常推进", "推进中", "进度滞后", "未启动", "缓建", ""]


def made(*lines: Line, missing: tuple[str, ...] = ()) -> Content:
    return content(schema(), snapshot(*lines, missing=missing))


def test_fixed_wording_is_filled() -> None:
    """{year}, {region} and {period} are filled in; the date is the period's end, without padding."""
    made_now = made(line(1))
    assert made_now.title == "2022年三季度安平市《政府工作报告》重点工作及民生实事进展情况通报"
    assert made_now.date == "2022年9月30日"
    assert made_now.issuer == "安平市人民政府办公室"
    assert "{" not in made_now.opening
    assert [text[:7] for text in made_now.requirements] == ["1.压实责任。", "2.攻坚克难。", "3.按期报送。"]
    assert made_now.attachments == (
        "1.2022年安平市《政府工作报告》重点工作责任分工表",
        "2.2022年安平市民生实事责任分工表",
    )
    assert [f"{annex.no}.{annex.title}" for annex in made_now.annexes] == list(made_now.attachments)


def test_unknown_word_in_the_wording_is_named() -> None:
    document = schema().document.model_copy(update={"opening": "对{quarter}的工作"})
    with pytest.raises(BulletinError, match=r"“\{quarter\}”不认识"):
        content(schema(document=document.model_dump()), snapshot(line(1)))


def test_annex_without_schema_is_refused() -> None:
    """Left out in silence it would make the counts wrong."""
    with pytest.raises(BulletinError, match="附件9"):
        made(line(1, annex=9))


def test_counts() -> None:
    """Each kind once: total by annex, projects and sub-items, states, problems, 待指定 and missing units."""
    found = made(
        line(1, status="已完成"), line(2, status="正常推进", problems="资金有缺口"), line(3, reporter=None),
        line(1, annex=2, project="道路工程", sub=1, status="进度滞后"),
        line(1, annex=2, project="道路工程", sub=2, progress="推进"),
        line(2, annex=2, project="学校工程", status="未启动"),
        missing=("工信局", "商务局"),
    )  # fmt: skip
    assert found.overview == (
        "列入督查台账的任务共6项。其中，附件1所列3项；附件2所列2个项目，共3项。",
        "截至2022年9月30日，已完成1项，正常推进1项，进度滞后1项，未启动1项，其他状态1项，未报送1项。"
        "各单位反映存在问题的任务1项（详见第二部分）。",
        "填报单位待指定的任务1项。",
        "尚未报送的单位有2个：工信局、商务局。",
    )


def test_without_status_words_only_reporting_is_counted() -> None:
    """Some offices keep no 落实情况: 其他状态 186项 would say nothing."""
    assert "已报送1项，未报送1项。" in made(line(1, progress="推进"), line(2)).overview[1]


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2]), st.integers(1, 5), st.sampled_from(WORDS), st.sampled_from(["", "推进中。"]))
    )
)
def test_counts_add_up(rows: list[tuple[int, int, str, str]]) -> None:
    """Whatever is reported, the printed figures of annexes and of states each make the printed total."""
    lines = [
        line(no, annex=annex, sub=place, project=f"项目{no}" if annex == 2 else None, status=status, progress=progress)
        for place, (annex, no, status, progress) in enumerate(rows)
    ]
    found = made(*lines)
    total = found.counts.total
    assert total == len(rows)
    assert sum(share.tasks for share in found.counts.shares) == total
    assert sum(found.counts.states.values()) == total
    said = [int(number) for number in re.findall(r"(\d+)项", found.overview[0])]
    assert said == [total, *(share.tasks for share in found.counts.shares)]
    assert sum(int(number) for number in re.findall(r"(\d+)项", found.overview[1])) == total


@given(st.lists(st.sampled_from(["", "无", "用地指标未落实", "征收未完成", "进度滞后", "资金缺口。"])))
def test_every_problem_is_cited_once(problems: list[str]) -> None:
    """A line with a problem has one sentence with its reference, another line none."""
    found = made(*(line(no, problems=text) for no, text in enumerate(problems, 1)))
    cited = Counter(problem.reference for group in found.groups for problem in group.problems)
    expected = [f"附件1：{no}" for no, text in enumerate(problems, 1) if text not in {"", "无"}]
    assert cited == Counter(expected)
    assert found.counts.problems == len(expected)


def test_problems_are_grouped_by_words_in_the_order_of_the_schema() -> None:
    """The first category with a word wins, the last takes the rest, an empty one is left out."""
    found = made(
        line(1, "一是修路，二是建桥。", problems="天气不好"),
        line(2, problems="用地报批需部门协调"),
        line(3, annex=2, project="学校工程", problems="1.经费不足；\n2.征收未完成"),
    )
    assert [(group.heading, [problem.reference for problem in group.problems]) for group in found.groups] == [
        ("1.要素保障没到位。", ["附件1：2", "附件2：3"]),
        ("2.工作进度不达标。", ["附件1：1"]),
    ]
    assert found.groups[0].problems[1].label == "学校工程"
    assert found.groups[0].problems[1].text == "经费不足；征收未完成。"


def test_annex_rows() -> None:
    """Sections and subsections stand once above their tasks; the number stands before the text."""
    printed = {"leaders": "聂  勉", "lead_units": "财政局\n发改委"}
    found = made(
        line(1, "总任务", printed=printed, progress="一\n二"),
        line(2, section="一、工业", problems="缺地"),
        line(3, section="一、工业", subsection="（一）园区"),
        line(4, section="一、工业", subsection="（一）园区"),
        line(5, section="二、农业"),
    ).annexes[0]
    assert [head.title for head in found.heads] == [
        "具体工作任务和要求", "牵头市领导", "牵头单位", "责任单位", "进展情况", "存在问题",
    ]  # fmt: skip
    assert found.rows[0] == Row("task", ("1.总任务", "聂  勉", "财政局\n发改委", "", "一\n二", ""), "1")
    assert [row.kind for row in found.rows] == [
        "task",
        "section",
        "task",
        "subsection",
        "task",
        "task",
        "section",
        "task",
    ]
    assert found.rows[1].cells == ("一、工业",)
    assert found.rows[3].cells == ("（一）园区",)
    assert found.rows[2].cells[5] == "缺地"


def test_project_is_said_once() -> None:
    """Sub-items leave number and project blank, and what the source document merged stays merged."""
    project = "道路工程"
    first = {"leaders": "金晖", "lead_units": "城管局"}
    found = made(
        line(4, "修路", 2, project=project, sub=1, printed=first),
        line(4, "修桥", 2, project=project, sub=2, inherited=True),
        line(5, "建校", 2, project="学校工程", printed=first),
    ).annexes[1]
    assert [row.cells[:5] for row in found.rows] == [
        ("4", "道路工程", "修路", "金晖", "城管局"),
        ("", "", "修桥", "", ""),
        ("5", "学校工程", "建校", "金晖", "城管局"),
    ]
    assert [row.number for row in found.rows] == ["4", "", "5"]
    assert [sorted(row.joined) for row in found.rows] == [[], [0, 1, 3, 4, 5], []]


def test_annex_without_a_place_for_numbers_prints_them_before_the_text() -> None:
    """Or nobody could follow （附件1：2）."""
    plain = [{"no": 1, "title": "任务表", "columns": ["text", "progress"]}]
    found = content(schema(annexes=plain), snapshot(line(2, "修路")))
    assert found.annexes[0].rows[0].cells == ("2.修路", "")
    assert found.overview[0] == "列入督查台账的任务共1项（详见附件1）。"


def test_the_same_work_in_two_annexes_counts_once() -> None:
    """A linked task (同一事项) is counted and said once, with both places."""
    first = line(1, problems="用地指标没有落实", status="进度滞后")
    second = line(8, annex=2, project="道路工程", problems="用地指标没有落实", status="进度滞后")
    linked = second.model_copy(update={"task": second.task.model_copy(update={"linked": first.task.id})})
    found = made(first, linked, line(2, status="已完成"))
    assert found.counts.total == 2
    assert "附件1所列2项；附件2所列1个项目，共1项；同时列入两个附件的1项只计一次。" in found.overview[0]
    ((problem,),) = [group.problems for group in found.groups]
    assert problem.reference == "附件1：1）（附件2：8"


def test_what_has_ended_is_printed_but_not_counted() -> None:
    """A task that was cancelled or merged stays in its annex with its note."""
    ended = line(1, text="原任务。（2022年8月1日起撤销）", problems="资金有缺口")
    gone = ended.model_copy(update={"task": ended.task.model_copy(update={"ended": "2022年8月1日起撤销"})})
    found = made(gone, line(2, status="已完成"))
    assert (found.counts.total, found.counts.problems, found.groups) == (1, 0, ())
    assert len(found.annexes[0].rows) == 2

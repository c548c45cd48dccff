"""What the bulletin says about figures, about the period before, and about who is ahead and behind."""

import pytest
from bulletin_samples import figure, line, linked, lit, schema, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin import Content, content
from bulletin.content import Sentence
from ledger.finding import Finding, finding
from ledger.indicator import Kind
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot


def changed(**document: object) -> Schema:
    """The shipped schema with another ``document``."""
    return schema(document=schema().document.model_copy(update=document).model_dump())


def disputed(of: Line, code: str = "rate_wrong") -> Finding:
    fields = {"ref": of.task.exact, "actual": "47场", "target": "60场", "rate": "78.3%", "stated": "68.3%"}
    status = {"status": "已完成"}
    return finding(
        code, task=of.task.id, value="47场，完成68.3%", **(fields if code == "rate_wrong" else fields | status)
    )


def said(found: Content, start: str) -> list[str]:
    """Every sentence of 基本情况 that begins like this."""
    return [text for sentence in sentences(found) if (text := sentence.text).startswith(start)]


def sentences(found: Content) -> list[Sentence]:
    return [sentence for paragraph in found.paragraphs for sentence in paragraph]


ROAD = line(1, "新建公路100公里", progress="推进", status="正常推进")


@pytest.mark.parametrize(
    ("kind", "unit", "name", "actual", "target", "words"),
    [
        ("amount", "公里", "新建公路", "80", "100", "80公里，为年度目标（100公里）的80%，领先序时进度5个百分点"),
        ("amount", "公里", "新建公路", "61", "100", "61公里，为年度目标（100公里）的61%，落后序时进度14个百分点"),
        ("amount", "公里", "新建公路", "75", "100", "75公里，为年度目标（100公里）的75%，与序时进度持平"),
        ("amount", "公里", "新建公路", "105", "100", "105公里，达到年度目标（100公里）的105%"),
        ("about", "亿元", "财政总收入", "47", "62", "47亿元，为年度目标（62亿元左右）的75.8%"),
        ("about", "亿元", "财政总收入", "31", "62", "31亿元，为年度目标（62亿元左右）的50%，落后于进度要求"),
        ("growth", "%", "工业增加值增速", "8.1", "8.5", "为8.1%，低于年度目标（8.5%）0.4个百分点"),
        ("growth", "%", "财政总收入", "-1.2", "9", "下降1.2%，低于年度目标（9%）10.2个百分点"),
        ("share", "%", "绿化覆盖率", "45%", "45", "为45%，与年度目标（45%）持平"),
        ("cap", "件", "信访积案", "12", "10", "12件，超出年度控制目标（10件）2件"),
        ("cap", "件", "信访积案", "8", "10", "8件，控制在年度目标（10件）以内"),
        ("stage", "", "学校新址", "主体施工", None, "处于“主体施工”阶段，折算进度60%，落后序时进度15个百分点"),
    ],
)  # fmt: skip
def test_every_kind_of_indicator_has_its_words(
    kind: Kind, unit: str, name: str, actual: str, target: str | None, words: str
) -> None:
    """At the end of September three quarters of the year are over."""
    one = figure(ROAD, name, actual, target, kind, unit)
    (told,) = [
        text
        for word in ("达到进度要求的是：", "落后的是：")
        for text in said(content(schema(), snapshot(ROAD, figures=(one,))), word)
    ]
    assert told.partition(f"：{name}（附件1：1）")[2] == f"{words}。"


def test_a_figure_of_another_day_says_so() -> None:
    one = figure(ROAD, "新建公路", "50", as_of="2022-06-30")
    found = content(schema(), snapshot(ROAD, figures=(one,)))
    assert "50公里（截至2022年6月30日），为年度目标（100公里）的50%，与序时进度持平。" in found.overview[2]


def test_indicators_are_counted_once_each_and_the_first_ones_printed() -> None:
    """In the order of sheet 指标, as many as the schema wants; the counts are of all."""
    lines = [line(no, f"任务{no}", progress="推进") for no in range(1, 5)]
    names = {"甲": "80", "乙": "60", "丙": "", "丁": "90"}
    figures = tuple(figure(one, name, actual) for one, (name, actual) in zip(lines, names.items(), strict=True))
    found = content(changed(headlines=2), snapshot(*lines, figures=figures))
    assert "列入台账的指标共4项，其中达到进度要求2项，落后1项，尚无可用数据1项。" in found.overview[2]
    assert "达到进度要求的主要有：甲（附件1：1）80公里" in found.overview[2]
    assert "丁" not in found.overview[2]
    assert said(content(changed(headlines=0), snapshot(*lines, figures=figures)), "列入台账的指标") == []


def test_a_contradicted_figure_is_not_printed() -> None:
    """It is counted as 待核实, and the finding is told; its task is not accused with it either."""
    late = lit(ROAD, "yellow")
    found = content(schema(), snapshot(late, figures=(figure(late, "新建公路", "61"),)), findings=[disputed(late)])
    assert "列入台账的指标共1项，均待核实。" in found.overview[2]
    assert "61公里" not in "".join(found.overview)
    assert found.groups[0].problems[0].text == "填报的数字前后不一，进度待核实，单位没有说明原因。"
    assert [one.code for one in found.disputed] == ["rate_wrong"]


def test_a_task_that_is_done_only_by_its_status_is_counted_and_told() -> None:
    done = [lit(line(no, f"任务{no}", status="已完成"), "blue") for no in (1, 2)]
    early = Finding(code="status_early", severity="warning", message="", remedy="", task=done[0].task.id)
    found = content(schema(), snapshot(*done), findings=[early])
    assert "已完成2项。已完成的任务中有1项填报的内容与此不符，待核实。" in found.overview[1]
    assert "任务2（附件1：2）等2项任务亮蓝灯。" in found.overview[2]


def test_change_since_the_last_period() -> None:
    """Every task under one kind of change; what got a worse light is cited."""
    before = snapshot(
        lit(line(1, status="正常推进"), "green"), lit(line(2, status="进度滞后"), "yellow"),
        lit(line(3, status="正常推进"), "green"), lit(line(4, status="正常推进"), "green"), line(5),
        line(7, status="已完成"), line(8, status="已完成"), period="2022Q2",
    )  # fmt: skip
    now = snapshot(
        lit(line(1, status="已完成"), "blue"), lit(line(2, status="正常推进"), "green"),
        lit(line(3, status="进度滞后"), "yellow"), line(4), line(5, status="正常推进"), line(6, status="正常推进"),
        line(7, status="已完成"), line(8, status="正常推进"),
    )  # fmt: skip
    found = content(schema(), now, before)
    assert said(found, "与") == [
        "与2022年二季度相比，新完成1项，由滞后或未启动转为正常推进1项，转为滞后或未启动1项，由已完成改报未完成1项，转为未报送1项，"
        "上期未报送而本期已报送1项，新列入1项，没有变化1项。"
    ]
    assert said(found, "亮灯变好") == ["亮灯变好2项，变差1项（附件1：3）。"]


def test_nothing_is_compared_with_a_period_in_which_nobody_reported() -> None:
    found = content(schema(), snapshot(line(1, status="已完成")), snapshot(line(1), period="2022Q2"))
    assert said(found, "与") == []


def test_units_are_named_by_their_mean_rate_where_there_are_enough() -> None:
    """Each rate counts 100 % at most; who has too few rates or is near the schedule is not named."""
    units = {"甲局": ("200", "100"), "乙局": ("75", "76"), "丙局": ("30", "60"), "丁局": ("95",)}
    lines, figures = [], []
    for no, (unit, actuals) in enumerate(units.items(), 1):
        task = line(no, f"任务{no}", reporter=unit, progress="推进")
        lines.append(task)
        figures += [figure(task, "公路", actual, place=place) for place, actual in enumerate(actuals, 1)]
    ledger = snapshot(*lines, figures=tuple(figures))
    rules = schema().document.ranking
    asked = content(changed(ranking=rules.model_copy(update={"units": 3})), ledger)
    assert said(asked, "按指标") == [
        "按指标的平均完成率（单项最高计100%）与序时进度比较，甲局（100%）进度靠前；丙局（45%）进度落后。"
    ]
    assert said(content(schema(), ledger), "按指标") == []


def test_units_with_many_yellow_and_red_lights_are_named() -> None:
    lines = [lit(line(no, reporter="甲局"), light) for no, light in enumerate(("red", "yellow", "green"), 1)]
    found = content(schema(), snapshot(*lines, lit(line(4, reporter="乙局"), "red")))
    assert said(found, "黄灯、红灯任务") == ["黄灯、红灯任务较多的单位有：甲局（2项）。"]
    nobody = changed(ranking=schema().document.ranking.model_copy(update={"named": 0}))
    assert said(content(nobody, snapshot(*lines)), "黄灯、红灯任务") == []


@pytest.mark.parametrize(
    ("missing", "late", "words"),
    [
        (True, True, "尚未报送的单位有1个：甲局。逾期报送的单位有2个：乙局、丙局。"),
        (False, False, "尚未报送的单位有1个。逾期报送的单位有2个。"),
    ],
)
def test_missing_and_late_units_are_named_where_the_schema_says_so(missing: bool, late: bool, words: str) -> None:
    found = content(
        changed(name_missing=missing, name_late=late), snapshot(line(1), missing=("甲局",), late=("乙局", "丙局"))
    )
    assert found.overview[-1] == words


def test_the_best_evidenced_problem_stands_first() -> None:
    """Lagging indicators, the red before the yellow; lights without; words with a figure; words alone."""
    lines = [
        line(1, "甲", problems="进展慢"), line(2, "乙", problems="还差3栋"),
        lit(line(3, "丙", status="进度滞后"), "yellow"),
        lit(line(4, "丁", progress="推进"), "yellow"), lit(line(5, "戊", problems="缺人"), "red"),
        lit(line(6, "己", progress="推进", problems="1.缺图纸"), "green"),
    ]  # fmt: skip
    figures = (figure(lines[3], "公路", "70"), figure(lines[4], "桥梁", "20"))
    (group,) = content(schema(), snapshot(*lines, figures=figures)).groups
    assert [problem.sentence.text for problem in group.problems] == [
        "戊（附件1：5）桥梁20公里，为年度目标（100公里）的20%，落后序时进度55个百分点；缺人。",
        "丁（附件1：4）公路70公里，为年度目标（100公里）的70%，落后序时进度5个百分点；单位没有说明原因。",
        "丙（附件1：3）落实情况为“进度滞后”，单位没有说明原因。",
        "乙（附件1：2）还差3栋。",
        "甲（附件1：1）进展慢。",
        "己（附件1：6）缺图纸。",
    ]


def test_an_overdue_task_says_when_it_was_due() -> None:
    late = lit(line(1, "甲", printed={"deadline": "2022-06-30"}), "red")
    (group,) = content(schema(), snapshot(late)).groups
    assert group.problems[0].text == "办结时限为2022年6月30日，已经超过；单位没有说明原因。"


def test_a_quarter_says_what_was_not_updated() -> None:
    old = line(1, status="正常推进").model_copy(update={"stale": snapshot(period="2022-08").period})
    found = content(schema(), snapshot(old, line(2, status="正常推进")))
    assert "有1项沿用此前的填报，本期没有更新。" in found.overview[1]


WORDS = st.sampled_from(["已完成", "正常推进", "进度滞后", "未启动", "缓建", ""])
LIGHTS = st.sampled_from(["blue", "green", "yellow", "red", "grey"])
TASKS = st.lists(
    st.tuples(st.sampled_from([1, 2]), WORDS, LIGHTS, st.sampled_from(["", "缺地3亩"]), WORDS, st.booleans())
)


@settings(max_examples=60)
@given(TASKS, st.lists(st.sampled_from(["", "10", "75", "100", "7%"]), max_size=6))
def test_all_counts_add_up_whatever_is_reported(
    tasks: list[tuple[int, str, str, str, str, bool]], actuals: list[str]
) -> None:
    """States, lights and changes are each a partition of the tasks, standings one of the indicators."""
    found, now = drafted(tasks, actuals)
    every = sorted(one.task.id for one in now.lines if not one.task.linked)
    figures = sorted(one.indicator.id for one in now.figures)
    for start, column, whole in (
        ("截至", "state", every), ("从亮灯", "light", every), ("与2022年二", "news", every),
        ("列入台账的指", "standing", figures),
    ):  # fmt: skip
        for sentence in (one for one in sentences(found) if one.text.startswith(start)):
            facts = [fact for fact in sentence.facts if fact.cells[0][1] == column]
            assert sorted(row for fact in facts for row, _ in fact.cells) == whole
            assert [fact.said for fact in facts] == [str(len(fact.cells)) for fact in facts]
    counts = found.counts
    assert counts.total == len(every) == sum(counts.states.values()) == sum(counts.lights.values())
    assert sum(share.tasks for share in counts.shares) == len(now.lines) == len(every) + counts.repeated
    assert sum(len(group.problems) for group in found.groups) == counts.problems + counts.behind


def drafted(tasks: list[tuple[int, str, str, str, str, bool]], actuals: list[str]) -> tuple[Content, Snapshot]:
    """A ledger with these tasks, every second of those marked so linked to the first one, and its last period."""
    lines: list[Line] = []
    before: list[Line] = []
    for no, (annex, status, light, problems, was, twin) in enumerate(tasks, 1):
        made = line(
            no,
            f"任务{no}",
            annex,
            project=f"项目{no // 2}" if annex == 2 else None,
            sub=no,
            status=status,
            problems=problems,
        )
        lines.append(lit(linked(made, lines[0]) if twin and lines and not lines[0].task.linked else made, light))
        before.append(line(no, f"任务{no}", annex, sub=no, status=was))
    figures: list[Figure] = [
        figure(one, f"指标{place}", actual, place=place)
        for place, (one, actual) in enumerate(zip(lines, actuals, strict=False))
    ]
    now = snapshot(*lines, figures=tuple(figures))
    return content(schema(), now, snapshot(*before, period="2022Q2")), now

"""What is different between two moments of the ledger, and how little of a text it takes to say it."""

from decimal import Decimal

import pytest

from ledger.compare import NEWS, CellChange, compare
from ledger.excerpt import excerpt
from ledger.indicator import Indicator
from ledger.measures import Light, standing
from ledger.period import Period
from ledger.schema import Schema, load_schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task
from sync.workspace import default_schema

JULY, AUGUST = Period.parse("2022-07"), Period.parse("2022-08")


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema(default_schema())


def task(number: int, **changes: object) -> Task:
    made = Task(id=f"A1-{number:03}", annex=1, no=number, text=f"任务{number}。", printed={"lead_units": "交通局"})
    return made.model_copy(update=changes)


def line(number: int, light: Light | None = "green", *, of: Task | None = None, **values: str) -> Line:
    return Line(task=of or task(number), reporter="交通局", values=values, light=light)


def at(period: Period, *lines: Line, figures: tuple[Figure, ...] = ()) -> Snapshot:
    return Snapshot(period=period, lines=lines, figures=figures)


def figure(schema: Schema, actual: str, period: Period, target: int = 60) -> Figure:
    road = Indicator(id="A1-001#1", task="A1-001", name="农村公路", kind="amount", target=Decimal(target), unit="公里")
    stands = standing(road, actual, period.end, schema)
    return Figure(indicator=road, reporter="交通局", values={"actual": actual, "as_of": ""}, standing=stands)


def news(old: Line, new: Line) -> str | None:
    found = compare(at(JULY, old), at(AUGUST, new)).tasks
    return found[0].news if found else None


def test_nothing_differs() -> None:
    found = compare(at(JULY, line(1, progress="推进。")), at(AUGUST, line(1, progress="推进。 ")))
    assert (found.tasks, found.unchanged) == ((), 1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("green", "red", "worse"),
        ("blue", "green", "worse"),
        ("grey", "yellow", "worse"),
        ("red", "yellow", "better"),
        ("grey", "green", "better"),
        ("red", "grey", "silent"),
        ("green", None, "changed"),
    ],
)
def test_a_light_is_news(before: Light, after: Light | None, expected: str) -> None:
    """A light that comes on yellow or red is bad news too."""
    assert news(line(1, before), line(1, after)) == expected


def test_cells_stand_with_old_and_new() -> None:
    """The light first, then what was reported, then what was set at decomposition."""
    moved = task(1, text="任务一。", printed={"lead_units": "城投公司"})
    (found,) = compare(
        at(JULY, line(1, "green", status="正常推进", progress="同")),
        at(AUGUST, line(1, "yellow", of=moved, status="进度滞后", progress="同")),
    ).tasks
    assert found.cells == (
        CellChange("light", "绿", "黄"),
        CellChange("status", "正常推进", "进度滞后"),
        CellChange("text", "任务1。", "任务一。"),
        CellChange("lead_units", "交通局", "城投公司"),
    )


def test_names_that_are_not_printed_are_compared_as_told_apart() -> None:
    narrative = task(1, printed={}, lead_units=("交通局",))
    (found,) = compare(
        at(JULY, line(1, of=narrative)),
        at(AUGUST, line(1, of=narrative.model_copy(update={"lead_units": ("交通局", "住建局")}))),
    ).tasks
    assert found.cells == (CellChange("lead_units", "交通局", "交通局、住建局"),)


def test_a_new_number_is_no_news() -> None:
    """The printed number is free."""
    assert news(line(1), line(1, of=task(1, no=7))) is None


def test_tasks_come_end_and_go() -> None:
    ended = line(2, None, of=task(2, ended="已撤销"))
    found = compare(at(JULY, line(1), line(2)), at(AUGUST, ended, line(3)))
    assert [(item.line.task.no, item.news) for item in found.tasks] == [(2, "ended"), (3, "added"), (1, "gone")]
    assert found.tasks[0].cells[1] == CellChange("ended", "", "已撤销")


def test_the_worst_comes_first() -> None:
    """By kind of news, of what got worse the red ones first, then in ledger order; counts name every kind."""
    before = at(JULY, *(line(number, light) for number, light in enumerate(("red", "green", "green", "green"), 1)))
    after = at(AUGUST, line(1, "green"), line(2, "green", progress="新"), line(3, "yellow"), line(4, "red"), line(5))
    found = compare(before, after)
    assert [item.line.task.no for item in found.tasks] == [4, 3, 1, 5, 2]
    assert list(found.counts) == list(NEWS)
    assert found.counts["worse"] == 2
    assert found.counts["ended"] == 0


def test_figures(schema: Schema) -> None:
    """Of an indicator the figure, its rate, light and target; a task may differ in nothing else."""
    (found,) = compare(
        at(JULY, line(1), figures=(figure(schema, "38", JULY),)),
        at(AUGUST, line(1), figures=(figure(schema, "45", AUGUST, target=75),)),
    ).tasks
    assert (found.news, found.cells) == ("changed", ())
    assert found.figures[0].cells == (
        CellChange("actual", "38", "45"),
        CellChange("rate", "63.3%", "60%"),
        CellChange("light", "绿", "黄"),
        CellChange("target", "60", "75"),
    )


def test_an_indicator_comes_and_goes(schema: Schema) -> None:
    road = (figure(schema, "38", JULY),)
    assert [
        compare(at(JULY, line(1), figures=old), at(AUGUST, line(1), figures=new)).tasks[0].figures[0].news
        for old, new in (((), road), (road, ()))
    ] == ["added", "gone"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("正常推进", "进度滞后", "正常推进→进度滞后"),
        ("", "正常推进。", "（空）→正常推进。"),
        ("正常推进。", " ", "正常推进。→（空）"),
        ("正常 推进。", "正常推进。", "只有空格或换行不同"),
        (
            "截至月底，全线路基完工，累计完成38公里，其余路段正在办理用地手续。",
            "截至月底，全线路基完工，累计完成45公里，其余路段正在办理用地手续。",
            "…工，累计完成38→45公里，其余路…",
        ),
        (
            "截至7月底完成38公里，占年度任务的63.3%，正在施工。",
            "截至8月底完成45公里，占年度任务的75%，正在施工。",
            "截至7→8月底完成38→45公里，占年度任务的63.3%→75%，正在施工。",
        ),
        (
            "项目正在办理用地手续，已完成可研批复和初步设计。",
            "项目已取得用地批复，已完成可研批复和初步设计。",
            "项目【正在办理用地手续→已取得用地批复】，已完成可研…",
        ),
        ("已完成项目招标和合同签订。", "已完成项目招标和合同签订。8月进场。", "…和合同签订。【增：8月进场。】"),
        ("已完成项目招标和合同签订，8月进场。", "已完成项目招标和合同签订。", "…标和合同签订【删：，8月进场】。"),
        ("目前没有需要市政府协调的问题。", "资金缺口1200万元，征地困难，请求支持。", None),
    ],
)
def test_a_changed_text_in_short(old: str, new: str, said: str | None) -> None:
    """Numbers in full, other words in brackets; what has hardly anything in common stands whole."""
    assert excerpt(old, new) == (said or f"{old}→{new}")


def test_a_long_text_is_cut() -> None:
    said = excerpt("", "推进" * 500)
    assert len(said) < 50
    assert said.endswith("…")

"""Problems: whether one is said at all, and where it is sorted."""

import pytest

from ledger.problems import category_of, says_problem, sorted_problems
from ledger.schema import load_schema
from ledger.snapshot import Line
from ledger.task import Task
from sync.workspace import default_schema

SCHEMA = load_schema(default_schema())


@pytest.mark.parametrize(
    "text", ["", " \n ", "无", "无。", "暂无。", "目前没有问题", "/", "1.无。", "不存在突出问题", "——"]
)
def test_nothing_said(text: str) -> None:
    """The many ways in which clerks write that there is no problem."""
    assert not says_problem(text)


@pytest.mark.parametrize("text", ["无用地指标", "1.资金有缺口。", "没有落实经费", "暂无施工队伍"])
def test_something_said(text: str) -> None:
    """A problem may begin with the same words."""
    assert says_problem(text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("约45亩用地没有落实", "要素保障没到位"),
        ("管线迁移需要协调", "协调推进机制不畅"),
        ("天气原因，工期顺延", "工作进度不达标"),
        ("征迁资金没有到位", "要素保障没到位"),
    ],
)
def test_category(text: str, category: str) -> None:
    """The first category with a word in the text; the last one takes the rest."""
    assert category_of(SCHEMA, text).name == category


def test_sorted_by_category_then_ledger_order() -> None:
    """Categories in the schema's order, tasks as in the ledger, lines without a problem left out."""
    texts = ["工期顺延", "需要协调", "资金有缺口", "无", "用地没有落实"]
    lines = [
        Line(task=Task(id=f"A1-{no:03d}", annex=1, no=no, text="任务"), values={"problems": text})
        for no, text in enumerate(texts, 1)
    ]
    assert [line.task.no for _, line in sorted_problems(SCHEMA, lines)] == [3, 5, 2, 1]

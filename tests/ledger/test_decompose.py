"""Rows to tasks: ids, numbers, inheritance and importing again."""

from collections.abc import Sequence
from typing import Any

import pytest

from ledger.decompose import Decomposition, decompose
from ledger.numbering import number_in_cell, number_in_text, repaired
from ledger.roster import Roster, Unit
from ledger.schema import Schema
from ledger.task import Draft, Extract, Task


def draft(no: int | None, text: str, annex: int = 1, **more: Any) -> Draft:
    return Draft(annex=annex, printed_no=no, text=text, place=f"第{no}行", **more)


def result(schema: Schema, drafts: Sequence[Draft], existing: Sequence[Task] = (), **more: Any) -> Decomposition:
    return decompose(Extract(drafts=tuple(drafts)), schema, existing, more.get("roster"))


def ids(outcome: Decomposition) -> list[tuple[str, int | None]]:
    return [(task.id, task.printed_no) for task in outcome.tasks]


def codes(outcome: Decomposition) -> list[str]:
    return [item.code for item in outcome.findings]


def test_a_doubled_number_becomes_the_one_that_lacks(schema: Schema) -> None:
    outcome = result(schema, [draft(1, "修路"), draft(1, "架桥"), draft(3, "植树")])
    assert ids(outcome) == [("A1-001", 1), ("A1-002", 1), ("A1-003", 3)]
    assert codes(outcome) == ["number_repeated"]
    assert "已改为2" in outcome.findings[0].message


def test_a_doubled_number_never_takes_one_that_is_printed_below(schema: Schema) -> None:
    outcome = result(schema, [draft(1, "修路"), draft(1, "架桥"), draft(2, "植树")])
    assert [task.no for task in outcome.tasks] == [1, 3, 2]


def test_gaps_and_missing_numbers(schema: Schema) -> None:
    outcome = result(schema, [draft(1, "修路"), draft(4, "架桥"), draft(None, "植树")])
    assert [task.no for task in outcome.tasks] == [1, 4, 5]
    assert codes(outcome) == ["number_gap", "number_missing"]


def test_a_document_without_numbers_is_counted(schema: Schema) -> None:
    outcome = result(schema, [draft(None, "修路"), draft(None, "架桥")])
    assert ([task.no for task in outcome.tasks], codes(outcome)) == ([1, 2], [])


def test_sections_that_count_from_one_again(schema: Schema) -> None:
    """Then the number runs on, the printed one is kept, and nothing is wrong."""
    rows = [draft(1, "修路", section="一"), draft(2, "架桥", section="一"), draft(1, "植树", section="二")]
    outcome = result(schema, rows)
    assert ids(outcome) == [("A1-001", 1), ("A1-002", 2), ("A1-003", 1)]
    assert codes(outcome) == []


def test_sub_items_of_projects(schema: Schema) -> None:
    """Every annex counts for itself; a sub-item has its project's number and its own id."""
    rows = [
        draft(1, "修路"),
        *(draft(8, text, 2, project="交通") for text in ("甲路", "乙路")),
        draft(9, "丙", 2, project="文化"),
    ]
    outcome = result(schema, rows)
    assert [task.id for task in outcome.tasks] == ["A1-001", "A2-08.1", "A2-08.2", "A2-09.1"]
    assert [task.reference for task in outcome.tasks][1:3] == ["附件2：8", "附件2：8"]
    assert codes(outcome) == []


def test_inherited_names(schema: Schema) -> None:
    """Printed cells stay as they are; the names are those of the row above, over several rows."""
    cells = {"leaders": "许  岩", "lead_units": "交通局", "responsible_units": "各乡镇"}
    empty = dict.fromkeys(cells, "")
    rows = [
        draft(8, "甲路", 2, project="交通", printed=cells),
        draft(8, "乙路", 2, project="交通", printed=empty, inherited=True),
        draft(8, "丙路", 2, project="交通", printed=empty, inherited=True),
    ]
    last = result(schema, rows).tasks[-1]
    assert (last.leaders, last.lead_units, last.responsible_units) == (("许岩",), ("交通局",), ("各乡镇",))
    assert last.printed == empty
    assert last.inherited


def test_the_roster_knows_names(schema: Schema) -> None:
    rows = [draft(1, "修路", printed={"lead_units": "工信局商务局"})]
    roster = Roster(units=(Unit(name="市工业和信息化局", aliases=("工信局",)), Unit(name="商务局")))
    assert result(schema, rows, roster=roster).tasks[0].lead_units == ("工信局", "商务局")


def test_reports_are_the_filled_cells(schema: Schema) -> None:
    rows = [
        draft(1, "修路", reported={"progress": "已修", "problems": " "}),
        draft(2, "架桥", reported={"progress": ""}),
    ]
    assert result(schema, rows).reports == {"A1-001": {"progress": "已修"}}


@pytest.fixture
def first(schema: Schema) -> Decomposition:
    return result(schema, [draft(1, "新修农村公路六十公里"), draft(2, "架设人行天桥两座")])


def test_the_same_rows_again(schema: Schema, first: Decomposition) -> None:
    """White space aside the same text is the same task, wherever it stands now; its report counts."""
    rows = [draft(2, "架设人行\n天桥两座", reported={"progress": "完工"}), draft(1, "新修农村公路六十公里")]
    again = result(schema, rows, first.tasks)
    assert (again.tasks, codes(again)) == ((), [])
    assert again.reports == {"A1-002": {"progress": "完工"}}


def test_a_reworded_row(schema: Schema, first: Decomposition) -> None:
    """The same number and nearly the same text: the ledger stays, and the office is told."""
    again = result(schema, [draft(1, "新修农村公路八十公里", reported={"progress": "在修"})], first.tasks)
    assert (again.tasks, again.reports) == ((), {})
    assert [(item.code, item.task) for item in again.findings] == [("text_differs", "A1-001")]


def test_new_rows(schema: Schema, first: Decomposition) -> None:
    """A number that is taken is never given again, also when only the id still holds it."""
    moved = [first.tasks[0], first.tasks[1].model_copy(update={"no": 7})]
    again = result(schema, [draft(2, "安装路灯"), draft(3, "疏浚河道")], moved)
    assert ids(again) == [("A1-004", 2), ("A1-003", 3)]
    assert codes(again) == ["number_repeated"]


def test_a_new_sub_item_of_a_known_project(schema: Schema) -> None:
    """It takes the next number behind the point, not one that a cancelled sub-item had."""
    there = result(schema, [draft(8, text, 2, project="交通") for text in ("甲路", "乙路")]).tasks
    again = result(schema, [draft(8, "隧道一座", 2, project="交通")], there)
    assert ids(again) == [("A2-08.3", 8)]


def test_two_rows_with_one_text(schema: Schema) -> None:
    """They are two tasks, at the second import too."""
    rows = [draft(1, "修路"), draft(2, "修路")]
    once = result(schema, rows)
    assert [task.id for task in once.tasks] == ["A1-001", "A1-002"]
    assert result(schema, rows, once.tasks).tasks == ()


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("12.推动创新", 12, "推动创新"),
        ("12．推动创新", 12, "推动创新"),
        ("12、推动创新", 12, "推动创新"),
        ("（12）推动创新", 12, "推动创新"),
        ("34要改革", 34, "要改革"),
        ("5个园区扩容", None, "5个园区扩容"),
        ("3.5亿元以上", None, "3.5亿元以上"),
        ("2022年完工", None, "2022年完工"),
    ],
)
def test_numbers_at_the_head_of_a_text(text: str, number: int | None, rest: str) -> None:
    """Without a mark only the next expected number counts."""
    assert number_in_text(text, 34) == (number, rest)


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("3.", 3), ("（3）", 3), ("3.0", 3), ("三", 3), ("合计", None), ("", None)]
)
def test_numbers_in_their_own_cell(text: str, number: int | None) -> None:
    assert number_in_cell(text) == number


def test_numbers_are_never_given_twice() -> None:
    numbers = [item.no for item in repaired([1, 1, 1, None, 2, 9, 9, 3], taken={2, 4})]
    assert len(set(numbers)) == len(numbers)
    assert not {2, 4} & set(numbers)

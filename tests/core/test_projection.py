"""What several units' reports on one task say together."""

from collections.abc import Callable

import pytest

from ledger.projection import project
from ledger.schema import Schema

ORDER = ["科技局", "工信局"]


@pytest.fixture(scope="module")
def schema(schema_with: Callable[..., Schema]) -> Schema:
    """Every way in which a column's values are joined."""
    return schema_with("""
        change: {title: 本期情况, owner: unit, type: choice, choices: [有进展, 无变化, 无补充]}
        kind: {title: 类别, owner: unit, type: choice, choices: [无补充, 新建]}
        status: {title: 落实情况, owner: unit, type: status}
        due: {title: 预计完成时间, owner: unit, type: date}
        money: {title: 投资额, owner: unit, type: number}
        remarks: {title: 备注, owner: office}
    """)


def test_only_unit_owned_columns_and_all_of_them(schema: Schema) -> None:
    """The office's own columns are never written; what nobody reports is empty."""
    assert project(schema, {}, ORDER) == dict.fromkeys(schema.owned("unit"), "")
    assert "remarks" not in project(schema, {"科技局": {"remarks": "密"}}, ORDER)


def test_one_unit_stands_verbatim(schema: Schema) -> None:
    """Column by column what it said."""
    said = {"progress": "已开工。", "change": "有进展", "status": "推进中", "due": "2022-12-31", "money": "3"}
    assert project(schema, {"科技局": said}, ORDER) == {"kind": "", **said}


def test_texts_are_joined_in_the_order_of_the_units(schema: Schema) -> None:
    """Not in the order of arrival; a unit that is not in the order comes last."""
    entries = {unit: {"progress": f"{unit[0]}。"} for unit in ("民政局", "工信局", "科技局")}
    assert project(schema, entries, ORDER)["progress"] == "1.科技局：科。\n2.工信局：工。\n3.民政局：民。"


def test_of_differing_statuses_the_least_advanced_stands(schema: Schema) -> None:
    """Until the office decides."""
    entries = {"科技局": {"status": "已完成"}, "工信局": {"status": "推进中"}}
    assert project(schema, entries, ORDER)["status"] == "推进中"


def test_of_everything_else_the_first_unit_that_says_something(schema: Schema) -> None:
    """Dates and numbers cannot be joined; the reporter's come first."""
    entries = {"工信局": {"due": "2022-11-30", "money": "5"}, "科技局": {"due": "2022-12-31"}}
    joined = project(schema, entries, ORDER)
    assert (joined["due"], joined["money"]) == ("2022-12-31", "5")


def test_the_tick_nothing_to_add_says_nothing(schema: Schema) -> None:
    """无补充 counts as silence in 本期情况, and only there."""
    entries = {"科技局": {"change": "无补充", "kind": "无补充"}, "工信局": {"change": "无变化", "kind": "新建"}}
    joined = project(schema, entries, ORDER)
    assert (joined["change"], joined["kind"]) == ("无变化", "无补充")
    assert project(schema, {"科技局": {"change": "无补充"}}, ORDER)["change"] == ""

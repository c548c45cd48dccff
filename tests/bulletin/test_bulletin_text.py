"""The wording of small things."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.text import cleaned, label, sentence


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("一行\r\n两行\r三行", "一行\n两行\n三行"),
        ("截至8月_x000D_\n底", "截至8月\n底"),
        ("\n\n　开头 \n\n 结尾\n", "开头\n结尾"),
        ("a\x00\x07\u200b\ufeffb\ud800c\u2063", "abc"),
        ("甲\u00a0乙\t丙", "甲 乙 丙"),
        ("聂  勉", "聂  勉"),
        ("城管局      新城投公司", "城管局\n新城投公司"),
        ("A&B<规上>{{x}}", "A&B<规上>{{x}}"),
    ],
)
def test_cleaned(dirty: str, clean: str) -> None:
    """Cells bring what Word cannot hold; what people wrote on purpose stays."""
    assert cleaned(dirty) == clean


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@pytest.mark.parametrize(
    ("project", "text", "expected"),
    [
        ("公共医疗\n设施提升工程", "完成大楼建设。", "公共医疗设施提升工程"),
        (None, "加快建设安置房、限价房，年内交付。", "加快建设安置房、限价房"),
        (None, "完成投资1,200万元，开工3个项目", "完成投资1,200万元"),
        (None, "推进职业学院建设、技师学院升格、中专提质扩容、编制优化", "推进职业学院建设、技师学院升格…"),
        (None, "打通“个体转企业小微升规上规上改股份股份上市”通道", "打通“个体转企业小微升规上规上改股份…”"),
        (None, "　", "该项任务"),
    ],
)
def test_label(project: str | None, text: str, expected: str) -> None:
    """A project is known by its name, another task by its first clause."""
    assert label(project, text) == expected


@given(st.text(alphabet="工程建设“”（）《》、，。…"))
def test_label_is_short_and_closed(text: str) -> None:
    found = label(None, text)
    assert 0 < len(found) <= 20
    for opening, closing in ("（）", "《》", "“”"):
        assert found.count(opening) <= found.count(closing)


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ("用地指标未落实", "用地指标未落实。"),
        ("用地指标未落实。。", "用地指标未落实。"),
        ("1.用地未落实；\n2.资金有缺口。", "用地未落实；资金有缺口。"),
        ("1、用地未落实。     2、资金有缺口", "用地未落实；资金有缺口。"),
        ("（1）用地；（2）资金", "用地；资金。"),
        ("1.某小区：（1）还有1栋未拆；（2）管网未接通。", "某小区：还有1栋未拆；管网未接通。"),
        ("1、2号楼未拆除，缺口1.5亿元", "1、2号楼未拆除，缺口1.5亿元。"),
        ("一、二期工程均未开工", "一、二期工程均未开工。"),
        ("1.科技局：指标没有落实\n2.工信局：资金有缺口", "科技局：指标没有落实；工信局：资金有缺口。"),
        ("/", ""),
        (" \n ", ""),
        ("无用地指标", "无用地指标。"),
    ],
)
def test_sentence(problems: str, expected: str) -> None:
    """Items lose their numbers, never their figures; one full stop ends the sentence."""
    assert sentence(problems) == expected


@given(st.text(alphabet="用地资金缺口12.、（）；。\n 　，"))
def test_sentence_loses_no_word(problems: str) -> None:
    """Whatever the numbering, every Chinese character is still there, in order."""

    def han(text: str) -> str:
        return "".join(re.findall("[\u4e00-\u9fff]", text))

    found = sentence(problems)
    assert han(found) == han(problems)
    assert not found or re.search("[^。；]。$", found)

"""Names in one cell: when they are several, when one, and when that is not clear."""

import pytest

from ledger.names import known_names, split_names

PEOPLE = [
    ("", ()),
    ("许岩", ("许岩",)),
    ("许  岩", ("许岩",)),
    ("许  岩\n郑小雨", ("许岩", "郑小雨")),
    ("郑小雨 许 岩", ("郑小雨", "许岩")),
    ("郑小雨、许岩；马腾", ("郑小雨", "许岩", "马腾")),
    ("郑小雨许  岩", ("郑小雨", "许岩")),
    ("郑小雨马学文", ("郑小雨", "马学文")),
    ("欧阳修文 王强", ("欧阳修文", "王强")),
    ("郑小\n雨", ("郑小雨",)),
    ("郑小雨\n郑小雨", ("郑小雨",)),
    ("市政府各分管同志", ("市政府各分管同志",)),
    ("科工局\n挂职领导", ("科工局挂职领导",)),
    ("许岩\n市政府各\n分管同志", ("许岩", "市政府各分管同志")),
]


@pytest.mark.parametrize(("text", "names"), PEOPLE)
def test_people(text: str, names: tuple[str, ...]) -> None:
    """Spaces and line breaks belong to names or stand between them; a role is one name."""
    assert split_names(text, (), "people") == (names, True)


def test_people_with_rare_surnames_are_told_apart_by_known_names() -> None:
    """逯 and 璩 are in no list of surnames, but both names stand alone elsewhere."""
    assert split_names("逯远航璩芳", ("逯远航", "璩芳"), "people") == (("逯远航", "璩芳"), True)
    assert split_names("逯远航璩芳", (), "people") == (("逯远航璩芳",), False)


def test_known_people_stand_alone() -> None:
    """Names written together teach nothing, nor do roles."""
    assert known_names(["许  岩", "郑小雨许岩", "各分管领导", "马腾\n郑小雨"], "people") == {"许岩", "马腾", "郑小雨"}


UNITS = [
    ("", ()),
    ("财政局、税务局、", ("财政局", "税务局")),
    ("财政局\n税务局", ("财政局", "税务局")),
    ("发改委             交通局", ("发改委", "交通局")),
    ("各乡镇\n（街道）", ("各乡镇（街道）",)),
    ("税务局、园区（基\n地）", ("税务局", "园区（基地）")),
    ("县教体局 各相关乡镇 政府", ("县教体局", "各相关乡镇政府")),
    ("县政务办 县行政服务 中心 县市监局", ("县政务办", "县行政服务中心", "县市监局")),
    ("县交通局各相关乡镇政府", ("县交通局", "各相关乡镇政府")),
    ("县委编办 县人社局", ("县委编办", "县人社局")),
    ("县委\n宣传部\n县政府办", ("县委宣传部", "县政府办")),
    ("柳河镇、上坪镇等有关乡镇（街道）", ("柳河镇", "上坪镇", "有关乡镇（街道）")),
    ("财政局、审计局等部门", ("财政局", "审计局")),
    ("区政府办(区外办)、区商务局", ("区政府办(区外办)", "区商务局")),
    ("区政府办（外办、台办）、区商务局", ("区政府办（外办、台办）", "区商务局")),
    ("市自然资源局柳河分局", ("市自然资源局柳河分局",)),
    ("财 政 局", ("财政局",)),
    ("新区管委会\n教体局", ("新区管委会", "教体局")),
]


@pytest.mark.parametrize(("text", "names"), UNITS)
def test_units(text: str, names: tuple[str, ...]) -> None:
    """A name broken by the page is one, brackets stay whole, 等 before a collective name goes."""
    assert split_names(text, (), "units") == (names, True)


def test_units_written_together_need_known_names() -> None:
    """Otherwise they stay one, and it is not clear."""
    assert split_names("工信局商务局", ("工信局", "商务局"), "units") == (("工信局", "商务局"), True)
    assert split_names("工信局商务局", (), "units") == (("工信局商务局",), False)


def test_a_unit_without_an_ending_is_known_from_its_own_cell() -> None:
    """智慧谷 ends like no office, so 智慧谷 and 农业局 on two lines are two only when it is known."""
    known = known_names(["智慧谷", "财政局、农业局"], "units")
    assert known == {"智慧谷", "财政局", "农业局"}
    assert split_names("智慧谷\n农业局", known, "units") == (("智慧谷", "农业局"), True)

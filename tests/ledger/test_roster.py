"""Who is a unit, who stands for whom, and who reports a task."""

import pytest

from ledger.roster import Roster, Unit, contributors, reporter
from ledger.task import Task

ROSTER = Roster(
    units=(
        Unit(name="市发展和改革委员会", aliases=("发改委", "市发改委")),
        Unit(name="财政局"),
        Unit(name="各专班", kind="unit"),
        Unit(name="各街道", kind="collective", members=("东关街道", "西关街道")),
        Unit(name="相关园区", kind="collective", members=("发改委",)),
        Unit(name="挂职领导", kind="role"),
    )
)


def task(leads: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> Task:
    return Task(id="A1-001", annex=1, no=1, text="修路", lead_units=leads, responsible_units=others)


NOBODY = [
    *("有关部门", "各乡镇（街道）", "乡镇（街道）", "园区（基地）", "各经济指标责任单位", "各平台公司"),
    *("相关街道", "园区", "安委会成员单位", "市直有关单位", "各相关乡镇政府", "各重点行业牵头单位"),
]


@pytest.mark.parametrize("name", NOBODY)
def test_nobody(name: str) -> None:
    assert not Roster().is_real(name)


@pytest.mark.parametrize(
    "name", ["财政局", "高新区", "循环园区", "东关街道", "柳河镇", "智慧谷", "柳河镇政府", "新城区管委会"]
)
def test_somebody(name: str) -> None:
    assert Roster().is_real(name)


def test_the_roster_goes_before_the_pattern() -> None:
    assert ROSTER.is_real("各专班")
    assert not ROSTER.is_real("挂职领导")


def test_aliases_and_members() -> None:
    """Unknown names stay; a collective name expands only to what the roster lists."""
    assert [ROSTER.standard(name) for name in ("市发改委", "发 改 委", "气象局")] == ["市发展和改革委员会"] * 2 + [
        "气象局"
    ]
    assert ROSTER.members("各街道") == ("东关街道", "西关街道")
    assert ROSTER.members("各乡镇") == ()


@pytest.mark.parametrize(
    ("leads", "others", "unit"),
    [
        (("财政局", "发改委"), (), "财政局"),
        (("有关部门", "发改委"), (), "市发展和改革委员会"),
        (("有关部门",), ("各乡镇", "财政局"), "财政局"),
        ((), ("财政局",), "财政局"),
        (("相关园区",), (), "市发展和改革委员会"),
        (("各街道",), (), None),
        (("有关部门",), ("各乡镇（街道）",), None),
    ],
)
def test_reporter(leads: tuple[str, ...], others: tuple[str, ...], unit: str | None) -> None:
    """The first real lead unit, else the first real responsible one, else nobody (待指定)."""
    assert reporter(task(leads, others), ROSTER, {}) == unit


def test_the_office_names_the_reporter() -> None:
    assert reporter(task(("财政局",)), ROSTER, {"A1-001": "发改委"}) == "市发展和改革委员会"


def test_contributors() -> None:
    """The other real lead units, listed members of collective ones too; nobody under reporter_only."""
    item = task(("财政局", "发改委", "有关部门", "各街道"), ("审计局",))
    assert contributors(item, ROSTER, "each_lead") == ("市发展和改革委员会", "东关街道", "西关街道")
    assert contributors(item, ROSTER, "reporter_only") == ()
    assert contributors(item, ROSTER, "each_lead", {"A1-001": "发改委"})[0] == "财政局"


def test_bootstrap() -> None:
    """Every printed name once, in order, collective names marked as such."""
    roster = Roster.bootstrap([task(("财政局", "有关部门"), ("税务局",)), task(("财政局",))])
    assert [(unit.name, unit.kind) for unit in roster.units] == [
        ("财政局", "unit"),
        ("有关部门", "collective"),
        ("税务局", "unit"),
    ]

"""The 科室 of one unit each fill a copy of its workbook: together they are its report, whoever sends first."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, fill, save_at
from telephone import unit_state

from ledger.errors import StateError
from ledger.period import Period
from sync import rulings
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.records import Submission
from sync.snapshot import disagreements
from sync.story import stories
from sync.workspace import Workspace

UNIT = "交通局"
SAID = {"A1-001": "公路60公里。", "A1-002": "桥梁3座。", "A1-003": "公交20辆。"}
HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
ROWS = (("新建公路。", UNIT), ("改造桥梁。", UNIT), ("更新公交车。", UNIT), ("改造管网。", f"住建局\n{UNIT}"))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """交通局 answers for three tasks and may add to a fourth."""
    rows = [(f"{number}.{text}", "林  岚", lead, "财政局", "", "") for number, (text, lead) in enumerate(ROWS, 1)]
    path = tmp_path / "分工表.txt"
    path.write_text("附件1\n" + "\n".join("".join(f"\t{cell}\n" for cell in row) for row in (HEADERS, *rows)), "utf-8")
    return path


@pytest.fixture
def place(handed_out: Workspace) -> Workspace:
    return handed_out


def send(
    place: Workspace, name: str, rows: str, *, day: int, saved: int = 0, said: str = "", period: Period = PERIOD
) -> None:
    """A workbook in which the rows with these numbers are filled arrives on a day of September; it is not taken in."""
    source = next((place.root / "outbox" / UNIT).glob(f"*{period.label}*"))
    target = place.root / "inbox" / UNIT / f"{name}.xlsx"

    def answer(texts: dict[str, str]) -> dict[str, str]:
        task = texts["id"]
        if task[-1] not in rows:
            return {}
        return {"本期情况": "有进展", "进展情况": said or SAID.get(task, "配合做好。"), "落实情况": "正常推进"}

    fill(source, target, answer)
    save_at(target, datetime(period.year, period.last + 1, saved or day, 1), datetime(2022, period.last + 1, day, 12))


def take(place: Workspace) -> list[Submission]:
    return sync_once(place).decided


def said(place: Workspace) -> list[str]:
    master = open_master(place)
    return [master.text(task, "progress") for task in (*SAID, "A1-004")]


def judged(place: Workspace) -> list[str | None]:
    return [one.verdict for one in place.journal.submissions.all()]


def codes(place: Workspace, number: int) -> list[str]:
    one = place.journal.submissions.one(number)
    assert one
    return sorted({item.code for item in one.findings})


def message(place: Workspace, number: int, code: str) -> str:
    one = place.journal.submissions.one(number)
    assert one
    return next(item.message for item in one.findings if item.code == code)


def listed(place: Workspace) -> str:
    """The file of the unit in sheet 报送情况."""
    sheet = openpyxl.load_workbook(place.master)["报送情况"]
    keys = {str(cell.value): cell.column for cell in sheet[3] if cell.value}
    rows = {sheet.cell(row, keys["unit"]).value: row for row in range(4, sheet.max_row + 1)}
    return str(sheet.cell(rows[UNIT], keys["file"]).value)


def test_two_parts(place: Workspace) -> None:
    """The first is sent back and kept, the second makes the report whole; both say where the rest comes from."""
    send(place, "养护科", "13", day=2)
    take(place)
    assert (judged(place), said(place)) == (["returned"], [""] * 4)
    assert message(place, 1, "part_alone").startswith("交通局这一份填好的附件1：1、附件1：3已先记下；还缺附件1：2，")
    assert unit_state(place, UNIT).word == "已退回"
    send(place, "桥梁科", "2", day=4)
    take(place)
    assert (judged(place), said(place)) == (["accepted"] * 2, [*SAID.values(), ""])
    assert (codes(place, 1), codes(place, 2)) == (["parts_joined"], ["parts_joined"])
    assert message(place, 2, "parts_joined").startswith(
        "与交通局的1号（养护科.xlsx）合并采用，附件1：1、附件1：3取自1号"
    )
    assert listed(place) == "交通局/桥梁科.xlsx #2（与#1合并）"
    assert [story.now for story in stories(place, UNIT)] == ["采用中，与#2合并", "采用中，与#1合并"]
    steps = [step.state for step in place.journal.submissions.steps(1)]
    assert steps[-5:] == ["returned", "receipted", "accepted", "merged", "receipted"]
    assert disagreements(place) == ([], [])
    before = place.master.read_bytes()
    assert take(place) == []
    assert place.master.read_bytes() == before


@pytest.mark.parametrize("order", ["一二三", "三一二"])
def test_whoever_sends_first(place: Workspace, order: str) -> None:
    """Three parts one by one, of which the first was saved last: the same ledger."""
    rows = {"一": "1", "二": "2", "三": "34"}
    for number, name in enumerate(order):
        send(place, f"{name}科", rows[name], day=6 + number, saved=6 - number)
        take(place)
    assert (judged(place), said(place)) == (["accepted"] * 3, [*SAID.values(), "配合做好。"])
    assert disagreements(place) == ([], [])


def test_parts_that_arrive_together(place: Workspace) -> None:
    """Nobody gets anything back."""
    send(place, "一科", "12", day=2)
    send(place, "二科", "3", day=3)
    take(place)
    assert (judged(place), said(place)) == (["accepted"] * 2, [*SAID.values(), ""])
    assert not list((place.root / "returned").rglob("*.*"))


def test_the_same_clerk_fills_the_missing_row(place: Workspace) -> None:
    """That is a new version as ever; the returned part is past."""
    send(place, "养护科", "13", day=2)
    take(place)
    send(place, "改好", "123", day=4, said="全部重写。")
    take(place)
    assert (judged(place), said(place)) == (["returned", "accepted"], ["全部重写。"] * 3 + [""])
    assert codes(place, 2) == []
    assert listed(place) == "交通局/改好.xlsx #2"


def test_a_new_version_that_leaves_a_row_empty(place: Workspace) -> None:
    """It replaces the whole old one, and that a row is empty now is told."""
    send(place, "报来", "1234", day=2)
    take(place)
    send(place, "更正", "123", day=4, said="更正。")
    take(place)
    assert (said(place), codes(place, 2)) == (["更正。"] * 3 + [""], ["rows_emptied"])
    assert message(place, 2, "rows_emptied").startswith("交通局上一份（1号）填了附件1：4，这一份没有填")


def test_one_part_is_corrected(place: Workspace) -> None:
    """The other part stays, an older copy of the first one changes nothing."""
    send(place, "养护科", "13", day=2)
    send(place, "桥梁科", "2", day=3)
    take(place)
    send(place, "养护科更正", "13", day=5, said="更正。")
    take(place)
    assert said(place) == ["更正。", SAID["A1-002"], "更正。", ""]
    send(place, "养护科旧", "13", day=6, saved=4, said="旧的。")
    take(place)
    assert said(place) == ["更正。", SAID["A1-002"], "更正。", ""]
    assert judged(place) == ["accepted"] * 4
    assert codes(place, 4) == ["version_older"]
    assert [story.now for story in stories(place, "1")] == ["已被#3取代"]


def test_what_the_office_decides_about_a_part(place: Workspace) -> None:
    """Without one the others are no report any more, and the unit is told; it can be taken back."""
    send(place, "养护科", "13", day=2)
    send(place, "桥梁科", "2", day=3)
    take(place)
    rulings.exclude(place, "2", "报错了")
    assert (judged(place), said(place), unit_state(place, UNIT).word) == (["returned", "excluded"], [""] * 4, "已退回")
    assert codes(place, 1) == ["part_alone", "required_empty"]
    assert [path.name for path in (place.root / "returned" / UNIT).iterdir()] == ["养护科_退回1.xlsx"]
    rulings.include(place, "2")
    assert (judged(place), said(place)) == (["accepted"] * 2, [*SAID.values(), ""])
    rulings.exclude(place, "1", "报错了")
    rulings.exclude(place, "2", "也报错了")
    rulings.include(place, "1")
    rulings.include(place, "2")
    assert (judged(place), said(place)) == (["accepted"] * 2, [*SAID.values(), ""])
    assert disagreements(place) == ([], [])


def test_a_part_is_sent_back_by_the_office(place: Workspace) -> None:
    """Nothing of the unit counts, only this part is asked anew, and its answer joins the others."""
    send(place, "养护科", "13", day=2)
    send(place, "桥梁科", "2", day=3)
    take(place)
    rulings.send_back(place, "2", "没有数字")
    assert (said(place), unit_state(place, UNIT).word) == ([""] * 4, "已退回")
    assert [path.name for path in (place.root / "returned" / UNIT).iterdir()] == ["桥梁科_退回2.xlsx"]
    assert [story.now for story in stories(place, UNIT)] == ["等单位重报", "本办已退回"]
    rulings.include(place, "2")
    assert said(place) == [*SAID.values(), ""]
    rulings.send_back(place, "2", "还是没有数字")
    send(place, "桥梁科重报", "2", day=5, said="桥梁4座。")
    take(place)
    assert said(place) == [SAID["A1-001"], "桥梁4座。", SAID["A1-003"], ""]


def test_a_faulty_part_is_no_part(place: Workspace) -> None:
    """A row that somebody began is not a row for others, and a wrong choice is wrong."""
    send(place, "养护科", "13", day=2)
    path = place.root / "inbox" / UNIT / "养护科.xlsx"
    source = next((place.root / "outbox" / UNIT).iterdir())
    fill(source, path, lambda texts: {"存在问题": "缺资金。"} if texts["id"] == "A1-001" else {})
    save_at(path, datetime(2022, 9, 2, 1), datetime(2022, 9, 2, 12))
    send(place, "桥梁科", "2", day=3)
    take(place)
    assert judged(place) == ["returned"] * 2
    assert "part_alone" not in codes(place, 1)
    assert "还缺附件1：1、附件1：3" in message(place, 2, "part_alone")


def test_late_is_the_last_part(place: Workspace) -> None:
    """The report is there when it is whole, and a correction later does not make it late."""
    due = place.schema.due_day(PERIOD).day
    send(place, "养护科", "13", day=due - 1)
    send(place, "桥梁科", "2", day=due + 1)
    take(place)
    assert unit_state(place, UNIT).late
    rulings.correct_receipt(place, "2", f"2022-09-{due:02d}", "微信已收到")
    assert not unit_state(place, UNIT).late
    send(place, "养护科更正", "13", day=due + 3)
    take(place)
    assert not unit_state(place, UNIT).late


def test_prefilled_texts_are_nobodys(place: Workspace) -> None:
    """In the next month every row holds last month's text: a part is what somebody has changed or confirmed."""
    send(place, "全部", "123", day=2)
    take(place)
    later = Period.parse("2022-09")
    open_period(place, later)
    distribute(place, later)
    send(place, "养护科", "13", day=2, said="九月。", period=later)
    send(place, "桥梁科", "2", day=3, said="九月。", period=later)
    take(place)
    assert judged(place) == ["accepted"] * 3
    assert said(place) == ["九月。"] * 3 + [""]


def test_a_closed_period_keeps_its_parts(place: Workspace) -> None:
    """What could change a closed report is refused."""
    send(place, "养护科", "13", day=2)
    send(place, "桥梁科", "2", day=3)
    take(place)
    rulings.exclude(place, "1", "报错了")
    rulings.exclude(place, "2", "也报错了")
    open_period(place, Period.parse("2022-09"))
    rulings.include(place, "2")
    with pytest.raises(StateError, match="已经封账"):
        rulings.include(place, "1")

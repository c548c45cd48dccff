"""The year: what changes in sheet 变更 and in the office's own cells, played over three periods."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from clerk import cell_at, edit, fill

from ledger.measures import LIGHTS
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.publish import Published, publish
from sync.register import register
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

ROAD, SCHOOL, THRIFT = "A1-001", "A1-002", "A1-003"
JULY, AUGUST, SEPTEMBER = (Period.parse(f"2022-0{month}") for month in (7, 8, 9))
REVISIONS = "变更"
INPUTS = ("ref", "what", "name", "new", "from_day", "authority", "decision")


@pytest.fixture
def year(workspace: Workspace, document: Path) -> Workspace:
    """Three tasks and one indicator, July open and handed out."""
    register(workspace, [document], tasks_only=True)
    rows = ("附件1：1", "新建改建农村公路", "达到", 84, "公里")
    edit(
        workspace.master,
        lambda book: [_put(book["指标"], f"{column}5", value) for column, value in zip("BCDEF", rows, strict=True)],
    )
    open_period(workspace, JULY)
    distribute(workspace, JULY)
    return workspace


def _put(sheet: object, ref: str, value: object) -> None:
    sheet[ref] = value  # type: ignore[index]


def enter(place: Workspace, **cells: object) -> Published:
    """The office types a row below the last one of sheet 变更, and the next merge comes."""

    def typed(book: openpyxl.Workbook) -> None:
        sheet = book[REVISIONS]
        keys = {str(cell.value): cell.column for cell in sheet[3] if cell.value}
        row = next(row for row in range(5, 100) if not sheet.cell(row, keys["what"]).value)
        for key, value in cells.items():
            sheet.cell(row, keys[key]).value = value

    edit(place.master, typed)
    return publish(place)


def listed(place: Workspace) -> list[dict[str, object]]:
    """The rows of sheet 变更 by column key."""
    sheet = openpyxl.load_workbook(place.master)[REVISIONS]
    keys = [str(cell.value) for cell in sheet[3]]
    rows = ({key: cell.value for key, cell in zip(keys, row, strict=False)} for row in sheet.iter_rows(min_row=5))
    return [row for row in rows if row["what"]]


def decide(place: Workspace, number: int, choice: str) -> None:
    """The office chooses under 处理 in the row of a change."""

    def typed(book: openpyxl.Workbook) -> None:
        sheet = book[REVISIONS]
        keys = {str(cell.value): cell.column for cell in sheet[3] if cell.value}
        row = next(row for row in range(5, 100) if str(sheet.cell(row, 1).value) == str(number))
        sheet.cell(row, keys["decision"]).value = choice

    edit(place.master, typed)
    publish(place)


def answer(place: Workspace, period: Period, unit: str, text: str, actual: float | None = None) -> None:
    """``unit`` sends its workbook of ``period`` with one text everywhere, and a figure if it has an indicator."""
    source = next((place.root / "outbox" / unit).glob(f"*{period.label}*"))
    target = place.root / "inbox" / unit / source.name
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"})
    if actual is not None:
        edit(target, lambda book: _put(book["指标填报"], "H5", actual))


def target(place: Workspace) -> object:
    return openpyxl.load_workbook(place.master)["指标"]["E5"].value


def noted(place: Workspace, key: str = "note") -> object:
    sheet = openpyxl.load_workbook(place.master)["指标"]
    return sheet.cell(5, next(cell.column for cell in sheet[3] if cell.value == key)).value


def rate(place: Workspace, period: Period) -> str:
    (figure,) = take_snapshot(place, period).figures
    return f"{float(figure.standing.rate or 0):.3f}"


def asked(place: Workspace, period: Period) -> dict[str, list[str]]:
    """Which tasks each unit was handed for a period."""
    return {unit: list(issue.rows) for unit, issue in place.journal.newest_issues(str(period)).items()}


def next_period(place: Workspace, period: Period) -> None:
    open_period(place, period)
    distribute(place, period)


def test_a_target_changes_from_a_date(year: Workspace) -> None:
    """84 becomes 79 by a superior's list from August on: July goes on being measured by 84."""
    answer(year, JULY, "交通局", "完成42公里。", 42)
    sync_once(year)
    enter(year, ref="附件1：1", what="年度目标", new=79, from_day=date(2022, 8, 1), authority="安交〔2022〕8号")
    assert (target(year), rate(year, JULY)) == (84, "0.500")
    assert listed(year)[0]["state"] == "已登记，到8月1日生效"
    next_period(year, AUGUST)
    assert target(year) == 79
    assert noted(year) == "2022年8月1日起由84调整为79"
    answer(year, AUGUST, "交通局", "完成50公里。", 50)
    sync_once(year)
    next_period(year, SEPTEMBER)
    assert (rate(year, JULY), rate(year, AUGUST)) == ("0.500", f"{50 / 79:.3f}")
    row = listed(year)[0]
    assert [row[key] for key in ("old", "new", "authority", "state")] == ["84", 79, "安交〔2022〕8号", "已生效"]


def test_an_indicator_is_cancelled(year: Workspace) -> None:
    """From its date on it stays listed with a note, leaves the means, and nobody is asked for it."""
    enter(year, ref="1：1", what="取消指标", name="新建改建农村公路", from_day=date(2022, 8, 1))
    assert len(take_snapshot(year, JULY).figures) == 1
    next_period(year, AUGUST)
    assert (noted(year), noted(year, "light")) == ("2022年8月1日起取消", None)
    assert take_snapshot(year, AUGUST).figures == ()
    assert year.journal.newest_issues(str(AUGUST))["交通局"].indicators == {}
    assert len(take_snapshot(year, JULY).figures) == 1


def test_a_task_is_withdrawn(year: Workspace) -> None:
    """It stays printed with a note, is counted and asked for no more, and may be taken out of the sheet."""
    enter(year, ref="附件1：1", what="撤销任务", from_day=date(2022, 8, 1), authority="市政府第12次常务会议")
    next_period(year, AUGUST)
    line = take_snapshot(year, AUGUST).lines[0]
    assert line.task.text == "新建改建农村公路60公里。（2022年8月1日起撤销）"
    assert open_master(year).text(ROAD, "text") == line.task.text
    assert line.light is None
    assert all(ROAD not in rows for rows in asked(year, AUGUST).values())
    assert take_snapshot(year, JULY).lines[0].task.text == "新建改建农村公路60公里。"
    edit(year.master, lambda book: book["附件1"].delete_rows(5))
    assert "task_missing" not in {item.code for item in publish(year).findings}


def test_a_task_is_merged_into_another(year: Workspace) -> None:
    """The one that goes stays printed and names the other."""
    enter(year, ref="附件1：1", what="并入", new="附件1：2", from_day=date(2022, 8, 1))
    next_period(year, AUGUST)
    assert take_snapshot(year, AUGUST).lines[0].task.ended == "2022年8月1日起并入附件1：2"
    assert asked(year, AUGUST) == {"教育局": [SCHOOL], "住建局": [SCHOOL]}


def test_a_task_goes_to_another_unit(year: Workspace) -> None:
    """From its date on the new unit is asked; a workbook that the old one was given before counts no more."""
    next_period(year, AUGUST)
    enter(year, ref="附件1：1", what="牵头单位", new="住建局", from_day=date(2022, 8, 1))
    assert open_master(year).text(ROAD, "lead_units") == "住建局"
    assert open_master(year).text(ROAD, "reporter") == "住建局"
    answer(year, AUGUST, "交通局", "完成50公里。", 50)
    (submission,) = sync_once(year).decided
    assert submission.verdict == "accepted"
    assert "附件1：1现在由住建局填报" in submission.findings[0].message
    assert open_master(year).text(ROAD, "progress") == ""
    distribute(year, AUGUST)
    assert ROAD in asked(year, AUGUST)["住建局"]
    answer(year, AUGUST, "住建局", "完成52公里。", 52)
    sync_once(year)
    assert open_master(year).text(ROAD, "progress") == "完成52公里。"


def test_the_same_work_in_two_places(year: Workspace) -> None:
    """It is reported once and shown in both rows, whose units agree."""
    enter(year, ref="附件1：3", what="同一事项", new="附件1：1")
    distribute(year, JULY)
    assert [ROAD] in asked(year, JULY).values()
    assert all(THRIFT not in rows for rows in asked(year, JULY).values())
    answer(year, JULY, "交通局", "完成42公里。", 42)
    sync_once(year)
    master = open_master(year)
    assert [master.text(task, "progress") for task in (ROAD, THRIFT)] == ["完成42公里。"] * 2
    board = openpyxl.load_workbook(year.master)["看板"]
    counts = {board.cell(row, 1).value: board.cell(row, 2).value for row in range(8, 12)}
    assert (counts["附件1"], counts["合计"]) == (3, 2)


def test_an_edited_cell_waits_for_confirmation(year: Workspace) -> None:
    """The office's new wording is in force at once, and is listed until somebody says from when."""
    cell = cell_at(year.master, "附件1", "text", ROAD)
    edit(year.master, lambda book: _put(book["附件1"], cell, "新建改建农村公路66公里。"))
    publish(year)
    row = listed(year)[0]
    assert (row["old"], row["new"]) == ("新建改建农村公路60公里。", "新建改建农村公路66公里。")
    assert str(row["state"]).startswith("待确认")
    assert take_snapshot(year, JULY).lines[0].task.text == "新建改建农村公路66公里。"
    decide(year, 1, "确认")
    assert (listed(year)[0]["state"], listed(year)[0]["from_day"].date()) == ("已生效", date(2022, 7, 1))  # type: ignore[attr-defined]
    before = year.master.read_bytes()
    publish(year)
    assert year.master.read_bytes() == before


def test_an_edited_cell_may_be_declined(year: Workspace) -> None:
    """Then the ledger's text stands again; and an edit that the office takes back itself waits no more."""
    cell = cell_at(year.master, "附件1", "text", ROAD)
    edit(year.master, lambda book: _put(book["附件1"], cell, "改错了"))
    publish(year)
    decide(year, 1, "不采用")
    assert open_master(year).text(ROAD, "text") == "新建改建农村公路60公里。"
    edit(year.master, lambda book: _put(book["附件1"], cell, "又改错了"))
    publish(year)
    edit(year.master, lambda book: _put(book["附件1"], cell, "新建改建农村公路60公里。"))
    publish(year)
    assert [row["state"] for row in listed(year)] == ["未采用", "已改回原样"]


def test_an_edited_target_waits_too(year: Workspace) -> None:
    """The figure that the office typed over the target counts at once, with the old one beside it in 变更."""
    edit(year.master, lambda book: _put(book["指标"], "E5", 79))
    publish(year)
    row = listed(year)[0]
    assert [row[key] for key in ("what", "name", "old", "new")] == ["年度目标", "新建改建农村公路", "84", "79"]
    decide(year, 1, "不采用")
    assert target(year) == 84


def test_a_typed_row_becomes_a_task(year: Workspace) -> None:
    """A row without id waits as a draft; confirmed it is a task with its own id, asked for from then on."""

    def typed(book: openpyxl.Workbook) -> None:
        sheet = book["附件1"]
        keys = {cell.value: cell.column for cell in sheet[3]}
        for key, value in {"no": 4, "text": "改造老旧小区12个。", "leaders": "林岚", "lead_units": "住建局"}.items():
            sheet.cell(8, keys[key]).value = value

    edit(year.master, typed)
    publish(year)
    row = listed(year)[0]
    assert (row["what"], row["ref"], row["new"]) == ("新增任务", "附件1", "改造老旧小区12个。")
    assert len(year.journal.tasks()) == 3
    decide(year, 1, "确认")
    task = year.journal.tasks()[-1]
    assert (task.id, task.no, task.leaders, task.lead_units) == ("A1-004", 4, ("林岚",), ("住建局",))
    assert open_master(year).text("A1-004", "reporter") == "住建局"
    next_period(year, AUGUST)
    assert "A1-004" in asked(year, AUGUST)["住建局"]
    answer(year, AUGUST, "住建局", "已改造8个。")
    sync_once(year)
    assert open_master(year).text("A1-004", "progress") == "已改造8个。"


def test_a_typed_row_may_stay_the_offices_own(year: Workspace) -> None:
    """Declined it stays where it is and is asked about no more; one that is deleted waits no more."""
    cell = {"row": 8}

    def typed(book: openpyxl.Workbook) -> None:
        keys = {key.value: key.column for key in book["附件1"][3]}
        book["附件1"].cell(cell["row"], keys["text"]).value = "本办备忘"

    edit(year.master, typed)
    publish(year)
    decide(year, 1, "不采用")
    assert publish(year).written is False
    cell["row"] = 9
    edit(year.master, typed)
    publish(year)
    edit(year.master, lambda book: book["附件1"].delete_rows(9))
    publish(year)
    assert [row["state"] for row in listed(year)] == ["未采用", "已改回原样"]
    assert len(year.journal.tasks()) == 3


def test_a_deadline_makes_a_light_red(year: Workspace) -> None:
    """办结时限 is typed into its column; what was due before the period's end and is not done is red."""
    cell = cell_at(year.master, "附件1", "deadline", SCHOOL)
    edit(year.master, lambda book: _put(book["附件1"], cell, date(2022, 8, 15)))
    answer(year, JULY, "教育局", "新增1500个。")
    sync_once(year)
    assert open_master(year).text(SCHOOL, "light") == LIGHTS["green"]
    next_period(year, AUGUST)
    answer(year, AUGUST, "教育局", "新增2000个。")
    sync_once(year)
    assert open_master(year).text(SCHOOL, "light") == LIGHTS["red"]
    assert listed(year)[0]["state"] == "已生效"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"ref": "附件1：99", "what": "撤销任务"}, "序号“附件1：99”对不上任务"),
        ({"ref": "附件1：1", "what": "改一改"}, "变更事项“改一改”不认识"),
        ({"ref": "附件1：1", "what": "年度目标", "new": "七十九"}, "新内容“七十九”不是数字"),
        ({"ref": "附件1：2", "what": "年度目标", "new": "79"}, "对不上附件1：2的一个指标"),
        ({"ref": "附件1：1", "what": "并入", "new": "附件1：1"}, "对不上另一项任务"),
        ({"ref": "附件1：1", "what": "牵头单位"}, "新内容没有填写"),
        (
            {"ref": "附件1：1", "what": "牵头单位", "new": "住建局", "from_day": "下月"},
            "生效日期“下月”不是2022年的日期",
        ),
    ],
)
def test_what_is_wrong_with_a_row(year: Workspace, cells: dict[str, object], told: str) -> None:
    """A row that cannot be entered says why in 状态 and among the findings, and changes nothing."""
    done = enter(year, **cells)
    (row,) = listed(year)
    assert told in str(row["state"])
    assert any(told in item.message for item in done.findings)
    assert year.journal.revisions.all() == []
    assert publish(year).written is False


def test_a_quarter_takes_the_newest_month(year: Workspace) -> None:
    """What was last said in August stands in the third quarter with its month; September's texts stand as they are."""
    next_period(year, AUGUST)
    answer(year, AUGUST, "交通局", "完成50公里。", 50)
    answer(year, AUGUST, "教育局", "新增2000个。")
    sync_once(year)
    next_period(year, SEPTEMBER)
    answer(year, SEPTEMBER, "交通局", "完成58公里。", 58)
    sync_once(year)
    open_period(year, Period.parse("2022Q3"))
    master = open_master(year)
    assert master.text(ROAD, "progress") == "完成58公里。"
    assert master.text(SCHOOL, "progress") == "新增2000个。（截至8月底）"
    lines = {line.task.id: line.stale for line in take_snapshot(year, None).lines}
    assert lines == {ROAD: None, SCHOOL: AUGUST, THRIFT: None}
    assert publish(year).written is False


def test_what_was_agreed_is_not_questioned_again(year: Workspace) -> None:
    """A cell that was cleared on purpose, and a task merged into one that ends later, are no faults of their rows."""
    cell = cell_at(year.master, "附件1", "responsible_units", ROAD)
    edit(year.master, lambda book: _put(book["附件1"], cell, None))
    publish(year)
    decide(year, 1, "确认")
    enter(year, ref="附件1：3", what="并入", new="附件1：2")
    done = enter(year, ref="附件1：2", what="撤销任务")
    assert [row["state"] for row in listed(year)] == ["已生效"] * 3
    assert [item.code for item in (*done.findings, *publish(year).findings)] == []

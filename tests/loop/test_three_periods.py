"""One office, eight tasks, three months: everything that can change happens, and each month says what held."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from clerk import edit, fill
from openpyxl.workbook import Workbook as Sheets

from ledger.finding import Finding
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.publish import publish
from sync.register import register
from sync.snapshot import take_snapshot
from sync.workspace import Workspace, default_schema

JULY, AUGUST, SEPTEMBER = MONTHS = [Period.parse(f"2022-0{month}") for month in (7, 8, 9)]
HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
TASKS = {
    1: ("新建改建农村公路84公里。", "交通局"),
    2: ("城市绿化面积增加12万平方米。", "城管局"),
    3: ("新增停车位2000个。", "城管局"),
    4: ("建成智慧停车平台。", "城管局"),
    5: ("改造老旧小区12个。", "住建局"),
    6: ("老旧小区加装电梯20部。", "住建局"),
    7: ("创建全国文明城市。", "文明办"),
    8: ("开展志愿服务100场。", "文明办"),
}
FIGURES = (("附件1：1", "农村公路", "达到", 84, "公里"), ("附件1：2", "绿化面积", "达到", 12, "万平方米"))
CHANGES: tuple[Mapping[str, object], ...] = (
    {"ref": "附件1：1", "what": "年度目标", "name": "农村公路", "new": 79, "from_day": date(2022, 8, 1)},
    {"ref": "附件1：2", "what": "取消指标", "name": "绿化面积", "from_day": date(2022, 9, 1)},
    {"ref": "附件1：3", "what": "牵头单位", "new": "交通局", "from_day": date(2022, 9, 1)},
    {"ref": "附件1：4", "what": "并入", "new": "附件1：3", "from_day": date(2022, 8, 1)},
    {"ref": "附件1：6", "what": "同一事项", "new": "附件1：5", "from_day": date(2022, 8, 1)},
    {"ref": "附件1：7", "what": "撤销任务", "from_day": date(2022, 9, 1)},
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, dict[Period, list[Finding]]]]:
    """The three months, with what every month's collection found."""
    folder = tmp_path_factory.mktemp("三个月")
    place = Workspace.create(folder / "安平", default_schema())
    with place.locked():
        register(place, [document(folder)], tasks_only=True)
        edit(place.master, type_figures)
        found = {}
        for month in MONTHS:
            open_period(place, month)
            if month == JULY:
                edit(place.master, type_changes)
                publish(place)
            if month == AUGUST:
                confirm(place)
            distribute(place, month)
            for unit in sorted(path.name for path in (place.root / "outbox").iterdir()):
                answer(place, month, unit)
            found[month] = [*sync_once(place).published.findings]
        yield place, found


def document(folder: Path) -> Path:
    rows = [HEADERS, *((f"{no}.{text}", "林  岚", unit, "财政局", "", "") for no, (text, unit) in TASKS.items())]
    path = folder / "分工表.txt"
    path.write_text("附件1\n" + "\n".join("".join(f"\t{cell}\n" for cell in row) for row in rows), encoding="utf-8")
    return path


def type_figures(book: Sheets) -> None:
    for row, cells in enumerate(FIGURES, 5):
        for column, value in zip("BCDEF", cells, strict=True):
            book["指标"][f"{column}{row}"] = value


def type_changes(book: Sheets) -> None:
    """Six changes, a deadline for the eighth task, and a ninth task typed in below."""
    keys = {str(cell.value): cell.column for cell in book["变更"][3]}
    for row, change in enumerate(CHANGES, 5):
        for key, value in change.items():
            book["变更"].cell(row, keys[key]).value = value  # type: ignore[assignment]
    sheet = book["附件1"]
    columns = {str(cell.value): cell.column for cell in sheet[3]}
    sheet.cell(12, columns["deadline"]).value = date(2022, 8, 20)
    for key, value in {"no": 9, "text": "新建口袋公园6个。", "lead_units": "城管局"}.items():
        sheet.cell(13, columns[key]).value = value


def confirm(place: Workspace) -> None:
    """The typed row becomes a task from August on."""

    def decide(book: Sheets) -> None:
        sheet = book["变更"]
        keys = {str(cell.value): cell.column for cell in sheet[3]}
        row = next(row for row in range(5, 30) if sheet.cell(row, keys["what"]).value == "新增任务")
        sheet.cell(row, keys["decision"]).value = "确认"

    edit(place.master, decide)
    publish(place)


def answer(place: Workspace, month: Period, unit: str) -> None:
    source = next((path for path in (place.root / "outbox" / unit).glob(f"*{month.label}*")), None)
    if source:
        text = f"截至{month.last}月底，正常推进。"
        target = place.root / "inbox" / unit / source.name
        fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"})
        edit(target, lambda book: type_actuals(book, month))


def type_actuals(book: Sheets, month: Period) -> None:
    sheet = book["指标填报"]
    for row in range(5, sheet.max_row + 1):
        if sheet.cell(row, 2).value:
            sheet.cell(row, 8).value = month.last * 5


def asked(place: Workspace, month: Period) -> dict[str, list[int]]:
    """The printed numbers of the tasks that each unit was handed."""
    issues = place.journal.newest_issues(str(month))
    return {unit: [int(name.rpartition("-")[2]) for name in issue.rows] for unit, issue in issues.items()}


Played = tuple[Workspace, dict[Period, list[Finding]]]


def test_who_was_asked_what(played: Played) -> None:
    """Merged, linked, withdrawn and moved tasks leave a unit's workbook from their month on; a new one comes."""
    place, _ = played
    assert asked(place, JULY) == {"交通局": [1], "城管局": [2, 3, 4], "住建局": [5, 6], "文明办": [7, 8]}
    assert asked(place, AUGUST) == {"交通局": [1], "城管局": [2, 3, 9], "住建局": [5], "文明办": [7, 8]}
    assert asked(place, SEPTEMBER) == {"交通局": [1, 3], "城管局": [2, 9], "住建局": [5], "文明办": [8]}


def test_what_each_month_says_of_the_tasks(played: Played) -> None:
    """A closed month goes on saying what held then."""
    place, _ = played
    said = {month: {line.task.no: line for line in take_snapshot(place, month).lines} for month in MONTHS}
    assert [sorted(said[month]) for month in MONTHS] == [[*range(1, 9)], [*range(1, 10)], [*range(1, 10)]]
    assert [said[month][4].task.ended for month in MONTHS] == ["", *["2022年8月1日起并入附件1：3"] * 2]
    assert [said[month][7].task.ended for month in MONTHS] == ["", "", "2022年9月1日起撤销"]
    assert [said[month][3].reporter for month in MONTHS] == ["城管局", "城管局", "交通局"]
    assert [said[month][6].values["progress"] for month in MONTHS] == [f"截至{n}月底，正常推进。" for n in (7, 8, 9)]
    assert [said[month][4].values["progress"] for month in MONTHS] == ["截至7月底，正常推进。", "", ""]


def test_what_each_month_says_of_the_figures(played: Played) -> None:
    """The target that was in force, and no cancelled indicator."""
    place, _ = played
    months = (take_snapshot(place, month).figures for month in MONTHS)
    said = [[(one.indicator.name, one.indicator.target, one.values["actual"]) for one in found] for found in months]
    assert said == [
        [("农村公路", 84, "35"), ("绿化面积", 12, "35")],
        [("农村公路", 79, "40"), ("绿化面积", 12, "40")],
        [("农村公路", 79, "45")],
    ]


def test_what_was_overdue(played: Played) -> None:
    """Due on 20 August and not done: green in July, red from August on."""
    place, _ = played
    lights = [next(one.light for one in take_snapshot(place, month).lines if one.task.no == 8) for month in MONTHS]
    assert lights == ["green", "red", "red"]


def test_the_master_keeps_the_year(played: Played) -> None:
    """历史 has every closed month; 上期进展 is last month's; a row that is missing or copied is told every time."""
    place, found = played
    assert {item.code for items in found.values() for item in items} == set()
    book = openpyxl.load_workbook(place.master)
    keys = {str(cell.value): cell.column for cell in book["历史"][3]}
    texts = [
        (row[keys["period"] - 1].value, row[keys["progress"] - 1].value)
        for row in book["历史"].iter_rows(min_row=5)
        if row[keys["ref"] - 1].value == "附件1：5"
    ]
    assert texts == [("2022年7月", "截至7月底，正常推进。"), ("2022年8月", "截至8月底，正常推进。")]
    assert open_master(place).text("A1-005", "last") == "截至8月底，正常推进。"
    assert publish(place).written is False
    before = place.master.read_bytes()

    def spoil(book: Sheets) -> None:
        book["附件1"].cell(20, 1).value = "A1-008"  # a copied row
        book["附件1"].delete_rows(5)

    edit(place.master, spoil)
    for _ in range(2):
        assert {item.code for item in publish(place).findings} == {"task_missing", "task_copied"}
    place.master.write_bytes(before)
    assert publish(place).findings == []

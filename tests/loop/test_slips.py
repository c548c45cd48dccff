"""What slips in an office: sheets deleted, masters doubled, cells cleared. Each is told, nothing is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, cell_at, edit, fill
from openpyxl.workbook import Workbook as Sheets

from ledger.errors import StateError
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.publish import publish
from sync.register import register
from sync.snapshot import disagreements
from sync.waiting import undecided
from sync.workspace import Workspace, default_schema

ROAD = "A1-001"
SEPTEMBER = Period.parse("2022-09")


@pytest.fixture
def asked(handed_out: Workspace) -> Workspace:
    """The small workspace with one indicator, reported in August."""

    def figure(book: Sheets) -> None:
        for column, value in zip("BCDEF", ("附件1：1", "新建改建农村公路", "达到", 60, "公里"), strict=True):
            book["指标"][f"{column}5"] = value

    edit(handed_out.master, figure)
    distribute(handed_out, PERIOD)
    source = next((handed_out.root / "outbox" / "交通局").glob("*8月*"))
    target = handed_out.root / "inbox" / "交通局" / source.name
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": "已完成38公里。", "落实情况": "正常推进"})
    edit(target, lambda book: book["指标填报"].__setitem__("H5", 38))
    sync_once(handed_out)
    return handed_out


def told(place: Workspace) -> dict[str, str]:
    return {item.code: item.message for item in publish(place).findings}


def test_an_indicator_that_is_gone_is_told_until_it_is_cancelled(asked: Workspace) -> None:
    """Every time, as for a task's row; 取消指标 in sheet 变更 ends it."""
    edit(asked.master, lambda book: book["指标"].delete_rows(5))
    for _ in range(2):
        assert "找不到附件1：1的指标“新建改建农村公路”" in told(asked)["indicator_missing"]

    def cancel(book: Sheets) -> None:
        for column, value in zip("BCD", ("附件1：1", "取消指标", "新建改建农村公路"), strict=True):
            book["变更"][f"{column}5"] = value

    edit(asked.master, cancel)
    assert told(asked) == {}


def test_the_whole_sheet_of_indicators_gone_stops_everything(asked: Workspace) -> None:
    """Handing out would otherwise ask nobody for figures."""
    edit(asked.master, lambda book: book.remove(book["指标"]))
    before = asked.master.read_bytes()
    for act in (publish, lambda place: distribute(place, PERIOD)):
        with pytest.raises(StateError, match="总表里找不到“指标”表，没有作任何改动"):
            act(asked)
    assert asked.master.read_bytes() == before


@pytest.mark.parametrize("sheet", ["冲突", "变更", "代填", "设置", "历史", "看板"])
def test_a_list_sheet_that_is_gone_is_told(handed_out: Workspace, sheet: str) -> None:
    """The rest goes on."""
    edit(handed_out.master, lambda book: book.remove(book[sheet]))
    assert f"总表里没有“{sheet}”表" in told(handed_out)["list_missing"]


def test_a_period_turns_without_the_board(asked: Workspace) -> None:
    """Which period the master shows is remembered, so that its texts are archived and not taken for the next one's."""
    edit(asked.master, lambda book: book.remove(book["看板"]))
    open_period(asked, SEPTEMBER)
    master = open_master(asked)
    assert (master.text(ROAD, "progress"), master.text(ROAD, "last")) == ("", "已完成38公里。")


def test_two_masters_are_one_too_many(handed_out: Workspace) -> None:
    """An edit in the wrong one would be lost."""
    shutil.copy(handed_out.master, handed_out.root / "master.xlsm")
    with pytest.raises(StateError, match=r"既有master\.xlsx又有master\.xlsm"):
        publish(handed_out)


def test_a_copied_annex_is_named(handed_out: Workspace) -> None:
    """One sentence with both sheets, not one for every task; nothing is written."""

    def copy(book: Sheets) -> None:
        book.copy_worksheet(book["附件1"]).title = "附件1备份"

    edit(handed_out.master, copy)
    with pytest.raises(StateError, match="总表里“附件1”和“附件1备份”带着同一个附件的标识"):
        publish(handed_out)


ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("data", "why"), [(b"not a workbook", "不是完好的Excel工作簿"), (ENCRYPTED, "设了打开密码"), (b"", "不是完好")]
)
def test_a_master_that_cannot_be_opened(handed_out: Workspace, data: bytes, why: str) -> None:
    """The sentence says which file, why, and that nothing was changed."""
    handed_out.master.write_bytes(data)
    with pytest.raises(StateError, match=f"master.xlsx”打不开：{why}.*没有改动"):
        publish(handed_out)
    assert handed_out.master.read_bytes() == data


def test_a_deadline_that_is_no_day(handed_out: Workspace) -> None:
    """It is told with its cell until it is put right, and never becomes a change."""
    cell = cell_at(handed_out.master, "附件1", "deadline", ROAD)
    edit(handed_out.master, lambda book: book["附件1"].__setitem__(cell, "年底"))
    for _ in range(2):
        assert f"附件1!{cell}（办结时限）填的“年底”不是日期" in told(handed_out)["date_unclear"]
    assert handed_out.journal.revisions.all() == []


def test_a_task_cannot_lose_its_text(handed_out: Workspace) -> None:
    """A cleared text comes back: what is withdrawn is entered in 变更."""
    cell = cell_at(handed_out.master, "附件1", "text", ROAD)
    edit(handed_out.master, lambda book: book["附件1"].__setitem__(cell, None))
    publish(handed_out)
    assert open_master(handed_out).text(ROAD, "text") == "新建改建农村公路60公里。"


def test_a_cleared_target_leaves_no_rate_behind(asked: Workspace) -> None:
    """What followed from the target goes with it."""
    edit(asked.master, lambda book: book["指标"].__setitem__("E5", None))
    assert "年度目标“空”不是数字" in told(asked)["indicator_target"]
    sheet = openpyxl.load_workbook(asked.master)["指标"]
    keys = {cell.value: cell.column for cell in sheet[3]}
    assert [sheet.cell(5, keys[key]).value for key in ("rate", "light")] == [None, None]


def test_a_choice_that_is_none(asked: Workspace) -> None:
    """What is neither 本办 nor 单位 is told and decides nothing."""
    cell = cell_at(asked.master, "附件1", "progress", ROAD)
    edit(asked.master, lambda book: book["附件1"].__setitem__(cell, "截至8月底，完成38公里。"))
    source = next((asked.root / "inbox" / "交通局").iterdir())
    fill(source, source.with_name("更正.xlsx"), lambda _: {"进展情况": "已完成45公里。"})
    assert sync_once(asked).published.conflicts == 1
    edit(asked.master, lambda book: book["冲突"].__setitem__("H5", "都行"))
    assert "（采用）填的是“都行”，不在可选项里" in told(asked)["choice_unknown"]
    assert [item.decision for item in asked.journal.cells.conflicts()] == [""]
    assert undecided(asked, open_master(asked)).conflicts == 1


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "~$填报表.xlsx", ".~lock.填报表.xlsx#"])
def test_what_nobody_sent_is_no_submission(handed_out: Workspace, name: str) -> None:
    (handed_out.root / "inbox" / "交通局").mkdir(parents=True, exist_ok=True)
    (handed_out.root / "inbox" / "交通局" / name).write_bytes(b"x")
    assert sync_once(handed_out).decided == []


def test_a_change_of_one_row_of_a_project(tmp_path: Path) -> None:
    """附件2：1.2 is one row of a project; 附件2：1 alone is asked back with the rows that it has."""
    place = Workspace.create(tmp_path / "安平", default_schema())
    with place.locked():
        register(place, [_projects(tmp_path)], tasks_only=True)
        open_period(place, PERIOD)

        def enter(ref: str) -> Callable[[Sheets], None]:
            def typed(book: Sheets) -> None:
                book["变更"]["B5"], book["变更"]["C5"] = ref, "撤销任务"

            return typed

        edit(place.master, enter("附件2：1"))
        assert "有2个子项，请写明是哪一个（附件2：1.1、附件2：1.2）" in told(place)["revision_faulty"]
        edit(place.master, enter("附件2：1.2"))
        for _ in range(2):
            assert told(place) == {}
        assert [task.ended != "" for task in place.journal.tasks()] == [False, True]
        assert openpyxl.load_workbook(place.master)["变更"]["B5"].value == "附件2：1.2"
        assert disagreements(place) == ([], [])


def _projects(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2022年安平市民生实事责任分工表"])
    sheet.append(["序号", "项目名称", "目标任务", "牵头市领导", "牵头单位", "责任单位", "进展情况", "存在问题"])
    sheet.append([1, "道路工程", "新建道路3公里。", "林岚", "交通局", "财政局"])
    sheet.append([None, None, "修补路面2万平方米。", "林岚", "交通局", "财政局"])
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:B4")
    path = folder / "民生实事.xlsx"
    book.save(path)
    return path

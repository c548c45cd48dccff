"""Orders, letters, scores and drafts for comment in a workspace: numbers, names, files that somebody edited."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

import docx
import pytest
from clerk import PERIOD, cell_at, edit, fill, type_at
from openpyxl.workbook import Workbook

from addin.papers import chosen_tasks, issue_day, write_consultations, write_letters, write_orders
from bulletin import BulletinError
from ducha import collecting, papers
from ledger.errors import StateError
from ledger.period import Period
from sync.entering import enter
from sync.intake import sync_once
from sync.master import open_master
from sync.numbers import numbered
from sync.owing import owing
from sync.periods import open_period
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

GOOD = {"本期情况": "有进展", "进展情况": "完成20公里。", "落实情况": "正常推进"}
FIGURE = {"ref": "附件1：1", "name": "农村公路", "kind": "达到", "target": 60, "measure": "公里", "actual": 30}


def orders(place: Workspace, *references: str, day: str = "") -> list[str]:
    """Write them as the command does; the names of the files."""
    shown = take_snapshot(place, PERIOD)
    given = issue_day(place.schema, PERIOD, day)
    return [
        path.name for path in write_orders(place, open_master(place), shown, chosen_tasks(shown, references), given)
    ]


def letters(place: Workspace) -> list[str]:
    return [path.name for path in write_letters(place, PERIOD, issue_day(place.schema, PERIOD))]


def folder(place: Workspace) -> Path:
    return place.root / "bulletins" / str(PERIOD)


def files(place: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder(place).glob("*.docx")}


def words(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def report(place: Workspace, unit: str, **answer: str) -> None:
    source = next((place.root / "outbox" / unit).glob("*"))
    fill(source, place.root / "inbox" / unit / "报来.xlsx", lambda _: {**GOOD, **answer})
    sync_once(place)


@pytest.fixture
def red(handed_out: Workspace) -> Workspace:
    """A task whose indicator is far behind: half of the target after two thirds of the year."""
    sync_once(handed_out)

    def typed(book: Workbook) -> None:
        sheet = book["指标"]
        columns = {cell.value: cell.column for cell in sheet[3] if cell.value}
        for key, value in FIGURE.items():
            sheet.cell(5, columns[key]).value = value

    edit(handed_out.master, typed)
    return handed_out


def test_red_tasks_by_default(red: Workspace) -> None:
    """The arithmetic of the master stands in the order."""
    assert orders(red) == ["督办单1号_附件1-1.docx"]
    said = words(folder(red) / "督办单1号_附件1-1.docx")
    assert "完成30公里，年度目标60公里，完成率50%，序时进度66.7%，落后16.7个百分点。" in said
    assert "安督单〔2022〕1号" in said
    assert "2022年9月6日" in said


def test_numbers_go_on_without_gaps_and_stay(handed_out: Workspace) -> None:
    """A second run gives the same numbers and bytes; another task and another period go on."""
    assert orders(handed_out, "附件1：2") == ["督办单1号_附件1-2.docx"]
    first = files(handed_out)
    assert orders(handed_out, "附件1：1", "1：2") == ["督办单2号_附件1-1.docx", "督办单1号_附件1-2.docx"]
    assert {name: data for name, data in files(handed_out).items() if name in first} == first
    assert letters(handed_out)[0].startswith("催报函1号_")
    open_period(handed_out, Period.parse("2022-09"))
    assert numbered(handed_out, "督办单", ["2022-09 A1-001", "2022-08 A1-001"]) == {
        "2022-09 A1-001": 3,
        "2022-08 A1-001": 2,
    }


def test_a_rebuilt_journal_gives_no_number_twice(handed_out: Workspace) -> None:
    """The files say which numbers are taken."""
    orders(handed_out, "附件1：1", "附件1：2")
    handed_out.journal.set_fact("numbers 督办单", "{}")
    assert numbered(handed_out, "督办单", ["2022-08 A1-003"]) == {"2022-08 A1-003": 3}


def test_an_edited_order_is_left_alone(handed_out: Workspace) -> None:
    orders(handed_out, "附件1：1")
    path = folder(handed_out) / "督办单1号_附件1-1.docx"
    document = docx.Document(str(path))
    document.add_paragraph("领导改过。")
    document.save(str(path))
    edited = path.read_bytes()
    (name,) = orders(handed_out, "附件1：1")
    assert name == "督办单1号_附件1-1_新稿2.docx"
    assert path.read_bytes() == edited


def test_a_spoilt_template_leaves_nothing_half_written(handed_out: Workspace) -> None:
    """No number is used up, no document is touched; the template of the workspace is the one that counts."""
    orders(handed_out, "附件1：1")
    before = files(handed_out)
    own = handed_out.root / "templates" / "order.docx"
    own.parent.mkdir()
    document = docx.Document(str(folder(handed_out) / "督办单1号_附件1-1.docx"))
    document.save(str(own))
    with pytest.raises(BulletinError, match=r"模板order\.docx里缺少变量"):
        orders(handed_out, "附件1：1", "附件1：2", "附件1：3")
    assert files(handed_out) == before
    own.unlink()
    assert orders(handed_out, "附件1：3") == ["督办单2号_附件1-3.docx"]


@pytest.mark.parametrize("typed", ["2022-09-08", "2022年9月8日", "2022/9/8", "2022.9.8"])
def test_a_day_is_understood_however_it_is_written(workspace: Workspace, typed: str) -> None:
    assert issue_day(workspace.schema, PERIOD, typed) == date(2022, 9, 8)


def test_tasks_that_cannot_be_ordered(handed_out: Workspace) -> None:
    with pytest.raises(StateError, match="找不到任务“附件1：99、某项”"):
        orders(handed_out, "附件1：1", "附件1：99", "某项")
    with pytest.raises(StateError, match="落款日期“昨天”看不懂"):
        orders(handed_out, "附件1：1", day="昨天")
    with pytest.raises(StateError, match="没有打开过"):
        take_snapshot(handed_out, Period.parse("2022-12"))
    assert not folder(handed_out).exists()


def test_who_owes_what(handed_out: Workspace) -> None:
    """Nothing came, a part came by telephone, what came was sent back; who has reported owes nothing."""
    states = {one.unit: one for one in owing(handed_out, PERIOD)}
    assert {unit: (one.state, one.tasks) for unit, one in states.items()} == {
        "交通局": ("silent", ("附件1：1",)),
        "教育局": ("silent", ("附件1：2",)),
        "住建局": ("silent", ("附件1：2",)),
    }
    report(handed_out, "交通局")
    report(handed_out, "教育局", 落实情况="差不多了")
    states = {one.unit: one for one in owing(handed_out, PERIOD)}
    assert set(states) == {"教育局", "住建局"}
    assert states["教育局"].state == "returned"
    assert ["差不多了" in fault for fault in states["教育局"].faults] == [True]
    assert letters(handed_out) == ["催报函1号_教育局.docx", "催报函2号_住建局.docx"]
    said = words(folder(handed_out) / "催报函1号_教育局.docx")
    assert "已经退回修改，至今没有收到改好的" in said
    assert "差不多了" in said


def test_told_by_telephone_is_not_asked_again(handed_out: Workspace) -> None:
    enter(handed_out, "交通局", "附件1：1", {"进展情况": "完成20公里。"}, "电话", "2022-09-03")
    assert "交通局" not in {one.unit for one in owing(handed_out, PERIOD)}


def test_a_unit_is_asked_about_what_the_bulletin_says(handed_out: Workspace) -> None:
    report(handed_out, "交通局", 存在问题="用地指标没有落实。")
    paths = write_consultations(
        handed_out, open_master(handed_out), take_snapshot(handed_out, PERIOD), issue_day(handed_out.schema, PERIOD)
    )
    said = {path.name: words(path) for path in paths}
    assert "用地指标没有落实。" in said["征求意见_交通局.docx"]
    assert "用地指标没有落实。" not in said["征求意见_教育局.docx"]
    assert "教育局" in said["征求意见_教育局.docx"]


def test_names_that_windows_takes_for_the_same(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two letters never overwrite each other, whatever the units are called."""
    found = owing(handed_out, PERIOD)
    names = ["局" * 3000, "局" * 2999 + "甲", "a/b:c", "A?B*C"]
    monkeypatch.setattr(
        "addin.papers.owing",
        lambda *_: [type(found[0])(name, "silent", ()) for name in names],
    )
    assert len({name.casefold() for name in letters(handed_out)}) == 4
    assert len(list(folder(handed_out).iterdir())) == 4


def test_by_command(handed_out: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence each; the settings that the office has just typed hold."""
    for module in (papers, collecting):
        monkeypatch.setattr(module, "opened", lambda _root: nullcontext(handed_out))
    sync_once(handed_out)
    setting = cell_at(handed_out.master, "设置", "value", "papers.order_days")
    type_at(handed_out.master, "设置", setting, 10)
    root = handed_out.root
    problems = cell_at(handed_out.master, "附件1", "problems", "A1-001")
    type_at(handed_out.master, "附件1", problems, "孙堃、𠮷林反映缺地。")
    papers.orders("2022-08", ["附件1：1"], "2022-09-08", root)
    papers.orders("2022-08", [], "", root)
    papers.scores("", root)
    papers.consult("2022-08", "", root)
    collecting.remind("2022-08", True, "", root)
    told = capsys.readouterr().out
    assert "提醒：文书里的“堃、𠮷”公文字体里没有" in told
    for part in (
        "督办单已生成1份",
        "没有亮红灯的任务。",
        "单位评分表已生成1份",
        "征求意见函已生成3份",
        "催报函已生成3份",
    ):
        assert part in told
    assert "请于2022年9月18日前" in words(folder(handed_out) / "督办单1号_附件1-1.docx")

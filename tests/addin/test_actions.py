"""The ribbon's buttons on a real spreadsheet: pressed as Excel presses them, with edits that nobody has saved."""

import ast
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
import pytest
import xlwings as xw
from calc import App, Range, calc
from office import Office

from addin import actions
from addin.marking import MARK
from ledger.errors import StateError
from ledger.period import Period
from ledger.task import Entry
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.publish import Published
from sync.recovery.proof import prove
from sync.register import register
from sync.rehearsal import Rehearsed, rehearse
from sync.workspace import Workspace, default_schema

pytestmark = pytest.mark.office
PERIOD = Period.parse("2022-08")
HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
ROWS = (
    ("1.新建改建农村公路60公里。", "林  岚", "交通局", "各乡镇（街道）", "", ""),
    ("2.新增学位3000个。", "林  岚", "教育局", "财政局", "", ""),
)
ANNEX, ROAD, TEXT = "附件1", "A1-001", "已完成路基工程45公里。"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two tasks, August handed out, and a master."""
    root = tmp_path_factory.mktemp("工作区") / "安平 台账"
    source = root.parent / "分工表.txt"
    dumped = ("".join(f"\t{cell}\n" for cell in row) for row in (HEADERS, *ROWS))
    source.write_text("附件1\n" + "\n".join(dumped), encoding="utf-8")
    workspace = Workspace.create(root, default_schema())
    with workspace.locked():
        register(workspace, [source], tasks_only=True)
        open_period(workspace, PERIOD)
        distribute(workspace, PERIOD)
        sync_once(workspace)
    return root


@pytest.fixture
def root(begun: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(begun, tmp_path / "安平 台账"))


@pytest.fixture
def excel(office: Office) -> Iterator[App]:
    with calc(office) as app:
        yield app


def open_book(excel: App, path: Path) -> xw.Book:
    """The workbook in Excel, and in front."""
    book = xw.Book(impl=excel.books.open(str(path)))
    book.set_mock_caller()
    return book


def cell(book: xw.Book, sheet: str, key: str, row: int) -> xw.Range:
    """A cell by the hidden key of its column."""
    found = book.sheets[sheet]
    keys = found.range((3, 1), (3, 60)).value
    return found.range((row, keys.index(key) + 1))


def report(root: Path, unit: str, text: str) -> None:
    """The unit fills its workbook and sends it back."""
    (source,) = (root / "outbox" / unit).glob("*.xlsx")
    book = openpyxl.load_workbook(source)
    sheet = book["任务填报"]
    titles = {value.value: value.column for value in sheet[4] if value.value}
    for title, value in {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"}.items():
        sheet.cell(5, titles[title]).value = value
    guide = book["填报说明"]
    for name in ("dc_filler", "dc_phone", "dc_approver"):
        guide[book.defined_names[name].attr_text.split("!")[1].replace("$", "")].value = "王宁"
    target = root / "inbox" / source.name
    target.parent.mkdir(exist_ok=True)
    book.save(target)
    long_ago = target.stat().st_mtime - 60  # nobody waits for it to be finished
    os.utime(target, (long_ago, long_ago))


def files(root: Path) -> dict[str, bytes]:
    """Everything in a workspace that people see, and the journal."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "lock" and not path.name.startswith(".~lock")
    }


def said(excel: App) -> str:
    """The one thing that was said."""
    ((mode, text),) = excel.said
    assert mode == "info"
    return text


def refused(excel: App) -> str:
    ((mode, text),) = excel.said
    assert mode == "critical"
    assert text.endswith("。")
    assert "\n" not in text
    return text


def test_check_marks_the_faulty_cells_and_nothing_else(excel: App, root: Path) -> None:
    """Edits that nobody has saved are judged; put right and pressed again, the cell looks as before."""
    book = open_book(excel, root / "master.xlsx")
    book.impl.shown = [sheet.name for sheet in book.sheets].index(ANNEX)
    status, progress = cell(book, ANNEX, "status", 6), cell(book, ANNEX, "progress", 6)
    progress.value, status.value = TEXT, "推进"
    colours = status.color, progress.color
    values = book.sheets[ANNEX].range((1, 1), (8, 20)).value
    actions.check_sheet()
    assert "落实情况请从列表里选" in said(excel)
    assert (status.color, progress.color) == (MARK, colours[1])
    assert book.sheets[ANNEX].range((1, 1), (8, 20)).value == values
    status.value = "正常推进"
    excel.said.clear()
    actions.check_sheet()
    assert said(excel) == "核对了1行，没有发现问题。"
    assert status.color == colours[0]
    assert excel.bar[0] == "正在校验当前表"
    assert excel.bar[-1] is False


def test_check_of_a_protected_sheet_only_says(excel: App, root: Path) -> None:
    """A unit's own workbook, as it was handed out: everything is still to be filled in."""
    (path,) = (root / "outbox" / "交通局").glob("*.xlsx")
    book = open_book(excel, path)
    book.impl.shown = [sheet.name for sheet in book.sheets].index("任务填报")
    actions.check_sheet()
    assert "工作表受保护，没有涂色" in said(excel)
    assert "请填写进展情况" in excel.said[0][1]


def test_status_says_who_has_not_reported(excel: App, root: Path) -> None:
    open_book(excel, root / "master.xlsx")
    before = files(root)
    actions.show_status()
    assert said(excel) == "2022年8月：应报2家，已报0家。\n未报或未通过：交通局、教育局。"
    assert files(root) == before


def test_preview_changes_nothing_and_counts_unsaved_edits(excel: App, root: Path) -> None:
    """What the office has typed and not saved clashes with what the unit sends, and the preview knows."""
    report(root, "交通局", TEXT)
    before = files(root)
    book = open_book(excel, root / "master.xlsx")
    actions.preview_sync()
    assert "新收1份，总表更新3格。" in said(excel)
    shown = excel.books.open_ones[-1]
    rows = xw.Book(impl=shown).sheets[0].range((3, 1), (6, 5)).value
    assert rows[0] == ["序号", "栏目", "现在", "汇总后", "来自"]
    assert TEXT in [row[3] for row in rows]
    excel.said.clear()
    cell(book, ANNEX, "progress", 5).value = "本办另有说法。"
    actions.preview_sync()
    assert "1处与本办改动冲突" in said(excel)
    assert files(root) == before


def test_sync_saves_closes_merges_and_opens_again(excel: App, root: Path) -> None:
    """The office's unsaved text is kept, the unit's report stands in the master that is open afterwards."""
    report(root, "交通局", TEXT)
    book = open_book(excel, root / "master.xlsx")
    cell(book, ANNEX, "problems", 6).value = "本办记的问题。"
    actions.run_sync()
    assert said(excel).startswith("汇总完成。新收1份，总表更新3格。")
    (standing,) = excel.books.open_ones
    again = xw.Book(impl=standing)
    assert again.fullname == str(root / "master.xlsx")
    assert cell(again, ANNEX, "progress", 5).value == TEXT
    assert cell(again, ANNEX, "problems", 6).value == "本办记的问题。"
    assert list(root.glob("master_待发布*")) == []


@pytest.mark.parametrize("fails", [False, True])
def test_sync_shows_the_same_place_again(excel: App, root: Path, fails: bool) -> None:
    """Sheet, selection and scrolling, whether it went well or not; one sentence where it did not."""
    book = open_book(excel, root / "master.xlsx")
    cell(book, ANNEX, "problems", 6).value = "本办记的问题。"
    book.sheets[ANNEX].api.Activate()
    select(excel, book, ANNEX, 5, 2)
    excel.window.ScrollRow = 4
    if fails:
        shutil.rmtree(root / "inbox")
    actions.run_sync()
    assert ("inbox" in refused(excel)) if fails else said(excel).startswith("汇总完成。")
    (standing,) = excel.books.open_ones
    again = xw.Book(impl=standing)
    assert again.fullname == str(root / "master.xlsx")
    assert again.sheets.active.name == ANNEX
    assert excel.selected is not None
    assert (excel.selected.address, excel.window.ScrollRow) == ("$A$5:$C$6", 4)
    assert cell(again, ANNEX, "problems", 6).value == "本办记的问题。"


def everything(book: xw.Book) -> dict[str, list[list[object]]]:
    return {sheet.name: sheet.used_range.options(ndim=2).value for sheet in book.sheets}


def test_reports_go_into_the_open_master(excel: App, root: Path) -> None:
    """Only the units' texts; nothing is saved or closed, and what nobody has saved stands beside them."""
    book = open_book(excel, root / "master.xlsx")
    cell(book, ANNEX, "problems", 6).value = "本办记的问题。"
    before, whole = everything(book), (root / "master.xlsx").read_bytes()
    report(root, "交通局", TEXT)
    actions.write_through()
    assert said(excel) == "已写进3格，没有存盘。\n亮灯、冲突和各张清单等总表存盘关闭后，汇总时更新。"
    changed = {key: cell(book, ANNEX, key, 5) for key in ("change", "progress", "status")}
    assert {key: one.value for key, one in changed.items()} == {
        "change": "有进展",
        "progress": TEXT,
        "status": "正常推进",
    }
    for one in changed.values():
        before[ANNEX][one.row - 1][one.column - 1] = one.value
    assert everything(book) == before
    assert ((root / "master.xlsx").read_bytes(), len(excel.books)) == (whole, 1)
    excel.said.clear()
    actions.write_through()
    assert said(excel).startswith("没有可以写进来的新进展。\n亮灯")


@pytest.mark.parametrize("save", [True, False])
def test_what_was_written_is_published_once_the_master_is_closed(excel: App, root: Path, save: bool) -> None:
    """Saved or not: the report stands once, the office's edit of it only if it was saved; no conflict, all agrees."""
    book = open_book(excel, root / "master.xlsx")
    report(root, "交通局", TEXT)
    actions.write_through()
    cell(book, ANNEX, "status", 5).value = "本办核定"
    if save:
        book.save()
    book.close()
    done = synced(root)
    assert (done.conflicts, done.waits) == (0, "")
    workspace = Workspace(root)
    with workspace.locked():
        master = open_master(workspace)
        assert master.text(ROAD, "progress") == TEXT
        assert master.text(ROAD, "status") == ("本办核定" if save else "正常推进")
        told = [(one.column, one.new) for one in workspace.journal.cells.changes(10)]
        assert sorted(told) == [("change", "有进展"), ("progress", TEXT), *([("status", "正常推进")] * (not save))]
        assert prove(workspace).agrees
    assert "dc_written" not in openpyxl.load_workbook(root / "master.xlsx").defined_names


def test_what_is_written_stays_a_text(excel: App, root: Path) -> None:
    """In text cells and in others: nothing becomes a formula, a number or a day."""
    texts = {"progress": "=1+1", "problems": "+2", "status": "=3", "due": "2022-12-31", "support": "@上报"}
    workspace = Workspace(root)
    with workspace.locked():
        workspace.journal.put_entries([Entry(task=ROAD, unit="交通局", period=str(PERIOD), values=texts)], None)
    book = open_book(excel, root / "master.xlsx")
    formats = {key: cell(book, ANNEX, key, 5).number_format for key in texts}
    assert len(set(formats.values())) > 1
    actions.write_through()
    assert said(excel).startswith("已写进5格")
    assert {key: cell(book, ANNEX, key, 5).value for key in texts} == texts
    assert {key: cell(book, ANNEX, key, 5).number_format for key in texts} == formats
    excel.said.clear()
    workspace = Workspace(root)
    with workspace.locked():
        workspace.journal.put_entries(
            [Entry(task=ROAD, unit="交通局", period=str(PERIOD), values={"progress": "=2+2"})], None
        )
    actions.preview_sync()
    shown = xw.Book(impl=excel.books.open_ones[-1]).sheets[0].range((3, 1), (8, 5)).value
    assert ["=1+1", "=2+2"] in [row[2:4] for row in shown]


def test_where_nothing_can_be_written_one_sentence(excel: App, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only, a file that nobody seems to hold, another period, a protected sheet: nothing has changed."""
    book = open_book(excel, root / "master.xlsx")
    report(root, "交通局", TEXT)
    before = files(root), everything(book)
    with monkeypatch.context() as patched:
        patched.setattr("addin.writing_through.publication_waits", lambda _: "")
        actions.write_through()
    with monkeypatch.context() as patched:
        patched.setattr("addin.writing_through.Master.shown_period", lambda *_: PERIOD.following())
        actions.write_through()
    with monkeypatch.context() as patched:
        api = SimpleNamespace(SaveCopyAs=book.impl.api.SaveCopyAs, ReadOnly=True)
        patched.setattr(type(book.impl), "api", api)
        actions.write_through()
    book.impl.ask("protect", sheet=ANNEX)
    actions.write_through()
    told = [text for mode, text in excel.said if mode == "critical"]
    words = ("看不出“master.xlsx”正开着", "还没有转到2022年8月", "只读方式", "“附件1”表受保护")
    assert all(word in text and "没有作任何改动" in text for word, text in zip(words, told, strict=True))
    assert (files(root), everything(book)) == before


def test_what_cannot_be_written_surely_waits(excel: App, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that somebody has just typed into, and a text that begins with an apostrophe; the others are marked."""
    texts = {"progress": TEXT, "problems": "'引号开头。", "status": "正常推进"}
    workspace = Workspace(root)
    with workspace.locked():
        workspace.journal.put_entries([Entry(task=ROAD, unit="交通局", period=str(PERIOD), values=texts)], None)
    book = open_book(excel, root / "master.xlsx")

    def meanwhile(*given: object) -> Rehearsed:
        done = rehearse(*given)  # type: ignore[arg-type]
        cell(book, ANNEX, "progress", 5).value = "本办刚写的。"
        return done

    monkeypatch.setattr(actions, "rehearse", meanwhile)
    actions.write_through()
    assert said(excel).startswith("已写进1格，没有存盘。\n另有2格")
    shown = {key: cell(book, ANNEX, key, 5).value for key in texts}
    assert shown == {"progress": "本办刚写的。", "problems": None, "status": "正常推进"}
    cell(book, ANNEX, "status", 5).value = "本办核定"
    book.save()
    book.close()
    assert synced(root).conflicts == 1
    with workspace.locked():
        master, (clash,) = open_master(workspace), workspace.journal.cells.conflicts()
        assert (clash.column, clash.office, clash.units) == ("progress", "本办刚写的。", TEXT)
        assert (master.text(ROAD, "problems"), master.text(ROAD, "status")) == ("'引号开头。", "本办核定")


class Killed(BaseException):
    """Python ends here."""


@pytest.mark.parametrize("where", ["addin.writing_through._write", "calc.Names.add"])
def test_a_death_around_the_writing(excel: App, root: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """It was recorded and not written, or written and not marked: saved and published, it is as ever."""
    book = open_book(excel, root / "master.xlsx")
    report(root, "交通局", TEXT)
    with monkeypatch.context() as patched:
        patched.setattr(where, raising(Killed()))
        with pytest.raises(Killed):
            actions.write_through()
    assert cell(book, ANNEX, "progress", 5).value == (None if "_write" in where else TEXT)
    book.save()
    book.close()
    assert synced(root).conflicts == 0
    workspace = Workspace(root)
    with workspace.locked():
        assert open_master(workspace).text(ROAD, "progress") == TEXT


def synced(root: Path) -> Published:
    workspace = Workspace(root)
    with workspace.locked():
        return sync_once(workspace).published


def test_sync_waits_for_nobody_with_the_master_closed(excel: App, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon is at work: one sentence; the master was neither saved nor closed, what was typed is in it."""
    book = open_book(excel, root / "master.xlsx")
    whole = (root / "master.xlsx").read_bytes()
    cell(book, ANNEX, "problems", 6).value = "没有存盘的文字。"
    busy = StateError("另一个督查台账程序正在使用，请等它结束后重试。")
    monkeypatch.setattr(Workspace, "locked", raising(busy))
    actions.run_sync()
    assert refused(excel) == str(busy)
    assert (root / "master.xlsx").read_bytes() == whole
    assert cell(book, ANNEX, "problems", 6).value == "没有存盘的文字。"


def test_a_cell_that_is_being_edited_is_one_sentence(excel: App, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel refuses every call then, with an error of Windows."""
    com_error = type("com_error", (Exception,), {})
    book = open_book(excel, root / "master.xlsx")
    before = files(root), book.sheets[ANNEX].used_range.value
    pressed = actions.check_sheet, actions.run_sync, actions.write_through, actions.preview_sync, actions.write_bulletin
    for press in pressed:
        excel.said.clear()
        with monkeypatch.context() as patched:
            patched.setattr(type(book.impl), "sheets", property(raising(com_error("rejected"))))
            patched.setattr(type(book.impl), "api", property(raising(com_error("rejected"))))
            press()
        assert "有格子正在编辑" in refused(excel)
        assert (excel.screen_updating, excel.status_bar) == (True, False)
    assert (files(root), book.sheets[ANNEX].used_range.value) == before


def raising(error: BaseException) -> Callable[..., object]:
    def refuse(*_: object) -> object:
        raise error

    return refuse


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What would be shown by the program for it."""
    shown: list[Path] = []
    monkeypatch.setattr(actions, "show", shown.append)
    return shown


def test_the_bulletin_is_of_the_master_as_it_stands(excel: App, root: Path, opened_files: list[Path]) -> None:
    """With text that nobody has saved; the master and its file stay as they are."""
    book = open_book(excel, root / "master.xlsx")
    master = (root / "master.xlsx").read_bytes()
    cell(book, ANNEX, "progress", 6).value = "没有存盘的进展。"
    actions.write_bulletin()
    path = root / "bulletins" / "2022-08" / "通报.docx"
    assert said(excel) == f"通报已生成：{path}"
    assert opened_files == [path]
    document = docx.Document(str(path))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("没有存盘的进展。" in text for text in texts)
    annex = openpyxl.load_workbook(path.with_name("附件（公开）.xlsx"))["附件1"]
    assert any("没有存盘的进展。" in row for row in annex.values)
    assert (root / "master.xlsx").read_bytes() == master


def test_without_word_the_bulletin_is_there_all_the_same(
    excel: App, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise StateError(f"“{path}”已经放好，但电脑上没有能打开它的程序。")

    monkeypatch.setattr(actions, "show", refuse)
    open_book(excel, root / "master.xlsx")
    actions.write_bulletin()
    assert "没有能打开它的程序" in refused(excel)
    assert (root / "bulletins" / "2022-08" / "通报.docx").is_file()


def test_reminders_and_folder(excel: App, root: Path, opened_files: list[Path]) -> None:
    open_book(excel, root / "master.xlsx")
    actions.remind()
    assert said(excel).startswith("催报2家：交通局、教育局。")
    assert "【" in (root / "发放" / "2022年8月催报通知.txt").read_text(encoding="utf-8-sig")
    excel.said.clear()
    actions.open_workspace()
    assert opened_files == [root / "发放", root]


def test_orders_for_the_selected_tasks(excel: App, root: Path, opened_files: list[Path]) -> None:
    """In an annex the rows that are selected, with text that nobody has saved; elsewhere every red task."""
    book = open_book(excel, root / "master.xlsx")
    cell(book, ANNEX, "problems", 6).value = "没有存盘的问题。"
    select(excel, book, ANNEX, 6, 1)
    actions.write_orders()
    assert said(excel) == "已给选中的1项任务写好督办单，请逐份核对后签发。"
    folder = root / "bulletins" / "2022-08"
    (path,) = folder.iterdir()
    assert path.name == "督办单1号_附件1-2.docx"
    assert "没有存盘的问题。" in "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert opened_files == [folder]
    excel.said.clear()
    select(excel, book, "报送情况", 5, 1)
    actions.write_orders()
    assert said(excel) == "没有亮红灯的任务，没有写督办单。"


def test_several_areas_are_no_selection_of_tasks(excel: App, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = open_book(excel, root / "master.xlsx")
    monkeypatch.setattr(Range, "address", "$A$5,$A$7")
    select(excel, book, ANNEX, 5, 1)
    actions.write_orders()
    assert "只选中相连的几行" in refused(excel)
    assert not list((root / "bulletins").rglob("*.docx"))


def test_letters_and_scores_as_documents(excel: App, root: Path, opened_files: list[Path]) -> None:
    open_book(excel, root / "master.xlsx")
    actions.write_letters()
    assert said(excel) == "已写好催报函2份，请核对后签发。"
    excel.said.clear()
    actions.write_scores()
    folder = root / "bulletins" / "2022-08"
    assert said(excel) == f"单位评分表已生成：{folder / '单位评分表.docx'}。"
    assert opened_files == [folder, folder / "单位评分表.docx"]
    assert {path.name for path in folder.iterdir()} == {
        "催报函1号_交通局.docx",
        "催报函2号_教育局.docx",
        "单位评分表.docx",
    }


def test_scores_stand_in_a_new_workbook(excel: App, root: Path) -> None:
    book = open_book(excel, root / "master.xlsx")
    actions.show_scores()
    assert excel.said == []
    rows = xw.Book(impl=excel.books.open_ones[-1]).sheets[0].range((3, 1), (5, 6)).value
    assert rows[0] == ["单位", "任务数", "系统得分", "总分", "名次", "计分说明"]
    assert {row[0] for row in rows[1:]} == {"交通局", "教育局"}
    assert len(book.sheets) == len(openpyxl.load_workbook(root / "master.xlsx").sheetnames)


@pytest.fixture
def clashing(excel: App, root: Path) -> xw.Book:
    """The master with two conflicts in sheet 冲突."""
    report(root, "交通局", TEXT)
    report(root, "教育局", "已开工。")
    book = openpyxl.load_workbook(root / "master.xlsx")
    keys = {cell.value: cell.column for cell in book[ANNEX][3] if cell.value}
    for row in (5, 6):
        book[ANNEX].cell(row, keys["progress"]).value = "本办的文字。"
    book.save(root / "master.xlsx")
    workspace = Workspace(root)
    with workspace.locked():
        sync_once(workspace)
    return open_book(excel, root / "master.xlsx")


def select(excel: App, book: xw.Book, sheet: str, first: int, rows: int) -> None:
    excel.selected = Range(book.sheets[sheet].impl, first - 1, 0, rows, 3)


def test_selected_conflicts_are_decided(excel: App, clashing: xw.Book) -> None:
    """The rows that are shown: what a filter hides is not decided by accident."""
    first = next(row for row in range(4, 9) if cell(clashing, "冲突", "office", row).value == "本办的文字。")
    select(excel, clashing, "冲突", first, 2)
    clashing.impl.ask("hide", sheet="冲突", row=first)
    actions.adopt_unit()
    assert said(excel) == "已登记1处采用单位文字，汇总时照办。"
    assert [cell(clashing, "冲突", "adopt", row).value for row in (first, first + 1)] == ["单位", None]
    excel.said.clear()
    select(excel, clashing, "冲突", first, 1)
    actions.adopt_office()
    assert cell(clashing, "冲突", "adopt", first).value == "本办"


def test_what_is_no_conflict_cannot_be_decided(excel: App, clashing: xw.Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing selected, several areas, another sheet, too many rows, no open conflict, merged, a protected sheet."""
    before = clashing.sheets["冲突"].used_range.value
    excel.selected = None
    actions.adopt_unit()
    select(excel, clashing, ANNEX, 6, 1)
    actions.adopt_unit()
    select(excel, clashing, "冲突", 1, 100_000)
    actions.adopt_unit()
    select(excel, clashing, "冲突", 50, 2)
    actions.adopt_unit()
    monkeypatch.setattr(Range, "address", "$A$5,$A$7")
    select(excel, clashing, "冲突", 5, 1)
    actions.adopt_unit()
    monkeypatch.undo()
    clashing.impl.ask("merge", sheet="冲突", area=[0, 4, 0, 5])
    select(excel, clashing, "冲突", 5, 2)
    actions.adopt_unit()
    clashing.impl.ask("protect", sheet="冲突")
    select(excel, clashing, "冲突", 5, 1)
    actions.adopt_unit()
    told = [text for mode, text in excel.said if mode == "critical"]
    assert len(told) == len(WORDS)
    assert all(word in text for word, text in zip(WORDS, told, strict=True))
    assert clashing.sheets["冲突"].used_range.value == before


WORDS = [
    *("只选中相连的几行", "“冲突”表里选中", "选中了100000行", "没有待定的冲突", "只选中相连的几行"),
    *("有合并单元格", "“冲突”表受保护"),
]


def test_other_workbooks_are_refused(excel: App, root: Path, tmp_path: Path) -> None:
    """One that was never saved, one elsewhere, one beside the master: each is told in a sentence, nothing changes."""
    before = files(root)
    for path, told in (
        (None, "还没有存盘"),
        (tmp_path / "别的.xlsx", "不在督查台账的工作区里"),
        (root / "master_待发布_1.xlsx", "不是总表"),
    ):
        if path:
            shutil.copy(root / "master.xlsx", path)
        book = xw.Book(impl=excel.books.open(str(path))) if path else xw.Book(impl=excel.books.add())
        book.set_mock_caller()
        for press in OF_THE_MASTER:
            excel.said.clear()
            press()
            assert told in refused(excel)
        if path and path.parent == root:
            path.unlink()
    assert files(root) == before


def test_a_master_of_another_year_is_refused(excel: App, root: Path) -> None:
    """Somebody has copied last year's master into this year's workspace: nothing reads it, nothing changes."""
    schema = root / "schema.yaml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("year: 2022", "year: 2023", 1), encoding="utf-8")
    book = open_book(excel, root / "master.xlsx")
    select(excel, book, "冲突", 5, 1)
    before = files(root)
    for press in OF_ITS_YEAR:
        excel.said.clear()
        press()
        assert "2022年的，而这个工作区是2023年的" in refused(excel)
    assert files(root) == before


OF_ITS_YEAR = (
    *(actions.preview_sync, actions.run_sync, actions.write_bulletin, actions.show_scores, actions.show_status),
    *(actions.remind, actions.adopt_office, actions.adopt_unit, actions.write_through),
)
OF_THE_MASTER = (*OF_ITS_YEAR, actions.open_workspace)


def test_only_the_calling_workbook_is_worked_on() -> None:
    """Never whatever workbook or program happens to be in front: of xlwings nothing else is used."""
    used = {name for path in Path(actions.__file__).parent.glob("*.py") for name in _of_xlwings(path)}
    assert used == {"Book", "Range", "Sheet", "func"}
    books = [text for path in Path(actions.__file__).parent.glob("*.py") for text in _calls(path) if "xw.Book" in text]
    assert set(books) == {"xw.Book.caller()"}


def _of_xlwings(path: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
    return {node.attr for node in nodes if ast.unparse(node.value) == "xw"}


def _calls(path: Path) -> list[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [ast.unparse(node) for node in nodes if ast.unparse(node.func).startswith("xw.")]


def test_a_sheet_without_tasks_and_an_endless_one_are_refused(excel: App, root: Path) -> None:
    book = open_book(excel, root / "master.xlsx")
    book.impl.shown = [sheet.name for sheet in book.sheets].index("报送情况")
    actions.check_sheet()
    assert "没有单位填报的栏目" in refused(excel)
    excel.said.clear()
    book.sheets["报送情况"].range((100_000, 1)).value = "底"
    actions.check_sheet()
    assert "多于20000行" in refused(excel)


def test_an_unforeseen_fault_is_one_sentence_too(
    excel: App, root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the details in a file, and Excel as it was."""
    open_book(excel, root / "master.xlsx")
    monkeypatch.setattr(actions, "mark_faults", lambda _: 1 / 0)
    monkeypatch.setattr("addin.desk.gettempdir", lambda: str(tmp_path))
    actions.check_sheet()
    assert "程序出错了（ZeroDivisionError）" in refused(excel)
    assert "1 / 0" in (tmp_path / "ducha-加载项错误.txt").read_text(encoding="utf-8")
    assert (excel.screen_updating, excel.status_bar) == (True, False)


def test_help_names_every_button(excel: App, root: Path) -> None:
    open_book(excel, root / "master.xlsx")
    actions.open_help()
    for label in (
        "校验当前表",
        "报送情况",
        "单位评分",
        "试汇总",
        "更新进展",
        "汇总",
        "采用本办",
        "采用单位",
        "生成通报",
        "督办单",
        "催报通知",
        "催报函",
        "评分表",
    ):
        assert label in said(excel)

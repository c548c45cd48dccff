"""Sheet 设置: what the office types there is in schema.yaml after the next pass, or is told."""

from collections.abc import Mapping
from datetime import date

import openpyxl
import pytest
from clerk import PERIOD, cell_at, edit, fill
from openpyxl.workbook import Workbook

from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.periods import open_period
from sync.workspace import Workspace, default_schema


def rows(place: Workspace) -> dict[str, tuple[str, str]]:
    """Value and 校验 of every setting, by path."""
    sheet = openpyxl.load_workbook(place.master)["设置"]
    at = {cell.value: cell.column - 1 for cell in sheet[3] if cell.value}
    found = (row for row in sheet.iter_rows(min_row=5, values_only=True) if row[at["id"]])
    return {str(row[at["id"]]): (str(row[at["value"]] or ""), str(row[at["state"]] or "")) for row in found}


def type_in(place: Workspace, typed: Mapping[str, object]) -> None:
    """Type into the cells 设置值."""
    cells = {cell_at(place.master, "设置", "value", path): value for path, value in typed.items()}

    def change(book: Workbook) -> None:
        for cell, value in cells.items():
            book["设置"][cell] = value

    edit(place.master, change)


def file_lines(place: Workspace) -> list[str]:
    return (place.root / "schema.yaml").read_text(encoding="utf-8").splitlines()


def in_file(place: Workspace, old: str, new: str) -> None:
    """Somebody changes schema.yaml in an editor; another command reads it."""
    path = place.root / "schema.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_sheet_shows_the_file(handed_out: Workspace) -> None:
    """Every value as it stands there, the open period's due day too; nothing in 校验."""
    shown = rows(handed_out)
    assert (shown["lights.far_behind"], shown["document.categories.0.words"][0][:5]) == (("10", ""), "用地、资金")
    assert shown[f"due.dates.{PERIOD}"] == ("2022-09-05", "")
    assert {state for _, state in shown.values()} == {""}


def named(place: Workspace, name: str) -> str:
    """The text of the cell with a defined name."""
    book = openpyxl.load_workbook(place.master)
    sheet, cell = book.defined_names[name].attr_text.replace("$", "").split("!")
    return str(book[sheet.strip("'")][cell].value)


def test_what_is_typed_stands_in_the_file(handed_out: Workspace) -> None:
    """Comments and all other lines stay, the old file is kept, 更新记录 tells; a second pass changes nothing."""
    type_in(handed_out, {"lights.far_behind": 15, "office.phone": "07001112222", "columns.problems.required": "是"})
    sync_once(handed_out)
    old, new = default_schema().splitlines(), file_lines(handed_out)
    assert [line for line in new if line not in old] == [
        '  phone: "07001112222"',
        "lights: {behind: 0, far_behind: 15, about: 5}",
    ]
    assert len([line for line in old if line not in new]) == 2
    assert len(new) == len(old) + 1  # required: true, as it also stands elsewhere
    assert handed_out.schema.columns["problems"].required
    assert rows(handed_out)["lights.far_behind"] == ("15", "已生效")
    kept = [path.read_bytes() for path in (handed_out.root / ".ducha" / "store").rglob("*") if path.is_file()]
    assert default_schema().encode() in kept
    changes = openpyxl.load_workbook(handed_out.master)["更新记录"].iter_rows(min_row=5, values_only=True)
    assert ("设置", "红灯界限", "10", "15", "本办") in [row[1:6] for row in changes]
    before = handed_out.master.read_bytes()
    sync_once(handed_out)
    assert handed_out.master.read_bytes() == before


def test_it_takes_effect_at_once(handed_out: Workspace) -> None:
    """What arrives in the same pass is judged by the new limit, and 看板 shows the new due day."""
    source = next((handed_out.root / "outbox" / "交通局").glob("*.xlsx"))
    answer = {"本期情况": "有进展", "进展情况": "已完成38公里，占全年任务的63.3%。"}
    fill(source, handed_out.root / "inbox" / "交通局" / source.name, lambda _: answer)
    type_in(handed_out, {"columns.progress.max_length": "10", f"due.dates.{PERIOD}": date(2022, 9, 9)})
    (decided,) = sync_once(handed_out).decided
    assert [item.code for item in decided.findings] == ["text_too_long"]
    assert "  dates: {2022-08: 2022-09-09}" in file_lines(handed_out)
    assert named(handed_out, "dc_due") == "2022年9月9日"


def test_handing_out_takes_the_settings_first(handed_out: Workspace) -> None:
    """A header and a due day typed just before are in the units' workbooks."""
    type_in(handed_out, {"columns.progress.title": "工作进展", f"due.dates.{PERIOD}": "2022.9.9"})
    assert distribute(handed_out, PERIOD).written
    book = openpyxl.load_workbook(next((handed_out.root / "outbox" / "交通局").glob("*.xlsx")))
    assert "工作进展" in [cell.value for cell in book["任务填报"][4]]
    assert any("2022年9月9日" in str(cell.value) for row in book["填报说明"].iter_rows() for cell in row)
    assert rows(handed_out)["columns.progress.title"] == ("工作进展", "已生效")


def test_every_period_has_its_own_due_day(handed_out: Workspace) -> None:
    """The row is the open period's; cleared, the rule holds again."""
    type_in(handed_out, {f"due.dates.{PERIOD}": "2022-09-09"})
    open_period(handed_out, Period.parse("2022-09"))
    shown = rows(handed_out)
    assert [path for path in shown if path.startswith("due.dates.")] == ["due.dates.2022-09"]
    assert shown["due.dates.2022-09"][0] == "2022-10-05"
    assert handed_out.schema.due_day(PERIOD) == date(2022, 9, 9)
    open_period(handed_out, PERIOD)
    type_in(handed_out, {f"due.dates.{PERIOD}": None})
    sync_once(handed_out)
    assert rows(handed_out)[f"due.dates.{PERIOD}"] == ("2022-09-05", "已生效")


def test_what_is_wrong_is_told_and_changes_nothing(handed_out: Workspace) -> None:
    """The wrong value stays in the sheet with the reason until it is put right; the right ones beside it hold."""
    type_in(handed_out, {"lights.behind": "两成", "due.month.day": "40", "lights.about": "3"})
    done = sync_once(handed_out)
    assert [item.code for item in done.published.findings] == ["setting_wrong"] * 2
    assert "lights: {behind: 0, far_behind: 10, about: 3}" in file_lines(handed_out)
    shown = rows(handed_out)
    assert shown["lights.behind"] == ("两成", "没有生效：“黄灯界限”要写成数字，请改正。")
    assert shown["due.month.day"] == ("40", "没有生效：“月报截止日”不能大于31，请改正。")
    before = handed_out.master.read_bytes()
    assert [item.code for item in sync_once(handed_out).published.findings] == ["setting_wrong"] * 2
    assert handed_out.master.read_bytes() == before
    type_in(handed_out, {"lights.behind": "0", "due.month.day": "6"})
    assert sync_once(handed_out).published.findings == []
    shown = rows(handed_out)
    assert (shown["lights.behind"], shown["due.month.day"]) == (("0", ""), ("6", "已生效"))


def test_values_that_are_right_only_together(handed_out: Workspace) -> None:
    """Neither order of writing them one by one matters."""
    for behind, far in (("20", "30"), ("1", "5")):
        type_in(handed_out, {"lights.behind": behind, "lights.far_behind": far})
        assert sync_once(handed_out).published.findings == []
        assert f"lights: {{behind: {behind}, far_behind: {far}, about: 5}}" in file_lines(handed_out)


def test_the_file_is_changed_by_hand(handed_out: Workspace) -> None:
    """The sheet follows."""
    in_file(handed_out, "far_behind: 10", "far_behind: 12")
    sync_once(handed_out)
    assert rows(handed_out)["lights.far_behind"] == ("12", "")


def test_sheet_and_file_were_both_changed(handed_out: Workspace) -> None:
    """The file's value holds, the other one is told once and stays in 校验; typed again, it is written."""
    type_in(handed_out, {"lights.far_behind": "15", "lights.about": "3"})
    in_file(handed_out, "far_behind: 10, about: 5", "far_behind: 12, about: 3")
    assert [item.code for item in sync_once(handed_out).published.findings] == ["setting_clash"]
    told = "schema.yaml里已改为“12”，这里填的“15”没有采用，要用请重新填写。"
    shown = rows(handed_out)
    assert (shown["lights.far_behind"], shown["lights.about"]) == (("12", told), ("3", "已生效"))
    before = handed_out.master.read_bytes()
    assert sync_once(handed_out).published.findings == []
    assert handed_out.master.read_bytes() == before
    type_in(handed_out, {"lights.far_behind": "15"})
    sync_once(handed_out)
    assert rows(handed_out)["lights.far_behind"] == ("15", "已生效")


def test_requirements_come_and_go(handed_out: Workspace) -> None:
    """The empty row adds one, a cleared row takes one out; there is always one empty row."""
    first, _, third = handed_out.schema.document.requirements
    type_in(handed_out, {"document.requirements.3": "多跑现场。", "document.requirements.1": None})
    sync_once(handed_out)
    assert handed_out.schema.document.requirements == (first, third, "多跑现场。")
    shown = [value for path, (value, _) in rows(handed_out).items() if path.startswith("document.requirements")]
    assert shown == [first, third, "多跑现场。", ""]
    before = handed_out.master.read_bytes()
    assert sync_once(handed_out).published.findings == []
    assert handed_out.master.read_bytes() == before


def test_rows_that_are_gone_come_back(handed_out: Workspace) -> None:
    """And rows of the office's own stay where they are."""

    def tidy(book: Workbook) -> None:
        sheet = book["设置"]
        sheet.delete_rows(7, 3)
        sheet.insert_rows(6)
        sheet["C6"], sheet["D6"] = "本办的提醒", "年底前核对"

    before = rows(handed_out)
    edit(handed_out.master, tidy)
    sync_once(handed_out)
    assert rows(handed_out) == before
    assert openpyxl.load_workbook(handed_out.master)["设置"]["D6"].value == "年底前核对"
    assert file_lines(handed_out) == default_schema().splitlines()


def test_a_file_from_windows_stays_one(handed_out: Workspace) -> None:
    """Line ends and the byte order mark are as they were."""
    path = handed_out.root / "schema.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + default_schema().replace("\n", "\r\n").encode())
    type_in(handed_out, {"lights.about": "3"})
    sync_once(handed_out)
    new = default_schema().replace("about: 5}", "about: 3}").replace("\n", "\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + new.encode()


def test_a_crash_before_the_journal_knows(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file was written and nothing else: the next pass finds sheet and file in agreement."""
    type_in(handed_out, {"lights.far_behind": "１５"})

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(type(handed_out.journal), "set_fact", crash)
        with pytest.raises(KeyboardInterrupt):
            sync_once(handed_out)
    assert "lights: {behind: 0, far_behind: 15, about: 5}" in file_lines(handed_out)
    assert sync_once(handed_out).published.findings == []
    assert rows(handed_out)["lights.far_behind"] == ("15", "已生效")


def test_killed_between_the_file_and_the_journal(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """schema.yaml has the new value already: 更新记录 tells of it all the same, and once."""
    type_in(handed_out, {"lights.far_behind": 15})
    with monkeypatch.context() as patch:
        patch.setattr("sync.settings.keep_known", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            sync_once(handed_out)
    assert "lights: {behind: 0, far_behind: 15, about: 5}" in file_lines(handed_out)
    sync_once(handed_out)
    sync_once(handed_out)
    told = [change[2:] for change in handed_out.journal.cells.changes(50) if change.task == "设置"]
    assert told == [("设置", "红灯界限", "10", "15", "本办")]
    assert rows(handed_out)["lights.far_behind"] == ("15", "已生效")


def test_the_head_of_the_paper_is_set_without_yaml(handed_out: Workspace) -> None:
    """Keys that the file does not have come into it; what must stand together is told by its name."""
    type_in(handed_out, {"document.format.number": "安府办字〔{year}〕　号"})
    sync_once(handed_out)
    told = rows(handed_out)["document.format.number"][1]
    assert told == "没有生效：写了“发文字号”就要写“发文机关标志”，请改正。"
    paper = {
        "document.format.masthead": "{region}人民政府办公室文件",
        "document.format.printer": "安平市人民政府办公室",
        "document.format.fonts.body": "仿宋",
        "document.format.line": 28.5,
    }
    type_in(handed_out, paper)
    sync_once(handed_out)
    wanted = handed_out.schema.document.format
    assert (wanted.masthead, wanted.number) == ("{region}人民政府办公室文件", "安府办字〔{year}〕　号")
    assert (wanted.printer, wanted.fonts.body, wanted.line) == ("安平市人民政府办公室", "仿宋", 28.5)
    type_in(handed_out, {"document.format.number": "安府办字[2022]012号"})
    sync_once(handed_out)
    assert "要用六角括号" in rows(handed_out)["document.format.number"][1]
    type_in(handed_out, {"document.format.number": None, "document.format.masthead": None})
    sync_once(handed_out)
    assert (handed_out.schema.document.format.masthead, handed_out.schema.document.format.number) == ("", "")

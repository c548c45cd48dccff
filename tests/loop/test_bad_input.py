"""Bad input: each gets one clear Chinese sentence, nothing is lost, and the rest of the batch goes on."""

import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, edit, fill
from openpyxl.workbook import Workbook

from ledger.finding import Finding
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.records import Submission
from sync.register import register
from sync.workspace import Workspace, default_schema

GOOD = {"本期情况": "有进展", "进展情况": "正常推进。"}


def issued(place: Workspace, unit: str) -> Path:
    return next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))


def send(place: Workspace, unit: str, name: str = "", folder: str | None = None) -> Path:
    """``unit`` fills its workbook rightly and puts it into ``folder`` (its own unless told)."""
    source = issued(place, unit)
    target = place.root / "inbox" / (unit if folder is None else folder) / (name or source.name)
    fill(source, target, lambda _: GOOD)
    return target


def spoil(place: Workspace, unit: str, change: Callable[[Workbook], None]) -> None:
    """``unit`` sends a filled workbook in which something is wrong."""
    edit(send(place, unit), change)


def only(place: Workspace) -> Submission:
    """The verdict on the one file that is not right; the other unit's report must have been taken."""
    send(place, "教育局")
    decided = sync_once(place).decided
    (bad,) = [item for item in decided if not item.path.startswith("教育局")]
    assert open_master(place).text("A1-002", "progress") == "正常推进。"
    assert place.stored_path(bad.sha256).is_file()
    return bad


def told(found: Finding) -> str:
    """The finding's sentence: one, Chinese, with a remedy."""
    assert found.message.endswith("。")
    assert found.message.count("。") <= 2
    assert found.remedy.rstrip("。") in found.message
    return found.message


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500)

FILES = {
    "加密.xlsx": (OLE + "EncryptedPackage\0".encode("utf-16-le") + bytes(500), "file_encrypted", "取消密码"),
    "空的.xlsx": (b"", "file_unreadable", "空的"),
    "文字.xlsx": ("这不是工作簿".encode(), "file_not_xlsx", "原件"),
    "旧的.xls": (OLE + "Workbook\0".encode("utf-16-le") + bytes(500), "file_unreadable", "另存为.xlsx"),
    "断的.xlsx": (b"PK\x03\x04" + bytes(900), "file_unreadable", "损坏"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_workbooks(handed_out: Workspace, name: str) -> None:
    """Empty, foreign, old and broken files are told apart by content and kept as they came."""
    data, code, word = FILES[name]
    path = handed_out.root / "inbox" / "交通局" / name
    path.write_bytes(data)
    bad = only(handed_out)
    (found,) = bad.findings
    assert (bad.verdict, found.code) == ("returned", code)
    assert word in told(found)
    assert bad.sha256 == sha256(data).hexdigest()
    (answer,) = (handed_out.root / "returned" / "交通局").iterdir()
    text = answer.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert found.message in text.decode("utf-8-sig")


def test_somebody_elses_workbook(handed_out: Workspace) -> None:
    """A workbook in another unit's folder is quarantined, and neither unit's report changes."""
    send(handed_out, "住建局", folder="交通局")
    bad = only(handed_out)
    assert (bad.verdict, bad.findings[0].code) == ("quarantined", "wrong_unit")
    assert "住建局" in told(bad.findings[0])
    assert "交通局" in told(bad.findings[0])


def test_the_envelope_decides_in_the_root(handed_out: Workspace) -> None:
    """A file that came by mail lies in the inbox's root; its identity says whose it is."""
    send(handed_out, "交通局", folder="")
    sync_once(handed_out)
    assert open_master(handed_out).text("A1-001", "progress") == "正常推进。"


def test_another_period(handed_out: Workspace) -> None:
    """Last month's workbook comes back with both months named."""
    path = issued(handed_out, "交通局")
    open_period(handed_out, Period.parse("2022-09"))
    distribute(handed_out, Period.parse("2022-09"))
    fill(path, handed_out.root / "inbox" / "交通局" / "八月.xlsx", lambda _: GOOD)
    (bad,) = sync_once(handed_out).decided
    assert (bad.verdict, bad.findings[0].code) == ("returned", "wrong_period")
    assert "2022年8月" in told(bad.findings[0])
    assert "2022年9月" in told(bad.findings[0])


def test_another_year_and_another_office(handed_out: Workspace, tmp_path: Path, document: Path) -> None:
    """A workbook of another workspace is not ours; when its year differs, the year is named."""
    other = Workspace.create(tmp_path / "去年", default_schema().replace("year: 2022", "year: 2021"))
    with other.locked():
        register(other, [document], tasks_only=True)
        open_period(other, Period.parse("2021-08"))
        distribute(other, Period.parse("2021-08"))
    source = next((other.root / "outbox" / "交通局").iterdir())
    fill(source, handed_out.root / "inbox" / "交通局" / "去年.xlsx", lambda _: GOOD)
    bad = only(handed_out)
    assert (bad.verdict, bad.findings[0].code) == ("quarantined", "wrong_year")
    assert "2021" in told(bad.findings[0])


def test_a_workbook_that_we_never_issued(handed_out: Workspace) -> None:
    """A home-made table is answered, not guessed at."""
    book = Workbook()
    book.active.append(["任务", "进展情况"])
    book.save(handed_out.root / "inbox" / "交通局" / "自制.xlsx")
    bad = only(handed_out)
    assert (bad.verdict, bad.findings[0].code) == ("quarantined", "file_foreign")


def test_a_forged_row(handed_out: Workspace) -> None:
    """A tag that was made up does not report on anybody's task."""

    def forge(book: Workbook) -> None:
        tag = str(book["任务填报"]["A5"].value)
        book["任务填报"]["A5"] = tag.replace("A1-001", "A1-002")

    spoil(handed_out, "交通局", forge)
    bad = only(handed_out)
    assert {item.code for item in bad.findings} == {"identity_broken", "row_missing"}


CELLS: dict[str, tuple[str, object, str]] = {
    "required": ("进展情况", None, "required_empty"),
    "list": ("落实情况", "差不多了", "choice_unknown"),
    "date": ("预计完成时间", "年底", "date_unclear"),
    "long": ("进展情况", "长" * 5001, "text_too_long"),
    "formula": ("进展情况", "=1+1", "cell_formula"),
    "locked": ("具体工作任务和要求", "1.新建改建农村公路16公里。", "locked_changed"),
    "number": ("需协调事项", 1234567890123456789, "number_long"),
    "tick": ("本期情况", "无补充", "not_yours"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_wrong_cells(handed_out: Workspace, kind: str) -> None:
    """Each kind of wrong cell is named with its address, and marked in the unit's own workbook."""
    title, value, code = CELLS[kind]

    def change(book: Workbook) -> None:
        sheet = book["任务填报"]
        column = next(cell.column for cell in sheet[4] if cell.value == title)
        sheet.cell(5, column).value = value

    spoil(handed_out, "交通局", change)
    bad = only(handed_out)
    found = next(item for item in bad.findings if item.code == code)
    assert bad.verdict == "returned"
    assert f"任务填报!{found.cell}" in told(found)
    (answer,) = (handed_out.root / "returned" / "交通局").iterdir()
    book = openpyxl.load_workbook(answer)
    assert book.sheetnames[0] == "问题清单"
    marked = book["任务填报"][found.cell]
    assert marked.comment
    assert found.message in marked.comment.text
    assert marked.fill.fgColor.rgb.endswith("FFC7CE")
    assert book["问题清单"]["E2"].value == found.message


def test_all_faults_at_once(handed_out: Workspace) -> None:
    """Two mistakes are told together."""

    def change(book: Workbook) -> None:
        sheet = book["任务填报"]
        titles = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(5, titles["进展情况"]).value = None
        sheet.cell(5, titles["落实情况"]).value = "好"

    spoil(handed_out, "交通局", change)
    assert {item.code for item in only(handed_out).findings} == {"required_empty", "choice_unknown"}


def test_a_returned_workbook_can_be_corrected_and_sent_back(handed_out: Workspace) -> None:
    """Filling the marked cell in the returned file itself is all that is needed."""
    spoil(handed_out, "交通局", lambda book: book["任务填报"].__setitem__("H5", None))
    sync_once(handed_out)
    (returned,) = (handed_out.root / "returned" / "交通局").iterdir()
    fill(returned, handed_out.root / "inbox" / "交通局" / returned.name, lambda _: GOOD)
    (good,) = sync_once(handed_out).decided
    assert good.verdict == "accepted"
    assert open_master(handed_out).text("A1-001", "progress") == "正常推进。"


def test_marks_disappear_where_a_cell_is_right(handed_out: Workspace) -> None:
    """Of two marked cells one is corrected: the second return marks the other one alone, and lists it alone."""

    def spoiled(book: Workbook) -> None:
        sheet = book["任务填报"]
        titles = {cell.value: cell.column_letter for cell in sheet[4]}
        sheet[f"{titles['进展情况']}5"], sheet[f"{titles['落实情况']}5"] = None, "好"

    spoil(handed_out, "交通局", spoiled)
    sync_once(handed_out)
    (first,) = (handed_out.root / "returned" / "交通局").iterdir()
    fill(first, handed_out.root / "inbox" / "交通局" / first.name, lambda _: {**GOOD, "落实情况": "好"})
    sync_once(handed_out)
    second = max((handed_out.root / "returned" / "交通局").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    book = openpyxl.load_workbook(second)
    marked = [cell.coordinate for row in book["任务填报"].iter_rows() for cell in row if cell.comment]
    titles = {cell.value: cell.column_letter for cell in book["任务填报"][4]}
    assert marked == [f"{titles['落实情况']}5"]
    assert not book["任务填报"][f"{titles['进展情况']}5"].fill.fgColor.rgb.endswith("FFC7CE")
    assert book["问题清单"].max_row == 2
    assert book["任务填报"][f"{titles['进展情况']}5"].value == "正常推进。"


def test_deleted_rows_and_columns(handed_out: Workspace) -> None:
    """What a clerk deleted is named."""
    spoil(handed_out, "交通局", lambda book: book["任务填报"].delete_rows(5))
    bad = only(handed_out)
    assert {item.code for item in bad.findings} <= {"row_missing", "file_foreign", "sheet_missing"}
    assert bad.verdict != "accepted"


def test_macros_are_quarantined(handed_out: Workspace) -> None:
    """Live content never gets further than the store."""
    path = send(handed_out, "交通局")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    bad = only(handed_out)
    assert (bad.verdict, bad.findings[0].code) == ("quarantined", "file_macros")


def test_half_written_and_lock_files_are_left_alone(handed_out: Workspace) -> None:
    """Excel's lock files and unfinished downloads are no reports."""
    folder = handed_out.root / "inbox" / "交通局"
    for name in ("~$报表.xlsx", ".~lock.报表.xlsx#", "报表.xlsx.crdownload", "报表.tmp"):
        (folder / name).write_bytes(b"x")
    assert sync_once(handed_out).decided == []


def test_text_never_becomes_a_formula(handed_out: Workspace) -> None:
    """A text that begins like a formula arrives in the master as that text."""
    path = send(handed_out, "交通局")
    book = openpyxl.load_workbook(path)
    cell = book["任务填报"]["H5"]
    cell.value = "=HYPERLINK(1)"
    cell.data_type = "s"
    book.save(path)
    sync_once(handed_out)
    sheet = openpyxl.load_workbook(handed_out.master)["附件1"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_column_that_is_gone(handed_out: Workspace) -> None:
    """Whatever the other columns say, nothing is taken from a sheet that lacks one."""

    def without_progress(book: Workbook) -> None:
        sheet = book["任务填报"]
        (key,) = (cell for row in sheet.iter_rows(max_row=5) for cell in row if cell.value == "progress")
        key.value = "other"

    spoil(handed_out, "交通局", without_progress)
    bad = only(handed_out)
    assert (bad.verdict, {item.code for item in bad.findings}) == ("returned", {"column_missing"})

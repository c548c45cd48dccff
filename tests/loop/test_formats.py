"""Formats are known by content: old workbooks count like new ones, archives are taken apart, the rest is advised on."""

import io
import os
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from clerk import PERIOD, fill
from scan_samples import ole, pack, parts

from ledger.errors import StateError
from ledger.finding import Finding
from sync.intake import sync_once
from sync.master import open_master
from sync.reading.decrypt import decrypted, office_passwords
from sync.reading.formats import NO_WORKBOOKS, OLD_FORMATS, kind
from sync.reading.read import Reading, read_workbook
from sync.records import Submission
from sync.workspace import Workspace
from xlsx import Limits, Refused
from xlsx.scan_biff import scan_biff

Change = Callable[[xlwt.Workbook], None]
GOOD = pack(parts())
PROGRESS = (4, 7)  # row and column of 进展情况 in 任务填报, from 0


def report(place: Workspace, folder: Path) -> bytes:
    """交通局's workbook, filled rightly."""
    source = next((place.root / "outbox" / "交通局").glob(f"*{PERIOD.label}*"))
    target = folder / "填好.xlsx"
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": "正常推进。"})
    return target.read_bytes()


def as_xls(data: bytes, change: Change = lambda _: None) -> bytes:
    """The workbook as Excel or WPS saves it as .xls: values, hidden rows and sheets; ``change`` types over it."""
    new = xlwt.Workbook(encoding="utf-8")
    if data == GOOD:
        new.add_sheet("任务").write(0, 0, 1)
    for old in openpyxl.load_workbook(io.BytesIO(data)) if data != GOOD else ():
        sheet = new.add_sheet(old.title, cell_overwrite_ok=True)
        sheet.visibility = ("visible", "hidden", "veryHidden").index(old.sheet_state)
        for row in old.iter_rows():
            for cell in row:
                # the formulas of our own columns are of no account here
                if cell.value is not None and cell.data_type != "f":
                    sheet.write(cell.row - 1, cell.column - 1, str(cell.value))
    change(new)
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def put(place: Workspace, name: str, data: bytes) -> Submission:
    """The verdict on a file in 交通局's folder."""
    (place.root / "inbox" / "交通局" / name).write_bytes(data)
    (one,) = sync_once(place).decided
    return one


def tasks(book: xlwt.Workbook) -> xlwt.Worksheet:
    return book.get_sheet("任务填报")


@pytest.mark.parametrize("name", ["甲.xls", "甲.et", "甲.xlsx"])
def test_an_old_workbook_counts(handed_out: Workspace, tmp_path: Path, name: str) -> None:
    """Whatever it is called."""
    assert put(handed_out, name, as_xls(report(handed_out, tmp_path))).verdict == "accepted"
    assert open_master(handed_out).text("A1-001", "progress") == "正常推进。"


@pytest.mark.parametrize("name", ["甲.xls", "甲.et", "甲"])
def test_a_new_workbook_counts_under_an_old_name(handed_out: Workspace, tmp_path: Path, name: str) -> None:
    """As when somebody renames it."""
    assert put(handed_out, name, report(handed_out, tmp_path)).verdict == "accepted"


SPOILT: dict[str, Change] = {
    "cell_formula": lambda book: tasks(book).write(*PROGRESS, xlwt.Formula('"已" & "完成"')),
    "cell_error": lambda book: tasks(book).row(PROGRESS[0]).set_cell_error(PROGRESS[1], "#REF!"),
    "number_long": lambda book: tasks(book).write(*PROGRESS, 123456789012345678),
    "locked_changed": lambda book: tasks(book).write(PROGRESS[0], 3, "别的任务"),
}


@pytest.mark.parametrize("code", SPOILT)
def test_what_is_wrong_in_an_old_workbook_is_told(handed_out: Workspace, tmp_path: Path, code: str) -> None:
    """The same faults as in a new one; the answer is a text, because we do not mark old workbooks."""
    one = put(handed_out, "甲.xls", as_xls(report(handed_out, tmp_path), SPOILT[code]))
    assert (one.verdict, [item.code for item in one.findings]) == ("returned", [code])
    (answer,) = (handed_out.root / "returned" / "交通局").iterdir()
    assert answer.suffix == ".txt"
    assert one.findings[0].message in answer.read_bytes().decode("utf-8-sig")


def test_macros_in_an_old_workbook(handed_out: Workspace, tmp_path: Path) -> None:
    """Quarantined like any others."""
    data = with_storage(as_xls(report(handed_out, tmp_path)), "_VBA_PROJECT_CUR")
    one = put(handed_out, "甲.xls", data)
    assert (one.verdict, one.findings[0].code) == ("quarantined", "file_macros")


def with_storage(xls: bytes, name: str) -> bytes:
    """An old workbook with one more entry in its directory."""
    raw, coded = bytearray(xls), name.encode("utf-16-le")
    at = (struct.unpack_from("<I", raw, 0x30)[0] + 1) * 512 + 2 * 128
    assert raw[at : at + 64] == bytes(64)
    raw[at : at + len(coded)] = coded
    struct.pack_into("<HB", raw, at + 64, len(coded) + 2, 1)
    return bytes(raw)


def test_the_scan_of_an_old_workbook() -> None:
    """States, formulas, errors, long numbers, hidden rows."""

    def change(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("表")
        sheet.visibility = 2
        sheet.write(0, 0, xlwt.Formula("1+1"))
        sheet.row(1).set_cell_error(1, "#DIV/0!")
        sheet.write(2, 27, -1234567890123456789)
        sheet.write(3, 0, 12345678901234)
        sheet.row(3).hidden = True

    found = scan_biff(as_xls(GOOD, change)).sheets
    assert list(found) == ["任务", "表"]
    sheet = found["表"]
    assert (sheet.state, sheet.formulas, sheet.errors) == ("veryHidden", {"A1"}, {"B2": "#DIV/0!"})
    assert (list(sheet.numbers), sheet.hidden_rows) == (["AB3"], {4})


def test_limits_of_the_scan_of_an_old_workbook() -> None:
    """Refused before a reader makes room for it."""
    far = as_xls(GOOD, lambda book: book.get_sheet(0).write(30_000, 0, "远"))
    many = as_xls(GOOD, lambda book: [book.get_sheet(0).write(row, 1, row) for row in range(60)])
    for data, limits, code in ((far, Limits(), "bad_cell"), (many, Limits(cells=50), "too_big")):
        with pytest.raises(Refused, match=code):
            scan_biff(data, limits)


def test_damage_to_an_old_workbook_is_a_verdict() -> None:
    """Cut or overwritten anywhere, it is read, refused, or (rarely) costs a worker; it never raises."""
    data = as_xls(GOOD, lambda book: [book.get_sheet(0).write(row, 1, f"第{row}行") for row in range(200)])
    outcomes = set()
    for at in range(0, len(data), 97):
        for spoilt in (data[:at], data[:at] + b"\xff\xff\xff\xfe" + data[at + 4 :]):
            try:
                outcomes.add(type(scan_biff(spoilt)).__name__)
            except Refused as refused:
                outcomes.add(refused.code)
    assert (
        {"Scan", "broken"}
        <= outcomes
        <= {"Scan", "broken", "bad_cell", "too_big", "bad_part", "not_xlsx", "xls", "encrypted"}
    )


FILES = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "word": pack({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}),
    "slides": pack({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "<a/>"}),
    "picture": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "text": "单位,进展情况\r\n交通局,正常推进\r\n".encode("gb18030"),
    "packed": b"Rar!\x1a\x07\x01\0",
    "unknown": bytes(range(256)),
    "ods": pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
    "xlsb": pack({"[Content_Types].xml": "<a/>", "xl/workbook.bin": b"\0"}),
    "html": "<html><table><tr><td>交通局</td></tr></table></html>".encode(),
    "xml": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_workbook_is_advised_on(name: str) -> None:
    """By content, in one sentence that says what it is and what to send."""
    assert kind(FILES[name]) == name
    found = read_workbook(FILES[name], "报表.xlsx", "k")
    assert isinstance(found, Finding)
    detail = OLD_FORMATS.get(name) or NO_WORKBOOKS[name][0]
    assert detail in found.message
    assert found.message.count("。") == 1
    assert "xlsx" in found.remedy


def test_kinds_in_disguise() -> None:
    """Old Word files, UTF-16 texts, other pictures, things that begin like others."""
    assert kind(ole("WordDocument")) == "word"
    assert kind("序号".encode("utf-16")) == "text"
    assert kind(("表" * 3_000).encode()) == "text"
    assert kind(b"RIFF\0\0\0\0WEBP") == "picture"
    assert kind(b"PK\x05\x06" + bytes(18)) == "zip"
    assert kind(b"PK\x03\x04" + bytes(99)) == "xlsx"
    assert kind(b"7z\xbc\xaf\x27\x1c") == "packed"


def test_a_zip_of_reports(handed_out: Workspace, tmp_path: Path) -> None:
    """Each workbook in it is judged as if it lay in that folder, and answered by itself."""
    with zipfile.ZipFile(handed_out.root / "inbox" / "交通局" / "报送.zip", "w") as archive:
        archive.writestr("填报表.xlsx", report(handed_out, tmp_path))
        archive.writestr("盖章扫描件.pdf", FILES["pdf"])
    decided = {one.path: one.verdict for one in sync_once(handed_out).decided}
    assert decided == {"交通局/报送.zip/填报表.xlsx": "accepted", "交通局/报送.zip/盖章扫描件.pdf": "returned"}
    assert open_master(handed_out).text("A1-001", "progress") == "正常推进。"
    assert len(list((handed_out.root / "returned" / "交通局").iterdir())) == 1
    assert sync_once(handed_out).decided == []


def protected(data: bytes, password: str) -> bytes:
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")
    out = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def test_a_protected_workbook_opens_with_the_offices_password(handed_out: Workspace, tmp_path: Path) -> None:
    """Without it, or with another one, it comes back as before."""
    data = protected(report(handed_out, tmp_path), "督查2022")
    (handed_out.root / "inbox" / "交通局" / "锁.xlsx").write_bytes(data)
    (one,) = sync_once(handed_out).decided
    assert [item.code for item in one.findings] == ["file_encrypted"]
    (handed_out.root / ".ducha" / "password").write_text("旧密码\r\n督查2022\r\n", encoding="utf-8")
    (handed_out.root / "inbox" / "交通局" / "再报.xlsx").write_bytes(data + b"\0" * 512)
    (one,) = sync_once(handed_out).decided
    assert one.verdict == "accepted"


def test_excels_own_password_needs_no_asking() -> None:
    """Such workbooks open for everybody, so nobody knows that they have one."""
    larger = pack(parts(**{"xl/a.bin": os.urandom(5_000)}))
    assert isinstance(read_workbook(protected(larger, "VelvetSweatshop"), "甲.xlsx", "k"), Reading)


def test_without_the_tool_protected_is_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    with pytest.raises(Refused, match="not installed"):
        decrypted(ole("EncryptedPackage"), ("督查",))


def test_the_file_of_passwords(tmp_path: Path) -> None:
    """As Notepad writes it; the first three lines count, and another coding is told."""
    assert office_passwords(tmp_path) == ()
    (tmp_path / "password").write_bytes("\ufeff甲 \r\n\r\n乙\r\n丙\r\n丁".encode())
    assert office_passwords(tmp_path) == ("甲", "乙", "丙")
    (tmp_path / "password").write_bytes("密码".encode("gbk"))
    with pytest.raises(StateError, match="UTF-8"):
        office_passwords(tmp_path)

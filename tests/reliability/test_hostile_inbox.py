"""The hostile set through the whole pass: whatever lies in the inbox, each file is answered and the next one is read.

The limits themselves, and every hostile package part by part, are in tests/loop/test_hostile.py and
tests/xlsx/test_scan.py; files in full size, with their time and memory, in tests/torture/test_hostile_full.py.
"""

import os
import re
import shutil
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from places import HOUSES, INVESTMENT, ROAD, changed, issued, made, typed
from scan_samples import HEAD, MAIN, OFFICE, damaged, declared, ole, pack, parts, relations, strings

from sync import intake
from sync.intake import sync_once
from sync.master import open_master
from sync.records import Submission
from sync.waiting import finished_files, untaken
from sync.workspace import Workspace

SAID = {"change": "有进展", "progress": "完成38公里。", "status": "正常推进"}
FIGURES = {"actual": 9, "as_of": "2022-08-31"}


def zipped(method: int = zipfile.ZIP_DEFLATED, **content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in (content or {"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}).items():
            package.writestr(name, data)
    return out.getvalue()


def method(number: int) -> bytes:
    """A package that says of its members that they are packed in another way."""
    raw = bytearray(pack(parts()))
    for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for found in re.finditer(re.escape(signature), bytes(raw)):
            struct.pack_into("<H", raw, found.start() + place, number)
    return bytes(raw)


def locked_with_password() -> bytes:
    raw = bytearray(pack(parts()))
    for found in re.finditer(rb"PK\x01\x02", bytes(raw)):
        raw[found.start() + 8] |= 1
    return bytes(raw)


def coded(coding: str, declared_as: str) -> bytes:
    sheet = f'<?xml version="1.0" encoding="{declared_as}"?><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return pack(parts(**{"xl/worksheets/sheet1.xml": sheet.encode(coding)}))


def member(name: str) -> bytes:
    return pack(parts(**{name: "<a/>"}))


def nested(depth: int, inside: bytes) -> bytes:
    for _ in range(depth):
        inside = zipped(**{"里面.zip": inside})
    return inside


FILES: dict[str, Callable[[], bytes]] = {
    "0字节.xlsx": lambda: b"",
    "六万五千个成员.xlsx": lambda: zipped(zipfile.ZIP_STORED, **{f"xl/{number}": b"" for number in range(65_600)}),
    "目录损坏.xlsx": lambda: damaged("xl/workbook.xml"),
    "空字符的成员.xlsx": lambda: member("xl/a_.xml").replace(b"xl/a_.xml", b"xl/a\0.xml"),
    "倒写的成员.xlsx": lambda: member("xl/\u202elmx.exe"),
    "CON.xlsx": lambda: member("CON/aux.xml"),
    "爬出去的成员.xlsx": lambda: member("../../master.xlsx"),
    "盘符的成员.xlsx": lambda: member("C:/Windows/a.xml"),
    "deflate64.xlsx": lambda: method(9),
    "lzma.xlsx": lambda: zipped(zipfile.ZIP_LZMA),
    "bzip2.xlsx": lambda: zipped(zipfile.ZIP_BZIP2),
    "未知压缩.xlsx": lambda: method(99),
    "加密的包.xlsx": locked_with_password,
    "包里包.zip": lambda: nested(2, pack(parts())),
    "包里包里包.zip": lambda: nested(40, b"x"),
    "层层嵌套.xlsx": lambda: pack(parts(**{"xl/a.xml": "<a>" * 100_000 + "</a>" * 100_000})),
    "巨大的属性.xlsx": lambda: pack(parts(**{"xl/a.xml": f'<a b="{"x" * (2 << 20)}"/>'})),
    "UTF-7.xlsx": lambda: coded("utf-7", "UTF-7"),
    "GBK.xlsx": lambda: coded("gbk", "GBK"),
    "latin-1.xlsx": lambda: coded("latin-1", "latin-1"),
    "共享字符串里的实体.xlsx": lambda: pack(
        parts(**{"xl/sharedStrings.xml": f'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///x">]><sst xmlns="{MAIN}"/>'})
    ),
    "十亿个笑.xlsx": lambda: declared('<!ENTITY a "&b;&b;"><!ENTITY b "ha">'),
    "四十亿字符串.xlsx": lambda: strings('uniqueCount="4000000000"'),
    "对角.xlsx": lambda: pack(parts('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "全表合并.xlsx": lambda: pack(parts(rest='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    "二进制.xlsx": lambda: zipped(**{"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"\x83\x01\x00"}),
    "二进制.xlsb": lambda: zipped(**{"[Content_Types].xml": b"<b/>", "xl/workbook.bin": b"\x83\x01\x00"}),
    "开放文档.ods": lambda: zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
    "逗号.csv": lambda: "序号,事项\r\n1,=cmd|'/C calc'!A0\r\n".encode("gbk"),
    "文本.xlsx": lambda: "序号\t事项\r\n".encode("utf-16"),
    "网页.xls": lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    "乱码.xls": lambda: ole("Workbook"),
    "打开密码.xlsx": lambda: ole("EncryptedPackage"),
    "宏表.xlsx": lambda: pack(
        parts(
            **{
                "xl/macrosheets/sheet1.xml": f'{HEAD}<xm:macrosheet xmlns:xm="urn:x"/>',
                "xl/_rels/workbook.xml.rels": relations(
                    ("worksheet", "worksheets/sheet1.xml"), ("xlMacrosheet", "macrosheets/sheet1.xml")
                ),
            }
        )
    ),
    "~倒\u202e写名.xlsx": lambda: b"x",
    "=cmd|' C calc'!A0.xlsx": lambda: b"x",
    "{{ 7*7 }}{% x %}.xlsx": lambda: b"x",
    "尾部有点. .xlsx": lambda: b"x",
    f"{'长' * 80}.xlsx": lambda: b"x",
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "安平"
    made(root)
    return root


@pytest.fixture
def place(model: Path, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(model, tmp_path / "安平")))


def decided(place: Workspace) -> dict[str, Submission]:
    return {one.path: one for one in sync_once(place).decided}


def good(place: Workspace, text: str = "完成38公里。") -> bytes:
    return typed(issued(place, "交通局"), {ROAD: {**SAID, "progress": text}})


def test_every_file_is_answered_and_the_last_one_is_read(place: Workspace) -> None:
    """Each is decided once, with one sentence and one answer; a good report among them is merged, nothing is left."""
    inbox = place.root / "inbox"
    for number, (name, make) in enumerate(FILES.items()):
        (inbox / "教育局" / name).write_bytes(data := make() + (b" " * number if name[0] in "~={尾长" else b""))
        assert data or name.startswith("0")
    with place.locked():
        (inbox / "交通局" / "报来.xlsx").write_bytes(good(place))
        found = decided(place)
        bad = {path: one for path, one in found.items() if path.startswith("教育局")}
        assert {path.split("/")[1] for path in bad} == set(FILES)
        assert {one.verdict for one in bad.values()} <= {"returned", "quarantined"}
        for path, one in bad.items():
            assert len(one.findings) == 1, path
            assert re.search(r"[一-鿿].*。$", one.findings[0].message), path
            (answer,) = place.journal.submissions.answers(one.number)
            assert (place.root / answer).resolve().is_relative_to(place.root / "returned" / "教育局"), path
        assert open_master(place).text(ROAD, "progress") == "完成38公里。"
        assert (sync_once(place).decided, list(untaken(place))) == ([], [])


def inside(book: bytes, part: str, old: str, new: str) -> bytes:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return changed(book, part, change)


def added(book: bytes, kind: str, part: str, data: bytes, sheet: int = 0) -> bytes:
    """The workbook with one more part, to which the workbook or a sheet points."""
    name = f"xl/worksheets/_rels/sheet{sheet}.xml.rels" if sheet else "xl/_rels/workbook.xml.rels"
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="/{part}"/></Relationships>'
    out = BytesIO(inside(book, name, "</Relationships>", link) if not sheet else book)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(part, data)
        if sheet:
            package.writestr(name, relations((kind, f"/{part}")))
    return out.getvalue()


LINK = f'<externalLink xmlns="{MAIN}">{{}}</externalLink>'.encode()
ALIVE: dict[str, Callable[[bytes], bytes]] = {
    "macros": lambda book: added(book, "vbaProject", "xl/vbaProject.bin", b"\xcc\x61"),
    "macros that nothing mentions": lambda book: added(book, "theme", "xl/VBAproject.bin", b"\xcc\x61"),
    "a macro sheet": lambda book: added(book, "xlMacrosheet", "xl/m.xml", b'<m:macrosheet xmlns:m="urn:x"/>'),
    "an external link": lambda book: added(book, "externalLink", "xl/e.xml", LINK.replace(b"{}", b"")),
    "DDE": lambda book: added(book, "theme", "xl/e.xml", LINK.replace(b"{}", b'<ddeLink ddeService="cmd"/>')),
    "an OLE object": lambda book: added(book, "oleObject", "xl/embeddings/oleObject1.bin", ole("Package"), sheet=4),
    "a control": lambda book: added(book, "control", "xl/activeX/activeX1.xml", b"<a/>", sheet=4),
    "a connection": lambda book: added(book, "connections", "xl/connections.xml", b"<a/>"),
}


@pytest.mark.parametrize("kind", ALIVE)
def test_what_is_alive_is_quarantined(place: Workspace, kind: str) -> None:
    """In an otherwise right report."""
    with place.locked():
        (place.root / "inbox" / "交通局" / "报来.xlsx").write_bytes(ALIVE[kind](good(place)))
        (one,) = decided(place).values()
        assert (one.verdict, [item.code for item in one.findings]) == ("quarantined", ["file_macros"])
        assert open_master(place).text(ROAD, "progress") == ""


TASKS = "xl/worksheets/sheet2.xml"
FORMULAS = ("cmd|'/C calc'!A0", 'HYPERLINK("http://x.cn","点")', 'WEBSERVICE("http://x.cn")', "[1]Sheet1!A1")
# what stands in the cell of 进展情况 → what the ledger keeps, or the code with which it is sent back
CELLS: dict[str, tuple[str, str]] = {
    "an escape": ("<is><t>甲_x0041_乙</t></is>", "甲A乙"),
    "an escaped escape": ("<is><t>甲_x005F_x0041_乙</t></is>", "甲_x0041_乙"),
    "rich text": ("<is><r><t>完成</t></r><r><t>38公里。</t></r></is>", "完成38公里。"),
    "the words of an error": ("<is><t>#REF!</t></is>", "#REF!"),
    "the words of a formula": ("<is><t>=1+1</t></is>", "=1+1"),
    "full width": ("<is><t>　完成３８公里。\u00a0</t></is>", "完成３８公里。"),
    "a control character": ("<is><t>完成_x0007_</t></is>", "text_control"),
    "a long text": (f"<is><t>{'长' * 32_000}</t></is>", "text_too_long"),
    "a text that Excel cannot hold": (f"<is><t>{'长' * 40_000}</t></is>", "text_too_long"),
    **{f"={text}": (f"<f>{text}</f><v>1</v>", "cell_formula") for text in FORMULAS},
    "a formula without result": ("<f>1+1</f>", "cell_formula"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
def test_no_value_is_changed_emptied_or_cut(place: Workspace, kind: str) -> None:
    """What a reader would silently lose is kept to the letter, or told with its cell."""
    content, kept = CELLS[kind]
    typed_in = "完成38公里。"

    def change(sheet: bytes) -> bytes:
        whole = re.compile(rf'<c ([^>]*?)(?: t="\w+")?>(?:<is>)?<t[^>]*>{typed_in}</t>(?:</is>)?</c>'.encode())
        cell = rb"<c \1" + (b' t="inlineStr">' if content.startswith("<is>") else b">") + content.encode() + b"</c>"
        found, count = whole.subn(lambda one: one.expand(cell), sheet)
        assert count == 1
        return found

    with place.locked():
        (place.root / "inbox" / "交通局" / "报来.xlsx").write_bytes(changed(good(place, typed_in), TASKS, change))
        (one,) = decided(place).values()
        codes = [item.code for item in one.findings]
        if kept.isascii() and kept.islower():
            assert (one.verdict, codes) == ("returned", [kept])
            assert one.findings[0].cell == "H5"
        else:
            assert (one.verdict, codes) == ("accepted", [])
            assert open_master(place).text(ROAD, "progress") == kept


SHEETS: dict[str, tuple[str, str, list[str]]] = {
    "a dimension that lies": ("<sheetFormatPr", '<dimension ref="A1"/><sheetFormatPr', []),
    "a merge over two rows": ("</mergeCells>", '<mergeCell ref="J5:J6"/></mergeCells>', ["cell_merged"] * 2),
    "a merge over two columns": ("</mergeCells>", '<mergeCell ref="H5:I5"/></mergeCells>', ["cell_merged"] * 2),
    "a merge beside the table": ("</mergeCells>", '<mergeCell ref="H20:I21"/></mergeCells>', []),
    "a hidden row": ('<row r="5"', '<row hidden="1" r="5"', ["rows_hidden"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHEETS)
def test_what_a_sheet_hides(place: Workspace, kind: str) -> None:
    """Lying dimensions hide nothing, merged cells of the table go back, hidden rows are mentioned."""
    old, new, codes = SHEETS[kind]
    with place.locked():
        figures = {f"{task}#1": FIGURES for task in (HOUSES, INVESTMENT)}
        book = typed(issued(place, "住建局"), {HOUSES: SAID, INVESTMENT: SAID, **figures})
        (place.root / "inbox" / "住建局" / "报来.xlsx").write_bytes(inside(book, TASKS, old, new))
        (one,) = decided(place).values()
        assert [item.code for item in one.findings] == codes
        assert one.verdict == ("returned" if "cell_merged" in codes else "accepted")
        text = open_master(place).text(INVESTMENT, "progress")
        assert text == ("" if "cell_merged" in codes else "完成38公里。")


def test_what_is_no_file(place: Workspace) -> None:
    """A pipe does not block, a folder named like a report is looked into, a link is what it leads to."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    inbox = place.root / "inbox"
    os.mkfifo(inbox / "管道.xlsx")
    (inbox / "文件夹.xlsx").mkdir()
    (inbox / "文件夹.xlsx" / "里面.xlsx").write_bytes(b"x")
    (inbox / "绕圈.xlsx").symlink_to("绕圈.xlsx")
    (inbox / "断了.xlsx").symlink_to("没有.xlsx")
    (inbox / "到设备.xlsx").symlink_to("/dev/zero")
    (inbox / "到管道.xlsx").symlink_to("管道.xlsx")
    (inbox / "到密钥.xlsx").symlink_to(place.root / ".ducha" / "key")
    with place.locked():
        ready, waits = finished_files(place)
        assert {path.name for path in ready} == {"里面.xlsx", "到密钥.xlsx"}
        assert waits == {}
        found = decided(place)
        assert {path: one.verdict for path, one in found.items()} == {
            "文件夹.xlsx/里面.xlsx": "returned",
            "到密钥.xlsx": "returned",
        }
        for one in found.values():
            (answer,) = place.journal.submissions.answers(one.number)
            assert place.key not in (place.root / answer).read_bytes().decode(errors="replace")


def test_a_file_that_we_may_not_read(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits and that is seen; the others go on, and it is taken when it may be read."""
    closed = place.root / "inbox" / "教育局" / "没有权限.xlsx"
    closed.write_bytes(b"x")
    plain = Path.open

    def refusing(path: Path, *given: object, **named: object) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path, *given, **named)  # type: ignore[call-overload]

    with place.locked():
        (place.root / "inbox" / "交通局" / "报来.xlsx").write_bytes(good(place))
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", refusing)
            done = sync_once(place)
            assert [one.path for one in done.decided] == ["交通局/报来.xlsx"]
            assert done.left == [closed]
            assert list(untaken(place)) == [closed]
        assert list(decided(place)) == ["教育局/没有权限.xlsx"]


def test_a_name_that_is_no_text(place: Workspace) -> None:
    """On a share that another system writes to, a name may be in GBK: the file is decided all the same."""
    name = os.fsencode(place.root / "inbox" / "教育局") + b"/\xbd\xcc\xd3\xfd\xbe\xd6.xlsx"
    try:
        Path(os.fsdecode(name)).write_bytes(b"x")
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    with place.locked():
        assert [one.verdict for one in decided(place).values()] == ["returned"]
        assert (sync_once(place).decided, list(untaken(place))) == ([], [])


def test_a_file_of_any_size(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too big to hold in memory is kept whole and answered, and never read in one piece."""
    monkeypatch.setattr(intake, "LARGEST", 1 << 20)
    monkeypatch.setattr("sync.deciding.Limits", lambda: type("Small", (), {"file": 1 << 20}))
    path = place.root / "inbox" / "教育局" / "稀疏.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(40 << 20)
    monkeypatch.setattr(Path, "read_bytes", small_only(Path.read_bytes))
    with place.locked():
        (one,) = decided(place).values()
        assert (one.verdict, [item.code for item in one.findings]) == ("returned", ["file_unreadable"])
        assert place.stored_path(one.sha256).stat().st_size == 40 << 20


def small_only(read: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    def checked(path: Path) -> bytes:
        assert path.stat().st_size <= 30 << 20, path
        return read(path)

    return checked


def test_a_file_that_changes_while_it_is_copied(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left for the next pass, and nothing wrong is kept under its hash."""
    monkeypatch.setattr(intake, "LARGEST", 100)
    path = place.root / "inbox" / "教育局" / "还在写.xlsx"
    path.write_bytes(b"a" * 1_000)
    plain = Workspace.stored_path

    def meanwhile(self: Workspace, name: str) -> Path:
        if not plain(self, name).exists():
            path.write_bytes(b"b" * 1_000)
        return plain(self, name)

    with place.locked(), monkeypatch.context() as patch:
        patch.setattr(Workspace, "stored_path", meanwhile)
        done = sync_once(place)
        assert (done.left, done.decided) == ([path], [])
    with place.locked():
        (one,) = decided(place).values()
        assert place.stored_path(one.sha256).read_bytes() == b"b" * 1_000


def test_an_archive_that_promises_much(place: Workspace) -> None:
    """A directory of a million lines, or a dictionary of gigabytes, is not even begun while files settle."""
    many = b"PK\x01\x02" + bytes(42)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(many) * 200_000, 0, 0)
    (place.root / "inbox" / "目录.xlsx").write_bytes(many * 200_000 + end)
    lzma = bytearray(zipped(zipfile.ZIP_LZMA, **{"a.xml": b"<a/>" * 100}))
    at = lzma.index(b"a.xml") + 5
    lzma[at + 5 : at + 9] = b"\xff\xff\xff\xff"  # the size of its dictionary
    (place.root / "inbox" / "字典.xlsx").write_bytes(bytes(lzma))
    with place.locked():
        ready, waits = finished_files(place)
        assert ({path.name for path in ready}, waits) == ({"目录.xlsx", "字典.xlsx"}, {})
        assert {one.verdict for one in decided(place).values()} == {"returned"}

"""Archives are taken apart in memory, within limits, one level deep; their names lead nowhere."""

import io
import zipfile
from collections.abc import Callable

import pytest
from scan_samples import damaged, pack, parts

from ledger.finding import Finding
from sync.reading.archive import unpack, unpacked
from sync.reading.read import read_workbook
from xlsx import Limits, Refused

GOOD = pack(parts())
WORD = pack({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"})
ODS = pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})


def zipped(*files: tuple[str | bytes, bytes]) -> bytes:
    """A .zip of files; a name in bytes is written as it is, as Chinese Windows does."""
    out = io.BytesIO()
    raw: dict[bytes, bytes] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(files):
            shown = name if isinstance(name, str) else f"{number:0>{len(name)}}"
            if isinstance(name, bytes):
                raw[shown.encode()] = name
            archive.writestr(shown, data)
    data = out.getvalue()
    for old, new in raw.items():
        assert data.count(old) == 2
        data = data.replace(old, new)
    return data


def test_an_archive_is_taken_apart() -> None:
    """Names from Chinese Windows and from others, folders, and what systems leave in it."""
    data = zipped(
        ("科技局.xlsx", GOOD),
        ("民政局\\报表|乙.xlsx".encode("gbk"), GOOD),
        ("__MACOSX/._科技局.xlsx", b"x"),
        ("~$科技局.xlsx", b"x"),
        ("夹/.DS_Store", b"x"),
        ("夹/", b""),
        ("夹/说明.txt", b"ok"),
    )
    assert unpacked(data) == [("科技局.xlsx", GOOD), ("民政局/报表_乙.xlsx", GOOD), ("夹/说明.txt", b"ok")]


def test_names_in_an_archive_lead_nowhere() -> None:
    """They are only shown: no parent folders, no drives, no names of devices, no two alike."""
    names = ["../../etc/passwd", "/root/甲.xlsx", "C:\\甲.xlsx", "con.xlsx", "a/b/c/d/甲.xlsx", "甲\n.xlsx"]
    found = unpacked(zipped(*((name, b"x") for name in names), ("con.XLSX", b"y"))) or []
    shown = [name for name, _ in found]
    assert len(set(map(str.lower, shown))) == len(names) + 1
    for name in shown:
        steps = name.split("/")
        assert len(steps) <= 3
        assert not {"", ".", ".."} & set(steps)
        assert not set('\\:"<>|?*\n') & set(name)
    assert "_con.xlsx" in shown


def bomb() -> bytes:
    return zipped(("大.xlsx", bytes(30 << 20)))


def locked() -> bytes:
    raw = bytearray(zipped(("甲.xlsx", GOOD)))
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


BAD_ARCHIVES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "bomb": (bomb, "file_too_big", "内容过多"),
    "many": (lambda: zipped(*((f"{n}.xlsx", b"x") for n in range(501))), "file_too_big", "内容过多"),
    "password": (locked, "file_encrypted", "密码"),
    "empty": (lambda: b"PK\x05\x06" + bytes(18), "file_not_xlsx", "没有文件"),
    "folders": (lambda: zipped(("夹/", b"")), "file_not_xlsx", "没有文件"),
    "damaged": (lambda: damaged("甲.xlsx", zipped(("甲.xlsx", GOOD))), "file_unreadable", "损坏"),
    "nested": (lambda: zipped(("内.zip", zipped(("甲.xlsx", GOOD)))), "file_not_xlsx", "一层"),
}


@pytest.mark.parametrize("name", BAD_ARCHIVES)
def test_bad_archives_are_not_taken_apart(name: str) -> None:
    """What is wrong is told of the archive; of an archive in an archive, of the inner one."""
    make, code, word = BAD_ARCHIVES[name]
    data = make()
    inside = unpacked(data)
    if name == "nested":
        assert inside is not None
        data = inside[0][1]
    else:
        assert inside is None
    found = read_workbook(data, "包.zip", "k")
    assert isinstance(found, Finding)
    assert (found.code, word in found.message) == (code, True)


def test_an_archive_unpacks_within_its_limits() -> None:
    """Counted as it goes, whatever is declared."""
    data = zipped(("甲.bin", bytes(range(256)) * 40), ("乙.bin", bytes(range(256)) * 40))
    with pytest.raises(Refused, match="too_big"):
        unpack(data, Limits(total=15_000))
    assert len(unpack(data, Limits(total=30_000))) == 2


@pytest.mark.parametrize("data", [GOOD, b"", b"PK\x03\x04", WORD, ODS])
def test_nothing_else_is_an_archive(data: bytes) -> None:
    """Workbooks are zip files too."""
    assert unpacked(data) is None

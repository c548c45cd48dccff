"""A workspace in the middle of a busy day, and the commands of that day, each of which may be given again.

`prepare` makes it once; every killing plays on a copy. What lies there is all that a pass can meet: good, faulty and
hostile files, a new version of a merged report and an old one, copies, an archive, a workbook in a stranger's folder;
in the master an edit that clashes with a report, two decisions about clashes, calls in 代填, a new and a confirmed
row, a setting. While the first publication is written, somebody saves the master once more.
"""

import io
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import scan_samples
from clerk import PERIOD, cell_at, edit, fill, save_at
from openpyxl.workbook import Workbook as Sheets
from telephone import CALL, FIRST, put

from ducha.cli import main
from sync import atomic, rulings
from sync.distribute import distribute
from sync.intake import sync_once
from sync.periods import open_period
from sync.register import register
from sync.workspace import Workspace, default_schema

__all__ = ["LATER", "MEANWHILE", "PUBLISHED", "collect", "command", "looking", "play", "prepare", "saved_meanwhile"]

ROAD, SCHOOL, HOSPITAL, DAM, FARM = (f"A1-00{number}" for number in range(1, 6))
SETTING = "lights.far_behind", "15"
LATER, MEANWHILE, PUBLISHED = "later", "meanwhile.xlsx", "published"
NOON = datetime(2022, 9, 3, 12, tzinfo=UTC)
ANNEX, REVISIONS, CLASHES, SETTINGS = "附件1", "变更", "冲突", "设置"
HEADER = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位")
TASKS = (
    ("1.新建改建农村公路60公里。", "林  岚", "交通局", "各乡镇（街道）"),
    ("2.新增学位3000个。", "林  岚", "教育局\n住建局", "财政局"),
    ("3.新增床位500张。", "方  远", "卫健局", "财政局"),
    ("4.除险加固水库8座。", "方  远", "水利局", "财政局"),
    ("5.建成高标准农田3万亩。", "方  远", "农业农村局", "各乡镇（街道）"),
)


def prepare(folder: Path) -> Path:
    """The workspace's folder, in a new ``folder``."""
    place = Workspace.create(folder / "安平 台账", default_schema())
    document = folder / "分工表.txt"
    rows = ("".join(f"\t{cell}\n" for cell in row) for row in (HEADER, *TASKS))
    document.write_text("附件1\n" + "\n".join(rows), encoding="utf-8")
    with place.locked():
        register(place, [document], tasks_only=True)
        open_period(place, PERIOD)
        distribute(place, PERIOD)
        _merged_before(place)
        _typed_by_the_office(place)
    shutil.copy2(place.master, place.root / MEANWHILE)
    edit(place.root / MEANWHILE, lambda book: _type(book, place.master, DAM, "problems", "本办存盘时加的。"))
    _arrived(place.root)
    return place.root


def _merged_before(place: Workspace) -> None:
    """Three reports stand, two cells clash, and a row that the office typed is a draft."""
    for unit, text in (("交通局", "完成20公里。"), ("教育局", "新增1000个。"), ("卫健局", "新增100张。")):
        _report(place.root, f"inbox/{unit}/报来.xlsx", unit, text, hours=-20)
    sync_once(place)

    def first_edits(book: Sheets) -> None:
        _type(book, place.master, SCHOOL, "progress", "本办改写学位。")
        _type(book, place.master, HOSPITAL, "progress", "本办改写床位。")
        _add_task(book, "新增任务：建设托育中心1个。")

    edit(place.master, first_edits)
    for unit, text in (("教育局", "新增1500个。"), ("卫健局", "新增150张。")):
        _report(place.root, f"inbox/{unit}/更正.xlsx", unit, text, hours=-10)
    sync_once(place)


def _typed_by_the_office(place: Workspace) -> None:
    """What no pass has seen yet."""

    def edits(book: Sheets) -> None:
        _type(book, place.master, ROAD, "progress", "本办改写公路。")
        _type(book, place.master, FARM, "leaders", "方  远、林  岚")
        _add_task(book, "又新增任务：建设公园2个。")
        for row, choice in ((5, "单位"), (6, "本办")):
            put(book[CLASHES], row, {"adopt": choice})
        rows = book[REVISIONS].iter_rows(min_row=5)
        draft = next(row[0].row for row in rows if any(cell.value == "新增任务" for cell in row))
        put(book[REVISIONS], draft, {"decision": "确认"})
        new = {
            "ref": "附件1：4",
            "what": "办结时限",
            "new": "2022-11-30",
            "from_day": "2022-08-01",
            "authority": "会议",
        }
        put(book[REVISIONS], draft + 1, new)
        call = {"unit": "农业农村局", "ref": "附件1：5", "progress": "电话：建成1万亩。", "received": date(2022, 9, 1)}
        put(book["代填"], FIRST, {**CALL, **call})
        path, value = SETTING
        book[SETTINGS][cell_at(place.master, SETTINGS, "value", path)] = int(value)

    edit(place.master, edits)


def _arrived(root: Path) -> None:
    """The inbox of the day, and what will arrive later."""
    _report(root, "inbox/交通局/更正.xlsx", "交通局", "完成38公里。", hours=0)
    _report(root, "inbox/交通局/旧稿.xlsx", "交通局", "完成10公里。", hours=1, saved=-30)
    _report(root, "inbox/住建局/报来.xlsx", "住建局", "改造4万平方米。", hours=2)
    shutil.copy2(root / "inbox/住建局/报来.xlsx", root / "inbox/报来 - 副本.xlsx")
    _report(root, "inbox/水利局/报来.xlsx", "水利局", "", hours=3)
    shutil.copy2(root / "inbox/水利局/报来.xlsx", root / "inbox/水利局/再发一次.xlsx")
    _report(root, "inbox/水利局/放错.xlsx", "教育局", "放错了文件夹。", hours=4)
    (root / "inbox" / "照片.xlsx").write_bytes(b"\xff\xd8\xff\xe0" + bytes(300))
    corners = '<row><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    (root / "inbox" / "恶意.xlsx").write_bytes(scan_samples.pack(scan_samples.parts(corners)))
    _report(root, "one.xlsx", "农业农村局", "建成2万亩。", hours=5)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("农业农村局.xlsx", (2022, 9, 3, 17, 0, 0)), (root / "one.xlsx").read_bytes())
        archive.writestr(zipfile.ZipInfo("说明.txt", (2022, 9, 3, 17, 0, 0)), "请查收".encode())
    (root / "one.xlsx").unlink()
    (root / "inbox" / "农业口.zip").write_bytes(packed.getvalue())
    for hours, name in enumerate(("照片.xlsx", "恶意.xlsx", "农业口.zip"), 6):
        _arrive(root / "inbox" / name, hours)
    _report(root, f"{LATER}/交通局/再报.xlsx", "交通局", "完成40公里。", hours=20)
    _report(root, f"{LATER}/水利局/改好.xlsx", "水利局", "加固5座。", hours=21)
    _report(root, f"{LATER}/卫健局/三报.xlsx", "卫健局", "新增300张。", hours=22)


def _report(root: Path, name: str, unit: str, text: str, *, hours: int, saved: int | None = None) -> None:
    source = next((root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    typed = {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"}
    fill(source, root / name, lambda _: typed)
    save_at(root / name, NOON + timedelta(hours=hours if saved is None else saved), NOON + timedelta(hours=hours))


def _arrive(path: Path, hours: int) -> None:
    at = (NOON + timedelta(hours=hours)).timestamp()
    os.utime(path, (at, at))


def _type(book: Sheets, master: Path, task: str, key: str, text: str) -> None:
    book[ANNEX][cell_at(master, ANNEX, key, task)] = text


def _add_task(book: Sheets, text: str) -> None:
    """A row below the last one, without an id."""
    sheet = book[ANNEX]
    keys = {str(cell.value): cell.column for cell in sheet[3] if cell.value}
    row = max(cell.row for cell in sheet["A"] if cell.value) + 1
    sheet.cell(row, keys["text"]).value = text


@contextmanager
def looking(root: Path) -> Iterator[Workspace]:
    """The workspace for us alone."""
    place = Workspace(root)
    with place.locked():
        yield place


def command(*words: str) -> int:
    """``ducha`` with these words, here in this process: its exit code. What is no exit is an error of the program."""
    sys.argv = ["ducha", *words]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def play(root: Path) -> None:
    """The day from where it stands. A command that has been carried out before does nothing again."""
    with saved_meanwhile(root):
        _collect(root)
        _decide(root, "卫健局/更正.xlsx", "returned", "return")
        later = root / LATER
        for path in sorted(path for path in later.rglob("*") if path.is_file()):
            path.replace(root / "inbox" / path.relative_to(later))
        _collect(root)


def collect(root: Path) -> int:
    """One ``ducha sync`` of the day: its exit code."""
    with saved_meanwhile(root):
        return command("sync", "-w", str(root))


def _collect(root: Path) -> None:
    assert command("sync", "-w", str(root)) == 0


def _decide(root: Path, name: str, ruling: str, word: str) -> None:
    with looking(root) as place:
        done = rulings.find(place, name).ruling == ruling
    if not done:
        assert command(word, name, "--why", "理由", "-w", str(root)) == 0


@contextmanager
def saved_meanwhile(root: Path) -> Iterator[None]:
    """Somebody saves the master between the first publication's check and its swap.

    Beside the workspace may be a folder that wants to have every master that was ever to be seen.
    """
    swap, shown = atomic.swap, root.parent / PUBLISHED

    def beaten(new: Path, path: Path) -> None:
        saved = root / MEANWHILE
        if path.name == "master.xlsx" and saved.exists():
            saved.replace(path)
        swap(new, path)
        if path.name == "master.xlsx" and shown.is_dir():
            shutil.copyfile(path, shown / f"{len(list(shown.iterdir())):03}.xlsx")

    atomic.swap = beaten
    try:
        yield
    finally:
        atomic.swap = swap

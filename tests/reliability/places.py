"""Small workspaces, and workbooks filled in fast: through the product's own editor."""

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

from clerk import PERIOD

from sync.distribute import distribute
from sync.periods import open_period
from sync.register import register
from sync.table import find_tables, sheet_cells
from sync.workspace import Workspace, default_schema, write_key_copy
from xlsx import Book, column_letter

HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
TASKS = (
    ("1.新建改建农村公路60公里。", "林  岚", "交通局", "各乡镇（街道）"),
    ("2.新增学位3000个，改造校舍5万平方米。", "林  岚", "教育局", "财政局"),
    ("3.改造老旧小区12个。", "方  远", "住建局", "财政局"),
    ("4.完成固定资产投资101亿元，增长8.6%以上。", "方  远", "住建局", "财政局"),
)
COSTS = ("附件1：4", "单位成本", "控制在以内", 120, "万元/公里")
KEY = "5a" * 32
ROAD, SCHOOL, HOUSES, INVESTMENT = (f"A1-00{number}" for number in range(1, 5))


def made(root: Path) -> Workspace:
    """A workspace with four tasks of three units and their workbooks for August in the outbox;
    住建局 is asked for two figures besides."""
    document = root.with_name("分工表.txt")
    rows = (HEADERS, *((*row, "", "") for row in TASKS))
    dumped = ("".join(f"\t{cell}\n" for cell in row) for row in rows)
    document.write_text("附件1\n" + "\n".join(dumped), encoding="utf-8")
    place = Workspace.create(root, default_schema())
    # two runs make the same workbooks, and the same mutants of them
    (place.own / "key").write_text(KEY)
    write_key_copy(place.root, KEY)
    with place.locked():
        register(place, [document], tasks_only=True)
        open_period(place, PERIOD)
        _ask_for_figures(place)
        distribute(place, PERIOD)
    return place


def _ask_for_figures(place: Workspace) -> None:
    """The office types two indicators of 住建局 into sheet 指标."""
    book = Book(place.master.read_bytes())
    table = next(found for found in find_tables(sheet_cells(place.master.read_bytes())) if found.sheet == "指标")
    for row, values in enumerate((("附件1：3", "改造老旧小区", "达到", 12, "个"), COSTS), table.model_row):
        for key, value in zip(("ref", "name", "kind", "target", "measure"), values, strict=True):
            book.put(table.sheet, f"{column_letter(table.columns[key])}{row}", value)
    place.master.write_bytes(book.save())


def issued(place: Workspace, unit: str) -> bytes:
    """The workbook that the unit got for the open period."""
    label = place.journal.open_period().label  # type: ignore[union-attr]
    (path,) = (place.root / "outbox" / unit).glob(f"*{label}*")
    return path.read_bytes()


def typed(book: bytes, answer: Mapping[str, Mapping[str, object]]) -> bytes:
    """The workbook with cells typed in: task or indicator id → column key → value, and signed."""
    edited = Book(book)
    for table in find_tables(sheet_cells(book)):
        for row in table.rows:
            name = str(row.values.get("tag", "..")).split(".", 1)[1].rsplit(".", 1)[0]
            for key, value in answer.get(name, {}).items():
                edited.put(table.sheet, f"{column_letter(table.columns[key])}{row.number}", value)
    for name in ("dc_filler", "dc_phone", "dc_approver"):
        edited.put_name(name, "王宁")
    return edited.save()


def changed(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, change(data) if item.filename == part else data)
    return out.getvalue()


def saved(book: bytes, at: datetime) -> bytes:
    """The workbook, which says that it was saved at ``at`` (UTC)."""
    mark = f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()

    def stamped(core: bytes) -> bytes:
        told, count = re.subn(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + mark, core)
        assert count == 1
        return told

    return changed(book, "docProps/core.xml", stamped)

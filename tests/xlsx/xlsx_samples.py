"""Workbooks to edit, and readers that judge what came out."""

import io
import struct
import zipfile
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

TASKS, BOARD = "任务填报", "看板"
MODEL = 5  # the model row of the task sheet

# one white pixel
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


def template(**options: Any) -> bytes:
    """A task sheet like the unit template (keys in row 3, headers, model row 5, a footer) and a board over it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    tasks, board = book.add_worksheet(TASKS), book.add_worksheet(BOARD)
    bold, text = book.add_format({"bold": True, "border": 1}), book.add_format({"text_wrap": True, "locked": False})
    day, grey = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bg_color": "#DDDDDD"})
    tasks.merge_range("A1:E1", "填报表", bold)
    tasks.write("A2", "单位")
    tasks.write_formula("C2", '=COUNTIF(E5:E5,"?*")')
    tasks.write_row(2, 0, ["id", "text", "*list", "*date", "check"])
    tasks.set_row(2, None, None, {"hidden": True})
    tasks.write_row(3, 0, ["编号", "任务", "状态", "日期", "系统校验"], bold)
    tasks.set_row(4, 60)
    for column, look in enumerate((text, text, text, day)):
        tasks.write_blank(4, column, None, look)
    tasks.write_formula("E5", '=IF(C5="","缺状态",$B$2&C$4)', grey)
    tasks.write("A7", "填表人")
    tasks.merge_range("B7:C7", "")
    tasks.data_validation("C5", {"validate": "list", "source": ["已完成", "推进中"]})
    tasks.data_validation("D5", {"validate": "date", "criteria": ">", "value": date(2020, 1, 1)})
    tasks.data_validation("B7", {"validate": "list", "source": f"={BOARD}!$A$1:$A$3"})
    tasks.conditional_format("A5:E5", {"type": "formula", "criteria": '=$C5="已完成"', "format": bold})
    tasks.conditional_format("B5", {"type": "formula", "criteria": "=LEN(B5)>5", "format": grey})
    tasks.conditional_format("A7", {"type": "formula", "criteria": '=$A7=""', "format": grey})
    tasks.autofilter("A4:E5")
    tasks.print_area("A1:E5")
    tasks.repeat_rows(3)
    tasks.set_column("B:B", 40)
    tasks.set_column("E:E", 20, None, {"hidden": True})
    tasks.freeze_panes(4, 2)
    book.define_name("unit", f"='{TASKS}'!$B$2")
    book.define_name("block", f"='{TASKS}'!$A$5:$E$5")
    board.write_formula("A1", f"=COUNTA('{TASKS}'!C5:C5)")
    board.write_url("A3", f"internal:'{TASKS}'!A7")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": f"='{TASKS}'!$D$5:$D$5"})
    board.insert_chart("C3", chart)
    book.close()
    return out.getvalue()


def rich() -> bytes:
    """A master with what a careless editor loses: chart, table, picture, rules, sparkline, note, rich text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("附件1")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy/m/d"})
    rows = [[f"A1-{number}", f"任务{number}", number * 1.5] for number in range(1, 9)]
    sheet.add_table("A1:C9", {"data": rows, "columns": [{"header": name} for name in ("编号", "任务", "完成值")]})
    sheet.write_rich_string("E1", "普通", bold, "加粗")
    sheet.write_datetime("E2", date(2024, 5, 1), day)
    sheet.write_formula("E3", "=SUM(C2:C9)", None, 54)
    sheet.write_comment("E1", "别人的批注", {"author": "张三"})
    sheet.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B2:B9", {"validate": "length", "criteria": "<", "value": 300})
    sheet.add_sparkline("F2", {"range": "附件1!C2:C9"})
    sheet.insert_image("H2", "pixel.png", {"image_data": io.BytesIO(PIXEL)})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=附件1!$C$2:$C$9"})
    sheet.insert_chart("H12", chart)
    book.define_name("total", "=附件1!$E$3")
    book.close()
    return out.getvalue()


def by_openpyxl() -> bytes:
    """A workbook saved by openpyxl, which writes other XML than Excel."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet.append(["编号", "任务"])
    sheet.append(["1", "甲"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def part(data: bytes, name: str) -> str:
    """One part of a package as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def entries(data: bytes) -> dict[str, bytes]:
    """Each entry as it stands in the archive: local header, name and compressed bytes."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name_length, extra_length = struct.unpack_from("<2H", data, info.header_offset + 26)
            end = info.header_offset + 30 + name_length + extra_length + info.compress_size
            found[info.filename] = data[info.header_offset : end]
    return found


def changed_parts(before: bytes, after: bytes) -> set[str]:
    """Names of parts that were added, dropped, or are not the same bytes."""
    old, new = entries(before), entries(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def rezip(data: bytes, changes: dict[str, str]) -> bytes:
    """The package with some parts' text replaced or added, as another program might have written them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return out.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    """The workbook as openpyxl sees it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(data: bytes, sheet: str) -> list[list[Any]]:
    """A sheet's values as calamine sees them."""
    grid = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet)
    return grid.to_python(skip_empty_area=False)

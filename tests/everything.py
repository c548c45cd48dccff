"""A workbook with everything that people put into one, and the same grafted on any book with an annex sheet."""

import io
import re
from typing import Any

import openpyxl
import xlsxwriter
from grafting import OFFICE, WORKBOOK, Parts
from handmade import THREAD, add_handmade, pivot

ANNEX, OWN, PIVOT = "附件1", "自制表", "透视"
HEADER_ROW = 4  # of the annex, and of the table on the sheet of its own
FIRST, LAST = 5, 9  # rows of that table
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


def everything(*, macros: bool = False) -> bytes:
    """An annex like the master's, and on sheets of its own all that `decorate` adds."""
    return decorate(annex(), macros=macros)


def annex() -> bytes:
    """An annex sheet as the master has it: title, hint, hidden keys, headers, four rows and a footer."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, board = book.add_worksheet(ANNEX), book.add_worksheet("看板")
    bold, text = book.add_format({"bold": True, "border": 1}), book.add_format({"text_wrap": True, "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:F1", "重点工作责任分工表", bold)
    sheet.write("A2", "可以排序、筛选、插入列")
    sheet.write_row("A3", ["id:1", "text", "status", "value", "due", "sum"])
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_row("A4", ["编号", "任务", "落实情况", "完成值", "预计完成时间", "合计"], bold)
    for row, status in enumerate(("已完成", "推进中", "推进中", "未启动")):
        sheet.write_row(row + 4, 0, [f"A1-{row + 1}", f"任务{row + 1}", status, row + 1.5], text)
        sheet.write_number(row + 4, 4, 45000 + row, day)
        sheet.write_formula(row + 4, 5, f"=D{row + 5}*2", None, (row + 1.5) * 2)
    sheet.write("A10", "填表人")
    sheet.autofilter("A4:F8")
    sheet.data_validation("C5:C8", {"validate": "list", "source": ["已完成", "推进中", "未启动"]})
    sheet.conditional_format("A5:F8", {"type": "formula", "criteria": '=$C5="已完成"', "format": bold})
    sheet.print_area("A1:F8")
    sheet.repeat_rows(3)
    sheet.freeze_panes(4, 2)
    board.write_formula("A1", f'=COUNTIF({ANNEX}!C5:C8,"已完成")', None, 1)
    book.close()
    return out.getvalue()


def decorate(data: bytes, *, macros: bool = False) -> bytes:
    """Everything added to a book whose sheet 附件1 has its headers in row 4: a sheet 自制表 and a pivot table.

    The other sheets stay as they are, but for a chart, a pivot table, names and rules that look at 附件1.
    """
    fields, last_row = _annex_of(data)
    parts, donor = Parts(data), Parts(_donor(last_row))
    part = parts.graft(donor, donor.sheets()[OWN][0])
    parts[part] = _at_home(parts, donor, part)
    index = parts.add_sheet(OWN, part)
    parts.define(
        f'<definedName name="系数">{OWN}!$C$12</definedName><definedName name="数">{OWN}!$C$5:$C$9</definedName>'
        f'<definedName name="_xlnm.Print_Area" localSheetId="{index}">{OWN}!$A$1:$G$10</definedName>'
        f'<definedName name="Slicer_状态">#N/A</definedName>'
        f'<definedName name="动态">OFFSET({OWN}!$C$4,1,0,COUNT({OWN}!$C$5:$C$9),1)</definedName>'
    )
    parts[WORKBOOK] = parts[WORKBOOK].replace(' fullCalcOnLoad="1"', "")  # which Excel takes out when it has done so
    add_handmade(parts, part, macros=macros)
    pivot(parts, PIVOT, ANNEX, HEADER_ROW, fields)
    _chain(parts)
    return parts.save()


def _annex_of(data: bytes) -> tuple[dict[str, list[str]], int]:
    """The annex's columns by header, and its last row: the last below the headers that is not empty, at least one."""
    sheet = openpyxl.load_workbook(io.BytesIO(data))[ANNEX]
    rows = [row for row in sheet.iter_rows(HEADER_ROW + 1, values_only=True) if row[0] and row[1]]
    headers = [str(cell.value) for cell in sheet[HEADER_ROW] if cell.value]
    columns = {name: [str(row[place] or "") for row in rows] or [""] for place, name in enumerate(headers)}
    return columns, HEADER_ROW + max(1, len(rows))


def _donor(last_row: int) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet(ANNEX)
    sheet = book.add_worksheet(OWN)
    _cells(sheet, book.add_format({"bold": True}))
    _rules(sheet, book.add_format({"font_color": "#9C0006"}), last_row)
    _pictures(book, sheet, last_row)
    book.close()
    return out.getvalue()


def _cells(sheet: Any, bold: Any) -> None:
    sheet.write_rich_string("A1", "普通", bold, "加粗", "，领导改过的字")
    sheet.write("B2", "合计")
    sheet.write_formula("C2", "=SUM(C5:C9)", None, 15)
    rows = [[f"X-{number}", "推进中", number] for number in range(1, 6)]
    columns = [
        {"header": "编号", "total_string": "汇总"},
        {"header": "状态"},
        {"header": "数", "total_function": "sum", "total_value": 15},
        {"header": "一半", "formula": "=[@数]/2"},
    ]
    sheet.add_table("A4:D10", {"data": rows, "columns": columns, "total_row": True, "name": "自制"})
    for row in range(FIRST, LAST + 1):
        number = row - FIRST + 1
        sheet.write_formula(f"D{row}", "=自制[[#This Row],[数]]/2", None, number / 2)
        sheet.write_formula(f"E{row}", f"=C{row}*$C$12", None, number * 3)
        sheet.write_formula(f"F{row}", f"=SUM(C$5:C{row})", None, sum(range(number + 1)))
    sheet.write_row("A12", ["系数", "", 3])
    sheet.write_url("A13", f"internal:{OWN}!A12", string="系数在这里")
    sheet.write_array_formula("C14:C15", "{=C5:C6*2}", None, 2)
    sheet.write_number("C15", 4)
    sheet.write_array_formula("D14", "{=SUM(C5:C9*2)}", None, 30)
    sheet.write("B16", "勾选")
    sheet.write_boolean("C16", True)
    sheet.write_comment("A5", "科长的批注", {"author": "张三"})
    sheet.write_comment("A7", "[Threaded comment]\n\n讨论：核实一下", {"author": f"tc={THREAD}"})
    sheet.write_comment("A12", "系数由财政局给", {"author": "李四"})
    sheet.freeze_panes(4, 1)
    sheet.set_h_pagebreaks([10])
    sheet.ignore_errors({"number_stored_as_text": "A5:A9"})
    sheet.set_landscape()


def _rules(sheet: Any, red: Any, last_row: int) -> None:
    sheet.conditional_format("C5:C9", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("D5:D9", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("B5:B9", {"type": "formula", "criteria": '=$B5="滞后"', "format": red})
    sheet.conditional_format("C12", {"type": "cell", "criteria": ">", "value": 5, "format": red})
    sheet.data_validation("B5:B9", {"validate": "list", "source": ["推进中", "已完成", "滞后"]})
    sheet.data_validation("C12", {"validate": "decimal", "criteria": ">", "value": 0})
    for row in range(FIRST, LAST + 1):
        sheet.add_sparkline(f"G{row}", {"range": f"{OWN}!C{row}:F{row}"})
    sheet.add_sparkline("G12", {"range": f"{OWN}!C5:C9", "type": "column"})
    sheet.add_sparkline("G13", {"range": f"{ANNEX}!D5:D{last_row}"})


def _pictures(book: Any, sheet: Any, last_row: int) -> None:
    sheet.insert_button("F16", {"macro": "合并", "caption": "合并", "width": 80, "height": 30})
    sheet.insert_image("I2", "pixel.png", {"image_data": io.BytesIO(_PIXEL)})
    sheet.insert_image("I14", "章.png", {"image_data": io.BytesIO(_PIXEL)})
    sheet.insert_textbox("I16", "", {"textlink": f"={OWN}!$C$12"})
    line = book.add_chart({"type": "line"})
    line.add_series({"name": f"={OWN}!$C$4", "values": f"={OWN}!$C$5:$C$9", "categories": f"={OWN}!$A$5:$A$9"})
    sheet.insert_chart("A20", line)
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": f"={ANNEX}!$D$5:$D${last_row}", "categories": f"={ANNEX}!$B$5:$B${last_row}"})
    sheet.insert_chart("I20", bars)


def _at_home(parts: Parts, donor: Parts, part: str) -> str:
    """The donor's sheet in the new book: texts inline, formats of its own kept, the looks of cells let go."""
    texts = re.findall("<si>(.*?)</si>", donor["xl/sharedStrings.xml"], re.DOTALL)

    def inline(match: re.Match[str]) -> str:
        return f'<c r="{match[1]}" t="inlineStr"><is>{texts[int(match[2])]}</is></c>'

    xml = re.sub(r'(<c r="\w+") s="\d+"', r"\1", parts[part])
    xml = re.sub(r'<c r="(\w+)" t="s"><v>(\d+)</v></c>', inline, xml).replace(' tabSelected="1"', "")
    own = re.search("<dxfs[^>]*>(.*?)</dxfs>", donor["xl/styles.xml"])
    found = re.search("<dxfs[^>]*?(?:/>|>(.*?)</dxfs>)", parts["xl/styles.xml"], re.DOTALL)
    assert own, "the donor has formats"
    assert found, "every book of ours has the element"
    before, count = found[1] or "", (found[1] or "").count("<dxf>")
    parts.edit("xl/styles.xml", found[0], f'<dxfs count="{count + own[1].count("<dxf>")}">{before}{own[1]}</dxfs>')
    for table in (one.target for one in parts.relations(part) if one.type.endswith("/table")):
        parts.edit(table, ' id="1" name="自制"', ' id="91" name="自制"')  # numbers of tables are unique in a book
    xml = xml.replace("SUBTOTAL(109,[数])", "SUBTOTAL(109,自制[数])")
    return re.sub('dxfId="([0-9]+)"', lambda match: f'dxfId="{int(match[1]) + count}"', xml)


def _chain(parts: Parts) -> None:
    """calcChain as Excel keeps it: every cell with a formula."""
    cells = [
        f'<c r="{ref}" i="{number}"/>'
        for part, number in parts.sheets().values()
        for ref in re.findall(r'<c r="(\w+)"[^>]*><f[ >/]', parts[part])
    ]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    part = parts.add("xl/calcChain.xml", f'<calcChain xmlns="{main}">{"".join(cells)}</calcChain>', kind)
    parts.relate(WORKBOOK, f"{OFFICE}/calcChain", part)

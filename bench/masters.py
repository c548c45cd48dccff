"""A master with everything, at the size of a county, a city and a province: what the office has in Excel.

XlsxWriter makes the ledger, its rules, a chart and the formulas; it knows no pivot tables, so these are added by hand
the way Excel writes them: the cache holds every record, texts as indexes into the list of those that occur.
"""

import io
import random
import zipfile
from datetime import date, timedelta
from xml.sax.saxutils import quoteattr

import xlsxwriter

SHEET, PIVOT_SHEET, FIRST = "台账", "透视", 3  # the first row with a task
HEADERS = (
    *("编号", "序号", "类别", "任务", "年度目标", "牵头单位", "配合单位", "完成时限", "进展", "状态", "完成率"),
    *("问题", "超期", "亮灯"),
)
_UNITS = ("发改局", "工信局", "教育局", "科技局", "公安局", "民政局", "财政局", "人社局", "住建局", "交通局", "水利局")
_GROUPS = ("重点工作", "民生实事", "重大项目", "深化改革")
_STATES = ("推进中", "已完成", "滞后", "未启动")
_PHRASES = (
    *("完成县道改造提升", "新建农村公路", "打通断头路", "开工建设标准厂房", "完成老旧小区改造", "建成投用幼儿园"),
    *("新增城镇就业", "签约亿元以上项目", "年底前全部通车", "其余路段按计划推进", "正在办理前期手续"),
    *("资金已拨付到位", "已完成招标", "主体工程封顶"),
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."

Record = tuple[str | int | float | date, ...]


def masters(rows: int) -> tuple[bytes, bytes]:
    """A ledger of so many tasks without and with a pivot table."""
    records = _records(rows)
    data = _ledger(records)
    return data, _with_pivot(data, records)


def edits(rows: int, count: int) -> dict[str, str | float | date]:
    """What a day brings: progress, state, rate and deadline of some tasks all over the sheet."""
    chance = random.Random(3)
    changed: dict[str, str | float | date] = {}
    for row in sorted(chance.sample(range(FIRST, FIRST + rows), count)):
        changed[f"H{row}"] = date(2022, 12, 1 + row % 28)
        changed[f"I{row}"] = "更新：" + text(chance, 8)
        changed[f"J{row}"] = "已完成"
        changed[f"K{row}"] = round(chance.random(), 2)
    return changed


def text(chance: random.Random, phrases: int) -> str:
    return "，".join(f"{chance.choice(_PHRASES)}{chance.randrange(1, 999)}个" for _ in range(phrases)) + "。"


def _records(rows: int) -> list[Record]:
    chance = random.Random(rows)
    return [_record(chance, number) for number in range(1, rows + 1)]


def _record(chance: random.Random, number: int) -> Record:
    due = date(2022, 6, 1) + timedelta(days=chance.randrange(210))
    return (
        *(f"A1-{number:06d}", number, chance.choice(_GROUPS), text(chance, 3), text(chance, 2)),
        *(chance.choice(_UNITS), "、".join(chance.sample(_UNITS, 3)), due, text(chance, 6), chance.choice(_STATES)),
        *(round(chance.random(), 2), text(chance, 2) if number % 4 == 0 else "无"),
    )


def _ledger(records: list[Record]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, count = book.add_worksheet(SHEET), len(records)
    head = book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    rate = book.add_format({"border": 1, "num_format": "0%"})
    sheet.merge_range(0, 1, 0, len(HEADERS) - 1, "安平市2022年督查台账", head)
    sheet.write_row(1, 0, HEADERS, head)
    looks = {7: day, 10: rate}
    for row, record in enumerate(records, FIRST):
        for column, value in enumerate(record):
            sheet.write(row - 1, column, value, looks.get(column, cell))
        late = f'IF(AND(J{row}<>"已完成",H{row}<DATE(2022,9,30)),"超期","")'
        sheet.write_formula(row - 1, 12, f"={late}", cell, "")
        sheet.write_formula(row - 1, 13, f'=IF(K{row}<0.3,"红",IF(K{row}<0.7,"黄","绿"))', cell, "绿")
    last = FIRST + count - 1
    sheet.set_column("A:A", None, None, {"hidden": True})
    sheet.set_column("D:E", 40)
    sheet.set_column("I:I", 60)
    sheet.freeze_panes(2, 4)
    sheet.autofilter(1, 0, last - 1, len(HEADERS) - 1)
    sheet.data_validation(f"J{FIRST}:J{last}", {"validate": "list", "source": list(_STATES)})
    sheet.data_validation(
        f"K{FIRST}:K{last}", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    )
    sheet.conditional_format(f"N{FIRST}:N{last}", {"type": "cell", "criteria": "==", "value": '"红"', "format": head})
    sheet.conditional_format(f"K{FIRST}:K{last}", {"type": "data_bar", "data_bar_2010": True})
    _summary(book, last)
    book.add_worksheet(PIVOT_SHEET)
    book.close()
    return out.getvalue()


def _summary(book: xlsxwriter.Workbook, last: int) -> None:
    sheet = book.add_worksheet("汇总")
    for row, state in enumerate(_STATES):
        sheet.write(row, 0, state)
        sheet.write_formula(row, 1, f"=COUNTIF('{SHEET}'!$J${FIRST}:$J${last},A{row + 1})")
    chart = book.add_chart({"type": "column"})
    size = len(_STATES)
    chart.add_series({"categories": f"=汇总!$A$1:$A${size}", "values": f"=汇总!$B$1:$B${size}"})
    sheet.insert_chart("D2", chart)


def _with_pivot(data: bytes, records: list[Record]) -> bytes:
    """Count of tasks by lead unit and state, on a sheet of its own."""
    columns = [[record[index] for record in records] for index in range(len(records[0]))]
    shared = [sorted({value for value in column if isinstance(value, str)}) for column in columns]
    added = {
        "xl/pivotCache/pivotCacheDefinition1.xml": _definition(columns, shared),
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": _link("pivotCacheRecords", "pivotCacheRecords1.xml"),
        "xl/pivotCache/pivotCacheRecords1.xml": _cached(records, shared),
        "xl/pivotTables/pivotTable1.xml": _table(shared),
        "xl/pivotTables/_rels/pivotTable1.xml.rels": _link(
            "pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml"
        ),
        "xl/worksheets/_rels/sheet3.xml.rels": _link("pivotTable", "../pivotTables/pivotTable1.xml"),
    }
    types = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPE}{part.rpartition("/")[2][:-5]}+xml"/>'
        for part in added
        if part.endswith("1.xml")
    )
    cache = '<pivotCaches><pivotCache cacheId="1" r:id="rId99"/></pivotCaches></workbook>'
    link = _link("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml", "rId99")
    relation = link[link.index("<Relationship ") :]
    changes = {
        "[Content_Types].xml": ("</Types>", types + "</Types>"),
        "xl/workbook.xml": ("</workbook>", cache),
        "xl/_rels/workbook.xml.rels": ("</Relationships>", relation),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info).decode().replace(*changes.get(info.filename, ("", "", 0)))
            new.writestr(info, text, zipfile.ZIP_DEFLATED)
        for name, text in added.items():
            new.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _link(kind: str, target: str, identity: str = "rId1") -> str:
    node = f'<Relationship Id="{identity}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_RELS}">{node}</Relationships>'


def _definition(columns: list[list[str | int | float | date]], shared: list[list[str]]) -> str:
    fields = []
    for name, column, texts in zip(HEADERS, columns, shared, strict=False):
        if texts:
            items = "".join(f"<s v={quoteattr(text)}/>" for text in texts)
            kinds = f'count="{len(texts)}"'
        elif isinstance(column[0], date):
            items, kinds = "", 'containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" containsString="0"'
        else:
            items, kinds = "", 'containsSemiMixedTypes="0" containsString="0" containsNumber="1"'
        fields.append(f'<cacheField name="{name}" numFmtId="0"><sharedItems {kinds}>{items}</sharedItems></cacheField>')
    last = f"{chr(64 + len(columns))}{len(columns[0]) + FIRST - 1}"
    return (
        f'<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_OFFICE}" r:id="rId1" refreshedBy="office" '
        f'refreshedDate="44800" createdVersion="6" refreshedVersion="6" recordCount="{len(columns[0])}">'
        f'<cacheSource type="worksheet"><worksheetSource ref="A{FIRST - 1}:{last}" sheet="{SHEET}"/></cacheSource>'
        f'<cacheFields count="{len(fields)}">{"".join(fields)}</cacheFields></pivotCacheDefinition>'
    )


def _cached(records: list[Record], shared: list[list[str]]) -> str:
    places = [{text: index for index, text in enumerate(texts)} for texts in shared]

    def item(column: int, value: str | int | float | date) -> str:
        if isinstance(value, str):
            return f'<x v="{places[column][value]}"/>'
        return f'<d v="{value}T00:00:00"/>' if isinstance(value, date) else f'<n v="{value}"/>'

    lines = ["".join(item(column, value) for column, value in enumerate(record)) for record in records]
    return (
        f'<pivotCacheRecords xmlns="{_MAIN}" xmlns:r="{_OFFICE}" count="{len(lines)}">'
        f"{''.join(f'<r>{line}</r>' for line in lines)}</pivotCacheRecords>"
    )


def _table(shared: list[list[str]]) -> str:
    rows, columns = HEADERS.index("牵头单位"), HEADERS.index("状态")

    def field(index: int) -> str:
        if index not in (rows, columns):
            return '<pivotField dataField="1" showAll="0"/>' if index == 0 else '<pivotField showAll="0"/>'
        axis = "axisRow" if index == rows else "axisCol"
        count = len(shared[index])
        items = "".join(f'<item x="{place}"/>' for place in range(count)) + '<item t="default"/>'
        return f'<pivotField axis="{axis}" showAll="0"><items count="{count + 1}">{items}</items></pivotField>'

    def lines(index: int) -> str:
        return "".join(f'<i><x v="{place}"/></i>' for place in range(len(shared[index]))) + '<i t="grand"><x/></i>'

    high, wide = len(shared[rows]) + 1, len(shared[columns]) + 1
    return (
        f'<pivotTableDefinition xmlns="{_MAIN}" name="透视" cacheId="1" applyNumberFormats="0" dataCaption="值" '
        'updatedVersion="6" minRefreshableVersion="3" createdVersion="6" indent="0" outline="1" outlineData="1">'
        f'<location ref="A3:{chr(65 + wide)}{high + 4}" firstHeaderRow="1" firstDataRow="2" firstDataCol="1"/>'
        f'<pivotFields count="{len(shared)}">{"".join(field(index) for index in range(len(shared)))}</pivotFields>'
        f'<rowFields count="1"><field x="{rows}"/></rowFields><rowItems count="{high}">{lines(rows)}</rowItems>'
        f'<colFields count="1"><field x="{columns}"/></colFields><colItems count="{wide}">{lines(columns)}</colItems>'
        '<dataFields count="1"><dataField name="件数" fld="0" subtotal="count" baseField="0" baseItem="0"/>'
        "</dataFields></pivotTableDefinition>"
    )

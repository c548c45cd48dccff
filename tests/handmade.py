"""What no library writes for us: pivot table, slicer, threaded comments, form control, VBA, printer, custom XML."""

import re
import struct

from grafting import OFFICE, WORKBOOK, Parts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MICROSOFT = "http://schemas.microsoft.com/office"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

THREAD, _REPLY, _PERSON = (f"{{{digit * 8}-2222-4333-8444-555555555555}}" for digit in "167")
_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def add_handmade(parts: Parts, sheet: str, *, macros: bool) -> None:
    """Everything that belongs to the sheet 自制表 but could not be made by XlsxWriter."""
    _share_formulas(parts, sheet)
    _thread(parts, sheet)
    _control(parts, sheet)
    _validate(parts, sheet)
    printer = parts.add("xl/printerSettings/printerSettings1.bin", bytes(range(256)) * 4)
    parts.declare("bin", f"{SHEETML}.printerSettings")
    identity = parts.relate(sheet, f"{OFFICE}/printerSettings", printer)
    parts[sheet] = re.sub("<pageSetup ([^>]*?)/>", rf'<pageSetup \1 r:id="{identity}"/>', parts[sheet])
    _custom_xml(parts)
    if macros:
        kind = "application/vnd.ms-office.vbaProject"
        project = parts.add("xl/vbaProject.bin", ole(), kind)
        parts.relate(WORKBOOK, f"{MICROSOFT}/2006/relationships/vbaProject", project)
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(f"{SHEETML}.sheet.main+xml", _MACROS)


def pivot(parts: Parts, name: str, source: str, header_row: int, columns: dict[str, list[str]]) -> None:
    """A sheet with a pivot table over a block with its headers in a row, and a slicer of it on the sheet before."""
    fields = list(columns)
    field = fields.index("落实情况")  # shown as rows; the first field is counted
    cache = _cache(parts, source, header_row, columns)
    words = sorted(set(columns[fields[field]]), key=columns[fields[field]].index)
    items = "".join(f'<item x="{place}"/>' for place in range(len(words)))
    lines = "".join(f'<i><x v="{place}"/></i>' if place else "<i><x/></i>" for place in range(len(words)))
    axes = dict.fromkeys(range(len(fields)), 'showAll="0">')
    axes[field] = f'axis="axisRow" showAll="0"><items count="{len(words) + 1}">{items}<item t="default"/></items>'
    axes[0] = 'dataField="1" showAll="0">'
    shown = "".join(f"<pivotField {axes[place]}</pivotField>" for place in range(len(fields)))
    table = parts.add(
        "xl/pivotTables/pivotTable1.xml",
        f'{HEAD}<pivotTableDefinition xmlns="{MAIN}" name="透视表1" cacheId="77" dataOnRows="0" applyNumberFormats="0" '
        'applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0" applyAlignmentFormats="0" '
        'applyWidthHeightFormats="1" dataCaption="值" updatedVersion="6" minRefreshableVersion="3" createdVersion="6" '
        'useAutoFormatting="1" itemPrintTitles="1" indent="0" outline="1" outlineData="1" multipleFieldFilters="0">'
        f'<location ref="A3:B{len(words) + 4}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        f'<pivotFields count="{len(fields)}">{shown}</pivotFields><rowFields count="1"><field x="{field}"/></rowFields>'
        f'<rowItems count="{len(words) + 1}">{lines}<i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems>'
        '<dataFields count="1"><dataField name="件数" fld="0" subtotal="count"/></dataFields>'
        "</pivotTableDefinition>",
        f"{SHEETML}.pivotTable+xml",
    )
    parts.relate(table, f"{OFFICE}/pivotCacheDefinition", cache)
    counts: list[tuple[str, str | int]] = [("行标签", "件数")]
    counts += [(word or "(空白)", columns[fields[field]].count(word)) for word in words]
    counts.append(("总计", len(columns[fields[0]])))
    rows = "".join(_row(number, values) for number, values in enumerate(counts, 3))
    sheet = parts.add(
        "xl/worksheets/sheet1.xml",
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        f"{SHEETML}.worksheet+xml",
    )
    parts.relate(sheet, f"{OFFICE}/pivotTable", table)
    own = list(parts.sheets())[-1]
    parts.add_sheet(name, sheet)
    _slicer(parts, parts.sheets()[own][0], parts.sheets()[name][1], fields[field], len(words))


def _row(number: int, values: tuple[str, str | int]) -> str:
    label, count = values
    shown = f"<v>{count}</v>" if isinstance(count, int) else f"<is><t>{count}</t></is>"
    kind = "" if isinstance(count, int) else ' t="inlineStr"'
    return (
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{label}</t></is></c>'
        f'<c r="B{number}"{kind}>{shown}</c></row>'
    )


def _cache(parts: Parts, source: str, header_row: int, columns: dict[str, list[str]]) -> str:
    count = len(next(iter(columns.values())))
    words = {name: sorted(set(values), key=values.index) for name, values in columns.items()}
    shared = "".join(
        f'<cacheField name="{name}" numFmtId="0"><sharedItems count="{len(found)}">'
        + "".join(f'<s v="{word}"/>' for word in found)
        + "</sharedItems></cacheField>"
        for name, found in words.items()
    )
    last = chr(64 + len(columns))
    lines = "".join(
        "<r>" + "".join(f'<x v="{words[name].index(values[row])}"/>' for name, values in columns.items()) + "</r>"
        for row in range(count)
    )
    records = parts.add(
        "xl/pivotCache/pivotCacheRecords1.xml",
        f'{HEAD}<pivotCacheRecords xmlns="{MAIN}" count="{count}">{lines}</pivotCacheRecords>',
        f"{SHEETML}.pivotCacheRecords+xml",
    )
    cache = parts.add(
        "xl/pivotCache/pivotCacheDefinition1.xml",
        f'{HEAD}<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="rId900" refreshedBy="张三" '
        f'refreshedDate="44805" createdVersion="6" refreshedVersion="6" recordCount="{count}">'
        f'<cacheSource type="worksheet"><worksheetSource ref="A{header_row}:{last}{header_row + count}" '
        f'sheet="{source}"/></cacheSource><cacheFields count="{len(columns)}">{shared}</cacheFields>'
        f'<extLst><ext uri="{{725AE2AE-9491-48be-B2B4-4EB974FC3084}}" xmlns:x14="{X14}">'
        '<x14:pivotCacheDefinition pivotCacheId="77"/></ext></extLst></pivotCacheDefinition>',
        f"{SHEETML}.pivotCacheDefinition+xml",
    )
    parts.relate(cache, f"{OFFICE}/pivotCacheRecords", records)
    identity = parts.relate(WORKBOOK, f"{OFFICE}/pivotCacheDefinition", cache)
    caches = f'<pivotCaches><pivotCache cacheId="77" r:id="{identity}"/></pivotCaches>'
    parts[WORKBOOK] = re.sub("(<calcPr[^>]*/>)", lambda match: match[1] + caches, parts[WORKBOOK], count=1)
    return cache


def _slicer(parts: Parts, sheet: str, tab: str, field: str, count: int) -> None:
    items = "".join(f'<i x="{place}" s="1"/>' for place in range(count))
    cache = parts.add(
        "xl/slicerCaches/slicerCache1.xml",
        f'{HEAD}<slicerCacheDefinition xmlns="{X14}" name="Slicer_状态" sourceName="{field}"><pivotTables>'
        f'<pivotTable tabId="{tab}" name="透视表1"/></pivotTables><data><tabular pivotCacheId="77">'
        f'<items count="{count}">{items}</items></tabular></data></slicerCacheDefinition>',
        "application/vnd.ms-excel.slicerCache+xml",
    )
    known = parts.relate(WORKBOOK, f"{MICROSOFT}/2007/relationships/slicerCache", cache)
    caches = f'<x14:slicerCaches><x14:slicerCache r:id="{known}"/></x14:slicerCaches>'
    extension = f'<ext uri="{{BBE1A952-AA13-448e-AADC-164F8A28A991}}" xmlns:x14="{X14}">{caches}</ext>'
    parts.edit(WORKBOOK, "</workbook>", f"<extLst>{extension}</extLst></workbook>")
    slicer = parts.add(
        "xl/slicers/slicer1.xml",
        f'{HEAD}<slicers xmlns="{X14}"><slicer name="{field}" cache="Slicer_状态" caption="{field}" '
        'rowHeight="241300"/></slicers>',
        "application/vnd.ms-excel.slicer+xml",
    )
    identity = parts.relate(sheet, f"{MICROSOFT}/2007/relationships/slicer", slicer)
    listed = f'<x14:slicerList><x14:slicer r:id="{identity}"/></x14:slicerList>'
    extension = f'<ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}" xmlns:x14="{X14}">{listed}</ext>'
    parts.edit(sheet, "</extLst></worksheet>", f"{extension}</extLst></worksheet>")
    drawing = next(one.target for one in parts.relations(sheet) if one.type.endswith("/drawing"))
    parts.edit(drawing, "</xdr:wsDr>", f"{_frame(field)}</xdr:wsDr>")


def _frame(name: str) -> str:
    kind = f"{MICROSOFT}/drawing/2010/slicer"
    size = '<a:off x="0" y="0"/><a:ext cx="{0}" cy="{0}"/>'
    return (
        '<xdr:twoCellAnchor editAs="absolute"><xdr:from><xdr:col>12</xdr:col><xdr:colOff>0</xdr:colOff>'
        "<xdr:row>3</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>14</xdr:col><xdr:colOff>0</xdr:colOff>"
        f'<xdr:row>12</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><mc:AlternateContent xmlns:mc="{COMPATIBLE}" '
        f'xmlns:a14="{MICROSOFT}/drawing/2010/main"><mc:Choice Requires="a14"><xdr:graphicFrame macro="">'
        f'<xdr:nvGraphicFramePr><xdr:cNvPr id="950" name="{name}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        f'<xdr:xfrm>{size.format(0)}</xdr:xfrm><a:graphic><a:graphicData uri="{kind}"><sle:slicer xmlns:sle="{kind}" '
        f'name="{name}"/></a:graphicData></a:graphic></xdr:graphicFrame></mc:Choice><mc:Fallback><xdr:sp macro="" '
        'textlink=""><xdr:nvSpPr><xdr:cNvPr id="0" name=""/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm>'
        f'{size.format(1828800)}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp>'
        "</mc:Fallback></mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor>"
    )


def _share_formulas(parts: Parts, sheet: str) -> None:
    """Columns E and F as Excel writes formulas that were filled down."""
    for group, column in enumerate("EF"):
        first = re.search(f'<c r="{column}5"><f>(.*?)</f>', parts[sheet])
        assert first
        master = f'<c r="{column}5"><f t="shared" ref="{column}5:{column}9" si="{group}">{first[1]}</f>'
        members = rf'\1<f t="shared" si="{group}"/>'
        parts[sheet] = re.sub(f'(<c r="{column}[6-9]">)<f>.*?</f>', members, parts[sheet].replace(first[0], master))


def _thread(parts: Parts, sheet: str) -> None:
    """The comment on A7 as a discussion of two, which its note only stands in for."""
    start = f'<threadedComment ref="A7" personId="{_PERSON}"'
    words = f'{start} dT="2022-09-01T08:00:00.00" id="{THREAD}"><text>核实一下'
    reply = f'{start} dT="2022-09-02T08:00:00.00" id="{_REPLY}" parentId="{THREAD}">'
    thread = parts.add(
        "xl/threadedComments/threadedComment1.xml",
        f'{HEAD}<ThreadedComments xmlns="{THREADS}" xmlns:x="{MAIN}">{words}</text></threadedComment>'
        f"{reply}<text>已核实</text></threadedComment></ThreadedComments>",
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    parts.relate(sheet, f"{MICROSOFT}/2017/10/relationships/threadedComment", thread)
    people = parts.add(
        "xl/persons/person.xml",
        f'{HEAD}<personList xmlns="{THREADS}" xmlns:x="{MAIN}"><person displayName="王五" id="{_PERSON}" userId="王五" '
        'providerId="None"/></personList>',
        "application/vnd.ms-excel.person+xml",
    )
    parts.relate(WORKBOOK, f"{MICROSOFT}/2017/10/relationships/person", people)
    comments = next(one.target for one in parts.relations(sheet) if one.type.endswith("/comments"))
    uid = f'xmlns:xr="{MICROSOFT}/spreadsheetml/2014/revision" xr:uid="{THREAD}"'
    parts[comments] = re.sub('(<comment ref="A7" [^>]*?)>', rf"\1 {uid}>", parts[comments])


def _control(parts: Parts, sheet: str) -> None:
    """A tick box over B17 that writes into C16."""
    properties = parts.add(
        "xl/ctrlProps/ctrlProp1.xml",
        f'{HEAD}<formControlPr xmlns="{X14}" objectType="CheckBox" checked="Checked" fmlaLink="$C$16" lockText="1" '
        'noThreeD="1"/>',
        "application/vnd.ms-excel.controlproperties+xml",
    )
    identity = parts.relate(sheet, f"{OFFICE}/ctrlProp", properties)
    drawing = next(one.target for one in parts.relations(sheet) if one.type.endswith("/vmlDrawing"))
    parts.edit(drawing, "</xml>", f"{_TICK_BOX}</xml>")
    place = "<from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>16</xdr:row><xdr:rowOff>0</xdr:rowOff></from>"
    end = place.replace("from>", "to>").replace("<xdr:row>16", "<xdr:row>17")
    controls = (
        f'<mc:AlternateContent xmlns:mc="{COMPATIBLE}"><mc:Choice xmlns:x14="{X14}" Requires="x14"><controls>'
        f'<mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="2999" r:id="{identity}" name="勾选">'
        '<controlPr defaultSize="0" autoFill="0" autoLine="0" autoPict="0"><anchor moveWithCells="1" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
        f"{place}{end}</anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice>"
        "</mc:AlternateContent>"
    )
    parts.edit(sheet, "<tableParts", f"{controls}<tableParts")


_TICK_BOX = (
    '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe"/>'
    '<v:shape id="_x0000_s2999" type="#_x0000_t201" style="position:absolute;width:60pt;height:15pt;z-index:9">'
    '<v:textbox><div style="text-align:left">勾选</div></v:textbox><x:ClientData ObjectType="Checkbox">'
    "<x:Anchor>1, 0, 16, 0, 2, 0, 17, 0</x:Anchor><x:AutoLine>False</x:AutoLine><x:Checked>1</x:Checked>"
    "<x:FmlaLink>$C$16</x:FmlaLink><x:NoThreeD/></x:ClientData></v:shape>"
)


def _validate(parts: Parts, sheet: str) -> None:
    """A list from another sheet and a format by another sheet, as Excel 2010 and later keep them."""
    xm = "http://schemas.microsoft.com/office/excel/2006/main"
    rule = (
        f'<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{X14}"><x14:dataValidations xmlns:xm="{xm}" '
        'count="1"><x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>附件1!$A$5:$A$8</xm:f>'
        "</x14:formula1><xm:sqref>A5:A9</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    )
    before, start, after = parts[sheet].rpartition("<extLst>")
    parts[sheet] = f"{before}{start}{rule}{after}"


def _custom_xml(parts: Parts) -> None:
    identity = "{88888888-2222-4333-8444-555555555555}"
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    item = parts.add("customXml/item1.xml", '<台账 xmlns="urn:gov:ledger"><来源>市政府办</来源></台账>')
    properties = parts.add(
        "customXml/itemProps1.xml",
        f'{HEAD}<ds:datastoreItem ds:itemID="{identity}" xmlns:ds="{schema}"><ds:schemaRefs/></ds:datastoreItem>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    )
    parts.declare("xml", "application/xml")
    parts.relate(item, f"{OFFICE}/customXmlProps", properties)
    parts.relate(WORKBOOK, f"{OFFICE}/customXml", item)


def ole() -> bytes:
    """The smallest compound file: a header, one sector of its table and one of its directory, which is empty."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<10L", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<L", free) * 108
    name = "Root Entry".encode("utf-16-le")
    root = name.ljust(64, b"\0") + struct.pack("<HBB3L", len(name) + 2, 5, 1, free, free, free)
    root += bytes(36) + struct.pack("<LQ", end, 0)
    sectors = struct.pack("<2L", table, end) + struct.pack("<L", free) * 126
    return header + sectors + root.ljust(512, b"\0")

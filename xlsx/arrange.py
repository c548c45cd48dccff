"""A template sheet's columns, rebuilt from the prototype columns that the template holds."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import cast

from lxml import etree

from xlsx.cells import cell_xml, column_letter, split_ref
from xlsx.columns import Plan
from xlsx.errors import BookError
from xlsx.parts import MAIN, Node, main, parse, serialize
from xlsx.references import Area, Corner, area
from xlsx.rules import Validation, arrange_rules


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet to be: its key and title, and the key of the prototype it is made from."""

    key: str
    title: str
    prototype: str
    width: float | None = None
    hidden: bool = False
    validation: Validation | None = None


def shared_strings(root: Node) -> list[str]:
    """The texts of sharedStrings.xml by index, phonetic readings left out."""
    return [_text(item) for item in root.findall(main("si"))]


def plan(xml: bytes, strings: Sequence[str], key_row: int, columns: Sequence[Column]) -> Plan:
    """Which prototype column becomes which new columns."""
    if not columns:
        raise ValueError("a sheet needs a column")
    sheet_data = _child(parse(xml, "sheet"), "sheetData")
    row = _row(sheet_data, key_row)
    keys = (
        {}
        if row is None
        else {text: split_ref(cell.get("r", ""))[1] for cell in row if (text := _cell_text(cell, strings))}
    )
    if not keys:
        raise BookError("no_row", f"no keys in row {key_row}")
    for column in columns:
        if column.prototype not in keys:
            raise BookError("no_name", f"prototype {column.prototype}")
    return Plan(key_row, min(keys.values()), max(keys.values()), tuple(keys[one.prototype] for one in columns))


def arranged(xml: bytes, sheet: str, layout: Plan, columns: Sequence[Column]) -> bytes:
    """The sheet with its columns rebuilt."""
    root = parse(xml, "sheet")
    sheet_data = _child(root, "sheetData")
    for offset in range(3):
        row = _row(sheet_data, layout.key_row + offset)
        if row is not None:
            texts = [(column.key, column.title, None)[offset] for column in columns]
            _arrange_row(row, sheet, layout, texts)
    for row in sheet_data:
        if not layout.covers(int(row.get("r", "0"))):
            for formula in row.iter(main("f")):
                formula.text = layout.outside(formula.text or "", sheet, sheet) or None
    _arrange_widths(root, layout, columns)
    _arrange_merges(root, sheet_data, layout)
    arrange_rules(root, sheet, layout, {j: one.validation for j, one in enumerate(columns) if one.validation})
    _arrange_ranges(root, layout)
    return serialize(root)


def _arrange_row(row: Node, sheet: str, layout: Plan, texts: Sequence[str | None]) -> None:
    number = int(row.get("r", "0"))
    cells = {split_ref(cell.get("r", ""))[1]: cell for cell in row if cell.tag == main("c")}
    for column, cell in cells.items():
        if column >= layout.first:
            row.remove(cell)
    row.attrib.pop("spans", "")
    for index, text in enumerate(texts):
        old = cells.get(layout.sources[index])
        ref = f"{column_letter(layout.first + index)}{number}"
        if text is not None:
            style = int(old.get("s", "0")) if old is not None else 0
            row.append(_cell(ref, style, text))
        elif old is not None:
            row.append(_copied(old, ref, sheet, layout, index))


def _copied(old: Node, ref: str, sheet: str, layout: Plan, index: int) -> Node:
    cell = deepcopy(old)
    cell.set("r", ref)
    formula = cell.find(main("f"))
    if formula is None:
        return cell
    text = layout.formula(formula.text or "", sheet, index, layout.sources[index])
    if text is None or not formula.text:
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", "")
        return cell
    formula.text = text
    if formula.get("t") == "array":
        formula.set("ref", ref)
    elif formula.get("t") == "shared":
        for key in ("t", "ref", "si"):
            formula.attrib.pop(key, "")
    return cell


def _arrange_widths(root: Node, layout: Plan, columns: Sequence[Column]) -> None:
    container = root.find(main("cols"))
    old = [] if container is None else list(container)

    def found(number: int) -> dict[str, str]:
        for node in old:
            if int(node.get("min", "0")) <= number <= int(node.get("max", "0")):
                return _attributes(node)
        return {}

    new = [_span(node, 1, layout.first - 1, 0) for node in old]
    for index, column in enumerate(columns):
        attributes = found(layout.sources[index])
        if column.width is not None:
            attributes |= {"width": f"{column.width:g}", "customWidth": "1"}
        if column.hidden:
            attributes["hidden"] = "1"
        if attributes:
            attributes.setdefault("width", "9")
            number = str(layout.first + index)
            new.append({**attributes, "min": number, "max": number})
    new += [_span(node, layout.last + 1, 16_384, layout.shift) for node in old]
    if container is None:
        container = etree.Element(main("cols"))
        _child(root, "sheetData").addprevious(container)
    for node in old:
        container.remove(node)
    for one in new:
        if one:
            etree.SubElement(container, main("col"), one)
    if not len(container):
        root.remove(container)


def _attributes(node: Node) -> dict[str, str]:
    return {str(key): str(value) for key, value in node.attrib.items()}


def _span(node: Node, first: int, last: int, shift: int) -> dict[str, str]:
    """The part of a width that covers columns `first` to `last`, moved; empty when there is none."""
    low, high = max(int(node.get("min", "0")), first) + shift, min(int(node.get("max", "0")), last)
    high = high if high == 16_384 else high + shift
    low, high = max(low, 1), min(high, 16_384)
    return {**_attributes(node), "min": str(low), "max": str(high)} if low <= high else {}


def _arrange_merges(root: Node, sheet_data: Node, layout: Plan) -> None:
    container = root.find(main("mergeCells"))
    for node in [] if container is None else list(container):
        old = area(node.get("ref", ""))
        inside = layout.key_row <= old.first.row <= layout.key_row + 2
        if old.first.column <= layout.first and old.last.column == layout.last:
            new = old._replace(last=old.last._replace(column=layout.end))
            node.set("ref", new.text())
            for number in range(old.first.row, old.last.row + 1):
                _stretch(sheet_data, number, layout)
            if new.first == new.last:
                cast("Node", container).remove(node)
        elif inside and old.last.column >= layout.first:
            cast("Node", container).remove(node)
    if container is not None:
        container.set("count", str(len(container)))
        if not len(container):
            root.remove(container)


def _stretch(sheet_data: Node, number: int, layout: Plan) -> None:
    """In a title row, cells with the last one's style up to the new last column, and none beyond."""
    row = _row(sheet_data, number)
    if row is None or layout.key_row <= number <= layout.key_row + 2:
        return
    cells = {split_ref(cell.get("r", ""))[1]: cell for cell in row if cell.tag == main("c")}
    for column in range(layout.end + 1, layout.last + 1):
        if column in cells and not len(cells[column]):
            row.remove(cells.pop(column))
    model = cells.get(layout.last)
    if model is not None:
        after = model
        for column in range(layout.last + 1, layout.end + 1):
            if column not in cells:
                cell = _cell(f"{column_letter(column)}{number}", int(model.get("s", "0")), None)
                after.addnext(cell)
                after = cell
            else:
                after = cells[column]
    row.attrib.pop("spans", "")


def _arrange_ranges(root: Node, layout: Plan) -> None:
    for path in ("autoFilter", "protectedRanges/protectedRange", "ignoredErrors/ignoredError"):
        for node in root.findall("/".join(main(part) for part in path.split("/"))):
            for key in ("ref", "sqref"):
                if old := node.get(key):
                    node.set(key, " ".join(layout.area(area(part)).text() for part in old.split()))
    corners = [split_ref(cell.get("r", "")) for cell in root.iter(main("c"))]
    dimension = root.find(main("dimension"))
    if dimension is not None and corners:
        rows, columns = zip(*corners, strict=True)
        first, last = Corner(min(columns), min(rows)), Corner(max(columns), max(rows))
        dimension.set("ref", Area(first, last, False).text())


def _cell(ref: str, style: int, text: str | None) -> Node:
    wrapped = cell_xml(ref, style, text).replace(b"<c ", f'<c xmlns="{MAIN}" '.encode(), 1)
    return etree.fromstring(wrapped)


def _cell_text(cell: Node, strings: Sequence[str]) -> str:
    value = cell.findtext(main("v")) or ""
    if cell.get("t") == "s":
        return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
    inline = cell.find(main("is"))
    return _text(inline) if inline is not None else value


def _text(item: Node) -> str:
    texts = [*item.findall(main("t")), *item.findall(f"{main('r')}/{main('t')}")]
    return "".join(node.text or "" for node in texts)


def _child(root: Node, name: str) -> Node:
    found = root.find(main(name))
    if found is None:
        raise BookError("broken", f"no {name}")
    return found


def _row(sheet_data: Node, number: int) -> Node | None:
    return next((row for row in sheet_data if row.get("r") == str(number)), None)

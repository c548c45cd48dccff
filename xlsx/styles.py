"""styles.xml: new cell styles derived from those that are there."""

import re
from copy import deepcopy
from datetime import date, datetime
from functools import cached_property
from typing import cast

from lxml import etree

from xlsx.cells import Value
from xlsx.parts import MAIN, SPREADSHEETML, Node, Parts, main

_GENERAL, _TEXT = "0", "49"  # number formats under which a date would show as a number
_DATE, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_FORMATS = re.compile(rb"<cellXfs[\s>].*?</cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<xf(?=[\s/>])[^>]*")
_NUMBER_FORMAT = re.compile(rb"""\snumFmtId\s*=\s*["'](\d+)["']""")
_EMPTY = f"""<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>"""


class Styles:
    """The cell formats of a workbook by index, as the `s` attribute of cells counts them."""

    def __init__(self, parts: Parts, workbook_part: str):
        self._parts = parts
        found = parts.related(workbook_part, "styles")
        if found is None:
            found = parts.free("xl/styles{}.xml")
            parts.create(found, etree.fromstring(_EMPTY), f"{SPREADSHEETML}styles+xml")
            parts.relate(workbook_part, "styles", found)
        self._part = found
        self._dated: dict[tuple[int, str], int] = {}

    def for_value(self, style: int, value: Value) -> int:
        """The style itself, or for a date in a cell without number format one that shows dates."""
        if not isinstance(value, date):
            return style
        code = _MOMENT if isinstance(value, datetime) else _DATE
        if (style, code) not in self._dated:
            self._dated[style, code] = style if self._formatted(style) else self.derived(style, number_format=code)
        return self._dated[style, code]

    def _formatted(self, style: int) -> bool:
        match = _NUMBER_FORMAT.search(self._tags[style]) if style < len(self._tags) else None
        number = match[1].decode() if match else self._format(style).get("numFmtId", _GENERAL)
        return number not in (_GENERAL, _TEXT)

    @cached_property
    def _tags(self) -> list[bytes]:
        """The formats' start tags as they were in the file, if they are so plain that they need no parsing."""
        package = self._parts.package
        xml = package.read(self._part) if self._part in package else b""
        match = _FORMATS.search(xml) if b"<!" not in xml else None
        formats = match[0] if match else b"<?"
        return [] if b"<?" in formats or b"<ext" in formats else _FORMAT.findall(formats)

    def all(self) -> range:
        """Every style there is."""
        return range(len(self._list("cellXfs")))

    def fill(self, style: int) -> str:
        """The fill of a style as XML without namespace."""
        fills = self._list("fills")
        index = int(self._format(style).get("fillId", "0"))
        if index >= len(fills):
            return "<fill/>"
        return _plain(fills[index])

    def derived(
        self,
        style: int,
        *,
        fill: str | None = None,
        font: str | None = None,
        border: str | None = None,
        alignment: str | None = None,
        number_format: str | None = None,
    ) -> int:
        """A style like another but for the pieces given as XML; an equal one is used again."""
        new = deepcopy(self._format(style))
        for kind, xml in (("fill", fill), ("font", font), ("border", border)):
            if xml is not None:
                new.set(f"{kind}Id", str(self._index(f"{kind}s", xml)))
                new.set(f"apply{kind.title()}", "1")
        if number_format is not None:
            new.set("numFmtId", self._number_format(number_format))
            new.set("applyNumberFormat", "1")
        if alignment is not None:
            for old in new.findall(main("alignment")):
                new.remove(old)
            new.insert(0, _node(alignment))
            new.set("applyAlignment", "1")
        return self._added(new, style)

    def _added(self, new: Node, style: int) -> int:
        formats: list[Node] = list(self._list("cellXfs"))
        wanted = _look(new)
        # The style itself first, then the others: taking a mark off finds the style it was put on.
        for index in [style, *range(len(formats))]:
            if index < len(formats) and _look(formats[index]) == wanted:
                return int(index)
        self._parts.touch(self._part)
        new.tail = None
        container = self._list("cellXfs")
        container.append(new)
        container.set("count", str(len(container)))
        return len(formats)

    def _format(self, style: int) -> Node:
        formats = self._list("cellXfs")
        return formats[style if style < len(formats) else 0]

    def _list(self, name: str) -> Node:
        return cast("Node", self._parts.tree(self._part).find(main(name)))

    def _index(self, name: str, xml: str) -> int:
        items = self._list(name)
        for index, item in enumerate(items):
            if _plain(item) == xml:
                return index
        self._parts.touch(self._part)
        items.append(_node(xml))
        items.set("count", str(len(items)))
        return len(items) - 1

    def _number_format(self, code: str) -> str:
        root = self._parts.tree(self._part)
        formats = root.find(main("numFmts"))
        if formats is None:
            formats = etree.Element(main("numFmts"))
            self._parts.touch(self._part).insert(0, formats)
        for node in formats:
            if node.get("formatCode") == code:
                return node.get("numFmtId", _GENERAL)
        self._parts.touch(self._part)
        number = str(max([163, *(int(node.get("numFmtId", "0")) for node in formats)]) + 1)
        etree.SubElement(formats, main("numFmt"), numFmtId=number, formatCode=code)
        formats.set("count", str(len(formats)))
        return number


def _node(xml: str) -> Node:
    start, rest = xml.split(">", 1) if not xml.split(">", 1)[0].endswith("/") else (xml[:-2], "/")
    if rest == "/":
        return etree.fromstring(f'{start} xmlns="{MAIN}"/>')
    return etree.fromstring(f'{start} xmlns="{MAIN}">{rest}')


def _plain(node: Node) -> str:
    copy = deepcopy(node)
    copy.tail = None
    text = etree.tostring(copy, encoding="unicode")
    for prefix in copy.nsmap:
        declared = copy.nsmap[prefix]
        text = text.replace(f' xmlns{":" + prefix if prefix else ""}="{declared}"', "")
    return text


def _look(xf: Node) -> tuple[object, ...]:
    ignored = {"applyFill", "applyFont", "applyBorder", "applyNumberFormat", "applyAlignment"}
    attributes = sorted((key, value) for key, value in xf.attrib.items() if key not in ignored)
    return tuple(attributes), tuple(_plain(child) for child in xf)

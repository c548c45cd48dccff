"""A second reader of workbooks, which shares nothing with the product's: what Excel shows in a cell, through lxml."""

import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from io import BytesIO

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
Shown = str | float
Grid = dict[tuple[int, int], Shown]


def grids(data: bytes) -> dict[str, Grid]:
    """Cells that hold something by (row, column), sheet by sheet."""
    package = zipfile.ZipFile(BytesIO(data))
    parts = _Parts(package)
    (book,) = _targets(parts, "", "officeDocument").values()
    strings = [
        "".join(_texts(item))
        for name in _targets(parts, book, "sharedStrings").values()
        for item in parts[name].findall(f"{_MAIN}si")
    ]
    sheets = _targets(parts, book, "worksheet")
    found = {}
    for sheet in parts[book].iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        if sheet.get(_ID) in sheets:
            found[sheet.get("name", "")] = dict(_cells(parts[sheets[str(sheet.get(_ID))]], strings))
    return found


class _Parts(dict[str, etree._Element]):
    """The trees of the parts that are asked for, by their names in lower case."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package

    def __missing__(self, name: str) -> etree._Element:
        (found,) = (one for one in self._package.namelist() if one.lower() == name)
        self[name] = etree.fromstring(self._package.read(found))
        return self[name]


def _targets(parts: Mapping[str, etree._Element], source: str, kind: str) -> dict[str, str]:
    folder, base = posixpath.split(source)
    relations = parts[posixpath.join(folder, "_rels", f"{base}.rels")]
    return {
        str(one.get("Id")): posixpath.normpath(posixpath.join("/", folder, str(one.get("Target")))).lstrip("/").lower()
        for one in relations.iter(etree.Element)
        if str(one.get("Type")).endswith(f"/{kind}")
    }


def _texts(item: etree._Element) -> Iterator[str]:
    """The text of a string item, without how it is pronounced."""
    for node in item:
        if node.tag == f"{_MAIN}t":
            yield "".join(node.itertext(etree.Element))
        elif node.tag == f"{_MAIN}r":
            yield from _texts(node)


def _cells(sheet: etree._Element, strings: list[str]) -> Iterator[tuple[tuple[int, int], Shown]]:
    number = 0
    for row in sheet.iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
        number, column = int(row.get("r", number + 1)), 0
        for cell in row.iterfind(f"{_MAIN}c"):
            letters = (cell.get("r") or "").rstrip("0123456789")
            column = _number(letters) if letters else column + 1
            shown = _shown(cell, strings)
            if shown != "":
                yield (number, column), shown


def _shown(cell: etree._Element, strings: list[str]) -> Shown:
    kind, inline = cell.get("t", "n"), cell.find(f"{_MAIN}is")
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else "".join(value.itertext(etree.Element))
    if kind == "inlineStr":
        return "" if inline is None else unescaped("".join(_texts(inline)))
    if kind == "s":
        return unescaped(strings[int(text)]) if text.strip() else ""
    return float(text) if kind == "n" and text.strip() else unescaped(text)


def _number(letters: str) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + ord(letter) - 64
    return total


def unescaped(text: str) -> str:
    """A string as Excel shows it."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def same(kept: str, shown: Shown) -> bool:
    """Whether the text that was kept is what is shown: but for width, white space, and how dates and numbers look."""
    if isinstance(shown, float):
        days = {str(date(1899, 12, 30) + timedelta(int(shown)))} if 0 < shown < 80_000 else set()
        return kept in {f"{shown:.15g}", *days} or (bool(kept) and _as_float(kept) == float(f"{shown:.15g}"))
    return _plain(kept) == _plain(shown) or _numbers(kept) == _numbers(shown) != []


def _as_float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).replace(",", "").split())


def _numbers(text: str) -> list[int]:
    """The figures of a date that is written in any way."""
    found = re.fullmatch(r"(20\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?", _plain(text))
    return [int(one) for one in found.groups()] if found else []

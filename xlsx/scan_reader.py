"""One part of a submitted workbook in the pre-scan: its elements are fed to the Part that its root calls for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from xlsx.scan_parts import Attributes, Budget, Link, MacroSheet, Part, Relations, Strings, Workbook, whole
from xlsx.scan_plain import cut_cells, cut_strings
from xlsx.scan_sheet import Sheet
from xlsx.scan_zip import Limits, Member, Refused, blocks

__all__ = ["Seen", "look_through"]

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # strict
)
_KINDS: Mapping[str, type[Part]] = {  # by the name of the root element
    "worksheet": Sheet,
    "sst": Strings,
    "workbook": Workbook,
    "externalLink": Link,
    "Relationships": Relations,
    "macrosheet": MacroSheet,
}
_CODINGS = ("utf-8", "utf-16", "us-ascii")
_OWN_ROOTS = ("worksheet", "sst", "workbook", "externalLink")  # must be in SpreadsheetML's namespace
_WHOLE = 4 << 20  # bytes of a part that is looked at in one piece
_SMALL, _REMEMBERED = 1 << 15, 64  # bytes of a part that is likely to come again, and how many are known


class Seen(NamedTuple):
    """What was seen in a part, the name of its root element, and its bytes for a reader, empty when they are many."""

    part: Part
    root: str
    lean: bytes


def look_through(data: bytes, member: Member, budget: Budget) -> Seen:
    """Look through one member of the archive within what is left of the budget. Raises Refused."""
    if member.size > _WHOLE:
        reader = _Reader(member.name, budget)
        for block in blocks(data, member):
            reader.feed(block)
        reader.close()
        return Seen(reader.part, reader.root, b"")
    content = b"".join(blocks(data, member))
    look = _look if len(content) <= _SMALL else _look.__wrapped__
    seen, spent = look(member.name, content, budget.limits)
    for what, amount in spent.items():
        budget.spend(what, amount, member.name)
    return seen


@lru_cache(maxsize=_REMEMBERED)
def _look(name: str, content: bytes, limits: Limits) -> tuple[Seen, Mapping[str, int]]:
    """What is in a part, and what it took: workbooks from one template have most of their small parts in common."""
    budget = Budget(limits)
    reader = _Reader(name, budget)
    lean = reader.feed_whole(content)
    return Seen(reader.part, reader.root, lean), budget.used()


class _Reader:
    """Feeds one member to expat and its elements to the Part that the root element calls for."""

    def __init__(self, name: str, budget: Budget):
        self.name, self.budget = name, budget
        self.part = Part(name, budget)
        self.root = ""
        lower = name.lower()
        # Excel itself writes VML that is not well-formed
        self._lenient = lower.endswith(".vml")
        self._xml = True if lower.endswith((".xml", ".rels", ".vml")) else None
        self._fed = 0
        self._stack: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, block: bytes) -> None:
        if self._xml is None:
            # whatever its name, a part that looks like XML may be read as XML
            self._xml = block.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n").startswith(b"<")
        self.budget.spend("total", len(block), self.name)
        self._fed += len(block)
        if not self._xml:
            return
        if self._fed > self.budget.limits.part:
            raise Refused("too_big", self.name, f"more than {self.budget.limits.part} bytes of XML")
        self._parse(block, False)
        if self._xml and self._fed - self._parser.CurrentByteIndex > self.budget.limits.token + len(block):
            raise Refused("too_big", self.name, f"one tag of more than {self.budget.limits.token} bytes")

    def feed_whole(self, content: bytes) -> bytes:
        """Feed all of the part at once, what is spelled plainly in bulk; returns the part for whoever reads it next."""
        rest, strings, cells, limits = content, 0, None, self.budget.limits
        if len(content) <= limits.part:  # else the parser's way ends in a refusal
            rest, strings = cut_strings(content)
            cells = cut_cells(content) if content.count(b"<c ") <= limits.cells else None
            rest = cells.rest if cells else rest
        self.feed(rest)
        self.close()
        self.budget.spend("total", len(content) - len(rest), self.name)
        self.budget.spend("strings", strings, self.name)
        self.budget.spend("elements", 2 * strings, self.name)
        if cells and isinstance(self.part, Sheet):
            self.part.take(cells)
            return cells.lean
        return content

    def close(self) -> None:
        if self._xml:
            self._parse(b"", True)

    def _parse(self, block: bytes, last: bool) -> None:
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            if not self._lenient:
                raise Refused("broken", self.name, f"not XML: {error}") from error
            self._xml = False

    def _declaration(self, _version: str, coding: str | None, _standalone: int) -> None:
        # others are not allowed in a workbook, and readers do not agree on what they mean
        if coding and coding.lower() not in _CODINGS:
            raise Refused("broken", self.name, f"in the coding {coding[:20]!r}")

    def _doctype(self, *_: object) -> None:
        raise Refused("dtd", self.name, "a document type definition")

    def _start(self, name: str, attributes: Attributes) -> None:
        self.budget.spend("elements", 1, self.name)
        namespace, _, tag = name.rpartition(" ")
        if not self._stack:
            self._open_root(namespace, tag, attributes)
        elif self._parser.CharacterDataHandler:
            raise Refused("broken", self.name, f"an element {tag[:20]} inside a value")
        elif len(self._stack) >= self.budget.limits.depth:
            raise Refused("too_big", self.name, "elements too deep in each other")
        parent = self._stack[-1] if self._stack else ""
        self._stack.append(tag)
        if self.part.start(tag, attributes, parent):
            self._parser.CharacterDataHandler = self._text

    def _open_root(self, namespace: str, tag: str, attributes: Attributes) -> None:
        self.root = tag
        if tag in _OWN_ROOTS and namespace not in _MAIN:
            raise Refused("broken", self.name, f"{tag} in a foreign namespace")
        # readers make room for as many as are declared
        most = self.budget.limits.strings
        for declared in (attributes.get("count", "0"), attributes.get("uniqueCount", "0")):
            if whole(declared, self.name) > most:
                raise Refused("too_big", self.name, f"declares {declared} entries")
        self.part = _KINDS.get(tag, Part)(self.name, self.budget)

    def _text(self, text: str) -> None:
        if len(self.part.text) < 10_000:
            self.part.text += text

    def _end(self, _: str) -> None:
        self._parser.CharacterDataHandler = None
        self.part.end(self._stack.pop())

"""The notes (comments) of one sheet: comments part and the legacy drawing that shows them."""

import re
from copy import deepcopy
from typing import cast

from lxml import etree

from xlsx.cells import split_ref, text_xml
from xlsx.errors import BookError
from xlsx.markup import elements
from xlsx.parts import MAIN, OFFICE, SPREADSHEETML, Node, Parts, main
from xlsx.shapes import SHAPE

MARKS, NOTES = "督查系统", "督查台账"  # authors of what `mark` writes and of plain notes

_ADDED = "【{}】"  # begins what we add to somebody else's note
_ANY_ADDED = re.compile(f"【(?:{MARKS}|{NOTES})】")
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_PLACE = re.compile(rb"<x:(Row|Column)>\s*(\d+)\s*</x:\1>")
_AFTER_LEGACY = {
    *(b"legacyDrawingHF", b"drawingHF", b"picture", b"oleObjects", b"controls", b"webPublishItems"),
    *(b"tableParts", b"extLst", b"mc:AlternateContent"),
}
_LEGACY = re.compile(rb"""<legacyDrawing\s[^>]*?:id\s*=\s*["']([^"']+)["'][^>]*/>""")
_NOTE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_EMPTY_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)


class Notes:
    """Notes of the sheet in `part`; parts are created with the first note and removed with the last.

    `tail` is the sheet's XML after its rows: it names the legacy drawing, which is not the only one of its kind.
    What other people wrote stays: `author`'s words are added below it, and only those are taken off again.
    """

    def __init__(self, parts: Parts, part: str, tail: bytes, author: str = MARKS):
        self._parts = parts
        self._author = author
        self._added = _ADDED.format(author)
        self._part = part
        tag = _LEGACY.search(tail)
        identity = tag[1].decode() if tag else None
        self._linked = identity is not None
        self._drawing = next((target for key, _, target in parts.relations(part) if key == identity), None)

    def add(self, row: int, column: int, ref: str, text: str) -> None:
        """Hang a note on a cell, or add to the one that is there."""
        comments = self._comments()
        found = self._comment(comments, ref)
        if found is None:
            author = _author(cast("Node", comments.find(main("authors"))), self._author)
            comment = etree.SubElement(
                cast("Node", comments.find(main("commentList"))), main("comment"), ref=ref, authorId=str(author)
            )
            _add_run(etree.SubElement(comment, main("text")), text)
            self._add_shape(row, column, text)
            return
        body = cast("Node", found.find(main("text")))
        last = _ANY_ADDED.findall(_words(found))[-1:]
        joined = last == [self._added] or (not last and self._author_of(comments, found) == self._author)
        _add_run(body, f"\n{text}" if joined else f"\n{self._added}{text}")

    def remove(self, ref: str) -> None:
        """Take our words off a cell's note, and the note when it says nothing else."""
        part = self._parts.related(self._part, "comments")
        if part is None:
            return
        comments = self._parts.tree(part)
        if (found := self._comment(comments, ref)) is not None:
            self._take(part, found, own=self._author_of(comments, found) == self._author)

    def clear(self, marked: set[str]) -> None:
        """Remove our words from every note; LibreOffice forgets who wrote those on marked cells."""
        part = self._parts.related(self._part, "comments")
        if part is None:
            return
        comments = self._parts.tree(part)
        for comment in list(comments.iter(main("comment"))):
            author = self._author_of(comments, comment)
            forgotten = not author and comment.get("ref") in marked and self._added not in _words(comment)
            self._take(part, comment, own=author == self._author or forgotten)

    def _take(self, part: str, comment: Node, *, own: bool) -> None:
        """Take our words off a note: those at its start when it is ours, and what we added to another's."""
        starts = [r"\A", rf"[\r\n]*{re.escape(self._added)}"] if own else [rf"[\r\n]*{re.escape(self._added)}"]
        if not [start for start in starts if _cut(comment, start)]:
            return
        comments = self._parts.touch(part)
        if not _words(comment):
            cast("Node", comment.getparent()).remove(comment)
            self._remove_shape(*split_ref(comment.get("ref", "A1")))
        if comments.find(f".//{main('comment')}") is None:
            self._parts.discard(self._part, part)

    def link(self, tail: bytes) -> bytes:
        """The sheet's tail with its reference to the legacy drawing put in or taken out as needed."""
        if self._linked == (self._drawing is not None):
            return tail
        if self._linked:
            return _LEGACY.sub(b"", tail, count=1)
        identity = next(key for key, _, target in self._parts.relations(self._part) if target == self._drawing)
        start = tail.index(b">") + 1  # past </sheetData>
        places = [one.start for one in elements(tail, start) if one.name in _AFTER_LEGACY]
        place = places[0] if places else tail.rfind(b"</worksheet")
        tag = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{identity}"/>'
        return tail[:place] + tag.encode() + tail[place:]

    def _comments(self) -> Node:
        part = self._parts.related(self._part, "comments")
        if part is None:
            part = self._parts.free("xl/comments{}.xml")
            xml = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'
            self._parts.create(part, etree.fromstring(xml), f"{SPREADSHEETML}comments+xml")
            self._parts.relate(self._part, "comments", part)
        return self._parts.touch(part)

    @staticmethod
    def _comment(comments: Node, ref: str) -> Node | None:
        return next((one for one in comments.iter(main("comment")) if one.get("ref") == ref), None)

    @staticmethod
    def _author_of(comments: Node, comment: Node) -> str:
        authors = [node.text or "" for node in comments.iter(main("author"))]
        index = int(comment.get("authorId", "0"))
        return authors[index].strip() if index < len(authors) else ""

    def _add_shape(self, row: int, column: int, text: str) -> None:
        package = self._parts.package
        part = self._drawing
        if part is None:
            self._drawing = part = self._parts.free("xl/drawings/vmlDrawing{}.vml")
            self._parts.declare_extension("vml", _VML_TYPE)
            self._parts.relate(self._part, "vmlDrawing", part)
            package.write(part, _EMPTY_VML)
        vml = package.read(part)
        number = max([1024, *(int(one) for one in _SHAPE_NUMBER.findall(vml))]) + 1
        end = vml.rfind(b"</xml>")
        if end < 0:
            raise BookError("unsupported", part)
        kind = b"" if b'"_x0000_t202"' in vml else _NOTE_TYPE
        package.write(part, vml[:end] + kind + _shape(number, row - 1, column - 1, text) + vml[end:])

    def _remove_shape(self, row: int, column: int) -> None:
        part = self._drawing
        if part is None:
            return

        def kept(match: re.Match[bytes]) -> bytes:
            place = {name: int(number) for name, number in _PLACE.findall(match[0])}
            return b"" if place == {b"Row": row - 1, b"Column": column - 1} else match[0]

        vml = SHAPE.sub(kept, self._parts.package.read(part))
        self._parts.package.write(part, vml)
        if not SHAPE.search(vml):
            self._parts.discard(self._part, part)
            self._drawing = None


def _author(authors: Node, name: str) -> int:
    for index, node in enumerate(authors):
        if node.text == name:
            return index
    etree.SubElement(authors, main("author")).text = name
    return len(authors) - 1


def _add_run(body: Node, text: str) -> None:
    plain = body.find(main("t"))
    if plain is not None:  # text without runs cannot be followed by one
        run = etree.Element(main("r"))
        run.append(deepcopy(plain))
        body.replace(plain, run)
    node = etree.SubElement(etree.SubElement(body, main("r")), main("t"))
    node.text = etree.fromstring(f"<t>{text_xml(text)}</t>").text
    node.set(_SPACE, "preserve")


def _words(comment: Node) -> str:
    return "".join(node.text or "" for node in comment.iter(main("t")))


def _cut(comment: Node, start: str) -> bool:
    """Cut a note from a pattern up to what is next added by one of us; False if there was nothing to cut."""
    match = re.search(rf"{start}.*?(?=[\r\n]*{_ANY_ADDED.pattern}|\Z)", _words(comment), re.DOTALL)
    if not match or not match[0]:
        return False
    position = 0
    for node in list(comment.iter(main("t"))):
        text = node.text or ""
        first, last = (min(max(place - position, 0), len(text)) for place in match.span())
        position += len(text)
        node.text = text[:first] + text[last:]
        run = cast("Node", node.getparent())
        if text and not node.text and run.tag == main("r"):
            cast("Node", run.getparent()).remove(run)
    return True


def _shape(number: int, row: int, column: int, text: str) -> bytes:
    lines = sum(1 + len(line) // 16 for line in text.splitlines()) + 1
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 4}, 15, {max(row - 1, 0) + max(3, lines)}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" '
        'obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()

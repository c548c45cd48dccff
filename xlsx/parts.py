"""The package's wiring: XML trees of small parts, relationships and content types."""

import posixpath
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from xlsx.errors import BookError
from xlsx.package import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
SPREADSHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml."

Node = etree._Element


def parse(xml: bytes, part: str) -> Node:
    """The tree of a part; entities and the network stay closed. BookError("broken") if it is not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise BookError("broken", part) from error


def serialize(root: Node) -> bytes:
    """A tree as Office writes parts: UTF-8, standalone."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def main(tag: str) -> str:
    """A SpreadsheetML name as lxml spells it."""
    return f"{{{MAIN}}}{tag}"


class Parts:
    """Parts of a package as trees, written back only when `touch`ed."""

    def __init__(self, package: Package):
        self.package = package
        self._trees: dict[str, Node] = {}
        self._touched: set[str] = set()

    def tree(self, part: str) -> Node:
        """The tree of a part, the same one every time."""
        if part not in self._trees:
            self._trees[part] = parse(self.package.read(part), part)
        return self._trees[part]

    def touch(self, part: str) -> Node:
        """The tree of a part that is about to be changed."""
        self._touched.add(part)
        return self.tree(part)

    def create(self, part: str, root: Node, content_type: str) -> None:
        """Add a part made of a tree."""
        self._trees[part] = root
        self._touched.add(part)
        self.declare(part, content_type)

    def remove(self, part: str) -> None:
        """Remove a part, its relationships and its content type."""
        for name in (part, relations_part(part)):
            self._trees.pop(name, None)
            self._touched.discard(name)
            self.package.drop(name)
        for node in self.tree(CONTENT_TYPES):
            if node.get("PartName") == f"/{part}":
                self.touch(CONTENT_TYPES).remove(node)

    def has(self, part: str) -> bool:
        """Whether the package holds the part, written or about to be."""
        return part in self.package or part in self._touched

    def flush(self) -> None:
        """Write the touched trees into the package."""
        for part in sorted(self._touched):
            self.package.write(part, serialize(self._trees[part]))
        self._touched.clear()

    def rewrite(self, part: str, content: bytes) -> None:
        """Replace a part's bytes; a tree made of it before is made anew."""
        self._trees.pop(part, None)
        self._touched.discard(part)
        self.package.write(part, content)

    def free(self, pattern: str) -> str:
        """The first unused part name of a pattern such as "xl/comments{}.xml"."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def declare(self, part: str, content_type: str) -> None:
        """State a part's content type."""
        root = self.touch(CONTENT_TYPES)
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)

    def redeclare(self, part: str, content_type: str) -> None:
        """State another content type for a part that has one of its own."""
        node = next(node for node in self.touch(CONTENT_TYPES) if node.get("PartName") == f"/{part}")
        node.set("ContentType", content_type)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """State the content type of all parts with an extension, if it is not stated yet."""
        known = (node.get("Extension", "").lower() for node in self.tree(CONTENT_TYPES))
        if extension not in known:
            node = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type)
            self.touch(CONTENT_TYPES).insert(0, node)

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Id, kind (the type's last word) and target part of a part's internal relationships."""
        name = relations_part(part)
        if not self.has(name):
            return
        for node in self.tree(name):
            if isinstance(node.tag, str) and node.get("TargetMode") != "External":
                kind = node.get("Type", "").rpartition("/")[2]
                yield node.get("Id", ""), kind, _resolved(part, node.get("Target", ""))

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind that a part points to."""
        return next((target for _, found, target in self.relations(part) if found == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship and return its id."""
        name = relations_part(part)
        if not self.has(name):
            self._trees[name] = etree.fromstring(f'<Relationships xmlns="{RELS}"/>')
        root = self.touch(name)
        used = {node.get("Id") for node in root}
        number = 1
        while f"rId{number}" in used:
            number += 1
        relative = posixpath.relpath(target, posixpath.dirname(part))
        tag = f"{{{RELS}}}Relationship"
        etree.SubElement(root, tag, Id=f"rId{number}", Type=f"{OFFICE}/{kind}", Target=relative)
        return f"rId{number}"

    def unrelate(self, part: str, target: str) -> str | None:
        """Remove the relationship to a part and return its id."""
        for identity, _, found in list(self.relations(part)):
            if found == target:
                root = self.touch(relations_part(part))
                root.remove(next(node for node in root if node.get("Id") == identity))
                return identity
        return None

    def discard(self, owner: str, target: str) -> None:
        """Cut `owner` from `target`, and remove what nothing else points to any more."""
        self.unrelate(owner, target)
        if self._pointed_at(target):
            return
        below = [found for _, _, found in self.relations(target)]
        for found in below:
            self.discard(target, found)
        self.remove(target)

    def _pointed_at(self, part: str) -> bool:
        names = {name for name in self.package.names if name.endswith(".rels")}
        names |= {name for name in self._touched if name.endswith(".rels")}
        return any(target == part for name in names for _, _, target in self.relations(_owner(name)))


def relations_part(part: str) -> str:
    """Where a part's relationships stand; "" is the package itself."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _owner(relations: str) -> str:
    folder, name = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


@lru_cache(maxsize=1024)
def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))

"""Packages put together part by part, as no single library writes them."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Relation:
    """One line of a part's relationships."""

    id: str
    type: str
    target: str
    external: bool


class Parts:
    """The parts of a workbook by name, open to any change."""

    def __init__(self, data: bytes):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}

    def __getitem__(self, name: str) -> str:
        return self._parts[name].decode()

    def __setitem__(self, name: str, content: str) -> None:
        self._parts[name] = content.encode()

    def names(self) -> list[str]:
        """Names of all parts."""
        return list(self._parts)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place in a part that reads `old`."""
        assert self[name].count(old) == 1, (name, old, self[name].count(old))
        self[name] = self[name].replace(old, new)

    def save(self) -> bytes:
        """The package, the same bytes for the same parts."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._parts.items():
                archive.writestr(zipfile.ZipInfo(name, (2022, 9, 1, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def relations(self, part: str) -> Iterator[Relation]:
        """What a part points to, targets as part names."""
        for tag in re.findall("<Relationship [^>]*>", self._parts.get(_rels(part), b"").decode()):
            found = dict(re.findall('(\\w+)="([^"]*)"', tag))
            external = found.get("TargetMode") == "External"
            target = found["Target"] if external else _resolved(part, found["Target"])
            yield Relation(found["Id"], found["Type"], target, external)

    def relate(self, part: str, kind: str, target: str, identity: str = "", external: bool = False) -> str:
        """Point from a part to another, and return the relation's id."""
        name = _rels(part)
        if name not in self._parts:
            self[name] = f'<Relationships xmlns="{RELS}"></Relationships>'
        identity = identity or f"rId{900 + self[name].count('<Relationship ')}"
        mode = ' TargetMode="External"' if external else ""
        place = target if external else f"/{target}"
        line = f'<Relationship Id="{identity}" Type="{kind}" Target="{place}"{mode}/>'
        self.edit(name, "</Relationships>", f"{line}</Relationships>")
        return identity

    def add(self, name: str, content: str | bytes, content_type: str = "") -> str:
        """Add a part under the first free number; its name as it came out."""
        free = name
        while free in self._parts:
            free = re.sub(r"(\d*)(\.\w+)$", lambda match: f"{int(match[1] or 1) + 1}{match[2]}", free)
        self._parts[free] = content if isinstance(content, bytes) else content.encode()
        if content_type:
            line = f'<Override PartName="/{free}" ContentType="{content_type}"/>'
            self.edit(TYPES, "</Types>", f"{line}</Types>")
        return free

    def declare(self, extension: str, content_type: str) -> None:
        """The content type of all parts with an extension."""
        if f'Extension="{extension}"' not in self[TYPES]:
            line = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            self[TYPES] = re.sub("(<Types[^>]*>)", lambda match: match[1] + line, self[TYPES], count=1)

    def graft(self, donor: "Parts", part: str) -> str:
        """Copy a part of another package with all that it points to; ids stay, names may not."""
        override = re.search(f'PartName="/{re.escape(part)}" ContentType="([^"]+)"', donor[TYPES])
        name = self.add(part, donor._parts[part], override[1] if override else "")
        if not override:
            extension = part.rpartition(".")[2]
            known = re.search(f'Extension="{extension}" ContentType="([^"]+)"', donor[TYPES])
            assert known, part
            self.declare(extension, known[1])
        for one in donor.relations(part):
            target = one.target if one.external else self.graft(donor, one.target)
            self.relate(name, one.type, target, one.id, one.external)
        return name

    def add_sheet(self, name: str, part: str) -> int:
        """Register a sheet part at the end of the book; its position."""
        numbers = [int(number) for number in re.findall('sheetId="([0-9]+)"', self[WORKBOOK])]
        identity = self.relate(WORKBOOK, f"{OFFICE}/worksheet", part)
        line = f'<sheet name="{name}" sheetId="{max(numbers) + 1}" r:id="{identity}"/>'
        self.edit(WORKBOOK, "</sheets>", f"{line}</sheets>")
        return len(numbers)

    def define(self, names: str) -> None:
        """Add `definedName` elements."""
        if "</definedNames>" not in self[WORKBOOK]:
            self.edit(WORKBOOK, "</sheets>", "</sheets><definedNames></definedNames>")
        self.edit(WORKBOOK, "</definedNames>", f"{names}</definedNames>")

    def sheets(self) -> dict[str, tuple[str, str]]:
        """Name, part and sheetId of each sheet."""
        targets = {one.id: one.target for one in self.relations(WORKBOOK)}
        tags = [dict(re.findall('([\\w:]+)="([^"]*)"', tag)) for tag in re.findall("<sheet [^>]*>", self[WORKBOOK])]
        return {tag["name"]: (targets[tag["r:id"]], tag["sheetId"]) for tag in tags}


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))

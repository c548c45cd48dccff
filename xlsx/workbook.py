"""workbook.xml: which sheets there are, what is named, and how Excel shall open the book."""

import re
from collections.abc import Callable
from typing import Literal, cast

from lxml import etree

from xlsx.errors import BookError
from xlsx.package import Package
from xlsx.parts import MAIN, OFFICE, SPREADSHEETML, Node, Parts, main
from xlsx.references import quoted, same_sheet

State = Literal["visible", "hidden", "veryHidden"]
STATES = ("visible", "hidden", "veryHidden")

_NAME = re.compile(r"[^\W\d][\w.]{0,254}")
_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]")
_ID = f"{{{OFFICE}}}id"
_WITH_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_BEFORE_CALC = (*_BEFORE_NAMES, "definedNames")


class Workbook:
    """The workbook part and its relationships. Raises BookError when the package is not an .xlsx or .xlsm."""

    def __init__(self, package: Package, parts: Parts):
        self.parts = parts
        if any(name.startswith("_xmlsignatures/") for name in package.names):
            raise BookError("unsupported", "a signed workbook")
        part = parts.related("", "officeDocument") if "_rels/.rels" in package else None
        if part is None or part not in package or "[Content_Types].xml" not in package:
            raise BookError("not_xlsx", "no workbook part")
        if not part.endswith(".xml"):
            raise BookError("not_xlsx", part)
        self.part = part
        self._root = parts.tree(part)
        if self._root.tag != main("workbook"):
            strict = "purl.oclc.org" in str(self._root.tag)
            raise BookError("unsupported" if strict else "not_xlsx", "strict OOXML" if strict else part)
        if self._sheets is None:
            raise BookError("broken", part)

    @property
    def _sheets(self) -> Node:
        return cast("Node", self._root.find(main("sheets")))

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets in their order."""
        return tuple(node.get("name", "") for node in self._sheets)

    @property
    def from_1904(self) -> bool:
        """Whether dates are counted from 1904."""
        properties = self._root.find(main("workbookPr"))
        return properties is not None and properties.get("date1904") in ("1", "true")

    def admit_macros(self) -> None:
        """Say that this is a book that may hold macros."""
        self.parts.redeclare(self.part, _WITH_MACROS)

    def index(self, sheet: str) -> int:
        """Position of a sheet. BookError("no_sheet") if there is none of that name."""
        for index, name in enumerate(self.sheets):
            if same_sheet(name, sheet):
                return index
        raise BookError("no_sheet", sheet)

    def sheet_part(self, sheet: str) -> str:
        """The part that holds a worksheet. BookError("unsupported") for chart sheets and the like."""
        identity = self._sheets[self.index(sheet)].get(_ID)
        for found, kind, target in self.parts.relations(self.part):
            if found == identity:
                if kind != "worksheet":
                    raise BookError("unsupported", f"{sheet} is a {kind}")
                return target
        raise BookError("broken", f"{sheet} has no part")

    def worksheets(self) -> dict[str, str]:
        """Name and part of every sheet that is a worksheet."""
        kinds = {found: (kind, target) for found, kind, target in self.parts.relations(self.part)}
        pairs = [(node.get("name", ""), kinds.get(node.get(_ID, ""), ("", ""))) for node in self._sheets]
        return {name: target for name, (kind, target) in pairs if kind == "worksheet"}

    def state(self, sheet: str) -> State:
        """Whether a sheet is visible."""
        return cast("State", self._sheets[self.index(sheet)].get("state", "visible"))

    def set_state(self, sheet: str, state: State) -> None:
        """Show or hide a sheet. ValueError when no sheet would be left to see."""
        if state not in STATES:
            raise ValueError(f"no such state: {state!r}")
        node = self._sheets[self.index(sheet)]
        others = (one for one in self._sheets if one is not node)
        if state != "visible" and all(one.get("state", "visible") != "visible" for one in others):
            raise ValueError(f"the last visible sheet cannot be hidden: {sheet}")
        self.parts.touch(self.part)
        if state == "visible":
            node.attrib.pop("state", "")
        else:
            node.set("state", state)

    def insert_sheet(self, name: str, part: str, index: int) -> None:
        """Register a worksheet part at a position; names local to later sheets follow."""
        check_name(name, self.sheets)
        self.parts.touch(self.part)
        self.parts.declare(part, f"{SPREADSHEETML}worksheet+xml")
        identity = self.parts.relate(self.part, "worksheet", part)
        number = 1 + max(int(node.get("sheetId", "0")) for node in self._sheets)
        node = etree.Element(main("sheet"), {"name": name, "sheetId": str(number), _ID: identity})
        self._sheets.insert(index, node)
        self._renumber(lambda old: old + 1 if old >= index else old)

    def remove_sheet(self, sheet: str) -> None:
        """Take a sheet and its local names out of the book; its part stays to be discarded."""
        self.set_state(sheet, "hidden")  # refuses the last visible one
        index = self.index(sheet)
        self._sheets.remove(self._sheets[index])
        for node in list(self.name_nodes()):
            if node.get("localSheetId") == str(index):
                self._remove_name(node)
        self._renumber(lambda old: old - 1 if old > index else old)

    def rename_sheet(self, old: str, new: str) -> None:
        """Give a sheet another name."""
        index = self.index(old)
        check_name(new, [name for name in self.sheets if not same_sheet(name, old)])
        self.parts.touch(self.part)
        self._sheets[index].set("name", new)

    def _renumber(self, change: Callable[[int], int]) -> None:
        for node in self.name_nodes():
            if (local := node.get("localSheetId")) is not None:
                node.set("localSheetId", str(change(int(local))))
        for view in self._root.iter(main("workbookView")):
            for key in ("activeTab", "firstSheet"):
                if (tab := view.get(key)) is not None:
                    view.set(key, str(min(change(int(tab)), len(self._sheets) - 1)))

    def name_nodes(self) -> list[Node]:
        """All defined names, local ones too."""
        return list(self._root.iter(main("definedName")))

    def change_names(self, change: Callable[[str], str]) -> None:
        """Rewrite the formula of every defined name."""
        for node in self.name_nodes():
            old = node.text or ""
            if (new := change(old)) != old:
                self.parts.touch(self.part)
                node.text = new

    def names(self) -> dict[str, str]:
        """Names that hold for the whole book, with their formulas."""
        return {node.get("name", ""): node.text or "" for node in self.name_nodes() if node.get("localSheetId") is None}

    def define(self, name: str, formula: str, *, hidden: bool, local: int | None = None) -> None:
        """Create or replace a defined name. ValueError for what Excel does not take for one."""
        if not _NAME.fullmatch(name) or _CELL_LIKE.fullmatch(name) or formula.startswith("=") or not formula:
            raise ValueError(f"not a defined name: {name!r} for {formula!r}")
        self.parts.touch(self.part)
        container = self._root.find(main("definedNames"))
        if container is None:
            container = etree.Element(main("definedNames"))
            self._insert_after(container, _BEFORE_NAMES)
        scope = None if local is None else str(local)
        for node in list(container):
            if node.get("name", "").casefold() == name.casefold() and node.get("localSheetId") == scope:
                container.remove(node)
        node = etree.SubElement(container, main("definedName"), name=name)
        if scope is not None:
            node.set("localSheetId", scope)
        if hidden:
            node.set("hidden", "1")
        node.text = formula

    def undefine(self, name: str) -> None:
        """Remove a workbook-level name; an absent one is fine."""
        for node in self.name_nodes():
            if node.get("name") == name and node.get("localSheetId") is None:
                self._remove_name(node)

    def local_names(self, sheet: str) -> dict[str, tuple[str, bool]]:
        """Formula and hidden flag of the names local to a sheet."""
        index = str(self.index(sheet))
        return {
            node.get("name", ""): (node.text or "", node.get("hidden") in ("1", "true"))
            for node in self.name_nodes()
            if node.get("localSheetId") == index
        }

    @property
    def recalculates(self) -> bool:
        """Whether Excel is to compute everything on opening."""
        calc = self._root.find(main("calcPr"))
        return calc is not None and calc.get("fullCalcOnLoad") in ("1", "true")

    def recalculate(self) -> None:
        """Have Excel compute everything on opening; the order kept from last time goes."""
        calc = self._root.find(main("calcPr"))
        if calc is None:
            calc = etree.Element(main("calcPr"))
            self._insert_after(calc, _BEFORE_CALC)
        if not self.recalculates:
            self.parts.touch(self.part)
            calc.set("fullCalcOnLoad", "1")

    def drop_calculation_chain(self) -> None:
        """Remove calcChain.xml, which Excel rebuilds and which must not name cells without formula."""
        if part := self.parts.related(self.part, "calcChain"):
            self.parts.discard(self.part, part)

    @property
    def active(self) -> int:
        """Position of the sheet shown on opening."""
        view = self._root.find(f"{main('bookViews')}/{main('workbookView')}")
        return int(view.get("activeTab", "0")) if view is not None else 0

    def activate(self, sheet: str) -> None:
        """Show a sheet on opening. ValueError for a hidden one."""
        if self.state(sheet) != "visible":
            raise ValueError(f"a hidden sheet cannot be shown first: {sheet}")
        self.parts.touch(self.part)
        views = self._root.find(main("bookViews"))
        if views is None:
            views = etree.Element(main("bookViews"))
            self._sheets.addprevious(views)
        view = views[0] if len(views) else etree.SubElement(views, main("workbookView"))
        view.set("activeTab", str(self.index(sheet)))
        view.set("firstSheet", "0")

    def _insert_after(self, node: Node, names: tuple[str, ...]) -> None:
        before = [child for child in self._root if child.tag in {f"{{{MAIN}}}{name}" for name in names}]
        before[-1].addnext(node)

    def _remove_name(self, node: Node) -> None:
        self.parts.touch(self.part)
        container = cast("Node", node.getparent())
        container.remove(node)
        if not len(container):
            cast("Node", container.getparent()).remove(container)


def check_name(name: str, taken: "tuple[str, ...] | list[str]") -> None:
    """ValueError unless Excel accepts the name for a new sheet."""
    if not name or len(name) > 31 or set(name) & set("[]:*?/\\") or name.startswith("'") or name.endswith("'"):
        raise ValueError(f"not a sheet name: {name!r}")
    if any(same_sheet(name, one) for one in taken):
        raise ValueError(f"the book already has a sheet {name}")


def renaming(old: str, new: str) -> Callable[[str], str | None]:
    """For `rewrite`: the new prefix of references to a renamed sheet."""
    return lambda sheet: quoted(new) if same_sheet(sheet, old) else None

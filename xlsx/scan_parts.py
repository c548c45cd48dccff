"""The XML half of the pre-scan: what is noted while the elements of each kind of part go by."""

from dataclasses import dataclass

from xlsx.scan_zip import Limits, Refused

_LONGEST_NAME = 8_192  # characters of a defined name's formula, as in Excel
_LINKS = {"ddeLink": "dde", "oleLink": "ole"}

Attributes = dict[str, str]


class Budget:
    """What may still be counted before the file is too big."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self._left = {name: getattr(limits, name) for name in Limits.__slots__}

    def spend(self, what: str, amount: int, part: str) -> None:
        """Take `amount` from the limit called `what`. Raises Refused("too_big")."""
        self._left[what] -= amount
        if self._left[what] < 0:
            raise Refused("too_big", part, f"more than {getattr(self.limits, what)} of {what}")

    def spent(self, what: str) -> int:
        """How much of the limit called `what` is used up."""
        used: int = getattr(self.limits, what) - self._left[what]
        return used

    def used(self) -> dict[str, int]:
        """Of what how much is used up."""
        return {what: used for what in self._left if (used := self.spent(what))}


class Part:
    """A part that is only looked through. `start` returns True when the element's text is wanted in `text`."""

    def __init__(self, name: str, budget: Budget):
        self.name, self.budget = name, budget
        self.text = ""
        self.features: set[str] = set()

    def start(self, _tag: str, _attributes: Attributes, _parent: str, /) -> bool:
        """An element begins; names come without namespace."""
        return False

    def end(self, tag: str, /) -> None:
        """An element ends."""


# what a text is made of (ECMA-376 Part 1, CT_Rst): put together otherwise, readers see different texts
_RUNS = frozenset({"t", "r", "rPh", "phoneticPr"})
_TEXT = {"is": _RUNS, "si": _RUNS, "r": frozenset({"rPr", "t"}), "rPh": frozenset({"t"}), "t": frozenset[str]()}


def check_text(tag: str, parent: str, name: str) -> None:
    """Refuse an element that no text has there."""
    if parent in _TEXT and tag not in _TEXT[parent]:
        raise Refused("broken", name, f"{tag[:20]!r} in {parent!r} of a text")


class Strings(Part):
    """The shared strings, counted."""

    def start(self, tag: str, _attributes: Attributes, parent: str, /) -> bool:
        """See Part."""
        check_text(tag, parent, self.name)
        if tag == "si" and parent == "sst":
            self.budget.spend("strings", 1, self.name)
        return False


class Workbook(Part):
    """The list of sheets and the defined names."""

    def __init__(self, name: str, budget: Budget):
        super().__init__(name, budget)
        self.sheets: list[tuple[str, str, str]] = []  # name, state, relation
        self.defined_names: list[tuple[str, str, str]] = []  # name, index of its sheet or "", formula

    def start(self, tag: str, attributes: Attributes, parent: str, /) -> bool:
        """See Part."""
        if tag in ("sheets", "definedNames") and parent != "workbook":
            raise Refused("broken", self.name, f"{tag} inside {parent[:20]}")
        if tag == "sheet" and parent == "sheets":
            self.budget.spend("sheets", 1, self.name)
            relation = next((v for k, v in attributes.items() if k.endswith("/relationships id")), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))
        elif tag == "definedName" and parent == "definedNames":
            self.budget.spend("defined_names", 1, self.name)
            self._open = attributes.get("name", ""), attributes.get("localSheetId", "")
            self.text = ""
            return True
        return False

    def end(self, tag: str, /) -> None:
        """See Part."""
        if tag == "definedName":
            if len(self.text) > _LONGEST_NAME:
                raise Refused("too_big", self.name, f"the defined name {self._open[0]} is too long")
            self.defined_names.append((*self._open, self.text))


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship; `kind` is the last word of its type."""

    id: str
    kind: str
    target: str
    external: bool


class Relations(Part):
    """The relationships of one part or of the package."""

    def __init__(self, name: str, budget: Budget):
        super().__init__(name, budget)
        self.relations: list[Relation] = []

    def start(self, tag: str, attributes: Attributes, _parent: str, /) -> bool:
        """See Part."""
        if tag == "Relationship":
            self.budget.spend("relations", 1, self.name)
            external = attributes.get("TargetMode") == "External"
            kind = attributes.get("Type", "").rpartition("/")[2]
            relation = Relation(attributes.get("Id", ""), kind, attributes.get("Target", ""), external)
            self.relations.append(relation)
        return False


class Link(Part):
    """A link to another file or program."""

    def start(self, tag: str, _attributes: Attributes, _parent: str, /) -> bool:
        """See Part."""
        if tag in _LINKS:
            self.features.add(_LINKS[tag])
        return False


class MacroSheet(Part):
    """A sheet of Excel 4 macros."""

    def __init__(self, name: str, budget: Budget):
        super().__init__(name, budget)
        self.features.add("macros")


def whole(text: str, part: str) -> int:
    """A count or index as it stands in an attribute. Raises Refused("broken")."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Refused("broken", part, f"{text[:20]!r} is no whole number")
    return int(text)

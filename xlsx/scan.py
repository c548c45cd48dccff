"""The pre-scan of a submitted workbook: refuse what could harm a reader, and report what readers hide.

Only the standard library touches the bytes here, as a stream and within limits, so it may run on anything that
anybody sends.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote

from xlsx.scan_parts import Budget, Part, Relation, Relations, Strings, Workbook
from xlsx.scan_reader import look_through
from xlsx.scan_sheet import Sheet
from xlsx.scan_zip import Limits, Refused, members

__all__ = ["Limits", "Refused", "Scan", "SheetScan", "scan", "scan_once"]

_KEPT = 32 << 20  # bytes of a workbook that is kept for its reader
_STATES = ("visible", "hidden", "veryHidden")
_SHEETS = ("worksheet", "chartsheet", "dialogsheet", "macrosheet")
_NOTHING: frozenset[str] = frozenset()
_BY_RELATION = {
    "vbaProject": "macros",
    "xlMacrosheet": "macros",
    "xlIntlMacrosheet": "macros",
    "externalLink": "external_links",
    "oleObject": "ole",
    "package": "ole",
    "control": "activex",
    "activeXControlBinary": "activex",
    "connections": "connections",
    "queryTable": "connections",
}
_BY_NAME = {  # parts that no relation mentions are suspect too
    "xl/vbaproject": "macros",
    "xl/externallinks/": "external_links",
    "xl/embeddings/": "ole",
    "xl/activex/": "activex",
    "xl/connections.xml": "connections",
}


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What a sheet holds that ordinary readers do not tell. References are like B7."""

    state: str  # visible, hidden or veryHidden
    formulas: frozenset[str] = _NOTHING  # cells with a formula; of an array formula only the first
    blank_formulas: frozenset[str] = _NOTHING  # of these, the ones without a stored result
    errors: Mapping[str, str] = field(default_factory=dict)  # error cells, like {"B7": "#REF!"}
    # the stored text of numbers that lose digits in Excel or in a reader: more than 15, in fractions more than 17
    numbers: Mapping[str, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()  # by the user or by a filter
    merges: tuple[str, ...] = ()  # ranges like A1:B2


@dataclass(frozen=True, slots=True)
class Scan:
    """A workbook that may be read, and what to know before."""

    sheets: Mapping[str, SheetScan]  # in the workbook's order; sheets of charts are empty
    features: frozenset[str]  # macros, external_links, ole, dde, activex, connections
    defined_names: Mapping[str, str]  # name or sheet!name: formula without "="


def scan(data: bytes, limits: Limits = Limits()) -> Scan:  # noqa: B008 - frozen
    """Look through all of a file that claims to be an .xlsx workbook. Raises Refused, see there for the codes."""
    return scan_once(data, limits)[0]


def scan_once(data: bytes, limits: Limits = Limits()) -> tuple[Scan, bytes]:  # noqa: B008 - frozen
    """The same, and the workbook for a reader: one of usual size is unpacked and its cells are without formulas, so
    that what has been looked through need not be unpacked and parsed again."""
    budget = Budget(limits)
    parts: dict[str, Part] = {}
    roots: dict[str, str] = {}
    features: set[str] = set()
    lean: dict[str, bytes] = {}
    for member in members(data, limits):
        name = member.name.lower()
        seen = look_through(data, member, budget)
        parts[name], roots[name], lean[member.name] = seen.part, seen.root, seen.lean
        features |= seen.part.features | {f for start, f in _BY_NAME.items() if name.startswith(start)}
    book = _workbook(parts)
    _check_strings(book, parts, budget)
    features |= set(_relation_features(parts))
    sheets = _sheets(book, parts, roots)
    return Scan(sheets, frozenset(features), _names(book, list(sheets))), _packed(lean) or data


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive, empty when they are too many or too large."""
    out = io.BytesIO()
    if all(parts.values()) and sum(map(len, parts.values())) <= _KEPT:
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


_P = TypeVar("_P", bound=Part)


def _of(kind: type[_P], parts: Mapping[str, Part]) -> dict[str, _P]:
    return {name: part for name, part in parts.items() if isinstance(part, kind)}


def _workbook(parts: Mapping[str, Part]) -> Workbook:
    """The one workbook, which must be what the package says it is about."""
    books = _of(Workbook, parts)
    if not books:
        raise Refused("not_xlsx", "", "a zip file without a workbook")
    if len(books) > 1:
        raise Refused("bad_part", "", "two workbooks in one file")
    main = [r for r in _relations("", parts) if r.kind == "officeDocument"]
    if [_target("", relation) for relation in main] != list(books):
        raise Refused("broken", "_rels/.rels", "does not lead to the workbook")
    return next(iter(books.values()))


def _check_strings(book: Workbook, parts: Mapping[str, Part], budget: Budget) -> None:
    if len(_of(Strings, parts)) > 1:
        raise Refused("bad_part", "", "two tables of shared strings")
    # readers look for them where they mostly are, Excel where the workbook says
    related = (relation for relation in _relations(book.name, parts) if relation.kind == "sharedStrings")
    told = {_target(book.name, relation) for relation in related}
    if not told.issuperset(_of(Strings, parts)):
        raise Refused("broken", book.name, "does not lead to the shared strings")
    for sheet in _of(Sheet, parts).values():
        if sheet.top_string >= budget.spent("strings"):
            raise Refused("broken", sheet.name, f"there is no shared string {sheet.top_string}")


def _relation_features(parts: Mapping[str, Part]) -> Iterator[str]:
    for part in _of(Relations, parts).values():
        for relation in part.relations:
            if relation.kind in _BY_RELATION:
                yield _BY_RELATION[relation.kind]
            elif relation.external and relation.kind != "hyperlink":
                yield "external_links"


def _sheets(book: Workbook, parts: Mapping[str, Part], roots: Mapping[str, str]) -> dict[str, SheetScan]:
    relations = {relation.id: relation for relation in _relations(book.name, parts)}
    sheets: dict[str, SheetScan] = {}
    taken: set[str] = set()
    for name, state, key in book.sheets:
        target = _target(book.name, relations[key]) if key in relations else ""
        if not name or state not in _STATES or roots.get(target) not in _SHEETS:
            raise Refused("broken", book.name, f"the sheet {name[:40]!r} leads nowhere")
        # Excel compares sheet names without regard to case
        if target in taken or name.lower() in taken:
            raise Refused("bad_part", book.name, f"two sheets {name[:40]!r}")
        taken |= {target, name.lower()}
        sheets[name] = _sheet(parts[target], state)
    if not sheets:
        raise Refused("broken", book.name, "no sheets")
    return sheets


def _sheet(part: Part, state: str) -> SheetScan:
    if not isinstance(part, Sheet):
        return SheetScan(state)
    return SheetScan(
        state,
        frozenset(part.formulas),
        frozenset(part.blank_formulas),
        part.errors,
        part.numbers,
        frozenset(part.hidden_rows),
        tuple(part.merges),
    )


def _names(book: Workbook, sheets: list[str]) -> Mapping[str, str]:
    names: dict[str, str] = {}
    seen: set[str] = set()
    for name, local, formula in book.defined_names:
        if local and not (local.isascii() and local.isdigit() and len(local) < 5 and int(local) < len(sheets)):
            raise Refused("broken", book.name, f"the name {name[:40]!r} is for no sheet")
        full = f"{sheets[int(local)]}!{name}" if local else name
        if full.lower() in seen:
            raise Refused("bad_part", book.name, f"two defined names {full[:40]!r}")
        seen.add(full.lower())
        names[full] = formula
    return names


def _relations(source: str, parts: Mapping[str, Part]) -> list[Relation]:
    """The relations of the part called `source`, or of the package ("")."""
    folder, base = posixpath.split(source.lower())
    part = parts.get(posixpath.join(folder, "_rels", f"{base}.rels"))
    return part.relations if isinstance(part, Relations) else []


def _target(source: str, relation: Relation) -> str:
    """The part that a relation leads to, in lower case; "" outside the package."""
    if relation.external:
        return ""
    path = posixpath.join("/", posixpath.dirname(source), unquote(relation.target))
    return posixpath.normpath(path).lstrip("/").lower()

"""Conditional formats and validations of a template's model row, carried over to the new columns."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree

from xlsx.columns import Plan, joined
from xlsx.parts import Node, main
from xlsx.references import Area, area, rewrite

Kind = Literal["list", "whole", "decimal", "date", "textLength", "custom"]


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule for what may be typed into a column's cells.

    Formulas are as Excel stores them, no "=": '"甲,乙"' for a list, "0", "LEN(H7)<500" seen from the model row.
    """

    kind: Kind
    formula1: str
    formula2: str | None = None
    operator: str = "between"
    error_title: str = ""
    error: str = ""
    prompt_title: str = ""
    prompt: str = ""
    allow_blank: bool = True
    style: Literal["stop", "warning"] = "stop"

    def __post_init__(self) -> None:
        # Excel calls a file damaged whose texts are longer.
        texts = ((self.error_title, 32), (self.prompt_title, 32), (self.error, 255), (self.prompt, 255))
        for text, limit in (*texts, (self.formula1, 257 if self.kind == "list" else 8192)):
            if len(text) > limit:
                raise ValueError(f"longer than {limit} characters: {text[:40]}…")


_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_FORMULAS = {main("formula"), main("formula1"), main("formula2"), f"{_XM}f"}
_BEFORE_VALIDATIONS = (
    *("conditionalFormatting", "phoneticPr", "mergeCells", "customSheetViews", "dataConsolidate", "sortState"),
    *("autoFilter", "scenarios", "protectedRanges", "sheetProtection", "sheetCalcPr", "sheetData"),
)


def arrange_rules(root: Node, sheet: str, plan: Plan, validations: Mapping[int, Validation]) -> None:
    """Rebuild the rules of the model row; a column's own validation takes the place of its prototype's."""
    names = ("conditionalFormatting", "dataValidation")
    for tag in [main(name) for name in names] + [_X14 + name for name in names]:
        own = set(validations) if tag.endswith("dataValidation") else set()
        for rule in list(root.iter(tag)):
            _replace(rule, sheet, plan, own)
    _renumber(root)
    if validations:
        container = root.find(main("dataValidations"))
        if container is None:
            container = etree.Element(main("dataValidations"))
            places = (root.find(main(name)) for name in _BEFORE_VALIDATIONS)
            found = [place for place in places if place is not None]
            last = max(found, key=root.index)
            _last_of(root, last).addnext(container)
        for index, validation in validations.items():
            container.append(_validation(validation, plan, index))
    for container in [*root.iter(main("dataValidations")), *root.iter(f"{_X14}dataValidations")]:
        container.set("count", str(len(container)))
        if not len(container):
            _detach(container)


def _replace(rule: Node, sheet: str, plan: Plan, without: set[int]) -> None:
    inner = rule.find(f"{_XM}sqref")
    sqref = rule.get("sqref") or (inner.text if inner is not None else "") or ""
    targets, rest = plan.targets(sqref)
    if not targets and rest:
        return
    origin = min(area(part).first.column for part in sqref.split())
    groups: dict[tuple[str | None, ...], list[tuple[int, Area]]] = {}
    for index, place in targets:
        if index not in without:
            groups.setdefault(_signature(rule, sheet, plan, index, origin), []).append((index, place))
    for group in reversed(list(groups.values())):
        copy = deepcopy(rule)
        _set_sqref(copy, joined([place for _, place in group]))
        if _rewrite(copy, sheet, plan, group[0][0], origin):
            rule.addnext(copy)
    if rest:
        _set_sqref(rule, " ".join(rest))
    else:
        _detach(rule)


def _signature(rule: Node, sheet: str, plan: Plan, index: int, origin: int) -> tuple[str | None, ...]:
    """Equal for new columns that one rule can serve: its formulas seen from each column are the same."""
    found: list[str | None] = []
    for node in rule.iter(*_FORMULAS):
        text = plan.formula(node.text or "", sheet, index, origin)
        found.append(None if text is None else _relative(text, plan.first + index))
    return tuple(found)


def _relative(text: str, column: int) -> str:
    def change(_: str | None, old: Area) -> str:
        corners = []
        for corner in (old.first, old.last):
            place = f"={corner.column}" if corner.fixed_column else f"{corner.column - column:+d}"
            corners.append(f"[{place},{corner.row},{corner.fixed_row}]")
        return ":".join(corners)

    return rewrite(text, change)


def _rewrite(rule: Node, sheet: str, plan: Plan, index: int, origin: int) -> bool:
    """Carry the formulas over; False when nothing of the rule is left."""
    for node in list(rule.iter(*_FORMULAS)):
        text = plan.formula(node.text or "", sheet, index, origin)
        if text is not None:
            node.text = text
            continue
        owner = next((one for one in node.iterancestors() if one.tag in (main("cfRule"), f"{_X14}cfRule")), None)
        if owner is None or owner.getparent() is None:
            return False
        cast("Node", owner.getparent()).remove(owner)
    is_format = str(rule.tag).endswith("conditionalFormatting")
    return not is_format or any(str(child.tag).endswith("cfRule") for child in rule)


def _set_sqref(rule: Node, sqref: str) -> None:
    inner = rule.find(f"{_XM}sqref")
    if inner is not None:
        inner.text = sqref
    else:
        rule.set("sqref", sqref)


def _renumber(root: Node) -> None:
    """Priorities are unique within a sheet: copies of a rule take turns in the old order."""
    rules = sorted(root.iter(main("cfRule")), key=lambda rule: int(rule.get("priority", "0")))
    for number, rule in enumerate(rules, start=1):
        rule.set("priority", str(number))


def _validation(rule: Validation, plan: Plan, index: int) -> Node:
    node = etree.Element(main("dataValidation"), type=rule.kind)
    if rule.style != "stop":
        node.set("errorStyle", rule.style)
    if rule.kind not in ("list", "custom") and rule.operator != "between":
        node.set("operator", rule.operator)
    if rule.allow_blank:
        node.set("allowBlank", "1")
    node.set("showInputMessage", "1")
    node.set("showErrorMessage", "1")
    texts = (("errorTitle", rule.error_title), ("error", rule.error))
    for key, text in (*texts, ("promptTitle", rule.prompt_title), ("prompt", rule.prompt)):
        if text:
            node.set(key, text)
    corner = area(f"A{plan.key_row + 2}").first._replace(column=plan.first + index)
    node.set("sqref", corner.text())
    etree.SubElement(node, main("formula1")).text = rule.formula1
    if rule.formula2 is not None:
        etree.SubElement(node, main("formula2")).text = rule.formula2
    return node


def _last_of(root: Node, place: Node) -> Node:
    """The last sibling of the same name: conditional formats come in numbers."""
    return root.findall(str(place.tag))[-1]


def _detach(node: Node) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)

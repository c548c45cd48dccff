"""The bulletin as a Word document: the office's template filled with what `content` says."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml.etree import SubElement, _Element

from bulletin.annex import Table
from bulletin.content import Content, Group, Paragraph, Problem, Reference, text_of
from bulletin.errors import BulletinError
from bulletin.format import formatted, imprint, masthead, signature
from bulletin.grid import MODELS, fill, is_model
from bulletin.items import items
from bulletin.lines import broken
from bulletin.runs import MARK, hinted, linked, marked_reference, tag
from bulletin.template import filled, packed
from bulletin.text import cleaned

__all__ = ["render"]

_CHARACTER = 16 * 25.4 / 72  # millimetres: 三号
_BEFORE = 5  # characters: two of indent and 附件：
_PRINTED = "　　年　月　日"  # filled in by hand where schema.yaml says no day
# What the templates of the other shapes say; the bulletin says everything else.
_SAYS = {
    "narrative": ("标题", "引言", "事项", "发文机关", "成文日期"),
    "tables": ("标题", "附件表", *MODELS),
}


def render(content: Content, template: bytes) -> bytes:
    """Fill the template; the same content and template give the same bytes.

    A `BulletinError` names the variable that the template misspells or lacks, or the reference without a row.
    """
    if content.shape == "bulletin":
        _no_dangling(content)
    name = f"{content.shape}.docx"
    document = filled(template, _context(content), name)
    formatted(document, content.format)
    body: _Element = document.element.body
    if content.shape != "narrative":
        _annexes(body, content.annexes, round(content.format.table * 20), name)
    if content.format.masthead:
        masthead(document, _text_width(_sections(body, name)[0], name))
    if content.format.printer:
        imprint(document, _sections(body, name)[-1])
    signature(document)
    linked(body)
    _keep_signature(body)
    hinted(body)
    return packed(document)


def _context(content: Content) -> dict[str, Any]:
    """The template's variables; people read their names in Word."""
    wanted, everything = content.format, _everything(content)
    says = _SAYS.get(content.shape, tuple(name for name in everything if name != "事项"))
    return {
        **{name: everything[name] for name in says},
        "发文机关标志": cleaned(wanted.masthead),
        "发文字号": cleaned(wanted.number),
        "抄送": cleaned(wanted.copies).rstrip("。"),
        "印发机关": cleaned(wanted.printer),
        "印发日期": (cleaned(wanted.printed) or _PRINTED) if wanted.printer else "",
    }


def _everything(content: Content) -> dict[str, Any]:
    across, along = _title_widths(content)
    return {
        "标题": broken(cleaned(content.title), along if content.shape == "tables" else across),
        "主送机关": cleaned(content.addressee),
        "引言": cleaned(content.opening),
        "基本情况": [_paragraph(paragraph) for paragraph in content.paragraphs],
        "问题分类": [_group(group) for group in content.groups],
        "工作要求": [cleaned(requirement) for requirement in content.requirements],
        "附件说明": [
            broken(cleaned(text), _text_width_in_characters(content) - _BEFORE) for text in content.attachments
        ],
        "发文机关": cleaned(content.issuer),
        "成文日期": cleaned(content.date),
        "附件表": [
            {"名称": cleaned(annex.name), "序": _numeral(place), "标题": broken(cleaned(annex.title), along)}
            for place, annex in enumerate(content.annexes, 1)
        ],
        "事项": items(content.annexes, across) if content.shape == "narrative" else [],
        **{name: f"{MARK}{name}{MARK}" for name in MODELS},
    }


def _paragraph(paragraph: Paragraph) -> str:
    """The sentences, their references marked."""
    pieces = (piece for sentence in paragraph for piece in sentence.pieces)
    return "".join(_cited(piece.places) if isinstance(piece, Reference) else text_of(piece) for piece in pieces)


def _text_width_in_characters(content: Content) -> int:
    """How many characters stand on a line of the text."""
    margins = content.format.margins
    return int((210 - margins.left - margins.right) / _CHARACTER)


def _title_widths(content: Content) -> tuple[int, int]:
    """How many characters of a title fit across a portrait page and along a landscape one."""
    margins, character = content.format.margins, content.format.title * 25.4 / 72  # millimetres
    across, along = 210 - margins.left - margins.right, 297 - margins.top - margins.bottom
    return int(across / character), int(along / character)


def _numeral(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    digits: tuple[str, ...] = ("", *"一二三四五六七八九")
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + digits[ones]


def _group(group: Group) -> dict[str, Any]:
    problems = [
        {
            "事项": cleaned(problem.label),
            "附件": f"附件{problem.places[0][0]}",
            "序号": _places(problem),
            "内容": cleaned(problem.text),
        }
        for problem in group.problems
    ]
    return {"名称": cleaned(group.heading), "概述": cleaned(group.lead), "问题": problems}


def _cited(places: Sequence[tuple[int, int]]) -> str:
    return "".join(f"（附件{annex}：{marked_reference(annex, number)}）" for annex, number in places)


def _places(problem: Problem) -> str:
    """Where the task stands: the template prints the first annex before this and the brackets around it."""
    (annex, number), *others = problem.places
    also = (f"）（附件{other}：{marked_reference(other, no)}" for other, no in others)
    return "".join([marked_reference(annex, number), *also])


def _no_dangling(content: Content) -> None:
    marks = {(annex.no, row.number) for annex in content.annexes for row in annex.rows}
    for problem in (problem for group in content.groups for problem in group.problems):
        if not {(annex, str(number)) for annex, number in problem.places} <= marks:
            raise BulletinError(f"通报里引用的（{problem.reference}）在附件里找不到，请先补上这一项。")


def _annexes(body: _Element, annexes: Sequence[Table], character: int, name: str) -> None:
    """Fill the model tables and end each annex with a section of its own; the last one's is the body's, unless
    something follows (版记), which stands on a page like the text's."""
    tables = [table for table in body.iterfind(tag("tbl")) if is_model(table)]
    if len(tables) != len(annexes):
        raise BulletinError(f"模板{name}里的附件表不在“附件表”的循环里，请在Word里按原模板改正。")
    sections = _sections(body, name)
    first, section = sections[0], sections[-1]
    for table, annex in zip(tables, annexes, strict=True):
        fill(table, annex, _text_width(section, name), character, name)
        after = _thin_paragraph(table)
        if annex is not annexes[-1]:
            after[0].append(deepcopy(section))
        elif after.getnext() is not section:
            after[0].append(section)
            body.append(deepcopy(first))


def _sections(body: _Element, name: str) -> list[_Element]:
    """The page set-ups of all sections, the body's own last."""
    if body.find(tag("sectPr")) is None:
        raise BulletinError(f"模板{name}没有最后一节的页面设置，请用原模板重新修改。")
    return list(body.iter(tag("sectPr")))


def _text_width(section: _Element, name: str) -> int:
    size, margins = section.find(tag("pgSz")), section.find(tag("pgMar"))
    if size is None or margins is None:
        raise BulletinError(f"模板{name}有一节没有纸张大小或页边距，请用原模板重新修改。")
    edges = ("left", "right", "gutter")
    return int(size.get(tag("w"), "0")) - sum(int(margins.get(tag(edge), "0")) for edge in edges)


def _thin_paragraph(table: _Element) -> _Element:
    """The paragraph that Word wants after a table, so thin that it does not fill another page."""
    paragraph = table.makeelement(tag("p"))
    properties = SubElement(paragraph, tag("pPr"))
    SubElement(properties, tag("snapToGrid")).set(tag("val"), "0")
    spacing = SubElement(properties, tag("spacing"))
    for name, value in {"before": "0", "after": "0", "line": "20", "lineRule": "exact"}.items():
        spacing.set(tag(name), value)
    SubElement(SubElement(properties, tag("rPr")), tag("sz")).set(tag("val"), "2")
    table.addnext(paragraph)
    return paragraph


def _keep_signature(body: _Element) -> None:
    """Hold the last lines of text to 附件说明 and signature: these may not stand on a page alone."""
    paragraphs = body.findall(tag("p"))
    ends = (place for place, item in enumerate(paragraphs) if item.find(f".//{tag('sectPr')}") is not None)
    text = next(ends, len(paragraphs)) - 1
    while text >= 0 and _keeps(paragraphs[text]):
        text -= 1
    if text >= 0 and (properties := paragraphs[text].find(tag("pPr"))) is not None:
        style = properties.find(tag("pStyle"))
        properties.insert(0 if style is None else 1, properties.makeelement(tag("keepNext")))


def _keeps(paragraph: _Element) -> bool:
    """Whether the paragraph is one of those that the template holds together, by itself or by its style."""
    return paragraph.find(f"{tag('pPr')}/{tag('keepNext')}") is not None

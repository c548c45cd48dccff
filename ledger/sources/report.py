"""The work report (政府工作报告) as a draft ledger: only its plan part, one row a commitment.

Headings of every form become sections, the expected targets (主要预期目标) indicators, the numbered livelihood list
(十件实事, 票决候选项目) annex 2. Every row keeps the sentence it was taken from; nothing is filled in that the report
does not say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.finding import Finding, finding
from ledger.indicators import Target, targets
from ledger.sources.blocks import Block, Paragraph
from ledger.sources.notes import without_notes
from ledger.task import Draft

__all__ = ["Commitment", "Heading", "Planned", "planned"]

_FIRST = re.compile(r"[一二三四五六七八九十]+、\s*\S")
_SECOND = re.compile(r"[（(](?:[一二三四五六七八九十]+|\d{1,2})[)）]\s*\S")
_ITEM_MARK = re.compile(r"(?:^|(?<=[；;：:。，,\s]))(\d{1,2})\s*[.．、]\s*")
_REVIEW = re.compile(r"回顾|总结|过去|年来(?:的)?工作|主要成绩|工作情况|工作成效")
_PLAN = re.compile(r"安排|部署|任务|打算|建议|要求|重点工作|主要工作|目标|今年|工作思路")
_YEARS = re.compile(r"(?:今后|未来|接下来)[三五]年|十四五|十五五|奋斗目标")
_EXPECTED = re.compile(r"预期目标|主要目标|发展目标|主要指标")
_GOALS = "主要预期目标"
_LIVELIHOOD = re.compile(r"民生实事|件实事|实事项目|票决")
_HEADING_END = re.compile(r"[。！!]")
_LONGEST_HEADING, _LONGEST_RUN_IN, _LONGEST_HALF = 45, 22, 8  # characters
_SPOKEN = re.compile(
    r"^(?:各位代表|同志们|让我们|为实现上述|围绕上述|上述|以上)|我们将(?:重点)?(?:做好|抓好)|请予?审议"
)
_ACTS = re.compile(
    r"推进|推动|加快|完成|实施|建设|建成|新建|改造|打造|确保|力争|深化|强化|加强|健全|完善|提升|提高|做好|抓好|落实|开展"
    r"|引导|支持|培育|引进|招引|争取|启动|组织|优化|创建|实现|推广|整治|治理|新增|扩大|发展|推行|探索|严格|坚决|持续|全面"
    r"|严守|规范|落地|加大|制定|出台|建立|构建|设立|开工|竣工|办好|化解|\d"
)
_LEAST = 6  # characters of a commitment
_YEAR = re.compile(r"(20\d\d)年\s*\d{1,2}月\s*\d{1,2}日")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the plan part; ``level`` 1 is 一、, 2 （一）, 3 the short sentence that begins a paragraph."""

    level: int
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """A row of the draft with the sentence that it was taken from and the targets that the sentence sets."""

    draft: Draft
    source: str
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What a report plans: rows of annex 1 (of them the expected targets in ``goals``), the livelihood list as annex 2,
    headings in order."""

    title: str = ""
    year: int | None = None
    headings: tuple[Heading, ...] = ()
    goals: tuple[Commitment, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    livelihood: tuple[Commitment, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def expected(self) -> tuple[Target, ...]:
        """The expected targets (主要预期目标)."""
        return tuple(target for goal in self.goals for target in goal.targets)


@dataclass(slots=True)
class _Draft:
    """Rows as they are gathered, and under which headings one stands."""

    year: int
    section: str = ""
    subsection: str = ""
    headings: list[Heading] = field(default_factory=list)
    goals: list[Commitment] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    livelihood: list[Commitment] = field(default_factory=list)
    listing: bool = False

    def heading(self, level: int, text: str, place: str) -> None:
        """A heading comes; those below it end."""
        self.headings.append(Heading(level, text, place))
        self.listing = False
        if level < 3:
            self.section, self.subsection = text, ""
        else:
            self.subsection = text

    def row(self, annex: int, text: str, source: str, place: str, number: int | None = None) -> None:
        """One more row, under the present headings."""
        own = annex == 1
        draft = Draft(
            annex=annex,
            printed_no=number,
            section=self.section or None if own else None,
            subsection=self.subsection or None if own else None,
            text=text,
            place=place,
        )
        rows = self.commitments if own else self.livelihood
        rows.append(Commitment(draft, source, targets(text, self.year)))


def planned(blocks: Sequence[Block], name: str, year: int | None = None) -> Planned:
    """The draft of a work report; ``year`` is the plan's where the report does not say when it was given.

    A document without a plan part gives no row and a finding; ``name`` is the document's, for that.
    """
    lines = without_notes([block for block in blocks if isinstance(block, Paragraph)])
    title = next((line.text for line in lines if "工作报告" in re.sub(r"\s", "", line.text)), "")
    told = next((int(found[1]) for line in lines[:12] if (found := _YEAR.search(line.text))), None)
    whose = told or year or 0
    plan = _plan_part(lines)
    if not plan:
        return Planned(title, told, findings=(finding("plan_missing", value=name),))
    draft = _Draft(whose)
    for line in plan:
        _take(line, draft)
    return Planned(
        re.sub(r"\s", "", title),
        told,
        tuple(draft.headings),
        tuple(draft.goals),
        tuple(draft.commitments),
        tuple(draft.livelihood),
    )


def _plan_part(lines: Sequence[Paragraph]) -> list[Paragraph]:
    """From the heading of this year's plan to the end, headings about five years and their text left out."""
    kept: list[Paragraph] = []
    inside = False
    for line in lines:
        if _FIRST.match(line.text) and len(line.text) <= _LONGEST_HEADING:
            if not inside:
                inside = _PLAN.search(line.text) is not None and not _REVIEW.search(line.text)
                skipped = False
            skipped = inside and _YEARS.search(line.text) is not None
        if inside and not skipped:
            kept.append(line)
    return kept


def _take(line: Paragraph, draft: _Draft) -> None:
    """One paragraph of the plan part."""
    text, place = line.text, line.place
    if len(text) <= _LONGEST_HEADING and (_FIRST.match(text) or _SECOND.match(text)):
        draft.heading(1 if _FIRST.match(text) else 2, text.rstrip("。"), place)
    elif draft.listing and _ITEM_MARK.match(text):
        _items(text, place, draft)
    elif _LIVELIHOOD.search(text) and len(_marks(text)) > 1:
        draft.listing = True
        _items(text, place, draft)
    elif _EXPECTED.search(text) and (found := list(_expected(text, place, draft.year))):
        draft.goals += found
    else:
        draft.listing = _LIVELIHOOD.search(text) is not None
        _body(text, place, draft)


def _items(text: str, place: str, draft: _Draft) -> None:
    """Numbered items, one or several in a paragraph."""
    marks = _marks(text)
    for (number, _, start), following in zip(marks, [*marks[1:], None], strict=True):
        source = text[start : following[1] if following else len(text)].strip()
        item = _HEADING_END.split(source)[0].strip("；;。 ")
        if item:
            draft.row(2, item, source, place, number)


def _marks(text: str) -> list[tuple[int, int, int]]:
    """Number, start and end of every item's mark; each number follows the one before, so 4.15分钟 is item 4."""
    found: list[tuple[int, int, int]] = []
    first = _ITEM_MARK.search(text)
    while first:
        number = int(first[1])
        found.append((number, first.start(1), first.end()))
        pattern = re.compile(rf"(?:^|(?<=[；;：:。，,\s]))({number + 1})\s*[.．、]\s*")
        first = pattern.search(text, first.end())
    return found


def _expected(text: str, place: str, year: int) -> Iterator[Commitment]:
    """A row for every target of the sentences that name them as expected."""
    for sentence in filter(_EXPECTED.search, re.findall(r"[^。]+。?", text)):
        for target in targets(sentence, year):
            if target.quantity:
                draft = Draft(annex=1, section=_GOALS, text=target.said, place=place)
                yield Commitment(draft, sentence.strip(), (target,))


def _body(text: str, place: str, draft: _Draft) -> None:
    """A paragraph's commitments; a short first sentence with more behind it is a heading."""
    if _SPOKEN.match(text):
        return
    sentences = [sentence for sentence in re.split(r"(?<=[。！!])", text) if sentence.strip()]
    if draft.section and len(sentences) > 1 and _is_run_in(sentences[0]):
        draft.heading(3, sentences[0].rstrip("。"), place)
        draft.listing = _LIVELIHOOD.search(text) is not None
        sentences = sentences[1:]
    if len(draft.headings) < 2 and not _SECOND.match(text) and draft.headings and draft.headings[0].level == 1:
        return  # what stands before the first （一） speaks of the year as a whole
    for sentence in sentences:
        for part in _parts(sentence):
            draft.row(1, part, sentence.strip(), place)


def _is_run_in(sentence: str) -> bool:
    """推进重大项目落地见效。 or 实干立身，落实为民之政。"""
    halves = sentence.rstrip("。！!").split("，")
    short = len(halves) == 1 or (len(halves) == 2 and max(map(len, halves)) <= _LONGEST_HALF)
    return short and len(sentence) <= _LONGEST_RUN_IN and not re.search(r"[\d；：]", sentence)


def _parts(sentence: str) -> Iterator[str]:
    """The commitments of a sentence: ； separates them, and talk is none."""
    for part in re.split(r"[；;]", sentence):
        said = part.strip("。！! ")
        if len(said) >= _LEAST and _ACTS.search(said) and not _SPOKEN.search(said) and not _LIVELIHOOD.search(said):
            yield said

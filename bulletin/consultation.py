"""征求意见: before a bulletin is approved, every unit that it names gets what is said about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bulletin.content import Content, Group, Problem
from bulletin.paper import Value, date_words, flat, paper
from bulletin.text import sentence
from ledger.schema import Schema
from ledger.snapshot import Line, Snapshot

__all__ = ["Extract", "extracts", "render_consultation"]

_OVERVIEW, _PROBLEMS = "基本情况", "存在的问题"
_SENTENCE = re.compile("[^。]*。|[^。]+$")


@dataclass(frozen=True, slots=True)
class Extract:
    """What the bulletin says about one unit: by chapter its sentences, as the bulletin prints them."""

    unit: str
    chapters: Mapping[str, tuple[str, ...]]


def extracts(content: Content, snapshot: Snapshot) -> list[Extract]:
    """One for every unit that the bulletin names or whose task it criticises, in the order of the ledger."""
    named = [(sentence, _named(sentence, snapshot)) for sentence in _sentences(content.overview)]
    groups = [(group, [(one, _units(one, snapshot)) for one in group.problems]) for group in content.groups]
    found = []
    for unit in _every_unit(snapshot):
        overview = tuple(said for said, units in named if unit in units)
        problems = tuple(filter(None, (_said(group, _of(unit, pairs)) for group, pairs in groups)))
        chapters = {_OVERVIEW: overview, _PROBLEMS: problems}
        if overview or problems:
            found.append(Extract(unit, {title: said for title, said in chapters.items() if said}))
    return found


def render_consultation(extract: Extract, title: str, day: date, schema: Schema, template: bytes) -> bytes:
    """The letter to one unit about the bulletin with this title, dated ``day``, as a Word document.

    A `BulletinError` says what is wrong with the template.
    """
    parts = [
        {"标题": f"{number}、“{chapter}”部分", "段落": said}
        for number, (chapter, said) in zip("一二", extract.chapters.items(), strict=False)
    ]
    context: Mapping[str, Value] = {
        "发文机关标志": schema.document.issuer,
        "发文机关": schema.document.issuer,
        "主送单位": flat(extract.unit),
        "通报标题": flat(title),
        "涉及内容": parts,
        "反馈时限": date_words(day + timedelta(schema.papers.comment_days)),
        "督办单位": schema.office.name,
        "联系方式": schema.office.reached,
        "成文日期": date_words(day),
    }
    return paper(template, "consultation.docx", context, schema.document.format)


def _every_unit(snapshot: Snapshot) -> list[str]:
    """All units that answer for a task, and those that are missing."""
    names = (name for line in snapshot.lines for name in _answering(line))
    return list(dict.fromkeys([*names, *snapshot.missing]))


def _answering(line: Line) -> Iterator[str]:
    if line.reporter:
        yield line.reporter
    yield from line.task.lead_units


def _sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    return (found[0] for paragraph in paragraphs for found in _SENTENCE.finditer(paragraph))


def _named(said: str, snapshot: Snapshot) -> set[str]:
    """The units whose names stand in a sentence; a name inside a longer one is not meant."""
    longest_first = sorted(_every_unit(snapshot), key=len, reverse=True)
    return set(re.findall("|".join(map(re.escape, longest_first)), said)) if longest_first else set()


def _units(problem: Problem, snapshot: Snapshot) -> set[str]:
    """Who answers for the task of a problem; sub-items share a number, so that the text decides between them."""
    lines = [line for line in snapshot.lines if (line.task.annex, line.task.no) in problem.places]
    own = [line for line in lines if (said := sentence(line.values.get("problems", ""))) and said in problem.text]
    return {unit for line in own or lines for unit in _answering(line)}


def _of(unit: str, pairs: Sequence[tuple[Problem, set[str]]]) -> list[Problem]:
    return [problem for problem, units in pairs if unit in units]


def _said(group: Group, problems: Sequence[Problem]) -> str:
    """The paragraph of a category with these problems alone; empty without any."""
    if not problems:
        return ""
    lead = f"{group.lead}如：" if group.lead else ""
    return group.heading + lead + "".join(f"{one.label}（{one.reference}）{one.text}" for one in problems)

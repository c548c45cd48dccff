"""征求意见: before a bulletin is approved, every unit that it names gets what is said about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from bulletin.content import Content, Group, Problem
from bulletin.paper import Value, paper
from bulletin.text import flat, printed_day, sentence
from ledger.schema import Schema
from ledger.snapshot import Line, Snapshot
from ledger.wording import Wording, sentences

__all__ = ["Extract", "extracts", "render_consultation"]

_OVERVIEW, _PROBLEMS = "基本情况", "存在的问题"
_INNER = str.maketrans("《》", "〈〉")  # marks of a title inside a title
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Extract:
    """What the bulletin says about one unit: by chapter its sentences, as the bulletin prints them."""

    unit: str
    chapters: Mapping[str, tuple[str, ...]]


def extracts(content: Content, snapshot: Snapshot, wording: Wording) -> list[Extract]:
    """One for every unit that the bulletin names or whose task it criticises, in the order of the ledger.

    ``wording`` is the part of the office's words that stands in the bulletin (`bulletin.rewording.applicable`). A shape
    of the publication without these chapters says nothing about anybody.
    """
    if content.shape != "bulletin":
        return []
    overview = _naming(_overview(content, wording), snapshot)
    groups = [(group, [(one, _units(one, snapshot)) for one in group.problems]) for group in content.groups]
    behind = [_naming(wording.added.get(group.heading, ()), snapshot) for group in content.groups]
    above = _naming(wording.added.get(f"二、{_PROBLEMS}", ()), snapshot)
    found = []
    for unit in _every_unit(snapshot):
        problems = (*_of(unit, above), *_troubles(unit, groups, behind, wording))
        chapters = {_OVERVIEW: _of(unit, overview), _PROBLEMS: problems}
        if any(chapters.values()):
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
        "通报标题": flat(title).translate(_INNER),
        "涉及内容": parts,
        "反馈时限": printed_day(day + timedelta(schema.papers.comment_days)),
        "督办单位": schema.office.name,
        "联系方式": schema.office.reached,
        "成文日期": printed_day(day),
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


def _overview(content: Content, wording: Wording) -> Iterator[str]:
    """Sentence by sentence in the office's words, and the paragraphs that it added."""
    yield from wording.added.get(f"一、{_OVERVIEW}", ())
    for paragraph in content.overview:
        drafted = sentences(paragraph)
        yield from filter(None, (wording.said.get(text, text) for text in drafted))
        yield from wording.added.get(drafted[0], ())


def _naming(texts: Iterable[str], snapshot: Snapshot) -> list[tuple[str, set[str]]]:
    """Each text with the units that it names."""
    return [(text, _named(text, snapshot)) for text in texts]


def _named(said: str, snapshot: Snapshot) -> set[str]:
    """The units whose names stand in a sentence; a name inside a longer one is not meant."""
    longest_first = sorted(_every_unit(snapshot), key=len, reverse=True)
    return set(re.findall("|".join(map(re.escape, longest_first)), said)) if longest_first else set()


def _units(problem: Problem, snapshot: Snapshot) -> set[str]:
    """Who answers for the task of a problem; sub-items share a number, so that the text decides between them."""
    lines = [line for line in snapshot.lines if (line.task.annex, line.task.no) in problem.places]
    own = [line for line in lines if (said := sentence(line.values.get("problems", ""))) and said in problem.text]
    return {unit for line in own or lines for unit in _answering(line)}


def _of(unit: str, pairs: Iterable[tuple[_Thing, set[str]]]) -> tuple[_Thing, ...]:
    return tuple(thing for thing, units in pairs if unit in units)


def _troubles(
    unit: str,
    groups: Sequence[tuple[Group, Sequence[tuple[Problem, set[str]]]]],
    behind: Sequence[Sequence[tuple[str, set[str]]]],
    wording: Wording,
) -> Iterator[str]:
    """What is said of a unit in each category, and the paragraphs about it that the office added there."""
    for (group, pairs), paragraphs in zip(groups, behind, strict=True):
        if said := _said(group, _of(unit, pairs), wording):
            yield said
        yield from _of(unit, paragraphs)


def _said(group: Group, problems: Sequence[Problem], wording: Wording) -> str:
    """The paragraph of a category with these problems alone; empty without any, or where the office says none."""
    said = ""
    for problem in problems:
        text = wording.of(group.drafted(problem))
        missed = bool(text) and not said and problem is not group.problems[0]
        said += wording.of(group.opening) + text if missed else text
    return wording.of(group.heading) + said if said else ""

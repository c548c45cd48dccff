"""Drafts to tasks: ids given once, numbers repaired, and what a second import may not change."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from pydantic import BaseModel, ConfigDict

from ledger.finding import Finding, finding
from ledger.indicators import similarity
from ledger.names import Kind, known_names, split_names
from ledger.numbering import Number, repaired
from ledger.roster import Roster
from ledger.schema import Annex, Schema
from ledger.task import Draft, Extract, Task, folded

__all__ = ["Decomposition", "decompose"]

_SIMILAR = 0.6  # share of equal text from which two rows with one number are the same task reworded
_KINDS: tuple[tuple[str, Kind], ...] = (("leaders", "people"), ("lead_units", "units"), ("responsible_units", "units"))
_Names = dict[str, tuple[str, ...]]


class Decomposition(BaseModel):
    """What an import adds: new tasks in order, reported cells by task id and column key, and findings."""

    model_config = ConfigDict(frozen=True)

    tasks: tuple[Task, ...] = ()
    reports: Mapping[str, Mapping[str, str]] = {}
    findings: tuple[Finding, ...] = ()


def decompose(extract: Extract, schema: Schema, existing: Sequence[Task], roster: Roster | None) -> Decomposition:
    """Turn a document's rows into tasks of the ledger that do not stand in it yet.

    A row with the text (and project) of an existing task is that task. One with the number of an existing task and
    a similar text is left out with a finding. Every other row is a new task with a free number and id. ``reports``
    holds the filled reported cells of the first and the last kind of row.
    """
    split = _Splitter(extract.drafts, existing, roster)
    tasks: list[Task] = []
    reports: dict[str, Mapping[str, str]] = {}
    findings = list(extract.findings)
    numbers = dict.fromkeys(draft.annex for draft in extract.drafts)
    for number in numbers:
        annex = schema.annex(number)
        drafts = [draft for draft in extract.drafts if draft.annex == number]
        there = [task for task in existing if task.annex == number]
        known, differing = _matched(drafts, there)
        fresh = [index for index in range(len(drafts)) if index not in known and index not in differing]
        findings += [
            finding("text_differs", task=task.id, ref=task.reference, place=drafts[index].place)
            for index, task in differing.items()
        ]
        given, faults = _identified([drafts[index] for index in fresh], annex, there)
        findings += faults
        names = split.names(drafts)
        findings += [item for index in fresh for item in split.doubts(drafts[index])]
        ids = {index: task.id for index, task in known.items()}
        for index, (name, no) in zip(fresh, given, strict=True):
            ids[index] = name
            tasks.append(_task(drafts[index], name, no, names[index]))
        for index in sorted(ids):
            filled = {key: text for key, text in drafts[index].reported.items() if folded(text)}
            if filled:
                reports[ids[index]] = filled
    return Decomposition(tasks=tuple(tasks), reports=reports, findings=tuple(findings))


def _task(draft: Draft, name: str, no: int, names: _Names) -> Task:
    return Task(
        id=name,
        annex=draft.annex,
        no=no,
        printed_no=draft.printed_no,
        section=draft.section,
        subsection=draft.subsection,
        project=draft.project,
        text=draft.text,
        printed=draft.printed,
        inherited=draft.inherited,
        **names,
    )


class _Splitter:
    """Splits cells into names with everything that the document, the ledger and the roster know."""

    def __init__(self, drafts: Iterable[Draft], existing: Sequence[Task], roster: Roster | None) -> None:
        self._known: dict[str, frozenset[str]] = {}
        rows = list(drafts)
        for kind in ("people", "units"):
            keys = [key for key, other in _KINDS if other == kind]
            cells = [draft.printed.get(key, "") for draft in rows for key in keys]
            held = {name for task in existing for key in keys for name in getattr(task, key)}
            listed = roster.names if roster else frozenset()
            self._known[kind] = known_names(cells, kind) | held | listed

    def names(self, drafts: Sequence[Draft]) -> list[_Names]:
        """The names of each row; an inherited row has those of the row above."""
        done: list[_Names] = []
        for draft in drafts:
            row = {key: split_names(draft.printed.get(key, ""), self._known[kind], kind)[0] for key, kind in _KINDS}
            done.append(done[-1] if draft.inherited and done and not any(row.values()) else row)
        return done

    def doubts(self, draft: Draft) -> Iterator[Finding]:
        """The cells of a row of which it is not clear how many names they hold."""
        for key, kind in _KINDS:
            text = draft.printed.get(key, "")
            if not split_names(text, self._known[kind], kind)[1]:
                yield finding("name_unclear", place=draft.place, value=text)


def _matched(drafts: Sequence[Draft], existing: Sequence[Task]) -> tuple[dict[int, Task], dict[int, Task]]:
    """Rows that are existing tasks, and rows that look like a reworded one, both by their index."""
    waiting: defaultdict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in existing:
        waiting[folded(task.project or ""), folded(task.text)].append(task)
    known: dict[int, Task] = {}
    for index, draft in enumerate(drafts):
        same = waiting[folded(draft.project or ""), folded(draft.text)]
        if same:
            known[index] = same.pop(0)
    taken = {task.id for task in known.values()}
    differing: dict[int, Task] = {}
    for index, draft in enumerate(drafts):
        left = [task for task in existing if task.id not in taken and draft.printed_no in {task.no, task.printed_no}]
        near = max(left, key=lambda task: similarity(task.text, draft.text), default=None)
        if index not in known and near and similarity(near.text, draft.text) >= _SIMILAR:
            differing[index] = near
            taken.add(near.id)
    return known, differing


def _identified(
    drafts: Sequence[Draft], annex: Annex, existing: Sequence[Task]
) -> tuple[list[tuple[str, int]], list[Finding]]:
    """An id and a number for every new row, and what was wrong with the printed numbers."""
    if annex.has_projects:
        return _sub_items(drafts, annex, existing)
    numbers = repaired(_running(drafts), _taken(existing))
    given = [(f"A{annex.no}-{number.no:03d}", number.no) for number in numbers]
    rows = zip(drafts, given, numbers, strict=True)
    return given, [item for draft, (name, _), number in rows for item in _faults(draft, name, number)]


def _sub_items(
    drafts: Sequence[Draft], annex: Annex, existing: Sequence[Task]
) -> tuple[list[tuple[str, int]], list[Finding]]:
    """The same for annexes whose rows are parts of projects; a project keeps the number that it has."""
    held = {folded(task.project or ""): _id_number(task) for task in existing}
    groups = [
        list(group) for _, group in groupby(drafts, key=lambda draft: (draft.printed_no, folded(draft.project or "")))
    ]
    new = [group for group in groups if folded(group[0].project or "") not in held]
    numbers = repaired([group[0].printed_no for group in new], _taken(existing))
    findings = [
        item
        for group, number in zip(new, numbers, strict=True)
        for item in _faults(group[0], f"A{annex.no}-{number.no:02d}.1", number)
    ]
    fresh = iter(numbers)
    used = {task.id for task in existing}
    given: list[tuple[str, int]] = []
    for group in groups:
        no = held.get(folded(group[0].project or "")) or next(fresh).no
        for name in _free(annex, no, used, len(group)):
            used.add(name)
            given.append((name, no))
    return given, findings


def _free(annex: Annex, no: int, used: set[str], count: int) -> Iterator[str]:
    """The next ids of project ``no``; numbers behind the point never come back once used."""
    prefix = f"A{annex.no}-{no:02d}."
    last = max((int(name[len(prefix) :]) for name in used if name.startswith(prefix)), default=0)
    yield from (f"{prefix}{part}" for part in range(last + 1, last + count + 1))


def _running(drafts: Sequence[Draft]) -> list[int | None]:
    """Printed numbers, running on where a new section counts from 1 again: that is a habit, not a fault."""
    numbers: list[int | None] = []
    shift = last = 0
    section: tuple[str | None, str | None] = (None, None)
    for draft in drafts:
        no = draft.printed_no
        if no == 1 and last > 1 and (draft.section, draft.subsection) != section:
            shift = last
        section = draft.section, draft.subsection
        numbers.append(None if no is None else no + shift)
        last = max(last, numbers[-1] or 0)
    return numbers


def _taken(existing: Sequence[Task]) -> set[int]:
    return {task.no for task in existing} | {_id_number(task) for task in existing}


def _id_number(task: Task) -> int:
    found = re.fullmatch(r"A\d+-(\d+)(?:\.\d+)?", task.id)
    return int(found[1]) if found else task.no


def _faults(draft: Draft, name: str, number: Number) -> Iterator[Finding]:
    if number.fault == "repeated":
        yield finding("number_repeated", task=name, place=draft.place, value=draft.printed_no, number=number.no)
    elif number.fault == "missing":
        yield finding("number_missing", task=name, place=draft.place, number=number.no)
    elif number.fault == "gap":
        yield finding("number_gap", task=name, place=draft.place, before=number.before, value=draft.printed_no)

"""The bulletin as facts and draft sentences, from the ledger alone; no date but the period's comes in."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bulletin.annex import Table, table
from bulletin.errors import BulletinError
from bulletin.text import cleaned, label, sentence
from ledger.problems import sorted_problems
from ledger.schema import Annex, Category, Schema
from ledger.snapshot import Line, Snapshot

__all__ = ["Content", "Counts", "Group", "Problem", "Share", "content"]

_STATES = {
    "done": "已完成", "on_track": "正常推进", "behind": "进度滞后", "not_started": "未启动", "other": "其他状态",
}  # fmt: skip
_SILENT = "未报送"


@dataclass(frozen=True, slots=True)
class Share:
    """One annex's part of the total; ``projects`` is 0 where rows are not sub-items of projects."""

    name: str
    projects: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of 基本情况; ``states`` add up to ``total``, ``shares`` to ``total`` and ``repeated``.

    ``repeated`` tasks stand in two annexes and are counted once (同一事项); ended ones are not counted.
    """

    total: int
    shares: tuple[Share, ...]
    states: Mapping[str, int]
    problems: int
    unassigned: int
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One task's problem as the bulletin says it: label（附件1：26）text; ``places`` are annex and number of each row
    in which the task is printed."""

    label: str
    places: tuple[tuple[int, int], ...]
    text: str

    @property
    def reference(self) -> str:
        """附件1：26, or 附件1：66）（附件2：8 where the task stands in two annexes."""
        return "）（".join(f"附件{annex}：{number}" for annex, number in self.places)


@dataclass(frozen=True, slots=True)
class Group:
    """The problems of one category under its numbered heading."""

    heading: str
    lead: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the bulletin says, in the order of the page."""

    title: str
    addressee: str
    opening: str
    counts: Counts
    overview: tuple[str, ...]
    groups: tuple[Group, ...]
    requirements: tuple[str, ...]
    attachments: tuple[str, ...]
    issuer: str
    date: str
    annexes: tuple[Table, ...]


def content(schema: Schema, snapshot: Snapshot) -> Content:
    """Draft the bulletin of the snapshot's period in the words of the schema's ``document``."""
    _known_annexes(schema, snapshot.lines)
    document, words = schema.document, _words(schema, snapshot)
    live = [line for line in snapshot.lines if not line.task.ended]
    groups = _groups(schema, live)
    counts = _counts(schema, live, sum(len(group.problems) for group in groups))
    titles = {annex.no: _filled(annex.title, words) for annex in schema.annexes}
    return Content(
        title=_filled(document.title, words),
        addressee=cleaned(document.addressee),
        opening=_filled(document.opening, words),
        counts=counts,
        overview=tuple(_overview(counts, snapshot, schema)),
        groups=groups,
        requirements=tuple(f"{no}.{_filled(text, words)}" for no, text in enumerate(document.requirements, 1)),
        attachments=tuple(f"{no}.{title}" for no, title in titles.items()),
        issuer=cleaned(document.issuer),
        date=_day(snapshot.period.end),
        annexes=tuple(
            table(schema, annex, titles[annex.no], _of(annex, snapshot.lines)) for annex in schema.annexes
        ),
    )  # fmt: skip


def _counts(schema: Schema, every: Sequence[Line], problems: int) -> Counts:
    lines = [line for line in every if not line.task.linked]
    states = Counter(_state(schema, line) for line in lines)
    return Counts(
        total=len(lines),
        shares=tuple(_share(annex, _of(annex, every)) for annex in schema.annexes),
        states={state: states[state] for state in (*_STATES.values(), _SILENT)},
        problems=problems,
        unassigned=sum(line.reporter is None for line in lines),
        repeated=len(every) - len(lines),
    )


def _share(annex: Annex, lines: Sequence[Line]) -> Share:
    projects = {(line.task.no, line.task.project) for line in lines} if annex.has_projects else ()
    return Share(annex.name, len(projects), len(lines))


def _state(schema: Schema, line: Line) -> str:
    return _STATES[schema.means(_status(schema, line))] if line.reported else _SILENT


def _status(schema: Schema, line: Line) -> str:
    keys = (key for key, column in schema.columns.items() if column.type == "status")
    return next(filter(None, (line.values.get(key, "").strip() for key in keys)), "")


def _overview(counts: Counts, snapshot: Snapshot, schema: Schema) -> Iterator[str]:
    day = _day(snapshot.period.end)
    twice = f"；同时列入两个附件的{counts.repeated}项只计一次" if counts.repeated else ""
    yield f"列入督查台账的任务共{counts.total}项{_share_words(counts.shares)}{twice}。"
    yield f"截至{day}，{_state_words(counts, any(_status(schema, line) for line in snapshot.lines))}。" + (
        f"各单位反映存在问题的任务{counts.problems}项（详见第二部分）。" if counts.problems else ""
    )
    if counts.unassigned:
        yield f"填报单位待指定的任务{counts.unassigned}项。"
    if snapshot.missing:
        yield f"截至{day}，尚未报送的单位有{len(snapshot.missing)}个：{'、'.join(map(cleaned, snapshot.missing))}。"


def _share_words(shares: Sequence[Share]) -> str:
    if len(shares) == 1:
        return (f"，分属{shares[0].projects}个项目" if shares[0].projects else "") + f"（详见{shares[0].name}）"
    parts = (f"{share.projects}个项目，共{share.tasks}项" if share.projects else f"{share.tasks}项" for share in shares)
    named = zip(shares, parts, strict=True)
    return "。其中，" + "；".join(f"{share.name}所列{part}" for share, part in named)


def _state_words(counts: Counts, graded: bool) -> str:
    """The states that occur; where no unit gives a status word, only who reported and who did not."""
    silent = counts.states[_SILENT]
    states = counts.states if graded else {"已报送": counts.total - silent, _SILENT: silent}
    return "，".join(f"{state}{number}项" for state, number in states.items() if number) or "没有任务"


def _groups(schema: Schema, lines: Iterable[Line]) -> tuple[Group, ...]:
    found: dict[Category, list[Problem]] = {}
    every = list(lines)
    for category, line in sorted_problems(schema, (line for line in every if not line.task.linked)):
        task, text = line.task, sentence(line.values["problems"])
        same = (other.task for other in every if other.task.linked == task.id)
        places = tuple(dict.fromkeys((one.annex, one.no) for one in (task, *same)))
        found.setdefault(category, []).append(Problem(label(task.project, task.text), places, text))
    return tuple(
        Group(f"{no}.{cleaned(category.name)}。", cleaned(category.lead), tuple(problems))
        for no, (category, problems) in enumerate(found.items(), 1)
    )


def _known_annexes(schema: Schema, lines: Iterable[Line]) -> None:
    known = {annex.no for annex in schema.annexes}
    if strange := sorted({line.task.annex for line in lines} - known):
        raise BulletinError(f"台账里有附件{strange[0]}的任务，但schema.yaml的annexes里没有附件{strange[0]}，请补上。")


def _of(annex: Annex, lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.task.annex == annex.no)


def _words(schema: Schema, snapshot: Snapshot) -> dict[str, str]:
    return {"year": str(schema.year), "region": schema.office.region, "period": snapshot.period.label}


def _filled(text: str, words: Mapping[str, str]) -> str:
    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            allowed = "、".join(f"{{{name}}}" for name in words)
            raise BulletinError(f"schema.yaml里的“{found[0]}”不认识，标题和通报文字里只能用{allowed}。")
        return words[found[1]]

    return cleaned(re.sub(r"\{(\w+)\}", word, text))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

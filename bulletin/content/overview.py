"""一、基本情况: how many tasks there are, how they stand, who has not reported."""

from collections.abc import Iterator, Sequence

from bulletin.content.change import change
from bulletin.content.headlines import headlines
from bulletin.content.model import Counts, Share
from bulletin.content.ranking import tasks_named, units_named
from bulletin.content.said import COUNT, QUOTE, Fact, Paragraph, Piece, Sentence, counted, listed
from bulletin.content.view import SILENT, STATES, Item, View, sorted_into
from bulletin.text import flat, printed_day
from ledger.measures import LIGHTS, Light
from ledger.schema import Annex

__all__ = ["counts", "overview"]

_MEANS: dict[Light, str] = {
    "blue": "已完成", "green": "正常", "yellow": "落后", "red": "严重落后或逾期", "grey": "未报送或无法判断",
}  # fmt: skip
_TOLD: dict[Light, str] = {light: f"{LIGHTS[light]}灯（{words}）" for light, words in _MEANS.items()}


def counts(view: View, problems: int, silent: int) -> Counts:
    """The figures of the chapter. ``problems`` are the tasks with a problem, ``silent`` those behind without one."""
    return Counts(
        total=len(view.counted),
        shares=tuple(_share(view, annex) for annex in view.schema.annexes),
        states={state: len(items) for state, items in _states(view).items()},
        lights={light: len(items) for light, items in _lights(view).items()},
        problems=problems,
        behind=silent,
        unassigned=len(_unassigned(view)),
        repeated=len(view.items) - len(view.counted),
    )


def overview(view: View, problems: Sequence[Item], silent: Sequence[Item]) -> tuple[Paragraph, ...]:
    """The chapter's paragraphs; what there is nothing to say about is left out."""
    told = (
        [_totals(view)],
        [_standing(view), *_doubted(view), *_stale(view), *_lit(view), *_troubled(problems, silent)],
        headlines(view),
        change(view),
        [*units_named(view), *tasks_named(view)],
        list(_open(view)),
        list(_late(view)),
    )
    return tuple(tuple(paragraph) for paragraph in told if paragraph)


def _totals(view: View) -> Sentence:
    annexes = view.schema.annexes
    pieces: list[Piece] = ["列入督查台账的任务共", counted((item.id for item in view.counted), "counts"), "项"]
    if len(annexes) == 1:
        projects = _projects(view, annexes[0])
        pieces += ["，分属", projects, "个项目"] if projects else []
        pieces += [f"（详见{annexes[0].name}）"]
    else:
        parts = [_part(view, annex) for annex in annexes]
        pieces += ["。其中，", *listed(parts, "；")]
    if again := [item.id for item in view.items if not item.counted]:
        pieces += ["；同时列入两个附件的", counted(again, "counts"), "项只计一次"]
    return Sentence((*pieces, "。"))


def _part(view: View, annex: Annex) -> list[Piece]:
    rows = counted((item.id for item in _of(view, annex)), "ref")
    projects = _projects(view, annex)
    head: list[Piece] = [projects, "个项目，共"] if projects else []
    return [f"{annex.name}所列", *head, rows, "项"]


def _projects(view: View, annex: Annex) -> Fact | None:
    """How many projects an annex has; None where its rows are no sub-items, or there are none."""
    items = _of(view, annex) if annex.has_projects else []
    names = {(item.line.task.no, item.line.task.project) for item in items}
    cells = tuple((item.id, "project") for item in items)
    return Fact(str(len(names)), f"{COUNT}（不重复）", cells) if names else None


def _share(view: View, annex: Annex) -> Share:
    projects = _projects(view, annex)
    return Share(annex.name, int(projects.said) if projects else 0, len(_of(view, annex)))


def _of(view: View, annex: Annex) -> list[Item]:
    return [item for item in view.items if item.line.task.annex == annex.no]


def _states(view: View) -> dict[str, list[Item]]:
    return sorted_into(STATES, view.counted, lambda item: item.state)


def _standing(view: View) -> Sentence:
    """The states that occur; where no unit gives a status word, only who reported and who did not."""
    states = _states(view)
    if not view.graded:
        silent = states[SILENT]
        states = {"已报送": [item for item in view.counted if item.state != SILENT], SILENT: silent}
    parts: list[list[Piece]] = [
        [state, counted((item.id for item in items), "state"), "项"] for state, items in states.items() if items
    ]
    return Sentence((f"截至{printed_day(view.end)}，", *(listed(parts) or ["没有任务"]), "。"))


def _doubted(view: View) -> Iterator[Sentence]:
    """Tasks that are counted as done and whose texts say otherwise: the count stays the ledger's, and is not hidden."""
    if items := [item for item in view.counted if item.premature]:
        yield Sentence(
            ("已完成的任务中有", counted((item.id for item in items), "state"), "项填报的内容与此不符，待核实。")
        )


def _stale(view: View) -> Iterator[Sentence]:
    """In a quarter or a year: whose newest text is of an earlier period."""
    if items := [item for item in view.counted if item.line.stale and item.state != SILENT]:
        yield Sentence(("有", counted((item.id for item in items), "stale"), "项沿用此前的填报，本期没有更新。"))


def _lights(view: View) -> dict[Light, list[Item]]:
    found = sorted_into(LIGHTS, view.counted, lambda item: item.line.light or "grey")
    return {light: found[light] for light in LIGHTS}


def _lit(view: View) -> Iterator[Sentence]:
    """Nothing where every light is grey: an office that uses none."""
    lights = _lights(view)
    if any(items for light, items in lights.items() if light != "grey"):
        parts: list[list[Piece]] = [
            [_TOLD[light], counted((item.id for item in items), "light"), "项"]
            for light, items in lights.items()
            if items
        ]
        yield Sentence(("从亮灯情况看，", *listed(parts), "。"))


def _troubled(problems: Sequence[Item], silent: Sequence[Item]) -> Iterator[Sentence]:
    parts: list[list[Piece]] = []
    if problems:
        parts.append(["各单位反映存在问题的任务", counted((item.id for item in problems), "problems"), "项"])
    if silent:
        word = "另有进度落后" if problems else "进度落后"
        parts.append([f"{word}而单位没有反映问题的任务", counted((item.id for item in silent), "light"), "项"])
    if parts:
        yield Sentence((*listed(parts), "（详见第二部分）。"))


def _unassigned(view: View) -> list[Item]:
    return [item for item in view.counted if item.line.reporter is None]


def _open(view: View) -> Iterator[Sentence]:
    if items := _unassigned(view):
        yield Sentence(("填报单位待指定的任务", counted((item.id for item in items), "reporter"), "项。"))


def _late(view: View) -> Iterator[Sentence]:
    """How many units are missing and late, and which where the schema has them named."""
    document, snapshot = view.schema.document, view.snapshot
    if missing := snapshot.missing:
        named = document.name_missing
        yield _units("尚未报送的单位有", missing, "missing", named=named)
    if late := snapshot.late:
        yield _units("逾期报送的单位有", late, "late", named=document.name_late)


def _units(head: str, units: Sequence[str], column: str, *, named: bool) -> Sentence:
    names: list[list[Piece]] = [[Fact(flat(unit), QUOTE, ((unit, "unit"),))] for unit in units]
    said: list[Piece] = ["：", *listed(names, "、")] if named else []
    return Sentence((head, counted(units, column), "个", *said, "。"))

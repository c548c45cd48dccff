"""历史: every closed period's texts and figures, as they stood when it was closed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

from ledger.measures import LIGHTS, Light, number
from ledger.period import Period
from ledger.snapshot import Figure, Line, Snapshot
from sync.lists.view import View
from sync.lists.writing import Shown
from sync.snapshot import snapshot_of

__all__ = ["history_rows"]


def history_rows(view: View) -> Iterator[Shown]:
    """One row a closed period and task or indicator of which anything stood, by period in ledger order."""
    standing = [name for row in view.master.lists["history"].rows if isinstance(name := row.values["id"], str)]
    for period in view.journal.periods():
        if view.snapshot and period != view.snapshot.period:
            yield from _closed(view, period, standing)


def _closed(view: View, period: Period, standing: Sequence[str]) -> Iterator[Shown]:
    """The rows of a closed period; one that stands in the sheet but of which nothing stood any more is emptied."""
    memory = _remembered(view, period)
    yield from memory["rows"]
    blank = dict.fromkeys((*view.schema.owned("unit"), "light"))
    mine, filled = f"{period}/", set(memory["filled"])
    for name in standing:
        if name.startswith(mine) and name.removeprefix(mine) not in filled:
            yield {"id": name, **blank}


class _Memory(TypedDict):
    """The rows of a period and the tasks and indicators of which anything stood, from the archive of this stamp."""

    stamp: str
    filled: list[str]
    rows: list[dict[str, str | None]]


def _remembered(view: View, period: Period) -> _Memory:
    """The rows as they were made when the archive was; a later change of tasks, rules or units leaves them alone.

    Making them takes a snapshot of the period, which would cost too much at every pass.
    """
    journal, name = view.journal, f"history:{period}"
    stamp, told = journal.cells.archive_stamp(str(period)), journal.fact(name)
    memory: _Memory | None = json.loads(told) if told else None
    if memory and memory["stamp"] == stamp and "filled" in memory:
        return memory
    archive = journal.cells.archive(str(period))
    filled = {name for (name, key), text in archive.items() if key != "reporter" and text.strip()}
    if not memory or memory["stamp"] != stamp:
        rows = list(_rows(view, snapshot_of(view.workspace, view.master, period))) if filled else []
    else:
        rows = memory["rows"]  # as an earlier version of the program made them
    memory = {"stamp": stamp, "filled": sorted(filled), "rows": rows}
    journal.set_fact(name, json.dumps(memory, ensure_ascii=False))
    return memory


def _rows(view: View, snapshot: Snapshot) -> Iterator[dict[str, str | None]]:
    figures: dict[str, list[Figure]] = {}
    for figure in snapshot.figures:
        figures.setdefault(figure.indicator.task, []).append(figure)
    for line in snapshot.lines:
        if line.reported:
            yield {**_head(snapshot, line, line.task.id, line.task.text, line.light), **_texts(line.values)}
        for figure in figures.get(line.task.id, ()):
            if said := _said(figure):
                indicator, light = figure.indicator, figure.standing.light
                head = _head(snapshot, line, indicator.id, indicator.name, light)
                yield {**head, view.schema.main_text: said}


def _head(snapshot: Snapshot, line: Line, name: str, text: str, light: Light | None) -> dict[str, str | None]:
    return {
        "id": f"{snapshot.period}/{name}",
        "period": snapshot.period.label,
        "ref": line.task.exact,
        "text": text,
        "unit": line.reporter,
        "light": LIGHTS[light] if light else None,
    }


def _texts(values: Mapping[str, str]) -> dict[str, str | None]:
    return {key: text or None for key, text in values.items()}


def _said(figure: Figure) -> str:
    """What was reported of an indicator, in words: 完成值38公里，截至2022-08-31."""
    actual, as_of = figure.values["actual"], figure.values["as_of"]
    indicator = figure.indicator
    bare = number(actual, in_percent=indicator.in_percent) is not None and not actual.endswith(("%", "％"))
    measure = (indicator.unit or ("%" if indicator.in_percent else "")) if bare else ""
    parts = [f"完成值{actual}{measure}" if actual else "", f"截至{as_of}" if as_of else ""]
    return "，".join(filter(None, parts))

"""历史: every closed period's texts and figures, as they stood when it was closed."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from ledger.measures import LIGHTS, Light, number
from ledger.period import Period
from ledger.snapshot import Figure, Line, Snapshot
from sync.lists.view import View
from sync.lists.writing import Shown
from sync.records import Cell
from sync.snapshot import snapshot_of

__all__ = ["history_rows"]


def history_rows(view: View) -> Iterator[Shown]:
    """One row a closed period and task or indicator of which anything stood, by period in ledger order."""
    for period in view.journal.periods():
        if view.snapshot and period != view.snapshot.period:
            yield from _closed(view, period)


def _closed(view: View, period: Period) -> Iterator[Shown]:
    """The rows of a closed period; one that stands in the sheet but of which nothing stood any more is emptied."""
    archive = view.journal.cells.archive(str(period))
    filled = {f"{period}/{name}" for (name, key), text in archive.items() if key != "reporter" and text.strip()}
    yield from _remembered(view, period, archive) if filled else ()
    blank = dict.fromkeys((*view.schema.owned("unit"), "light"))
    for row in view.master.lists["history"].rows:
        name = row.values["id"]
        if isinstance(name, str) and name.startswith(f"{period}/") and name not in filled:
            yield {"id": name, **blank}


def _remembered(view: View, period: Period, archive: Mapping[Cell, str]) -> list[dict[str, str]]:
    """The rows as they were made when the archive was; a later change of tasks, rules or units leaves them alone.

    Making them takes a snapshot of the period, which would cost too much at every pass.
    """
    name, stamp = f"history:{period}", sha256(repr(sorted(archive.items())).encode()).hexdigest()
    memory = json.loads(view.journal.fact(name) or "{}")
    if memory.get("stamp") != stamp:
        memory = {"stamp": stamp, "rows": list(_rows(view, snapshot_of(view.workspace, view.master, period)))}
        view.journal.set_fact(name, json.dumps(memory, ensure_ascii=False))
    rows: list[dict[str, str]] = memory["rows"]
    return rows


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

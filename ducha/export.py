"""The whole ledger as one JSON object, for other programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ledger.finding import Finding
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task
from sync.workspace import Workspace

__all__ = ["as_json"]


def as_json(workspace: Workspace, snapshot: Snapshot) -> str:
    """``{"tasks": […], "findings": […]}``; every list holds single names, ``entries`` is by unit."""
    findings = [*workspace.journal.findings()]
    for submission in workspace.journal.submissions.of(str(snapshot.period)):
        findings += submission.findings
    data = {
        "tasks": [_task(line, _indicators(line.task, snapshot.figures)) for line in snapshot.lines],
        "findings": [_finding(item) for item in findings],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _indicators(task: Task, figures: Sequence[Figure]) -> Iterator[dict[str, Any]]:
    for figure in figures:
        indicator = figure.indicator
        if indicator.task == task.id:
            yield {
                **indicator.model_dump(include={"id", "name", "kind", "unit", "source"}),
                "target": None if indicator.target is None else float(indicator.target),
                **figure.values,
            }


def _task(line: Line, indicators: Iterable[dict[str, Any]]) -> dict[str, Any]:
    task = line.task
    return {
        "id": task.id,
        "annex": task.annex,
        "no": task.no,
        "printed_no": task.printed_no,
        "section": task.section,
        "subsection": task.subsection,
        "project": task.project,
        "text": task.text,
        "leaders": list(task.leaders),
        "lead_units": list(task.lead_units),
        "responsible_units": list(task.responsible_units),
        "reporter": line.reporter,
        "indicators": list(indicators),
        "entries": {unit: dict(values) for unit, values in line.entries.items()},
        **{key: line.values.get(key, "") for key in ("progress", "problems", "status")},
    }


def _finding(item: Finding) -> dict[str, Any]:
    return {"code": item.code, "severity": item.severity, "task": item.task, "message": item.message}

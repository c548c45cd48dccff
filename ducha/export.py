"""The whole ledger as one JSON object, for other programs."""

import json
from typing import Any

from ledger.finding import Finding
from ledger.snapshot import Line, Snapshot
from sync.workspace import Workspace

__all__ = ["as_json"]


def as_json(workspace: Workspace, snapshot: Snapshot) -> str:
    """``{"tasks": […], "findings": […]}``; every list holds single names, ``entries`` is by unit."""
    findings = [*workspace.journal.findings()]
    for submission in workspace.journal.submissions(str(snapshot.period)):
        findings += submission.findings
    data = {
        "tasks": [_task(line) for line in snapshot.lines],
        "findings": [_finding(item) for item in findings],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _task(line: Line) -> dict[str, Any]:
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
        "indicators": [],  # read from the texts by a later version
        "entries": {unit: dict(values) for unit, values in line.entries.items()},
        **{key: line.values.get(key, "") for key in ("progress", "problems", "status")},
    }


def _finding(item: Finding) -> dict[str, Any]:
    return {"code": item.code, "severity": item.severity, "task": item.task, "message": item.message}

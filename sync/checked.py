"""The checks on the figures of the open period, remembered with what the office said about each finding.

A finding is known by its words: what the office has decided stands as long as they stay the same.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from ledger.cell import cell_text
from ledger.checks import check
from ledger.finding import Finding
from ledger.schema import Schema
from ledger.snapshot import Snapshot
from sync.journal import Journal
from sync.master import Master
from sync.snapshot import last_texts
from sync.workspace import Workspace

__all__ = ["IGNORED", "Decision", "check_open", "decisions", "finding_id", "keep_decisions"]

IGNORED = "忽略"
_FINDINGS, _DECISIONS = "checked", "checked:decisions"  # facts of the journal


class Decision(NamedTuple):
    """What the office chose and wrote beside a finding."""

    decision: str = ""
    reason: str = ""


def finding_id(item: Finding) -> str:
    """The name of a finding: the same words about the same task are the same finding."""
    return "核" + sha256("\n".join((item.code, item.task or "", item.message)).encode()).hexdigest()[:10]


def check_open(workspace: Workspace, snapshot: Snapshot) -> list[Finding]:
    """Every finding on the open period's ``snapshot``; read anew only when anything has changed that they rest on."""
    journal, schema = workspace.journal, workspace.schema
    before = _before(workspace, snapshot)
    stamp = _stamp(snapshot, schema, before)
    memory = json.loads(journal.fact(_FINDINGS) or "{}")
    if memory.get("stamp") != stamp:
        found = check(snapshot, schema, before)
        memory = {"stamp": stamp, "findings": [item.model_dump() for item in found]}
    journal.set_fact(_FINDINGS, json.dumps(memory, ensure_ascii=False))
    return [Finding.model_validate(item) for item in memory["findings"]]


def _before(workspace: Workspace, snapshot: Snapshot) -> Snapshot | None:
    """The same tasks with the texts that stood at the end of the period before."""
    last = workspace.journal.period_before(snapshot.period)
    if not last:
        return None
    key, texts = workspace.schema.main_text, last_texts(workspace, snapshot.period)
    lines = (line.model_copy(update={"values": {key: texts.get(line.task.id, "")}}) for line in snapshot.lines)
    return Snapshot(period=last, lines=tuple(lines))


def _stamp(snapshot: Snapshot, schema: Schema, before: Snapshot | None) -> str:
    lines = [
        (line.task.model_dump_json(), line.reporter, sorted(line.values.items()), str(line.stale))
        for line in snapshot.lines
    ]
    figures = [(one.indicator.model_dump_json(), one.reporter, sorted(one.values.items())) for one in snapshot.figures]
    last = [sorted(line.values.items()) for line in before.lines] if before else []
    said = (str(snapshot.period), lines, figures, last, schema.model_dump_json())
    return sha256(repr(said).encode()).hexdigest()


def decisions(master: Master, journal: Journal) -> dict[str, Decision]:
    """What the office has decided, by finding: as sheet 核查 says, else as it said when it last listed that one."""
    found = {name: Decision(*said) for name, said in json.loads(journal.fact(_DECISIONS) or "{}").items()}
    table = master.lists.get("checked")
    for row in table.rows if table else ():
        name, *said = (cell_text(row.values.get(key)) for key in ("id", "decision", "reason"))
        found[name] = Decision(*said)
    return {name: said for name, said in found.items() if name and any(said)}


def keep_decisions(journal: Journal, decided: Mapping[str, Decision]) -> None:
    """Remember them, for findings that come back and for a master whose sheet is gone."""
    journal.set_fact(_DECISIONS, json.dumps(decided, ensure_ascii=False, sort_keys=True))

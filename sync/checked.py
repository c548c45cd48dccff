"""The checks on the figures of the open period, remembered with what the office said about each finding.

A finding is known by its words: what the office has decided stands as long as they stay the same.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from ledger.cell import cell_text
from ledger.checks import Inquiry
from ledger.finding import Finding
from ledger.snapshot import Snapshot
from sync.journal import Journal
from sync.master import Master
from sync.snapshot import last_texts
from sync.workspace import Workspace

__all__ = ["Decision", "check_open", "decisions", "finding_id", "keep_decisions"]

_FINDINGS, _DECISIONS = "checked", "checked:decisions"  # facts of the journal


class Decision(NamedTuple):
    """What the office chose and wrote beside a finding."""

    decision: str = ""
    reason: str = ""


def finding_id(item: Finding) -> str:
    """The name of a finding: the same words about the same task are the same finding."""
    return "核" + sha256("\n".join((item.code, item.task or "", item.message)).encode()).hexdigest()[:10]


def check_open(workspace: Workspace, snapshot: Snapshot) -> list[Finding]:
    """Every finding on the open period's ``snapshot``.

    They are remembered with the stamp of what they rest on, so that a run over an unchanged ledger reads nothing; of
    a changed one the process reads again what has changed (`Inquiry`).
    """
    journal = workspace.journal
    texts = last_texts(workspace, snapshot.period)
    inquiry = Inquiry(snapshot, workspace.schema, journal.period_before(snapshot.period), texts)
    stamp = inquiry.stamp
    memory = json.loads(journal.fact(_FINDINGS) or "{}")
    if memory.get("stamp") == stamp:
        return [Finding.model_validate(item) for item in memory["findings"]]
    found = inquiry.findings()
    memory = {"stamp": stamp, "findings": [item.model_dump() for item in found]}
    journal.set_fact(_FINDINGS, json.dumps(memory, ensure_ascii=False))
    return found


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

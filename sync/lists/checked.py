"""核查: the contradictions in the open period's figures; what the office has decided moves along with its finding."""

from collections.abc import Mapping

from ledger.checks import KINDS
from ledger.finding import Finding
from sync.checked import Decision, check_open, decisions, finding_id, keep_decisions
from sync.choices import decides
from sync.lists.view import View
from sync.lists.writing import Shown, rewrite
from sync.table import Table
from xlsx import Book, Value

__all__ = ["SEVERITIES", "is_open", "show_checked"]

SEVERITIES = {"warning": "提醒", "note": "说明"}


def show_checked(book: Book, view: View, table: Table) -> None:
    """One row a finding, the severest first; rows without id are the office's own."""
    if not view.snapshot:
        return
    found = {finding_id(item): item for item in check_open(view.workspace, view.snapshot)}
    decided = decisions(view.master, view.journal)
    rows = [_shown(name, item, view, decided.get(name, Decision())) for name, item in found.items()]
    rewrite(book, table, rows, [row for row in table.rows if row.values.get("id")])
    keep_decisions(view.journal, decided)


def is_open(row: Mapping[str, str]) -> bool:
    """Whether a row of the sheet, its texts by column key, waits for the office; notes wait for nobody."""
    return row.get("severity") == SEVERITIES["warning"] and not decides("checked", row)


def _shown(name: str, item: Finding, view: View, said: Decision) -> Shown:
    cells: dict[str, Value] = {
        "id": name,
        "ref": view.reference(item.task or ""),
        "unit": item.unit,
        "check": KINDS[item.code],
        "severity": SEVERITIES[item.severity],
        "says": item.message,
        "decision": said.decision or None,
        "reason": said.reason or None,
    }
    return cells

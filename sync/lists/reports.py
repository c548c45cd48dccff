"""Lists of the open period: who has sent what, what was handed out, the problems by category."""

from collections.abc import Iterator

from ledger.cell import cell_text
from ledger.period import Period
from ledger.problems import sorted_problems
from sync.lists.view import View
from sync.lists.writing import Shown
from sync.returns import UnitState
from sync.unit import file_name

__all__ = ["issue_rows", "problem_rows", "return_rows"]

_RETURN = ("tasks", "received", "late", "version", "file", "findings")


def return_rows(view: View) -> Iterator[Shown]:
    """报送情况: one row a unit that was handed a workbook; a unit of an earlier period waits for its own."""
    if not view.snapshot:
        return
    states = view.states(view.snapshot.period)
    listed = (cell_text(row.values["unit"]) for row in view.master.lists["returns"].rows)
    for unit in set(listed) - {state.unit for state in states}:
        yield {**dict.fromkeys(_RETURN), "unit": unit, "state": "未下发"}
    for state in states:
        yield {
            "unit": state.unit,
            "tasks": state.tasks,
            "state": state.word,
            "received": state.received or None,
            "late": "逾期" if state.late else None,
            "version": state.version or None,
            "file": _file(state) or None,
            "findings": state.findings or None,
        }


def _file(state: UnitState) -> str:
    """The file that stands, with its number, the numbers of its other parts and of those that were set aside."""
    joined = f"（与{'、'.join(f'#{number}' for number in state.parts)}合并）" if state.parts else ""
    aside = f"（已撤下：{'、'.join(f'#{number}' for number in state.excluded)}）" if state.excluded else ""
    return f"{state.file} #{state.number}{joined}{aside}" if state.file else ""


def issue_rows(view: View) -> Iterator[Shown]:
    """发放登记: one row a workbook, of all periods."""
    for issue in view.journal.handed_out():
        yield {
            "unit": issue.unit,
            "period": Period.parse(issue.period).label,
            "tasks": issue.tasks,
            "file": file_name(issue),
            "issue": issue.id,
        }


def problem_rows(view: View) -> Iterator[Shown]:
    """问题清单: one row a task with a problem, under the schema's categories."""
    for category, line in sorted_problems(view.schema, view.lines):
        yield {
            "category": category.name,
            "ref": line.task.exact,
            "text": line.task.text,
            "unit": line.reporter,
            "problem": line.values["problems"],
        }

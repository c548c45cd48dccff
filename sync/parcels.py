"""For offices that send by mail, WeChat or OA: everything as one zip, and a message per unit ready to paste."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from ledger.period import Period
from sync.atomic import legal_name, write_whole
from sync.records import Issue
from sync.returns import unit_states
from sync.unit import file_name
from sync.workspace import Workspace

__all__ = ["FOLDER", "pack_handed_out", "pack_returned", "remind"]

FOLDER = "发放"
# the states that are reminded
_SILENT = {
    "未报": "至今没有收到，请尽快填好发回",
    "部分代填": "至今没有收齐，请尽快填好发回",
    "已撤下": "报来的文件没有采用，请尽快填好发回",
    "已退回": "报来的已退回修改，至今没有收到改好的，请按退回件尽快改好发回",
    "已隔离": "报来的文件不能采用，至今没有重报，请尽快填好发回",
}
_DAY = (2000, 1, 1, 0, 0, 0)  # the same files give the same bytes, whenever they are packed


def pack_handed_out(workspace: Workspace, period: Period, issues: Sequence[Issue], files: Sequence[Path]) -> None:
    """``发放/<period>填报表.zip`` with the workbooks in ``files``, and a message for the unit of each issue."""
    _pack(workspace, f"{period.label}填报表.zip", files, workspace.root / "outbox")
    due = _date(workspace, period)
    told = []
    for issue, path in zip(issues, files, strict=True):
        figures = f"、量化指标{len(issue.indicators)}项" if issue.indicators else ""
        asked = f"请填报{period.label}重点工作进展（任务{len(issue.rows)}项{figures}）"
        told.append((issue.unit, f"{asked}，于{due}前把附件《{path.name}》填好后原样发回。"))
    _tell(workspace, f"{period.label}下发通知.txt", told)


def pack_returned(workspace: Workspace, period: Period) -> None:
    """The same for workbooks that were sent back in ``period`` and whose units have not sent a right one since."""
    waiting = {state.unit for state in unit_states(workspace, period) if state.word in ("已退回", "已隔离")}
    answers = workspace.journal.submissions.answered(str(period))
    newest = {unit: path for unit, path in answers if unit in waiting}
    files = [workspace.root / path for path in newest.values() if (workspace.root / path).is_file()]
    _pack(workspace, f"{period.label}退回.zip", files, workspace.root / "returned")
    due = _date(workspace, period)
    told = [
        (
            unit,
            f"贵单位报来的{period.label}填报表需要修改，问题已列在退回的《{Path(path).name}》里，请改好后于{due}前重报。",
        )
        for unit, path in newest.items()
    ]
    _tell(workspace, f"{period.label}退回通知.txt", told)


def remind(workspace: Workspace, period: Period) -> list[str]:
    """The same for units that have sent nothing usable yet, or told us only a part; returns the units."""
    words = {state.unit: state.word for state in unit_states(workspace, period)}
    late = [unit for unit, word in words.items() if word in _SILENT]
    issues = workspace.journal.newest_issues(str(period))
    root = workspace.root / "outbox"
    files = [root / legal_name(unit) / file_name(issues[unit]) for unit in late]
    _pack(workspace, f"{period.label}催报.zip", [path for path in files if path.is_file()], root)
    due = _date(workspace, period)
    told = [(unit, f"{period.label}重点工作进展应于{due}前报送，{_SILENT[words[unit]]}。") for unit in late]
    _tell(workspace, f"{period.label}催报通知.txt", told)
    return late


def _pack(workspace: Workspace, name: str, files: Sequence[Path], root: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path in files:
            package.writestr(zipfile.ZipInfo(path.relative_to(root).as_posix(), _DAY), path.read_bytes())
    _write(workspace, name, out.getvalue() if files else b"")


def _tell(workspace: Workspace, name: str, messages: Sequence[tuple[str, str]]) -> None:
    """One paragraph a unit, for Windows' Notepad."""
    office = workspace.schema.office
    contact = f"联系人：{office.contact} {office.phone}".strip()
    lines = [f"【{office.name}】{unit}：{text}{contact}。" for unit, text in messages]
    _write(workspace, name, "\r\n\r\n".join([*lines, ""]).encode("utf-8-sig") if lines else b"")


def _write(workspace: Workspace, name: str, data: bytes) -> None:
    """Write what there is to send; a parcel for which nothing is left is taken away, nobody shall send it again."""
    path = workspace.root / FOLDER / name
    if not data:
        path.unlink(missing_ok=True)
    elif not path.is_file() or path.read_bytes() != data:
        write_whole(path, data)


def _date(workspace: Workspace, period: Period) -> str:
    due = workspace.schema.due_day(period)
    return f"{due.year}年{due.month}月{due.day}日"

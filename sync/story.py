"""What happened to a file, step by step, as people read it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sync.deciding import is_outdated
from sync.parts import put_together
from sync.records import Step, Submission
from sync.rulings import matching
from sync.workspace import Workspace

__all__ = ["Story", "Told", "stories"]

_SAID = {
    "seen": "收到",
    "again": "又收到一份完全相同的",
    "settled": "等到文件写完整",
    "stored": "原件已存档",
    "read": "读取、核对",
    "accepted": "收下",
    "returned": "退回",
    "quarantined": "隔离",
    "merged": "并入总表",
    "receipted": "回执",
    "excluded": "撤下",
    "included": "恢复",
    "sent_back": "本办退回",
    "received": "更正收到时间",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step: when, its name for programs, and what is said."""

    at: str
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A submission, what has become of it in a word, and how it came to that."""

    submission: Submission
    now: str
    steps: tuple[Told, ...]


def stories(workspace: Workspace, text: str) -> list[Story]:
    """Of every submission that ``text`` means (`matching`), or of all that a unit has sent, in order of arrival."""
    name = text.strip()
    found = matching(workspace, text) or [one for one in workspace.journal.submissions.all() if one.unit == name]
    return [Story(one, _now(workspace, one), tuple(_told(workspace, one))) for one in found]


def _now(workspace: Workspace, one: Submission) -> str:
    if one.ruling:
        return "已撤下" if one.ruling == "excluded" else "本办已退回"
    if one.verdict != "accepted":
        return {"returned": "已退回", "quarantined": "已隔离"}.get(one.verdict or "", "等待汇总")
    report = put_together(workspace.journal.submissions.versions_of(one.unit or "", one.period or ""))
    standing = [version.submission.number for version in report.standing]
    if one.number in standing:
        others = "、".join(f"#{number}" for number in standing if number != one.number)
        return f"采用中，与{others}合并" if others else "采用中"
    if is_outdated(one):
        return "旧版，没有采用"
    return f"已被#{standing[-1]}取代" if standing else "等单位重报"


def _told(workspace: Workspace, one: Submission) -> Iterator[Told]:
    log = workspace.journal.submissions
    answers, refused = iter(log.answers(one.number)), False
    for step in log.steps(one.number):
        if step.state in ("accepted", "returned", "quarantined", "sent_back"):
            refused = step.state != "accepted"
        detail = _detail(one, step)
        if step.state == "receipted":
            detail = next(answers, "") if refused else "已登记在总表“报送情况”里"
        said = _SAID[step.state]
        yield Told(step.at, step.state, f"{said}：{detail}" if detail else said)


def _detail(one: Submission, step: Step) -> str:
    if step.why:
        return step.why
    if step.state == "seen":
        return one.path
    if step.state == "stored":
        return f"sha256 {one.sha256[:16]}…"
    if step.state == "accepted" and is_outdated(one):
        return "比已收下的旧，没有采用"
    if step.state in ("returned", "quarantined"):
        wrong = [item for item in one.findings if item.severity == "error"]
        return f"{wrong[0].message}" + (f"等{len(wrong)}处" if len(wrong) > 1 else "") if wrong else ""
    return ""

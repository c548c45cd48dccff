"""What the office says itself: what becomes of a file that has arrived, its story, what a unit told by telephone."""

import json
from typing import Annotated

import typer

from ducha.say import HERE, Place, console, hand_over, opened, tell_findings
from ledger.errors import StateError
from sync import rulings
from sync.deciding import has_failed
from sync.entering import enter as record
from sync.rulings import Ruled
from sync.story import Story, stories

__all__ = ["enter", "exclude", "include", "journal", "received", "return_"]

File = Annotated[str, typer.Argument(help="编号（ducha status里的#号），或文件在inbox里的路径。")]
Why = Annotated[str, typer.Option("--why", help="理由，记在日志里。")]


def exclude(file: File, why: Why, workspace: Place = HERE) -> None:
    """撤下一份报送：它填的内容退出总表，该单位上一份收下的重新采用；文件保留，可以恢复。"""
    with opened(workspace) as place:
        done = rulings.exclude(place, file, why)
    _tell(done, "已撤下")


def include(
    file: File, why: Annotated[str, typer.Option("--why", help="理由，可以不写。")] = "", workspace: Place = HERE
) -> None:
    """恢复撤下的或本办退回的一份报送。"""
    with opened(workspace) as place:
        done = rulings.include(place, file, why)
    if has_failed(done.submission):
        tell_findings(done.submission.findings)
        raise typer.Exit(1)
    _tell(done, "已恢复")


def return_(file: File, why: Why, workspace: Place = HERE) -> None:
    """把已收下的一份退回单位重报：内容退出总表，退回件写明理由，放在returned里。"""
    with opened(workspace) as place:
        done = rulings.send_back(place, file, why)
        answers = place.journal.submissions.answers(done.submission.number)
    _tell(done, "已退回")
    if not done.undelivered:
        console.print(f"退回件：{answers[-1]}")


def received(
    file: File,
    day: Annotated[str, typer.Argument(help="真正收到的日期，如 2022-09-03。")],
    time: Annotated[str, typer.Argument(help="时间，如 15:20，可以不写。")] = "",
    *,
    why: Why,
    workspace: Place = HERE,
) -> None:
    """更正一份报送的收到时间，是否逾期和考核都以更正后的为准。"""
    with opened(workspace) as place:
        done = rulings.correct_receipt(place, file, f"{day} {time}".strip(), why)
    _tell(done, f"收到时间已改为{done.submission.arrived.replace('T', ' ')}")


def enter(
    unit: Annotated[str, typer.Argument(help="填报单位。")],
    reference: Annotated[str, typer.Argument(help="任务序号，如 附件1：21。")],
    *,
    set_: Annotated[list[str], typer.Option("--set", help="一栏的内容，写成 进展情况=已完成38公里，可以写几次。")],
    channel: Annotated[str, typer.Option("--channel", help="渠道，如 电话、纸质、传真。")],
    received: Annotated[str, typer.Option("--received", help="收到的日期或时间，如 2022-09-03 15:30。")],
    workspace: Place = HERE,
) -> None:
    """代填：记下单位用电话、纸质等报来的一项任务，写进总表“代填”。"""
    said = {}
    for text in set_:
        title, equals, value = text.replace("＝", "=", 1).partition("=")
        if not equals or title.strip() in said:
            raise StateError(f"“{text}”看不懂，没有登记，请写成 栏目=内容，一栏写一次，如 进展情况=已完成38公里。")
        said[title.strip()] = value
    with opened(workspace) as place:
        published, state = record(place, unit, reference, said, channel, received)
    tell_findings(published.findings)
    later = f"已记下，还没有写进“代填”。{published.waits}"
    console.print(f"已登记在“代填”里：{state}。" if state else later)


def _tell(done: Ruled, what: str) -> None:
    one, changes = done.submission, len(done.published.changes)
    console.print(f"{what}：#{one.number} {one.path}。总表更新{changes}格。")
    tell_findings(done.published.findings)
    for sentence in (*done.undelivered, done.published.waits):
        if sentence:
            console.print(sentence)


def journal(
    file: Annotated[str, typer.Argument(help="编号、文件在inbox里的路径或文件名、单位名称。")],
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出。")] = False,
    workspace: Place = HERE,
) -> None:
    """一份报送从收到起每一步发生了什么；写单位名称就列出该单位的全部报送。"""
    with opened(workspace) as place:
        found = stories(place, file)
    if not found:
        raise StateError(f"没有收到过“{file}”，请写编号、文件在inbox里的路径或单位名称；新来的请先执行 ducha sync。")
    if json_:
        hand_over(json.dumps([_as_dict(story) for story in found], ensure_ascii=False, indent=1), None)
        return
    for story in found:
        one = story.submission
        console.print(f"#{one.number}  {one.path}  {one.unit or '认不出单位'}  {story.now}", style="bold")
        for step in story.steps:
            console.print(f"  {step.at[:19].replace('T', ' ')}  {step.text}")
        tell_findings(one.findings, indent="  ")


def _as_dict(story: Story) -> dict[str, object]:
    one, keys = story.submission, ("number", "path", "sha256", "unit", "period", "verdict", "arrived", "saved")
    return {
        **{key: getattr(one, key) for key in keys},
        "now": story.now,
        "steps": [{"at": step.at, "step": step.step, "text": step.text} for step in story.steps],
        "findings": [{"code": item.code, "severity": item.severity, "message": item.message} for item in one.findings],
    }

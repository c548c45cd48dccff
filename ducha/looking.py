"""Commands that look at the ledger and give it out: who reported, what changed, what contradicts, export."""

import json
from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from ducha.differences import as_json as differences_as_json
from ducha.differences import tell_comparison
from ducha.export import as_json
from ducha.overview import WATCHED, tell_suggested
from ducha.publishing import bulletin_states
from ducha.say import HERE, Output, Place, console, hand_over, opened, tell_findings
from ledger.checks import check as check_figures
from ledger.compare import compare
from ledger.errors import StateError
from ledger.period import Period
from ledger.schema import json_schema
from sync.checked import Decision, decisions, finding_id
from sync.choices import IGNORED
from sync.master import open_master
from sync.returns import UnitState, unit_states
from sync.snapshot import take_snapshot
from sync.waiting import Undecided, held_up, undecided
from sync.workspace import Workspace, default_schema

__all__ = ["check", "diff", "export", "schema", "status"]


def status(
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出。")] = False, workspace: Place = HERE
) -> None:
    """报送情况：谁报了，谁没报，什么在等。"""
    with opened(workspace) as place:
        period = place.journal.open_period()
        states = unit_states(place, period) if period else []
        tasks = len(place.journal.tasks())
        found = Undecided() if json_ else _undecided(place)
        waits, watched = held_up(place), place.is_watched
        published = bulletin_states(place)
    if json_:
        keys = ("unit", "tasks", "word", "received", "late", "version", "file", "number", "excluded", "parts")
        units = [{key: getattr(state, key) for key in keys} for state in states]
        said = {"period": str(period) if period else None, "tasks": tasks, "units": units, "bulletins": published}
        print(json.dumps({**said, "waits": waits, "watched": watched}, ensure_ascii=False))
    elif not period:
        console.print(f"台账共{tasks}项任务，还没有打开报送期。")
    else:
        _tell_states(period, states)
    if unsure := [
        f"“{name}”{count}处"
        for name, count in (
            ("冲突", found.conflicts),
            ("变更", found.revisions),
            ("核查", found.findings),
        )
        if count
    ]:
        console.print(f"等您处理：总表{'、'.join(unsure)}。")
    if spare := tell_suggested(found):
        console.print(spare)
    told = [] if json_ else [*(one["says"] for one in published), *([WATCHED] if watched else []), *waits]
    for sentence in told:
        console.print(sentence)


def _undecided(workspace: Workspace) -> Undecided:
    try:
        return undecided(workspace, open_master(workspace))
    except StateError:  # who has reported can be said without the master; `ducha verify` says what is wrong with it
        return Undecided()


def _tell_states(period: Period, states: list[UnitState]) -> None:
    table = Table("填报单位", "任务数", "状态", "收到时间", "逾期", "编号")
    for state in states:
        aside = f"（已撤下：{'、'.join(f'#{number}' for number in state.excluded)}）" if state.excluded else ""
        number = f"#{state.number}" if state.number else ""
        late = "逾期" if state.late else ""
        table.add_row(state.unit, str(state.tasks), state.word, state.received, late, f"{number}{aside}")
    console.print(table)
    waiting = [state.unit for state in states if not state.reported]
    console.print(f"{period.label}：应报{len(states)}家，已报{len(states) - len(waiting)}家。")
    if waiting:
        console.print(f"未报或未通过：{'、'.join(waiting)}。")


def diff(
    old: Annotated[str, typer.Argument(help="前一个报送期，如 2022-08。")],
    new: Annotated[str, typer.Argument(help="后一个报送期，如 2022-09。")],
    full: Annotated[bool, typer.Option("--full", help="文字不缩略，新旧全文都列出。")] = False,
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出。")] = False,
    workspace: Place = HERE,
) -> None:
    """对比两个报送期：每项任务的亮灯、进展、指标和任务本身有什么变化，坏消息在前。"""
    periods = Period.parse(old), Period.parse(new)
    if periods[0] == periods[1]:
        raise StateError(f"两个报送期都是{periods[0].label}，没有可比的，请写两个不同的报送期。")
    with opened(workspace) as place:
        before, after = (take_snapshot(place, period) for period in periods)
        found = compare(before, after)
    if json_:
        hand_over(differences_as_json(found, place.schema), None)
    else:
        tell_comparison(found, place.schema, full=full)


def check(
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出。")] = False,
    period: Annotated[str, typer.Option("--period", "-p", help="报送期，默认为打开的一期。")] = "",
    workspace: Place = HERE,
) -> None:
    """核查台账里的数字：完成率、序时进度、合计、单位、前后不一等，只提醒，不改动。"""
    with opened(workspace) as place:
        snapshot = take_snapshot(place, Period.parse(period) if period else None)
        last = place.journal.period_before(snapshot.period)
        before = take_snapshot(place, last) if last else None
        found = check_figures(snapshot, place.schema, before)
        decided = decisions(open_master(place), place.journal)
    said = {item: decided.get(finding_id(item), Decision()).decision for item in found}
    if json_:
        keys = {"code", "severity", "task", "unit", "value", "message"}
        findings = [{**item.model_dump(include=keys), "decision": said[item]} for item in found]
        hand_over(json.dumps({"period": str(snapshot.period), "findings": findings}, ensure_ascii=False), None)
        return
    told = [item for item in found if said[item] != IGNORED]
    tell_findings(told)
    counts = Counter(item.severity for item in told)
    summary = f"提醒{counts['warning']}条，说明{counts['note']}条" if told else "没有发现问题"
    aside = f"，另有{len(found) - len(told)}条已忽略" if len(told) < len(found) else ""
    console.print(f"{snapshot.period.label}：核查了{len(snapshot.lines)}项任务，{summary}{aside}。")


def export(
    json_: Annotated[bool, typer.Option("--json", help="以JSON输出（目前唯一的格式）。")] = False,
    period: Annotated[str, typer.Option("--period", "-p", help="报送期，默认为打开的一期。")] = "",
    output: Output = None,
    workspace: Place = HERE,
) -> None:
    """导出整个台账，供其他程序使用。"""
    if not json_:
        raise StateError("请写明导出格式：ducha export --json。")
    with opened(workspace) as place:
        snapshot = take_snapshot(place, Period.parse(period) if period else None)
        text = as_json(place, snapshot)
    hand_over(text, output)


def schema(
    json_: Annotated[bool, typer.Option("--json", help="输出JSON Schema，供编辑器提示用。")] = False,
    output: Output = None,
) -> None:
    """输出配置文件的格式说明，或自带的配置文件。"""
    hand_over(json_schema() if json_ else default_schema(), output)

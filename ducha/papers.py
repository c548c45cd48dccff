"""Commands that write orders, tables of scores and drafts for comment."""

from pathlib import Path
from typing import Annotated

import typer

from addin.papers import chosen_tasks, issue_day, odd_characters, write_consultations, write_orders, write_scores
from ducha.say import HERE, PeriodOption, Place, console, opened
from ledger.errors import StateError
from ledger.period import Period
from sync.lists.view import View
from sync.master import open_master
from sync.reporters import roster_of
from sync.settings import apply_settings
from sync.snapshot import snapshot_of, take_snapshot

__all__ = ["DayOption", "consult", "orders", "scores", "tell_written"]

DayOption = Annotated[str, typer.Option("--date", help="落款日期，如 2022-09-08，默认为报送截止的次日。")]


def orders(
    period: PeriodOption,
    tasks: Annotated[
        list[str] | None, typer.Argument(help="任务序号，如 附件1：26，可以写几个；不写就是全部红灯任务。")
    ] = None,
    date: DayOption = "",
    workspace: Place = HERE,
) -> None:
    """督办单：给红灯任务或写明的任务各写一份（Word），放在bulletins里。"""
    wanted = Period.parse(period)
    with opened(workspace) as place:
        apply_settings(place)
        day = issue_day(place.schema, wanted, date)
        snapshot = take_snapshot(place, wanted)
        written = write_orders(place, open_master(place), snapshot, chosen_tasks(snapshot, tasks or []), day)
    tell_written(written, "督办单", "没有亮红灯的任务。")


def scores(date: DayOption = "", workspace: Place = HERE) -> None:
    """单位评分表（Word）：按总表“考核”现在的得分，放在bulletins里。"""
    with opened(workspace) as place:
        apply_settings(place)
        period = place.journal.open_period()
        if not period:
            raise StateError("还没有打开报送期，没有可以评的分，请先执行 ducha open，例如 ducha open 2022-09。")
        master = open_master(place)
        view = View(place, master, roster_of(master, place.journal.tasks()), snapshot_of(place, master, period))
        path = write_scores(place, view, issue_day(place.schema, period, date))
    tell_written([path], "单位评分表", "")


def consult(period: PeriodOption, date: DayOption = "", workspace: Place = HERE) -> None:
    """征求意见：通报送批前，给通报点到的每个单位写一份涉及它的内容（Word），放在bulletins里。"""
    wanted = Period.parse(period)
    with opened(workspace) as place:
        apply_settings(place)
        day = issue_day(place.schema, wanted, date)
        written = write_consultations(place, open_master(place), take_snapshot(place, wanted), day)
    tell_written(written, "征求意见函", "通报没有点到任何单位。")


def tell_written(paths: list[Path], kind: str, nothing: str) -> None:
    """How many papers there are and where, and which characters in them no official font has."""
    console.print(f"{kind}已生成{len(paths)}份，放在{paths[0].parent}。" if paths else nothing)
    if odd := odd_characters(paths):
        console.print(f"提醒：{odd}")

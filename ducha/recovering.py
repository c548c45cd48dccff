"""Commands for the day on which something is broken: proof and repair, backups, old versions, recovery."""

from pathlib import Path
from typing import Annotated

import typer

from ducha.say import HERE, Place, console, opened, reading, tell_findings
from ledger.errors import StateError
from ledger.excerpt import shortened
from sync.master_versions import put_beside
from sync.recovery.backup import back_up, backup_folder
from sync.recovery.proof import Difference, Proof, prove
from sync.recovery.recover import recover as recovered
from sync.recovery.repair import repair as put_right

__all__ = ["backup", "recover", "verify", "versions"]

_SHOWN = 40
_ORIGINS = {"ours": "汇总写入", "saved": "本办存盘"}


def verify(
    repair: Annotated[bool, typer.Option("--repair", help="发现的损坏当场修复，修复前的总表另存一份。")] = False,
    workspace: Place = HERE,
) -> None:
    """核对日志、存档的原件与总表是否完全一致。"""
    with opened(workspace) as place:
        if not repair:
            proof = prove(place)
        else:
            done = put_right(place)
            for sentence in done.told or ["没有要修复的。"]:
                console.print(sentence)
            if done.kept:
                console.print(f"修复前的总表另存为：{done.kept.name}，核对后可以删去。")
            proof = done.proof or prove(place)
    _tell(proof)
    if not proof.agrees:
        raise typer.Exit(1)


def _tell(proof: Proof) -> None:
    tell_findings(proof.findings)
    for one in proof.differences[:_SHOWN]:
        console.print(_sentence(one))
    if len(proof.differences) > _SHOWN:
        console.print(f"……共{len(proof.differences)}处。")
    if proof.edited or proof.emptied:
        console.print(f"单位填报内容里有{proof.edited}格是本办改过的文字，{proof.emptied}格本办清空了，照旧保留。")
    if proof.typed:
        console.print(f"“设置”表里有{proof.typed}处新填的还没有生效，下次汇总时生效。")
    if proof.agrees:
        console.print("日志、原件与总表一致。")
    elif proof.differences:
        why = "总表在上次汇总以后存过盘" if proof.since else "总表与日志不符"
        console.print(
            f"{why}，{len(proof.differences)}处要更新，请执行 ducha sync；更新不了的执行 ducha verify --repair。"
        )
    else:
        console.print("请按上面说的处理，或执行 ducha verify --repair。")


def _sentence(one: Difference) -> str:
    place = f"{one.sheet}!{one.cell}" if one.cell else one.sheet
    title = f"（{one.title}）" if one.title else ""
    return f"{place}{title}：应为“{shortened(one.expected)}”，现为“{shortened(one.standing)}”"


def versions(
    number: Annotated[int, typer.Argument(help="要取出的版本号，不写就列出全部。", min=0)] = 0, workspace: Place = HERE
) -> None:
    """总表的旧版本：列出各版，或把其中一版取出，放在总表旁边（不动总表）。"""
    with opened(workspace) as place:
        every = place.journal.masters.all()
        one = next((one for one in every if one.number == number), None)
        beside = put_beside(one, place.stored_path(one.sha256), place.master) if one else None
    if number and not beside:
        raise StateError(f"没有第{number}版总表，请先执行 ducha versions 看有哪些版本。")
    if beside:
        console.print(f"第{number}版总表已取出：{beside}")
        console.print(
            "要用它代替现在的总表：关闭总表，把现在的改名留存，再把取出的改名为master.xlsx，然后执行 ducha sync。"
        )
        return
    for each in every:
        console.print(f"第{each.number}版  {each.at[:16].replace('T', ' ')}  {_ORIGINS[each.origin]}")
    console.print(f"共{len(every)}版。取出一版：ducha versions 版本号。" if every else "还没有存过总表。")


def backup(
    folder: Annotated[Path | None, typer.Argument(help="备份到哪个文件夹，默认按schema.yaml的设置。")] = None,
    workspace: Place = HERE,
) -> None:
    """备份系统自用的.ducha（日志、原件、密钥）；正在自动汇总时也可以备份。"""
    with opened(workspace) as place:
        made = back_up(place, folder or backup_folder(place.root))
    console.print(f"已备份到：{made.path}")


def recover(
    folder: Annotated[Path, typer.Argument(help="要恢复的工作区文件夹，默认为当前文件夹。")] = HERE,
    key: Annotated[str, typer.Option("--key", help="签名密钥，或写有密钥的文本文件。")] = "",
    backups: Annotated[
        Path | None, typer.Option("--backups", help="备份所在的文件夹，默认按schema.yaml的设置。")
    ] = None,
) -> None:
    """恢复丢失或损坏的.ducha（日志、原件、密钥）：有备份用备份，没有就从总表和来件重新做。"""
    with reading() as progress:
        done = recovered(folder, key=key, folder=backups, progress=progress)
    for sentence in done.told:
        console.print(sentence)
    if done.kept:
        console.print(f"原来的.ducha改名为“{done.kept.name}”，核对后可以删去。")
    if done.proof:
        _tell(done.proof)
        if not done.proof.agrees:
            raise typer.Exit(1)

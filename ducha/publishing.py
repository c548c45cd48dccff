"""The bulletin from the first draft to what is published: drafting, sending for review, adopting, publishing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from bulletin import uncommon
from bulletin.adoption import Adoption, adoption
from bulletin.differences import common, differences
from bulletin.printed import Printed, printed
from bulletin.rewording import followed, reworded
from bulletin.text import new_figures
from ducha.bulletins import (
    NAME,
    correction,
    drafted_correction,
    made_bulletin,
    plain_bulletin,
    put_bulletin,
    tell_draft,
)
from ducha.preview import write_preview
from ducha.questions import plain
from ducha.say import HERE, PeriodOption, Place, console, opened, tell_findings
from ledger.errors import StateError
from ledger.period import Period
from ledger.schema.settings import settings
from sync.adopting import Taken, keep_wording, take, wording_of
from sync.drafts import drafts_of
from sync.publications import (
    CORRECTION,
    State,
    altered,
    folder_of,
    frozen,
    late_units,
    move,
    publication,
    publications,
    require_next,
    require_unpublished,
    withdraw,
)
from sync.settings import apply_settings
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

__all__ = ["bulletin", "bulletin_states"]

_STATES: tuple[State, ...] = ("送审", "已批", "已发")
_DRAFTS = 20  # of so many drafts the one is looked for from which a file was made


def bulletin(
    period: PeriodOption,
    draft_: Annotated[bool, typer.Option("--draft", help="退回草稿重新起草；已发的，起草更正的下一版。")] = False,
    state: Annotated[str, typer.Option("--state", help="往前走一步：送审、已批、已发。")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="送审的是哪一份稿子，只有一份时可以不写。")] = None,
    by: Annotated[str, typer.Option("--by", help="经办人或批准人，记入经过。")] = "",
    adopt: Annotated[Path | None, typer.Option("--adopt", help="把领导改定的这份通报采用进台账。")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="采用时不再询问。")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="另存一份PDF预览，要装有LibreOffice。")] = False,
    workspace: Place = HERE,
) -> None:
    """生成通报（Word），送审、批准、发布，采用定稿。"""
    wanted = Period.parse(period)
    if sum(map(bool, (draft_, state, adopt))) > 1:
        raise StateError("--draft、--state、--adopt 一次只能用一个，没有改动，请分开执行。")
    made = None
    with opened(workspace) as place:
        take_snapshot(place, wanted)  # a period that was never opened is told first
        if adopt:
            _adopt(place, wanted, adopt, yes=yes)
        elif state:
            _move(place, wanted, state, by, file)
        else:
            made = _draft(place, wanted, by, anew=draft_)
    if made:
        tell_findings(uncommon(made.read_bytes()))
    if made and pdf:
        console.print(f"PDF预览（正式的PDF请用Word或WPS另存）：{write_preview(made)}")


def _draft(place: Workspace, period: Period, by: str, *, anew: bool) -> Path:
    if not anew:
        require_unpublished(place, period)
    found = made_bulletin(place, period)
    version = (withdraw(place, period, by) if anew else publication(place, period)).last.version
    made = put_bulletin(place, period, found)
    for sentence in tell_draft(made, "通报" if version == 1 else f"通报（第{version}版）"):
        console.print(sentence)
    if note := drafted_correction(place, period, made.path):
        console.print(f"更正说明已生成：{note}")
    return made.path


def _move(place: Workspace, period: Period, state: str, by: str, file: Path | None) -> None:
    if state not in _STATES:
        raise StateError(f"没有“{state}”这个状态，没有改动，请写{'、'.join(_STATES)}中的一个；退回草稿用 --draft。")
    wanted = next(one for one in _STATES if one == state)
    require_next(place, period, wanted)
    document = _found(place, period, file) if file else _document(place, period)
    apply_settings(place)
    printed(document.read_bytes() if document.is_file() else b"")  # what cannot be read cannot be approved either
    note = drafted_correction(place, period, document)
    if not note and (published := publication(place, period).published):
        raise StateError(f"这一稿与已发的第{published}版没有不同，没有改动；不必更正。")
    snapshot = take_snapshot(place, period)
    last = move(place, period, wanted, by, document, snapshot, _note(place, period, note, document)).last
    console.print(f"{period.label}的通报：{state}（第{last.version}版，{document.name}）。")
    if state == "送审" and (changes := _changed_since(place, period, document)):
        told = f"注意：这份稿子生成以后台账又有变化，涉及{changes}处"
        console.print(f"{told}，要写进去请先用 --draft 退回草稿，重新生成后再送审。")
    if state == "已发":
        console.print(f"已存档：{frozen(place, period, last.version)}。以后报来的算逾期补报，不再改动这一版。")


def _document(place: Workspace, period: Period) -> Path:
    """The one that is being approved; before that the only one there is."""
    if held := publication(place, period).held:
        return place.root / next(iter(held))
    folder = folder_of(place, period)
    drafts = sorted(path for path in folder.glob(f"{NAME}*.docx") if "与上一稿的差别" not in path.name)
    if not drafts:
        raise StateError(f"{period.label}的通报还没有生成，请先执行 ducha bulletin --period {period}。")
    if len(drafts) > 1:
        names = "、".join(path.name for path in drafts)
        raise StateError(f"有{len(drafts)}份稿子：{names}，分不清送审哪一份，没有改动，请用 --file 写明。")
    return drafts[0]


def _found(place: Workspace, period: Period, file: Path) -> Path:
    """The file as it was written, or of that name among the period's documents."""
    among = folder_of(place, period) / file
    return among if among.is_file() and not file.is_file() else file.resolve()


def _note(place: Workspace, period: Period, put: Path | None, document: Path) -> bytes | None:
    """The 更正说明 that belongs to a version: the office's own where somebody has edited it."""
    if not put:
        return None
    own = folder_of(place, period) / CORRECTION
    return own.read_bytes() if own != put else correction(place, period, document.read_bytes())


def _changed_since(place: Workspace, period: Period, document: Path) -> int:
    """How many places of the draft behind a document the ledger has changed since."""
    base = _origin(place, period, printed(document.read_bytes()))
    now = printed(made_bulletin(place, period).document)
    return len(differences(base, now)) if base else 0


def _origin(place: Workspace, period: Period, final: Printed) -> Printed | None:
    """The draft from which a document was made: of the period's the one that it has most in common with."""
    drafts = [printed(data) for data in drafts_of(place, period, NAME)[:_DRAFTS]]
    return max(drafts, key=lambda one: common(one, final), default=None)


def _adopt(place: Workspace, period: Period, file: Path, *, yes: bool) -> None:
    try:
        data = _found(place, period, file).read_bytes()
    except OSError as error:
        raise StateError(f"“{file}”读不了，没有采用，请核对路径后重试。") from error
    require_unpublished(place, period)
    apply_settings(place)
    rough = printed(data)
    base = _origin(place, period, rough)
    final = printed(data, base)
    if not base or 2 * common(base, final) < len(base.paragraphs):
        raise StateError(f"“{file.name}”不像是本系统生成的{period.label}的通报，没有采用，请核对是不是这一份。")
    snapshot, wording = take_snapshot(place, period), wording_of(place, period)
    before = plain_bulletin(place, period)
    found = adoption(place.schema, snapshot, base, final, printed(reworded(before, wording)), wording)
    _tell_adoption(place, period, found, final.tracked)
    if found.is_empty or not (yes or _agreed()):
        new = not found.is_empty or found.untaken
        console.print("没有采用，没有作任何改动。" if new else "台账里已经是这样，没有作任何改动。")
        return
    cells = {(one.task, one.key): Taken(one.drafted, one.new) for one in found.cells}
    take(place, period, found.settings, cells, found.wording)
    # a cell that was taken changes the sentences that quote it: the office's wording goes along
    after = printed(plain_bulletin(place, period))
    keep_wording(place, period, followed(found.wording, printed(before), after))
    console.print(f"已采用：设置{len(found.settings)}处，句子{len(found.said)}处，附件{len(cells)}格。")


def _tell_adoption(place: Workspace, period: Period, found: Adoption, tracked: int) -> None:
    if tracked:
        console.print(f"文件里有{tracked}处修订还没有处理，按全部接受来读：插入的算，删除的不算。")
    for where, old, new in _changes(place, period, found):
        console.print(where, style="bold")
        console.print(f"  原为：{old or '（空）'}")
        console.print(f"  改为：{new or '（删去）'}")
    if figures := [figure for old, new in found.said for figure in new_figures(old, new)]:
        console.print(f"提醒：{'、'.join(figures)}不是从台账算出来的，采用后照印；台账有误的，请先在总表里改。")
    for sentence in found.untaken:
        console.print(f"未采用：{sentence}")


def _changes(place: Workspace, period: Period, found: Adoption) -> Iterator[tuple[str, str, str]]:
    present: Mapping[str, tuple[str, str]] = {one.path: (one.name, one.value) for one in settings(place.schema, period)}
    for path, text in found.settings.items():
        name, old = present.get(path, ("下步工作要求（新增）", ""))
        yield f"设置“{name}”", old, text
    for old, text in found.said:
        yield "本期通报的措辞", old, text
    for one in found.cells:
        clash = "" if one.stands == one.drafted else f"（成稿以后单位又报了“{one.stands}”，转到总表“冲突”）"
        yield f"{one.place}{clash}", one.drafted, one.new


def _agreed() -> bool:
    console.print("采用以上各处吗？（是/否，直接回车为否）：", end="")
    try:
        return plain(input()) in ("是", "y", "yes")
    except EOFError:
        console.print()
        return False


def bulletin_states(place: Workspace) -> list[dict[str, object]]:
    """How far each period's bulletin has come, with the sentence that says it."""
    found: list[dict[str, object]] = []
    for period, known in publications(place).items():
        last, late = known.last, late_units(place, period)
        changed = [path.relative_to(place.root).as_posix() for path in altered(place, period)]
        who = f"，{last.by}" if last.by else ""
        says = f"{period.label}的通报：{last.state}（第{last.version}版，{last.at[:16].replace('T', ' ')}{who}）。"
        if late:
            says += f"送审以后又收到：{'、'.join(late)}（逾期补报，不在这一版里）。"
        if changed:
            says += f"存档被改动过：{'、'.join(changed)}，请执行 ducha verify --repair 恢复。"
        found.append(
            {"period": str(period), "version": last.version, "state": last.state, "at": last.at, "by": last.by}
            | {"late": late, "altered": changed, "says": says}
        )
    return found

"""``ducha enter``: what came by telephone becomes a row of sheet 代填, with the same checks as one typed there."""

from contextlib import nullcontext
from datetime import datetime

import pytest
from clerk import PERIOD
from telephone import BOOKED, FIRST, ROAD, change, enter, send, shown, state, text, unit_state

from ducha import deciding
from ledger.errors import StateError
from sync import entering
from sync.intake import sync_once
from sync.publish import publish
from sync.snapshot import disagreements
from sync.waiting import held_up
from sync.workspace import Workspace

SAID = {"本期情况": "有进展", "进展情况": "已完成38公里。", "落实情况": "正常推进"}


def call(place: Workspace, ref: str = "附件1：1", received: str = "2022-09-03", **said: str) -> str:
    return entering.enter(place, "交通局", ref, SAID | said, "电话", received)[1]


def rows(place: Workspace) -> list[object]:
    return [shown(place, "progress", row) for row in range(FIRST, FIRST + 5) if shown(place, "progress", row)]


def test_a_call_is_a_row(handed_out: Workspace) -> None:
    """Recorded at once, shown in the sheet like one that was typed, and the same again is the same."""
    assert call(handed_out) == BOOKED
    assert (text(handed_out), unit_state(handed_out, "交通局").word) == ("已完成38公里。", "代填")
    assert (shown(handed_out, "received"), shown(handed_out, "channel")) == (datetime(2022, 9, 3), "电话")
    before = handed_out.master.read_bytes()
    assert call(handed_out) == BOOKED
    assert handed_out.master.read_bytes() == before
    assert disagreements(handed_out) == ([], [])


def test_calls_stand_below_what_is_there(handed_out: Workspace) -> None:
    """The call received last stands, whatever was entered first."""
    enter(handed_out, progress="手工填的。")
    publish(handed_out)
    call(handed_out, received="2022-09-04 15:30", 进展情况="后来的。")
    call(handed_out, received="2022-09-02", 进展情况="早些的。")
    assert rows(handed_out) == ["手工填的。", "后来的。", "早些的。"]
    assert [state(handed_out, FIRST + number) for number in range(3)] == ["已有更新的填报", BOOKED, "已有更新的填报"]
    assert text(handed_out) == "后来的。"
    send(handed_out, "交通局", "单位自己报的。", arrived=datetime(2022, 9, 4, 15, 29))
    assert text(handed_out) == "后来的。"
    send(handed_out, "交通局", "单位又报的。", arrived=datetime(2022, 9, 4, 15, 31), name="再报.xlsx")
    assert text(handed_out) == "单位又报的。"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ref": "附件9：1"}, "没有登记：附件9：1对不上任务，请核对后重试。"),
        ({"received": "昨天"}, "没有登记：收到时间请写成2022-09-03或2022-09-03 15:30，请核对后重试。"),
        ({"落实情况": "还行"}, "没有登记：落实情况"),
        ({"进展": "好"}, "没有“进展”这一栏"),
    ],
)
def test_a_faulty_call_is_refused(handed_out: Workspace, given: dict[str, str], told: str) -> None:
    """With the sentences of the sheet; nothing is kept."""
    before = handed_out.master.read_bytes()
    with pytest.raises(StateError, match=told):
        call(handed_out, **given)
    assert (handed_out.master.read_bytes(), handed_out.journal.entered.noted()) == (before, [])


def test_while_the_master_is_open(handed_out: Workspace) -> None:
    """It waits in the journal and appears with the next publication, once."""
    lock = handed_out.root / ".~lock.master.xlsx#"
    lock.write_text(",wangning,PC-17,22.08.2022 10:00,file:///C:/;", encoding="utf-8")
    assert call(handed_out) == ""
    assert "1条代填还没有写进总表，总表关闭后再汇总一次就写入。" in held_up(handed_out)
    lock.unlink()
    sync_once(handed_out)
    sync_once(handed_out)
    assert (rows(handed_out), state(handed_out), text(handed_out)) == (["已完成38公里。"], BOOKED, "已完成38公里。")


def test_a_power_cut_after_the_master_was_written(handed_out: Workspace) -> None:
    """The row stands there already: it is not put there again."""
    call(handed_out)
    handed_out.journal.entered.note(handed_out_row(handed_out))
    publish(handed_out)
    assert rows(handed_out) == ["已完成38公里。"]


def handed_out_row(place: Workspace) -> dict[str, str]:
    (row,) = place.journal.entered.of(str(PERIOD))
    return {"unit": row.unit, "ref": "附件1：1", "channel": row.channel, "received": row.received, **row.values}


def test_a_row_can_be_changed_in_the_sheet(handed_out: Workspace) -> None:
    """It is the office's like any other."""
    call(handed_out)
    change(handed_out, progress="已完成40公里。")
    publish(handed_out)
    assert (text(handed_out, ROAD), state(handed_out)) == ("已完成40公里。", BOOKED)


def test_the_command(
    handed_out: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns by their titles; what cannot be understood is told."""

    monkeypatch.setattr(deciding, "opened", lambda _root: nullcontext(handed_out))

    def given(*said: str) -> None:
        deciding.enter(
            "交通局", "附件1：1", set_=list(said), channel="电话", received="2022-09-03", workspace=handed_out.root
        )

    with pytest.raises(StateError, match="看不懂"):
        given("进展情况")
    with pytest.raises(StateError, match="一栏写一次"):
        given("进展情况=一", "进展情况=二")
    given(*(f"{title}={words}" for title, words in SAID.items()))
    assert f"已登记在“代填”里：{BOOKED}。" in capsys.readouterr().out

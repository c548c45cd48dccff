"""What the office decides about a file: set aside and taken back, sent back, its time corrected, its story told."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, cell_at, type_at
from telephone import enter, send, state, text, unit_state

from ducha import deciding
from ledger.errors import StateError
from ledger.period import Period
from sync import rulings
from sync.distribute import distribute
from sync.intake import sync_once
from sync.parcels import remind
from sync.periods import open_period
from sync.publish import publish
from sync.snapshot import disagreements, take_snapshot
from sync.story import stories
from sync.workspace import Workspace

ROAD = "交通局"


@pytest.fixture
def reported(handed_out: Workspace) -> Workspace:
    """交通局 has reported twice: #1 and, newer, #2."""
    send(handed_out, ROAD, "完成20公里。", arrived=datetime(2022, 9, 3, 9), name="报来.xlsx")
    send(handed_out, ROAD, "完成30公里。", arrived=datetime(2022, 9, 4, 9), name="更正.xlsx")
    return handed_out


def now(place: Workspace, what: str = ROAD) -> list[str]:
    return [story.now for story in stories(place, what)]


def remark(place: Workspace) -> tuple[str, str]:
    """State and file of 交通局 in sheet 报送情况."""
    sheet = openpyxl.load_workbook(place.master)["报送情况"]
    keys = {str(cell.value): cell.column for cell in sheet[3] if cell.value}
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, keys["unit"]).value == ROAD)
    return str(sheet.cell(row, keys["state"]).value), str(sheet.cell(row, keys["file"]).value)


def test_a_file_is_set_aside_and_taken_back(reported: Workspace) -> None:
    """The version before it comes back, then none is left; everything can be taken back, and all is in the journal."""
    rulings.exclude(reported, "2", "单位来电说报错了")
    assert (text(reported), now(reported)) == ("完成20公里。", ["采用中", "已撤下"])
    assert remark(reported) == ("已采用", "交通局/报来.xlsx #1（已撤下：#2）")
    rulings.exclude(reported, "#1", "也错了")
    assert (text(reported), unit_state(reported, ROAD).word, unit_state(reported, ROAD).reported) == (
        "", "已撤下", False,
    )  # fmt: skip
    assert ROAD in remind(reported, PERIOD)
    rulings.include(reported, "更正.xlsx")
    assert (text(reported), now(reported)) == ("完成30公里。", ["已撤下", "采用中"])
    rulings.include(reported, "交通局/报来.xlsx", "没有错")
    assert (text(reported), now(reported)) == ("完成30公里。", ["已被#2取代", "采用中"])
    told = [(step.step, step.text) for step in stories(reported, "1")[0].steps[-2:]]
    assert told == [("excluded", "撤下：也错了"), ("included", "恢复：没有错")]
    assert all(reported.stored_path(one.sha256).is_file() for one in reported.journal.submissions.all())
    assert disagreements(reported) == ([], [])


def test_the_same_file_again_stays_set_aside(reported: Workspace) -> None:
    """Only the office takes its decision back."""
    rulings.exclude(reported, "2", "报错了")
    path = reported.root / "inbox" / ROAD / "更正.xlsx"
    path.rename(path.with_name("再报.xlsx"))
    assert sync_once(reported).decided == []
    assert text(reported) == "完成20公里。"


def test_a_report_is_sent_back(reported: Workspace) -> None:
    """Nothing of the unit's counts, the answer gives the reason in front, and the next report is taken as ever."""
    done = rulings.send_back(reported, "2", "没有写到具体数字")
    assert (done.submission.verdict, text(reported), unit_state(reported, ROAD).word) == ("returned", "", "已退回")
    assert now(reported) == ["等单位重报", "本办已退回"]
    (answer,) = (reported.root / "returned" / ROAD).iterdir()
    book = openpyxl.load_workbook(answer)
    assert book.sheetnames[0] == "问题清单"
    assert book["问题清单"]["E2"].value == "文件“更正.xlsx”由本办退回：没有写到具体数字；请修改后重新报送。"
    assert (reported.root / "发放" / "2022年8月退回通知.txt").is_file()
    send(reported, ROAD, "完成31.5公里。", arrived=datetime(2022, 9, 6), name="再报.xlsx")
    assert (text(reported), unit_state(reported, ROAD).word) == ("完成31.5公里。", "已采用")


def test_sending_back_is_taken_back(reported: Workspace) -> None:
    """The answer may have gone out; the report counts again, and a second return has an answer of its own."""
    rulings.send_back(reported, "2", "没有数字")
    rulings.include(reported, "2", "单位补充说明了")
    assert (text(reported), unit_state(reported, ROAD).word) == ("完成30公里。", "已采用")
    rulings.send_back(reported, "2", "还是没有数字")
    assert len(list((reported.root / "returned" / ROAD).iterdir())) == 2
    assert reported.journal.submissions.owed() == []


def test_the_true_time_of_receipt(reported: Workspace) -> None:
    """Late or not, and before or after the telephone: by the corrected time."""
    send(reported, "教育局", "新增学位1000个。", arrived=datetime(2022, 9, 8, 9))
    assert unit_state(reported, "教育局").late
    assert take_snapshot(reported, PERIOD).late == ("教育局",)  # as the bulletin names them
    done = rulings.correct_receipt(reported, "3", "2022-09-05 17:20", "当日已用机要件报送")
    assert done.submission.arrived == "2022-09-05T17:20"
    assert (unit_state(reported, "教育局").late, unit_state(reported, "教育局").received) == (False, "2022-09-05 17:20")
    enter(reported, received=datetime(2022, 9, 4, 8), progress="电话：完成25公里。")
    publish(reported)
    assert (text(reported), state(reported)) == ("完成30公里。", "单位已另报，以单位为准")
    rulings.correct_receipt(reported, "2", "2022-09-03 10:00", "前一天已到")
    assert (text(reported), state(reported)) == ("电话：完成25公里。", "已入账（2022年8月）")
    assert "更正收到时间：2022-09-03 10:00，前一天已到" in [step.text for step in stories(reported, "2")[0].steps]


def test_what_was_refused_can_be_set_aside(handed_out: Workspace) -> None:
    """A file that got there by mistake is then none of the unit's returns."""
    (handed_out.root / "inbox" / ROAD / "照片.xlsx").write_bytes(b"x")
    sync_once(handed_out)
    assert unit_state(handed_out, ROAD).word == "已退回"
    rulings.exclude(handed_out, "照片.xlsx", "放错了文件夹")
    assert unit_state(handed_out, ROAD).word == "已撤下"
    assert handed_out.journal.submissions.answered(str(PERIOD)) == []
    rulings.include(handed_out, "1")
    assert unit_state(handed_out, ROAD).word == "已退回"


REFUSED: dict[str, tuple[Callable[[Workspace], object], str]] = {
    "unknown": (lambda place: rulings.exclude(place, "没有.xlsx", "理由"), "没有收到过"),
    "no reason": (lambda place: rulings.exclude(place, "2", "  "), "请用 --why 写明理由"),
    "twice": (lambda place: [rulings.exclude(place, "2", "错") for _ in "12"], "已经撤下，没有改动"),
    "not excluded": (lambda place: rulings.include(place, "2"), "没有撤下"),
    "not accepted": (lambda place: [rulings.send_back(place, "2", "错") for _ in "12"], "没有收下，不用退回"),
    "no time": (lambda place: rulings.correct_receipt(place, "2", "前天", "机要件"), "看不懂"),
    "another year": (lambda place: rulings.correct_receipt(place, "2", "2020-09-03", "机要件"), "不像2022年8月"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_decided(reported: Workspace, kind: str) -> None:
    """One sentence that says why."""
    act, told = REFUSED[kind]
    with pytest.raises(StateError, match=told):
        act(reported)


def test_two_files_of_one_name(handed_out: Workspace) -> None:
    """Their numbers are offered."""
    for unit in (ROAD, "教育局"):
        send(handed_out, unit, "正常推进。", arrived=datetime(2022, 9, 3))
    with pytest.raises(StateError, match=r"#1 交通局/报来.xlsx、#2 教育局/报来.xlsx"):
        rulings.exclude(handed_out, "报来.xlsx", "错")


def test_a_closed_period_stays_as_it_is(reported: Workspace) -> None:
    """Its reports are archived; a time of receipt may still be put right, it moves points only."""
    open_period(reported, Period.parse("2022-09"))
    distribute(reported, Period.parse("2022-09"))
    with pytest.raises(StateError, match="已经封账"):
        rulings.exclude(reported, "2", "错")
    rulings.correct_receipt(reported, "2", "2022-09-03", "机要件")
    assert unit_state(reported, ROAD).received == "2022-09-03"


def test_the_story_of_a_file(
    reported: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Step by step in Chinese, by number, path, name or unit, and for programs."""
    root: Path = reported.root
    (root / "inbox" / "副本.xlsx").write_bytes((root / "inbox" / ROAD / "报来.xlsx").read_bytes())
    (root / "inbox" / ROAD / "坏的.xlsx").write_bytes(b"x")
    sync_once(reported)
    capsys.readouterr()
    told = [step.text for step in stories(reported, "1")[0].steps]
    assert [line.partition("：")[0] for line in told] == [
        "收到", "等到文件写完整", "原件已存档", "读取、核对", "收下", "并入总表", "回执", "又收到一份完全相同的",
    ]  # fmt: skip
    assert told[-1].endswith("副本.xlsx")
    refused = [step.text for step in stories(reported, "坏的.xlsx")[0].steps]
    assert refused[-1] == "回执：returned/交通局/坏的_退回3说明.txt"
    assert "不是Excel工作簿" in refused[-2]
    for what in ("1", "#1", str(root / "inbox" / ROAD / "报来.xlsx"), "交通局/报来.xlsx", "inbox/交通局/报来.xlsx"):
        assert [story.submission.number for story in stories(reported, what)] == [1]
    assert len(stories(reported, ROAD)) == 3


def test_the_commands(reported: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """They say what they did."""
    place = reported.root

    class Opened:
        def __init__(self, _root: Path) -> None:
            pass

        def __enter__(self) -> Workspace:
            return reported

        def __exit__(self, *_: object) -> None:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "opened", Opened)
        deciding.exclude("2", "报错了", place)
        deciding.include("2", workspace=place)
        deciding.return_("2", "没有数字", place)
        deciding.received("1", "2022-09-03", "15:20", why="机要件", workspace=place)
        deciding.journal("2", workspace=place)
        said = capsys.readouterr().out
        deciding.journal("2", json_=True, workspace=place)
    for line in (
        "已撤下：#2 交通局/更正.xlsx。",
        "已恢复：#2",
        "退回件：returned/交通局/更正_退回2.xlsx",
        "收到时间已改为2022-09-03 15:20：#1",
        "#2  交通局/更正.xlsx  交通局  本办已退回",
        "撤下：报错了",
    ):
        assert line in said
    (data,) = json.loads(capsys.readouterr().out)
    assert (data["number"], data["now"], data["verdict"]) == (2, "本办已退回", "returned")
    assert data["steps"][-1]["step"] == "receipted"


def test_who_was_sent_something_back_is_reminded(reported: Workspace) -> None:
    """With a sentence of its own; who has reported is not."""
    assert ROAD not in remind(reported, PERIOD)
    rulings.send_back(reported, "2", "没有数字")
    assert ROAD in remind(reported, PERIOD)
    told = (reported.root / "发放" / f"{PERIOD.label}催报通知.txt").read_text(encoding="utf-8-sig")
    (line,) = (line for line in told.splitlines() if ROAD in line)
    assert "报来的已退回修改，至今没有收到改好的，请按退回件尽快改好发回。" in line


@pytest.mark.parametrize(("typed", "codes"), [("差不多了", ["status_unknown"]), ("正常推进，略慢", []), ("已完成", [])])
def test_a_status_that_is_none(reported: Workspace, typed: str, codes: list[str]) -> None:
    """The office may write what it likes; that no light follows from it is told."""
    type_at(reported.master, "附件1", cell_at(reported.master, "附件1", "status", "A1-001"), typed)
    assert [item.code for item in publish(reported).findings if item.code == "status_unknown"] == codes
    assert text(reported, key="status") == typed

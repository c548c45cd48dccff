"""Sheet 指标建议: indicators read out of the tasks' texts, in force once the office says so."""

from contextlib import nullcontext

import openpyxl
import pytest
from clerk import PERIOD, edit
from openpyxl.workbook import Workbook

from ducha import looking, overview
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.publish import publish
from sync.register import register
from sync.waiting import undecided
from sync.workspace import Workspace

SHEET = "指标建议"
KEYS = ("ref", "name", "kind", "target", "measure")
PROPOSED = [
    ("附件1：1", "新建改建农村公路", "达到", 60, "公里"),
    ("附件1：2", "新增学位", "达到", 3000, "个"),
    ("附件1：2", "改造校舍", "达到", 5, "万平方米"),
]


def rows(place: Workspace, sheet: str = SHEET) -> list[tuple[object, ...]]:
    """The rows of a sheet without the empty ones, the cells of an indicator each."""
    found = openpyxl.load_workbook(place.master)[sheet]
    columns = {cell.value: cell.column for cell in found[3]}
    every = (tuple(found.cell(row, columns[key]).value for key in KEYS) for row in range(5, found.max_row + 1))
    return [row for row in every if any(row)]


def decide(place: Workspace, said: dict[int, dict[str, object]]) -> None:
    """The office types into rows (from 0) of the sheet, and the next merge comes."""

    def typed(book: Workbook) -> None:
        columns = {cell.value: cell.column for cell in book[SHEET][3]}
        for row, cells in said.items():
            for key, value in cells.items():
                book[SHEET].cell(5 + row, columns[key]).value = value

    edit(place.master, typed)
    publish(place)


@pytest.fixture
def proposed(workspace: Workspace, document: object) -> Workspace:
    """Three tasks imported, two with figures."""
    register(workspace, [document], tasks_only=True)  # type: ignore[list-item]
    open_period(workspace, PERIOD)
    return workspace


def test_what_the_texts_want_is_proposed(proposed: Workspace) -> None:
    """With the words; a task without figures proposes nothing, and nothing is in force yet."""
    assert rows(proposed) == PROPOSED
    assert rows(proposed, "指标") == []
    assert undecided(proposed, open_master(proposed)).suggestions == 3
    assert openpyxl.load_workbook(proposed.master)[SHEET]["C6"].value == "新增学位3000个"
    before = proposed.master.read_bytes()
    sync_once(proposed)
    assert proposed.master.read_bytes() == before


def test_adopted_ones_are_indicators(proposed: Workspace) -> None:
    """As the office corrected them, as if it had typed them; they are handed out."""
    decide(proposed, {0: {"decision": "采用", "target": 84}, 1: {"decision": "不采用"}})
    assert rows(proposed) == PROPOSED[2:]
    assert rows(proposed, "指标") == [("附件1：1", "新建改建农村公路", "达到", 84, "公里")]
    distribute(proposed, PERIOD)
    issue = proposed.journal.newest_issues(str(PERIOD))["交通局"]
    assert {name: locked["target"] for name, locked in issue.indicators.items()} == {"A1-001#1": "84"}


def test_a_correction_stands(proposed: Workspace) -> None:
    """What is typed over a proposal or over the adopted indicator is never put back."""
    decide(proposed, {1: {"name": "公办学位", "target": 2800}})
    assert rows(proposed)[1] == ("附件1：2", "公办学位", "达到", 2800, "个")
    decide(proposed, {1: {"decision": "采用"}})
    edit(proposed.master, lambda book: book["指标"].__setitem__("E5", 2600))
    for _ in range(2):
        publish(proposed)
    assert rows(proposed, "指标")[0][:4] == ("附件1：2", "公办学位", "达到", 2600)
    assert len(rows(proposed)) == 2


def test_deleted_ones_stay_deleted(proposed: Workspace, document: object) -> None:
    edit(proposed.master, lambda book: book[SHEET].delete_rows(5, 2))
    publish(proposed)
    register(proposed, [document], tasks_only=True)  # type: ignore[list-item]
    assert rows(proposed) == PROPOSED[2:]


def test_what_is_an_indicator_already_is_not_added_again(proposed: Workspace) -> None:
    def typed(book: Workbook) -> None:
        for letter, value in zip("BCDEF", PROPOSED[0], strict=True):
            book["指标"][f"{letter}5"] = value

    edit(proposed.master, typed)
    decide(proposed, {0: {"decision": "采用", "name": "农村公路"}})
    assert rows(proposed, "指标") == PROPOSED[:1]
    assert rows(proposed) == PROPOSED[1:]


def test_the_office_that_does_not_want_them_deletes_the_sheet(proposed: Workspace) -> None:
    edit(proposed.master, lambda book: book.remove(book[SHEET]))
    assert publish(proposed).findings == []


def test_a_word_that_is_no_choice_takes_nothing(proposed: Workspace) -> None:
    """It is told, and the proposal stays."""
    decide(proposed, {0: {"decision": "同意"}})
    (told,) = [item.message for item in publish(proposed).findings if item.code == "choice_unknown"]
    assert told == "指标建议!H5（处理）填的是“同意”，不在可选项里；请从下拉列表里选：采用、不采用。"
    assert undecided(proposed, open_master(proposed)).suggestions == 3
    assert rows(proposed, "指标") == []


def test_proposals_do_not_wait_for_the_office(
    proposed: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be taken: one line with their number, apart from what waits."""
    for module in (looking, overview):
        monkeypatch.setattr(module, "opened", lambda _root: nullcontext(proposed))
    looking.status(workspace=proposed.root)
    overview.tell_overview(proposed.root)
    said = capsys.readouterr().out
    assert said.count("另有3个从任务里读出的指标可以采用（总表“指标建议”）") == 2
    assert not [line for line in said.splitlines() if "等您处理" in line and "指标建议" in line]

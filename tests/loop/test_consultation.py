"""征求意见: a unit is shown what the bulletin will print, no more, no less, and in the office's words."""

from pathlib import Path

import docx
import pytest
from clerk import PERIOD, edit, fill
from openpyxl.workbook import Workbook

from addin.papers import chosen_tasks, issue_day, write_consultations, write_orders
from bulletin.printed import printed
from ducha.bulletins import made_bulletin
from ledger.wording import Wording
from sync.adopting import keep_wording
from sync.intake import sync_once
from sync.master import open_master
from sync.publish import publish
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

# 38 of 60 is no 83.3 %: somebody has to ask before any figure of this task is printed
WRONG = "截至8月底完成38公里，完成全年任务的83.3%。"
FIGURE = {"ref": "附件1：1", "name": "农村公路", "kind": "达到", "target": 60, "measure": "公里", "actual": 38}
CHECKED = "填报的数字前后不一，进度待核实"


def type_into(place: Workspace, sheet: str, row: int, **cells: object) -> None:
    def typed(book: Workbook) -> None:
        columns = {cell.value: cell.column for cell in book[sheet][3] if cell.value}
        for key, value in cells.items():
            book[sheet].cell(row, columns[key]).value = value

    edit(place.master, typed)


@pytest.fixture
def contradicted(handed_out: Workspace) -> Workspace:
    """A road that is behind, and of which the unit writes figures that do not go together."""
    source = next((handed_out.root / "outbox" / "交通局").glob("*"))
    said = {"本期情况": "有进展", "进展情况": WRONG, "落实情况": "进度滞后"}
    fill(source, handed_out.root / "inbox" / "交通局" / "报来.xlsx", lambda _: said)
    sync_once(handed_out)
    type_into(handed_out, "指标", 5, **FIGURE)
    publish(handed_out)
    return handed_out


def bulletin(place: Workspace) -> str:
    return "\n".join(printed(made_bulletin(place, PERIOD).document).paragraphs)


def letter(place: Workspace, unit: str = "交通局") -> str:
    shown = take_snapshot(place, PERIOD)
    paths = write_consultations(place, open_master(place), shown, issue_day(place.schema, PERIOD))
    return words(next(path for path in paths if path.stem == f"征求意见_{unit}"))


def words(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_a_contradicted_figure_is_shown_to_nobody(contradicted: Workspace) -> None:
    """Neither to the leaders nor to the unit: a wrong figure does more harm than a missing one."""
    for text in (bulletin(contradicted), letter(contradicted)):
        assert CHECKED in text
        assert "38公里" not in text


@pytest.mark.parametrize("decision", ["已核实", "忽略"])
def test_what_the_office_has_cleared_up_is_printed(contradicted: Workspace, decision: str) -> None:
    """Sheet 核查 decides: the figure is right after all, in the letter and in the bulletin."""
    type_into(contradicted, "核查", 5, decision=decision)
    for text in (bulletin(contradicted), letter(contradicted)):
        assert CHECKED not in text
        assert "农村公路38公里" in text


@pytest.mark.parametrize("typed", [{"reason": "正在问"}, {"decision": "可以"}])
def test_other_words_clear_nothing_up(contradicted: Workspace, typed: dict[str, str]) -> None:
    type_into(contradicted, "核查", 5, **typed)
    assert CHECKED in bulletin(contradicted)


def test_nor_is_it_printed_in_an_order(contradicted: Workspace) -> None:
    """The unit is asked to say what is right."""
    shown = take_snapshot(contradicted, PERIOD)
    day = issue_day(contradicted.schema, PERIOD)

    def order() -> str:
        lines = chosen_tasks(shown, ["附件1：1"])
        return words(write_orders(contradicted, open_master(contradicted), shown, lines, day)[0])

    assert "填报的数字前后不一，请核实后一并说明。" in order()
    assert "完成38公里" not in order()
    type_into(contradicted, "核查", 5, decision="已核实")
    assert "完成38公里，年度目标60公里" in order()


def test_the_office_s_words_reach_the_unit(contradicted: Workspace) -> None:
    drafted = next(line for line in letter(contradicted).split("\n") if CHECKED in line)
    sentence = drafted.split("。")[-2] + "。"
    keep_wording(contradicted, PERIOD, Wording(said={sentence: "如：农村公路（附件1：1）数字正在核实。"}))
    for text in (bulletin(contradicted), letter(contradicted)):
        assert "如：农村公路（附件1：1）数字正在核实。" in text
        assert CHECKED not in text

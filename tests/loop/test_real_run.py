"""The real run: 丰城's 186 tasks handed out, filled with the real reports, merged, and printed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from clerk import cell_at, fill
from docx import Document

from ducha.bulletins import write_bulletin
from ledger.period import Period
from ledger.task import Task, folded
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import Master, open_master
from sync.periods import open_period
from sync.register import register
from sync.workspace import Workspace, default_schema
from xlsx import Book

PERIOD = Period.parse("2022Q3")
TWO_PARTS = "A1-161"
NAMED = {"A1-001": "发改委", "A1-006": "人社局", "A1-007": "人社局"}


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "truth" / "fengcheng.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def reports(truth: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The real reports by task id."""
    found = {f"A1-{row['no']:03d}": row for row in truth["annex1"]}
    counted: dict[int, int] = {}
    for row in truth["annex2"]:
        counted[row["no"]] = counted.get(row["no"], 0) + 1
        found[f"A2-{row['no']:02d}.{counted[row['no']]}"] = row
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Workspace]:
    """The workspace with 丰城's tasks alone."""
    workspace = Workspace.create(tmp_path_factory.mktemp("丰城"), default_schema().replace("安平市", "丰城市"))
    seed = next((shared / "seeds").glob("000_*"))
    with workspace.locked():
        register(workspace, [seed], tasks_only=True)
        yield workspace


def test_the_whole_loop(place: Workspace, reports: dict[str, dict[str, str]], truth: dict[str, Any]) -> None:
    """Import, name reporters, hand out, fill, merge, print; each step is checked before the next."""
    assert_units_columns_empty(place)
    assert name_reporters(place) == NAMED
    hand_out_all(place)
    answer(place, reports)
    done = sync_once(place)
    assert {item.verdict for item in done.decided} == {"accepted"}
    assert_master_holds(open_master(place), reports)
    before = place.master.read_bytes()
    again = sync_once(place)
    assert again.decided == []
    assert place.master.read_bytes() == before
    assert_bulletin_equals(write_bulletin(place, PERIOD), truth)


def assert_units_columns_empty(place: Workspace) -> None:
    master = open_master(place)
    tasks = place.journal.tasks()
    assert len(tasks) == 161 + 25
    texts = {master.text(task.id, key) for task in tasks for key in place.schema.owned("unit")}
    assert texts == {""}


def name_reporters(place: Workspace) -> dict[str, str]:
    """Type a name into every 填报单位 cell that says 待指定; returns who was named for which task."""
    open_period(place, PERIOD)
    waiting = [str(item.task) for item in distribute(place, PERIOD).findings if item.code == "reporter_unnamed"]
    book = Book(place.master.read_bytes())
    for task in waiting:
        book.put("附件1", cell_at(place.master, "附件1", "reporter", task), NAMED[task])
    place.master.write_bytes(book.save())
    return {task: NAMED[task] for task in waiting}


def hand_out_all(place: Workspace) -> None:
    done = distribute(place, PERIOD)
    assert [item for item in done.findings if item.code == "reporter_unnamed"] == []
    issued = place.journal.newest_issues(str(PERIOD))
    first = [task for issue in issued.values() for task in issue.reporter]
    assert sorted(first) == sorted(task.id for task in place.journal.tasks()), "every task has exactly one reporter"
    assert {path.name for path in (place.root / "outbox").iterdir()} == set(issued)


def answer(place: Workspace, reports: dict[str, dict[str, str]]) -> None:
    """Every unit fills its workbook: the first lead with the real texts, the others tick 无补充."""
    issued = place.journal.newest_issues(str(PERIOD))
    tasks = {task.id: task for task in place.journal.tasks()}
    for unit, issue in issued.items():

        def typed(row: dict[str, str], unit: str = unit, mine: frozenset[str] = issue.reporter) -> dict[str, object]:
            if row["id"] == TWO_PARTS:
                return part_of(reports[TWO_PARTS]["progress"], tasks[TWO_PARTS], unit)
            if row["id"] not in mine:
                return {"本期情况": "无补充"}
            report = reports[row["id"]]
            return {"本期情况": "有进展", "进展情况": report["progress"], "存在问题": report["problems"] or None}

        source = next((place.root / "outbox" / unit).iterdir())
        fill(source, place.root / "inbox" / unit / source.name, typed)


def part_of(text: str, task: Task, unit: str) -> dict[str, object]:
    """The unit's own part of a text that the seed prints as ``1.政法委：…`` and ``2.公安局：…``."""
    number = task.lead_units.index(unit) + 1
    start = text.index(f"{number}.{unit}：")
    following = f"\n{number + 1}."
    end = text.index(following, start) if following in text[start:] else len(text)
    return {"本期情况": "有进展", "进展情况": text[start:end].removeprefix(f"{number}.{unit}：")}


def assert_master_holds(master: Master, reports: dict[str, dict[str, str]]) -> None:
    for task, report in reports.items():
        for key in ("progress", "problems"):
            # the first row of the seed has a report without text: 无 stands for nothing anywhere else
            assert folded(master.text(task, key)) == folded(report[key]), (task, key)
    assert master.text(TWO_PARTS, "progress").startswith("1.政法委：")
    assert "\n2.公安局：" in master.text(TWO_PARTS, "progress")


def assert_bulletin_equals(path: Path, truth: dict[str, Any]) -> None:
    """A cell that is merged with the one above holds no text of its own, as in the seed."""
    one, two = ([[folded(cell) for cell in row] for row in table if len(row) > 1] for table in annex_tables(path))
    keys = ("leaders", "lead_units", "responsible_units", "progress", "problems")
    printed = [[f"{row['no']}.{row['task']}", *(row[key] for key in keys)] for row in truth["annex1"]]
    assert one[1:] == [[folded(text) for text in row] for row in printed]
    assert [row[2:] for row in two[1:]] == [
        [folded(row["target"]), *(folded(row[key]) for key in keys)] for row in truth["annex2"]
    ]


def annex_tables(path: Path) -> list[list[list[str]]]:
    """The wide tables of a document as rows of texts, one for each cell that stands in the file."""
    wide = [table for table in Document(str(path)).tables if len(table.columns) > 4]
    return [[["".join(cell.xpath(".//w:t/text()")) for cell in row._tr.tc_lst] for row in table.rows] for table in wide]


def test_the_master_opens_elsewhere(place: Workspace) -> None:
    """openpyxl, a reader that we did not write, sees the same texts where the headers say they are."""
    sheet = openpyxl.load_workbook(place.master)["附件1"]
    headers = [cell.value for cell in sheet[4]]
    assert headers[headers.index("责任单位") + 1] == "填报单位"
    progress = headers.index("进展情况") + 1
    texts = [sheet.cell(row, progress).value for row in range(5, sheet.max_row + 1)]
    assert sum(bool(text) for text in texts) == 161

"""The journal: what is put in comes out, in order, once, whole, and after reopening."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from ledger.errors import StateError
from ledger.finding import finding
from ledger.period import Period
from ledger.task import Entry, Task
from sync.journal import Journal
from sync.records import Issue

MakeTask = Callable[..., Task]
PERIOD, NEXT = "2022-08", "2022-09"
CELL = ("A1-001", "progress")
ARRIVED = "2022-09-01T08:00:00+08:00"
SAID = {"A1-001": {"科技局": {"progress": "已开工。"}}}


def entry(text: str, *, task: str = "A1-001", unit: str = "科技局", period: str = PERIOD) -> Entry:
    return Entry(task=task, unit=unit, period=period, values={"progress": text})


def issue(number: str, unit: str = "科技局", period: str = PERIOD) -> Issue:
    return Issue(
        id=number, unit=unit, period=period, rows={"A1-001": {"text": "建学校"}}, reporter=frozenset({"A1-001"})
    )


def test_tasks_come_back_in_ledger_order(journal: Journal, task: MakeTask) -> None:
    """By annex, within it in the order in which they were added."""
    first = [task("A2-001"), task("A1-002", leaders=("林岚",), printed={"leaders": "林  岚"})]
    journal.add_tasks(first)
    journal.add_tasks([task("A1-001")])
    assert [item.id for item in journal.tasks()] == ["A1-002", "A1-001", "A2-001"]
    assert journal.tasks()[0] == first[1]


def test_a_task_id_is_given_once(journal: Journal, task: MakeTask) -> None:
    """None of a batch with a known id is added."""
    journal.add_tasks([task("A1-001")])
    with pytest.raises(sqlite3.IntegrityError):
        journal.add_tasks([task("A1-002"), task("A1-001")])
    assert [item.id for item in journal.tasks()] == ["A1-001"]


def test_tasks_that_have_been_given_their_row(journal: Journal, task: MakeTask) -> None:
    """So that a row which a person deleted is not put back."""
    journal.add_tasks([task("A1-001"), task("A1-002")])
    assert journal.placed() == set()
    journal.place(["A1-002"])
    assert journal.placed() == {"A1-002"}


def test_one_period_is_open(journal: Journal) -> None:
    """Opening the next one closes it; an earlier one may be opened again; all are remembered in order of time."""
    assert journal.open_period() is None
    for text in (NEXT, PERIOD, "2022Q3", NEXT):
        journal.set_open(Period.parse(text))
        assert journal.open_period() == Period.parse(text)
    assert [str(period) for period in journal.periods()] == [PERIOD, NEXT, "2022Q3"]


def test_issues_are_found_by_id_and_the_newest_by_unit(journal: Journal) -> None:
    """Old issues stay known: a workbook handed out earlier may still come back."""
    for made in (issue("ONE"), issue("TWO"), issue("民", "民政局"), issue("THREE", period=NEXT)):
        journal.add_issue(made)
    assert journal.issue("ONE") == issue("ONE")
    assert journal.issue("FOUR") is None
    assert journal.newest_issues(PERIOD) == {"科技局": issue("TWO"), "民政局": issue("民", "民政局")}


def test_an_issue_that_is_made_again_is_the_newest(journal: Journal) -> None:
    """A task was changed and changed back: the workbook handed out is the first one again."""
    for number in ("ONE", "TWO", "ONE"):
        journal.add_issue(issue(number))
    assert journal.newest_issues(PERIOD)["科技局"].id == "ONE"


def test_a_file_is_seen_once(journal: Journal) -> None:
    """The same bytes at the same place are the same submission; other bytes or another place are not."""
    first = journal.see("科技局/表.xlsx", "11", "科技局", ARRIVED)
    assert (first.state, first.verdict, first.unit, first.findings) == ("seen", None, None, ())
    assert journal.see("科技局/表.xlsx", "11", "科技局", "later") == first
    journal.see("科技局/表.xlsx", "22", "科技局", ARRIVED)
    journal.see("表.xlsx", "11", "", ARRIVED)
    assert [item.number for item in journal.submissions()] == [1, 2, 3]


def test_a_submission_goes_step_by_step(journal: Journal) -> None:
    """Every step is on record, the verdict stays, and what has become known is not forgotten."""
    number = journal.see("表.xlsx", "11", "", ARRIVED).number
    wrong = finding("row_missing", sheet="任务填报", task="A1-003", ref="附件1：3")
    journal.move(number, "read", unit="科技局", period=PERIOD)
    journal.move(number, "returned", findings=[wrong])
    journal.move(number, "receipted")
    assert journal.steps(number) == ["seen", "read", "returned", "receipted"]
    (done,) = journal.submissions(PERIOD)
    assert (done.state, done.verdict, done.unit, done.findings) == ("receipted", "returned", "科技局", (wrong,))
    assert journal.submissions(NEXT) == []


def test_seeing_a_file_again_is_no_step(journal: Journal) -> None:
    """Every sync looks at every file in the inbox."""
    number = journal.see("表.xlsx", "11", "", ARRIVED).number
    journal.move(number, "stored")
    assert journal.see("表.xlsx", "11", "", ARRIVED).state == "stored"
    assert journal.steps(number) == ["seen", "stored"]


def test_of_a_units_entries_the_newest_wins(journal: Journal) -> None:
    """By task, unit and period; other units, tasks and periods are not touched."""
    others = [entry("二", unit="民政局"), entry("三", task="A1-002"), entry("四", period=NEXT)]
    journal.put_entries([entry("旧"), *others], None)
    journal.put_entries([entry("新")], 2)
    found = journal.entries(PERIOD)
    assert found["A1-001"] == {"民政局": {"progress": "二"}, "科技局": {"progress": "新"}}
    assert found["A1-002"] == {"科技局": {"progress": "三"}}
    assert journal.entries(NEXT) == {"A1-001": {"科技局": {"progress": "四"}}}


def test_dropped_entries_are_gone(journal: Journal) -> None:
    """A newer workbook that says nothing about a task takes its old report back."""
    journal.put_entries([entry("一"), entry("二", task="A1-002"), entry("三", unit="民政局")], None)
    journal.drop_entries("科技局", PERIOD, ["A1-001", "A1-009"])
    assert journal.entries(PERIOD) == {
        "A1-001": {"民政局": {"progress": "三"}}, "A1-002": {"科技局": {"progress": "二"}},
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["base", "archive"])
def test_cells_are_kept_by_period(journal: Journal, kind: str) -> None:
    """What is set replaces the cell, and only the cell; base and archive do not mix."""
    read, write = getattr(journal.cells, kind), getattr(journal.cells, f"set_{kind}")
    write(PERIOD, {CELL: "旧", ("A1-002", "status"): ""})
    write(PERIOD, {CELL: "新"})
    write(NEXT, {CELL: "下期"})
    assert read(PERIOD) == {CELL: "新", ("A1-002", "status"): ""}
    assert read(NEXT) == {CELL: "下期"}
    assert (journal.cells.archive if kind == "base" else journal.cells.base)(PERIOD) == {}


def test_a_cell_has_one_waiting_conflict(journal: Journal) -> None:
    """It takes the newer texts; once it is decided the next clash is another one."""
    for units in ("单位", "单位", "单位又改"):
        journal.cells.put_conflict(CELL, PERIOD, "本办", units, "表.xlsx")
    journal.cells.decide(1, "本办")
    journal.cells.put_conflict(CELL, PERIOD, "本办", "单位三改", "表.xlsx")
    first, second = journal.cells.conflicts()
    assert (first.task, first.column, first.office, first.units, first.decision) == (*CELL, "本办", "单位又改", "本办")
    assert (second.decision, second.units) == ("", "单位三改")


def test_the_office_decides_a_conflict(journal: Journal) -> None:
    """One conflict by its number; the others wait."""
    journal.cells.put_conflict(CELL, PERIOD, "本办", "单位", "表.xlsx")
    journal.cells.put_conflict(CELL, NEXT, "本办", "单位", "表.xlsx")
    journal.cells.decide(2, "单位")
    assert [conflict.decision for conflict in journal.cells.conflicts()] == ["", "单位"]


def test_changes_come_newest_first(journal: Journal) -> None:
    """As many as asked for, each with cell, old, new, source and time."""
    journal.cells.add_changes([(CELL, "", "一", "甲.xlsx"), (CELL, "一", "二", "乙.xlsx")])
    journal.cells.add_changes([(CELL, "二", "三", "丙.xlsx")])
    newest, before = journal.cells.changes(2)
    assert (newest.task, newest.column, newest.old, newest.new, newest.source) == (*CELL, "二", "三", "丙.xlsx")
    assert before.new == "二"
    assert datetime.fromisoformat(newest.at).tzinfo is not None


def test_a_finding_is_kept_once(journal: Journal) -> None:
    """Importing a document again does not double its list."""
    gap, missing = finding("number_gap", place="表1", before=1, value=3), finding("report_empty", place="表2")
    journal.add_findings([gap, missing])
    journal.add_findings([missing, gap])
    assert journal.findings() == [gap, missing]


def test_single_facts_are_remembered(journal: Journal) -> None:
    """The newest value of each name."""
    assert journal.fact("master") is None
    journal.set_fact("master", "11")
    journal.set_fact("master", "22")
    assert journal.fact("master") == "22"


def test_a_transaction_that_fails_leaves_nothing(journal: Journal, task: MakeTask) -> None:
    """Whatever was written inside, in as many calls as there were, is undone; the journal stays usable."""

    def fail() -> None:
        with journal.transaction():
            journal.add_tasks([task("A1-001")])
            journal.put_entries([entry("一")], None)
            journal.set_open(Period.parse(PERIOD))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert (journal.tasks(), journal.entries(PERIOD), journal.open_period()) == ([], {}, None)
    journal.add_tasks([task("A1-001")])
    assert len(journal.tasks()) == 1


def test_transactions_may_be_nested(journal: Journal) -> None:
    """An inner one joins the outer one, which alone makes durable."""

    def fail() -> None:
        with journal.transaction():
            with journal.transaction():
                journal.set_fact("inner", "1")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert journal.fact("inner") is None


def test_everything_is_there_after_reopening(tmp_path: Path, task: MakeTask) -> None:
    """The file alone holds it all."""
    path = tmp_path / "journal.db"
    first = Journal(path)
    first.add_tasks([task("A1-001")])
    first.set_open(Period.parse(PERIOD))
    first.put_entries([entry("已开工。")], None)
    first.close()
    second = Journal(path)
    assert (second.tasks(), second.entries(PERIOD)) == ([task("A1-001")], SAID)
    assert str(second.open_period()) == PERIOD
    second.close()


def test_what_was_not_committed_is_not_there_after_a_crash(tmp_path: Path) -> None:
    """The process ends in the middle of a transaction: the file is as before it."""
    path = tmp_path / "journal.db"
    first = Journal(path)
    first.set_fact("before", "1")

    def die() -> None:
        with first.transaction():
            first.set_fact("inside", "1")
            first.close()  # what a killed process leaves: no COMMIT, no ROLLBACK

    with pytest.raises(sqlite3.ProgrammingError):
        die()
    second = Journal(path)
    assert (second.fact("before"), second.fact("inside")) == ("1", None)
    second.close()


def test_a_damaged_journal_is_told(tmp_path: Path) -> None:
    """One sentence with the remedy; the file is left as it is."""
    path = tmp_path / "journal.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StateError, match="打不开或已损坏"):
        Journal(path)
    assert path.read_bytes() == b"not a database" * 100

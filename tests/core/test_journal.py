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


def accepted(journal: Journal, place: str, *, unit: str = "科技局", saved: str | None = None) -> int:
    """A file of these bytes (its ``place`` stands for them) that was judged right."""
    number = journal.submissions.see(f"{unit}/{place}", place, unit, ARRIVED).number
    journal.submissions.move(number, "accepted", unit=unit, period=PERIOD, saved=saved)
    return number


def test_a_file_is_seen_once(journal: Journal) -> None:
    """The same bytes in the same folder are the same submission, whatever they are called; other bytes are not."""
    log = journal.submissions
    first = log.see("科技局/表.xlsx", "11", "科技局", ARRIVED)
    assert (first.state, first.verdict, first.unit, first.findings) == ("seen", None, None, ())
    for place in ("科技局/表.xlsx", "科技局/副本.xlsx", "科技局/副本.xlsx"):
        assert log.see(place, "11", "科技局", "later") == first
    log.see("科技局/表.xlsx", "22", "科技局", ARRIVED)
    log.see("民政局/表.xlsx", "11", "民政局", ARRIVED)
    assert [item.number for item in log.all()] == [1, 2, 3]
    assert log.sightings(1) == ["科技局/副本.xlsx"]


def test_a_known_file_in_the_root_is_its_units(journal: Journal) -> None:
    """It was sent by mail as well; in another unit's folder it is another matter."""
    number = accepted(journal, "11")
    assert [journal.submissions.see(place, "11", folder, ARRIVED).number for place, folder in (
        ("表.xlsx", ""), ("科技局/表.xlsx", "科技局"), ("民政局/表.xlsx", "民政局"),
    )] == [number, number, number + 1]  # fmt: skip


def test_a_submission_goes_step_by_step(journal: Journal) -> None:
    """Every step is on record, the verdict stays, and what has become known is not forgotten."""
    log = journal.submissions
    number = log.see("表.xlsx", "11", "", ARRIVED).number
    wrong = finding("row_missing", sheet="任务填报", task="A1-003", ref="附件1：3")
    log.move(number, "read", unit="科技局", period=PERIOD)
    log.move(number, "returned", findings=[wrong])
    log.move(number, "receipted")
    assert [step.state for step in log.steps(number)] == ["seen", "read", "returned", "receipted"]
    (done,) = log.of(PERIOD)
    assert (done.state, done.verdict, done.unit, done.findings) == ("receipted", "returned", "科技局", (wrong,))
    assert log.of(NEXT) == []


def test_seeing_a_file_again_is_no_step(journal: Journal) -> None:
    """Every sync looks at every file in the inbox."""
    log = journal.submissions
    number = log.see("表.xlsx", "11", "", ARRIVED).number
    log.move(number, "stored")
    assert log.see("表.xlsx", "11", "", ARRIVED).state == "stored"
    assert [step.state for step in log.steps(number)] == ["seen", "stored"]


def test_a_ruling_stands_beside_the_verdict(journal: Journal) -> None:
    """The office may set a file aside and take it back; both are on record with their reasons."""
    log = journal.submissions
    number = accepted(journal, "11")
    log.rule(number, "excluded", "报错了")
    assert [(one.judged, one.verdict) for one in log.all()] == [("accepted", "excluded")]
    log.rule(number, None, "没报错")
    assert [one.verdict for one in log.all()] == ["accepted"]
    assert [(step.state, step.why) for step in log.steps(number)[2:]] == [
        ("excluded", "报错了"),
        ("included", "没报错"),
    ]


def test_an_answer_is_owed_until_it_is_delivered(journal: Journal) -> None:
    """And known for good."""
    log = journal.submissions
    number = accepted(journal, "11")
    log.owe(number, "returned/科技局/表_退回1.xlsx", "22")
    (answer,) = log.owed()
    assert (answer.submission, answer.path, answer.sha256) == (number, "returned/科技局/表_退回1.xlsx", "22")
    log.delivered(answer)
    assert (log.owed(), log.answers(number)) == ([], [answer.path])
    assert log.answered(PERIOD) == [("科技局", answer.path)]


def test_of_a_units_entries_the_newest_wins(journal: Journal) -> None:
    """By task, unit and period; other units, tasks and periods are not touched."""
    others = [entry("二", unit="民政局"), entry("三", task="A1-002"), entry("四", period=NEXT)]
    journal.put_entries([entry("旧"), *others], None)
    journal.put_entries([entry("新")], accepted(journal, "11"))
    found = journal.entries(PERIOD)
    assert found["A1-001"] == {"民政局": {"progress": "二"}, "科技局": {"progress": "新"}}
    assert found["A1-002"] == {"科技局": {"progress": "三"}}
    assert journal.entries(NEXT) == {"A1-001": {"科技局": {"progress": "四"}}}


def test_silence_is_a_report(journal: Journal) -> None:
    """A newer workbook that says nothing about a task takes its old report back, and gives it back with itself."""
    journal.put_entries([entry("一"), entry("二", task="A1-002"), entry("三", unit="民政局")], None)
    number = accepted(journal, "11")
    journal.put_entries([], number, [(task, "科技局", PERIOD) for task in ("A1-001", "A1-009")])
    rest = {"A1-001": {"民政局": {"progress": "三"}}, "A1-002": {"科技局": {"progress": "二"}}}
    assert journal.entries(PERIOD) == rest
    journal.submissions.rule(number, "excluded", "报错了")
    assert journal.entries(PERIOD)["A1-001"]["科技局"] == {"progress": "一"}


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("2022-09-03T08:00:00+00:00", "2022-09-03T07:59:59+00:00", "一"),
        ("2022-09-03T08:00:00+00:00", "2022-09-03T08:00:00+00:00", "二"),
        ("2022-09-03T08:00:00+00:00", "2022-09-03T08:00:01+00:00", "二"),
        ("2022-09-03T08:00:00+00:00", None, "二"),
        (None, "2022-09-01T08:00:00+00:00", "二"),
    ],
)
def test_the_version_that_was_saved_last_stands(
    journal: Journal, first: str | None, second: str | None, stands: str
) -> None:
    """Of two that say so; else the one that was seen last."""
    for text, saved in (("一", first), ("二", second)):
        journal.put_entries([entry(text)], accepted(journal, text, saved=saved))
    assert journal.entries(PERIOD) == {"A1-001": {"科技局": {"progress": stands}}}


def test_what_was_sent_back_takes_all_before_it_along(journal: Journal) -> None:
    """The unit has replaced it itself; the next report counts."""
    numbers = [accepted(journal, text) for text in "一二"]
    for number, text in zip(numbers, "一二", strict=True):
        journal.put_entries([entry(text)], number)
    journal.submissions.rule(numbers[1], "returned", "太简单")
    assert journal.entries(PERIOD) == {}
    journal.put_entries([entry("三")], accepted(journal, "三"))
    assert journal.entries(PERIOD)["A1-001"]["科技局"] == {"progress": "三"}


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


def test_an_archive_is_known_by_what_stands_in_it(journal: Journal) -> None:
    stamps = [journal.cells.archive_stamp(PERIOD)]
    for text in ("旧", "新", "旧", "旧"):
        journal.cells.set_archive(PERIOD, {CELL: text})
        journal.cells.set_archive(NEXT, {CELL: text * 2})
        stamps.append(journal.cells.archive_stamp(PERIOD))
    nothing, old, new, again, same = stamps
    assert len({nothing, old, new}) == 3
    assert old == again == same


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


@pytest.mark.parametrize("closes_itself", [False, True])
def test_a_commit_that_fails_leaves_no_transaction_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closes_itself: bool
) -> None:
    """What comes after it would join it and be lost; what SQLite has rolled back itself is not rolled back twice."""

    class Full(sqlite3.Connection):
        broken = True

        def execute(self, sql: str, *given: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql == "COMMIT" and self.broken:
                Full.broken = False
                if closes_itself:
                    super().execute("ROLLBACK")
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(sql, *given)  # type: ignore[arg-type]

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **more: connect(*given, factory=Full, **more))
    journal = Journal(tmp_path / "journal.db")
    with pytest.raises(sqlite3.OperationalError, match="full"), journal.transaction():
        journal.set_fact("shown", "lost")
    with journal.transaction():
        journal.set_fact("master", "kept")
    journal.close()
    again = Journal(tmp_path / "journal.db")
    assert (again.fact("shown"), again.fact("master")) == (None, "kept")
    again.close()


def test_a_disk_that_fails_is_not_called_a_broken_journal(tmp_path: Path) -> None:
    """To restore a backup would be bad advice."""
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(StateError, match="现在不能读写（文件打不开）"):
        Journal(tmp_path / "journal.db")

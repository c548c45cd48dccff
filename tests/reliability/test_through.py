"""Reports go into the master while it is open in Excel; what was written counts once a saved file shows it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from invariants import outcome
from meeting import Meeting, begun, progress, report, told
from places import ROAD, SCHOOL
from spreadsheet import OpenMaster

from sync.intake import sync_once
from sync.recovery.proof import prove
from sync.through import MARK
from sync.workspace import Workspace
from xlsx import Book

TestMeeting = Meeting.TestCase
TestMeeting.settings = settings(
    max_examples=4, stateful_step_count=4, suppress_health_check=list(HealthCheck), print_blob=False
)
FIRST, SECOND, THIRD = "已完成38公里。", "已完成40公里。", "已完成42公里。"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workspace]:
    copied = Workspace(shutil.copytree(begun(), tmp_path / "安平"))
    with copied.locked():
        yield copied


def written_through(place: Workspace, text: str = FIRST) -> OpenMaster:
    """A report has gone into the open master, which nobody has saved."""
    opened = OpenMaster(place)
    report(place, ROAD, text)
    assert [(one.cell, one.old, one.new) for one in opened.write_through(place)] == [((ROAD, "progress"), "", text)]
    return opened


def closed(place: Workspace, opened: OpenMaster, *, save: bool = True) -> int:
    """The master is closed and published; how many conflicts that made."""
    if save:
        opened.save()
    opened.close()
    done = sync_once(place).published
    assert not done.waits
    master = place.master.read_bytes()
    assert MARK not in Book(master).names()
    sync_once(place)
    assert place.master.read_bytes() == master
    return done.conflicts


def test_the_publication_is_the_same_as_without(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells, heights of rows, lists, 更新记录 and journal: the master to the last byte."""
    long = FIRST * 20
    for module in ("master_cells", "master_versions", "submission_log"):
        monkeypatch.setattr(f"sync.{module}.now", lambda: "2022-09-01T08:00:00+08:00")
    other = Workspace(shutil.copytree(place.root, tmp_path / "另一个" / "安平"))
    opened = written_through(place, long)
    opened.save()
    assert "正打开着" in sync_once(place).published.waits
    assert closed(place, opened) == 0
    with other.locked():
        report(other, ROAD, long)
        sync_once(other)
        assert other.master.read_bytes() == place.master.read_bytes()
        assert told(other) == told(place) == [("", long)]
    mine, theirs = outcome(place.root), outcome(other.root)
    assert (mine.journal, mine.master) == (theirs.journal, theirs.master)


def test_nothing_of_it_is_published_while_the_master_is_open(place: Workspace) -> None:
    """Only the open workbook has changed: the journal's base is what it was, and neither file nor list tells."""
    before = place.master.read_bytes(), place.journal.cells.base("2022-08")
    opened = written_through(place)
    sync_once(place)
    assert (place.master.read_bytes(), place.journal.cells.base("2022-08")) == before
    assert (opened.text(ROAD, "progress"), told(place)) == (FIRST, [])
    opened.save()
    sync_once(place)
    assert (place.journal.cells.base("2022-08"), told(place)) == (before[1], [])


def test_closed_without_saving(place: Workspace) -> None:
    """Nothing became base: the report is written as if nothing had been."""
    assert closed(place, written_through(place), save=False) == 0
    assert (progress(place), told(place)) == (FIRST, [("", FIRST)])


def test_a_newer_report_after_the_save(place: Workspace) -> None:
    """What was written and saved is ours, so the newer text takes its place; it is told once."""
    opened = written_through(place)
    opened.save()
    report(place, ROAD, SECOND)
    assert closed(place, opened) == 0
    assert (progress(place), told(place)) == (SECOND, [("", SECOND)])


@pytest.mark.parametrize("text", ["本办核定：已完成38公里。", ""])
def test_the_office_edits_what_it_has_seen(place: Workspace, text: str) -> None:
    """Its edit is kept without conflict, as the unit has said nothing since; emptying is an edit, too."""
    opened = written_through(place)
    opened.type(ROAD, "progress", text)
    assert closed(place, opened) == 0
    assert (progress(place), told(place)) == (text, [])


def test_the_office_edits_and_the_unit_reports_again(place: Workspace) -> None:
    """Both have moved since the text that both have seen: a conflict, the office's text stands."""
    opened = written_through(place)
    opened.type(ROAD, "progress", "本办核定。")
    report(place, ROAD, SECOND)
    assert opened.write_through(place) == []
    assert closed(place, opened) == 1
    (clash,) = place.journal.cells.conflicts()
    assert (clash.office, clash.units, progress(place)) == ("本办核定。", SECOND, "本办核定。")


def test_the_office_edits_what_it_has_not_seen(place: Workspace) -> None:
    """After closing without saving it has the old text before it: its edit clashes with the report."""
    opened = written_through(place)
    opened.close()
    again = OpenMaster(place)
    again.type(ROAD, "progress", "本办另写。")
    assert closed(place, again) == 1


def test_what_the_office_has_typed_is_not_written_over(place: Workspace) -> None:
    """Saved or not; it becomes a conflict when the file is published."""
    opened = OpenMaster(place)
    opened.type(ROAD, "progress", "本办先写。")
    report(place, ROAD, FIRST)
    report(place, SCHOOL, SECOND)
    assert [one.cell for one in opened.write_through(place)] == [(SCHOOL, "progress")]
    assert closed(place, opened) == 1
    assert (progress(place), progress(place, SCHOOL)) == ("本办先写。", SECOND)


def test_several_times_before_it_is_published(place: Workspace) -> None:
    """The last batch that a saved file shows tells of all of them."""
    opened = written_through(place)
    opened.save()
    report(place, ROAD, SECOND)
    report(place, SCHOOL, SECOND)
    assert len(opened.write_through(place)) == 2
    report(place, ROAD, THIRD)
    assert closed(place, opened, save=False) == 0
    assert (progress(place), progress(place, SCHOOL)) == (THIRD, SECOND)
    assert sorted(told(place)) == [("", SECOND), ("", THIRD)]


def test_an_edit_of_an_earlier_batch(place: Workspace) -> None:
    """The office has seen both batches: an edit in the first is its own, putting back what stood before, too."""
    opened = written_through(place)
    report(place, SCHOOL, FIRST)
    assert [one.cell for one in opened.write_through(place)] == [(SCHOOL, "progress")]
    opened.type(ROAD, "progress", "本办核定。")
    report(place, SCHOOL, SECOND)
    assert [one.cell for one in opened.write_through(place)] == [(SCHOOL, "progress")]
    opened.type(SCHOOL, "progress", FIRST)
    assert closed(place, opened) == 0
    assert (progress(place), progress(place, SCHOOL)) == ("本办核定。", FIRST)


def test_an_emptied_cell_proves_nothing(place: Workspace) -> None:
    """A report was taken away and came back, and the office has emptied the cell meanwhile: it stays empty."""
    opened = written_through(place)
    report(place, ROAD, "")
    opened.write_through(place, dies="noted")
    opened.type(ROAD, "progress", "")
    report(place, ROAD, FIRST)
    assert closed(place, opened) == 0
    assert progress(place) == ""


def test_a_decision_waits_for_the_publication(place: Workspace) -> None:
    """The office chooses the unit's text in the open master: what stands there is its own text until then."""
    opened = OpenMaster(place)
    opened.type(ROAD, "progress", "本办先写。")
    report(place, ROAD, FIRST)
    assert closed(place, opened) == 1
    again = OpenMaster(place)
    again.choose(1, "单位")
    assert again.write_through(place) == []
    assert closed(place, again) == 0
    assert progress(place) == FIRST


def test_a_report_that_is_taken_away_again(place: Workspace) -> None:
    """It was in the open master only: it goes from there, and nothing is told of it."""
    opened = written_through(place)
    opened.save()
    report(place, ROAD, "")
    assert closed(place, opened) == 0
    assert (progress(place), told(place)) == ("", [])


def test_a_report_that_is_taken_away_while_nothing_else_is_to_be_published(place: Workspace) -> None:
    """The publication finds nothing to do while the workbook is open, and must not forget what is in there."""
    opened = written_through(place)
    report(place, ROAD, "")
    sync_once(place)
    assert closed(place, opened) == 0
    assert progress(place) == ""


def test_what_was_saved_is_not_taken_for_the_offices_own_words(place: Workspace) -> None:
    opened = written_through(place)
    opened.save()
    assert prove(place).edited == 0
    opened.type(ROAD, "progress", "本办核定。")
    opened.save()
    assert prove(place).edited == 1


@pytest.mark.parametrize("dies", ["noted", "begun", "written"])
@pytest.mark.parametrize("save", [True, False])
def test_a_death_at_every_step(place: Workspace, dies: str, save: bool) -> None:
    """Before, within and after the writing: nothing is lost or doubled, whether or not somebody saves what is there."""
    opened = OpenMaster(place)
    report(place, ROAD, FIRST)
    report(place, SCHOOL, FIRST)
    assert len(opened.write_through(place, dies=dies)) == {"noted": 0, "begun": 1, "written": 2}[dies]
    assert MARK not in Book(opened.data).names()
    report(place, ROAD, SECOND)
    assert closed(place, opened, save=save) == 0
    assert (progress(place), progress(place, SCHOOL)) == (SECOND, FIRST)
    assert sorted(told(place)) == [("", FIRST), ("", SECOND)]

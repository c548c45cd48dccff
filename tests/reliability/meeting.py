"""The daemon and Excel meet on one master, again and again, beside a model of what must come of it: see `Meeting`."""

import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from places import ROAD, SCHOOL, made
from spreadsheet import OpenMaster

from ledger.merge import merge
from ledger.task import Entry
from sync.intake import sync_once
from sync.master import open_master
from sync.workspace import Workspace

__all__ = ["UNITS", "Meeting", "begun", "progress", "report", "told"]

UNITS = {ROAD: "交通局", SCHOOL: "教育局"}


@cache
def begun() -> Path:
    """A workspace with August handed out and a master, to be copied."""
    root = Path(tempfile.mkdtemp(prefix="ducha")) / "安平"
    place = made(root)
    with place.locked():
        sync_once(place)
    return root


def report(place: Workspace, task: str, text: str) -> None:
    """What the unit of a task says about it now; nothing when its report has been taken away."""
    period = str(place.journal.open_period())
    place.journal.put_entries([Entry(task=task, unit=UNITS[task], period=period, values={"progress": text})], None)


def progress(place: Workspace, task: str = ROAD) -> str:
    return open_master(place).text(task, "progress")


def told(place: Workspace) -> list[tuple[str, str]]:
    """Old and new of every change in 更新记录, newest first."""
    return [(one.old, one.new) for one in place.journal.cells.changes(200)]


TASKS = st.sampled_from([*UNITS])
# a publication that dies before the file is replaced, before the journal knows of it, and right after
KILLED_AT = ("sync.publish.put_master", "sync.master_cells.MasterCells.forget_through", "sync.publish.settle_master")


class Killed(BaseException):
    """The daemon ends here."""


@dataclass(frozen=True)
class Held:
    """A cell of one workbook: its text, what of ours the office has seen in it, and a text without a mark."""

    text: str = ""
    seen: str = ""
    loose: str = ""

    @property
    def known(self) -> "Held":
        """A text that was written and not marked is ours as long as it stands."""
        return Held(self.text, self.loose if self.loose and self.text == self.loose else self.seen)


class Meeting(RuleBasedStateMachine):
    """Days with reports, the open master, the office at it, deaths and publications, against a model of two cells.

    In the model a batch that a saved file shows counts as published at that moment; everything else never was.
    """

    def __init__(self) -> None:
        super().__init__()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("os.fsync", lambda _: None)
        self._folder = Path(tempfile.mkdtemp(prefix="ducha"))
        self.place = Workspace(shutil.copytree(begun(), self._folder / "安平"))
        self._lock = self.place.locked()
        self._lock.__enter__()
        self.numbers = count(1)
        self.opened: OpenMaster | None = None
        self.units = dict.fromkeys(UNITS, "")
        self.file = dict.fromkeys(UNITS, Held())
        self.screen = dict(self.file)
        self.published = dict.fromkeys(UNITS, "")

    def teardown(self) -> None:
        self.close()
        self.publish()
        self._lock.__exit__(None, None, None)
        self._patch.undo()
        shutil.rmtree(self._folder)

    @rule(
        reports=st.dictionaries(TASKS, st.sampled_from(["says", "says", "withdraws"]), max_size=2),
        dies=st.sampled_from(["", "", "noted", "begun", "written"]),
        edits=st.dictionaries(TASKS, st.sampled_from(["new", "empty", "before"]), max_size=2),
        leaves=st.sampled_from(["saved", "unsaved", "open", "open and saved"]),
        killed=st.sampled_from(["", "", *KILLED_AT]),
    )
    def a_day(self, reports: dict[str, str], dies: str, edits: dict[str, str], leaves: str, killed: str) -> None:
        """Units report, what they say goes into the open master, the office edits it, saves and closes it or not."""
        if not self.opened:
            self.opened, self.screen = OpenMaster(self.place), dict(self.file)
        for task, what in reports.items():
            self.report(task, withdrawn=what == "withdraws")
        self.write_through(self.opened, dies)
        for task, what in edits.items():
            self.type(self.opened, task, what)
        if leaves in ("saved", "open and saved"):
            self.opened.save()
            self.file = dict(self.screen)
        if not leaves.startswith("open"):
            self.close()
        self.publish(killed)

    def report(self, task: str, *, withdrawn: bool) -> None:
        self.units[task] = "" if withdrawn else f"单位第{next(self.numbers)}稿。"
        report(self.place, task, self.units[task])

    def type(self, opened: OpenMaster, task: str, what: str) -> None:
        texts = {"new": f"本办第{next(self.numbers)}次改写。", "empty": "", "before": self.published[task]}
        self.screen[task] = replace(self.screen[task], text=texts[what])
        opened.type(task, "progress", texts[what])

    def write_through(self, opened: OpenMaster, dies: str) -> None:
        known = {task: held.known for task, held in self.screen.items()}
        due = [task for task, held in known.items() if held.text == held.seen != self.units[task]]
        written = opened.write_through(self.place, dies=dies)
        if not dies:
            assert [one.cell[0] for one in written] == due
        if due and not dies:
            self.screen = known  # one mark tells of all
        for task in (one.cell[0] for one in written):
            text = self.units[task]
            self.screen[task] = replace(self.screen[task], text=text, loose=text) if dies else Held(text, text)

    def close(self) -> None:
        if self.opened:
            self.opened.close()
        self.opened = None

    def publish(self, dies: str = "") -> None:
        killed = bool(dies) and self._killed(dies)
        done = sync_once(self.place).published
        if self.opened:
            assert not done.written
            return
        conflicts = 0
        for task, held in self.file.items():
            merged = merge(held.known.seen, self.units[task], held.text)
            conflicts += merged.outcome == "conflict"
            self.file[task] = Held(merged.value, self.units[task])
            self.published[task] = merged.value
        assert done.waits == ""
        assert killed or done.conflicts == conflicts
        assert {task: progress(self.place, task) for task in UNITS} == {t: held.text for t, held in self.file.items()}
        reports = [new for _, new in told(self.place) if new]
        assert len(reports) == len(set(reports))

    def _killed(self, where: str) -> bool:
        """A publication ends there, unless it does not get there; whether it did."""

        def die(*_: object) -> None:
            raise Killed

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, die)
            try:
                sync_once(self.place)
            except Killed:
                return True
        return False

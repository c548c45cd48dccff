"""A county's clerks at random, beside a model of what the master must hold then: see `Clerks`."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from places import ROAD, SCHOOL, issued, made, saved, typed

from sync import answers, atomic, deciding, intake, publish, rulings
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.submission_log import SubmissionLog
from sync.workspace import Workspace
from xlsx import Book, column_letter

TASKS = {"交通局": ROAD, "教育局": SCHOOL}
UNITS = st.sampled_from([*TASKS])


class Killed(BaseException):
    """The machine stops here."""


# where a pass may stop: before the n-th call of any of these
BOUNDARIES: list[tuple[object, str]] = [
    (Workspace, "store"), (SubmissionLog, "see"), (SubmissionLog, "move"), (SubmissionLog, "owe"),
    (SubmissionLog, "delivered"), (SubmissionLog, "leave"), (SubmissionLog, "tell"),
    (intake, "deliver"), (intake, "publish"), (intake, "pack_returned"), (answers, "write_whole"), (atomic, "swap"),
    (publish, "put_master"), (publish, "settle_master"), (publish, "show_lists"), (deciding, "prepare"),
]  # fmt: skip


@cache
def model_folder() -> Path:
    root = Path(tempfile.mkdtemp(prefix="ducha")) / "安平"
    made(root)
    return root


class Version:
    """A report that was accepted: when it was saved, what it says, and what the office has decided about it."""

    def __init__(self, number: int, at: datetime, text: str, data: bytes) -> None:
        self.number, self.at, self.text, self.data, self.ruling = number, at, text, data, ""


class Clerks(RuleBasedStateMachine):
    """Units report, replay and err; the office edits, rules, adopts and turns the period; passes are killed.

    The model knows for each unit its versions, and for its cell what we last wrote (base) and what stands there (ours).
    """

    def __init__(self) -> None:
        super().__init__()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("os.fsync", lambda _: None)
        self._folder = Path(tempfile.mkdtemp(prefix="ducha"))
        self.root = Path(shutil.copytree(model_folder(), self._folder / "安平"))
        self.names, self.moments = count(1), count(1)
        self.sent: list[tuple[str, Version]] = []  # since the last pass
        self.faulty = 0
        self._new_period(open_=False)

    def teardown(self) -> None:
        self._patch.undo()
        shutil.rmtree(self._folder)

    def _new_period(self, *, open_: bool) -> None:
        with self._workspace() as place:
            if open_:
                period = place.journal.open_period().following()  # type: ignore[union-attr]
                open_period(place, period)
                distribute(place, period)
            self.books = {unit: issued(place, unit) for unit in TASKS}
            self.begin = datetime(2022, place.journal.open_period().last, 2)  # type: ignore[union-attr]
        self.versions: dict[str, list[Version]] = {unit: [] for unit in TASKS}
        self.base, self.ours = dict.fromkeys(TASKS, ""), dict.fromkeys(TASKS, "")

    def _workspace(self) -> "Opened":
        return Opened(self.root)

    # units

    def _put(self, data: bytes, folder: str) -> Path:
        path = self.root / "inbox" / folder / f"{next(self.names)}.xlsx"
        path.write_bytes(data)
        return path

    def _report(self, unit: str, at: datetime, **said: object) -> tuple[str, bytes]:
        text = f"第{next(self.moments)}稿，已完成。"
        cells = {"change": "有进展", "progress": text, "status": "正常推进", **said}
        return text, saved(typed(self.books[unit], {TASKS[unit]: cells}), at)

    @rule(unit=UNITS, late=st.booleans(), rooted=st.booleans())
    def a_unit_reports(self, unit: str, late: bool, rooted: bool) -> None:
        """Mostly a newer version; ``late`` is one that was saved long ago and turns up now."""
        minutes = next(self.moments)
        at = self.begin + timedelta(minutes=minutes, days=0 if late else 1)
        text, data = self._report(unit, at)
        self._put(data, "" if rooted else unit)
        self.sent.append((unit, Version(0, at, text, data)))

    @precondition(lambda self: any(self.versions.values()))
    @rule(data=st.data(), rooted=st.booleans())
    def an_old_copy_comes_again(self, data: st.DataObject, rooted: bool) -> None:
        """The very bytes, under another name."""
        unit = data.draw(st.sampled_from([unit for unit, every in self.versions.items() if every]))
        self._put(data.draw(st.sampled_from(self.versions[unit])).data, "" if rooted else unit)

    @rule(unit=UNITS, fault=st.sampled_from(["choice", "bytes", "folder"]))
    def a_unit_errs(self, unit: str, fault: str) -> None:
        other = next(name for name in TASKS if name != unit)
        text, data = self._report(unit, self.begin, **({"status": "大概"} if fault == "choice" else {}))
        self._put(text.encode() if fault == "bytes" else data, other if fault == "folder" else unit)
        self.faulty += 1

    # the office

    @rule(unit=UNITS, emptied=st.booleans())
    def the_office_writes_into_the_master(self, unit: str, emptied: bool) -> None:
        self.ours[unit] = "" if emptied else f"本办第{next(self.moments)}次改写。"
        with self._workspace() as place:
            table, row = open_master(place).rows[TASKS[unit]]
            self._type(place, table.sheet, table.columns["progress"], row.number, self.ours[unit])

    @rule(unit=UNITS, choice=st.sampled_from(["单位", "本办"]))
    def the_office_settles_a_conflict(self, unit: str, choice: str) -> None:
        self.the_pass()
        with self._workspace() as place:
            table = open_master(place).lists["conflicts"]
            period = str(place.journal.open_period())
            waiting = [one for one in place.journal.cells.conflicts() if not one.decision and one.period == period]
            numbers = {str(one.number) for one in waiting if (one.task, one.column) == (TASKS[unit], "progress")}
            rows = [row for row in table.rows if str(row.values["id"]).removesuffix(".0") in numbers]
            for row in rows:
                self._type(place, table.sheet, table.columns["adopt"], row.number, choice)
        if rows and choice == "单位":
            self.ours[unit] = self._theirs(unit)
        self.the_pass()

    @precondition(lambda self: any(self.versions.values()))
    @rule(data=st.data(), act=st.sampled_from(["exclude", "include", "send_back"]))
    def the_office_rules(self, data: st.DataObject, act: str) -> None:
        unit = data.draw(st.sampled_from([unit for unit, every in self.versions.items() if every]))
        fitting = [one for one in self.versions[unit] if bool(one.ruling) == (act == "include")]
        if not fitting:
            return
        one = data.draw(st.sampled_from(fitting))
        one.ruling = {"exclude": "excluded", "include": "", "send_back": "returned"}[act]
        with self._workspace() as place:
            getattr(rulings, act)(place, str(one.number), "核对")
        self._published()

    @rule()
    def the_period_turns(self) -> None:
        self.the_pass()
        if self.begin.month < 12:
            self._new_period(open_=True)
            self.the_pass()

    def _type(self, place: Workspace, sheet: str, column: int, row: int, text: str) -> None:
        book = Book(place.master.read_bytes())
        book.put(sheet, f"{column_letter(column)}{row}", text or None)
        place.master.write_bytes(book.save())

    # passes

    @rule()
    def the_pass(self) -> None:
        """A whole pass, and then everything is as the model says; a second one changes no byte."""
        with self._workspace() as place:
            decided = sync_once(place).decided
            self._count(decided_by={one.sha256: one.number for one in place.journal.submissions.all()})
            self._check(place)
            master = place.master.read_bytes()
            assert sync_once(place).decided == []
            assert place.master.read_bytes() == master
            assert all(one.verdict for one in decided)

    @rule(where=st.sampled_from(BOUNDARIES), calls=st.integers(1, 4))
    def a_pass_is_killed(self, where: tuple[object, str], calls: int) -> None:
        """At the n-th call of a step; the next pass takes it up."""
        left = count(calls, -1)
        owner, name = where
        with pytest.MonkeyPatch.context() as patch:
            plain: Callable[..., object] = getattr(owner, name)

            def stopping(*given: object, **named: object) -> object:
                if next(left) == 1:
                    raise Killed
                return plain(*given, **named)

            patch.setattr(owner, name, stopping)
            try:
                with self._workspace() as place:
                    sync_once(place)
            except Killed:
                pass
        self.the_pass()

    # the model

    def _count(self, decided_by: dict[str, int]) -> None:
        for unit, version in self.sent:
            version.number = decided_by[sha256(version.data).hexdigest()]
            self.versions[unit].append(version)
        self.sent = []
        self._published()

    def _theirs(self, unit: str) -> str:
        ordered = sorted(self.versions[unit], key=lambda one: one.at)
        back = max((place for place, one in enumerate(ordered, 1) if one.ruling == "returned"), default=0)
        return next((one.text for one in reversed(ordered[back:]) if not one.ruling), "")

    def _published(self) -> None:
        """Only the side that moved wins; where both did, the office's text stands."""
        for unit in TASKS:
            theirs = self._theirs(unit)
            if self.ours[unit] == self.base[unit]:
                self.ours[unit] = theirs
            self.base[unit] = theirs

    def _check(self, place: Workspace) -> None:
        master, log = open_master(place), place.journal.submissions
        assert {unit: master.text(task, "progress") for unit, task in TASKS.items()} == self.ours
        places = {path for path, _ in log.places()}
        inbox = self.root / "inbox"
        assert {path.relative_to(inbox).as_posix() for path in inbox.rglob("*.xlsx")} == places
        every = log.all()
        assert len({(one.sha256, one.folder) for one in every}) == len(every)
        assert {one.state for one in every} <= {"receipted"}
        for one in every:
            answers = log.answers(one.number)
            backs = sum(step.state == "sent_back" for step in log.steps(one.number))
            assert len(answers) == (one.judged != "accepted") + backs
            assert all((self.root / path).is_file() for path in answers)
        assert sum(one.judged != "accepted" for one in every) == self.faulty


class Opened:
    """The workspace, opened anew as a command does it, for the time of one act."""

    def __init__(self, root: Path) -> None:
        self._place = Workspace(root)
        self._lock = self._place.locked()

    def __enter__(self) -> Workspace:
        self._lock.__enter__()
        return self._place

    def __exit__(self, *given: object) -> None:
        self._lock.__exit__(*given)  # type: ignore[arg-type]

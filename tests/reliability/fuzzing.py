"""A round of mutated workbooks through the whole pass over the inbox, and what must be true of it afterwards."""

import shutil
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lxml import etree
from mutants import mutant
from places import HOUSES, INVESTMENT, ROAD, issued, made, typed
from second_reader import Grid, Shown, grids, same

from sync.check import judge_workbook
from sync.intake import sync_once
from sync.reading.read import Reading, read_ahead
from sync.records import Issue, Submission
from sync.workspace import Workspace

SAID = {"change": "有进展", "progress": "完成38公里，占年度任务的63.3%。", "status": "正常推进", "due": "2022-12-31"}
FIGURES = {"actual": 9, "as_of": "2022-08-31"}
Mutants = dict[int, tuple[str, bytes]]


@dataclass
class Outcome:
    """Verdicts and codes of findings, counted by kind of mutation; what went wrong, by the number of the mutant."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)


class Fuzzing:
    """Rounds in copies of one workspace below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._model = folder, folder / "model"
        place = made(self._model)
        with place.locked():
            houses, road = issued(place, "住建局"), issued(place, "交通局")
        figures = {f"{task}#1": FIGURES for task in (HOUSES, INVESTMENT)}
        self._books = [typed(houses, {HOUSES: SAID, INVESTMENT: SAID, **figures}), typed(road, {ROAD: SAID})]

    def play(self, numbers: Sequence[int], outcome: Outcome) -> None:
        """One round of the mutants with these numbers; one that makes the pass itself fail is found by halving."""
        made = {number: mutant(self._books, number) for number in numbers}
        try:
            self._round(made, outcome)
        except Exception:  # whatever it is, it would have ended the daemon
            if len(numbers) == 1:
                outcome.wrong[numbers[0]] = f"{made[numbers[0]][0]}: {traceback.format_exc(limit=-4)}"
                return
            half = len(numbers) // 2
            self.play(numbers[:half], outcome)
            self.play(numbers[half:], outcome)

    def _round(self, made: Mutants, outcome: Outcome) -> None:
        root = self._folder / "round"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self._model, root)
        place = Workspace(root)
        for number, (_, data) in made.items():
            (root / "inbox" / ("" if number % 3 else "住建局") / f"{number}.xlsx").write_bytes(data)
        with place.locked():
            decided = sync_once(place).decided
            faults = dict(_faults(place, made, decided))
            master = place.master.read_bytes()
            again = sync_once(place).decided
            assert (again, place.master.read_bytes() == master) == ([], True)
        for one in decided:
            outcome.verdicts[made[_number(one)][0], str(one.verdict)] += 1
            outcome.codes.update(item.code for item in one.findings)
        outcome.wrong.update(faults)


def _number(one: Submission) -> int:
    return int(PurePosixPath(one.path.partition(".xlsx")[0]).name)


def _faults(place: Workspace, made: Mutants, decided: Sequence[Submission]) -> Iterator[tuple[int, str]]:
    """What is not as it must be, by the mutant."""
    known = {PurePosixPath(path).name for path, _ in place.journal.submissions.places()}
    yield from ((number, "lies there undecided") for number in made if f"{number}.xlsx" not in known)
    answers = [path for one in decided if one.verdict != "accepted" for path in _answers(place, one)]
    if len(set(answers)) != sum(one.verdict != "accepted" for one in decided):
        yield 0, "not one answer for each file that was not accepted"
    accepted = [one for one in decided if one.verdict == "accepted"]
    files = [(made[_number(one)][1], "表.xlsx") for one in accepted]
    period = str(place.journal.open_period())
    for one, reading in zip(accepted, read_ahead(files, place.key), strict=True):
        assert isinstance(reading, Reading)
        judged = judge_workbook(reading, "表.xlsx", one.folder, place.schema, place.journal, period)
        said = {entry.task: dict(entry.values) for entry in judged.entries}
        assert judged.issue
        kind, data = made[_number(one)]
        try:
            fault = _misread(grids(data), judged.issue, said, place.schema.owned("unit"))
        except (ValueError, KeyError, LookupError, etree.XMLSyntaxError) as error:
            fault = f"the second reader cannot read it: {error!r}"
        if fault:
            yield _number(one), f"{kind}: {fault}"


def _answers(place: Workspace, one: Submission) -> list[str]:
    return [path for path in place.journal.submissions.answers(one.number) if (place.root / path).is_file()]


def _misread(found: dict[str, Grid], issue: Issue, said: dict[str, dict[str, str]], opened: Sequence[str]) -> str:
    """Where an accepted workbook shows another text than what was issued, or what was taken from it."""
    rows = {**issue.rows, **issue.indicators}
    seen = Counter[str]()
    for sheet, grid in found.items():
        for task, shown in _tagged(grid, issue.id):
            if task not in rows:
                continue
            seen[task] += 1
            kept = {**dict.fromkeys(("actual", "as_of") if "#" in task else opened, ""), **said.get(task, {})}
            for key, text in {**kept, **{key: text for key, text in rows[task].items() if key != "last"}}.items():
                if key in shown and not same(text, shown[key]):
                    return f"{sheet} {task} {key}: kept {text[:80]!r}, shown {str(shown[key])[:80]!r}"
    return "" if seen == Counter(list(rows)) else f"rows {dict(seen)}"


def _tagged(grid: Grid, issue: str) -> Iterator[tuple[str, dict[str, Shown]]]:
    """Rows of one sheet that carry a tag of the issue: the task, and what its cells show by column key."""
    # a single "tag" somewhere above is no row of keys
    words = Counter(row for (row, _), shown in grid.items() if shown in ("tag", "ref", "text", "name", "progress"))
    tags = sorted(row for (row, _), shown in grid.items() if shown == "tag" and words[row] > 2)
    keys = tags[0] if tags else 0
    columns = {shown: column for (row, column), shown in sorted(grid.items(), reverse=True) if row == keys}
    if not keys or "tag" not in columns:
        return
    for row in {row for row, _ in grid if row > keys + 1}:
        tag = str(grid.get((row, columns["tag"]), ""))
        if tag.strip().startswith(f"{issue}."):
            shown = {str(key): grid.get((row, column), "") for key, column in columns.items()}
            yield tag.split(".", 1)[1].rsplit(".", 1)[0], shown

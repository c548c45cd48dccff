"""A burst of files into a watched inbox while every event is lost: what the scans make of it."""

from collections import Counter
from pathlib import Path

from places import ROAD, issued, typed

from sync.master import open_master
from sync.watching.settled import SETTLED
from sync.watching.watch import Watcher
from sync.workspace import Workspace

LAST = "最后一份，已完成。"


def burst(root: Path, number: int) -> None:
    """``number`` files in five waves, between which the watcher looks; the last one is a good report.

    Nobody tells the watcher anything, as after an overflow of the system's queue of events.
    """
    with Workspace(root).locked():
        pass
    place, now = Workspace(root), 0.0
    watcher = Watcher(root, lambda _: None, clock=lambda: now)
    folders = [root / "inbox", *(path for path in (root / "inbox").iterdir() if path.is_dir())]
    for wave in range(5):
        for one in range(wave, number - 1, 5):
            (folders[one % len(folders)] / f"{one}.xlsx").write_bytes(b"%d" % one)
        if wave == 4:
            said = {"change": "有进展", "progress": LAST, "status": "正常推进"}
            (root / "inbox" / "报来.xlsx").write_bytes(typed(issued(place, "交通局"), {ROAD: said}))
        watcher.scan()
        now += SETTLED
    passes = 0
    while watcher._more or passes < 3:  # the last looks find nothing more
        watcher.scan()
        now += SETTLED
        passes += 1
    watcher.close()
    _judged_once(place, number)


def _judged_once(place: Workspace, number: int) -> None:
    with place.locked():
        every = place.journal.submissions.all()
        assert len(every) == len({one.sha256 for one in every}) == number
        assert Counter(one.verdict for one in every) == {"returned": number - 1, "accepted": 1}
        steps = Counter(
            (one.number, step.state) for one in every for step in place.journal.submissions.steps(one.number)
        )
        assert set(steps.values()) == {1}
        assert {one.state for one in every} == {"receipted"}
        answers = [path for one in every for path in place.journal.submissions.answers(one.number)]
        lie = [path for path in (place.root / "returned").rglob("*") if path.is_file()]
        assert len(answers) == len(set(answers)) == len(lie) == number - 1
        assert open_master(place).text(ROAD, "progress") == LAST

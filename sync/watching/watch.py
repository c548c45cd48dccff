"""Watching the inbox: what is finished is taken in at once, what the office decides in the master is obeyed.

Hints say that something moved, a scan of names, sizes and times says what. The workspace is held only while there
is something to do, so that people can use every command meanwhile.
"""

import gc
import sqlite3
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from queue import Empty, SimpleQueue

from ledger.errors import DuchaError
from sync.intake import Passed, sync_once
from sync.preview import publication_waits
from sync.recovery.backup import daily_backup
from sync.trouble import in_words
from sync.watching.diary import Diary
from sync.watching.hints import Hints
from sync.watching.settled import BROKEN, SETTLED, Settling, Stamp, inbox_name, look, stamp
from sync.workspace import Workspace

__all__ = ["Watcher"]

_DAY = 86400.0  # after which every file is looked at again by its bytes
_TOGETHER = 500  # files in one pass: between two passes other commands get their turn
# seconds between two scans however much moves, for where one file does more do; shorter where a scan costs little
_BREATH, _SHARE = 1.0, 20
_ROUNDING = 0.02  # seconds; the coarsest clock, that of Windows, ticks every 16 ms


class _Stop(Exception):  # noqa: N818 - not an error
    """Somebody asked to stop: the file in hand is done."""


class Watcher:
    """One workspace's watcher; `run` returns after `stop`, which signal handlers and other threads may call."""

    def __init__(
        self,
        root: Path,
        tell: Callable[[Passed], None],
        *,
        interval: float = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = Workspace(root).root
        self.diary = Diary(self.root)
        self._tell, self._interval, self._clock = tell, interval, clock
        self._inbox = self.root / "inbox"
        self._taken: dict[Path, Stamp] = {}
        self._office: dict[Path, Stamp | None] = {}
        self._settling = Settling(clock)
        self._told, self._slow = set[str](), set[Path]()
        self._rescanned = clock()
        self._more = self._troubled = True  # the first pass takes up what another one left
        self._waits, self._untidy = False, True
        self._last: Workspace | None = None
        self._unsaved = ""  # why today's backup could not be made
        # the one queue into which a signal handler may put something at any time
        self._wake: SimpleQueue[str] = SimpleQueue()
        self._stopped = False
        self._breath = _BREATH

    def stop(self) -> None:
        """Let `run` end after the files in hand."""
        self._stopped = True
        self._wake.put("stop")

    def run(self, *, hints: bool = True) -> None:
        """Watch until `stop`. `StateError` when another watcher does."""
        with Workspace(self.root).watched():
            heard = Hints(self.root, lambda: self._wake.put("hint")) if hints else None
            self.diary.note("开始自动汇总")
            try:
                while not self._stopped:
                    if heard:
                        self._listen(heard)
                    self.scan()
                    self._tidy()
                    self._rest()
            except BaseException as error:
                self.diary.fail("程序出错，自动汇总停止", error)
                raise
            finally:
                if heard:
                    heard.stop()
            self.diary.note("自动汇总停止")

    def close(self) -> None:
        """Release the log."""
        self.diary.close()

    def scan(self) -> None:
        """Look once at everything, and take in what is finished. What goes wrong is told and tried again."""
        try:
            self._look()
        except _Stop:
            return
        except DuchaError as error:
            self._fail(str(error))
        except (OSError, sqlite3.Error) as error:  # a disk that is full, a share that is gone
            self._fail(f"暂时做不下去（{in_words(error)}），稍后再试。")

    def _look(self) -> None:
        self._more = False
        if self._clock() - self._rescanned >= _DAY:
            self._rescanned = self._clock()
            self._taken.clear()
        began = self._clock()
        try:
            seen = look(self._inbox)
            self._breath = min(_BREATH, (self._clock() - began) * _SHARE, self._interval)
        except OSError as error:
            self._complain(f"收件文件夹“{self._inbox}”打不开（{in_words(error)}），恢复后接着汇总。")
            return
        self._taken = {path: found for path, found in self._taken.items() if path in seen}
        fresh = {path: found for path, found in seen.items() if self._taken.get(path) != found}
        office = {path: stamp(path) for path in self._office_files()}
        moved = {path: found for path, found in office.items() if found and self._office.get(path) != found}
        due = self._settling.due({**fresh, **moved})
        for path in (path for path in due if path in moved):
            if self._settling.finished(path):
                self._troubled = True
        arrived = sorted((path for path in due if path in fresh), key=lambda path: fresh[path].mtime_ns)
        self._more = len(arrived) > _TOGETHER
        needed = self._troubled or (self._waits and not publication_waits(Workspace(self.root)))
        if arrived or needed:
            self._pass({path: fresh[path] for path in arrived[:_TOGETHER]}, office, needed=needed)
        slow = {path for path, why in self._settling.why.items() if why and self._settling.age(path) > BROKEN}
        for path in slow - self._slow:
            self.diary.warn(f"“{path.name}”{self._settling.why[path]}，还在等。")
        self._slow = slow

    def _pass(self, arrived: dict[Path, Stamp], office: dict[Path, Stamp | None], *, needed: bool) -> None:
        workspace, self._untidy = self._opened(), True
        with workspace.locked():
            settled = self._finished(workspace, arrived)
            if not settled and not needed:
                return
            passed = sync_once(workspace, self._go_on, settled)
            self._office = office
            if passed.published.written:
                self._recognise(workspace)
            self._unsaved = daily_backup(workspace)
        for path in passed.left:
            self._settling.forget(path)
        for path in settled.keys() - set(passed.left):
            self._taken[path] = arrived[path]
            self._settling.forget(path)
        self._troubled = bool(passed.undelivered)
        self._waits = bool(passed.published.waits)
        self._report(passed)

    def _opened(self) -> Workspace:
        """The workspace as its files stand: the last pass's, which remembers the master, where they say the same."""
        now = Workspace(self.root)
        if not self._last or (self._last.key, self._last.schema_text) != (now.key, now.schema_text):
            self._last = now
        return self._last

    def _finished(self, workspace: Workspace, arrived: dict[Path, Stamp]) -> dict[Path, str]:
        """Of the files that have not changed for a while those that are whole and new, with their hashes."""
        places, settled = workspace.journal.submissions.places(), {}

        def known(path: Path, digest: str) -> bool:
            return (inbox_name(self._inbox, path), digest) in places

        for path, found in arrived.items():
            digest = self._settling.finished(path, known)
            if digest and known(path, digest):
                self._taken[path] = found
                self._settling.forget(path)
            elif digest:
                settled[path] = digest
        return settled

    def _recognise(self, workspace: Workspace) -> None:
        """The master is as we have just written it: that is no change by the office, unless it has saved since."""
        path = workspace.master
        found = stamp(path)
        if found and sha256(path.read_bytes()).hexdigest() == workspace.journal.fact("master"):
            self._office[path] = found

    def _go_on(self, _done: int, _total: int) -> None:
        if self._stopped:
            raise _Stop

    def _report(self, passed: Passed) -> None:
        published = passed.published
        for one in passed.decided:
            codes = [item.code for item in one.findings]
            self.diary.note(f"{one.path}：{one.verdict}", file=one.path, verdict=one.verdict, findings=codes)
        if published.written:
            self.diary.note("总表已更新", cells=len(published.changes), conflicts=published.conflicts)
        self._told &= {published.waits, self._unsaved}  # what went wrong is over; should it come back, it is told again
        for sentence in filter(None, (published.waits, self._unsaved)):
            self._complain(sentence)
        if passed.decided or published.written:
            self._tell(passed)

    def _fail(self, sentence: str) -> None:
        self._troubled = True
        self._complain(sentence)

    def _complain(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self.diary.warn(sentence)

    def _office_files(self) -> tuple[Path, ...]:
        return Workspace(self.root).master, self.root / "schema.yaml"

    def _tidy(self) -> None:
        """Look for cyclic garbage once a pass is over, and not at all that stays while the next file waits for one."""
        if self._untidy:
            self._untidy = False
            gc.unfreeze()
            gc.collect()
            gc.freeze()

    def _listen(self, hints: Hints) -> None:
        try:
            hints.renew()
        except OSError as error:
            self._complain(f"系统不提供文件变动通知（{error.strerror}），改为每{self._interval:g}秒查看一次。")

    def _rest(self) -> None:
        """Until the next scan: when a file may have settled, at once when something moves, but not all the time."""
        pause = self._pause() + _ROUNDING
        rested = self._clock() + min(self._breath, pause)
        try:
            if self._wake.get(timeout=pause) == "stop":
                return
        except Empty:
            return
        while not self._stopped and (left := rested - self._clock()) > 0:
            try:
                self._wake.get(timeout=left)
            except Empty:
                return

    def _pause(self) -> float:
        if self._more:
            return 0.0
        ages = [age for path in self._settling.why if (age := self._settling.age(path)) < BROKEN]
        soonest = min((max(SETTLED - age, 0) or SETTLED for age in ages), default=self._interval)
        return min(self._interval, soonest)

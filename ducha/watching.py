"""``ducha sync --watch``: a pass whenever something is to be done, until somebody stops it."""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from ducha.say import console, tell_findings, tell_submissions
from sync.intake import Passed
from sync.parcels import FOLDER

__all__ = ["keep_watching", "tell_passed", "tell_unfinished"]

_SIGNALS = ("SIGTERM", "SIGINT", "SIGBREAK")  # the last one is Windows' Ctrl-Break, and a task that is ended


def keep_watching(root: Path, *, interval: float, hints: bool) -> None:
    """Watch a workspace until a signal says to stop; what is in hand is finished first."""
    from sync.watching.watch import Watcher  # only here is watchdog needed

    watcher = Watcher(root, _tell, interval=interval)

    def told(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
        sentence = f"错误：程序出错（{kind.__name__}），自动汇总停止，请把“{watcher.diary.path}”发给维护人员。"
        print(sentence, file=sys.stderr)

    console.print(f"正在自动汇总：{watcher.root}（按Ctrl-C停止，日志在{watcher.diary.path}）")
    with closing(watcher), _stopped_by_signals(watcher.stop, told):
        watcher.run(hints=hints)
    console.print("自动汇总已停止。")


@contextmanager
def _stopped_by_signals(stop: Callable[[], None], told: Callable[..., None]) -> Iterator[None]:
    """Signals ask to ``stop``, a fault of the program is ``told``; the menu gets its own ways back afterwards."""
    numbers = [number for name in _SIGNALS if (number := getattr(signal, name, None))]
    before = {number: signal.signal(number, lambda *_: stop()) for number in numbers}
    hook, sys.excepthook = sys.excepthook, told
    yield
    # after a fault the hook is still to speak
    sys.excepthook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


def tell_passed(done: Passed) -> None:
    """What one pass did, for people."""
    tell_submissions(done.decided)
    tell_findings(done.published.findings)
    for sentence in done.undelivered:
        console.print(sentence)
    told = f"收到{len(done.decided)}份，总表更新{len(done.published.changes)}格"
    clash = f"，{done.published.conflicts}处与本办改动冲突（见总表“冲突”）" if done.published.conflicts else ""
    if done.published.waits:
        console.print(f"收到{len(done.decided)}份。{done.published.waits}")
    else:
        console.print(f"{told}{clash}。")
    if any(submission.verdict == "returned" for submission in done.decided):
        console.print(f"退回的填报表在returned里，压缩包和退回通知在“{FOLDER}”文件夹里。")
    for path in done.left:
        console.print(f"{path.name}读不了或正在改写，没有汇总，请稍后再执行一次。")


def tell_unfinished(files: Mapping[Path, str]) -> None:
    """Which files a pass leaves alone, and why."""
    for path, why in files.items():
        console.print(f"{path.name}{why}，没有汇总，请稍后再执行一次。")


def _tell(done: Passed) -> None:
    console.print(f"{datetime.now():%m-%d %H:%M}")
    tell_passed(done)

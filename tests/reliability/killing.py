"""Named points in the product's work, where a test counts, kills or breaks it; the product knows nothing of them.

Every boundary at which something becomes durable is wrapped in the process that is to suffer: ``before`` and
``after`` it, and in the middle of writing a file, is a point, which has its first, second, third hit. Processes are
forked from a server that has imported everything and has no threads (`multiprocessing`'s forkserver).
"""

import errno
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any, NamedTuple

import sync.intake
import sync.reading.read
from sync.reading.contents import Request, contents

__all__ = ["Hit", "Plan", "Told", "orphans", "points_hit", "run"]

PATIENCE = 120.0  # seconds for a process that nobody kills; nothing is judged by it
# what makes something durable or visible, by the name of its points
BOUNDARIES = {
    "settings": "sync.settings:apply_settings",
    "schema": "sync.workspace:Workspace.change_schema",
    "store": "sync.workspace:Workspace.store",
    "see": "sync.submission_log:SubmissionLog.see",
    "entries": "sync.journal:Journal.put_entries",
    "owe": "sync.submission_log:SubmissionLog.owe",
    "rule": "sync.submission_log:SubmissionLog.rule",
    "unpacked": "sync.submission_log:SubmissionLog.unpacked",
    "prepare answer": "sync.answers:prepare",
    "deliver": "sync.answers:deliver",
    "delivered": "sync.submission_log:SubmissionLog.delivered",
    "recover master": "sync.preview:recover_master",
    "revisions": "sync.revisions:settle_revisions",
    "entered": "sync.entered:record_entered",
    "fact": "sync.journal:Journal.set_fact",
    "put master": "sync.preview:put_master",
    "put back": "sync.atomic:_put_back",
    "swap": "sync.exchange:swap",
    "settle master": "sync.preview:settle_master",
    "publish": "sync.publish:publish",
    "parcels": "sync.parcels:pack_returned",
    "write": "sync.atomic:write_whole",
    "flush folder": "sync.atomic:_flush_folder",
    "fsync": "os:fsync",
    "rename": "pathlib:Path.replace",
    "unlink": "pathlib:Path.unlink",
}
_STATEMENTS = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE")


class Hit(NamedTuple):
    """One passing of a point: its name and how many times it has been passed."""

    point: str
    number: int


class Plan(NamedTuple):
    """What shall befall a process: nothing, death at a ``kill``, or an ``error`` at a ``fail`` and the hits after it.

    ``error`` is a number of `errno`, or the text of an error of SQLite. ``times`` is how often the error comes.
    With ``readers`` workbooks are read in processes of their own, as the product does; else in this one, which is
    quicker and nothing that a killing could tell apart.
    """

    kill: Hit | None = None
    fail: Hit | None = None
    error: int | str = errno.EIO
    times: int = 1
    readers: bool = False


class Told(NamedTuple):
    """What a process has told: its exit code (negative: the signal), what was fired, hits by point, its workers."""

    code: int | None
    fired: list[Hit]
    hits: Counter[str]
    workers: list[int]


@cache
def _server() -> ForkServerContext:
    """The forkserver with everything imported; the first call starts it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "preloaded"])
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # it knows no other way to find what it shall import
    ensure_running()
    os.environ["PYTHONPATH"] = before
    return context


def run(act: Callable[[Path], object], root: Path, plan: Plan = Plan(), *, dies_after: float | None = None) -> Told:  # noqa: B008
    """Let ``act`` run to its end, or its death: by its plan, or some seconds after it has begun."""
    _diary(root).unlink(missing_ok=True)
    process = _server().Process(target=_suffer, args=(act, root, plan))
    process.start()
    if dies_after is not None:
        _until(lambda: _diary(root).exists() or not process.is_alive())
        process.join(dies_after)
        process.kill()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("nobody killed it and it did not end")
    return _told(root, process.exitcode)


def points_hit(told: Told) -> list[Hit]:
    """Every hit of every point of a run."""
    return [Hit(point, number) for point, most in sorted(told.hits.items()) for number in range(1, most + 1)]


def orphans(told: Told) -> list[int]:
    """Readers of a process that still run, after a while."""
    end = time.monotonic() + PATIENCE
    while (alive := [pid for pid in told.workers if _runs(pid)]) and time.monotonic() < end:
        time.sleep(0.02)
    return alive


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def _diary(root: Path) -> Path:
    """Where a process says what it does: beside the workspace, and as long as it lives."""
    return root.parent / f"{root.name}.told"


def _told(root: Path, code: int | None) -> Told:
    lines = [json.loads(line) for line in _diary(root).read_text().splitlines()]
    fired = [Hit(*line["fired"]) for line in lines if "fired" in line]
    hits = Counter(next((line["hits"] for line in lines if "hits" in line), {}))
    return Told(code, fired, hits, [line["worker"] for line in lines if "worker" in line])


# in the process that suffers


def _suffer(act: Callable[[Path], object], root: Path, plan: Plan) -> None:
    import_module("preloaded")
    diary = os.open(_diary(root), os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    hits: Counter[str] = Counter()

    def tell(**what: object) -> None:
        os.write(diary, (json.dumps(what) + "\n").encode())

    def hit(point: str) -> None:
        hits[point] += 1
        here = Hit(point, hits[point])
        if here == plan.kill:
            tell(fired=here)
            os.kill(os.getpid(), signal.SIGKILL)
        if plan.fail and point == plan.fail.point and 0 <= here.number - plan.fail.number < plan.times:
            tell(fired=here)
            raise _error(plan.error)

    output = os.open(root.parent / f"{root.name}.said", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if not plan.readers:
        sync.intake.shared_workers = sync.reading.read.shared_workers = lambda: _Inline  # type: ignore[assignment]
    wrap_boundaries(hit, lambda pid: tell(worker=pid))
    tell(begun=True)
    code = act(root)
    tell(hits=hits)
    sys.stdout.flush()
    if isinstance(code, int):
        sys.exit(code)


class _Inline:
    """Reads where it is asked."""

    @staticmethod
    def warm() -> None: ...

    @staticmethod
    def submit(request: Request) -> "Future[object]":
        done: Future[object] = Future()
        done.set_result(contents(request))
        return done


def _error(error: int | str) -> Exception:
    if isinstance(error, int):
        return OSError(error, os.strerror(error))
    found = sqlite3.OperationalError(error)
    found.sqlite_errorcode = sqlite3.SQLITE_FULL if "full" in error else sqlite3.SQLITE_IOERR
    return found


def wrap_boundaries(hit: Callable[[str], None], worker: Callable[[int], None]) -> None:
    """Make every boundary of this process call ``hit`` with the name of the point."""
    for name, place in BOUNDARIES.items():
        _wrap(place, lambda original, name=name: _between(original, hit, lambda *_: name))  # type: ignore[misc]
    # given are the log itself, the submission's number and its state
    move = "sync.submission_log:SubmissionLog.move"
    _wrap(move, lambda original: _between(original, hit, lambda *given: f"move to {given[2]}"))
    _wrap("sync.atomic:_write", lambda original: _torn(original, hit))
    connect = sqlite3.connect
    sqlite3.connect = lambda *given, **more: connect(*given, factory=_watched(hit), **more)  # type: ignore[assignment]

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            worker(self.pid)

    subprocess.Popen = Popen  # type: ignore[misc]


def _wrap(place: str, wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a function, in every module of ours that knows it, or a method."""
    module, _, path = place.partition(":")
    owner, _, name = path.rpartition(".")
    holder: Any = getattr(import_module(module), owner) if owner else import_module(module)
    original = getattr(holder, name)
    made = wrapped(original)
    setattr(holder, name, made)
    for other in [] if owner else list(sys.modules.values()):
        for known in [key for key, value in vars(other).items() if value is original] if _is_ours(other) else ():
            setattr(other, known, made)


def _is_ours(module: object) -> bool:
    return getattr(module, "__name__", "").partition(".")[0] in ("sync", "ducha", "scenario")


def _between(original: Callable[..., Any], hit: Callable[[str], None], name: Callable[..., str]) -> Callable[..., Any]:
    def passed(*given: Any, **more: Any) -> Any:
        hit(f"before {name(*given)}")
        result = original(*given, **more)
        hit(f"after {name(*given)}")
        return result

    return passed


def _torn(original: Callable[..., None], hit: Callable[[str], None]) -> Callable[..., None]:
    """Half of the bytes lie there when the point is passed."""

    def write(path: Path, data: bytes | Iterable[bytes], mode: int = 0o666) -> None:
        whole = data if isinstance(data, bytes) else b"".join(data)
        path.write_bytes(whole[: len(whole) // 2])
        hit("in the middle of writing")
        original(path, whole, mode)

    return write


def _watched(hit: Callable[[str], None]) -> type[sqlite3.Connection]:
    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
            with _statement(sql, hit):
                return super().execute(sql, *given)

        def executemany(self, sql: str, *given: Any) -> sqlite3.Cursor:
            with _statement(sql, hit):
                return super().executemany(sql, *given)

    return Watched


@contextmanager
def _statement(sql: str, hit: Callable[[str], None]) -> Iterator[None]:
    words = sql.replace(" OR IGNORE", "").replace(" OR REPLACE", "").replace("INTO ", "").split()
    if words[0] not in _STATEMENTS:
        yield
        return
    name = words[0] if words[0] in ("BEGIN", "COMMIT") else " ".join(words[:2])
    hit(f"before {name}")
    yield
    hit(f"after {name}")

"""Processes that read submitted files: one that aborts, hangs or swells is killed and replaced, and nobody else dies.

A worker is a fresh interpreter, neither a fork nor a child of `multiprocessing`, which would import the whole program
again. Files go in and answers come out through its pipes, one at a time.
"""

import atexit
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Event, Timer
from typing import Any, BinaryIO

from ledger.errors import StateError
from sync.reading.caps import cap_memory, cap_time, left_alone, uncap_time

__all__ = ["MEMORY", "SECONDS", "Lost", "Workers", "marking_workers", "serve", "shared_workers"]

SECONDS, MEMORY = 5.0, 512 << 20  # what one file may cost
_ANSWER = 48 << 20  # bytes: far more than any unit's tables, and no burden for whoever gets it
_START = 60.0  # seconds until a worker must be up, on a busy machine
_LENGTH = struct.Struct("<Q")
_BOOT = (
    "import sys; sys.path[:] = {path!r}; from sync.reading.worker import serve; serve({target!r}, {memory}, {seconds})"
)
_ABORTED = (-6, 3, 0xC0000409)  # exit codes of abort(), which is how a library ends when it gets no memory


class Lost(Exception):  # noqa: N818 - a verdict on the file
    """A file cost its worker: ``code`` is slow, too_big (an answer or the memory), aborted or died."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Workers:
    """A few worker processes for one function, started when they are needed.

    ``target`` is "module:function", which the workers import; what it takes and gives must be picklable. A call may
    cost ``seconds`` and ``memory`` bytes, the process's own 40 MB included.
    """

    def __init__(self, target: str, *, count: int = 2, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        path = [os.path.abspath(folder) for folder in sys.path]  # noqa: PTH100 - "" is the working folder
        self._boot = _BOOT.format(path=path, target=target, memory=memory, seconds=seconds * 2)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reading")
        self._idle: list[_Worker] = []  # a list's append and pop need no lock

    def submit(self, request: object) -> "Future[Any]":
        """Have ``request`` answered; the future raises `Lost` when that cost a worker."""
        return self._threads.submit(self._ask, request)

    def warm(self) -> None:
        """Start one worker, where none is up, while the owner does something else."""
        if not self._idle:
            self._threads.submit(self._started)

    def close(self) -> None:
        """End all workers. What was submitted and has not begun is cancelled."""
        self._threads.shutdown(cancel_futures=True)
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, request: object) -> object:
        try:
            return self._once(request)
        except Lost as lost:
            if lost.code == "slow":
                raise
        # somebody else may have killed it, or earlier files may have left it short of memory
        return self._once(request)

    def _once(self, request: object) -> object:
        worker = self._worker()
        try:
            answer = pickle.loads(worker.ask(pickle.dumps(request), self._seconds))
        except BaseException:
            worker.close()
            raise
        self._idle.append(worker)
        return answer

    def _started(self) -> None:
        self._idle.append(self._worker())

    def _worker(self) -> "_Worker":
        with suppress(IndexError):
            worker = self._idle.pop()
            if worker.alive:
                return worker
            worker.close()
        return _Worker(self._boot)


@cache
def shared_workers() -> Workers:
    """The workers that read workbooks, for the whole of this process's life."""
    made = Workers("sync.reading.contents:contents", count=min(2, os.cpu_count() or 1))
    atexit.register(made.close)
    return made


@cache
def marking_workers() -> Workers:
    """The worker that marks the workbooks that go back, for the whole of this process's life."""
    made = Workers("sync.returned:marked", count=1)
    atexit.register(made.close)
    return made


class _Worker:
    """One process and its pipes."""

    def __init__(self, boot: str) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", boot],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise StateError(f"读取表格的程序启动不了（{error.strerror}），收到的文件没有处理，请稍后重试。") from error
        self._late = Event()
        try:
            self._timed(_START, lambda: _receive(self._output))
        except Lost as lost:
            self.close()
            raise StateError("读取表格的程序启动不了，收到的文件没有处理，请检查内存和安装后重试。") from lost

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None and not self._late.is_set()

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The answer to one request; `Lost` when there is none in time, and the process has ended then."""

        def exchange() -> bytes:
            _send(self._input, request)
            return _receive(self._output)

        answer = self._timed(seconds, exchange)
        if not answer:
            raise Lost("too_big")
        return answer

    def close(self) -> None:
        """End the process: nothing more to read tells it to, and a second later it is killed."""
        with suppress(OSError):
            self._input.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._process.kill()
        self._process.wait()
        self._output.close()

    def _timed(self, seconds: float, talk: Callable[[], bytes]) -> bytes:
        timer = Timer(seconds, self._kill)
        timer.start()
        try:
            return talk()
        except (OSError, EOFError) as error:
            ended = self._process.wait()
            raise Lost("slow" if self._late.is_set() else "aborted" if ended in _ABORTED else "died") from error
        finally:
            timer.cancel()

    def _kill(self) -> None:
        self._late.set()
        self._process.kill()

    @property
    def _input(self) -> BinaryIO:
        return self._process.stdin  # type: ignore[return-value]  # both are pipes

    @property
    def _output(self) -> BinaryIO:
        return self._process.stdout  # type: ignore[return-value]


def serve(target: str, memory: int, seconds: float) -> None:
    """The worker's whole life: answer requests until there are no more."""
    left_alone()
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get into an answer
    module, _, name = target.partition(":")
    function = getattr(import_module(module), name)
    cap_memory(memory)
    _send(sink, b"")
    with suppress(EOFError):
        while True:
            request = _receive(source)
            cap_time(seconds)
            try:
                answer = pickle.dumps(function(pickle.loads(request)))
            except MemoryError:
                answer = b""
            _send(sink, answer if len(answer) < _ANSWER else b"")
            uncap_time()


def _send(sink: BinaryIO, data: bytes) -> None:
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)
    sink.flush()


def _receive(source: BinaryIO) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
    return _exactly(source, length)


def _exactly(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) < length:
        raise EOFError
    return data

"""What the workers of the hostile tests run instead of the real reader, and the real one under other limits."""

import os
import time
from dataclasses import replace

from python_calamine import CalamineWorkbook

from sync.reading.contents import Contents, Request, Unread, contents
from xlsx import Limits

_TIGHT = Limits(total=4 << 20, part=1 << 20, elements=10_000, rows=2_000, cells=2_000, strings=2_000)
_NONE = 1 << 60
_LOOSE = Limits(**dict.fromkeys(Limits.__slots__, _NONE))


def tight(request: Request) -> Contents | Unread:
    """The real reader with limits so small that small files exceed them."""
    return contents(request, _TIGHT)


def loose(request: Request) -> Contents | Unread:
    """The real reader with a pre-scan that lets everything pass: what then happens to calamine is the test."""
    return contents(request, _LOOSE)


def moody(request: Request) -> Contents | Unread:
    """The real reader, except that some files make it hang, swell, die or chatter."""
    if request.data == b"hang":
        time.sleep(60)
    elif request.data == b"hang in a library":
        CalamineWorkbook.from_filelike(_Endless())
    elif request.data == b"swell":
        return Unread(str(len(bytearray(1 << 30))))
    elif request.data == b"abort":
        os.abort()
    elif request.data == b"die":
        os._exit(1)
    elif request.data == b"raise":
        raise RuntimeError
    elif request.data == b"answer much":
        return Unread("x" * (64 << 20))
    elif request.data == b"who":
        return Unread(str(os.getpid()))
    elif request.data == b"print":
        os.write(1, b"noise from a library\n")
    return contents(replace(request))


class _Endless:
    """A file without end, read by a library that does not let anybody interrupt it."""

    def read(self, _size: int = -1) -> bytes:
        while True:
            pass

    def seek(self, *_: int) -> int:
        return 0

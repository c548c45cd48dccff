"""The caps that the operating system puts on a process that reads what anybody has sent."""

import signal
import sys
from faulthandler import cancel_dump_traceback_later, dump_traceback_later

__all__ = ["cap_memory", "cap_time", "left_alone", "uncap_time"]


def cap_memory(limit: int) -> bool:
    """Let this process have no more than ``limit`` bytes of memory, and write no core when it dies.

    False where the system knows no such cap (Windows): there the limits of the pre-scan and the time cap must do.
    """
    if sys.platform == "win32":
        return False
    import resource

    for what, most in ((resource.RLIMIT_AS, limit), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    return True


def cap_time(seconds: float) -> None:
    """End this process by itself after ``seconds``, whatever holds it, unless `uncap_time` comes before.

    The process that waits for it kills it sooner; this is for the case that that one is gone.
    """
    dump_traceback_later(seconds, exit=True, file=2)


def uncap_time() -> None:
    """What was to be done is done."""
    cancel_dump_traceback_later()


def left_alone() -> None:
    """Ctrl-C and a service's stop go to all processes of a group; the reader goes on until its owner is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

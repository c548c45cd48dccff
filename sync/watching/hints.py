"""Hints that something moved in a workspace. They may come late, twice or never: what moved, only a scan can tell."""

from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

__all__ = ["Hints"]

_HARMLESS = ("opened", "closed_no_write")  # reading, above all our own
_Place = tuple[int, int] | None


class Hints(FileSystemEventHandler):
    """Calls ``wake`` from another thread when something moves in the workspace or in its inbox."""

    def __init__(self, root: Path, wake: Callable[[], None]) -> None:
        self._root, self._wake = root, wake
        self._observer: BaseObserver | None = None
        self._places: list[_Place] = []

    def renew(self) -> bool:
        """Listen anew where nobody listens any more: the first time, or on a folder that was made or mounted anew.

        True if it was necessary. `OSError` when the system gives no more hints; scanning then has to do.
        """
        places = [_place(folder) for folder in self._folders()]
        if self._observer and places == self._places and self._hears(self._observer):
            return False
        self.stop()
        observer = Observer()
        self._places = places
        for folder, place in zip(self._folders(), places, strict=True):
            if place:
                observer.schedule(self, str(folder), recursive=folder != self._root)
        observer.start()
        self._observer = observer
        return True

    def stop(self) -> None:
        """Listen no more."""
        if self._observer:
            self._observer.stop()
            self._observer.join(10)
            self._observer = None

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Only wake: watchdog's lock is held here."""
        if event.event_type not in _HARMLESS:
            self._wake()

    def _folders(self) -> tuple[Path, Path]:
        return self._root, self._root / "inbox"

    def _hears(self, observer: BaseObserver) -> bool:
        emitters = observer.emitters
        expected = sum(place is not None for place in self._places)
        return observer.is_alive() and len(emitters) == expected and all(one.is_alive() for one in emitters)


def _place(folder: Path) -> _Place:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

"""A folder for things that other programs must find as files, gone at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["scratch"]


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder of our own."""
    # Windows keeps files that a virus scanner is still looking at
    with TemporaryDirectory(prefix="ducha", ignore_cleanup_errors=True) as folder:
        yield Path(folder)

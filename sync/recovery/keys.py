"""Finding a lost signing key again, and proving on what was handed out that it is the right one."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ledger.errors import StateError
from sync.reading.read import Reading, read_ahead
from sync.recovery.reissue import seals
from sync.workspace import KEY_COPY

__all__ = ["fitting_key", "key_in", "key_texts"]

_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_SAMPLE = 3  # workbooks of the outbox on which a key is tried


def key_in(text: str) -> str:
    """The key that somebody typed, or that stands in the file that they named. `StateError` when there is none."""
    found = _KEY.search(text.strip().lower())
    if found:
        return found[0]
    told = key_texts([Path(text.strip())])
    for key in told:
        return key
    raise StateError("给出的签名密钥不对：应是64位的数字和字母a到f，或写有密钥的文本文件，请核对后重试。")


def key_texts(files: Iterable[Path]) -> Iterator[str]:
    """The keys that stand in text files, as far as those can be read."""
    for path in files:
        try:
            found = _KEY.search(path.read_text(encoding="utf-8-sig", errors="replace").lower())
        except (OSError, ValueError):
            continue
        if found:
            yield found[0]


def fitting_key(root: Path, candidates: Iterable[str]) -> tuple[str | None, bool]:
    """The first key that proves a workbook of the outbox to be ours, and whether there was any to try it on.

    Where nothing has been handed out the first candidate is as good as any.
    """
    every = list(dict.fromkeys(candidates))
    sample = [(data, path.name) for path, data in seals(sorted((root / "outbox").glob("*/*.xlsx"))[-_SAMPLE:])]
    if not sample:
        return next(iter(every), None), False
    for key in every:
        readings = read_ahead(sample, key)
        if any(isinstance(reading, Reading) and reading.issues for reading in readings):
            return key, True
    return None, True


def written_down(root: Path) -> Iterator[str]:
    """The keys in the text copies that lie in the workspace's folder."""
    yield from key_texts(sorted(root.glob(f"{KEY_COPY[:6]}*.txt")))

"""docs/reliability.md names tests that exist, for every promise at least one."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
PROMISES = 18


def test_every_promise_has_its_tests() -> None:
    """Eighteen, in order, each with a test."""
    rows = re.findall(r"^\| (\d+) \| .*\| `tests/", TEXT, re.MULTILINE)
    assert rows == [str(number) for number in range(1, PROMISES + 1)]


def test_every_named_test_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT))
    assert len(named) > 2 * PROMISES
    gone = [f"{path}::{name}" for path, name in sorted(named) if not _has(ROOT / path, name)]
    assert gone == []


def _has(path: Path, name: str) -> bool:
    return path.is_file() and f"\ndef {name}(" in path.read_text(encoding="utf-8")

"""Files created in a burst while the watcher's events are lost: every one is judged once; 10,000 in `make torture`."""

from pathlib import Path

import pytest
from bursts import burst
from places import made


def test_a_burst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one pass takes, each file once."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("sync.watching.watch._TOGETHER", 60)
    made(tmp_path / "安平")
    burst(tmp_path / "安平", 150)

"""Ten thousand files created in a burst while the watcher's events are lost."""

from pathlib import Path

from bursts import burst
from places import made


def test_ten_thousand_files(tmp_path: Path) -> None:
    """Every one is judged once, and answered once."""
    made(tmp_path / "安平")
    burst(tmp_path / "安平", 10_000)

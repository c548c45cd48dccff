"""Fixtures: unit workbooks fresh from the outbox of a small workspace."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "loop"))  # clerk.py, also when this folder alone is run

from clerk import PERIOD
from desk import SCHEMA, dumped, issued

from sync.distribute import distribute
from sync.periods import open_period
from sync.register import register
from sync.workspace import Workspace


def hand_out(folder: Path) -> Workspace:
    made = Workspace.create(folder / "安平 台账", SCHEMA)
    document = folder / "分工表.txt"
    document.write_text(dumped(), encoding="utf-8")
    with made.locked():
        register(made, [document], tasks_only=True)
        open_period(made, PERIOD)
        distribute(made, PERIOD)
    return made


@pytest.fixture
def handed_out(tmp_path: Path) -> Iterator[Workspace]:
    """August is open, and the workbooks lie in the outbox."""
    place = hand_out(tmp_path)
    with place.locked():
        yield place


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unit's workbook as handed out; for tests that do not send it back."""
    return issued(hand_out(tmp_path_factory.mktemp("下发")))

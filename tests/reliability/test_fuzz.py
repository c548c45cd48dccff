"""Mutated workbooks through the whole pass: decided, answered once, and nothing that was accepted was misread."""

from pathlib import Path

import pytest
from fuzzing import Fuzzing, Outcome


def test_a_sample_of_mutated_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No exception, no changed locked cell, no other text than a second reader sees; 20,000 in `make torture`."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    outcome = Outcome()
    Fuzzing(tmp_path).play(range(240), outcome)
    assert outcome.wrong == {}
    assert {verdict for _, verdict in outcome.verdicts} == {"accepted", "returned", "quarantined"}
    assert sum(outcome.verdicts.values()) > 200

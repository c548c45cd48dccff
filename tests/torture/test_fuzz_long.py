"""Twenty thousand mutated workbooks through the whole pass; DUCHA_FUZZ=first:last takes others, or repeats some."""

import os
import resource
import time
from collections import Counter
from pathlib import Path

import pytest
from fuzzing import Fuzzing, Outcome

ROUND = 250


def test_mutated_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """No exception, no hang, no changed locked cell, no other text than a second reader sees."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    first, _, last = os.environ.get("DUCHA_FUZZ", "1000:21000").partition(":")
    numbers, outcome, begin = range(int(first), int(last)), Outcome(), time.monotonic()
    fuzzing = Fuzzing(tmp_path)
    for start in range(0, len(numbers), ROUND):
        fuzzing.play(numbers[start : start + ROUND], outcome)
        with capsys.disabled():
            print(f"{start + ROUND} {time.monotonic() - begin:.0f} s, wrong: {outcome.wrong}", flush=True)
    verdicts = Counter(verdict for _, verdict in outcome.verdicts.elements())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    with capsys.disabled():
        print(verdicts, outcome.codes, f"{peak} MB", *sorted(outcome.verdicts.items()), sep="\n")
    assert outcome.wrong == {}
    assert {*verdicts} == {"accepted", "returned", "quarantined"}

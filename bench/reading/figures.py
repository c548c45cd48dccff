"""Targets and actuals against the labels: precision, recall and F1."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.reading.corpus import Case, Label, Measured, cases
from ledger.indicators import Actual, Target, actuals, targets
from ledger.quantities import unit_of

__all__ = ["Score", "judge", "measure_figures"]

_MILESTONES = frozenset({"anping", "own", "unseen"})  # where milestones were labelled


@dataclass(slots=True)
class Score:
    """Counts of what was right, what was said wrongly and what was missed; ``wrong`` lists the last two."""

    right: int = 0
    false: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def __str__(self) -> str:
        total = self.precision + self.recall
        f1 = 2 * self.precision * self.recall / total if total else 0.0
        return f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {f1:.3f}  ({self.right + self.missed})"


def measure_figures() -> Iterator[tuple[str, str]]:
    """What was read, over the part that rules were tuned on and the part that they were not."""
    every = list(cases())
    for name, part in (("tuned", [c for c in every if not c.held_out]), ("held out", [c for c in every if c.held_out])):
        for what, score in judge(part).items():
            yield f"{name}: {what}", str(score)


def judge(part: Iterable[Case]) -> dict[str, Score]:
    """Scores by kind of target, of all targets with a figure, of actuals and of their dates."""
    scores: dict[str, Score] = defaultdict(Score)
    for case in part:
        found = targets(case.text, case.year)
        answers = actuals(found, case.report, case.year)
        _judge(case, list(zip(found, answers, strict=True)), scores)
    order = ["amount", "about", "cap", "growth", "share", "text", "targets", "actuals", "as-of"]
    return {name: scores[name] for name in order}


def _judge(case: Case, found: list[tuple[Target, Actual | None]], scores: dict[str, Score]) -> None:
    left = list(found)
    for label in sorted(case.labels, key=lambda label: label.optional):
        pair = next((pair for pair in left if _same(label, pair[0])), None)
        names = [label.kind] if label.kind == "text" else [label.kind, "targets"]
        if pair:
            left.remove(pair)
            if not label.optional:
                _count(scores, names, "right", "")
            _judge_actual(case, label, pair[1], scores)
        elif not label.optional and (label.kind != "text" or case.document in _MILESTONES):
            _count(scores, names, "missed", f"{case.document} {case.key} missed {label.kind} {_shown(label.target)}")
            if label.actual:
                _count(scores, ["actuals"], "missed", f"{case.document} {case.key} missed with its target")
    for target, _ in left:
        if target.kind != "text" or case.document in _MILESTONES:
            names = [target.kind] if target.kind == "text" else [target.kind, "targets"]
            said = f"{target.value}{target.unit} {target.name}"
            _count(scores, names, "false", f"{case.document} {case.key} false {target.kind} {said}")


def _judge_actual(case: Case, label: Label, actual: Actual | None, scores: dict[str, Score]) -> None:
    if label.open or label.optional:
        return
    place = f"{case.document} {case.key}"
    got = Measured(abs(actual.value), actual.quantity.unit) if actual else None
    if got and label.actual and got.key == label.actual.key:
        _count(scores, ["actuals"], "right", "")
        if actual and label.as_of:
            fits = actual.as_of == label.as_of
            _count(scores, ["as-of"], "right" if fits else "false", f"{place} {label.actual} {actual.as_of}")
        return
    wanted = _shown(label.actual)
    if got:
        _count(scores, ["actuals"], "false", f"{place} {_shown(label.target)} false actual {_shown(got)}, not {wanted}")
    if label.actual:
        _count(
            scores, ["actuals"], "missed", f"{place} {_shown(label.target)} missed actual {wanted}, got {_shown(got)}"
        )


def _same(label: Label, target: Target) -> bool:
    if label.kind != target.kind or (label.target is None) != (target.value is None):
        return False
    if label.target is None or target.value is None or target.quantity is None:
        return True
    unit = target.quantity.unit if target.quantity.unit.text == target.unit else unit_of(target.unit)
    return Measured(target.value, unit).key == label.target.key


def _shown(item: Measured | None) -> str:
    return f"{item.value}{item.unit.text}" if item else "nothing"


def _count(scores: dict[str, Score], names: Iterable[str], what: str, said: str) -> None:
    for name in names:
        setattr(scores[name], what, getattr(scores[name], what) + 1)
        if what != "right":
            scores[name].wrong.append(said)

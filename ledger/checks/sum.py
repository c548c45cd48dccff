"""sum: the parts behind 其中 are more than the whole, or all of them together are not the whole."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ledger.checks.arithmetic import shown
from ledger.checks.reading import Read
from ledger.checks.row import Frame
from ledger.finding import Finding
from ledger.indicators import Mention

__all__ = ["parts_and_whole"]

_AMONG = "其中"
_RATIOS = frozenset({"ratio", "points", "time", "months", "working-time"})
_ALL = 3  # so many parts that nearly make up the whole were meant to make it up


def parts_and_whole(task: Read, frame: Frame) -> Iterator[Finding]:
    """Every 其中 with its parts, which are separated by 、 and of the whole's unit."""
    for place, item in enumerate(task.mentions):
        if _AMONG in item.between and item.quantity.unit.dimension not in _RATIOS:
            whole = _whole(item, task.mentions[:place])
            if whole:
                yield from _added(task, whole, _parts(item, task.mentions[place:]), frame)


def _whole(first: Mention, before: Sequence[Mention]) -> Mention | None:
    """The figure of which the parts are told."""
    same = [
        one
        for one in before
        if one.sentence == first.sentence and one.quantity.like(first.quantity) and one.quantity.role == "level"
    ]
    alike = same and not same[-1].bracketed and same[-1].quantity.unit == first.quantity.unit
    return same[-1] if alike and not any(_AMONG in one.between for one in same) else None


def _parts(first: Mention, rest: Sequence[Mention]) -> list[Mention]:
    """The members of one list: separated by 、 alone, all of one unit."""
    parts = [first]
    for item in rest[1:]:
        last = parts[-1]
        if item.sentence != first.sentence or (
            not last.behind.rstrip().endswith("、") and not item.between.startswith("、")
        ):
            break
        if not item.quantity.like(first.quantity) or item.quantity.role != "level":
            break
        parts.append(item)
    return parts


def _added(task: Read, whole: Mention, parts: Sequence[Mention], frame: Frame) -> Iterator[Finding]:
    if first_bound := parts[0].quantity.bound or whole.quantity.bound:
        del first_bound
        return
    total = sum((part.quantity.base for part in parts), Fraction(0))
    size = whole.quantity.base
    places = max(one.quantity.decimals for one in (whole, *parts))
    rounding = Fraction(len(parts) + 1, 2 * 10**places) * whole.quantity.unit.factor if places else Fraction(0)
    gap = abs(total - size)
    near = len(parts) >= _ALL and gap * 100 <= size * Fraction(repr(frame.schema.checks.parts))
    if gap <= rounding or not (near or total > size):
        return
    unit = whole.quantity.unit
    yield task.says(
        "sum_wrong",
        task.quote(whole, parts[-1]),
        parts="＋".join(shown(part.quantity.value) for part in parts),
        total=f"{shown(total / unit.factor)}{unit.text}" if len(parts) > 1 else unit.text,
        whole=shown(whole.quantity),
        gap=f"{'多' if total > size else '少'}{shown(gap / unit.factor)}{unit.text}",
    )

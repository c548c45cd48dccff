"""What changed between two versions of a document: sentences, their figures, cells and rows of the annexes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from bulletin.printed import Printed, PrintedAnnex, PrintedRow
from bulletin.text import FIGURE, is_chapter
from ledger.wording import sentences

__all__ = ["Difference", "common", "differences", "paired", "paired_rows", "with_edits"]

_ALIKE = 0.5  # two texts of which less is common are no wordings of one


@dataclass(frozen=True, slots=True)
class Difference:
    """One change at a place that people can find; ``old`` or ``new`` is empty where something came or went.

    A ``figure`` is a sentence of which only the numbers changed. ``edited`` is what somebody had made of the old text
    meanwhile, None where nobody touched it.
    """

    kind: Literal["sentence", "figure", "cell", "row"]
    place: str
    old: str
    new: str
    edited: str | None = None


def differences(old: Printed, new: Printed) -> tuple[Difference, ...]:
    """The text from top to bottom, then the annexes in the new order."""
    found = [*_sentences(old.paragraphs, new.paragraphs)]
    for no, annex in new.annexes.items():
        found += _cells(no, old.annexes.get(no, PrintedAnnex(annex.heads, ())), annex)
    for no in old.annexes.keys() - new.annexes.keys():
        found.append(Difference("row", f"附件{no}", f"全表{len(old.annexes[no].rows)}行", ""))
    return tuple(found)


def common(old: Printed, new: Printed) -> int:
    """How many paragraphs and rows stand in both: of several drafts the one with most is what a file was made from."""
    return sum((_pieces(old) & _pieces(new)).values())


def _pieces(document: Printed) -> Counter[tuple[str, ...]]:
    rows = (row.cells for annex in document.annexes.values() for row in annex.rows)
    return Counter([*((text,) for text in document.paragraphs), *rows])


def with_edits(found: Sequence[Difference], edits: Sequence[Difference]) -> tuple[Difference, ...]:
    """``found`` with what a person's ``edits`` of the same old version made of the same places."""
    made = {(one.place, one.old): one.new for one in edits if one.old}
    return tuple(replace(one, edited=made.get((one.place, one.old))) for one in found)


def paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Each text beside what it became, in order; None where it went, or where it is new."""
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(old[i1:i2], new[j1:j2], strict=True)
        else:
            yield from _reworded(old[i1:i2], new[j1:j2])


def _reworded(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Of texts none of which stayed, the likeliest pairs in order; one for one needs no likeness."""
    rest = list(new)
    for place, text in enumerate(old):
        if len(old) == len(new) == 1:
            best: str | None = rest[0]
        else:
            best = next((other for other in rest if _alike(text, other)), None)
            # as many are left on both sides: then each became its neighbour
            if best is None and len(rest) == len(old) - place and rest and not _later(old[place + 1 :], rest[0]):
                best = rest[0]
        if best is None:
            yield text, None
            continue
        while rest[0] is not best:
            yield None, rest.pop(0)
        yield text, rest.pop(0)
    yield from ((None, text) for text in rest)


def _later(old: Sequence[str], text: str) -> bool:
    return any(_alike(other, text) for other in old)


def _alike(one: str, other: str) -> bool:
    match = SequenceMatcher(None, one, other, autojunk=False)
    return match.real_quick_ratio() > _ALIKE and match.quick_ratio() > _ALIKE and match.ratio() > _ALIKE


def _sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    place = "标题和开头"
    for before, after in paired(old, new):
        heading = after if after is not None else before
        if heading and is_chapter(heading):
            place = heading
        if before == after:
            continue
        for one, other in paired(sentences(before or ""), sentences(after or "")):
            if one != other:
                yield Difference(_kind(one or "", other or ""), place, one or "", other or "")


def _kind(old: str, new: str) -> Literal["sentence", "figure"]:
    return "figure" if old and new and FIGURE.sub("#", old) == FIGURE.sub("#", new) else "sentence"


def paired_rows(old: PrintedAnnex, new: PrintedAnnex) -> list[tuple[PrintedRow | None, PrintedRow | None]]:
    """Each row beside the same row of the other version, wherever it was moved to, in the new order; what is gone last.

    Rows are known by the bookmark of their number; those without one, a project's other rows, by their likeness.
    """
    before, after = _groups(old), _groups(new)
    found: list[tuple[PrintedRow | None, PrintedRow | None]] = []
    for mark, rows in after.items():
        found += _same_rows(before.pop(mark, []), rows)
    found += [(row, None) for rows in before.values() for row in rows]
    return [*(pair for pair in found if pair[1]), *(pair for pair in found if not pair[1])]


def _groups(annex: PrintedAnnex) -> dict[str, list[PrintedRow]]:
    """Rows of tasks by the mark of the row that they belong to."""
    groups: dict[str, list[PrintedRow]] = {}
    mark = ""
    for row in annex.rows:
        if len(row.cells) > 1 or row.mark:
            mark = row.mark or mark
            groups.setdefault(mark, []).append(row)
    return groups


def _same_rows(
    old: Sequence[PrintedRow], new: Sequence[PrintedRow]
) -> Iterator[tuple[PrintedRow | None, PrintedRow | None]]:
    texts: Mapping[int, list[str]] = {id(rows): ["\t".join(row.cells) for row in rows] for rows in (old, new)}
    here, there = iter(old), iter(new)
    for one, other in paired(texts[id(old)], texts[id(new)]):
        yield next(here) if one is not None else None, next(there) if other is not None else None


def _cells(no: int, old: PrintedAnnex, new: PrintedAnnex) -> Iterator[Difference]:
    for before, after in paired_rows(old, new):
        place = f"附件{no}：{new.number(after) if after else old.number(before) if before else ''}"
        if not before or not after or len(before.cells) != len(after.cells):
            yield Difference("row", place, before.whole if before else "", after.whole if after else "")
            continue
        for head, one, other in zip(new.heads, before.cells, after.cells, strict=False):
            if one != other:
                title = "".join(head.split())
                yield Difference("cell", f"{place} {title}", one, other)

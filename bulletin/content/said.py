"""Sentences that know where their figures come from.

A sentence is made of pieces: words, references and facts. Its text is those pieces and nothing else, so that no figure
can be printed that is not traced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "COUNT",
    "MINUS",
    "QUOTE",
    "VALUE",
    "Cell",
    "Fact",
    "Paragraph",
    "Piece",
    "Reference",
    "Sentence",
    "counted",
    "listed",
]

Cell = tuple[str, str]  # whose row (the id of a task or an indicator, the name of a unit), which column (`Basis`)
COUNT, QUOTE, VALUE, MINUS = "计数", "原文", "数值", "数值（负号写作下降）"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or words as a sentence says them, and ``how`` they follow from the ledger's ``cells``.

    ``计数``: there are so many cells; ``原文``: they stand in the cell; ``数值``: the cell's number with its unit; else
    the arithmetic in words.
    """

    said: str
    how: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The rows in which a task is printed, as annex and number: （附件1：66）（附件2：8）."""

    places: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """The reference in its brackets."""
        return "".join(f"（附件{annex}：{number}）" for annex, number in self.places)


Piece = str | Fact | Reference


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or a part of one that stands by itself."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The sentence as it is printed."""
        return "".join(map(text_of, self.pieces))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Its figures, in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Fact))


Paragraph = tuple[Sentence, ...]


def counted(rows: Iterable[str], column: str) -> Fact:
    """How many rows there are; ``column`` holds what they have in common."""
    cells = tuple((row, column) for row in rows)
    return Fact(str(len(cells)), COUNT, cells)


def listed(parts: Sequence[Sequence[Piece]], between: str = "，") -> list[Piece]:
    """The parts one after the other with ``between`` between them."""
    found: list[Piece] = []
    for part in parts:
        found += [between, *part] if found else part
    return found


def text_of(piece: Piece) -> str:
    """A piece as it is printed."""
    match piece:
        case str():
            return piece
        case Fact():
            return piece.said
        case Reference():
            return piece.text

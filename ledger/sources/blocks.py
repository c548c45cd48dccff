"""What every source document is turned into before the trade looks at it."""

from dataclasses import dataclass

__all__ = ["Block", "Cell", "Grid", "Paragraph", "Row"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One position of a grid.

    A position covered by a merged cell has no text: ``merged_above`` when the cell began in an earlier row,
    ``merged_left`` when it began further left in the same row. ``place`` says in Chinese where the row stands.
    """

    text: str = ""
    place: str = ""
    merged_above: bool = False
    merged_left: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph outside any table."""

    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells; rows of text dumps may be shorter than the others."""

    rows: tuple[Row, ...]
    place: str = ""


Block = Paragraph | Grid

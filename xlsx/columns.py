"""Where prototype columns go: the map from a template's columns to those of the sheet made from it."""

from dataclasses import dataclass

from xlsx.cells import column_letter
from xlsx.references import Area, Corner, area, rewrite, same_sheet


class _UnusedError(Exception):
    """A formula needs a prototype that no new column was made from."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Prototype columns `first` to `last` become as many columns as `sources` has, in place.

    `sources[j]` is the prototype column that new column `first + j` is made from.
    """

    key_row: int
    first: int
    last: int
    sources: tuple[int, ...]

    @property
    def end(self) -> int:
        """The new last column."""
        return self.first + len(self.sources) - 1

    @property
    def shift(self) -> int:
        """How far what stands right of the prototypes moves."""
        return self.end - self.last

    def made_from(self, column: int) -> list[int]:
        """The new columns of one prototype column, from the left."""
        return [self.first + j for j, source in enumerate(self.sources) if source == column]

    def covers(self, row: int) -> bool:
        """Whether a row is one of key, header and model row."""
        return self.key_row <= row <= self.key_row + 2

    def area(self, old: Area) -> Area:
        """A range of whole rows of the block stretched to the new last column; others as they are."""
        if old.first.column <= self.first and old.last.column == self.last and not old.single:
            return old._replace(last=old.last._replace(column=self.end))
        return old

    def outside(self, formula: str, sheet: str, owner: str = "") -> str:
        """A formula outside the block, on sheet `owner`: whole blocks stretch, cells follow their column."""

        def change(found: str | None, old: Area) -> str | None:
            if not same_sheet(found or owner, sheet) or not old.first.column:
                return None
            stretched = self.area(old)
            if stretched != old:
                return stretched.text()
            if not self.covers(old.first.row):
                return None
            ends = [self.made_from(corner.column) for corner in (old.first, old.last)]
            if not ends[0] or not ends[1]:
                return None
            first, last = old.first._replace(column=ends[0][0]), old.last._replace(column=ends[1][-1])
            return Area(first, first if old.single else last, old.single).text()

        return rewrite(formula, change)

    def formula(self, text: str, sheet: str, index: int, origin: int) -> str | None:
        """A formula of the model row as new column number `index` needs it.

        `origin` is the prototype column that relative references were written for. None when the formula
        refers to a prototype that is not used.
        """
        offset = self.sources[index] - origin

        def change(found: str | None, old: Area) -> str | None:
            if not same_sheet(found or sheet, sheet) or not old.first.column:
                return None
            if not (self.covers(old.first.row) and self.covers(old.last.row)):
                return None
            first = self._placed(old.first, index, offset, last=False)
            last = first if old.single else self._placed(old.last, index, offset, last=True)
            return Area(first, last, old.single).text()

        try:
            return rewrite(text, change)
        except _UnusedError:
            return None

    def _placed(self, corner: Corner, index: int, offset: int, *, last: bool) -> Corner:
        column = corner.column if corner.fixed_column else corner.column + offset
        if not self.first <= column <= self.last:
            return corner._replace(column=column)
        if column == self.sources[index]:
            return corner._replace(column=self.first + index)
        places = self.made_from(column)
        if not places:
            raise _UnusedError
        return corner._replace(column=places[-1] if last else places[0])

    def targets(self, sqref: str) -> tuple[list[tuple[int, Area]], list[str]]:
        """What of a rule's ranges lies on the model row: (new column's index, its range), and the rest."""
        moved: list[tuple[int, Area]] = []
        rest: list[str] = []
        for part in sqref.split():
            old = area(part)
            if not (old.first.row <= self.key_row + 2 <= old.last.row) or old.last.column < self.first:
                rest.append(part)
                continue
            for j, source in enumerate(self.sources):
                if old.first.column <= source <= old.last.column:
                    column = self.first + j
                    corners = old.first._replace(column=column), old.last._replace(column=column)
                    moved.append((j, Area(*corners, False)))
        return sorted(moved), rest


def joined(areas: list[Area]) -> str:
    """Ranges of one rule as sqref, neighbours of the same rows run together."""
    runs: list[Area] = []
    for one in areas:
        last = runs[-1] if runs else None
        touching = last and last.last.column + 1 == one.first.column
        if last and touching and (last.first.row, last.last.row) == (one.first.row, one.last.row):
            runs[-1] = last._replace(last=one.last)
        else:
            runs.append(one)
    return " ".join(_short(run) for run in runs)


def _short(one: Area) -> str:
    if one.first == one.last:
        return f"{column_letter(one.first.column)}{one.first.row}"
    return one.text()

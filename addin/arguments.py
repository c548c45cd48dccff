"""What Excel hands over to a function, as rows of values that `ledger` reads; and one result for every cell of them.

A function annotates an argument with `Cells`, or with `Figures` where the number format matters: Excel keeps a typed
50% as 0.5, and only the format says that people see a percentage. xlwings finds the converters below by these types.
"""

from collections.abc import Callable
from typing import TypeVar

import xlwings as xw
from xlwings.conversion import (
    Accessor,
    CleanDataFromReadStage,
    ConversionContext,
    Ensure2DStage,
    Options,
    Pipeline,
    ReadValueFromRangeStage,
)

from ledger.measures import as_seen

__all__ = ["CellError", "Cells", "Figures", "number_formats", "spread"]

_T = TypeVar("_T")
_ERRORS = range(-2146826300, -2146826200)  # numbers that stand for #N/A and its like; #SPILL! and newer ones too


class Cells(list[list[object]]):
    """The values of a range, row by row; empty cells are None, errors `CellError`. No argument given: no rows."""


class Figures(Cells):
    """`Cells` whose percentages are texts as people see them: 50%."""


class CellError(str):
    """An error value in a cell, such as #N/A."""


class _CellsReader(Accessor):
    """xlwings' own way of reading, but always in two dimensions, with errors, and no further down than there is data.

    Clerks pass whole columns (E:E), which hold a million rows.
    """

    @classmethod
    def reader(cls, options: Options) -> Pipeline:
        stages = (
            _trim,
            ReadValueFromRangeStage(options),
            Ensure2DStage(),
            _mark_errors,
            CleanDataFromReadStage(options),
        )
        return Pipeline(stages)


class _FiguresReader(_CellsReader):
    @classmethod
    def reader(cls, options: Options) -> Pipeline:
        return Pipeline([*super().reader(options), _see_percentages])


_CellsReader.register(Cells)
_FiguresReader.register(Figures)


def _trim(context: ConversionContext) -> None:
    area = context.range
    if area is not None and area.shape[0] > 1:
        used = area.sheet.used_range
        rows = min(area.shape[0], max(used.row + used.shape[0] - area.row, 1))
        context.range = area if rows == area.shape[0] else area.resize(rows, area.shape[1])


def _mark_errors(context: ConversionContext) -> None:
    context.value = [[_with_error(value) for value in row] for row in context.value]


def _with_error(value: object) -> object:
    return CellError("#N/A") if isinstance(value, int) and value in _ERRORS else value


def _see_percentages(context: ConversionContext) -> None:
    if context.range is None or not any(isinstance(value, int | float) for row in context.value for value in row):
        return  # only numbers have a format that says something, and asking Excel for it takes time
    whole = context.range.number_format
    if whole is not None and "%" not in whole:
        return
    formats = number_formats(context.range)
    pairs = zip(context.value, formats, strict=True)
    context.value = [[as_seen(*cell) for cell in zip(values, shown, strict=True)] for values, shown in pairs]


def number_formats(area: xw.Range) -> list[list[str]]:
    """The number format of every cell; Excel gives that of a whole range at once, if all its cells have the same."""
    height, width = area.shape
    shown = area.number_format
    if shown is not None or height == width == 1:
        return [[shown or ""] * width for _ in range(height)]
    if height > 1:
        return number_formats(area[: height // 2, :]) + number_formats(area[height // 2 :, :])
    halves = number_formats(area[:, : width // 2]), number_formats(area[:, width // 2 :])
    return [left + right for left, right in zip(*halves, strict=True)]


def spread(judge: Callable[..., _T], *arguments: Cells) -> list[list[_T]]:
    """``judge`` for every cell of the largest extent, with one value from each argument, as Excel spreads arrays.

    A single row or column goes for all rows or columns; beyond the end of a shorter one, and where nothing was given,
    a value is None.
    """
    height = max(map(len, arguments))
    width = max((len(row) for cells in arguments for row in cells), default=0)
    grids = [[_stretched(row or [], width) for row in _stretched(cells, height)] for cells in arguments]
    return [[judge(*values) for values in zip(*rows, strict=True)] for rows in zip(*grids, strict=True)]


def _stretched(items: list[_T], length: int) -> list[_T | None]:
    return [*items] * length if len(items) == 1 else [*items, *[None] * (length - len(items))]

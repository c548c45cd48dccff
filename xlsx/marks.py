"""Faults marked in place: a coloured cell with a note, and the way back.

Excel renumbers styles and rewrites files, so the way back is kept where it survives: each original fill gets
a mark colour of its own, a shade off the one asked for, and a hidden name says which fill it stands for.
"""

import re
from collections.abc import Callable

from xlsx.cells import column_letter
from xlsx.notes import NOTES, Notes
from xlsx.parts import Parts
from xlsx.styles import Styles
from xlsx.workbook import Workbook
from xlsx.worksheet import Worksheet

_NAME = "_ducha.fill."
_COLOUR = re.compile(r'<fgColor rgb="[0-9A-F]{2}([0-9A-F]{6})"')
_NO_FILL = '<fill><patternFill patternType="none"/></fill>'
_LONGEST = 250  # a text constant in a formula holds 255 characters


def mark(
    parts: Parts,
    workbook: Workbook,
    styles: Styles,
    worksheet: Worksheet,
    place: tuple[int, int],
    note: str,
    colour: str,
) -> None:
    """Colour a cell and hang a note on it; one that is marked already keeps its colour."""
    if not re.fullmatch("[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"not a colour RRGGBB: {colour!r}")
    row, column = place
    ref = f"{column_letter(column)}{row}"
    style = worksheet.style(row, column)
    marked = _marks(workbook)
    fill = styles.fill(style)
    if _colour(fill) not in marked:
        shade = _shade(workbook, marked, fill if len(fill) <= _LONGEST else _NO_FILL, colour.upper())
        worksheet.restyle(row, column, styles.derived(style, fill=_solid(shade)))
    notes = Notes(parts, workbook.sheet_part(worksheet.name), worksheet.tail)
    notes.add(row, column, ref, note)
    worksheet.replace_tail(notes.link(worksheet.tail))


def clear(parts: Parts, workbook: Workbook, styles: Styles, worksheets: Callable[[str], Worksheet]) -> None:
    """Remove our notes from every sheet, and give marked cells the fill back that they had."""
    marked = _marks(workbook)
    if not marked:
        return
    fills = {style: fill for style in styles.all() if (fill := marked.get(_colour(styles.fill(style))))}
    for name, part in workbook.worksheets().items():
        worksheet = worksheets(name)
        cells = worksheet.styled(set(fills))
        for row, column, style in cells:
            worksheet.restyle(row, column, styles.derived(style, fill=fills[style]))
        notes = Notes(parts, part, worksheet.tail)
        notes.clear({f"{column_letter(column)}{row}" for row, column, _ in cells})
        worksheet.replace_tail(notes.link(worksheet.tail))
    for colour in marked:
        workbook.undefine(_NAME + colour)


def note(parts: Parts, part: str, worksheet: Worksheet, place: tuple[int, int], text: str | None) -> None:
    """Hang a plain note on a cell in place of the last one of ours, or take that off."""
    row, column = place
    ref = f"{column_letter(column)}{row}"
    notes = Notes(parts, part, worksheet.tail, NOTES)
    notes.remove(ref)
    if text:
        notes.add(row, column, ref, text)
    worksheet.replace_tail(notes.link(worksheet.tail))


def _marks(workbook: Workbook) -> dict[str, str]:
    """Original fill by mark colour."""
    return {
        name.removeprefix(_NAME): text.strip('"').replace('""', '"')
        for name, text in workbook.names().items()
        if name.startswith(_NAME)
    }


def _shade(workbook: Workbook, marked: dict[str, str], fill: str, colour: str) -> str:
    number = int(colour, 16)
    while (shade := f"{number:06X}") in marked:
        number -= 1 if number & 0xFF else -0xFF
    text = fill.replace('"', '""')
    known = [key for key, original in marked.items() if original == fill and _near(key, colour)]
    if known:
        return known[0]
    workbook.define(_NAME + shade, f'"{text}"', hidden=True)
    return shade


def _near(one: str, other: str) -> bool:
    return one[:4] == other[:4]


def _colour(fill: str) -> str:
    match = _COLOUR.search(fill)
    return match[1] if match else ""


def _solid(colour: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/>'
        "</patternFill></fill>"
    )

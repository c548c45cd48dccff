"""A workbook that is out of Excel for a while, so that its file can be replaced, and back as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import xlwings as xw

__all__ = ["put_away"]

_LONGEST = 200  # characters of an address: Excel takes no longer one back


@contextmanager
def put_away(book: xw.Book) -> Iterator[None]:
    """Save and close a workbook, and open it again whatever happens: the same sheet, place and selection are shown."""
    app, path, sheet = book.app, book.fullname, book.sheets.active.name
    area = app.selection.address if app.selection is not None else ""
    window = app.api.ActiveWindow
    place = window.ScrollRow, window.ScrollColumn
    book.save()
    book.close()
    try:
        yield
    finally:
        again = app.books.open(path)
        if sheet in [one.name for one in again.sheets]:
            again.sheets[sheet].api.Activate()  # xlwings' own way asks which Excel is in front
            if 0 < len(area) <= _LONGEST:
                again.sheets[sheet].range(area).select()
            app.api.ActiveWindow.ScrollRow, app.api.ActiveWindow.ScrollColumn = place

"""An xlwings engine over a running LibreOffice: buttons work on a real spreadsheet, as on Excel's.

Only what our actions ask of a workbook; anything else is an AttributeError or NotImplementedError of xlwings itself.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import xlwings as xw
from office import Office
from xlwings import base_classes, utils


class Engine:
    name = type = "desktop"

    def __init__(self, office: Office) -> None:
        self.app = App(self, office)

    @property
    def apps(self) -> list["App"]:
        return [self.app]

    @staticmethod
    def clean_value_data(data: Any, _dates: Any, empty: Any, _numbers: Any, _errors: bool) -> list[list[Any]]:
        return [[empty if value in ("", None) else value for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        return "" if value is None else value


class App(base_classes.App):
    """The program; what was said and how the screen and the status bar went is kept for the tests."""

    calculation, display_alerts, pid = "automatic", True, 1

    def __init__(self, engine: Engine, office: Office) -> None:
        self.engine, self.office = engine, office
        self.said: list[tuple[str, str]] = []
        self.bar: list[object] = []
        self._status: object = False
        self._screen, self.selected = True, None
        self._books = Books(self)
        self.window = SimpleNamespace(ScrollRow=1, ScrollColumn=1)

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: object) -> str:
        assert (self._screen, self._status) == (True, False), "Excel is not as it was when somebody reads this"
        assert title == "督查台账"
        self.said.append((mode, prompt))
        return "ok"

    @property
    def screen_updating(self) -> bool:
        return self._screen

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self._screen = value

    @property
    def status_bar(self) -> object:
        return self._status

    @status_bar.setter
    def status_bar(self, value: object) -> None:
        self._status = value
        self.bar.append(value)

    @property
    def api(self) -> SimpleNamespace:
        return SimpleNamespace(ActiveWindow=self.window)

    @property
    def selection(self) -> "Range | None":
        return self.selected

    @property
    def books(self) -> "Books":
        return self._books


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self.app, self.open_ones = app, []

    def __len__(self) -> int:
        return len(self.open_ones)

    def __iter__(self) -> Iterator["Book"]:
        return iter(self.open_ones)

    def __call__(self, name: str) -> "Book":
        found = [book for book in self.open_ones if book.name == name]
        if not found:
            raise KeyError(name)
        return found[0]

    def add(self) -> "Book":
        return self.open(f"工作簿{len(self.open_ones) + 1}")

    def open(self, fullname: str, *_: Any, **__: Any) -> "Book":
        self.app.office.desk("open", path=fullname)
        # as in Excel: what is opened anew shows its first sheet from the top
        self.app.window.ScrollRow, self.app.selected = 1, None
        self.open_ones.append(Book(self.app, fullname))
        return self.open_ones[-1]


class Book(base_classes.Book):
    def __init__(self, app: App, path: str) -> None:
        self._app, self.path = app, path
        self.shown = 0

    app = property(lambda self: self._app)
    fullname = property(lambda self: self.path)
    name = property(lambda self: Path(self.path).name)
    sheets = property(lambda self: Sheets(self))

    @property
    def api(self) -> SimpleNamespace:
        return SimpleNamespace(SaveCopyAs=lambda out: self.ask("save", out=out), ReadOnly=False)

    names = property(lambda self: Names(self))

    def ask(self, do: str, **arguments: object) -> Any:
        return self._app.office.desk(do, path=self.path, **arguments)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        self.ask("save", out=path or self.path)

    def close(self) -> None:
        self.ask("close")
        self._app.books.open_ones.remove(self)


class Names(base_classes.Names):
    def __init__(self, book: Book) -> None:
        self.book = book

    def add(self, name: str, refers_to: str) -> SimpleNamespace:
        self.book.ask("name", name=name, content=refers_to)
        return SimpleNamespace(api=SimpleNamespace(Visible=True))


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book, self.names = book, book.ask("sheets")

    @property
    def active(self) -> "Sheet":
        return self(self.book.shown + 1)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.book, name) for name in self.names)

    def __call__(self, which: int | str) -> "Sheet":
        return Sheet(self.book, self.names[which - 1] if isinstance(which, int) else which)


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, name: str) -> None:
        self._book, self._name = book, name

    book = property(lambda self: self._book)
    name = property(lambda self: self._name)

    def activate(self) -> None:
        self._book.shown = self._book.ask("sheets").index(self._name)

    @property
    def api(self) -> SimpleNamespace:
        look = self._book.ask("look", sheet=self._name, area=[0, 0, 0, 0])
        return SimpleNamespace(ProtectContents=look["protected"], Activate=self.activate)

    @property
    def used_range(self) -> "Range":
        return Range(self, 0, 0, *self._book.ask("used", sheet=self._name))

    def range(self, first: Any, last: Any = None) -> "Range":
        if isinstance(first, str) and last is None:
            first, _, last = first.partition(":")
        corners = [self._corner(one) for one in (first, last) if one]
        (row, column), (end_row, end_column) = corners[0], corners[-1]
        return Range(self, row, column, end_row - row + 1, end_column - column + 1)

    @staticmethod
    def _corner(place: Any) -> tuple[int, int]:
        if isinstance(place, Range):
            return place.first_row, place.first_column
        if isinstance(place, tuple):
            return place[0] - 1, place[1] - 1
        found = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", place)
        assert found, place
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        return int(found[2]) - 1, column - 1


class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, row: int, column: int, height: int, width: int) -> None:
        self._sheet, self.first_row, self.first_column = sheet, row, column
        self._shape = height, width

    sheet = property(lambda self: self._sheet)
    shape = property(lambda self: self._shape)
    row = property(lambda self: self.first_row + 1)
    column = property(lambda self: self.first_column + 1)
    api = property(lambda self: self)
    max_cells_per_read = max_cells_per_write = None

    def __len__(self) -> int:
        return self._shape[0] * self._shape[1]

    def __call__(self, row: int, column: int) -> "Range":
        return Range(self._sheet, self.first_row + row - 1, self.first_column + column - 1, 1, 1)

    def _ask(self, do: str, **arguments: object) -> Any:
        end = self.first_column + self._shape[1] - 1, self.first_row + self._shape[0] - 1
        area = [self.first_column, self.first_row, *end]
        return self._sheet.book.ask(do, sheet=self._sheet.name, area=area, **arguments)

    @property
    def address(self) -> str:
        ends = (self.row, self.column), (self.row + self._shape[0] - 1, self.column + self._shape[1] - 1)
        return ":".join(f"${utils.col_name(column)}${row}" for row, column in ends)

    @property
    def raw_value(self) -> Any:
        rows = self._ask("read")
        return rows if len(self) > 1 else rows[0][0]

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self._ask("write", rows=value if isinstance(value, list) else [[value]])

    @property
    def color(self) -> tuple[int, int, int] | None:
        seen = self._ask("look")["colour"]
        return None if seen < 0 else (seen >> 16, seen >> 8 & 255, seen & 255)

    @color.setter
    def color(self, value: tuple[int, int, int] | None) -> None:
        self._ask("look", colour=-1 if value is None else value[0] << 16 | value[1] << 8 | value[2])

    @property
    def number_format(self) -> str | None:
        return self._ask("format")  # type: ignore[no-any-return]

    def select(self) -> None:
        self._sheet.book.app.selected = self

    @property
    def merge_cells(self) -> bool | None:
        return self._ask("look")["merged"]  # type: ignore[no-any-return]

    @property
    def row_height(self) -> float:
        return 20.0 if self._ask("look")["shown"] else 0.0


@contextmanager
def calc(office: Office) -> Iterator[App]:
    """LibreOffice as xlwings' Excel, with every workbook closed at the end."""
    app = Engine(office).app
    try:
        yield app
    finally:
        for book in list(app.books):
            book.close()
        if hasattr(xw.Book, "_mock_caller"):
            del xw.Book._mock_caller

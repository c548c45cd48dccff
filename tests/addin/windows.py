"""Excel as Python sees it on Windows: pywin32's modules with nothing behind them, and COM objects made of lists.

With these in place xlwings' own modules for Windows (`udfs`, `com_server`, `_xlwindows`) are imported and run on any
system: what is tested against them went through the code that runs on the office's computer.
"""

import ctypes
import datetime as dt
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module, reload
from typing import Any

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
MISSING = -2147352572  # what VBA passes for an optional argument that is not given
ERRORS = {"#DIV/0!": -2146826281, "#N/A": -2146826246, "#REF!": -2146826265, "#SPILL!": -2146826243}
_STUBS = (
    *("pythoncom", "pywintypes", "win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"),
    *("win32com", "win32com.client", "win32com.client.gencache", "win32com.server", "win32com.server.dispatcher"),
    *("win32com.server.policy", "win32com.server.util", "win32com.server.exception"),
)
_OURS = ("xlwings._xlwindows", "xlwings._win32patch", "xlwings.udfs", "xlwings.com_server")


class ComError(Exception):
    """pywin32's error of a COM call."""


class Dispatch:
    """The class of all COM objects."""


class _Wrapped:
    def __init__(self, thing: object) -> None:
        self.thing = thing


class Book(Dispatch):
    """A workbook with one sheet; `path` is where it lies, without a folder for one that was never saved."""

    def __init__(self, path: str, sheet: "Sheet") -> None:
        self.FullName, self.Name, self.Worksheets = path, path.rpartition("/")[2], [sheet]
        self.Application = types.SimpleNamespace(Hwnd=1)


class Sheet(Dispatch):
    """A worksheet: values by row, the number format of single cells by (row, column), and how it was asked."""

    def __init__(
        self,
        rows: Sequence[Sequence[object]],
        formats: Mapping[tuple[int, int], str] | None = None,
        path: str = "Book1",
    ) -> None:
        self.rows, self.formats, self.calls = rows, formats or {}, 0
        self.Parent = Book(path, self)
        self.Name = "表"

    @property
    def UsedRange(self) -> "Area":
        return Area(self, 1, 1, len(self.rows), max(map(len, self.rows)))

    def Cells(self, row: int, column: int) -> "Area":
        return Area(self, row, column, 1, 1)

    def Range(self, first: "Area", last: "Area") -> "Area":
        return Area(self, first.Row, first.Column, last.Row - first.Row + 1, last.Column - first.Column + 1)


class Area(Dispatch):
    """A range as Excel hands it to a function."""

    def __init__(self, sheet: Sheet, row: int, column: int, height: int, width: int) -> None:
        self.Worksheet, self.Row, self.Column = sheet, row, column
        self.Rows, self.Columns = types.SimpleNamespace(Count=height), types.SimpleNamespace(Count=width)
        attributes = types.SimpleNamespace(iid=RANGE_IID)
        known = types.SimpleNamespace(GetTypeAttr=lambda: attributes)
        self._oleobj_ = types.SimpleNamespace(GetTypeInfo=lambda: known, GetIDsOfNames=lambda *_: 0)
        self.Address = f"${column}${row}"
        self.Count = height * width

    def __call__(self, row: int, column: int) -> "Area":
        return Area(self.Worksheet, self.Row + row - 1, self.Column + column - 1, 1, 1)

    def _each(self) -> Iterator[tuple[int, int]]:
        for row in range(self.Row, self.Row + self.Rows.Count):
            for column in range(self.Column, self.Column + self.Columns.Count):
                yield row, column

    @property
    def Value(self) -> object:
        """One value, or rows of them; the order in which Excel asks is counted."""
        self.Worksheet.calls += 1
        rows = self.Worksheet.rows
        cells = [rows[r - 1][c - 1] if r <= len(rows) and c <= len(rows[r - 1]) else None for r, c in self._each()]
        cells = [ERRORS.get(cell, cell) if isinstance(cell, str) else cell for cell in cells]
        width = self.Columns.Count
        return cells[0] if len(cells) == 1 else tuple(tuple(cells[n : n + width]) for n in range(0, len(cells), width))

    @property
    def NumberFormat(self) -> str | None:
        self.Worksheet.calls += 1
        shown = {self.Worksheet.formats.get(cell, "General") for cell in self._each()}
        return shown.pop() if len(shown) == 1 else None


def _modules() -> dict[str, types.ModuleType]:
    made: dict[str, Any] = {name: types.ModuleType(name) for name in _STUBS}
    for name, module in made.items():
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(made[parent], last, module)
    made["pythoncom"].__dict__.update(
        CoInitialize=lambda *_: None, IID_IDispatch="IDispatch", IID_IEnumVARIANT="IEnumVARIANT", ole_error=ComError,
        TypeIIDs={"IDispatch": Dispatch}, com_error=ComError, __file__="pythoncom.dll",
    )  # fmt: skip
    made["pywintypes"].__dict__.update(com_error=ComError, error=ComError, IID=str, TimeType=dt.datetime)
    made["win32com.client"].__dict__.update(
        CDispatch=Dispatch, DispatchBaseClass=Dispatch, Dispatch=lambda thing, **_: thing, DispatchEx=Dispatch,
    )  # fmt: skip
    made["win32com.server.util"].__dict__.update(wrap=lambda thing, **_: _Wrapped(thing), unwrap=_unwrapped)
    made["win32com.server.exception"].COMException = ComError
    made["win32process"].GetWindowThreadProcessId = lambda _: (0, 1)
    return made


def _unwrapped(thing: object) -> object:
    if not isinstance(thing, _Wrapped):
        raise ComError("not wrapped")
    return thing.thing


class _AnyLibrary:
    """A DLL whose functions do nothing."""

    def __init__(self, *_: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        made = _AnyLibrary()
        setattr(self, name, made)
        return made

    def __call__(self, *_: object) -> int:
        return 0


@contextmanager
def windows() -> Iterator[types.SimpleNamespace]:
    """xlwings' Windows modules, with everything put back at the end: `.udfs`, `.com_server`, `.functions`."""
    import xlwings as xw

    kept = {name: sys.modules.get(name) for name in (*_STUBS, *_OURS)}
    libraries = {name: getattr(ctypes, name, None) for name in ("windll", "oledll", "PyDLL")}
    engines, decorators = dict(xw.engines.engines_by_name), (xw.func, xw.arg, xw.ret)
    sys.modules.update(_modules())
    for name in libraries:
        setattr(ctypes, name, _AnyLibrary() if name != "PyDLL" else _AnyLibrary)
    try:
        ours = [import_module(name) for name in _OURS]
        xw._xlwindows = ours[0]
        engine = xw.Engine(impl=ours[0].engine)
        xw.engines.engines_by_name["excel"] = engine
        xw.func = ours[2].xlfunc
        functions = reload(import_module("addin.functions"))
        yield types.SimpleNamespace(udfs=ours[2], com_server=ours[3], functions=functions)
    finally:
        xw.func, xw.arg, xw.ret = decorators
        xw.engines.engines_by_name.clear()
        xw.engines.engines_by_name.update(engines)
        reload(sys.modules["addin.functions"])
        for name, library in libraries.items():
            setattr(ctypes, name, library) if library else delattr(ctypes, name)
        sys.modules["xlwings.com_server"].loop.close()  # it waits for calls that never come here
        for name, module in kept.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module
        del xw._xlwindows

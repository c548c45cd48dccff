"""A master with the functions inside: its formulas call them where no add-in is installed, and do without elsewhere."""

from pathlib import Path

from pyopenvba import ExcelFile, PyOpenVBAError

from addin.build import add_modules, function_modules
from ledger.errors import StateError
from ledger.schema import Schema
from sync.atomic import write_whole
from sync.embedded import embed_formulas
from xlsx import Book

__all__ = ["with_functions"]


def with_functions(data: bytes, schema: Schema, scratch: Path) -> bytes:
    """The master ``data`` as .xlsm with our VBA and formulas; the library works in the empty folder ``scratch``.

    Beside the formulas nothing changes but what makes a workbook one with macros: its types, its relations, the code
    names of workbook and sheets. `StateError` for a master that has macros already.
    """
    book = Book(embed_formulas(data, schema))
    book.admit_macros()
    path = scratch / "master.xlsm"
    write_whole(path, book.save())
    try:
        with ExcelFile(path) as file:
            add_modules(file.add_vba_project(), function_modules())
            file.save()
    except PyOpenVBAError as error:
        told = f"总表里已经有宏，或者有不能带宏的内容（{error}）"
        raise StateError(f"{told}，没有改动，请改用加载项：执行 ducha addin install。") from error
    return path.read_bytes()

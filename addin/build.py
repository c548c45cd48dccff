"""``ducha.xlam``: our VBA, the functions' wrappers and xlwings' own VBA in one add-in, the same bytes every time.

The VBA project is written by pyOpenVBA, which was measured against what Excel itself writes.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import xlwings
from pyopenvba import ExcelFile
from pyopenvba.vba import VBAProject

from addin import wrappers
from addin.functions import CATEGORY
from xlsx import Book, column_letter

__all__ = [
    "MACROS",
    "TEXTS",
    "add_modules",
    "addin_modules",
    "build_addin",
    "function_modules",
    "with_modules",
    "xlwings_vba",
]

MACROS = ("DuchaBridge", "DuchaRibbon", "DuchaStart")
TEXTS = {
    "title": "督查台账",
    "no_book": "请先打开工作区里的总表（受保护的视图里要先点“启用编辑”），再点这个按钮。",
    "unreached": "没有连上Python，什么也没有做。请在命令行执行 ducha addin doctor，按提示处理；也可以改用命令。",
}
_RIBBON = "customUI/customUI14.xml"
_RIBBON_RELATION = """<Relationship Id="rIdRibbon" \
Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" Target="customUI/customUI14.xml"/>"""
_SHEET = "Sheet1"
# with its body: a VBA function gives its result to its own name
_CONFIG = re.compile(r"^Function GetConfig\(.*?^End Function", re.MULTILINE | re.DOTALL)
_CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>督查台账</dc:title><dc:creator>Ducha</dc:creator>\
</cp:coreProperties>"""


def build_addin(scratch: Path) -> bytes:
    """The add-in; the library works in the empty folder ``scratch``."""
    data = with_modules(scratch / "ducha.xlam", addin_modules())
    book = Book(data)
    for number, row in enumerate(_texts(), 1):
        for column, text in enumerate(row, 1):
            book.put(_SHEET, f"{column_letter(column)}{number}", text)
    return _finished(book.save())


def addin_modules() -> dict[str, str]:
    """The VBA of the add-in by module name."""
    return {**{name: _macro(name) for name in MACROS}, **function_modules()}


def function_modules() -> dict[str, str]:
    """The VBA that the functions need wherever they are."""
    return {"DuchaBridge": _macro("DuchaBridge"), "DuchaFunctions": wrappers.vba(), "xlwings": xlwings_vba()}


def with_modules(path: Path, modules: Mapping[str, str]) -> bytes:
    """A new add-in or workbook (by the path's suffix) with these VBA modules; the file itself is the library's."""
    with ExcelFile.create_new(path) as book:
        project = book.vba_project()
        project.delete_module("Module1")
        add_modules(project, modules)
        book.save()
    return path.read_bytes()


def add_modules(project: VBAProject, modules: Mapping[str, str]) -> None:
    """Put VBA modules into a project."""
    for name, source in modules.items():
        if not source.isascii():
            raise ValueError(f"{name}: VBA source must be ASCII, Excel reads it in the computer's own code page")
        project.add_module(name, source.replace("\r\n", "\n").replace("\n", "\r\n"))


def xlwings_vba() -> str:
    """xlwings' own module for add-ins, under our name; where its settings come from is decided in DuchaBridge."""
    text = (Path(xlwings.__file__).parent / "xlwings_custom_addin.bas").read_text(encoding="utf-8")
    named, names = re.subn(r'(?<=PROJECT_NAME As String = )"myaddin"', '"ducha"', text)
    renamed, functions = _CONFIG.subn(lambda found: re.sub(r"\bGetConfig\b", "XlwingsConfig", found[0]), named)
    if (names, functions) != (1, 1):
        raise ValueError(f"xlwings {xlwings.__version__} is not the version that the add-in was made for")
    return renamed


def _macro(name: str) -> str:
    return (files("macros") / f"{name}.bas").read_text(encoding="ascii")


def _texts() -> Iterator[tuple[str, ...]]:
    """The add-in's sheet: what DuchaStart and DuchaBridge read, kind, name, category, text and the arguments' texts."""
    for one in wrappers.described():
        yield "function", one.name, CATEGORY, one.help, *(text for _, text in one.arguments)
    for name, text in TEXTS.items():
        yield "message", name, CATEGORY, text


def _finished(data: bytes) -> bytes:
    """The package with our ribbon, nobody's name, and no time of day in it."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["docProps/core.xml"] = _CORE.encode()
    parts[_RIBBON] = (files("macros") / "ribbon.xml").read_bytes()
    end = b"</Relationships>"
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(end, _RIBBON_RELATION.encode() + end)
    done = BytesIO()
    with zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return done.getvalue()

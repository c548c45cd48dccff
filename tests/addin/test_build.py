"""The add-in's file: what is in it, that everything reads it, and that its VBA runs."""

import re
import warnings
import zipfile
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import olefile
import pytest
from office import Office
from pyopenvba.integrity import check_file

from addin import actions, wrappers
from addin.build import TEXTS, addin_modules, build_addin, with_modules
from ducha.excel import addin
from ledger.errors import StateError
from xlsx import Book

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses old names of its own library
    from oletools.olevba import VBA_Parser

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
SHIM = """Option Explicit
Private pressed As String
Public Function RunPython(command As String)
    pressed = command
End Function
Public Function Pressed_() As String
    Pressed_ = pressed
End Function
Public Function XLPy() As Object
    Err.Raise 1000, "shim", "no Python here"
End Function
Public Function XlwingsConfig(configKey As String, Optional default As String = "", Optional source As String = "")
    XlwingsConfig = source & ":" & configKey
End Function
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-in as `ducha addin build` makes it."""
    path = tmp_path_factory.mktemp("加载项") / "ducha.xlam"
    path.write_bytes(build_addin(tmp_path_factory.mktemp("scratch")))
    return path


@pytest.fixture(scope="module")
def project(built: Path) -> bytes:
    with zipfile.ZipFile(built) as package:
        return package.read("xl/vbaProject.bin")


def test_two_builds_are_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert build_addin(tmp_path) == built.read_bytes()


@pytest.mark.filterwarnings("ignore")
def test_virus_scanners_read_the_source_that_we_wrote(built: Path) -> None:
    """olevba finds every module, word for word, and nothing else with code in it."""
    found = {name.rpartition(".")[0]: text for _, _, name, text in VBA_Parser(str(built)).extract_macros()}
    wanted = {name: _plain(text) for name, text in addin_modules().items()}
    assert {name: _plain(found[name]) for name in wanted} == wanted
    rest = [text for name, text in found.items() if name not in wanted]
    assert not any(_plain(text) for text in rest)


def test_the_compound_file_is_without_fault(project: bytes) -> None:
    """Read strictly: any incorrectness would raise."""
    with olefile.OleFileIO(BytesIO(project), raise_defects=olefile.DEFECT_INCORRECT) as compound:
        streams = {"/".join(path) for path in compound.listdir()}
    assert {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT", "VBA/DuchaBridge", "VBA/xlwings"} <= streams


def test_the_package_is_without_fault(built: Path) -> None:
    """pyOpenVBA's check of the project and of the package around it."""
    report = check_file(built)
    assert (report.errors, report.warnings, report.complete) == ((), (), True)


def test_nobody_is_named_as_author(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        core = ElementTree.fromstring(package.read("docProps/core.xml"))
    assert {element.text for element in core} == {"督查台账", "Ducha"}


def test_source_is_ascii_in_lines_that_vba_takes() -> None:
    for name, text in addin_modules().items():
        assert text.isascii(), name
        assert all(len(line) < 1024 for line in text.splitlines()), name


def test_source_that_is_not_ascii_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        with_modules(tmp_path / "a.xlam", {"Module2": "' 督查"})


def test_wrappers_are_what_xlwings_itself_knows(excel: SimpleNamespace) -> None:
    """Names, arguments, which of them are optional, and help: as xlwings reads them from the decorated functions."""
    for one in wrappers.described():
        known = getattr(excel.functions, one.name).__xlfunc__
        assert [name for name, _ in one.arguments] == [each["name"] for each in known["args"]]
        assert [text for _, text in one.arguments] == [each["doc"] for each in known["args"]]
        assert one.optional == sum("optional" in each for each in known["args"])
        assert one.help == known["ret"]["doc"]
    assert {one.name for one in wrappers.described()} == set(excel.functions.__all__)


def test_every_button_names_a_sub_and_every_sub_a_function() -> None:
    """From the ribbon to Python without a gap, and nothing left over on either side."""
    root = ElementTree.fromstring((files("macros") / "ribbon.xml").read_bytes())
    (tab,) = root.iter(f"{UI}tab")
    assert tab.get("label") == "督查"
    buttons = list(root.iter(f"{UI}button"))
    source = addin_modules()["DuchaRibbon"]
    subs = dict(re.findall(r"Public Sub (\w+)\(control As IRibbonControl\)\n +Press \"(.*)\"\n", source))
    assert sorted(button.get("onAction") or "" for button in buttons) == sorted(subs)
    called = [re.fullmatch(r"import addin\.actions; addin\.actions\.(\w+)\(\)", command) for command in subs.values()]
    assert sorted(found[1] for found in called if found) == sorted(actions.__all__)
    assert all(callable(getattr(actions, name)) for name in actions.__all__)
    for element in (*root.iter(f"{UI}group"), *buttons):
        assert not (element.get("label") or "a").isascii()
    for button in buttons:
        assert button.get("imageMso")
        assert button.get("screentip")
        assert len(button.get("supertip") or "") < 1024
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_the_ribbon_is_in_the_package(built: Path) -> None:
    with zipfile.ZipFile(built) as package:
        assert package.read("customUI/customUI14.xml") == (files("macros") / "ribbon.xml").read_bytes()
        relations = ElementTree.fromstring(package.read("_rels/.rels"))
        assert "customUI/customUI14.xml" in [one.get("Target") for one in relations]
        assert 'Extension="xml"' in package.read("[Content_Types].xml").decode()


def test_only_the_users_own_settings_choose_the_program() -> None:
    """xlwings asks our GetConfig, which looks at no sheet and no folder that somebody may have sent."""
    modules = addin_modules()
    defined = {
        name: re.findall(r"^(?:Public |Private )?(?:Function|Sub) (\w+)", text, re.MULTILINE)
        for name, text in modules.items()
    }
    assert "GetConfig" not in defined["xlwings"]
    assert "XlwingsConfig" in defined["xlwings"]
    # in VBA a function's result is what its own name is given
    given = re.findall(r"^ *(?:Set )?(GetConfig|XlwingsConfig) = ", modules["xlwings"], re.MULTILINE)
    assert len(given) > 5
    assert set(given) == {"XlwingsConfig"}
    asked = re.search(r"XlwingsConfig\(.*\)", modules["DuchaBridge"])
    assert asked
    assert asked[0] == 'XlwingsConfig(configKey, default, "user")'


def test_the_texts_that_vba_asks_for_are_there() -> None:
    asked = {name for text in addin_modules().values() for name in re.findall(r'DuchaText\("(\w+)"\)', text)}
    assert asked <= set(TEXTS)


@pytest.mark.office
def test_its_vba_runs(office: Office, tmp_path: Path) -> None:
    """A Function, a cell's formula and the way out when Python is not there, in a spreadsheet program.

    A twin with xlwings' module replaced by a shim: that one needs Windows. And without what runs when Excel has
    started: a timer of this program would run it in the midst of the calls, now and then for ever.
    """
    modules = {name: text.replace("As IRibbonControl", "As Variant") for name, text in addin_modules().items()}
    del modules["DuchaStart"]
    data = with_modules(tmp_path / "twin.xlsm", {**modules, "xlwings": SHIM})
    book = Book(data)
    for ref, text in {
        "A1": "message",
        "B1": "other",
        "A2": "message",
        "B2": "greeting",
        "D2": "督查台账，您好",
    }.items():
        book.put("Sheet1", ref, text)
    path = tmp_path / "孪生.xlsm"
    path.write_bytes(book.save())
    told = office.macro(
        path,
        [
            ("DuchaBridge.DuchaText", "greeting"),
            ("DuchaBridge.GetConfig", "INTERPRETER_WIN", "", "sheet"),
            ("DuchaBridge.GetConfig", "ADD_WORKBOOK_TO_PYTHONPATH", "true", ""),
            ("DuchaRibbon.DuchaShowStatus", "button"),
            ("xlwings.Pressed_",),
        ],
        ["=DC_RATE(1;2;3)"],
    )
    # Error 2042 is xlErrNA; this program has no other way to show it
    texts, (_, pressed, cell) = told[:3], told[3:]
    assert texts == ["督查台账，您好", "user:INTERPRETER_WIN", "False"]
    assert pressed == "import addin.actions; addin.actions.show_status()"
    assert cell == "Error 2042"


def _plain(source: str) -> str:
    """Source without the attributes that Excel keeps above it."""
    lines = (line.rstrip() for line in source.splitlines() if not line.startswith("Attribute "))
    return "\n".join(lines).strip()


def test_the_command_builds_it(built: Path, tmp_path: Path) -> None:
    """Into a folder that is not there yet; anything else is one sentence."""
    target = tmp_path / "发布" / "ducha.xlam"
    addin("build", target)
    assert target.read_bytes() == built.read_bytes()
    with pytest.raises(StateError, match=r"没有“bulid”这一项，请写build"):
        addin("bulid", target)

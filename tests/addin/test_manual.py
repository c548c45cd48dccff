"""docs/加载项.md: what it says one does without the add-in is complete, there, and gives the same."""

import re
from collections.abc import Callable
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from office import Office
from windows import Area, Sheet

from addin import functions, wrappers
from ducha.commands import COMMANDS
from sync.workspace import packaged

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "加载项.md").read_text(encoding="utf-8")
LABELS = {
    button.get("label")
    for button in ElementTree.fromstring((files("macros") / "ribbon.xml").read_bytes()).iter()
    if button.tag.endswith("}button")
}
TEXTS = ["新建公路60公里。", "固定资产投资增长8.6%左右", "完成投资1200万元", "已开工。", None]
ROSTER = [["教育体育局", None, "教育局、教体局"], ["住房和城乡建设局", None, "住建局"]]
ASKED = ["教体局", "住房和城乡建设局", "航天局", None]
TASKS = [("教育局\n住建局", "红"), ("住建局", "绿"), ("住建局", "红"), ("教育局分局", "红"), (None, "红")]
UNITS = ["教育局", "住建局", "财政局"]
Call = Callable[..., list[list[object]]]


def table(first: str) -> dict[str, list[str]]:
    """The rows of the table whose header begins so, by their first cell."""
    _, _, rest = TEXT.partition(f"| {first} |")
    rows = re.match(r"[^\n]*\n\|[-|]+\n((?:\|.*\n)+)", rest)
    assert rows, first
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[1].splitlines()]
    assert all(len(row) == 3 and all(row) for row in cells)
    return {row[0]: row[1:] for row in cells}


def instead(function: str) -> str:
    return next(cells[1] for name, cells in table("函数").items() if name.startswith(f"`{function}("))


def test_every_function_is_there_with_its_arguments() -> None:
    """The arguments in brackets are those that need not be given."""
    told = {}
    for text in table("函数"):
        found = re.fullmatch(r"`(DC_[A-Z]+)\((.*)\)`", text)
        assert found, text
        arguments = found[2].split(", ")
        told[found[1]] = (len(arguments), sum(name.startswith("[") for name in arguments))
    assert told == {one.name: (len(one.arguments), one.optional) for one in wrappers.described()}
    assert set(told) == set(functions.__all__)


def test_every_button_is_there_with_a_command() -> None:
    rows = table("按钮")
    assert sorted(label for text in rows for label in text.split("、")) == sorted(filter(None, LABELS))
    for button, (_, without) in rows.items():
        named = re.findall(r"`ducha ?([a-z-]*)[^`]*`", without)
        assert named, button
        assert set(named) <= {*COMMANDS, "", "--help"}, button


@pytest.mark.parametrize("function", sorted(functions.__all__))
def test_every_function_has_a_native_formula(function: str) -> None:
    """Written out, or that of a column of the unit workbook."""
    text = instead(function)
    if written := re.fullmatch(r"`(.+)`", text):
        assert written[1].count("(") == written[1].count(")") > 1
    else:
        sheet, title = re.findall(r"“(.+?)”", text)
        headers = openpyxl.load_workbook(BytesIO(packaged("unit.xlsx")))[sheet][4]
        assert any(str(cell.value).startswith(title) for cell in headers), text


@pytest.mark.office
def test_the_written_formulas_give_the_same(call: Call, office: Office, tmp_path: Path) -> None:
    """As the manual has them, in a spreadsheet program, against our functions; of a text the first plain figure."""
    book = openpyxl.Workbook()
    roster, annex = book.create_sheet("单位名录"), book.create_sheet("附件1")
    for number, row in enumerate(ROSTER, 5):
        for column, value in enumerate(row, 1):
            roster.cell(number, column, value)
    for number, (units, light) in enumerate(TASKS, 5):
        annex.cell(number, 7, units)
        annex.cell(number, 19, light)
    for name, asked in (("DC_EXTRACT", TEXTS), ("DC_UNIT", ASKED), ("DC_COUNT", UNITS)):
        sheet = book.create_sheet(name)
        for number, value in enumerate(asked, 2):
            sheet.cell(number, 1, value)
            sheet.cell(number, 2, "=" + instead(name).strip("`").replace("A2", f"A{number}"))
    book.save(tmp_path / "原生公式.xlsx")
    shown = office.values(tmp_path / "原生公式.xlsx")
    native = {name: [row[1] for row in shown[name][1:]] for name in ("DC_EXTRACT", "DC_UNIT", "DC_COUNT")}
    names = Sheet(ROSTER)
    tasks = Sheet([list(task) for task in TASKS])
    assert native["DC_EXTRACT"] == [60, 8.6, 1200, "", ""]
    assert [row[0] for row in call("DC_EXTRACT", *_column(TEXTS))][:2] == native["DC_EXTRACT"][:2]
    known = call("DC_UNIT", *_column(ASKED), Area(names, 1, 1, 2, 1), Area(names, 1, 3, 2, 1))
    assert [row[0] for row in known] == native["DC_UNIT"]
    count = len(TASKS)
    told = call("DC_COUNT", Area(tasks, 1, 1, count, 1), Area(tasks, 1, 2, count, 1), *_column(UNITS), "红")
    assert [row[0] for row in told] == native["DC_COUNT"] == [1, 2, 0]


def _column(values: list[object]) -> list[Area]:
    return [Area(Sheet([[value] for value in values]), 1, 1, len(values), 1)]

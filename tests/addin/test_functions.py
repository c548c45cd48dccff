"""The functions in the sheet, called through xlwings' own layer as Excel calls them."""

import ast
import inspect
from collections.abc import Callable
from datetime import date, datetime
from math import isclose
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from office import Office
from windows import Area, Sheet

import addin.functions
from ledger.indicator import KINDS, Indicator
from ledger.measures import Cells, formulas
from ledger.row import row_formula
from ledger.schema import Schema, load_schema
from sync.workspace import Workspace, default_schema

AUGUST = datetime(2022, 8, 31)
Call = Callable[..., list[list[object]]]
Columns = Callable[..., list[Area]]
NAMES = addin.functions.__all__


def test_a_range_in_is_an_array_out(call: Call, columns: Columns) -> None:
    """Rates, leads and lights of several rows from one call, of every kind."""
    areas = columns(
        [
            ["达到", 101.0, 75.43, AUGUST, "亿元"],
            ["控制在以内", 30.0, 20.0, AUGUST, "天"],
            ["左右", 100.0, 67.0, AUGUST, "亿元"],
            ["增长", 8.6, 8.0, AUGUST, "%"],
            ["占比", 50.0, 51.0, AUGUST, "%"],
            ["形象进度", None, "主体施工", AUGUST, None],
            ["文字", None, "已完成", AUGUST, None],
        ]
    )
    rates = [row[0] for row in call("DC_RATE", *areas[:3], areas[4])]
    assert rates == [pytest.approx(75.43 / 101), "", 0.67, "", "", pytest.approx(0.6), 1]
    leads = [row[0] for row in call("DC_LEAD", *areas)]
    assert leads[0] == pytest.approx(8.0, abs=0.05)
    assert leads[1:5] == [pytest.approx(100 / 3), pytest.approx(11 / 3), pytest.approx(-0.6), 1]
    assert [row[0] for row in call("DC_LIGHT", *areas)] == ["绿", "绿", "绿", "黄", "绿", "黄", "蓝"]
    assert call("DC_SCHEDULE", areas[3]) == [[pytest.approx(8 / 12)]] * 7


def test_single_values_rows_and_constants(call: Call) -> None:
    """What is typed into the formula itself, a range that lies across, and an array constant."""
    assert call("DC_RATE", "达到", 200.0, 50.0) == [[0.25]]
    across = Sheet([["达到", "达到"], [100.0, 200.0], [50.0, 50.0]])
    assert call("DC_RATE", *(Area(across, row, 1, 1, 2) for row in (1, 2, 3))) == [[0.5, 0.25]]
    assert call("DC_RATE", "达到", ((100.0,), (200.0,)), 50.0) == [[0.5], [0.25]]
    assert call("DC_RATE", "达到", 100.0, ((50.0, 60.0), (70.0, 80.0))) == [[0.5, 0.6], [0.7, 0.8]]


def test_a_shorter_range_goes_on_empty(call: Call) -> None:
    """Beyond its end there is nothing, and nothing is not nought per cent."""
    sheet = Sheet([["达到", 100.0, 50.0], ["达到", 100.0, 60.0], ["达到", 100.0, 70.0]])
    assert call("DC_RATE", Area(sheet, 1, 1, 3, 1), Area(sheet, 1, 2, 3, 1), Area(sheet, 1, 3, 2, 1)) == [
        [0.5], [0.6], [""],
    ]  # fmt: skip


@pytest.mark.parametrize("actual", [None, "", " ", "#N/A", "#DIV/0!", "#SPILL!", "若干", True, "50%"])
def test_what_is_no_figure_gives_an_empty_cell(call: Call, columns: Columns, actual: object) -> None:
    """Empty, an error, a word, a truth value, a percentage where 亿元 belongs: never a figure, and never an error."""
    areas = columns([["达到", 100.0, actual, AUGUST]])
    assert call("DC_RATE", *areas[:3]) == [[""]]
    assert call("DC_LIGHT", *areas) == [["灰"]]


@pytest.mark.parametrize("kind", [None, "#REF!", "达标", 3.0])
def test_a_row_without_an_indicator_says_nothing(call: Call, columns: Columns, kind: object) -> None:
    areas = columns([[kind, 100.0, 50.0, AUGUST]])
    assert [call(name, *areas[:count])[0][0] for name, count in (("DC_RATE", 3), ("DC_LEAD", 4), ("DC_LIGHT", 4))] == [
        "", "", "",
    ]  # fmt: skip


def test_texts_that_are_numbers_are_numbers(call: Call, columns: Columns) -> None:
    assert call("DC_RATE", *columns([["达到", "1,000", "５００"]])) == [[0.5]]


def test_a_percentage_is_what_people_see(call: Call, columns: Columns) -> None:
    """50 %, typed as 50%, as 50 or as text, is half; the number format tells, also where a range mixes them."""
    rows = [["占比", 60.0, value, AUGUST, "%"] for value in (0.5, 50.0, "50%", 0.5)]
    areas = columns(rows, {(1, 3): "0%", (2, 3): "General", (3, 3): "@", (4, 3): '0.0"%"'})
    assert [row[0] for row in call("DC_LEAD", *areas)] == [-10, -10, -10, -59.5]


def test_days_as_excel_sends_them(call: Call) -> None:
    """Dates, date numbers without their format, and texts; what is no day has no schedule."""
    days = [AUGUST, 44804.0, "2022.8.31", "2022年8月31日", "8月底", "#N/A", None]
    told = [call("DC_SCHEDULE", Area(Sheet([[day]]), 1, 1, 1, 1))[0][0] for day in days]
    assert told == [pytest.approx(8 / 12)] * 4 + ["", "", ""]
    assert call("DC_SCHEDULE", None, AUGUST) == [[pytest.approx(8 / 12)]]


def test_without_a_workspace_each_day_is_of_its_own_year(call: Call) -> None:
    """In a unit's own workbook nothing says which year it is about."""
    assert call("DC_SCHEDULE", datetime(2031, 6, 30)) == [[0.5]]


def test_in_a_workspace_its_own_schema_holds(call: Call, columns: Columns, tmp_path: Path) -> None:
    """Year and thresholds are those of schema.yaml beside the workbook, as it is saved now."""
    Workspace.create(tmp_path / "台账", default_schema())
    path = str(tmp_path / "台账" / "master.xlsx")
    assert call("DC_SCHEDULE", datetime(2031, 6, 30), path=path) == [[1]]
    areas = columns([["达到", 100.0, 60.0, AUGUST]], path=path)
    assert call("DC_LIGHT", *areas) == [["黄"]]
    schema = tmp_path / "台账" / "schema.yaml"
    text = schema.read_text(encoding="utf-8")
    assert text.count("{behind: 0,") == 1
    schema.write_text(text.replace("{behind: 0,", "{behind: 9,"), encoding="utf-8")
    assert call("DC_LIGHT", *areas) == [["绿"]]


def test_check_says_in_words_what_is_wrong(call: Call) -> None:
    """By the visible titles or by the master's hidden keys, in any order, other columns between them."""
    sheet = Sheet(
        [
            ["序号", "落实情况", "随便", "进展情况", "预计完成时间"],
            [1.0, "正常推进", None, "已开工。", AUGUST],
            [2.0, "推进", None, None, "年底"],
            [3.0, "正常推进", None, "#REF!", None],
            ["no", "status", None, "progress", "due"],
        ]
    )
    rows = Area(sheet, 2, 1, 3, 5)
    told = [row[0] for row in call("DC_CHECK", Area(sheet, 1, 1, 1, 5), rows)]
    assert told[0] == ""
    assert "请填写进展情况" in str(told[1])
    assert "落实情况请从列表里选" in str(told[1])
    assert told[2] == "有错误值，请改为直接填写内容；"
    assert [row[0] for row in call("DC_CHECK", Area(sheet, 1, 1, 1, 5), rows, "否")][1] == str(told[1]).replace(
        "请填写进展情况；", ""
    )
    assert call("DC_CHECK", Area(sheet, 5, 1, 1, 5), rows)[1][0] in str(told[1])


def test_check_knows_the_text_of_last_period(call: Call) -> None:
    sheet = Sheet([["上期进展", "本期情况", "进展情况"], ["已开工。", "有进展", "已开工。"]])
    told = call("DC_CHECK", Area(sheet, 1, 1, 1, 3), Area(sheet, 2, 1, 1, 3))[0][0]
    assert "进展情况还是上期文字" in str(told)


def test_figures_of_a_text_are_four_cells_each(call: Call, columns: Columns) -> None:
    """Value, unit, manner and words; ordinals, days and document numbers are no figures, and nothing is nothing."""
    texts = [
        "1.新建农村公路60公里，完成投资1.2亿元以上。",
        "2022年8月，固定资产投资增长8.6%左右",
        "能耗下降3.2%",
        "引进人才200-300名，3天以内办结",
        "培训三十余名干部",
        "按安政办〔2022〕12号文件落实",
        "#N/A",
        None,
        5.0,
    ]
    (asked,) = columns([[text] for text in texts])
    assert call("DC_EXTRACT", asked) == [
        [60, "公里", "", "60公里"],
        [8.6, "%", "增长、左右", "8.6%左右"],
        [3.2, "%", "下降", "3.2%"],
        [200, "名", "至300", "200-300名"],
        [30, "名", "以上", "三十余名"],
        *[[""] * 4] * 4,
    ]


def test_further_figures_of_a_text_stand_beside_the_first(call: Call, columns: Columns) -> None:
    """By their numbers in a row; a number that is none, or beyond the last figure, gives empty cells."""
    (asked,) = columns([["公路60公里，投资1.2亿元以上。"], ["学位3000个"]])
    first, second = call("DC_EXTRACT", asked, ((1.0, 2.0),))
    assert first == [60, "公里", "", "60公里", 1.2, "亿元", "以上", "1.2亿元以上"]
    assert second == [3000, "个", "", "3000个", *[""] * 4]
    assert call("DC_EXTRACT", "公路60公里，投资1.2亿元", "2") == [[1.2, "亿元", "", "1.2亿元"]]
    for nth in (0.0, 3.0, "末", "#N/A"):
        assert call("DC_EXTRACT", *columns([["公路60公里", nth]])) == [[""] * 4]


def test_units_have_one_name(call: Call, columns: Columns) -> None:
    """Aliases and stray spaces; nobody that the roster does not know."""
    names, aliases = columns([["教育体育局", "教育局、教体局"], ["住房和城乡建设局", "住建局"], [None, None]])
    asked = columns([["教体局"], [" 住 建局"], ["教育体育局"], ["航天局"], [None], ["#N/A"]])[0]
    told = [row[0] for row in call("DC_UNIT", asked, names, aliases)]
    assert told == ["教育体育局", "住房和城乡建设局", "教育体育局", "", "", ""]
    assert call("DC_UNIT", "教育体育局", names) == [["教育体育局"]]


def test_tasks_are_counted_by_unit_and_light(call: Call, columns: Columns) -> None:
    """Units down, lights across: the whole table from one call; without a light all tasks."""
    units, lights = columns(
        [["教育局\n住建局", "红"], ["住建局", "绿"], ["住建局、财政局", "红"], ["教育局", None], [None, "红"]]
    )
    asked = columns([["教育局"], ["住建局"], [None], ["财政局"]])[0]
    assert call("DC_COUNT", units, lights, asked, (("红", "绿灯"),)) == [[1, 0], [2, 1], ["", ""], [1, 0]]
    assert call("DC_COUNT", units, lights, asked) == [[2], [3], [""], [1]]


def test_whole_columns_are_read_as_far_as_there_is_data(call: Call) -> None:
    """E:E has a million rows."""
    sheet = Sheet([["达到", 100.0, 50.0], ["达到", 100.0, 60.0]])
    whole = [Area(sheet, 1, column, 1048576, 1) for column in (1, 2, 3)]
    assert call("DC_RATE", *whole) == [[0.5], [0.6]]


def test_a_thousand_rows_are_one_call(call: Call) -> None:
    """Excel is asked as often for a thousand rows as for ten."""
    asked = {}
    for count in (10, 1000):
        sheet = Sheet([["达到", 100.0, float(row), AUGUST, "亿元"] for row in range(count)])
        told = call("DC_LIGHT", *(Area(sheet, 1, column, count, 1) for column in range(1, 6)))
        assert len(told) == count
        asked[count] = sheet.calls
    assert asked[1000] == asked[10] <= 8


def test_the_help_is_chinese_and_fits(excel: SimpleNamespace) -> None:
    """Excel shows 255 characters; VBA's names of arguments are ASCII and no words of the language."""
    reserved = {"end", "date", "type", "next", "to", "as", "is", "in", "for", "get", "set", "let", "on", "step", "stop"}
    for name in NAMES:
        known = getattr(excel.functions, name).__xlfunc__
        docs = [known["ret"]["doc"], *(argument["doc"] for argument in known["args"])]
        assert all(not doc.isascii() and len(doc) <= 255 for doc in docs), name
        assert known["category"] == "督查台账"
        assert all(argument["name"].isascii() and argument["name"] not in reserved for argument in known["args"]), name


def test_functions_stay_thin() -> None:
    """At most five lines each: the rules stand in `ledger`."""
    tree = ast.parse(inspect.getsource(addin.functions))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(found) == set(NAMES)
    for name, node in found.items():
        body = node.body[1:]
        assert body[-1].end_lineno is not None
        assert body[-1].end_lineno - body[0].lineno < 5, name


# messy rows: kind, target, actual and its format, day, unit, due
MESSY: list[tuple[str, object, object, str, object, str, object]] = [
    (kind, target, actual, shown, day, unit, due)
    for kind, unit in zip(KINDS.values(), ("亿元", "%", "公里", "%", "百分点", "", ""), strict=True)
    for target, day, due in (
        (100, AUGUST, None),
        ("1,000", "2022-8-15", date(2022, 6, 30)),
        ("#REF!", 44804, None),
        (0, "8月底", "2022.3.31"),
        (None, None, None),
    )
    for actual, shown in (
        (70, "General"), (0.5, "0.0%"), ("50%", "@"), ("７０", "@"), ("#N/A", "General"), (None, "General"),
        ("主体施工", "General"), ("已完成", "General"), (0.7, '0.0"%"'),
    )
]  # fmt: skip


@pytest.mark.office
def test_they_say_what_the_native_formulas_say(call: Call, office: Office, tmp_path: Path) -> None:
    """The same messy cells through our functions and through the unit workbook's formulas in LibreOffice."""
    schema, book, end = load_schema(default_schema()), openpyxl.Workbook(), date(2022, 8, 31)
    sheet = book.active
    for number, (kind, target, actual, shown, day, unit, due) in enumerate(MESSY, 1):
        for column, value in enumerate((kind, target, actual, day, unit, end, due), 1):
            sheet.cell(number, column, value)
        sheet.cell(number, 3).number_format = shown
        word = next(key for key, name in KINDS.items() if name == kind)
        indicator = Indicator(id="", task="", name="", kind=word, unit=unit)
        at = Cells(*(f"{letter}{number}" for letter in "CBDHIJG"))
        for column, formula in enumerate(formulas(indicator, at, schema, end), 8):
            sheet.cell(number, column, f"={formula}")
    book.save(tmp_path / "指标.xlsx")
    native = [row[7:11] for row in office.values(tmp_path / "指标.xlsx")["Sheet"]]
    excel = Sheet([[_sent(cell.value) for cell in row[:7]] for row in sheet.iter_rows()])
    excel.formats = {(row, 3): sheet.cell(row, 3).number_format for row in range(1, len(MESSY) + 1)}
    kinds, targets, actuals, days, units, ends, dues = (Area(excel, 1, n, len(MESSY), 1) for n in range(1, 8))
    ours = zip(
        call("DC_RATE", kinds, targets, actuals, units),
        call("DC_SCHEDULE", days, ends),
        call("DC_LEAD", kinds, targets, actuals, days, units, ends),
        call("DC_LIGHT", kinds, targets, actuals, days, units, ends, dues),
        strict=True,
    )
    assert len(native) == len(MESSY) == 315
    pairs = zip(MESSY, native, [[cell[0] for cell in row] for row in ours], strict=True)
    assert [(row, told, said) for row, told, said in pairs if not all(map(_same, told, said))][:3] == []


@pytest.mark.office
def test_check_says_what_the_native_formula_says(call: Call, office: Office, tmp_path: Path) -> None:
    """Column 系统校验 of the unit workbook, for rows with every kind of slip."""
    schema, book = load_schema(default_schema()), openpyxl.Workbook()
    keys, sheet = schema.owned("unit"), book.active
    lists = book.create_sheet("选项")
    words = dict(_lists(schema, lists))
    sheet.append([*(schema.columns[key].title for key in keys), "上期进展"])
    rows = [
        [pool[n % len(pool)] for pool in (*(_pool(schema, key) for key in keys), ["已开工。", None])] for n in range(90)
    ]
    letters = {key: openpyxl.utils.get_column_letter(place) for place, key in enumerate(keys, 1)}
    last = openpyxl.utils.get_column_letter(len(keys) + 1)
    for number, row in enumerate(rows, 2):
        sheet.append(row)
        cells = {key: f"{letter}{number}" for key, letter in letters.items()}
        sheet.cell(
            number, len(keys) + 2, f"={row_formula(schema, cells, words, reporter=True, last=f'{last}{number}')}"
        )
    book.save(tmp_path / "填报.xlsx")
    native = [row[len(keys) + 1] for row in office.values(tmp_path / "填报.xlsx")["Sheet"][1:]]
    excel = Sheet([[_sent(cell.value) for cell in row[: len(keys) + 1]] for row in sheet.iter_rows()])
    ours = call("DC_CHECK", Area(excel, 1, 1, 1, len(keys) + 1), Area(excel, 2, 1, len(rows), len(keys) + 1))
    assert [row[0] for row in ours] == native
    assert len(set(native)) > 10


def _pool(schema: Schema, key: str) -> list[object]:
    """What people put into a column: right, wrong and nothing, in lists of lengths that have no common factor."""
    kind, choices = schema.columns[key].type, schema.choices(key)
    if choices:
        return [*choices[:2], "随便", None, f" {choices[0]}\u3000"]
    if kind == "date":
        return [AUGUST, "2022.12.31", "年底", None, 44804, 2022, "#N/A"]
    return ["已开工。", None, "字" * 3000, "已开工。", "完成\n一半", " ", "已开工。", "通车", 12, "已开工。", "#REF!"]


def _lists(schema: Schema, sheet: object) -> list[tuple[str, str]]:
    made = []
    for place, key in enumerate((key for key in schema.owned("unit") if schema.choices(key)), 1):
        letter, words = openpyxl.utils.get_column_letter(place), schema.choices(key)
        for row, word in enumerate(words, 1):
            sheet.cell(row, place, word)  # type: ignore[attr-defined]
        made.append((key, f"选项!${letter}$1:${letter}${len(words)}"))
    return made


def _sent(value: object) -> object:
    """A cell's value as Excel hands it to Python: every number is a float."""
    if isinstance(value, bool) or not isinstance(value, int):
        return datetime(value.year, value.month, value.day) if type(value) is date else value
    return float(value)


def _same(told: object, said: object) -> bool:
    if isinstance(told, float) and isinstance(said, float):
        return isclose(told, said, rel_tol=1e-9, abs_tol=1e-9)
    return (told or "") == (said or "")

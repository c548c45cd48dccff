"""unit.xlsx and master.xlsx keep what the generator relies on after people have restyled them in Excel."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from ledger.indicator import KINDS
from ledger.revision import KINDS as REVISIONS

FOLDER = Path(__file__).resolve().parents[2] / "templates"
A3, A4 = 8, 9

UNIT_NAMES = {
    "dc_title": "填报说明!$B$2",
    "dc_office": "填报说明!$B$3",
    "dc_unit": "填报说明!$C$5",
    "dc_period": "填报说明!$C$6",
    "dc_due": "填报说明!$E$6",
    "dc_tasks": "填报说明!$C$7",
    "dc_contact": "填报说明!$E$7",
    "dc_left": "填报说明!$C$8",
    "dc_filler": "填报说明!$C$24",
    "dc_phone": "填报说明!$E$24",
    "dc_approver": "填报说明!$C$25",
    "dc_sheet_title": "任务填报!$A$1",
    "dc_indicator_title": "指标填报!$A$1",
}
MASTER_NAMES = {"dc_title": "看板!$A$1", "dc_period": "看板!$B$2", "dc_due": "看板!$L$2"}
OPEN_NAMES = {"dc_filler", "dc_phone", "dc_approver"}

UNIT_KEYS = ["tag", "ref", "locked", "locked_long", "last", "choice", "text", "date", "number", "check"]
FIGURE_KEYS = "tag ref name kind target measure last actual as_of rate scheduled lead light check"
BOARD_KEYS = (
    "name tasks reported unreported done on_track behind not_started other problems unnamed rate "
    "blue green yellow red grey"
)
OPEN_KEYS = {"choice", "text", "date", "number"}
LISTS = {
    "附件": "id number section names text unit_text unit_short system day light office",
    "指标": "id ref name kind target measure source reporter actual as_of rate scheduled lead light note",
    "指标建议": "id ref words name kind target measure decision",
    "变更": "id ref what name old new from_day authority decision state",
    "代填": "id names short unit_text unit_short day choice system",
    "报送情况": "unit tasks state received late version file findings",
    "问题清单": "category ref text unit problem",
    "核查": "id ref unit check severity says decision reason",
    "冲突": "id period ref column office unit units adopt decided",
    "历史": "id short text names unit_text unit_short light",
    "考核": (
        "name tasks rate blue green yellow red grey asked on_time late missing returned system rating score rank why"
    ),
    "单位名录": "name kind aliases members contact phone tasks",
    "发放登记": "unit period tasks file issue handed how",
    "更新记录": "when ref column old new source",
    "设置": "id group name value says state",
    "看板数据": "rank ref text unit lead rate day received expected",
}
HEADERS = {
    "看板": (
        "附件 任务数 已报 未报 已完成 正常推进 进度滞后 未启动 其他 有问题 待指定 平均完成率 蓝灯 绿灯 黄灯 红灯 灰灯"
    ),
    "指标建议": "编号 序号 任务原文 指标名称 类型 年度目标 计量单位 处理",
    "变更": "编号 序号 变更事项 指标名称 原内容 新内容 生效日期 依据 处理 状态",
    "报送情况": "填报单位 任务数 报送状态 收到时间 是否逾期 版次 文件 问题数",
    "问题清单": "问题类别 序号 任务 填报单位 存在问题",
    "核查": "编号 序号 填报单位 核查事项 程度 情况 处理 说明",
    "冲突": "编号 报送期 序号 栏目 本办文字 单位文字 来自单位 采用 处理结果",
    "考核": (
        "单位 牵头任务数 平均完成率 蓝灯 绿灯 黄灯 红灯 灰灯 应报次数 按时 逾期 未报 退回 "
        "系统得分 领导评分 总分 名次 计分说明"
    ),
    "单位名录": "名称 类别 别名 成员 联系人 电话 牵头任务数",
    "更新记录": "时间 序号 栏目 原内容 新内容 来源",
    "设置": "编号 类别 设置项 设置值 说明 校验",
    "看板数据": "名次 序号 任务或指标 填报单位 落后百分点 完成率 日期 累计收到 应报",
}
HIDDEN_ID = {"任务填报", "指标填报", "附件", "指标", "指标建议", "变更", "代填", "核查", "冲突", "历史", "设置"}
# what the office types, on the yellow of the unit workbook; in 指标 and 发放登记 on light blue
YELLOW = {
    "变更": {"ref", "what", "name", "new", "from_day", "authority", "decision"},
    "指标建议": {"name", "kind", "target", "measure", "decision"},
    "代填": {"names", "short", "unit_text", "unit_short", "day", "choice"},
    "考核": {"rating"},
    "设置": {"value"},
    "核查": {"decision", "reason"},
    "冲突": {"adopt"},
}
LIGHTS = ['"蓝"', '"绿"', '"黄"', '"红"', '"灰"']
TILES = "应报单位 已报单位 报送率 平均完成率 红灯指标 待处理冲突 待确认变更 数字疑问 未解决问题"
# the charts of 看板, by title: kind, categories, and the columns of their series
CHARTS = {
    "亮灯情况": ("barChart", "看板!A8", "M8 N8 O8 P8 Q8"),
    "落实情况": ("barChart", "看板!A8", "E8 F8 G8 H8"),
    "平均完成率": ("barChart", "看板!A8", "L8"),
    "落后最多的十项（落后百分点）": ("barChart", "看板数据!C5", "E5"),
    "报送进度": ("lineChart", "看板数据!G5", "H5 I5"),
    "各单位平均完成率": ("barChart", "考核!A5", "C5"),
}
OPTIONS = [
    *("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks"),
    *("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables", "objects", "scenarios"),
]
KEY_ROWS = {"看板": 6}  # elsewhere 3
FROZEN = {
    "任务填报": "C5", "指标填报": "D5", "指标": "D5", "发放登记": "B5", "看板": None, "附件": "C5", "报送情况": "B5",
    "问题清单": "C5", "核查": "D5", "冲突": "E5", "单位名录": "B5", "更新记录": "D5", "变更": "D5", "代填": "D5",
    "历史": "D5", "考核": "B5", "指标建议": "D5", "设置": "D5", "看板数据": "B5",
}  # fmt: skip


@pytest.fixture(scope="module")
def unit() -> Workbook:
    return openpyxl.load_workbook(FOLDER / "unit.xlsx")


@pytest.fixture(scope="module")
def master() -> Workbook:
    return openpyxl.load_workbook(FOLDER / "master.xlsx")


def texts(sheet: Worksheet, row: int) -> list[str]:
    return [cell.value for cell in sheet[row]]


def model(sheet: Worksheet) -> dict[str, openpyxl.cell.Cell]:
    """The model cells of a list sheet by their prototype keys."""
    row = KEY_ROWS.get(sheet.title, 3)
    return dict(zip(texts(sheet, row), sheet[row + 2], strict=True))


def names(book: Workbook) -> dict[str, str]:
    return {name: defined.attr_text.replace("'", "") for name, defined in book.defined_names.items()}


def lists(book: Workbook) -> list[Worksheet]:
    return [book[title] for title in FROZEN if title in book.sheetnames]


def test_unit_sheets_and_their_states(unit: Workbook) -> None:
    """The instructions come first and are shown; lists and identity are out of sight."""
    states = {sheet.title: sheet.sheet_state for sheet in unit}
    assert states == {
        "填报说明": "visible", "任务填报": "visible", "指标填报": "visible", "选项": "hidden", "_ducha": "veryHidden",
    }  # fmt: skip
    assert next(iter(states)) == "填报说明"
    assert unit.active.title == "填报说明"


def test_hidden_sheets_are_empty(unit: Workbook) -> None:
    """The list sheet holds one header to clone, the identity sheet nothing."""
    assert unit["选项"].dimensions == "A1:A1"
    assert unit["选项"]["A1"].value is None
    assert unit["选项"]["A1"].fill.fgColor.rgb == "FF1F4E79"
    assert list(unit["_ducha"].values) == []


def test_master_sheets(master: Workbook) -> None:
    """The sheets in the order of their tabs, none of them hidden or protected."""
    assert master.sheetnames == ["看板", *LISTS]
    assert {sheet.sheet_state for sheet in master} == {"visible"}
    assert not any(sheet.protection.sheet for sheet in master)
    assert master.active.title == "看板"


def test_defined_names(unit: Workbook, master: Workbook) -> None:
    """Every cell that the generator fills has its name in the workbook's own scope."""
    assert names(unit) == UNIT_NAMES
    assert names(master) == MASTER_NAMES


def test_named_cells_are_left_to_the_generator(unit: Workbook, master: Workbook) -> None:
    """Named cells are empty but for the titles, and none is swallowed by a merged range."""
    for book in (unit, master):
        for name, place in names(book).items():
            title, cell = place.split("!")
            found = book[title][cell.replace("$", "")]
            assert isinstance(found, openpyxl.cell.Cell), name
            assert bool(found.value) == name.endswith("title"), name


def test_key_rows(unit: Workbook, master: Workbook) -> None:
    """The hidden key rows are the contract with the generator."""
    assert list(model(unit["任务填报"])) == UNIT_KEYS
    assert list(model(unit["指标填报"])) == FIGURE_KEYS.split()
    assert list(model(master["看板"])) == BOARD_KEYS.split()
    for title, keys in LISTS.items():
        assert list(model(master[title])) == keys.split()


def test_headers(master: Workbook) -> None:
    """Sheets that the generator does not rename have their final headers."""
    for title, headers in HEADERS.items():
        assert texts(master[title], KEY_ROWS.get(title, 3) + 1) == headers.split()


def test_list_layout(unit: Workbook, master: Workbook) -> None:
    """Merged title and guidance, hidden keys, header, one empty model row and nothing below it."""
    for sheet in lists(unit) + lists(master):
        keys = KEY_ROWS.get(sheet.title, 3)
        last = get_column_letter(sheet.max_column)
        assert sheet.row_dimensions[keys].hidden
        assert sheet.max_row == keys + 2
        assert all(texts(sheet, keys + 1)), sheet.title
        assert not any(texts(sheet, keys + 2)), sheet.title
        assert sheet.freeze_panes == FROZEN[sheet.title]
        if keys == 3:
            assert {str(merged) for merged in sheet.merged_cells.ranges} == {f"A1:{last}1", f"A2:{last}2"}
            assert sheet["A1"].value
            assert sheet["A2"].value
            assert sheet.auto_filter.ref == f"A4:{last}5"


def test_hidden_columns(unit: Workbook, master: Workbook) -> None:
    """Only the columns of row identity are hidden."""
    hidden = {
        (sheet.title, letter)
        for sheet in lists(unit) + lists(master)
        for letter, column in sheet.column_dimensions.items()
        if column.hidden
    }
    assert hidden == {(title, "A") for title in HIDDEN_ID}


def test_locked_and_open_cells(unit: Workbook) -> None:
    """Units can type only where the form is yellow."""
    for key, cell in model(unit["任务填报"]).items():
        assert cell.protection.locked == (key not in OPEN_KEYS), key
        assert (cell.fill.fgColor.rgb == "FFFFFBE6") == (key in OPEN_KEYS), key
    for key, cell in model(unit["指标填报"]).items():
        assert cell.protection.locked == (key not in {"actual", "as_of"}), key
    form = unit["填报说明"]
    unlocked = {cell.coordinate for row in form.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {UNIT_NAMES[name].split("!")[1].replace("$", "") for name in OPEN_NAMES}
    everywhere = [cell for row in unit["任务填报"].iter_rows(max_row=4) for cell in row]
    assert all(cell.protection.locked for cell in everywhere)


def test_protection(unit: Workbook) -> None:
    """No password; on the form's table people may widen columns, heighten rows and filter, nothing else."""
    table = {"formatColumns", "formatRows", "autoFilter"}
    for title, allowed in (("填报说明", set()), ("任务填报", table), ("指标填报", table)):
        protection = unit[title].protection
        assert protection.sheet
        assert protection.password is None
        assert not protection.selectLockedCells
        assert not protection.selectUnlockedCells
        assert {option for option in OPTIONS if not getattr(protection, option)} == allowed


def test_what_the_office_types_is_yellow(master: Workbook) -> None:
    """Beside what the system writes, the cells to fill stand out."""
    for title, keys in YELLOW.items():
        yellow = {key for key, cell in model(master[title]).items() if cell.fill.fgColor.rgb == "FFFFFBE6"}
        assert yellow == keys, title
    assert {model(master["变更"])[key].fill.fgColor.rgb for key in ("old", "state")} == {"FFF2F2F2"}


def test_typed_text_stays_text(unit: Workbook, master: Workbook) -> None:
    """Text cells have the text format, so that =… is not a formula and a telephone keeps its zeros."""
    cells = model(unit["任务填报"])
    formats = {key: cells[key].number_format for key in OPEN_KEYS}
    assert formats == {"choice": "@", "text": "@", "date": "yyyy-mm-dd", "number": "General"}
    assert all(unit["填报说明"][UNIT_NAMES[name].split("!")[1]].number_format == "@" for name in OPEN_NAMES)
    assert model(master["单位名录"])["phone"].number_format == "@"
    for key in ("text", "unit_text", "office"):
        assert model(master["附件"])[key].number_format == "@"
    for title, keys in YELLOW.items():
        dates = {"from_day", "unit_short", "day"}
        for key in keys - dates - {"adopt", "rating"}:
            assert model(master[title])[key].number_format == "@", (title, key)


def test_formats_of_figures(master: Workbook) -> None:
    """Rates are percentages with one decimal, days and times are written out."""
    formats = {(title, key): cell.number_format for title in LISTS for key, cell in model(master[title]).items()}
    assert formats["考核", "rate"] == formats["看板数据", "rate"] == formats["指标", "rate"] == "0.0%"
    assert model(master["看板"])["rate"].number_format == "0.0%"
    assert formats["附件", "day"] == formats["变更", "from_day"] == formats["看板数据", "day"] == "yyyy-mm-dd"
    assert formats["代填", "day"] == "yyyy-mm-dd hh:mm"


def test_long_text_wraps_from_the_top(unit: Workbook, master: Workbook) -> None:
    """Model cells wrap, those of long rows from the top, within thin borders."""
    for sheet in lists(unit) + lists(master):
        for key, cell in model(sheet).items():
            assert cell.alignment.wrap_text, (sheet.title, key)
            assert cell.border.left.style == "thin", (sheet.title, key)
    for sheet in (unit["任务填报"], master["附件"], master["冲突"]):
        assert {cell.alignment.vertical for cell in model(sheet).values()} == {"top"}


def test_conditional_formats(unit: Workbook, master: Workbook) -> None:
    """Faults are red and states coloured by rules that stand on the model row."""
    rules = {
        (str(area.sqref), rule.formula[0])
        for sheet in (unit["填报说明"], unit["任务填报"], master["报送情况"])
        for area in sheet.conditional_formatting
        for rule in area.rules
    }
    assert rules == {
        ("C8:E8", "AND(ISNUMBER($C$8),$C$8>0)"),
        ("C8:E8", "AND(ISNUMBER($C$8),$C$8=0)"),
        ("J5", "LEN(J5)>0"),
        ("G5", "AND(LEN($E5)>0,EXACT(G5,$E5))"),
        ("C5", '"未报"'),
        ("C5", '"已退回"'),
        ("C5", '"已采用"'),
        ("C5", '"代填"'),
        ("C5", '"部分代填"'),
    }


@pytest.mark.parametrize(("title", "area"), [("附件", "J5"), ("指标", "N5:N500"), ("历史", "G5")])
def test_lights_are_coloured(master: Workbook, title: str, area: str) -> None:
    """Five words, five fills, and the light's column is the one that has them."""
    sheet = master[title]
    (found,) = sheet.conditional_formatting
    assert str(found.sqref) == area
    assert [rule.formula[0] for rule in found.rules] == LIGHTS
    assert model(sheet)["light"].coordinate == area.partition(":")[0]
    assert len({rule.dxf.fill.bgColor.rgb for rule in found.rules}) == 5


def test_choice_lists(master: Workbook) -> None:
    """The columns that the office chooses from have their lists."""
    found = {
        (sheet.title, str(rule.sqref), rule.formula1)
        for sheet in master
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    kinds = ",".join(KINDS.values())
    revisions = ",".join(word for what, word in REVISIONS.items() if what != "add")  # that one is typed into an annex
    assert found == {
        ("冲突", "H5", '"本办,单位"'), ("单位名录", "B5", '"单位,统称,角色"'), ("指标", "D5:D500", f'"{kinds}"'),
        ("变更", "C5:C500", f'"{revisions}"'), ("变更", "I5:I500", '"确认,不采用"'),
        ("核查", "G5", '"已核实,忽略"'), ("代填", "B5", "单位名录!$A$5:$A$5"),
        ("指标建议", "E5", f'"{kinds}"'), ("指标建议", "H5", '"采用,不采用"'),
        ("代填", "G5", '"电话,纸质,传真,微信,邮件,其他"'),
    }  # fmt: skip


def test_dates_are_checked(master: Workbook) -> None:
    """Where a date belongs, something else is refused in Chinese."""
    found = {
        (sheet.title, str(rule.sqref)): rule.error
        for sheet in master
        for rule in sheet.data_validations.dataValidation
        if rule.type == "date"
    }
    assert found.keys() == {("附件", "I5"), ("变更", "G5:G500"), ("代填", "E5"), ("代填", "F5")}
    assert all(error.startswith("请写成2022-") for error in found.values())


def test_print_setup(unit: Workbook, master: Workbook) -> None:
    """Everything prints one page wide, with page numbers and repeated headers."""
    for sheet in [unit["填报说明"], *lists(unit), *lists(master)]:
        setup, listed = sheet.page_setup, sheet.title in FROZEN
        assert setup.paperSize == (A3 if sheet.title in ("附件", "任务填报") else A4)
        assert setup.orientation == ("landscape" if listed else "portrait")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert setup.fitToWidth in (None, 1)
        assert setup.fitToHeight == (0 if listed else None)
        assert sheet.oddFooter.center.text.endswith("第 &P 页 共 &N 页")
        sides = (sheet.page_margins.left, sheet.page_margins.right, sheet.page_margins.top)
        assert all(abs(side * 25.4 - 12) < 0.5 for side in sides)
        if sheet.title == "看板":  # a header repeated above charts only
            assert sheet.print_title_rows is None
        elif listed:
            header = KEY_ROWS.get(sheet.title, 3) + 1
            assert sheet.print_title_rows == f"${header}:${header}"


def test_tiles_of_the_board(master: Workbook) -> None:
    """Key figures as formulas that every spreadsheet program has, over whole columns, without today's date."""
    sheet = master["看板"]
    tiles = {sheet.cell(3, column).value: sheet.cell(4, column).value for column in (1, *range(2, 18, 2))}
    assert list(tiles) == TILES.split()
    for name, formula in tiles.items():
        assert formula.startswith("=IFERROR("), name
        used = set(re.findall(r"([A-Z]+)\(", formula))
        assert used <= {"IFERROR", "COUNT", "COUNTIF", "COUNTIFS", "IF", "INDEX", "MATCH"}, name
        others = re.findall(r"(\w+)!(\S*?)[,)/]", formula)
        assert all(title in LISTS and re.fullmatch(r"\$([A-Z])+:\$\1", area) for title, area in others), name
    with zipfile.ZipFile(FOLDER / "master.xlsx") as package:
        board = package.read("xl/worksheets/sheet1.xml").decode()
    assert "</f><v>" not in board  # LibreOffice computes on opening what has no value


def charts() -> dict[str, str]:
    """The charts' XML by title."""
    with zipfile.ZipFile(FOLDER / "master.xlsx") as package:
        parts = [package.read(part).decode() for part in package.namelist() if part.startswith("xl/charts/")]
    return {"".join(re.findall(r"<a:t>([^<]*)", part)): part for part in parts}


def test_charts_stand_on_the_model_rows() -> None:
    """Every series is one row as a range, so that it widens with the rows; nothing is remembered from the designer."""
    found = charts()
    assert found.keys() == CHARTS.keys()
    for title, (kind, names, columns) in CHARTS.items():
        part = found[title]
        assert f"<c:{kind}>" in part
        assert "Cache>" not in part
        sheet, _, first = names.partition("!")
        cells = {first, *columns.split()}
        ranges = {f"{sheet}!${cell[0]}${cell[1]}:${cell[0]}${cell[1]}" for cell in cells}
        headers = {f"{sheet}!${cell[0]}${int(cell[1]) - 1}" for cell in columns.split()}
        assert set(re.findall(r"<c:f>([^<]*)", part)) == ranges | headers
        assert min(int(size) for size in re.findall(r'sz="(\d+)"', part)) >= 900
        assert set(re.findall(r'<a:ea typeface="([^"]+)"', part)) == {"宋体", "黑体"}


def test_charts_stand_below_the_table() -> None:
    """Below the model row they move down with it, whole, and the page ends between them."""
    with zipfile.ZipFile(FOLDER / "master.xlsx") as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        board = package.read("xl/worksheets/sheet1.xml").decode()
    rows = [(int(first), int(last)) for first, last in re.findall(r"<xdr:row>(\d+)</.*?<xdr:row>(\d+)</", drawing)]
    assert len(rows) == len(CHARTS)
    assert drawing.count('editAs="oneCell"') == len(CHARTS)
    assert min(first for first, _ in rows) >= 9  # counted from 0: below the model row and a narrow one
    (end,) = (int(number) for number in re.findall(r'<brk id="(\d+)"', board))
    assert all(last < end or first >= end for first, last in rows)


@pytest.mark.parametrize("name", ["unit.xlsx", "master.xlsx"])
def test_package(name: str) -> None:
    """Small, legible, saved by no library that loses things, and without machine paths or links."""
    path = FOLDER / name
    assert path.stat().st_size < 60 * 1024
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part).decode() for part in package.namelist()}
    assert not any("externalLink" in part or "vbaProject" in part for part in parts)
    sizes = [float(size) for size in re.findall(r'<sz val="([\d.]+)"', parts["xl/styles.xml"])]
    assert min(sizes) >= 9
    written = "".join(parts.values())
    assert not re.search(r"/(root|home|tmp|work|Users)/|[A-Z]:\\\\", written)
    assert not re.search(r"openpyxl|LibreOffice", written)


@pytest.mark.parametrize("name", ["unit.xlsx", "master.xlsx"])
def test_model_rows_grow_with_their_text(name: str) -> None:
    """A model row without a fixed height lets Excel, WPS and LibreOffice fit the rows cloned from it."""
    titles = openpyxl.load_workbook(FOLDER / name, read_only=True).sheetnames
    with zipfile.ZipFile(FOLDER / name) as package:
        for number, title in enumerate(titles, 1):
            if title == "任务填报" or title in LISTS:
                sheet = package.read(f"xl/worksheets/sheet{number}.xml").decode()
                (row,) = re.findall(r'<row r="5"[^>]*>', sheet)
                assert "customHeight" not in row, title
                assert "customHeight" not in re.findall(r"<sheetFormatPr[^>]*>", sheet)[0], title


@pytest.mark.parametrize("name", ["unit.xlsx", "master.xlsx"])
def test_calamine_reads_the_keys(name: str) -> None:
    """The fast reader finds the same key rows."""
    book = CalamineWorkbook.from_path(FOLDER / name)
    expected = {"任务填报": UNIT_KEYS} if name == "unit.xlsx" else {t: k.split() for t, k in LISTS.items()}
    for title, keys in expected.items():
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        assert rows[2] == keys

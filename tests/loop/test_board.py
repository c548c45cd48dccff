"""看板: counts, lights and rates by annex, tiles computed by the office's own program, charts over exactly the rows."""

import os
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, edit, fill
from office import Office, pdf_text
from openpyxl.workbook import Workbook

from ledger.period import Period
from ledger.schema import Schema, load_schema
from sync.distribute import distribute
from sync.intake import sync_once
from sync.layout import new_master
from sync.lists.writing import rewrite, update
from sync.master import Master
from sync.periods import open_period
from sync.publish import publish
from sync.workspace import Workspace, default_schema
from xlsx import Book

ROAD, COST = (
    ("附件1：1", "新建改建农村公路", "达到", 60, "公里"),
    ("附件1：1", "单位成本", "控制在以内", 120, "万元/公里"),
)
SEATS = ("附件1：2", "新增学位", "达到", 3000, "个")
TYPED = ["ref", "name", "kind", "target", "measure"]
TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "master.xlsx"


def send(place: Workspace, unit: str, arrived: datetime, progress: str, figures: tuple[object, ...]) -> None:
    """``unit`` reports on its tasks and its indicators."""
    source = next((place.root / "outbox" / unit).glob(f"*{PERIOD.label}*"))
    target = place.root / "inbox" / unit / f"{progress}.xlsx"
    said = {"本期情况": "有进展", "进展情况": progress, "落实情况": "正常推进", "存在问题": "用地指标没有落实。"}
    fill(source, target, lambda _: said)

    def typed(book: Workbook) -> None:
        sheet = book["指标填报"]
        columns = {cell.value: cell.column for cell in sheet[3]}
        for row, actual in enumerate(figures, 5):
            sheet.cell(row, columns["actual"]).value = actual

    edit(target, typed)
    os.utime(target, (arrived.timestamp(), arrived.timestamp()))


def put(place: Workspace, sheet: str, row: int, values: dict[str, object], *, key_row: int = 3) -> None:
    """The office types into a row, with a program that keeps the charts."""
    keys = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(place.master)[sheet][key_row]}
    book = Book(place.master.read_bytes())
    for key, value in values.items():
        book.put(sheet, f"{keys[key]}{row}", value)
    place.master.write_bytes(book.save())


@pytest.fixture
def played(handed_out: Workspace) -> Workspace:
    """Three indicators; 交通局 has reported, below schedule and above its cap, the other two units have not."""
    for row, cells in enumerate((ROAD, COST, SEATS), 5):
        put(handed_out, "指标", row, dict(zip(TYPED, cells, strict=True)))
    distribute(handed_out, PERIOD)
    send(handed_out, "交通局", datetime(2022, 9, 3, 10), "搞了38公里", (30, 135))
    sync_once(handed_out)
    return handed_out


def rows(path: Path, sheet: str, key_row: int = 3) -> list[dict[str, object]]:
    """The rows of a list below its header, by key."""
    found = openpyxl.load_workbook(path)[sheet]
    keys = [str(cell.value) for cell in found[key_row]]
    values = found.iter_rows(min_row=key_row + 2, values_only=True)
    return [dict(zip(keys, row, strict=False)) for row in values if any(cell is not None for cell in row)]


def charts(path: Path) -> dict[str, set[str]]:
    """By a chart's title: the ranges of its categories and series."""
    with zipfile.ZipFile(path) as package:
        parts = [package.read(part).decode() for part in package.namelist() if part.startswith("xl/charts/chart")]
    titles = ("".join(re.findall(r"<a:t>([^<]*)", part)) for part in parts)
    found = (set(re.findall(r"<c:f>([^<]*:[^<]*)</c:f>", part)) for part in parts)
    return dict(zip(titles, found, strict=True))


def test_an_annex_in_figures(played: Workspace) -> None:
    """Counts, lights and the mean rate of an annex; 合计 says the same of all, an empty annex nothing."""
    first, second, total = rows(played.master, "看板", 6)
    assert (first["name"], second["name"], total["name"]) == ("附件1", "附件2", "合计")
    counts = {"tasks": 3, "reported": 1, "unreported": 2, "on_track": 1, "problems": 1, "unnamed": 1}
    lights = {"blue": 0, "green": 0, "yellow": 0, "red": 1, "grey": 2}
    for row in (first, total):
        assert {key: row[key] for key in counts} == counts
        assert {key: row[key] for key in lights} == lights
        assert row["rate"] == 0.5  # the cap has no rate, the unit that is silent no figure
    assert (second["tasks"], second["grey"], second["rate"]) == (0, 0, None)


def test_what_lags_and_who_has_sent(played: Workspace) -> None:
    """Ten ranks and ten days: the lag in 百分点, not of a cap; one of three units had reported from the third on."""
    found = rows(played.master, "看板数据")
    assert [row["rank"] for row in found] == list(range(1, 11))
    first, *others = found
    assert (first["ref"], first["text"], first["unit"]) == ("附件1：1", "新建改建农村公路（附件1：1）", "交通局")
    assert (first["lead"], first["rate"]) == (pytest.approx(100 * (8 / 12 - 0.5)), 0.5)
    assert all(row["ref"] is None and row["lead"] is None for row in others)
    days = [(row["day"].date(), row["received"], row["expected"]) for row in found if isinstance(row["day"], datetime)]
    assert days[0] == (date(2022, 8, 29), 0, 3)
    assert days[4:6] == [(date(2022, 9, 2), 0, 3), (date(2022, 9, 3), 1, 3)]
    assert days[9] == (date(2022, 9, 7), 1, 3)


def test_the_second_time_nothing_changes(played: Workspace) -> None:
    """Board and charts are the same bytes when nothing new has come."""
    before = played.master.read_bytes()
    publish(played)
    assert played.master.read_bytes() == before


def test_the_charts_cover_exactly_the_rows(played: Workspace) -> None:
    """Two annexes and 合计, ten ranks, one row a unit."""
    found = charts(played.master)
    units = 4 + len(rows(played.master, "考核"))
    assert found == {
        "亮灯情况": {f"看板!${column}$8:${column}$10" for column in "AMNOPQ"},
        "落实情况": {f"看板!${column}$8:${column}$10" for column in "AEFGH"},
        "平均完成率": {f"看板!${column}$8:${column}$10" for column in "AL"},
        "落后最多的十项（落后百分点）": {f"看板数据!${column}$5:${column}$14" for column in "CE"},
        "报送进度": {f"看板数据!${column}$5:${column}$14" for column in "GHI"},
        "各单位平均完成率": {f"考核!${column}$5:${column}${units}" for column in "AC"},
    }


def test_the_charts_move_below_a_long_table(tmp_path: Path) -> None:
    """Ten annexes: the table grows, the charts go down with it and widen."""
    text = default_schema()
    annexes = text[text.index("annexes:") : text.index("# 从最慢")]
    second = annexes[annexes.index("  - no: 2") :]
    more = "".join(second.replace("no: 2", f"no: {no}") for no in range(3, 11))
    schema = load_schema(text.replace(annexes, annexes.rstrip() + "\n" + more + "\n"))
    path = tmp_path / "总表.xlsx"
    path.write_bytes(new_master(schema, TEMPLATE.read_bytes()))
    assert [row["name"] for row in rows(path, "看板", 6)] == [*(f"附件{no}" for no in range(1, 11)), "合计"]
    assert "看板!$M$8:$M$18" in charts(path)["亮灯情况"]
    with zipfile.ZipFile(path) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        board = package.read("xl/worksheets/sheet1.xml").decode()
    tops = [int(row) for row in re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</", drawing)]
    assert min(tops) >= 18  # counted from 0
    (end,) = re.findall(r'<brk id="(\d+)"', board)
    assert sum(top >= int(end) for top in tops) == 3


def test_sheets_arranged_for_the_schema() -> None:
    """历史 and 代填 have the schema's reported columns; where there are lists to choose from, they are offered."""
    schema = load_schema(default_schema())
    master = Master(new_master(schema, TEMPLATE.read_bytes()), schema)
    unit = list(schema.owned("unit"))
    assert list(master.lists["history"].columns) == ["id", "period", "ref", "text", "unit", *unit, "light"]
    assert list(master.lists["entered"].columns) == ["id", "unit", "ref", *unit, "channel", "received", "state"]
    assert {"revisions", "scores", "settings", "board_data", "returns", "changes"} <= master.lists.keys()
    assert master.lists["returns"].sheet == "报送情况"
    assert master.lists["changes"].sheet == "更新记录"


def test_lists_to_choose_from(tmp_path: Path) -> None:
    """A row of 代填 offers the words of the schema; twenty rows stand ready, and in 变更 too."""
    schema = load_schema(default_schema())
    path = tmp_path / "总表.xlsx"
    path.write_bytes(new_master(schema, TEMPLATE.read_bytes()))
    book = openpyxl.load_workbook(path)
    sheet = book["代填"]
    columns = {cell.value: cell.column_letter for cell in sheet[3]}
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    for key in ("change", "status", "stage"):
        assert offered[f"{columns[key]}5:{columns[key]}24"] == f'"{",".join(schema.choices(key))}"'
    assert offered[f"{columns['channel']}5:{columns['channel']}24"].startswith('"电话,')
    for title in ("代填", "变更"):
        assert {book[title].cell(row, 2).fill.fgColor.rgb for row in range(5, 25)} == {"FFFFFBE6"}
    assert book["附件1"].conditional_formatting
    assert [cell.value for cell in book["附件1"][3]][-3:] == ["deadline", "light", "remarks"]


def test_a_list_too_long_for_a_cell(tmp_path: Path) -> None:
    """Words that hold the separator, or too many of them, are typed instead: Excel would call the file damaged."""
    schema = load_schema(default_schema())
    for words in (("甲,乙", "丙"), tuple(f"第{number}种情况的说明" for number in range(40))):
        column = schema.columns["change"].model_copy(update={"choices": words})
        changed = schema.model_copy(update={"columns": {**schema.columns, "change": column}})
        path = tmp_path / "总表.xlsx"
        path.write_bytes(new_master(changed, TEMPLATE.read_bytes()))
        sheet = openpyxl.load_workbook(path)["代填"]
        letter = next(cell.column_letter for cell in sheet[3] if cell.value == "change")
        assert not any(f"{letter}5" in str(rule.sqref) for rule in sheet.data_validations.dataValidation)


def filled(schema: Schema) -> bytes:
    """A master whose 考核 and 报送情况 have forty units."""
    data = new_master(schema, TEMPLATE.read_bytes())
    master, book = Master(data, schema), Book(data)
    units = [f"第{number}局" for number in range(1, 41)]
    update(book, master.lists["scores"], [{"name": unit, "tasks": 2, "rate": 0.5} for unit in units], "name")
    states = ("已采用", "代填", "部分代填", "未报", "已退回")
    shown = [{"unit": unit, "tasks": 2, "state": states[at % 5]} for at, unit in enumerate(units)]
    update(book, master.lists["returns"], shown, "unit")
    rewrite(book, master.lists["revisions"], [{"id": 1, "state": "待确认"}, {"id": 2, "state": "已生效"}])
    return book.save()


def tiles(values: list[list[object]]) -> dict[object, object]:
    """The tiles of a computed 看板, by name."""
    return {values[2][column]: values[3][column] for column in (0, *range(1, 17, 2))}


def test_the_tiles_are_computed(played: Workspace, office: Office, tmp_path: Path) -> None:
    """LibreOffice computes every tile from the sheets that stand in the master."""
    put(played, "附件1", 5, {"progress": "截至8月底，完成38公里。"})
    send(played, "交通局", datetime(2022, 9, 4, 10), "完成45公里。", (45, 135))
    sync_once(played)
    found = tiles(office.values(played.master)["看板"])
    assert found == {
        "应报单位": 3,
        "已报单位": 1,
        "报送率": pytest.approx(1 / 3),
        "平均完成率": 0.75,
        "红灯指标": 1,
        "待处理冲突": 1,
        "待确认变更": 0,
        "数字疑问": 1,
        "未解决问题": 1,
    }
    put(played, "冲突", 5, {"adopt": "单位"})
    put(played, "核查", 5, {"decision": "已核实"})
    now = tiles(office.values(played.master)["看板"])
    assert (now["待处理冲突"], now["数字疑问"]) == (0, 0)


def test_tiles_and_pages_of_many_units(office: Office, tmp_path: Path) -> None:
    """Forty units: the tiles count those whose report stands, the board prints on two pages."""
    path = tmp_path / "总表.xlsx"
    path.write_bytes(filled(load_schema(default_schema())))
    found = tiles(office.values(path)["看板"])
    assert [found[name] for name in ("应报单位", "已报单位", "待确认变更")] == [40, 16, 1]
    assert found["报送率"] == pytest.approx(0.4)
    assert charts(path)["各单位平均完成率"] == {"考核!$A$5:$A$44", "考核!$C$5:$C$44"}
    printed = pdf_text(office.pdf(path, tmp_path)).split("\f")
    assert "待处理冲突" in printed[0]
    assert "各单位平均完成率" in printed[1]
    assert "责任分工表" in printed[2]


def test_an_empty_master_shows_no_faults(office: Office, tmp_path: Path) -> None:
    """Before anything is known the tiles are nought or empty."""
    path = tmp_path / "总表.xlsx"
    path.write_bytes(new_master(load_schema(default_schema()), TEMPLATE.read_bytes()))
    assert set(tiles(office.values(path)["看板"]).values()) == {0, ""}


def test_the_next_period_starts_anew(played: Workspace) -> None:
    """The board follows the open period: nobody has reported, the days are those around the new due day."""
    september = Period.parse("2022-09")
    open_period(played, september)
    distribute(played, september)
    assert rows(played.master, "看板", 6)[0]["reported"] == 0
    first = rows(played.master, "看板数据")[0]
    assert (first["day"], first["received"]) == (datetime(2022, 9, 28), 0)

"""A master with the functions inside: what is in the file, that it goes on being a master, and what it shows."""

import re
import shutil
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import olefile
import openpyxl
import pytest
from clerk import edit, fill
from office import Office
from openpyxl.workbook import Workbook
from pyopenvba.integrity import check_file
from windows import Area, Sheet

from addin import wrappers
from addin.build import function_modules
from addin.embed import with_functions
from ducha.excel import addin
from ledger.errors import StateError
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.periods import open_period
from sync.recovery.proof import prove
from sync.recovery.repair import repair
from sync.register import register
from sync.workspace import Workspace, default_schema

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses old names of its own library
    from oletools.olevba import VBA_Parser

PERIOD = Period.parse("2022-08")
HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
ROWS = (
    ("1.新建改建农村公路60公里。", "林  岚", "交通局", "各乡镇（街道）", "", ""),
    ("2.新增学位3000个。", "林  岚", "教育局", "财政局", "", ""),
)
KEYS = ("ref", "name", "kind", "target", "measure")
INDICATORS = (
    ("附件1：1", "新建改建农村公路", "达到", 60, "公里"),
    ("附件1：1", "单位成本", "控制在以内", 120, "万元/公里"),
    ("附件1：2", "学位增长", "增长", 8.6, "%"),
    ("附件1：2", "教学楼", "形象进度", None, None),
)
FIGURES = ((38, "2022-08-31"), ("135", None))  # 交通局's
Call = Callable[..., list[list[object]]]
COMPUTED = ("rate", "scheduled", "lead", "light")


def type_indicators(path: Path, first: int, *rows: tuple[object, ...]) -> None:
    """The office types rows into sheet 指标."""
    book = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
    columns = {cell.value: cell.column for cell in book["指标"][3]}
    for number, row in enumerate(rows, first):
        for key, value in zip(KEYS, row, strict=True):
            book["指标"].cell(number, columns[key]).value = value
    book.save(path)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two tasks and four indicators; 交通局 has reported, 教育局 has not."""
    root = tmp_path_factory.mktemp("嵌入") / "安平 台账"
    source = root.parent / "分工表.txt"
    dumped = ("".join(f"\t{cell}\n" for cell in row) for row in (HEADERS, *ROWS))
    source.write_text("附件1\n" + "\n".join(dumped), encoding="utf-8")
    workspace = Workspace.create(root, default_schema())
    with workspace.locked():
        register(workspace, [source], tasks_only=True)
        open_period(workspace, PERIOD)
        distribute(workspace, PERIOD)
    type_indicators(workspace.master, 5, *INDICATORS)
    with workspace.locked():
        distribute(workspace, PERIOD)
        report(root, "交通局", {"本期情况": "有进展", "进展情况": "完成38公里。", "落实情况": "正常推进"}, FIGURES)
        sync_once(workspace)
    return root


def report(root: Path, unit: str, texts: dict[str, object], figures: tuple[tuple[object, object], ...]) -> None:
    source = max((root / "outbox" / unit).iterdir())
    target = root / "inbox" / unit / f"{unit}.xlsx"
    fill(source, target, lambda _: texts)

    def typed(book: Workbook) -> None:
        columns = {cell.value: cell.column for cell in book["指标填报"][3]}
        for number, (actual, as_of) in enumerate(figures, 5):
            book["指标填报"].cell(number, columns["actual"]).value = actual
            book["指标填报"].cell(number, columns["as_of"]).value = as_of

    edit(target, typed)


@pytest.fixture
def root(begun: Path, tmp_path: Path) -> Path:
    """A copy of it, its master as it was."""
    return Path(shutil.copytree(begun, tmp_path / "安平 台账"))


@pytest.fixture(scope="module")
def done(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it whose master has the functions inside."""
    copy = Path(shutil.copytree(begun, tmp_path_factory.mktemp("嵌入后") / "安平 台账"))
    addin("embed", Path(), copy / "master.xlsx")
    return copy


@pytest.fixture
def embedded(done: Path, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(done, tmp_path / "安平 台账")))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def held(path: Path, sheet: str, *, formulas: bool) -> list[dict[str, object]]:
    """The rows of a list by hidden key, as formulas or as the values that readers see."""
    found = openpyxl.load_workbook(path, data_only=not formulas, keep_vba=True)[sheet]
    keys = [cell.value for cell in found[3]]
    rows = (dict(zip(keys, (cell.value for cell in row), strict=True)) for row in found.iter_rows(min_row=5))
    return [row for row in rows if row.get("ref") or row.get("text")]


def synced(workspace: Workspace) -> bytes:
    with workspace.locked():
        sync_once(workspace)
    return workspace.master.read_bytes()


def test_the_master_becomes_a_workbook_with_macros(begun: Path, embedded: Workspace) -> None:
    """Under its new name alone; the old bytes are kept, and sheets without our formulas have but a code name more."""
    assert [path.name for path in embedded.root.glob("master*")] == ["master.xlsm"]
    old, new = parts((begun / "master.xlsx").read_bytes()), parts(embedded.master.read_bytes())
    kept = [embedded.stored_path(one.sha256).read_bytes() for one in embedded.journal.masters.all()]
    assert (begun / "master.xlsx").read_bytes() in kept
    assert set(new) - set(old) == {"xl/vbaProject.bin"}
    assert set(old) <= set(new)
    wiring = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    changed = {name for name in old if old[name] != new[name]} - wiring
    assert all(name.startswith("xl/worksheets/sheet") for name in changed)
    others = [name for name in changed if b"DC_" not in new[name]]
    assert len(changed) - len(others) == 3
    assert all(re.sub(rb' codeName="Sheet\d+"', b"", new[name]) == old[name] for name in others)
    assert b"sheet.macroEnabled.main+xml" in new["[Content_Types].xml"]


@pytest.mark.filterwarnings("ignore")
def test_its_project_is_sound(embedded: Workspace) -> None:
    """olevba reads what we wrote and nothing else, the compound file is strict, the library's own check is clean."""
    found = {name.rpartition(".")[0]: text for *_, name, text in VBA_Parser(str(embedded.master)).extract_macros()}
    told = {name: plain(text) for name, text in found.items()}
    assert {name: text for name, text in told.items() if text} == {
        name: plain(text) for name, text in function_modules().items()
    }
    project = parts(embedded.master.read_bytes())["xl/vbaProject.bin"]
    with olefile.OleFileIO(BytesIO(project), raise_defects=olefile.DEFECT_INCORRECT) as compound:
        assert compound.exists("VBA/DuchaFunctions")
    report = check_file(embedded.master)
    assert (report.errors, report.warnings, report.complete) == ((), (), True)


def plain(source: str) -> str:
    """Source without the attributes that Excel keeps above it."""
    return "\n".join(line.rstrip() for line in source.splitlines() if not line.startswith("Attribute ")).strip()


def test_two_are_the_same_bytes(begun: Path, tmp_path: Path) -> None:
    data, schema = (begun / "master.xlsx").read_bytes(), Workspace(begun).schema
    made = []
    for name in ("一", "二"):
        (tmp_path / name).mkdir()
        made.append(with_functions(data, schema, tmp_path / name))
    assert made[0] == made[1]


def test_computed_cells_call_the_functions_and_hold_their_results(begun: Path, embedded: Workspace) -> None:
    """Readers that do not calculate see in 指标 what they saw before."""
    formulas, values = (held(embedded.master, "指标", formulas=yes) for yes in (True, False))
    before = held(begun / "master.xlsx", "指标", formulas=False)
    assert [[row[key] or None for key in COMPUTED] for row in values] == [
        [row[key] for key in COMPUTED] for row in before
    ]
    assert [row["light"] for row in values] == ["黄", "红", "灰", "灰"]
    for row in formulas:
        assert str(row["rate"]).startswith("=IFERROR(DC_RATE(")
        assert str(row["light"]).startswith("=IFERROR(DC_LIGHT(")
    for row in held(embedded.master, "附件1", formulas=True):
        assert "IFERROR(DC_CHECK(" in str(row["check"])
        assert all(len(str(cell)) < 8192 for cell in row.values())


def test_it_goes_on_being_a_master(embedded: Workspace) -> None:
    """Reports come in, new and changed indicators have formulas, journal and master agree, a second sync is none."""
    type_indicators(embedded.master, 9, ("附件1：1", "完成投资", "达到", 10, "亿元"))
    texts: dict[str, object] = {"本期情况": "有进展", "进展情况": "新增2500个。", "落实情况": "正常推进"}
    report(embedded.root, "教育局", texts, ((9, "2022-08-20"), ("主体施工", None)))
    standing = synced(embedded)
    formulas, values = (held(embedded.master, "指标", formulas=yes) for yes in (True, False))
    assert [row["light"] for row in values] == ["黄", "红", "绿", "黄", "灰"]
    assert values[2]["lead"] == pytest.approx(0.4)
    assert all("DC_RATE" in str(row["rate"]) and "DC_LIGHT" in str(row["light"]) for row in formulas)
    assert "DATE(2022,8,31)" in str(formulas[4]["light"])
    assert held(embedded.master, "附件1", formulas=False)[1]["progress"] == "新增2500个。"
    assert "xl/vbaProject.bin" in parts(standing)
    with embedded.locked():
        assert prove(embedded).agrees
    assert synced(embedded) == standing


def test_a_task_that_comes_later_is_checked_too(embedded: Workspace) -> None:
    """Its row has the formula for itself, and the header's for the header."""
    source = embedded.root.parent / "补充.txt"
    added = ("3.整治河道10公里。", "林  岚", "水利局", "财政局", "", "")
    source.write_text(
        "附件1\n" + "\n".join("".join(f"\t{cell}\n" for cell in row) for row in (HEADERS, added)), "utf-8"
    )
    with embedded.locked():
        register(embedded, [source], tasks_only=True)
        sync_once(embedded)
    first, *_, last = held(embedded.master, "附件1", formulas=True)
    assert str(last["text"]).startswith("整治河道")
    assert str(last["check"]) == re.sub(r"(?<=[A-Z])5(?!\d)", "7", str(first["check"]))
    assert "DC_CHECK($A$3:$T$3,$A7:$T7)" in str(last["check"])


def test_a_new_period_moves_the_formulas_along(embedded: Workspace) -> None:
    with embedded.locked():
        open_period(embedded, Period.parse("2022-09"))
    row = held(embedded.master, "指标", formulas=True)[0]
    assert "DATE(2022,9,30)" in str(row["light"])
    assert held(embedded.master, "指标", formulas=False)[0]["light"] == "灰"


def test_a_lost_one_comes_back_under_its_name(embedded: Workspace) -> None:
    """Excel opens a workbook with macros as .xlsm only."""
    whole = embedded.master.read_bytes()
    embedded.master.unlink()
    with embedded.locked():
        repair(embedded)
    assert [path.name for path in embedded.root.glob("master*")] == ["master.xlsm"]
    assert embedded.master.read_bytes() == whole


def test_excel_gets_the_same_from_the_functions(embedded: Workspace, call: Call) -> None:
    """Every call that stands in a formula, made with the values of the cells that it names."""
    arities = {one.name: (len(one.arguments) - one.optional, len(one.arguments)) for one in wrappers.described()}
    called = 0
    for name in ("指标", "附件1"):
        formulas = openpyxl.load_workbook(embedded.master, keep_vba=True)[name]
        values = openpyxl.load_workbook(embedded.master, data_only=True, keep_vba=True)[name]
        sheet = Sheet([[cell.value for cell in row] for row in values.iter_rows()], path=str(embedded.master))
        for cell in (cell for row in formulas.iter_rows() for cell in row if "DC_" in str(cell.value)):
            ((function, listed),) = re.findall(r"(DC_[A-Z]+)\(((?:[^()]|\([^()]*\))*)\)", str(cell.value))
            given = [argument(sheet, text) for text in re.findall(r"DATE\([^)]*\)|[^,]+", listed)]
            assert arities[function][0] <= len(given) <= arities[function][1]
            ((told,),) = call(function, *given)
            if function == "DC_CHECK" and cell.row > 5:  # its formula asks only where somebody has reported
                assert told == "请填写进展情况；"
            elif isinstance(told, float):
                assert told == pytest.approx(values[cell.coordinate].value)
            else:
                assert told == (values[cell.coordinate].value or "")
            called += 1
    assert called == 2 * len(INDICATORS) + len(ROWS)


def argument(sheet: Sheet, text: str) -> object:
    """What Excel hands over for an argument: a range, or the number that a date is."""
    if day := re.fullmatch(r"DATE\((\d+),(\d+),(\d+)\)", text):
        return float((datetime(*map(int, day.groups())) - datetime(1899, 12, 30)).days)
    left, top, right, bottom = openpyxl.utils.range_boundaries(text.replace("$", ""))
    return Area(sheet, top, left, bottom - top + 1, right - left + 1)


@pytest.mark.office
def test_without_macros_the_native_rules_stand_in(begun: Path, embedded: Workspace, office: Office) -> None:
    """Recalculated where nobody knows our functions: what the file held before, and 系统校验 in words."""
    path = embedded.root / "master.xlsm"
    type_at(path, "附件1", "status", 6, "推进")
    told = {name: office.values(path)[name] for name in ("指标", "附件1")}
    keys = told["指标"][2]
    shown = [dict(zip(keys, row, strict=True)) for row in told["指标"][4 : 4 + len(INDICATORS)]]
    before = held(begun / "master.xlsx", "指标", formulas=False)
    for now, then in zip(shown, before, strict=True):
        assert now["light"] == then["light"]
        for key in ("rate", "scheduled", "lead"):
            assert (now[key] or None) == (None if then[key] is None else pytest.approx(then[key]))
    place = told["附件1"][2].index("check")
    fine, wrong = (row[place] for row in told["附件1"][4:6])
    assert fine == ""
    assert "落实情况请从列表里选" in wrong
    assert "请填写进展情况" in wrong


def type_at(path: Path, sheet: str, key: str, row: int, text: str) -> None:
    book = openpyxl.load_workbook(path, keep_vba=True)
    column = next(cell.column for cell in book[sheet][3] if cell.value == key)
    book[sheet].cell(row, column).value = text
    book.save(path)


def test_what_cannot_be_embedded_is_told_and_left(root: Path, tmp_path: Path) -> None:
    """No file named, another file, no workspace, open elsewhere, done before, macros of the office's own."""
    master = root / "master.xlsx"
    whole = master.read_bytes()
    with pytest.raises(StateError, match="请写明把函数装进哪个总表"):
        addin("embed", Path())
    with pytest.raises(StateError, match="不是工作区的总表"):
        addin("embed", Path(), root / "别的.xlsx")
    with pytest.raises(StateError, match="不是督查台账的工作区"):
        addin("embed", Path(), tmp_path / "master.xlsx")
    lock = root / "~$master.xlsx"
    lock.write_bytes(bytes([6]) + "王宁".encode().ljust(54) + bytes([2, 0]) + "王宁".encode("utf-16-le"))
    with pytest.raises(StateError, match="正打开着（王宁）"):
        addin("embed", Path(), master)
    lock.unlink()
    assert master.read_bytes() == whole
    addin("embed", Path(), master)
    made = root / "master.xlsm"
    again = made.read_bytes()
    with pytest.raises(StateError, match="已经有函数了"):
        addin("embed", Path(), made)
    with pytest.raises(StateError, match="已经有宏"):
        with_functions(again, Workspace(root).schema, tmp_path)
    assert made.read_bytes() == again
    with pytest.raises(StateError, match=r"没有“install .*”这一项"):
        addin("install", Path(), made)

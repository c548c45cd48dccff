"""The annexes as a workbook, and every figure of the text found again in the cells that sheet 数据来源 names."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from bulletin_samples import figure, line, linked, lit, schema, shipped, snapshot
from office import Office, pdf_text
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bulletin import Content, content, workbooks
from bulletin.text import label, sentence
from bulletin.tracing import where
from ledger.finding import Finding
from ledger.measures import percent, points
from ledger.task import folded
from ledger.wording import Wording, sentences

SHEETS = ["附件1", "附件2", "任务情况", "指标情况", "单位情况", "数据来源"]


def ledger() -> Content:
    """Something of everything that sentences are made of."""
    one = lit(
        line(1, "建公路5公里", section="一、交通", status="正常推进", progress="推进", problems="差3公里"), "yellow"
    )
    lines = (
        one,
        lit(line(2, "增学位", status="已完成", progress="建成"), "blue"),
        lit(line(4, "修桥", 2, project="道路工程", sub=1, printed={"leaders": "金晖"}, progress="一\n二"), "red"),
        lit(line(4, "修渠", 2, project="道路工程", sub=2, inherited=True, status="未启动"), "yellow"),
        linked(line(5, "公路", 2, project="公路工程", sub=1, progress="推进"), one),
        lit(line(3, "迁厂", printed={"deadline": "2022-06-30"}), "red"),
        line(6, "=1+1", 2, project="@工程", problems="-无人"),
    )
    figures = (
        figure(one, "公路", "61"), figure(one, "增速", "8.1", "8.5", "growth", "%", place=2),
        figure(lines[1], "学位", "3000", "2500", unit="个"), figure(lines[2], "桥", "主体施工", None, "stage", ""),
        figure(lines[2], "积案", "12.5", "10", "cap", "件", place=2), figure(lines[3], "渠", "2", unit="万米"),
        figure(lines[5], "产值", "-1.5", "3", "growth", "%"),
    )  # fmt: skip
    doubt = Finding(code="rate_wrong", severity="warning", message="对不上", remedy="请核对", task=lines[3].task.id)
    rules = shipped().document.ranking.model_copy(update={"rated": 1, "units": 2})
    asked = schema(document=shipped().document.model_copy(update={"ranking": rules}).model_dump())
    moved = [lines[0], lines[1].model_copy(update={"reporter": "教育局"}), *lines[2:]]
    own = [
        one.model_copy(update={"reporter": "教育局" if one.indicator.name == "学位" else "科技局"}) for one in figures
    ]
    now = snapshot(*moved, figures=tuple(own), missing=("工信局",), late=("商务局",))
    before = snapshot(*(lit(line(no, status="未启动"), "red") for no in (1, 2)), period="2022Q2")
    return content(asked, now, before, [doubt])


@pytest.fixture(scope="module")
def made() -> Content:
    return ledger()


@pytest.fixture(scope="module")
def data(made: Content) -> bytes:
    return workbooks(made, Wording())["附件"]


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def traced(book: Workbook) -> Iterator[tuple[str, str, str, list[object]]]:
    """Sentence, figure, how, and what stands in the cells, row by row of sheet 数据来源."""
    told = ""
    for _, text, fact, how, places in book["数据来源"].iter_rows(min_row=4, values_only=True):
        told = str(text) if text else told
        if places:
            yield told, str(fact), str(how), list(cells(book, str(places)))


def cells(book: Workbook, places: str) -> Iterator[object]:
    for part in places.split("；"):
        sheet, _, ranges = part.partition("!")
        for area in ranges.split("、"):
            found = book[sheet][area]
            yield from (cell.value for row in found for cell in row) if isinstance(found, tuple) else (found.value,)


def number(value: object) -> Fraction:
    assert isinstance(value, int | float)
    return Fraction(Decimal(repr(value)))


def recomputed(said: str, how: str, values: list[object]) -> str:
    """What a figure should say by the cells from which it comes."""
    if how == "计数":
        return str(len(values))
    if how == "计数（不重复）":
        return str(len(set(values)))
    if how == "原文":
        text = str(values[0])
        written = (text, sentence(text), label(None, text, 30), text.partition(".")[2])
        return next((one for one in written if one == said), text)
    if how == "数值":
        unit = said.lstrip("-.0123456789")
        return f"{Decimal(repr(values[0])).normalize():f}{unit}"
    if how == "数值（负号写作下降）":
        return f"{Decimal(repr(values[0])).copy_negate().normalize():f}%"
    if how == "完成值÷年度目标":
        return percent(number(values[0]) / number(values[1]))
    if how == "形象进度的比例":
        return percent(number(values[1]))
    if how == "完成率－序时进度":
        return points(abs(number(values[0]) - number(values[1])) * 100)
    if how == "完成值－年度目标":
        return points(abs(number(values[0]) - number(values[1])))
    assert how == "完成率的平均（单项最高计100%）"
    return percent(sum((min(number(one), Fraction(1)) for one in values), Fraction(0)) / len(values))


def test_every_figure_follows_from_its_cells(book: Workbook) -> None:
    """Each kind of arithmetic occurs, and none gives another figure than the text."""
    rows = list(traced(book))
    assert [recomputed(said, how, values) for _, said, how, values in rows] == [said for _, said, _, _ in rows]
    assert {how for _, _, how, _ in rows} == {
        "计数", "计数（不重复）", "原文", "数值", "完成值÷年度目标", "形象进度的比例", "完成率－序时进度",
        "完成值－年度目标", "数值（负号写作下降）", "完成率的平均（单项最高计100%）",
    }  # fmt: skip


def test_what_is_counted_has_something_in_common(book: Workbook) -> None:
    """The cells of a count by state, light or change all hold the same word, and it is the one in the sentence."""
    same = [(told, values) for told, _, how, values in traced(book) if how == "计数" and told.startswith(("从", "与"))]
    assert len(same) >= 5
    for told, values in same:
        assert len(set(values)) == 1
        assert str(values[0]) in told


def test_no_figure_is_printed_that_is_not_traced(made: Content) -> None:
    """What is left of the drafted sentences without their facts and references holds no digit but those of dates."""
    for _, _, sentence_ in made.sentences:
        rest = "".join(piece for piece in sentence_.pieces if isinstance(piece, str))
        rest = re.sub(r"20\d\d年(?:\d+月\d+日)?|附件\d|100%", "", rest)
        assert not re.search(r"\d", rest), sentence_.text


def test_every_sentence_of_the_text_stands_in_the_sheet(made: Content, book: Workbook) -> None:
    told = [text for text, *_ in traced(book)]
    assert [one.text for _, _, one in made.sentences if one.facts] == list(dict.fromkeys(told))


def test_what_the_office_said_otherwise_is_shown_with_the_draft(made: Content) -> None:
    """A figure that only the office knows says so; what it left out is not traced."""
    first, second, *_ = (one.text for paragraph in made.paragraphs for one in paragraph)
    words = Wording(
        said={sentences(first)[0]: "列入台账的任务共99项。", second: ""}, added={"三、": ("另有7项另行通报。",)}
    )
    book = openpyxl.load_workbook(io.BytesIO(workbooks(made, words)["附件"]))
    rows = [tuple(row[1:4]) for row in book["数据来源"].iter_rows(min_row=4, values_only=True)]
    (shown,) = [text for text, _, _ in rows if text and "99项" in str(text)]
    assert str(shown).endswith(f"（系统原句：{first}）")
    assert (None, "99", "本办改定") in rows
    assert ("另有7项另行通报。", "7", "本办改定") in rows
    assert second not in [text for text, _, _ in rows]


def test_what_contradicts_itself_is_listed_at_the_end(book: Workbook) -> None:
    last = [cell.value for cell in book["数据来源"][book["数据来源"].max_row]]
    assert last[:2] == ["待核实", "对不上"]


def test_the_public_workbook_holds_the_annexes_alone(made: Content, book: Workbook) -> None:
    public = openpyxl.load_workbook(io.BytesIO(workbooks(made, Wording())["附件（公开）"]))
    assert (public.sheetnames, book.sheetnames) == (SHEETS[:2], SHEETS)
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible"] * len(SHEETS)
    assert list(public["附件2"].values) == list(book["附件2"].values)


def test_an_annex_stands_as_it_is_printed(made: Content, book: Workbook) -> None:
    """Name, title, headers, sections across, a project's cells merged over its sub-items."""
    first, second = book["附件1"], book["附件2"]
    assert [row[0].value for row in first.iter_rows(max_row=2)] == ["附件1", made.annexes[0].title]
    assert [cell.value for cell in first[3]] == [head.title for head in made.annexes[0].heads]
    assert "A4:F4" in merged(first)
    assert first["A4"].value == "一、交通"
    assert {"A4:A5", "B4:B5", "D4:D5"} <= merged(second)
    texts = [[cell for cell in row if cell is not None] for row in second.iter_rows(min_row=4, values_only=True)]
    assert texts == [[text for text in row.cells if text] for row in made.annexes[1].rows]


def merged(sheet: Worksheet) -> set[str]:
    return {str(area) for area in sheet.merged_cells.ranges}


def test_pages(book: Workbook) -> None:
    """A4 landscape, one page wide, headers on every page, numbers where official documents have them."""
    for sheet in book.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (
            "9",
            "landscape",
        ) or sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.oddFooter.right.text, sheet.evenFooter.left.text) == ("— &P —", "— &P —")
        assert {cell.font.name for cell in sheet[3]} == {"黑体"}
        assert sheet["A2"].font.name == "方正小标宋简体"


def test_texts_are_never_formulas(data: bytes, book: Workbook) -> None:
    """Also not after somebody has edited the cell: what begins like a formula is marked as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not [name for name in package.namelist() if b"<f>" in package.read(name)]
    found = [cell for row in book["附件2"].iter_rows() for cell in row if str(cell.value).startswith(("=", "-", "@"))]
    assert [cell.value for cell in found] == ["@工程", "=1+1", "-无人"]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_two_runs_are_identical(made: Content, data: bytes) -> None:
    assert workbooks(ledger(), Wording())["附件"] == data


def test_a_very_long_report_is_not_cut() -> None:
    """Excel knows no row taller than 409 points: the report gets several rows that are merged."""
    report = "推进" * 2000
    book = openpyxl.load_workbook(
        io.BytesIO(workbooks(content(schema(), snapshot(line(1, progress=report))), Wording())["附件"])
    )
    sheet = book["附件1"]
    assert sheet["E4"].value == report
    (area,) = (area for area in sheet.merged_cells.ranges if str(area).startswith("E4"))
    heights = [sheet.row_dimensions[row].height for row in range(area.min_row, area.max_row + 1)]
    assert max(heights) <= 409
    assert sum(heights) > 2000


def test_an_empty_ledger_makes_a_workbook_too() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbooks(content(schema(), snapshot()), Wording())["附件"]))
    assert book.sheetnames == ["附件1", "附件2", "数据来源"]
    assert [row[1].value for row in book["数据来源"].iter_rows(min_row=4) if row[1].value] == [
        "列入督查台账的任务共0项。其中，附件1所列0项；附件2所列0项。"
    ]


def test_hostile_characters_do_not_break_the_file() -> None:
    dirty = line(1, "A&B<规上>\x00_x000D_{{", progress="\ud800坏\x0b字", problems="缺“钱”\x1f")
    book = openpyxl.load_workbook(io.BytesIO(workbooks(content(schema(), snapshot(dirty)), Wording())["附件"]))
    assert book["附件1"]["A4"].value == "1.A&B<规上>\n{{"
    assert book["附件1"]["E4"].value == "坏\n字"


def test_cells_in_a_row_are_said_together() -> None:
    cells = [
        ("任务情况", "H", 5),
        ("任务情况", "H", 6),
        ("任务情况", "H", 9),
        ("指标情况", "E", 4),
        ("指标情况", "F", 5),
    ]
    assert where(cells) == "任务情况!H5:H6、H9；指标情况!E4、F5"


def test_a_real_ledger_stands_in_the_workbook(shared: Path) -> None:
    """186 rows, every text of them."""
    truth = json.loads((shared / "truth" / "fengcheng.json").read_text(encoding="utf-8"))
    lines = [
        line(
            row["no"], row[text], annex, project=row.get("project"), progress=row["progress"], problems=row["problems"]
        )
        for annex, rows, text in ((1, truth["annex1"], "task"), (2, truth["annex2"], "target"))
        for row in rows
    ]
    found = content(schema(), snapshot(*lines))
    book = openpyxl.load_workbook(io.BytesIO(workbooks(found, Wording())["附件（公开）"]))
    texts = {str(value) for sheet in book for row in sheet.values for value in row if value is not None}
    assert {cell for annex in found.annexes for row in annex.rows for cell in row.cells if cell} <= texts


@pytest.mark.office
def test_the_workbook_opens_elsewhere(data: bytes, office: Office, tmp_path: Path) -> None:
    """LibreOffice reads the same texts, and draws every sheet with its page number."""
    path = tmp_path / "附件.xlsx"
    path.write_bytes(data)
    assert office.values(path)["附件2"][3][:3] == ["4", "道路工程", "修桥"]
    drawn = folded(pdf_text(office.pdf(path, tmp_path)))
    assert all(f"—{page}—" in drawn for page in range(1, len(SHEETS) + 1))

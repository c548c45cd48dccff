"""The LibreOffice fixture itself: every method once, on files made here."""

import csv
import subprocess
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from office import Office, OfficeError, Typed, pages, pdf_text
from openpyxl.styles import Protection
from openpyxl.worksheet.datavalidation import DataValidation

from ducha.preview import font_config

pytestmark = pytest.mark.office


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Two sheets with formulas that nobody has calculated yet, a list validation and a Chinese file name."""
    book = openpyxl.Workbook()
    tasks = book.active
    tasks.title = "任务填报"
    tasks.append(["完成值", "目标", "完成率", "状态"])
    tasks.append([75.43, 101, "=ROUND(A2/B2,3)", "有进展"])
    tasks.append([1, 0, "=A3/B3", "随便写"])
    tasks["A5"] = '=""'
    listed = DataValidation(type="list", formula1='"有进展,无变化,已完成"', allow_blank=True)
    listed.add("D2:D900")
    tasks.add_data_validation(listed)
    tasks["D700"] = "也不对"
    tasks.row_dimensions[700].hidden = True
    tasks.protection.sheet = True
    book.create_sheet("说明")["B2"] = "督查室"
    path = tmp_path / "科技局 2022-09.xlsx"
    book.save(path)
    return path


def test_values_are_calculated(office: Office, workbook: Path) -> None:
    """Formulas without cached values have results, errors their text, empty cells None."""
    values = office.values(workbook)
    assert list(values) == ["任务填报", "说明"]
    assert values["任务填报"][1] == [75.43, 101, 0.747, "有进展"]
    assert values["任务填报"][2] == [1, 0, "#DIV/0!", "随便写"]
    assert values["任务填报"][3:5] == [[None] * 4, ["", None, None, None]]
    assert values["说明"] == [[None, None], [None, "督查室"]]


def test_invalid_cells_are_named(office: Office, workbook: Path) -> None:
    """Also in hidden rows far down and under sheet protection; never empty ones."""
    assert office.invalid(workbook, "任务填报") == ["D3", "D700"]
    assert office.invalid(workbook, "说明") == []


def test_invalid_merged_cell_has_its_first_reference(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "错"
    book.active.merge_cells("B2:D9")
    book.active["F5"] = "对"
    listed = DataValidation(type="list", formula1='"对"')
    listed.add("B2")
    listed.add("F4:F8")
    book.active.add_data_validation(listed)
    book.save(tmp_path / "m.xlsx")
    assert office.invalid(tmp_path / "m.xlsx", "Sheet") == ["B2"]


def test_workbook_becomes_pages(office: Office, workbook: Path, tmp_path: Path) -> None:
    """The PDF holds the text, and each page can be looked at."""
    pdf = office.pdf(workbook, tmp_path)
    assert pdf == tmp_path / "科技局 2022-09.pdf"
    assert "有进展" in pdf_text(pdf)
    drawn = pages(pdf, tmp_path)
    assert len(drawn) == pdf_text(pdf).count("\f")
    assert all(page.read_bytes().startswith(b"\x89PNG") for page in drawn)


def test_document_keeps_punctuation_on_full_lines(office: Office, tmp_path: Path) -> None:
    """Paragraphs in the body and in tables lose no mark when a line is exactly full, first table or last."""
    document = Document()
    body = "一二三四五六七八九十。" * 60
    document.add_table(1, 1).cell(0, 0).text = body
    document.add_paragraph(body)
    document.add_table(1, 2).cell(0, 1).text = body
    document.save(str(tmp_path / "通报.docx"))
    text = "".join(pdf_text(office.pdf(tmp_path / "通报.docx", tmp_path)).split())
    assert text == body * 3


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_resaved_workbook_says_the_same(office: Office, workbook: Path, tmp_path: Path, kind: str) -> None:
    before = office.values(workbook)
    assert office.values(office.resave(workbook, tmp_path / f"out.{kind}", kind)) == before


def test_csv_is_the_first_sheet_in_utf8(office: Office, workbook: Path, tmp_path: Path) -> None:
    out = office.resave(workbook, tmp_path / "out.csv", "csv")
    with out.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines))[1] == ["75.43", "101", "0.747", "有进展"]


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A protected sheet: A1 locked, B1 open with a list, C1 open with a formula of it beside."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet.append(["任务", None, None, '=IF(B1="有进展","好","差")'])
    listed = DataValidation(type="list", formula1='"有进展,无变化"', showErrorMessage=True)
    listed.error, listed.errorTitle = "请从列表里选。", "不对"
    listed.add("B1")
    sheet.add_data_validation(listed)
    sheet["B1"].protection = sheet["C1"].protection = Protection(locked=False)
    sheet.protection.sheet = True
    book.save(tmp_path / "表.xlsx")
    return tmp_path / "表.xlsx"


def test_typist_is_taken_refused_and_told(office: Office, form: Path, tmp_path: Path) -> None:
    """Entries, refusals and locked cells come out as for a person, and formulas follow."""
    with office.typist(form) as typist:
        assert typist.type("表", "B1", "有进展") == Typed("", "", "有进展", "TEXT")
        assert typist.look("表", "D1") == "好"
        assert typist.type("表", "B1", "没有") == Typed("不对", "请从列表里选。", "有进展", "TEXT")
        locked = typist.type("表", "A1", "别的任务")
        assert "Protected" in locked.text
        assert locked.stands == "任务"
        assert typist.type("表", "C1", "12") == Typed("", "", "12", "VALUE")
        typist.save(tmp_path / "填好.xlsx")
    assert office.values(tmp_path / "填好.xlsx") == {"表": [["任务", "有进展", 12, "好"]]}


def test_typist_chooses_from_lists(office: Office, form: Path) -> None:
    """Any word of the list, from any word before; another word is left alone. Closing does not save."""
    with office.typist(form) as typist:
        for word in ("无变化", "有进展", "有进展"):
            assert typist.choose("表", "B1", word) == Typed("", "", word, "TEXT", ("有进展", "无变化"))
        assert typist.choose("表", "B1", "没有").stands == "有进展"
    with office.typist(form) as typist:
        assert typist.look("表", "B1") == ""


def test_refusal_is_an_error_and_the_office_lives_on(office: Office, workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match=r"absent\.xlsx|Exception"):
        office.values(tmp_path / "absent.xlsx")
    assert office.values(workbook)


def test_nothing_of_ours_is_left_running(office: Office, workbook: Path) -> None:
    """A second office ends with all its processes and its profile, killed soffice or not."""
    own = Office()
    own.values(workbook)
    profile = own._profile
    assert profile is not None
    assert profile.name in _command_lines()
    screen = own._screen
    assert screen is not None
    own.close()
    assert screen.returncode is not None
    assert profile.name not in _command_lines()
    assert not profile.exists()


def test_dead_office_is_an_error_then_a_new_one(office: Office, workbook: Path) -> None:
    own = Office()
    try:
        own.values(workbook)
        assert own._worker is not None
        own._worker.kill()
        with pytest.raises(OfficeError, match="died"):
            own.values(workbook)
        assert own.values(workbook)
    finally:
        own.close()


def test_official_fonts_have_look_alikes(office: Office, tmp_path: Path) -> None:
    """Fontconfig accepts the generated file and no official name falls through to a Latin font."""
    config = tmp_path / "fonts.conf"
    config.write_text(font_config(), encoding="utf-8")
    for name in ("仿宋_GB2312", "方正小标宋简体", "黑体", "等线"):
        found = subprocess.run(
            ["fc-match", "--format=%{family}", name],
            env={"FONTCONFIG_FILE": str(config), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
        ).stdout.decode()
        assert "Noto" in found or "Fandol" in found


def _command_lines() -> str:
    texts = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                texts.append((entry / "cmdline").read_bytes().decode(errors="replace"))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return "\n".join(texts)

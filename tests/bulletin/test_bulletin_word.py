"""The made document: its structure, and that nothing in it is lost, invented or left open."""

import re
import time
from dataclasses import replace

import pytest
from bulletin_samples import Document, W, line, schema, snapshot, template

from bulletin import BulletinError, Content, content, render
from bulletin.annex import Head
from bulletin.layout import balanced, widths
from ledger.snapshot import Line
from ledger.task import folded

LINES = (
    line(1, "全市增长8%以上。", printed={"leaders": "聂  勉"}, progress="一季度5%。\n二季度6%。", status="正常推进"),
    line(2, "修路，通车。", section="一、工业", subsection="（一）园区", problems="缺地"),
    line(4, "修桥", 2, project="道路工程", sub=1, problems="1.资金不足；\n2.未征收"),
    line(4, "修渠", 2, project="道路工程", sub=2, problems="缺人"),
)


def document(*lines: Line, **changes: object) -> Document:
    return Document(render(made(*lines, **changes), template()))


def made(*lines: Line, **changes: object) -> Content:
    return content(schema(**changes), snapshot(*(lines or LINES)))


def test_the_page_says_what_the_content_says() -> None:
    """Every paragraph in its order, the annexes' names above their titles."""
    said = [text for text in document().paragraphs if text]
    assert said[0] == "2022年三季度安平市《政府工作报告》重点工作及民生实事进展情况通报"
    assert said[1].endswith("市直各单位：")
    assert [text for text in said if text[1:2] == "、"] == ["一、基本情况", "二、存在的问题", "三、下步工作要求"]
    assert said[said.index("二、存在的问题") + 1] == (
        "1.要素保障没到位。部分项目受用地、资金等要素制约，影响了建设进度。如：道路工程（附件2：4）资金不足；未征收。"
    )
    assert said[-8:] == [
        "附件：1.2022年安平市《政府工作报告》重点工作责任分工表",
        "　　　2.2022年安平市民生实事责任分工表",
        "安平市人民政府办公室",
        "2022年9月30日",
        "附件1",
        "2022年安平市《政府工作报告》重点工作责任分工表",
        "附件2",
        "2022年安平市民生实事责任分工表",
    ]


def test_without_problems_the_chapter_says_so() -> None:
    said = document(line(1)).paragraphs
    assert said[said.index("二、存在的问题") + 1] == "本期各单位没有反映需要通报的问题。"


def test_annexes_stand_cell_by_cell() -> None:
    """Read back, every annex is the content's table; the header repeats, sections span, joined cells are merged."""
    expected = made()
    tables = Document(render(expected, template())).tables
    assert len(tables) == 2
    for table, annex in zip(tables, expected.annexes, strict=True):
        header, *rows = table
        assert header.header
        assert [folded(cell) for cell in header.cells] == [head.title for head in annex.heads]
        assert [row.cells for row in rows] == [row.cells for row in annex.rows]
        assert not any(row.header for row in rows)
        assert {sum(row.spans) for row in table} == {len(annex.heads)}
    assert [row.spans for row in tables[0][1:]] == [(1,) * 6, (6,), (6,), (1,) * 6]
    assert [row.merges[:3] for row in tables[1][1:]] == [("restart", "restart", ""), ("continue", "continue", "")]


def test_only_short_rows_are_held_together() -> None:
    """A row taller than a page that may not break would lose its end."""
    rows = document(line(1, progress="短"), line(2, progress="长" * 2000)).tables[0]
    assert [row.unbroken for row in rows] == [True, True, False]


def test_merged_rows_stay_on_one_page() -> None:
    """What is merged is printed on the first of its pages only; a group taller than a page may break."""
    groups = [(no, sub, "长" * length) for no, length in ((1, 10), (2, 900)) for sub in (1, 2, 3)]
    lines = (line(no, annex=2, project=f"项目{no}", sub=sub, progress=text) for no, sub, text in groups)
    rows = document(*lines).body.findall(f"{W}tbl")[1].findall(f"{W}tr")[1:]
    kept = [all(found.find(f"{W}keepNext") is not None for found in row.iter(f"{W}pPr")) for row in rows]
    assert kept == [True, True, False, False, False, False]


def test_a_task_in_two_annexes_is_cited_with_both_places() -> None:
    """（附件1：1）（附件2：8）, each number a reference of its own."""
    first = line(1, problems="用地指标没有落实")
    second = line(8, annex=2, project="道路工程", problems="用地指标没有落实")
    task = second.task.model_copy(update={"linked": first.task.id})
    found = document(first, second.model_copy(update={"task": task}))
    assert "（附件1：1）（附件2：8）" in found.text
    assert found.references == [("A1_1", "1"), ("A2_8", "8")]


def test_references_point_to_the_numbers_in_the_annexes() -> None:
    """Each is a field that already shows its result; sub-items share the number of their project."""
    found = document()
    assert found.references == [("A2_4", "4"), ("A1_2", "2"), ("A2_4", "4")]
    assert all(found.bookmarks[name] == shown for name, shown in found.references)
    assert found.bookmarks == {"A1_1": "1", "A1_2": "2", "A2_4": "4"}


def test_reference_without_a_row_is_an_error() -> None:
    found = made()
    with pytest.raises(BulletinError, match="附件1：2"):
        render(replace(found, annexes=found.annexes[1:]), template())


def test_hostile_text_survives_and_nothing_is_left_open() -> None:
    """Neither markup, nor Jinja's braces, nor Excel's escapes harm the rest of the document."""
    nasty = "A&B<规上>{{x}}{% if %}"
    found = document(
        line(1, nasty, printed={"leaders": nasty}, progress=f"{nasty}\x07截至_x000D_\n8月", problems=f"{nasty}缺地"),
        line(2, "最后一项"),
    )
    assert found.tables[0][1].cells == (f"1.{nasty}", nasty, "", "", f"{nasty}截至\n8月", f"{nasty}缺地")
    assert found.tables[0][2].cells[0] == "2.最后一项"
    assert f"（附件1：1）{nasty}缺地。" in "".join(found.paragraphs)
    assert "最后一项" in found.text
    assert not re.search("_x000D_|\x07|\u2063", found.text)


def test_content_from_elsewhere_is_cleaned_too() -> None:
    """`render` does not trust that `content` made it."""
    found = made(line(1))
    dirty = replace(
        found.annexes[0], rows=(replace(found.annexes[0].rows[0], cells=("1.\x00修_x000D_路", *"\x07" * 5)),)
    )
    again = Document(render(replace(found, annexes=(dirty, *found.annexes[1:]), issuer="办\x0b公\x08室"), template()))
    assert again.tables[0][1].cells == ("1.修\n路", "", "", "", "", "")
    assert "办公室" in again.paragraphs


def test_nothing_of_the_template_is_left() -> None:
    assert not re.search("[{}%#\u2063]|None|模板", document(line(1, problems="缺地")).text.replace("8%", ""))


def test_each_annex_is_a_landscape_section_of_its_own() -> None:
    """The body is portrait; no empty paragraph of a full line follows a table, where it could fill a page."""
    found = document()
    assert found.sections == ["portrait", "landscape", "landscape"]
    after = [table.getnext() for table in found.body.findall(f"{W}tbl")]
    spacing = [paragraph.find(f"{W}pPr/{W}spacing") for paragraph in after]
    assert [(item.get(f"{W}line"), item.get(f"{W}lineRule")) for item in spacing if item is not None] == [
        ("20", "exact")
    ] * 2


def test_every_run_is_hinted() -> None:
    """Without the hint Word takes “ ” — … from the Latin font."""
    fonts = [run.find(f"{W}rPr/{W}rFonts") for run in document().body.iter(f"{W}r")]
    assert {None if font is None else font.get(f"{W}hint") for font in fonts} == {"eastAsia"}


def test_signature_keeps_the_last_lines_of_text() -> None:
    """It may not stand on a page alone."""
    paragraphs = document().body.findall(f"{W}p")
    end = next(i for i, item in enumerate(paragraphs) if item.find(f".//{W}sectPr") is not None)
    start = next(i for i, item in enumerate(paragraphs) if "按期报送" in "".join(item.itertext()))
    assert all(item.find(f"{W}pPr/{W}keepNext") is not None for item in paragraphs[start:end])


def test_same_content_same_bytes() -> None:
    """The zip's times too are fixed."""
    data = render(made(), template())
    time.sleep(2.1)  # a zip's clock ticks every two seconds
    assert render(made(), template()) == data
    assert {item.date_time for item in Document(data).archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("{{ 标题 }}", "{{ 标体 }}", "模板bulletin.docx第10段“{{ 标体 }}”里的变量“标体”不认识，是不是要写“标题”？"),
        ("{{ 引言 }}", "", "模板bulletin.docx里缺少变量“引言”，请在Word里按原模板补上。"),
        (
            "{{ 问题.事项 }}",
            "{{ 问题.项目 }}",
            "模板bulletin.docx第19段“{{ 类.名称 }}{% if 类.概述 %}{…”里的变量“项目”不认识，请在Word里按原模板改正。",
        ),
        ("{{ 小节 }}", "小节", "模板bulletin.docx里缺少变量“小节”，请在Word里按原模板补上。"),
        (
            "{%p else %}",
            "{%p esle %}",
            "模板bulletin.docx第20段“{%p esle %}”里有写得不完整的花括号标记，请在Word里与原模板核对。",
        ),
        (
            "{{ 引言 }}",
            "{{ 引言 }",
            "模板bulletin.docx第12段“{{ 引言 }”里的变量“引言”花括号不对，请改成{{ 引言 }}。",
        ),
        (
            "{{ 引言 }}",
            "｛｛引言｝｝",
            "模板bulletin.docx第12段“｛｛引言｝｝”里的变量“引言”花括号不对，请改成{{ 引言 }}。",
        ),
        (
            "{{ 引言 }}",
            "{{ 引言 + 1 }}",
            "模板bulletin.docx第12段“{{ 引言 + 1 }}”里有算不出来的花括号标记，请在Word里与原模板核对。",
        ),
        (
            "{{ 引言 }}",
            "{{ 引言[0][5] }}",
            "模板bulletin.docx第12段“{{ 引言[0][5] }}”里有算不出来的花括号标记，请在Word里与原模板核对。",
        ),
    ],
)
def test_spoilt_template_is_named(before: str, after: str, sentence: str) -> None:
    """One sentence says which variable, and in which paragraph."""
    with pytest.raises(BulletinError) as error:
        render(made(), template((before, after)))
    assert str(error.value) == sentence


def test_something_else_than_a_template() -> None:
    with pytest.raises(BulletinError, match="打不开"):
        render(made(), b"PK")


def test_wording_around_the_variables_is_the_offices() -> None:
    """What people type in Word around a variable is printed, in the tables too."""
    changed = template(("一、基本情况", "一、总体情况"), ("{{ 分节 }}", "【{{ 分节 }}】"))
    found = Document(render(made(), changed))
    assert "一、总体情况" in found.paragraphs
    assert found.tables[0][2].cells == ("【一、工业】",)


def test_widths_fill_the_page() -> None:
    """In the schema's proportions, but no column is too narrow for a name of three characters."""
    heads = [Head("序号", 6, True), Head("任务", 40, False), Head("领导", 10, True), Head("进展", 48, False)]
    found = widths(heads, 12757, 210)
    assert sum(found) == 12757
    assert found[0] == 780
    assert found[3] / found[1] == pytest.approx(48 / 40, rel=0.01)
    assert sum(widths(heads * 6, 12757, 210)) == 12757


@pytest.mark.parametrize(
    ("title", "width", "expected"),
    [
        ("牵头市领导", 780, "牵头\n市领导"),
        ("牵头市领导", 1000, "牵头\n市领导"),
        ("牵头单位", 780, "牵头\n单位"),
        ("具体工作任务和要求", 1000, "具体\n工作任务\n和要求"),
        ("序号", 780, "序号"),
    ],
)
def test_headers_break_between_words(title: str, width: int, expected: str) -> None:
    """Never 牵头市领/导."""
    assert balanced(title, width, 210) == expected


def test_a_big_ledger_is_quick() -> None:
    """186 rows take half a second; asking python-docx cell by cell would take minutes."""
    lines = [line(no, annex=2, project=f"项目{no}", progress="进展" * 100, problems="缺地") for no in range(1, 187)]
    bulletin = made(*lines)
    started = time.perf_counter()
    render(bulletin, template())
    assert time.perf_counter() - started < 5


def test_template_can_be_restyled_in_word() -> None:
    """Every style that the template uses has a Chinese name, and no font comes from a theme."""
    archive = Document(template()).archive
    styles = archive.read("word/styles.xml").decode()
    used = set(re.findall(r'pStyle w:val="(\w+)"', archive.read("word/document.xml").decode()))
    assert all(f'w:styleId="{name}"' in styles for name in used)
    assert "Theme" not in styles

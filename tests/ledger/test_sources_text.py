"""Text dumps: cells by line and tab, by bars, and numbered items with labels."""

import pytest

from ledger.schema import Schema
from ledger.sources import Grid, Paragraph, read
from ledger.tables import extract
from ledger.task import Draft


def drafts(text: str, schema: Schema, encoding: str = "utf-8") -> tuple[Draft, ...]:
    return extract(read(text.encode(encoding), "原件.txt"), schema).drafts


HEADER = "\t具体工作任务\n和要求\n\t牵头市\n领导\n\t牵头\n单位\n\t责任单位\n\t进展情况\n\t存在\n问题\n"
TABBED = (
    "附件1\n\n2022年重点工作责任分工表\n\n"
    f"{HEADER}\n"
    "\t1.新建粮库一座。\n\t许  岩\n\t粮食局\n\t各乡镇\n（街道）\n\t已完成选址。\n第二段。\n\t\n\n"
    "\t一、在稳增长上求突破\n\t\n\n"
    "\t2.修复水闸三处。\n\t许  岩\n\t水利局\n\t\n\t已开工。\n"
    " \t（一）做强产业。\n"
    f" {HEADER}\n"
    "\t3要培育5家企业。\n\t郑小雨\n\t工信局\n\t\n\t已入库4家。\n\t缺少资金。\n\n"
)


def test_a_row_ends_at_a_blank_line_or_a_page_break(schema: Schema) -> None:
    """Rows glued together by a page break are two rows, and a row may lack its last cells."""
    rows = drafts(TABBED, schema)
    assert [(row.printed_no, row.text) for row in rows] == [
        (1, "新建粮库一座。"),
        (2, "修复水闸三处。"),
        (3, "要培育5家企业。"),
    ]
    assert rows[0].reported == {"progress": "已完成选址。\n第二段。", "problems": ""}
    assert rows[2].reported["problems"] == "缺少资金。"


def test_sections_and_subsections(schema: Schema) -> None:
    rows = drafts(TABBED, schema)
    assert [(row.section, row.subsection) for row in rows] == [
        (None, None),
        ("一、在稳增长上求突破", None),
        ("一、在稳增长上求突破", "（一）做强产业。"),
    ]


def test_gb18030_and_windows_line_ends(schema: Schema) -> None:
    assert drafts(TABBED.replace("\n", "\r\n"), schema, "gb18030") == drafts(TABBED, schema)


def test_a_sub_item_without_its_first_cells(schema: Schema) -> None:
    """After a page break a dump drops the merged number and project: the row is aligned by what fits."""
    text = (
        "\t序号\n\t项目\n名称\n\t目标任务\n\t牵头市领导\n\t牵头\n单位\n\t责任\n单位\n\t进展情况\n\t存在问题\n\n"
        "\t4\n\t校园提升工程\n\t新建小学两所，增加学位两千个。\n\t郑小雨\n\t教体局\n\t住建局\n\t主体封顶。\n"
        " \t改造幼儿园六所，全部投入使用。\n\t许  岩\n\t妇联\n\t\n\t已全部完工，正在验收。\n\t\n\n"
        "\t\n\t\n\t配齐校车。\n\t\n\t\n\t\n\t已招标。\n\t\n\n"
    )
    first, second, third = drafts(text, schema)
    assert (first.project, second.project, second.printed_no) == ("校园提升工程", "校园提升工程", 4)
    assert second.printed == {"leaders": "许  岩", "lead_units": "妇联", "responsible_units": ""}
    assert (second.inherited, third.inherited) == (False, True)


def test_bars(five_columns: Schema) -> None:
    """A row may run over lines; a row of one text is a section; equal headers are told apart by the title."""
    text = (
        "一、2件民生实事任务分解表\n"
        "序号 | 具体工作任务和要求 | 责任领导 | 责任单位 | 落实情况 |\n"
        "1 | 新建村级食堂三十个。 | 许 岩 | 县民政局 各相关乡镇 政府 | 建成十二个。 |\n"
        "2 | 改造公厕。 |\n许 岩 郑小雨\n|\n县城管局\n| 已完成。 |\n"
        "二、其他重要事项任务分解表\n"
        "序号 | 具体工作任务和要求 | 责任领导 | 责任单位 | 落实情况 |\n"
        "一、抓好项目建设 | ||||\n"
        "(一)提速开工。 | ||||\n"
        "1 | 开工项目十个。 | 郑小雨 | 县发改委 | 开工七个。 |\n"
        "主办：县政府办\n"
    )
    rows = drafts(text, five_columns)
    assert [(row.annex, row.printed_no) for row in rows] == [(1, 1), (1, 2), (2, 1)]
    assert rows[1].printed == {"leaders": "许 岩 郑小雨", "responsible_units": "县城管局"}
    assert (rows[0].section, rows[2].section, rows[2].subsection) == (None, "一、抓好项目建设", "(一)提速开工。")


def test_bars_on_both_sides_with_a_rule(five_columns: Schema) -> None:
    """Tables as Markdown writes them."""
    text = (
        "| 序号 | 工作任务 | 责任领导 | 责任单位 | 落实情况 |\n|---|---|---|---|---|\n"
        "| 1 | 修路。 | 许岩 | 县交通局 | 已修。 |\n"
    )
    assert [row.text for row in drafts(text, five_columns)] == ["修路。"]


NARRATIVE = (
    "发布机构: | 临湖区政府 | 日期: |\n"
    "现将情况公布如下。\n"
    "一、稳住基本盘\n（一）保供应\n"
    "1.新增平价菜店二十家。\n责任单位:区商务局、区政府办(区外办)\n"
    "贯彻落实情况:推进中,计划年底前完成。已开业十五家：\n1.东区八家；\n一、下步打算：再开五家。\n2.西区七家。\n"
    "2.完成投资3亿元。\n责任单位：区发改委\n贯彻落实情况：已完成投资2亿元。\n"
    "二、办好民生事\n3.建成托育点。责任单位：区卫健委。\n贯彻落实情况：已完成。\n"
)


def test_numbered_items_with_labels(labelled: Schema) -> None:
    """Numbers and headings inside a report belong to the report; the status word is taken out of its head."""
    rows = drafts(NARRATIVE, labelled)
    assert [(row.printed_no, row.section, row.subsection) for row in rows] == [
        (1, "一、稳住基本盘", "（一）保供应"),
        (2, "一、稳住基本盘", "（一）保供应"),
        (3, "二、办好民生事", None),
    ]
    assert rows[0].reported["status"] == "推进中,计划年底前完成"
    assert rows[0].reported["progress"].startswith("已开业十五家")
    assert rows[0].reported["progress"].endswith("2.西区七家。")


def test_a_status_word_that_only_goes_on_is_no_status(labelled: Schema) -> None:
    """已完成投资2亿元 says nothing about being done; a status alone leaves no progress."""
    rows = drafts(NARRATIVE, labelled)
    assert rows[1].reported == {"progress": "已完成投资2亿元。"}
    assert rows[2].reported == {"status": "已完成", "progress": ""}


def test_a_label_in_the_same_paragraph(labelled: Schema) -> None:
    row = drafts(NARRATIVE, labelled)[2]
    assert (row.text, row.printed["responsible_units"]) == ("建成托育点。", "区卫健委。")


def test_unknown_headers_are_a_finding_and_other_tables_go_on(five_columns: Schema) -> None:
    text = (
        "姓名 | 科室 | 电话 |\n许岩 | 一科 | 123 |\n通讯录完\n"
        "序号 | 工作任务 | 责任领导 | 责任单位 | 落实情况 |\n1 | 修路。 | 许岩 | 县交通局 | 已修。 |\n"
    )
    result = extract(read(text.encode(), "x"), five_columns)
    assert [item.code for item in result.findings] == ["headers_unknown"]
    assert "第1行" in result.findings[0].message
    assert len(result.drafts) == 1


def test_prose_alone_is_a_finding(schema: Schema) -> None:
    result = extract(read("各位代表：\n1.加快发展。\n2.改善民生。\n".encode(), "x"), schema)
    assert ([item.code for item in result.findings], result.drafts) == (["report_empty"], ())


def test_a_column_that_the_schema_lacks_is_named(five_columns: Schema) -> None:
    text = "序号 | 工作任务 | 责任领导 | 责任单位 | 落实情况 | 满意度 |\n1 | 修路。 | 许岩 | 县交通局 | 已修。 | 高 |\n"
    result = extract(read(text.encode(), "x"), five_columns)
    assert [(item.code, item.value) for item in result.findings] == [("column_ignored", "满意度")]


def test_plain_text_is_paragraphs() -> None:
    assert read("第一段\n\n第二段".encode(), "x") == (Paragraph("第一段", "第1行"), Paragraph("第二段", "第3行"))


@pytest.mark.parametrize("text", ["a | b\nc | d", "\ta\n\tb\n\n\tc\n\td\n"])
def test_two_rows_of_two_cells(text: str) -> None:
    (grid,) = read(text.encode(), "x")
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row] for row in grid.rows] == [["a", "b"], ["c", "d"]]

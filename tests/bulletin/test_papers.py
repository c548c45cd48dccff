"""Orders, letters, scores and drafts for comment as documents: what they say, and how they look."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from bulletin_samples import ROOT, Document, W, line, said, schema, snapshot
from lxml import etree
from office import Office, pdf_text

from bulletin import BulletinError, content, render
from bulletin.behind import state
from bulletin.characters import uncommon_characters
from bulletin.consultation import extracts, render_consultation
from bulletin.orders import Order, order, render_order, to_order
from bulletin.reminders import render_reminder
from bulletin.rewording import applicable, reworded
from bulletin.scores import Scored, render_scores
from ledger.indicator import Indicator, Kind
from ledger.measures import day as day_of
from ledger.measures import standing
from ledger.owed import Owed
from ledger.period import Period
from ledger.schema import Fonts, Format
from ledger.snapshot import Figure, Line, Snapshot
from ledger.wording import Wording, sentences

PERIOD, DAY = Period.parse("2022-08"), date(2022, 9, 6)
NAMES = ("order", "reminder", "scores", "consultation")
NASTY = "A&B<规上>{{x}}{% if %}\x07“引号”_x000D_😀"
PROPERTIES = {
    "pPr": (
        *("pStyle", "keepNext", "pageBreakBefore", "widowControl", "pBdr", "snapToGrid", "spacing", "ind", "jc"),
        *("outlineLvl", "rPr", "sectPr"),
    ),
    "sectPr": ("headerReference", "type", "pgSz", "pgMar", "titlePg", "docGrid"),
}
OWN = Format(fonts=Fonts(body="方正仿宋_GBK"))
ROAD = "新建改建农村公路60公里。"


def template(name: str, *changes: tuple[str, str], part: str = "word/document.xml") -> bytes:
    """A shipped template, as if somebody had replaced texts in Word."""
    out = io.BytesIO()
    with zipfile.ZipFile(ROOT / "templates" / f"{name}.docx") as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            text = old.read(entry).decode("utf-8")
            for before, after in changes if entry == part else ():
                assert before in text
                text = text.replace(before, after)
            new.writestr(entry, text)
    return out.getvalue()


def figure(kind: Kind, target: str | None, actual: str, unit: str = "", as_of: str = "") -> Figure:
    made = Indicator(
        id="A1-001#1", task="A1-001", name="农村公路", kind=kind, target=Decimal(target) if target else None, unit=unit
    )
    stands = standing(made, actual, day_of(as_of) if as_of else PERIOD.end, schema())
    return Figure(indicator=made, reporter="交通局", values={"actual": actual, "as_of": as_of}, standing=stands)


def road(light: str = "red", text: str = ROAD, **values: str) -> Line:
    """A task of three units."""
    made = line(1, text, reporter="交通局", printed={"leaders": "林  岚"}, **values)
    names = {"leaders": ("林岚",), "lead_units": ("交通局", "财政局"), "responsible_units": ("各乡镇（街道）",)}
    return made.model_copy(update={"light": light, "task": made.task.model_copy(update=names)})


def ledger(*lines: Line, figures: tuple[Figure, ...] = ()) -> Snapshot:
    return snapshot(*lines, period="2022-08").model_copy(update={"figures": figures})


def ordered(*figures: Figure, **values: str) -> Order:
    one = road(**values)
    return order(schema(), ledger(one, figures=figures), one, DAY)


def made(name: str, changed: bytes | None = None, text: str = ROAD) -> bytes:
    """One document of each kind, with ``text`` wherever people's words stand."""
    form = changed or template(name)
    if name == "order":
        one = ordered(figure("amount", "60", "30", "公里"), text=text, problems=text)
        return render_order(one, 3, schema(), form)
    if name == "reminder":
        owed = Owed("交通局", "returned", ("附件1：1",), faults=(text, "任务填报!H7（进展情况）没有填写；请填写。"))
        return render_reminder(owed, 2, PERIOD, DAY, schema(), form)
    if name == "scores":
        rows = [Scored(2, "教育局", 3, 88.0, 90.5, text), Scored(1, "交通局", 7, 100.0, 100.0, "100，无加减分")]
        return render_scores(rows, PERIOD, DAY, schema(), form)
    shown = ledger(road(problems=text))
    draft = content(schema(), shown)
    return render_consultation(extracts(draft, shown, Wording())[0], draft.title, DAY, schema(), form)


def test_they_wear_the_fonts_of_the_office() -> None:
    """What schema.yaml says of the bulletin's format holds for orders too."""
    own = schema().model_copy(update={"document": schema().document.model_copy(update={"format": OWN})})
    found = order(own, ledger(road()), road(), DAY)
    data = render_order(found, 3, own, (ROOT / "templates" / "order.docx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        written = parts.read("word/styles.xml").decode() + parts.read("word/document.xml").decode()
    assert "方正仿宋_GBK" in written
    assert "仿宋_GB2312" not in written


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (
            figure("amount", "60", "30", "公里"),
            "农村公路：截至2022年8月31日完成30公里，年度目标60公里，完成率50%，序时进度66.7%，落后16.7个百分点。",
        ),
        (
            figure("growth", "8.5", "8.1", "%", "2022-07-31"),
            "农村公路：截至2022年7月31日增长8.1%，年度目标增长8.5%，低0.4个百分点。",
        ),
        (
            figure("growth", "8.5", "-1.2", "%"),
            "农村公路：截至2022年8月31日下降1.2%，年度目标增长8.5%，低9.7个百分点。",
        ),
        (figure("share", "90", "90", "%"), "农村公路：截至2022年8月31日为90%，年度目标90%，持平。"),
        (
            figure("cap", "3.5", "3.75", "万吨"),
            "农村公路：截至2022年8月31日为3.75万吨，年度要求控制在3.5万吨以内，超出0.25万吨。",
        ),
        (
            figure("about", "100", "40", "家"),
            "农村公路：截至2022年8月31日完成40家，年度目标100家左右，完成率40%，序时进度66.7%，"
            "超出允许范围23.3个百分点（允许上下差5%）。",
        ),
        (
            figure("stage", None, "开工建设"),
            "农村公路：截至2022年8月31日形象进度为开工建设，年度任务是全部完成，完成率40%，序时进度66.7%，落后26.7个百分点。",
        ),
        (figure("amount", "60", "", "公里"), "农村公路：年度目标60公里，没有报送完成值。"),
    ],
)
def test_arithmetic_of_every_kind(one: Figure, sentence: str) -> None:
    """Actual, target, rate, scheduled progress and 百分点 follow from each other."""
    assert ordered(one).state == (sentence,)


def test_state_says_deadline_status_and_reason() -> None:
    one = road(status="进度滞后", problems="1.缺资金；\n2.征地慢", progress="正在施工。")
    task = one.task.model_copy(update={"printed": {"deadline": "2022-06-30"}})
    late = one.model_copy(update={"task": task})
    found = order(schema(), ledger(late), late, DAY)
    assert found.opening == "截至2022年8月31日，你们承担的下列工作超过办结时限没有办结。经研究，现予督办。"
    assert found.state == (
        "办结时限是2022年6月30日，到2022年8月31日还没有办结。",
        "落实情况报的是“进度滞后”。",
        "单位反映：缺资金；征地慢。",
    )


def test_a_chosen_task_is_not_called_behind_when_it_is_not() -> None:
    """On schedule, and not reported: nothing false is said."""
    fine = road("green", progress="完成45公里。")
    assert "滞后" not in order(schema(), ledger(fine), fine, DAY).opening
    assert state(schema(), ledger(fine), fine) == ("单位报送：完成45公里。",)
    silent = road("grey")
    assert "没有报送进展情况" in order(schema(), ledger(silent), silent, DAY).opening
    assert state(schema(), ledger(silent), silent) == ("2022年8月没有报送进展情况。",)


def test_every_red_task_once() -> None:
    """The same work in two annexes is one order; yellow ones wait until they are chosen."""
    red, yellow = road(), line(2).model_copy(update={"light": "yellow"})
    again = line(8, annex=2, project="道路").model_copy(update={"light": "red"})
    linked = again.model_copy(update={"task": again.task.model_copy(update={"linked": red.task.id})})
    assert to_order(ledger(red, yellow, linked)) == [red]


def test_order_page_by_page() -> None:
    """Letter and reply form, in the order of the page; the date is 7 days before the reply is due."""
    found = Document(made("order"))
    assert [text for text in found.paragraphs if text] == [
        "安督单〔2022〕3号",
        "督办单",
        "交通局、财政局：",
        "截至2022年8月31日，你们承担的下列工作进度滞后。经研究，现予督办。",
        "一、督办事项",
        "新建改建农村公路60公里（附件1：1）。",
        "牵头市领导：林岚。",
        "牵头单位：交通局、财政局。",
        "责任单位：各乡镇（街道）。",
        "二、工作进度",
        "农村公路：截至2022年8月31日完成30公里，年度目标60公里，完成率50%，序时进度66.7%，落后16.7个百分点。",
        "单位反映：新建改建农村公路60公里。",
        "三、办理要求",
        *schema().papers.demands,
        "请于2022年9月13日前填好《督办事项办理情况反馈表》，经主要负责人签字后报安平市人民政府办公室督查科"
        "（联系人：督查科 王宁 0700-1234567）。",
        "附件：督办事项办理情况反馈表",
        "安平市人民政府办公室",
        "2022年9月6日",
        "附件",
        "督办事项办理情况反馈表",
        "请于2022年9月13日前报安平市人民政府办公室督查科。办理情况写清截至时间、完成数和占全年任务的比例；没有办结的写明完成时限。",
    ]
    (form,) = found.tables
    labels = [cell.replace("\n", "") for row in form for cell in row.cells[::2]]
    for label in ("办理情况", "存在问题", "完成时限", "负责人签字", "联系电话"):
        assert label in labels


@pytest.mark.parametrize(
    ("owed", "told"),
    [
        (
            Owed("教育局", "silent", ("附件1：3", "附件1：5", "附件2：8.3"), 2),
            ["至今没有收到你单位的填报表", "还需报送任务3项，量化指标2项：附件1第3、5项，附件2第8.3项。"],
        ),
        (Owed("教育局", "partly", ("附件1：3",)), ["已经报来一部分", "还需报送任务1项：附件1第3项。"]),
        (
            Owed("教育局", "returned", ("附件1：3",), faults=tuple(f"第{n}处错" for n in range(1, 13))),
            ["已经退回修改", "需要改正的有12处：", "1.第1处错", "10.第10处错", "其余2处列在退回的文件里。"],
        ),
        (Owed("教育局", "refused", (), faults=("打不开。",)), ["不能采用", "1.打不开。"]),
        (Owed("教育局", "excluded", ("附件1：3",)), ["没有采用，需要重新报送", "还需报送任务1项"]),
    ],
)
def test_reminders_say_what_is_owed(owed: Owed, told: list[str]) -> None:
    text = Document(render_reminder(owed, 1, PERIOD, DAY, schema(), template("reminder"))).text
    assert "应于2022年9月5日前报送" in text
    assert "请于2022年9月8日前报" in text
    assert all(part in text for part in told)
    assert "11.第11处错" not in text


def test_scores_by_rank() -> None:
    (table,) = Document(made("scores")).tables
    assert table[0].header
    assert [row.cells for row in table[1:]] == [
        ("1", "交通局", "7", "100", "100", "100，无加减分。"),
        ("2", "教育局", "3", "88", "90.5", "新建改建农村公路60公里。"),
    ]


def test_nobody_to_score() -> None:
    with pytest.raises(BulletinError, match="没有可以评分的单位"):
        render_scores([], PERIOD, DAY, schema(), template("scores"))


def test_a_unit_gets_what_is_said_about_it() -> None:
    """The sentence that names it, the problems of its tasks as the bulletin prints them, nothing of others."""
    mine = line(1, "修路", problems="用地没有批", reporter="科技局")
    other = line(2, "修桥", problems="用地和资金都缺", reporter="国防科技局")
    shown = ledger(mine, other, line(3, "修渠", reporter="水利局")).model_copy(update={"missing": ("国防科技局",)})
    draft = content(schema(), shown)
    found = {one.unit: one.chapters for one in extracts(draft, shown, Wording())}
    assert set(found) == {"科技局", "国防科技局"}
    assert [*found["科技局"]] == ["存在的问题"]
    (told,) = found["科技局"]["存在的问题"]
    assert told == (
        "1.要素保障没到位。部分项目受用地、资金等要素制约，影响了建设进度。如：修路（附件1：1）用地没有批。"
    )
    assert all(said in "".join(draft.overview) for said in found["国防科技局"]["基本情况"])
    text = Document(
        render_consultation(extracts(draft, shown, Wording())[0], draft.title, DAY, schema(), template("consultation"))
    ).text
    assert told in text
    assert "《2022年8月安平市〈政府工作报告〉重点工作及民生实事进展情况通报》" in text
    assert "2022年9月9日前" in text
    assert "国防科技局" not in text


def test_a_unit_gets_the_words_of_the_office() -> None:
    """Whatever stands in the bulletin stands in the letter, also what was added; what was struck out does not."""
    lines = (
        line(1, "修路", problems="用地没有批。设计也没有批", reporter="交通局"),
        line(2, "修桥", problems="用地和资金都缺", reporter="水利局"),
        line(3, "修渠", problems="用地有争议", reporter="农业局"),
    )
    draft = content(schema(), ledger(*lines))
    first = next(text for text in sentences(draft.groups[0].lead + "如：") if text.startswith("如："))
    office = Wording(
        said={
            f"{first}修路（附件1：1）用地没有批。": "如：修路（附件1：1）用地长期没有批。",
            "修桥（附件1：2）用地和资金都缺。": "",
            "设计也没有批。": "设计要抓紧报批，交通局、水利局要配合。",
        },
        added={draft.groups[0].heading: ("水利局的修桥另行督办。",)},
    )
    plain = render(draft, template("bulletin"))
    told = {
        one.unit: "".join(one.chapters["存在的问题"])
        for one in extracts(draft, ledger(*lines), applicable(plain, office))
    }
    text = Document(reworded(plain, office)).text
    head = draft.groups[0].heading + draft.groups[0].lead
    assert told["交通局"] == f"{head}如：修路（附件1：1）用地长期没有批。设计要抓紧报批，交通局、水利局要配合。"
    assert told["水利局"] == "水利局的修桥另行督办。"
    assert told["农业局"] == f"{head}如：修渠（附件1：3）用地有争议。"
    assert told["交通局"] in text
    assert told["水利局"] in text


def test_a_publication_without_chapters_names_nobody() -> None:
    """The other shapes print what units report, and say nothing about them."""
    shown = ledger(line(1, "修路", problems="缺地"))
    draft = replace(content(schema(), shown), shape="tables")
    assert extracts(draft, shown, Wording()) == []


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_survives(name: str) -> None:
    """Neither markup, nor Jinja's braces, nor control characters harm what follows; emoji stay."""
    text = Document(made(name, text=NASTY)).text
    assert "A&B<规上>{{x}}{% if %}“引号”" in text
    assert "😀" in text
    assert "2022年9月6日" in text
    assert not re.search("_x000D_|\x07|None|\u2063", text)


@pytest.mark.parametrize("name", NAMES)
def test_very_long_text_is_printed_whole(name: str) -> None:
    text = "长" * 5000
    assert Document(made(name, text=text)).text.count("长") >= 5000


def test_a_unit_with_a_name_of_3000_characters() -> None:
    owed = Owed("局" * 3000, "silent", ())
    assert "局" * 3000 in Document(render_reminder(owed, 1, PERIOD, DAY, schema(), template("reminder"))).text


def test_characters_that_the_fonts_lack() -> None:
    """Names with 堃 and 镕, ㎡ and emoji; the punctuation, ①, □ and ℃ of GB2312 are no news."""
    text = "堃和镕：“50㎡”——①……·□℃😀堃"
    assert uncommon_characters(made("reminder", text=text)) == ["堃", "镕", "㎡", "😀"]


@pytest.mark.parametrize("name", NAMES)
def test_same_values_same_bytes(name: str) -> None:
    data = made(name)
    assert made(name) == data
    assert {item.date_time for item in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("name", "part", "before", "after", "sentence"),
    [
        (
            "order",
            "document",
            "{{ 引言 }}",
            "{{ 引语 }}",
            "模板order.docx第5段“{{ 引语 }}”里的变量“引语”不认识，是不是要写“引言”？",
        ),
        (
            "order",
            "header1",
            "{{ 发文机关标志 }}",
            "{{ 机关 }}",
            "模板order.docx页眉第1段“{{ 机关 }}”里的变量“机关”不认识，是不是要写“发文机关标志”？",
        ),
        (
            "reminder",
            "document",
            "{{ 报送情况 }}",
            "",
            "模板reminder.docx里缺少变量“报送情况”，请在Word里按原模板补上。",
        ),
        (
            "scores",
            "document",
            "{{ 单位.总分 }}",
            "{{ 单位.分 }}",
            "模板scores.docx第14段“{{ 单位.分 }}”里的变量“分”不认识，请在Word里按原模板改正。",
        ),
        (
            "consultation",
            "document",
            "{{ 段落 }}",
            "{{ 段落 }",
            "模板consultation.docx第8段“{{ 段落 }”里有写得不完整的花括号标记，请在Word里与原模板核对。",
        ),
    ],
)
def test_spoilt_template_is_named_with_its_place(name: str, part: str, before: str, after: str, sentence: str) -> None:
    with pytest.raises(BulletinError) as error:
        made(name, template(name, (before, after), part=f"word/{part}.xml"))
    assert str(error.value) == sentence


@pytest.mark.parametrize("name", NAMES)
def test_something_else_than_a_template(name: str) -> None:
    with pytest.raises(BulletinError, match=rf"模板{name}\.docx打不开"):
        made(name, b"PK")


def fonts(data: bytes) -> list[tuple[str, str, str, str]]:
    """Text, Chinese font, size in half points and bold of every run, by its own properties or its style's."""
    package = zipfile.ZipFile(io.BytesIO(data))
    styles = {
        one.get(f"{W}styleId"): one.find(f"{W}rPr")
        for one in etree.fromstring(package.read("word/styles.xml")).iter(f"{W}style")
    }
    found = []
    for name in package.namelist():
        if not re.fullmatch(r"word/(document|header\d|footer\d)\.xml", name):
            continue
        for paragraph in etree.fromstring(package.read(name)).iter(f"{W}p"):
            style = styles[paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")]
            for run in paragraph.iter(f"{W}r"):
                own = run.find(f"{W}rPr")
                assert own.find(f"{W}rFonts").get(f"{W}hint") == "eastAsia"
                look = own if own.find(f"{W}sz") is not None else style
                bold = "bold" if look.find(f"{W}b") is not None else ""
                font = look.find(f"{W}rFonts").get(f"{W}eastAsia")
                found.append((said(run), font, look.find(f"{W}sz").get(f"{W}val"), bold))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_fonts_and_sizes_of_every_run(name: str) -> None:
    """Title 2号 小标宋 and not bold, body 3号 仿宋, first level 黑体, page numbers 4号 宋体."""
    found = {text: look for text, *look in fonts(made(name)) if text}
    titles = {"督办单", "关于催报2022年8月", "2022年8月重点工作", "关于征求通报意见的函"}
    (title,) = titles & set(found)
    assert found[title] == ["方正小标宋简体", "44", ""]
    assert found["2022年9月6日"] == ["仿宋_GB2312", "32", ""]
    assert found["— "] == ["宋体", "28", ""]
    assert {"bold"} & {look[2] for look in found.values()} == set()
    if name != "scores":
        assert found["安平市人民政府办公室"][0] in ("方正小标宋简体", "仿宋_GB2312")
        assert ["方正小标宋简体", "64", ""] in [look for text, *look in fonts(made(name))]
    if name == "order":
        assert {found[text][0] for text in ("一、督办事项", "二、工作进度", "三、办理要求")} == {"黑体"}
        assert found["附件"] == ["黑体", "32", ""]


@pytest.mark.parametrize("name", NAMES)
def test_properties_stand_in_the_order_of_the_format(name: str) -> None:
    """Word calls a file damaged in which they do not."""
    package = zipfile.ZipFile(io.BytesIO(made(name)))
    for part in (entry for entry in package.namelist() if entry.startswith("word/") and entry.endswith(".xml")):
        root = etree.fromstring(package.read(part))
        for kind, order_ in PROPERTIES.items():
            for properties in root.iter(f"{W}{kind}"):
                names = [re.sub("^(header|footer)R", "headerR", etree.QName(one).localname) for one in properties]
                places = [order_.index(one) for one in names if one in order_]
                assert places == sorted(places), (part, names)


@pytest.mark.parametrize("name", ["order", "reminder", "consultation"])
def test_letter_form(name: str) -> None:
    """GB/T 9704-2012, 10.1: red double lines of 170 mm whatever the margins are, no number on page 1."""
    package = zipfile.ZipFile(io.BytesIO(made(name)))
    styles = etree.fromstring(package.read("word/styles.xml"))
    lines = {one.get(f"{W}styleId"): one.find(f"{W}pPr") for one in styles.iter(f"{W}style")}
    for style, border in (("DuchaMasthead", "thickThinSmallGap"), ("DuchaSecondLine", "thinThickSmallGap")):
        edge = lines[style].find(f"{W}pBdr/{W}bottom")
        assert (edge.get(f"{W}val"), edge.get(f"{W}color")) == (border, "FF0000")
    for margins in ((1587, 1474), (1400, 1700)):
        changed = ('w:right="1474"', f'w:right="{margins[1]}"'), ('w:left="1587"', f'w:left="{margins[0]}"')
        other = zipfile.ZipFile(io.BytesIO(made(name, template(name, *changed))))
        for part in ("header1", "footer3"):
            (indent,) = etree.fromstring(other.read(f"word/{part}.xml")).iter(f"{W}ind")
            edges = [
                int(indent.get(f"{W}{side}")) + margin for side, margin in zip(("left", "right"), margins, strict=True)
            ]
            assert [round(edge / 1440 * 25.4, 1) for edge in edges] == [20, 20]
    (section,) = Document(made(name)).body.iter(f"{W}sectPr")
    assert section.find(f"{W}titlePg") is not None
    margins = {key: section.find(f"{W}pgMar").get(f"{W}{key}") for key in ("top", "right", "bottom", "left")}
    assert margins == {"top": "2098", "right": "1474", "bottom": "1984", "left": "1587"}
    first = next(one for one in section.iter(f"{W}footerReference") if one.get(f"{W}type") == "first")
    relation = first.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
    relations = etree.fromstring(package.read("word/_rels/document.xml.rels"))
    target = next(one.get("Target") for one in relations if one.get("Id") == relation)
    assert b"PAGE" not in package.read(f"word/{target}")


def test_signature_by_the_length_of_the_name() -> None:
    """The date starts two characters after the name; where it ends further right, it ends two from the edge."""

    def indents(issuer: str) -> list[str]:
        document = schema().document.model_copy(update={"issuer": issuer})
        papers = schema().model_copy(update={"document": document})
        found = Document(render_reminder(Owed("局", "silent", ()), 1, PERIOD, DAY, papers, template("reminder")))
        return [one.find(f"{W}pPr/{W}ind").get(f"{W}rightChars") for one in found.body.findall(f"{W}p")[-2:]]

    # the date is 12 halves of a character, the first name 20: the name ends two characters from the edge, it four
    assert indents("安平市人民政府办公室") == ["200", "400"]
    assert indents("督查室") == ["700", "200"]


def test_signature_keeps_the_last_lines_of_text() -> None:
    for name in ("order", "reminder", "consultation"):
        paragraphs = Document(made(name)).body.findall(f"{W}p")
        date_ = next(place for place, one in enumerate(paragraphs) if said(one) == "2022年9月6日")
        kept = [one.find(f"{W}pPr/{W}keepNext") is not None for one in paragraphs[:date_]]
        held = next(place for place in range(date_, 0, -1) if not kept[place - 1])
        assert said(paragraphs[held]).endswith("。")


@pytest.mark.parametrize("name", NAMES)
def test_templates_are_clean(name: str) -> None:
    """Every style is used and has a Chinese name, no font comes from a theme, nothing of python-docx's own template."""
    package = zipfile.ZipFile(ROOT / "templates" / f"{name}.docx")
    text = "".join(package.read(entry).decode() for entry in package.namelist() if entry.endswith(".xml"))
    styles = package.read("word/styles.xml").decode()
    used = set(re.findall(r'pStyle w:val="(\w+)"', text))
    assert set(re.findall(r'w:styleId="(Ducha\w+)"', styles)) == used
    assert not re.search("heme=|asciiTheme|python-docx|Cambria|Calibri", text)
    assert not [entry for entry in package.namelist() if "theme" in entry or "thumbnail" in entry]


@pytest.mark.office
def test_no_character_is_lost_on_the_page(office: Office, tmp_path: Path) -> None:
    """Han characters of the order in the PDF are those of the document, the letterhead once."""
    path = tmp_path / "督办单.docx"
    path.write_bytes(made("order", text=f"{ROAD}需要“协调”——解决……"))
    pages = pdf_text(office.pdf(path, tmp_path)).split("\f")[:-1]
    printed = sorted(re.findall("[\u4e00-\u9fff。，、；：（）“”《》〔〕]", "".join(pages)))
    written = Document(path.read_bytes()).text + "安平市人民政府办公室"
    assert printed == sorted(re.findall("[\u4e00-\u9fff。，、；：（）“”《》〔〕]", written))
    assert "—1—" not in re.sub(r"\s", "", pages[0])
    assert "—2—" in re.sub(r"\s", "", pages[1])

"""Two versions of a document: what changed, the office's wording kept, the final wording placed in the ledger."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from bulletin_samples import line, schema, snapshot, template
from docx import Document
from lxml import etree
from office import Office

from bulletin import BulletinError, content, render
from bulletin.adoption import Adoption, adoption
from bulletin.differences import Difference, differences, with_edits
from bulletin.listing import listed
from bulletin.printed import Printed, printed
from bulletin.rewording import followed, reworded
from bulletin.runs import tag
from ledger.schema import Format
from ledger.schema.model import AnnexColumn
from ledger.snapshot import Line
from ledger.wording import Wording, sentences


def growth(progress: str) -> Line:
    return line(1, "全市增长8%以上。", printed={"leaders": "聂  勉"}, progress=progress, status="正常推进")


def road(problems: str) -> Line:
    return line(2, "修路，通车。", section="一、工业", subsection="（一）园区", problems=problems)


LINES = (
    growth("一季度5%。\n二季度6%。"),
    road("缺地。"),
    line(4, "修桥", 2, project="道路工程", sub=1, problems="1.资金不足；\n2.未征收"),
    line(4, "修渠", 2, project="道路工程", sub=2, problems="缺人。"),
)
BRIDGE = "如：道路工程（附件2：4）资金不足；未征收。"


def made(*lines: Line, period: str = "2022Q3") -> bytes:
    return render(content(schema(), snapshot(*(lines or LINES), period=period)), template())


def read(*lines: Line) -> Printed:
    return printed(made(*lines))


def edited(data: bytes, *changes: tuple[str, str]) -> bytes:
    """The document as if somebody had edited the XML of its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                text = part.decode()
                for before, after in changes:
                    assert before in text, before
                    text = text.replace(before, after)
                part = text.encode()
            new.writestr(name, part)
    return out.getvalue()


def adopted(final: bytes, now: bytes | None = None, lines: tuple[Line, ...] = LINES) -> Adoption:
    """What `adoption` makes of an edited version of the first draft."""
    base = printed(made())
    today = printed(now or made(*lines))
    return adoption(schema(), snapshot(*lines), base, printed(final, base), today, Wording())


def test_what_changed_between_two_drafts() -> None:
    """Sentences with their heading, figures apart, cells with their number and column, rows that came or went."""
    changed = (
        growth("一季度5%。\n三季度7%。"),
        LINES[1],
        LINES[2],
        line(4, "修渠", 2, project="道路工程", sub=2, problems="缺人手。"),
        line(5, "修塔", 2, project="灯塔"),
    )
    found = differences(read(), read(*changed))
    assert Difference("cell", "附件1：1 进展情况", "一季度5%。\n二季度6%。", "一季度5%。\n三季度7%。") in found
    assert Difference("cell", "附件2：4 存在问题", "缺人。", "缺人手。") in found
    assert Difference("row", "附件2：5", "", "5｜灯塔｜修塔") in found
    assert Difference("figure", "一、基本情况", "列入督查台账的任务共4项。", "列入督查台账的任务共5项。") in found
    assert [one.new for one in found if one.place == "二、存在的问题"] == ["道路工程（附件2：4）缺人手。"]


def test_a_row_that_is_gone_is_known_by_its_own_project() -> None:
    """Its number stands at the project's first row, wherever the new version ends."""
    tower = line(5, "修塔", 2, project="灯塔")
    found = differences(read(*LINES, tower), read(*LINES[:3], tower))
    assert Difference("row", "附件2：4", "修渠｜缺人。", "") in found


def test_nothing_changed() -> None:
    assert differences(read(), read()) == ()


def test_rows_are_known_wherever_they_are_moved() -> None:
    """By the bookmark of their number, and a project's others with it."""
    moved = read(LINES[3], LINES[2], LINES[1], LINES[0])
    assert not [one for one in differences(read(), moved) if one.kind == "row"]
    assert [one.new for one in differences(read(), moved) if one.place.endswith("进展情况")] == []


def test_what_somebody_had_edited_is_said_beside() -> None:
    """Of a sentence that the ledger and a person both changed one sees all three."""
    old = read()
    by_hand = printed(edited(made(), ("修路", "改建道路"), ("缺地。", "尚缺用地。")))
    new = read(LINES[0], road("缺水。"), *LINES[2:])
    found = {one.place: one for one in with_edits(differences(old, new), differences(old, by_hand))}
    assert found["附件1：2 存在问题"] == Difference("cell", "附件1：2 存在问题", "缺地。", "缺水。", "尚缺用地。")


def test_the_list_is_a_document_to_print() -> None:
    """The same bytes every time, and no formula or brace comes alive."""
    found = (
        Difference("cell", "附件1：1 进展情况", "", "{{ 坏 }}=1+1\n第二行", "改过"),
        Difference("row", "附件2", "旧", ""),
    )
    data = listed("两稿的差别", ["有2处。"], found, ("上一稿", "新稿"), Format())
    assert data == listed("两稿的差别", ["有2处。"], found, ("上一稿", "新稿"), Format())
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(data)).tables[0].rows]
    assert rows == [
        ["序号", "类别", "位置", "上一稿", "新稿", "您改成的"],
        ["1", "附件格", "附件1：1 进展情况", "（没有）", "{{ 坏 }}=1+1\n第二行", "改过"],
        ["2", "附件行", "附件2", "旧", "（删去）", ""],
    ]


# what Word and WPS do to a file


def test_tracked_edits_count_as_accepted() -> None:
    """Insertions stand, deletions are gone, a struck paragraph mark joins, and it is told how many there were."""
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    insertion = f'<w:ins w:id="1" w:author="林岚">{run.format("目前")}</w:ins>'
    deletion = '<w:del w:id="2" w:author="林岚"><w:r><w:delText>原话</w:delText></w:r></w:del>'
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(made())).read("word/document.xml"))
    paragraph = next(one for one in root.iter(tag("p")) if "".join(one.itertext()).startswith("一、基本情况"))
    text = etree.tostring(paragraph).decode()
    close = text.rindex("</w:p>")
    final = printed(_with_paragraph(text, text[:close] + insertion + deletion + "</w:p>"))
    assert "一、基本情况目前" in final.paragraphs
    assert final.tracked == 2
    joined = text.replace("<w:pPr>", "<w:pPr>", 1).replace("</w:pPr>", '<w:rPr><w:del w:id="3"/></w:rPr></w:pPr>', 1)
    assert printed(_with_paragraph(text, joined)).paragraphs[3].startswith("一、基本情况列入督查台账的任务共4项")


def _with_paragraph(old: str, new: str) -> bytes:
    """The draft with one paragraph in another form; both are written with the namespaces that lxml adds."""
    data, out = made(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as made_new:
        for name in package.namelist():
            part = package.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(part)
                place = next(one for one in root.iter(tag("p")) if etree.tostring(one).decode() == old)
                other = etree.fromstring(new)
                other.tail = place.tail
                parent = place.getparent()
                assert parent is not None
                parent.replace(place, other)
                part = etree.tostring(root)
            made_new.writestr(name, part)
    return out.getvalue()


def test_a_file_without_bookmarks_is_read_like_its_draft() -> None:
    """Another program dropped them: header and printed numbers say the same."""
    base = printed(made())
    bare = edited(made(), ('w:name="A', 'w:name="无'))
    assert printed(bare).annexes == {}
    assert printed(bare, base) == base


@pytest.mark.office
def test_saving_in_another_program_changes_nothing(office: Office, tmp_path: Path) -> None:
    """It cuts runs in pieces and writes everything its own way; what the document says is the same."""
    path = tmp_path / "通报.docx"
    path.write_bytes(made())
    saved = office.resave(path, tmp_path / "另存.docx", "docx").read_bytes()
    assert saved != made()
    assert printed(saved) == printed(made())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "不是完好的.docx"),
        (b"\xd0\xcf\x11\xe0 old", "旧的.doc"),
        (b"PK\x03\x04 broken", "不是完好的.docx"),
        (b"%PDF-1.7 ...", "这份文件是PDF"),
        (edited(made(), ("<w:body>", "<w:bod>")), "不是完好的.docx"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, told: str) -> None:
    with pytest.raises(BulletinError, match=told):
        printed(data)


# the office's wording


def test_wording_replaces_sentences_and_adds_paragraphs() -> None:
    """References stay fields, fonts stay, and what is left out goes."""
    wording = Wording(
        said={BRIDGE: BRIDGE.replace("资金不足", "资金缺口大"), "本期各单位没有反映需要通报的问题。": "没有这一句"},
        added={"一、基本情况": ("今年任务重。",)},
    )
    data = reworded(made(), wording)
    said = printed(data).paragraphs
    assert said[3:5] == ("一、基本情况", "今年任务重。")
    assert differences(read(), printed(data)) == (
        Difference("sentence", "一、基本情况", "", "今年任务重。"),
        Difference("sentence", "二、存在的问题", BRIDGE, BRIDGE.replace("资金不足", "资金缺口大")),
    )
    fields = [text.text for text in Document(io.BytesIO(data)).element.body.iter(tag("instrText"))]
    assert fields == [text.text for text in Document(io.BytesIO(made())).element.body.iter(tag("instrText"))]
    assert data == reworded(made(), wording)
    gone = printed(reworded(made(), Wording(said=dict.fromkeys(sentences(said[5]), ""))))
    assert differences(read(), gone)[0].new == ""
    assert len(gone.paragraphs) == len(read().paragraphs) - 1


def test_a_typed_over_reference_is_text() -> None:
    """Else the field would show the old number again when it is updated."""
    wording = Wording(said={BRIDGE: BRIDGE.replace("附件2：4", "附件2：40")})
    data = reworded(made(), wording)
    assert any("（附件2：40）" in text for text in printed(data).paragraphs)
    fields = [text.text for text in Document(io.BytesIO(data)).element.body.iter(tag("instrText"))]
    assert len(fields) == len(list(Document(io.BytesIO(made())).element.body.iter(tag("instrText")))) - 1


def test_a_sentence_whose_figures_changed_is_drafted_anew() -> None:
    """A wrong figure does more harm than a plain word."""
    wording = Wording(said={"列入督查台账的任务共4项。": "今年督查4项任务。"})
    assert "今年督查4项任务。" in printed(reworded(made(), wording)).paragraphs[4]
    more = printed(reworded(made(*LINES, line(9, "新增。")), wording))
    assert more.paragraphs[4].startswith("列入督查台账的任务共5项。")


def test_wording_follows_words_but_no_figures() -> None:
    """When the cell that a sentence quotes is reworded too."""
    quoted, counted = "如：修路（附件1：2）缺地。", "列入督查台账的任务共4项。"
    before, wording = read(), Wording(said={quoted: "修路还缺地。", counted: "督查4项。"})
    assert any(quoted in text for text in before.paragraphs)
    after = read(LINES[0], road("很缺地。"), *LINES[2:])
    assert followed(wording, before, after).said == {
        "如：修路（附件1：2）很缺地。": "修路还缺地。",
        counted: "督查4项。",
    }
    fewer = read(*LINES[1:])
    assert followed(wording, before, fewer).said[counted] == "督查4项。"


def test_wording_is_reworded() -> None:
    """The second edit of a sentence replaces the first, also inside what was added."""
    once = Wording().saying("甲。", "乙。丙。").adding("甲。", "新段。")
    assert once.saying("丙。", "丁。") == Wording(said={"甲。": "乙。丁。"}, added={"甲。": ("新段。",)})
    assert once.saying("新段。", "") == Wording(said={"甲。": "乙。丙。"}, added={"甲。": ()})
    assert once.adding("新段。", "又一段。").added == {"甲。": ("新段。", "又一段。")}
    assert once.adding("乙。", "另段。").added == {"甲。": ("新段。", "另段。")}


# the final wording


def test_every_change_has_its_place() -> None:
    """Opening and requirements are settings with the period's name again; sentences, cells."""
    found = adopted(
        edited(
            made(),
            ("现将有关情况通报如下", "现将2022年三季度情况通报如下"),
            ("压实责任", "压紧责任"),
            ("资金不足；未征收", "资金缺口大；未征收"),
            ("二季度6%。", "二季度6.1%。"),
        )
    )
    assert found.settings["document.opening"].endswith("{period}的工作进展进行了调度督查。现将{period}情况通报如下。")
    assert found.settings["document.requirements.0"].startswith("压紧责任。各牵头单位")
    assert len(found.settings) == 2
    assert found.said == [(BRIDGE, BRIDGE.replace("资金不足", "资金缺口大"))]
    (cell,) = found.cells
    assert (cell.task, cell.key, cell.place) == ("A1-001", "progress", "附件1：1 进展情况")
    assert (cell.drafted, cell.new) == ("一季度5%。\n二季度6%。", "一季度5%。\n二季度6.1%。")
    assert found.untaken == []


def test_a_requirement_is_struck_out_and_one_added() -> None:
    """The list is the setting, whatever the numbers in front."""
    document = Document(io.BytesIO(made()))
    wanted = [one for one in document.paragraphs if one.text.startswith(("1.压实", "2.攻坚"))]
    wanted[0]._p.getparent().remove(wanted[0]._p)
    last = next(one for one in document.paragraphs if one.text.startswith("3.按期"))
    added = last.insert_paragraph_before("4.严格考核。", last.style)
    last._p.addnext(added._p)
    out = io.BytesIO()
    document.save(out)
    given: Mapping[str, str] = adopted(out.getvalue()).settings
    assert [text[:4] for text in given.values()] == ["攻坚克难", "按期报送", "严格考核"]
    assert list(given) == [f"document.requirements.{place}" for place in range(3)]


def test_what_cannot_be_placed_is_told_and_not_taken() -> None:
    """Task-owned cells, braces, sentences that the ledger has overtaken."""
    found = adopted(edited(made(), ("修路，通车。", "修路，二期通车。"), ("现将有关情况", "现将{坏}情况")))
    assert (found.settings, found.cells) == ({}, [])
    assert found.untaken[0].startswith("“为推动{year}年")
    assert "会被当作变量" in found.untaken[0]
    assert found.untaken[1].startswith("附件1：2 具体工作任务和要求改成“2.修路，二期通车。”没有采用：")
    later = adopted(edited(made(), ("任务共4项", "任务共有4项")), lines=(*LINES, line(9, "新增。", progress="开工。")))
    assert later.said == []
    (told,) = later.untaken
    assert told.endswith("没有采用：台账在成稿之后已有变化，请重新生成后再改。")


def test_a_cell_with_a_list_takes_what_the_list_has() -> None:
    """What is none of it is told with the list; a day is taken however it is written."""
    shown = schema().annexes[1]
    more = shown.model_copy(update={"columns": (*shown.columns, AnnexColumn(key="status"), AnnexColumn(key="due"))})
    wanted = schema(annexes=[one.model_dump(by_alias=True) for one in (schema().annexes[0], more)])
    facts = snapshot(line(1, "修塔", 2, project="灯塔", status="正常推进", due="2022-12-31"))
    data = render(content(wanted, facts), template())
    base = printed(data)

    def taken(*changes: tuple[str, str]) -> Adoption:
        return adoption(wanted, facts, base, printed(edited(data, *changes), base), base, Wording())

    refused = taken((">正常推进<", ">快了<"), (">2022-12-31<", ">年底<"))
    assert refused.cells == []
    assert refused.untaken == [
        "附件2：1 落实情况改成“快了”没有采用：请从列表里选（未启动、进度滞后、正常推进、已完成）。",
        "附件2：1 预计完成时间改成“年底”没有采用：请写成2022-12-31这样的日期。",
    ]
    found = taken((">正常推进<", ">已完成<"), (">2022-12-31<", ">2022年11月5日<"))
    assert [(one.key, one.new) for one in found.cells] == [("status", "已完成"), ("due", "2022-11-05")]
    assert taken((">2022-12-31<", ">2022年12月31日<")).is_empty


def test_rows_and_tables_that_are_gone_are_told() -> None:
    """Tasks come and go in the master only."""
    document = Document(io.BytesIO(made()))
    table = document.tables[1]._tbl
    table.remove(table.tr_lst[2])
    first = document.tables[0]._tbl
    first.getparent().remove(first)
    out = io.BytesIO()
    document.save(out)
    found = adopted(out.getvalue())
    assert found.is_empty
    assert found.untaken == [
        "附件1的表在这份文件里找不到，表里的内容没有采用。",
        "附件2：4删掉了一行“修渠｜缺人。”，没有采用：任务的增减请在总表里办。",
    ]


def test_the_units_newer_text_is_seen() -> None:
    """The cell is taken as the office's; what stands today goes along, for 冲突."""
    newer = (
        growth("三季度9%。"),
        *LINES[1:],
    )
    (cell,) = adopted(edited(made(), ("二季度6%。", "二季度6.1%。")), lines=newer).cells
    assert (cell.stands, cell.new) == ("三季度9%。", "一季度5%。\n二季度6.1%。")

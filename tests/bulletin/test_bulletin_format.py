"""The format of official documents: what schema.yaml sets, laid over the template as the office has it."""

import io
import re
import zipfile

import pytest
from bulletin_samples import ROOT, Document, W, line, schema, snapshot, template
from lxml import etree

from bulletin import content, render
from bulletin.lines import broken, length
from ledger.errors import SchemaError
from ledger.schema import Format, load_schema

LINES = (line(1, "修路。", progress="推进", problems="缺地"), line(4, "修桥", 2, project="道路工程", sub=1))
FULL = Format(
    masthead="{region}人民政府办公室文件",
    number="安府办字〔{year}〕　号",
    copies="市委办公室，市人大常委会办公室。",
    printer="安平市人民政府办公室",
    printed="2022年9月5日",
)


def made(wanted: Format = FULL, data: bytes | None = None, **document: object) -> Document:
    changed = schema().document.model_copy(update={"format": wanted, **document})
    return Document(render(content(schema(document=changed.model_dump()), snapshot(*LINES)), data or template()))


def part(found: Document, name: str) -> etree._Element:
    return etree.fromstring(found.archive.read(f"word/{name}.xml"))


def values(root: etree._Element, name: str, attribute: str) -> set[str]:
    return {found.get(f"{W}{attribute}", "") for found in root.iter(f"{W}{name}")}


def styles(found: Document) -> dict[str, etree._Element]:
    return {style[0].get(f"{W}val", ""): style for style in part(found, "styles").iter(f"{W}style")}


def test_masthead_number_and_imprint_stand_in_their_places() -> None:
    """Red above everything, number and line below it; 版记 behind the annexes, on a page of its own."""
    found = made()
    said = [text for text in found.paragraphs if text]
    assert said[:2] == ["安平市人民政府办公室文件", "安府办字〔2022〕　号"]
    assert said[-2:] == ["抄送：市委办公室，市人大常委会办公室。", "安平市人民政府办公室2022年9月5日印发"]
    assert found.sections == ["portrait", "landscape", "landscape", "portrait"]
    assert styles(found)["公文标志"].find(f".//{W}color").get(f"{W}val") == "FF0000"
    assert styles(found)["公文字号"].find(f".//{W}bottom").get(f"{W}color") == "FF0000"


def test_without_them_nothing_is_left_of_them() -> None:
    found = made(Format())
    assert found.paragraphs[0].startswith("2022年三季度安平市")
    assert found.sections == ["portrait", "landscape", "landscape"]
    assert "印发" not in "".join(found.paragraphs)


@pytest.mark.parametrize(("name", "points"), [("安平办", 60), ("安平市人民政府办公室文件", 36.5)])
def test_the_masthead_is_as_large_as_fits(name: str, points: float) -> None:
    """On one line of 156 mm, never beyond 60 points."""
    found = made(Format(masthead=name))
    (size,) = values(found.body[0], "sz", "val")
    assert int(size) / 2 == pytest.approx(points, abs=0.5)
    assert int(size) / 2 * len(name) <= 156 / 25.4 * 72


def test_fonts_sizes_and_spacing_are_the_settings() -> None:
    """In every part and style; nothing of the standard's own is left where another is wanted."""
    wanted = Format.model_validate(
        {"fonts": {"body": "仿宋", "title": "小标宋体", "page": "新宋体"}, "line": 28, "title": 18, "table": 9}
    )
    found = made(wanted)
    for name in ("styles", "document", "footer1", "footer3"):
        assert not values(part(found, name), "rFonts", "eastAsia") & {"仿宋_GB2312", "方正小标宋简体", "宋体"}
    sheet = styles(found)
    for style, size, line_height in (("公文标题", "36", "573"), ("附表文字", "18", "257"), ("公文正文", "32", "560")):
        assert values(sheet[style], "sz", "val") == {size}
        assert values(sheet[style], "spacing", "line") - {""} == {line_height}
    assert values(found.body, "docGrid", "linePitch") == {"560"}


def test_margins_turn_with_the_page() -> None:
    """What is bound on a portrait page is the top of a landscape one."""
    found = made(Format.model_validate({"margins": {"top": 40, "left": 30, "bottom": 30, "right": 20}}))
    sides = ("top", "left", "bottom", "right")
    edges = [[section.get(f"{W}{side}") for side in sides] for section in found.body.iter(f"{W}pgMar")]
    assert edges == [["2268", "1701", "1701", "1134"], *[["1701", "1984", "1134", "1984"]] * 2]


def test_what_the_office_made_otherwise_in_word_stays() -> None:
    """Its own font, size and margin are not the standard's, so no setting changes them."""
    own = template(('w:top="2098"', 'w:top="1900"'))
    found = made(Format.model_validate({"margins": {"top": 40}}), own)
    assert next(found.body.iter(f"{W}pgMar")).get(f"{W}top") == "1900"


@pytest.mark.parametrize(
    ("issuer", "name", "date"),
    [("安平市人民政府办公室", "200", "350"), ("安平市委", "650", "200"), ("安平市政府办", "450", "200")],
)
def test_the_date_starts_two_characters_right_of_the_name(issuer: str, name: str, date: str) -> None:
    """Both at least two characters off the edge; the date of 三季度 is six and a half characters wide."""
    body = made(Format(), issuer=issuer).body
    indents = {
        style: next(p for p in body if p.find(f"{W}pPr/{W}pStyle[@{W}val='{style}']") is not None).find(
            f"{W}pPr/{W}ind"
        )
        for style in ("DuchaIssuer", "DuchaDate")
    }
    assert [indent.get(f"{W}rightChars") for indent in indents.values()] == [name, date]
    assert length("2022年9月30日") == 6.5


def test_page_numbers_of_landscape_pages_stand_where_portrait_pages_have_them() -> None:
    """In the margin at the page's left, turned, low on odd and high on even pages; numbering never restarts."""
    found = made()
    assert not list(found.body.iter(f"{W}pgNumType"))
    tops = []
    for name in ("footer3", "footer4"):
        place = part(found, name).find(f".//{W}tblpPr")
        assert (place.get(f"{W}horzAnchor"), place.get(f"{W}vertAnchor")) == ("page", "page")
        assert int(place.get(f"{W}tblpX")) < 2041
        assert values(part(found, name), "textDirection", "val") == {"tbRl"}
        assert " PAGE " in {code.text for code in part(found, name).iter(f"{W}instrText")}
        tops.append(int(place.get(f"{W}tblpY")))
    assert tops[0] > 11906 / 2 > tops[1]
    references = [
        sorted(reference.get(f"{W}type") for reference in section.iter(f"{W}footerReference"))
        for section in found.body.iter(f"{W}sectPr")
    ]
    assert references == [["default", "even"]] * 4


@pytest.mark.parametrize(
    "title",
    [
        "2022年8月安平市《政府工作报告》|重点工作及民生实事进展情况通报",
        "关于2022年前三季度全市|重点项目建设推进情况的通报",
        "短标题",
    ],
)
def test_titles_break_between_words(title: str) -> None:
    assert broken(title.replace("|", ""), 20) == title.replace("|", "\n")


def test_breaks_of_the_office_stay() -> None:
    assert broken("自己分\n两行", 20) == "自己分\n两行"


def test_a_title_breaks_in_the_document_but_not_where_it_is_cited() -> None:
    """附件说明 and the annex's own title are the same words."""
    title = "2022年安平市" + "《政府工作报告》确定的" * 3 + "重点工作责任分工表"
    annexes = [{**annex.model_dump(), "title": title} for annex in schema().annexes[:1]]
    found = Document(render(content(schema(annexes=annexes), snapshot(LINES[0])), template()))
    assert f"附件：1.{title}" in found.paragraphs
    heading = next(p for p in found.body if p.find(f"{W}pPr/{W}pStyle[@{W}val='DuchaAnnexTitle']") is not None)
    assert "".join(text.text for text in heading.iter(f"{W}t")) == title
    assert len(list(heading.iter(f"{W}br"))) == 1


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('masthead: 文件, number: "安府办字[2022]5号"', "六角括号"),
        ('masthead: 文件, number: "安府办字（{year}）5号"', "六角括号"),
        ('masthead: 文件, number: "安府办字〔2022〕012号"', "不补零"),
        ('number: "安府办字〔2022〕5号"', "masthead"),
        ("copies: 市委办公室", "printer"),
        ("printer: 办公室, printed: 2022年09月05日", "不补零"),
        ("margins: {top: 5}", "不能小于10"),
    ],
)
def test_what_is_rejected_at_first_sight_is_refused(setting: str, sentence: str) -> None:
    """Half-width or round brackets, padded numbers and dates: before any document is made."""
    text = (ROOT / "schema.yaml").read_text(encoding="utf-8").rstrip() + f"\n  format: {{{setting}}}\n"
    with pytest.raises(SchemaError, match=sentence):
        load_schema(text)


def test_a_template_that_wps_has_saved_is_still_known() -> None:
    """WPS gives the styles other ids; their names stay."""
    data = template()
    found = Document(data)
    ids = re.findall(r'w:styleId="(Ducha\w+)"', found.archive.read("word/styles.xml").decode())
    renamed = {name: str(place) for place, name in enumerate(ids, 20)}
    other = made(FULL, renumbered(data, renamed))
    assert [text for text in other.paragraphs if text] == [text for text in made().paragraphs if text]
    sizes = values(other.body[0], "sz", "val")
    assert sizes == values(made().body[0], "sz", "val") != set()


def renumbered(data: bytes, ids: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            new.writestr(name, re.sub(r'"(Ducha\w+)"', lambda found: f'"{ids[found[1]]}"', text))
    return out.getvalue()

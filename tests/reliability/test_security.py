"""What units send is data: in no answer of ours is any of it alive, and none of it says where we write."""

import html
import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from places import HOUSES, INVESTMENT, ROAD, SCHOOL, changed, issued, made, typed

from bulletin.text import cleaned
from ducha.bulletins import write_bulletin
from ducha.export import as_json
from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.records import Cell, Submission
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

# each as a report's text; what stands in a cell begins with the sign itself
TEXTS = (
    "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "{=1+1}", '=HYPERLINK("http://x.cn","点")', "=WEBSERVICE(1)",
    "\t=1+1", "\r\n=2+2", "'=3+3", "＝4+4", "=A1&\"；\"", "#REF!",
    '<w:fldSimple w:instr="DDEAUTO c:\\\\x"/>', "</w:t></w:r><w:r><w:instrText>DDEAUTO x</w:instrText>",
    "</t></is></c><c><f>1+1</f></c>", "]]><f>5+5</f><![CDATA[", "&lt;f&gt;6+6&lt;/f&gt;", "&a;",
    "<!ENTITY a SYSTEM 'x'>", "{{ 7*7 }}", "{% for x in 问题分类 %}坏{% endfor %}", "{{ cycler.__init__.__globals__ }}",
    "{# 说 #}", "{%tr if 1 %}", "{p}", "%s%n", "${7*7}", "\u2063附件表\u2063", "\u202e写倒\u202c",
    "甲_x000D_乙", "甲_xD83D_乙", "\ufeff甲\u200b乙",
)  # fmt: skip
ALIVE = re.compile(r"cmd\||1\+1|2\+3|SUM\(1\)|HYPERLINK\(\"http|WEBSERVICE|[2-6]\+[2-6]|DDE|A1&")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("security") / "安平"
    made(root)
    return root


@pytest.fixture
def place(model: Path, tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(Path(shutil.copytree(model, tmp_path / "安平")))
    with workspace.locked():
        yield workspace


FIELDS = ("progress", "problems", "support")
ASKED = {"交通局": (ROAD,), "教育局": (SCHOOL,), "住建局": (HOUSES, INVESTMENT)}


def report(place: Workspace, unit: str, texts: Mapping[Cell, str], *, choice: str = "有进展") -> bytes:
    """A unit's workbook with these texts in its cells as a program, which knows no better, writes them."""
    mine = {cell: text for cell, text in texts.items() if cell[0] in ASKED[unit]}
    marks = {cell: f"第{number}处" for number, cell in enumerate(mine)}
    said: dict[str, dict[str, object]] = {task: {"change": choice, "status": "正常推进"} for task in ASKED[unit]}
    for (task, key), mark in marks.items():
        said[task][key] = mark
    figures = {f"{task}#1": {"actual": 9, "as_of": "2022-08-31"} for task in ASKED["住建局"]}

    def change(sheet: bytes) -> bytes:
        for cell, mark in marks.items():
            assert f"<t>{mark}</t>".encode() in sheet
            kept = html.escape(mine[cell], quote=False).replace("\r", "&#13;")
            sheet = sheet.replace(f"<t>{mark}</t>".encode(), f'<t xml:space="preserve">{kept}</t>'.encode())
        return sheet

    return changed(typed(issued(place, unit), {**said, **figures}), "xl/worksheets/sheet2.xml", change)


def everywhere(text: str) -> dict[Cell, str]:
    return {(task, key): text for tasks in ASKED.values() for task in tasks for key in FIELDS}


def send(place: Workspace, unit: str, name: str, data: bytes) -> Submission:
    (place.root / "inbox" / unit / name).write_bytes(data)
    (one,) = sync_once(place).decided
    return one


def assert_dead_workbook(data: bytes, where: object) -> None:
    """No formula holds what was sent, and nothing leads out of the workbook."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            assert not re.search("(?i)vba|externalLink|embeddings|activeX|connections", name), where
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            root = etree.fromstring(package.read(name))
            for node in root.iter(etree.Element):
                tag = etree.QName(node).localname
                if tag in ("f", "formula", "formula1", "formula2", "definedName", "oddHeader", "oddFooter"):
                    assert not ALIVE.search(node.text or ""), (where, name, node.text)
                assert node.get("TargetMode") != "External", (where, name)
                assert tag not in ("ddeLink", "oleLink"), (where, name)


def assert_dead_document(data: bytes) -> None:
    """No field, no link and no object that the template has not."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            assert not re.search("(?i)vba|embeddings|activeX|afchunk", name)
            if not name.endswith((".xml", ".rels")):
                continue
            for node in etree.fromstring(package.read(name)).iter(etree.Element):
                tag = etree.QName(node).localname
                instruction = " ".join([node.text or "", *map(str, node.attrib.values())])
                if tag in ("instrText", "fldSimple"):
                    assert re.match(r"\s*(PAGE|NUMPAGES|REF|PAGEREF|HYPERLINK \\l)\b", instruction)
                assert node.get("TargetMode") != "External" or "hyperlink" not in str(node.get("Type")), name
                assert tag not in ("object", "OLEObject", "altChunk", "control")


def words(document: bytes) -> str:
    with zipfile.ZipFile(BytesIO(document)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    paragraphs = root.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")
    return "\n".join("".join(node.itertext("{*}t")) for node in paragraphs)


CELLS = [*everywhere("")]
ROUNDS = [
    dict(zip(CELLS, TEXTS[start : start + len(CELLS)], strict=False)) for start in range(0, len(TEXTS), len(CELLS))
]


@pytest.mark.parametrize("texts", ROUNDS, ids=["first", "second", "third"])
def test_no_text_comes_alive_in_any_answer(place: Workspace, texts: dict[Cell, str]) -> None:
    """Master, bulletin, export, next month's workbooks and messages: it stands there as text, and as that alone."""
    texts = {**everywhere("正常推进。"), **texts}
    period = Period.parse("2022-08")
    for unit in ASKED:
        one = send(place, unit, "报来.xlsx", report(place, unit, texts))
        assert (one.verdict, one.findings) == ("accepted", ())
    kept = {cell: text.replace("\r\n", "\n").replace("_x000D_", "\n").strip() for cell, text in texts.items()}
    assert {cell: open_master(place).text(*cell) for cell in texts} == kept
    told = {row["id"]: row for row in json.loads(as_json(place, take_snapshot(place, period)))["tasks"]}
    for (task, key), text in kept.items():
        if key != "support":
            assert told[task][key] == text
    document = write_bulletin(place, period).read_bytes()
    assert_dead_document(document)
    printed = "".join(words(document).split())
    for (task, key), text in kept.items():
        if key == "progress":
            assert "".join(cleaned(text).split()) in printed, (task, text)
    open_period(place, period.following())
    distribute(place, period.following())
    assert_all_dead(place)
    for unit, tasks in ASKED.items():
        assert kept[tasks[0], "progress"].split("\n")[0] in every_text(issued(place, unit))


def test_nor_in_what_goes_back(place: Workspace) -> None:
    """The returned workbooks quote it in 问题清单 and in notes."""
    for number, text in enumerate(TEXTS):
        data = report(place, "交通局", everywhere(text), choice=text)
        (place.root / "inbox" / "交通局" / f"{number}.xlsx").write_bytes(data)
    decided = sync_once(place).decided
    assert [one.verdict for one in decided] == ["returned"] * len(TEXTS)
    assert len(list((place.root / "returned").rglob("*.xlsx"))) == len(TEXTS)
    assert_all_dead(place)


def test_a_control_character_goes_back(place: Workspace) -> None:
    """As it stands in XML that Excel writes."""
    one = send(place, "交通局", "报来.xlsx", report(place, "交通局", everywhere("甲_x0007_乙")))
    assert (one.verdict, [item.code for item in one.findings]) == ("returned", ["text_control"] * 3)
    assert_all_dead(place)


def assert_all_dead(place: Workspace) -> None:
    for path in (place.master, *(place.root / "outbox").rglob("*.xlsx"), *(place.root / "returned").rglob("*.xlsx")):
        assert_dead_workbook(path.read_bytes(), path.name)
    for path in (place.root / "发放").rglob("*.txt"):
        assert not ALIVE.search(path.read_text(encoding="utf-8-sig"))


def every_text(book: bytes) -> str:
    with zipfile.ZipFile(BytesIO(book)) as package:
        names = [name for name in package.namelist() if name.startswith(("xl/worksheets/sheet", "xl/sharedStrings"))]
        return "".join(text for name in names for text in etree.fromstring(package.read(name)).itertext())


def test_names_of_files_are_only_shown(place: Workspace) -> None:
    """They stand in the master, in texts and in messages; they are no formula there, and lead nowhere."""
    for name in (
        "=cmd|' C calc'!A0.xlsx",
        "{{ 7*7 }}.xlsx",
        "<f>1+1</f>.xlsx",
        "a\\..\\..\\master.xlsx",
        "\u202exslx.exe",
    ):
        try:
            one = send(place, "交通局", name, name.encode())
        except OSError:  # Windows has no such names
            continue
        (answer,) = place.journal.submissions.answers(one.number)
        assert re.fullmatch(r"returned/交通局/[^/\\:<>|?*\u202e]+_退回\d+说明\.txt", answer)
        assert (place.root / answer).is_file()
    assert_dead_workbook(place.master.read_bytes(), "names")


def tree(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}


def test_names_in_an_archive_never_choose_where_we_write(place: Workspace) -> None:
    """Climbing, absolute, with a drive, of a device, with a unit's folder: all answers lie with the sender."""
    before = tree(place.root.parent)
    out = BytesIO()
    names = (
        "../../master.xlsx",
        "/etc/x.xlsx",
        "C:\\x.xlsx",
        "..\\..\\key",
        "CON",
        "nul.xlsx",
        "住建局/x.xlsx",
        "a_b.xlsx",
    )
    with zipfile.ZipFile(out, "w") as package:
        for number, name in enumerate(names):
            package.writestr(zipfile.ZipInfo(name), b"x" * number)
    (place.root / "inbox" / "交通局" / "打包.zip").write_bytes(out.getvalue().replace(b"a_b.xlsx", b"a\0b.xlsx"))
    decided = sync_once(place).decided
    assert len(decided) == len(names)
    assert {one.folder for one in decided} == {"交通局"}
    made_now = {path.parent.relative_to(place.root).as_posix() for path in tree(place.root.parent) - before}
    ours = {name for name in made_now if not name.startswith(".ducha/store")}
    assert ours == {"inbox/交通局", "returned/交通局", "发放"}


@pytest.mark.parametrize("folder", ["..", "住建局 ", "_", "CON", "{{ 1 }}"])
def test_a_folder_that_is_no_units(place: Workspace, folder: str) -> None:
    """A report in it is quarantined, and its answer lies below returned."""
    where = place.root / "inbox" / ("点点" if folder == ".." else folder)
    where.mkdir()
    (where / "报来.xlsx").write_bytes(report(place, "交通局", everywhere("完成38公里。")))
    (one,) = sync_once(place).decided
    assert (one.verdict, [item.code for item in one.findings]) == ("quarantined", ["wrong_unit"])
    (answer,) = place.journal.submissions.answers(one.number)
    assert (place.root / answer).resolve().parent.parent == place.root / "returned"
    assert open_master(place).text(ROAD, "progress") == ""


def test_folder_and_envelope_must_agree(place: Workspace) -> None:
    """Another unit's folder proves nothing; the root leaves it to the envelope."""
    data = report(place, "交通局", everywhere("完成38公里。"))
    assert send(place, "教育局", "报来.xlsx", data).verdict == "quarantined"
    (place.root / "inbox" / "报来.xlsx").write_bytes(data)
    assert [one.verdict for one in sync_once(place).decided] == ["accepted"]


def test_only_the_office_can_read_the_key(tmp_path: Path) -> None:
    """Neither the key nor its copy is open to others, where the system knows such modes."""
    place = made(tmp_path / "安平")
    if os.name != "posix":
        pytest.skip("no modes here")
    holders = [path for path in place.root.rglob("*") if path.is_file() and place.key.encode() in path.read_bytes()]
    assert {path.name for path in holders} == {"key", "签名密钥备份_请另行保管.txt"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holders} == {0o600}

"""Bad input for documents: one clear sentence, nothing half-written, the old document kept."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from bulletin import BulletinError, uncommon
from ducha.bulletins import write_bulletin
from ledger.period import Period
from sync.periods import open_period
from sync.register import register
from sync.workspace import Workspace, packaged

PERIOD = Period.parse("2022-08")
NASTY = "A&B<规上>{{x}}{% if %}{#“‘\x07_x000D_\U0001f600\u202e堃"


def changed(change: Callable[[str], str]) -> bytes:
    """The shipped template with its text changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packaged("bulletin.docx"))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == "word/document.xml" else data)
    return out.getvalue()


SPOILT = {
    "cut": packaged("bulletin.docx")[:4000],
    "not xml": changed(lambda text: text[:-40]),
    "without a page": changed(lambda text: text[: text.rindex("<w:sectPr>")] + "</w:body></w:document>"),
    "loop lost": changed(lambda text: text.replace("{%p for 附件 in 附件表 %}", "")),
    "brace lost": changed(lambda text: text.replace("{{ 引言 }}", "{{ 引言 }")),
    "brace apart": changed(lambda text: text.replace("{{ 引言 }}", "{ 引言 }}")),
    "a code typed in": changed(lambda text: text.replace("{{ 引言 }}", "{{ 引言 }}{{ 引言.__class__.__mro__ }}")),
    "a workbook": packaged("unit.xlsx"),
    "empty": b"",
}


@pytest.fixture
def ready(workspace: Workspace, document: Path) -> Workspace:
    register(workspace, [document], tasks_only=True)
    open_period(workspace, PERIOD)
    return workspace


def own(workspace: Workspace, data: bytes) -> None:
    folder = workspace.root / "templates"
    folder.mkdir(exist_ok=True)
    (folder / "bulletin.docx").write_bytes(data)


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_template_keeps_the_old_document(ready: Workspace, name: str) -> None:
    path = write_bulletin(ready, PERIOD)
    before = path.read_bytes()
    own(ready, SPOILT[name])
    with pytest.raises(BulletinError) as error:
        write_bulletin(ready, PERIOD)
    assert str(error.value).startswith("模板bulletin.docx")
    assert str(error.value).endswith("。")
    assert path.read_bytes() == before
    assert {item.name for item in path.parent.iterdir()} == {"通报.docx", "附件.xlsx", "附件（公开）.xlsx"}


def test_an_empty_period_has_a_bulletin(ready: Workspace) -> None:
    """Nobody has reported: it says so and has no problems."""
    text = [paragraph.text for paragraph in Document(str(write_bulletin(ready, PERIOD))).paragraphs]
    assert "本期各单位没有反映需要通报的问题。" in text
    assert any("未报送3项" in paragraph for paragraph in text)


def test_a_ledger_without_tasks_has_a_bulletin(workspace: Workspace) -> None:
    open_period(workspace, PERIOD)
    tables = Document(str(write_bulletin(workspace, PERIOD))).tables
    assert [len(table.rows) for table in tables] == [1, 1]


def test_hostile_texts_stand_in_the_document_as_texts(tmp_path: Path, workspace: Workspace) -> None:
    """Markup, braces, control characters, emoji, a name of 3,000 characters, a cell of 20,000."""
    path = tmp_path / "表.docx"
    made = Document()
    table = made.add_table(2, 6)
    heads = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
    tame = NASTY.replace("\x07", "")  # what Word itself would not hold
    texts = (f"1.{tame}", "张" * 3000, "交通局", "", "长" * 20000, f"{tame}缺地")
    for place, (head, text) in enumerate(zip(heads, texts, strict=True)):
        table.cell(0, place).text, table.cell(1, place).text = head, text
    made.save(str(path))
    register(workspace, [path], tasks_only=False)
    period = workspace.journal.open_period()
    assert period is not None
    data = write_bulletin(workspace, period).read_bytes()
    text = "\n".join(
        cell.text for table in Document(io.BytesIO(data)).tables for row in table.rows[1:] for cell in row.cells
    )
    assert "A&B<规上>{{x}}{% if %}{#“‘" in text
    assert "张" * 3000 in text
    assert "长" * 20000 in text
    places = [(item.code, item.message.split("里的")[0]) for item in uncommon(data)]
    assert ("character_uncommon", "附件1：1") in places
    assert any("\U0001f600、堃" in item.message for item in uncommon(data))


def test_common_characters_are_no_finding(ready: Workspace) -> None:
    """Nor are the marks and units that official documents use."""
    assert uncommon(write_bulletin(ready, PERIOD).read_bytes()) == []

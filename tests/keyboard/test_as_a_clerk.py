"""A clerk at the keyboard of a unit workbook: real keys, LibreOffice's own message boxes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from clerk import HEADER_ROW, SHEET
from desk import GUIDE, LAST, LIMIT, MINE, SECOND, UNIT, WORDS, columns, guide_cell, issued, texts
from office import Office, Typed, Typist

from sync.intake import sync_once
from sync.workspace import Workspace

pytestmark = pytest.mark.office

REFUSED = "填写不符合要求"


class Clerk:
    """The typist, finding cells of the tasks' sheet by column key."""

    def __init__(self, typist: Typist, path: Path) -> None:
        self.typist, self.path, self.letters = typist, path, columns(path)

    def cell(self, key: str, row: int = MINE) -> str:
        return f"{self.letters[key]}{row}"

    def type(self, key: str, text: str, row: int = MINE) -> Typed:
        return self.typist.type(SHEET, self.cell(key, row), text)

    def choose(self, key: str, word: str, row: int = MINE) -> Typed:
        return self.typist.choose(SHEET, self.cell(key, row), word)

    def look(self, key: str, row: int = MINE) -> str:
        return self.typist.look(SHEET, self.cell(key, row))

    def left(self) -> str:
        """What the first sheet says is left to do."""
        return self.typist.look(GUIDE, guide_cell(self.path, "检查结果"))


@pytest.fixture
def clerk(office: Office, workbook: Path, tmp_path: Path) -> Iterator[Clerk]:
    """A fresh copy of the workbook, open on the screen."""
    path = Path(shutil.copy(workbook, tmp_path))
    with office.typist(path) as typist:
        yield Clerk(typist, path)


RIGHT = {
    "change": ("有进展", "有进展", "TEXT"),
    "progress": (
        "截至8月底，已完成38公里，占全年任务的63.3%。",
        "截至8月底，已完成38公里，占全年任务的63.3%。",
        "TEXT",
    ),
    "problems": ("0038", "0038", "TEXT"),
    "status": ("正常推进", "正常推进", "TEXT"),
    "stage": ("主体施工", "主体施工", "TEXT"),
    "due": ("2022-12-31", "2022-12-31", "VALUE"),
    "support": ("一" * LIMIT, "一" * LIMIT, "TEXT"),
    "figure": ("38.5", "38.5", "VALUE"),
}


def test_right_values_are_taken(clerk: Clerk) -> None:
    """Every kind of open column takes what belongs there, without a question, and keeps texts as texts."""
    assert set(RIGHT) == set(clerk.letters) - {"tag", "ref", "project", "text", "lead_units", "last", "check"}
    for key, (text, stands, kind) in RIGHT.items():
        assert (key, clerk.type(key, text)) == (key, Typed("", "", stands, kind))
    assert clerk.look("check") == ""


def test_nothing_to_add_is_taken(clerk: Clerk) -> None:
    """The other lead units may say 无补充; the first one is told that it may not."""
    assert clerk.type("change", "无补充", SECOND).title == ""
    assert clerk.look("check", SECOND) == ""
    clerk.type("change", "无补充", MINE)
    assert "不能选无补充" in clerk.look("check", MINE)
    clerk.type("problems", "缺资金。", SECOND)
    assert "选了无补充就不要再填内容" in clerk.look("check", SECOND)


def test_guide_takes_the_names(clerk: Clerk) -> None:
    """Who filled it in, the telephone with its leading zero, and the leader stand on the first sheet."""
    for label, text in {"填表人": "李晓", "联系电话": "0700-1234567", "审核领导": "王宁"}.items():
        assert clerk.typist.type(GUIDE, guide_cell(clerk.path, label), text) == Typed("", "", text, "TEXT")


WRONG = {
    "change": ("change", "差不多", f"请从下拉列表里选择：{'、'.join(WORDS['change'])}。"),
    "status": ("status", "好", f"请从下拉列表里选择：{'、'.join(WORDS['status'])}。"),
    "stage": ("stage", "三层", f"请从下拉列表里选择：{'、'.join(WORDS['stage'])}。"),
    "word for a date": ("due", "年底", "请写成2022-12-31这样的日期。"),
    "no such day": ("due", "2022-13-31", "请写成2022-12-31这样的日期。"),
    "year for a date": ("due", "2022", "请写成2022-12-31这样的日期。"),
    "long text": ("support", "一" * (LIMIT + 1), f"请不要超过{LIMIT}字，也不要以等号开头。"),
    "words for a number": ("figure", "38公里", "请只填数字。"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_values_are_refused(clerk: Clerk, kind: str) -> None:
    """Our own sentence says what is wanted, and the cell keeps what stood there, nothing or a right value."""
    key, text, told = WRONG[kind]
    assert clerk.type(key, text) == Typed(REFUSED, told, "", "EMPTY")
    right, stands, content = RIGHT[key]
    clerk.type(key, right)
    assert clerk.type(key, text) == Typed(REFUSED, told, stands, content)


LOCKED = ("tag", "ref", "project", "text", "lead_units", "last", "check")


def test_locked_cells_refuse(clerk: Clerk) -> None:
    """Task, unit, last period's text, formula, identity, headers and the first sheet cannot be typed over."""
    wanted = [(SHEET, clerk.cell(key)) for key in LOCKED]
    wanted += [(SHEET, "A1"), (SHEET, clerk.cell("progress", HEADER_ROW)), (SHEET, clerk.cell("progress", LAST + 1))]
    wanted += [(GUIDE, guide_cell(clerk.path, label)) for label in ("填报单位", "检查结果", "第一步")]
    for name, cell in wanted:
        before = clerk.typist.look(name, cell)
        refusal = clerk.typist.type(name, cell, "改")
        assert "Protected cells" in refusal.text, cell
        assert refusal.stands == before, cell


def test_check_follows_the_typing(clerk: Clerk) -> None:
    """Each row's 系统校验 says what is missing until it is there, and the first sheet counts down to nothing."""
    assert clerk.left() == "还有 5 处需要修改"
    for label in ("填表人", "联系电话", "审核领导"):
        clerk.typist.type(GUIDE, guide_cell(clerk.path, label), "王宁")
    assert clerk.left() == "还有 2 处需要修改"
    assert [clerk.look("check", row) for row in (MINE, SECOND, LAST)] == ["请填写进展情况；", "", "请填写进展情况；"]
    clerk.type("progress", "已完成38公里。", MINE)
    assert clerk.look("check", MINE) == ""
    assert clerk.left() == "还有 1 处需要修改"
    clerk.type("change", "无补充", LAST)
    assert clerk.look("check", LAST) == "请填写进展情况；本单位是第一牵头单位，不能选无补充；"
    clerk.type("progress", "已改造2座。", LAST)
    clerk.choose("change", "有进展", LAST)
    assert clerk.left() == "已全部填好，可以保存后发回"


def test_lists_offer_our_words(clerk: Clerk) -> None:
    """The drop-down lists have exactly the schema's words, and what is picked there stands in the cell."""
    for key, words in WORDS.items():
        for word in (words[-1], words[0]):
            assert clerk.choose(key, word) == Typed("", "", word, "TEXT", words)
    kept = WORDS["change"][0]
    assert clerk.choose("change", "差不多") == Typed("", "", kept, "TEXT", WORDS["change"])


def test_formulas_are_texts(clerk: Clerk) -> None:
    """What begins like a formula stays that text in a text cell; LibreOffice refuses it where a length is set."""
    assert clerk.type("problems", "=1+1") == Typed("", "", "=1+1", "TEXT")
    refused = clerk.type("support", "=1+1")
    assert (refused.title, refused.kind) == (REFUSED, "EMPTY")


def test_typed_workbook_is_taken(office: Office, handed_out: Workspace) -> None:
    """Filled by keyboard and list, saved by LibreOffice, sent back: the master has what was typed."""
    path = issued(handed_out)
    with office.typist(path) as typist:
        clerk = Clerk(typist, path)
        for key, (text, _, _) in RIGHT.items():
            clerk.type(key, text, MINE)
        clerk.choose("change", "无补充", SECOND)
        clerk.choose("change", "无变化", LAST)
        clerk.type("progress", "=正在招标", LAST)  # refused: the cell has a length
        clerk.type("progress", "正在招标。", LAST)
        for label in ("填表人", "联系电话", "审核领导"):
            typist.type(GUIDE, guide_cell(path, label), "王宁")
        typist.save(handed_out.root / "inbox" / UNIT / path.name)
    (taken,) = sync_once(handed_out).decided
    assert (taken.verdict, taken.findings) == ("accepted", ())
    said = texts(handed_out)
    assert {key: said["A1-001", key] for key in RIGHT} == {key: text for key, (text, _, _) in RIGHT.items()}
    assert said["A1-003", "progress"] == "正在招标。"


def test_pasted_wrong_values_are_found(office: Office, workbook: Path, tmp_path: Path) -> None:
    """Pasting goes past validation; LibreOffice's own mark for invalid data then names every such cell."""
    book = openpyxl.load_workbook(workbook)
    at = columns(workbook)
    wrong = {key: text for key, text, _ in WRONG.values()}
    for row in (MINE, SECOND, LAST):
        for key, text in wrong.items():
            book[SHEET][f"{at[key]}{row}"] = text
    path = tmp_path / workbook.name
    book.save(path)
    placed = sorted(wrong, key=list(at).index)
    assert office.invalid(path, SHEET) == [f"{at[key]}{row}" for row in (MINE, SECOND, LAST) for key in placed]
    assert office.invalid(workbook, SHEET) == []

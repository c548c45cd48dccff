"""A bulletin over its life: drafted, edited by the office, drafted again, adopted, approved, published, corrected."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from clerk import PERIOD, fill
from docx import Document
from leader import reword
from openpyxl import load_workbook

from bulletin.printed import Printed, printed
from ducha.collecting import open_, sync
from ducha.looking import status
from ducha.publishing import bulletin
from ledger.errors import DuchaError, StateError
from ledger.snapshot import Snapshot
from sync import adopting, publications
from sync.master import open_master
from sync.publications import publication
from sync.recovery.repair import repair
from sync.snapshot import take_snapshot
from sync.workspace import Workspace

ROAD = "新建改建农村公路60公里"
LACKS = "缺资金，设计没有批。"
Run = Callable[..., str]


@pytest.fixture(scope="module")
def reported(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tasks handed out for August, the road's unit has reported."""
    folder = tmp_path_factory.mktemp("reported") / "安平 台账"
    shutil.copytree(month, folder)
    report(folder, "交通局", "已完成38公里。", LACKS)
    return folder


@pytest.fixture
def root(reported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reported, tmp_path / "安平 台账"))


def report(root: Path, unit: str, progress: str, problems: str = "", name: str = "") -> None:
    source = next((root / "outbox" / unit).iterdir())
    said = {"本期情况": "有进展", "进展情况": progress, "落实情况": "正常推进", "存在问题": problems}
    fill(source, root / "inbox" / unit / (name or source.name), lambda _: said)
    sync(workspace=root)


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """``ducha bulletin`` for August; returns what it said."""

    def ducha(**options: object) -> str:
        capsys.readouterr()
        bulletin(**{"period": "2022-08", "workspace": root, **options})  # type: ignore[arg-type]
        return capsys.readouterr().out

    return ducha


def folder(root: Path) -> Path:
    return root / "bulletins" / "2022-08"


def said(path: Path) -> Printed:
    return printed(path.read_bytes())


def listed(path: Path) -> list[tuple[str, ...]]:
    """The rows of a list of differences."""
    return [tuple(cell.text for cell in row.cells) for row in Document(str(path)).tables[0].rows]


def master_text(root: Path, key: str, task: str = "A1-001") -> str:
    with (place := Workspace(root)).locked():
        return open_master(place).text(task, key)


def clashes(root: Path) -> list[tuple[str, str, str]]:
    with (place := Workspace(root)).locked():
        return [(one.column, one.office, one.units) for one in place.journal.cells.conflicts() if not one.decision]


def snapshot(root: Path) -> Snapshot:
    with (place := Workspace(root)).locked():
        return take_snapshot(place, PERIOD)


def test_a_bulletin_from_draft_to_correction(root: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody's words are lost on the way, and what is published stays."""
    run()
    own = folder(root) / "通报.docx"
    reword(own, {"压实责任。": "压紧责任。", "）缺资金": "）目前仍缺资金", "已完成38公里。": "完成38公里，占63%。"})
    edited = own.read_bytes()

    # another unit reports: the new draft lies beside, with the list
    report(root, "教育局", "新增学位1200个。")
    told = run()
    assert own.read_bytes() == edited
    assert "附件1：2 进展情况：（空） → 新增学位1200个。" in told
    rows = listed(folder(root) / "通报_新稿2_与上一稿的差别.docx")
    assert rows[0] == ("序号", "类别", "位置", "上一稿", "新稿")
    assert {row[1:] for row in rows} >= {
        ("附件格", "附件1：2 进展情况", "（没有）", "新增学位1200个。"),
        (
            "数字",
            "一、基本情况",
            "截至2022年8月31日，正常推进1项，未报送2项。",
            "截至2022年8月31日，正常推进2项，未报送1项。",
        ),
    }

    # the leader's wording is taken; the next draft has it, and so has the master
    told = run(adopt=own, yes=True)
    assert "设置“下步工作要求第1条”\n  原为：压实责任。" in told
    assert told.endswith("已采用：设置1处，句子1处，附件1格。\n")
    assert master_text(root, "progress") == "完成38公里，占63%。"
    run()
    second = folder(root) / "通报_新稿2.docx"
    assert any(text.startswith("1.压紧责任。") for text in said(second).paragraphs)
    assert any("（附件1：1）目前仍缺资金，设计没有批。" in text for text in said(second).paragraphs)

    # a sync keeps the words; a newer text of the unit waits in 冲突
    sync(workspace=root)
    assert (master_text(root, "progress"), clashes(root)) == ("完成38公里，占63%。", [])
    report(root, "交通局", "已完成41公里。", LACKS, "再报.xlsx")
    assert master_text(root, "progress") == "完成38公里，占63%。"
    assert clashes(root) == [("progress", "完成38公里，占63%。", "已完成41公里。")]

    # review: what is sent is not written over, though nobody has edited it
    run(state="送审", file=second, by="王宁")
    sent = second.read_bytes()
    report(root, "住建局", "改造校舍2万平方米。")
    assert "通报_新稿3.docx" in run()
    assert second.read_bytes() == sent
    run(state="已批", by="林岚")
    run(state="已发")
    first = folder(root) / "v1"
    frozen = {path.name: path.read_bytes() for path in first.iterdir()}
    assert frozen["通报.docx"] == sent
    facts = Snapshot.model_validate_json(frozen["台账.json"])
    assert [line.values["progress"] for line in facts.lines] == ["完成38公里，占63%。", "新增学位1200个。", ""]
    with (place := Workspace(root)).locked():
        steps = [(step.state, step.by) for step in publication(place, PERIOD).steps]
    assert steps == [("送审", "王宁"), ("已批", "林岚"), ("已发", "")]

    # what came late is told, changes nothing of v1, and comes into the correction
    capsys.readouterr()
    status(workspace=root)
    assert "已发（第1版" in (shown := capsys.readouterr().out)
    assert "送审以后又收到：住建局（逾期补报，不在这一版里）。" in shown
    with pytest.raises(StateError, match=r"已发（v1）.*--draft"):
        run()
    told = run(draft_=True)
    draft = folder(root) / "通报_新稿2.docx"
    assert draft.read_bytes() != sent
    assert f"通报（第2版）已生成：{draft}" in told
    for state in ("送审", "已批", "已发"):
        run(state=state, **({"file": draft} if state == "送审" else {}))
    assert {path.name: path.read_bytes() for path in first.iterdir()} == frozen
    notice = Document(str(folder(root) / "v2" / "更正说明.docx"))
    assert notice.paragraphs[0].text == "2022年8月通报更正说明"
    rows = listed(folder(root) / "v2" / "更正说明.docx")
    assert rows[0][3:] == ("原为", "更正为")
    assert (
        "附件格",
        "附件1：2 进展情况",
        "新增学位1200个。",
        "1.教育局：新增学位1200个。\n2.住建局：改造校舍2万平方米。",
    ) in {row[1:] for row in rows}


def test_the_steps_come_in_their_order(root: Path, run: Run) -> None:
    """Each wrong turn is one sentence and changes nothing; back to the draft is always possible before it is out."""
    for state, told in [
        ("送审", "还没有生成"),
        ("已批", "现在是“草稿”，下一步是“送审”"),
        ("好了", "没有“好了”这个状态"),
    ]:
        with pytest.raises(StateError, match=told):
            run(state=state)
    run()
    with pytest.raises(StateError, match="一次只能用一个"):
        run(state="送审", draft_=True)
    run(state="送审")
    shutil.copy(folder(root) / "通报.docx", folder(root) / "通报_另存.docx")
    run(draft_=True)
    with pytest.raises(StateError, match=r"有2份稿子：通报.docx、通报_另存.docx，分不清"):
        run(state="送审")
    with pytest.raises(StateError, match="不在工作区里"):
        run(state="送审", file=Path(shutil.copy(folder(root) / "通报.docx", root.parent)))
    run(state="送审", file=Path("通报_另存.docx"))
    run(state="已批")
    reword(folder(root) / "通报_另存.docx", {"压实责任": "压紧责任"})
    with pytest.raises(StateError, match="批准之后又改过"):
        run(state="已发")
    assert not (folder(root) / "v1").exists()


def test_a_publication_that_failed_is_done_again(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record comes last: without it nothing counts as published, and the next try makes it whole."""
    run()
    for state in ("送审", "已批"):
        run(state=state)
    write = publications.write_whole

    def full(path: Path, data: bytes) -> None:
        if path.name == "台账.json":
            raise StateError("磁盘满了。")
        write(path, data)

    with monkeypatch.context() as broken:
        broken.setattr(publications, "write_whole", full)
        with pytest.raises(StateError, match="磁盘满了"):
            run(state="已发")
    with (place := Workspace(root)).locked():
        assert publication(place, PERIOD).last.state == "已批"
    run(state="已发")
    kept = {"发布记录.json", "台账.json", "通报.docx", "附件.xlsx", "附件（公开）.xlsx"}
    assert {path.name for path in (folder(root) / "v1").iterdir()} == kept


def test_what_is_published_outlives_the_journal(root: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder says what was published; who changes it is told of it."""
    run()
    for state in ("送审", "已批", "已发"):
        run(state=state)
    with (place := Workspace(root)).locked():
        place.journal.set_fact("publication 2022-08", "")
        assert publication(place, PERIOD).published == 1
    with pytest.raises(StateError, match="已发"):
        run()
    (folder(root) / "v1" / "发布记录.json").write_text("坏了", encoding="utf-8")
    with pytest.raises(StateError, match=r"发布记录\.json”被改动过"):
        run()


def test_a_frozen_file_that_was_changed_is_put_back(root: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """`ducha status` tells of it, `ducha verify --repair` restores it; the changed one is kept."""
    run()
    for state in ("送审", "已批", "已发"):
        run(state=state)
    facts = folder(root) / "v1" / "台账.json"
    published = facts.read_bytes()
    facts.write_text("{}", encoding="utf-8")
    capsys.readouterr()
    status(workspace=root)
    assert "存档被改动过：bulletins/2022-08/v1/台账.json，请执行 ducha verify --repair" in capsys.readouterr().out
    status(json_=True, workspace=root)
    (told,) = json.loads(capsys.readouterr().out)["bulletins"]
    assert (told["state"], told["version"], told["altered"]) == ("已发", 1, ["bulletins/2022-08/v1/台账.json"])
    with (place := Workspace(root)).locked():
        # and so a backup has it
        assert sha256(published).hexdigest() in place.journal.named()
        assert "已发通报的存档恢复了1份：bulletins/2022-08/v1/台账.json。" in repair(place).told
    assert (facts.read_bytes(), (facts.parent / "台账_被改动的.json").read_text(encoding="utf-8")) == (published, "{}")


def test_nothing_is_adopted_without_a_yes(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change is shown old and new, then one is asked; nobody there to answer is no answer."""
    run()
    final = reword(folder(root) / "通报.docx", {"压实责任。": "压紧责任。"}, root / "定稿.docx")
    before = (root / "master.xlsx").read_bytes(), (root / "schema.yaml").read_bytes()
    for answer in ("否", ""):
        monkeypatch.setattr("builtins.input", lambda answer=answer: answer)
        assert run(adopt=final).endswith("没有采用，没有作任何改动。\n")
    monkeypatch.setattr("builtins.input", _nobody)
    assert "没有采用" in run(adopt=final)
    assert ((root / "master.xlsx").read_bytes(), (root / "schema.yaml").read_bytes()) == before
    monkeypatch.setattr("builtins.input", lambda: "是")
    assert "已采用：设置1处，句子0处，附件0格。" in run(adopt=final)
    assert "    - 压紧责任。各牵头单位" in (root / "schema.yaml").read_text(encoding="utf-8")
    for again in (final, folder(root) / "通报.docx"):
        assert run(adopt=again) == "台账里已经是这样，没有作任何改动。\n"


def _nobody() -> str:
    raise EOFError


def test_a_figure_that_only_the_leader_knows_is_told(root: Path, run: Run) -> None:
    """It is taken, for the words are the office's; in 数据来源 it stands as what it is."""
    run()
    final = reword(folder(root) / "通报.docx", {"任务共3项": "任务共4项"}, root / "定稿.docx")
    assert "提醒：4不是从台账算出来的，采用后照印；台账有误的，请先在总表里改。" in run(adopt=final, yes=True)
    run()
    sheet = load_workbook(folder(root) / "附件.xlsx")["数据来源"]
    assert ["4", "本办改定"] in [[row[2], row[3]] for row in sheet.iter_rows(min_row=4, values_only=True)]


def test_an_adoption_that_was_cut_short_leaves_nothing(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The master that was just replaced stands again, and no wording is kept; the next try takes it all."""
    run()
    final = reword(
        folder(root) / "通报.docx", {"已完成38公里。": "完成38公里。", "）缺资金": "）目前仍缺资金"}, root / "定稿.docx"
    )

    def cut(*_: object) -> None:
        raise StateError("断电了。")

    with monkeypatch.context() as broken:
        broken.setattr(adopting, "_log", cut)
        with pytest.raises(StateError, match="断电了"):
            run(adopt=final, yes=True)
    sync(workspace=root)
    assert master_text(root, "progress") == "已完成38公里。"
    run()
    assert not any("目前仍缺" in text for text in said(folder(root) / "通报.docx").paragraphs)
    assert run(adopt=final, yes=True).endswith("已采用：设置0处，句子1处，附件1格。\n")
    assert master_text(root, "progress") == "完成38公里。"


def test_only_the_bulletin_of_the_period_is_adopted(root: Path, run: Run) -> None:
    """Another document, a broken one, none at all: one sentence each."""
    other = root / "别的.docx"
    document = Document()
    document.add_paragraph("关于开会的通知")
    document.save(str(other))
    (root / "坏的.docx").write_bytes(b"PK broken")
    for name, told in [
        ("没有.docx", "读不了"),
        ("坏的.docx", "不是完好的"),
        ("别的.docx", "不像是本系统生成的2022年8月的通报"),
    ]:
        with pytest.raises(DuchaError, match=told):
            run(adopt=root / name, yes=True)
    run()
    with pytest.raises(StateError, match="不像是"):
        run(adopt=other, yes=True)


def test_a_newer_text_of_the_unit_goes_to_conflicts(root: Path, run: Run) -> None:
    """What the master already shows is not lost when the leader has worded an older text."""
    run()
    final = reword(folder(root) / "通报.docx", {"已完成38公里。": "完成38公里。"}, root / "定稿.docx")
    report(root, "交通局", "已完成41公里。", LACKS, "再报.xlsx")
    assert "（成稿以后单位又报了“已完成41公里。”，转到总表“冲突”）" in run(adopt=final, yes=True)
    assert master_text(root, "progress") == "完成38公里。"
    assert clashes(root) == [("progress", "完成38公里。", "已完成41公里。")]
    sync(workspace=root)
    assert clashes(root) == [("progress", "完成38公里。", "已完成41公里。")]


def test_a_closed_period_takes_the_words_into_its_archive(root: Path, run: Run) -> None:
    """The master shows another month by then."""
    run()
    final = reword(folder(root) / "通报.docx", {"已完成38公里。": "完成38公里。"}, root / "定稿.docx")
    open_("2022-09", workspace=root)
    run(adopt=final, yes=True)
    assert snapshot(root).lines[0].values["progress"] == "完成38公里。"
    assert (master_text(root, "progress"), master_text(root, "last")) == ("", "完成38公里。")


def test_a_cell_and_the_sentence_that_quotes_it_are_both_worded(root: Path, run: Run) -> None:
    """The sentence keeps the leader's words although its draft has changed with the cell."""
    run()
    final = reword(
        folder(root) / "通报.docx",
        {LACKS: "缺资金，设计迟迟没有批。", "）缺资金": "）目前仍缺资金"},
        root / "定稿.docx",
    )
    run(adopt=final, yes=True)
    run()
    assert any(
        "（附件1：1）目前仍缺资金，设计迟迟没有批。" in text for text in said(folder(root) / "通报.docx").paragraphs
    )
    assert master_text(root, "problems") == "缺资金，设计迟迟没有批。"


def test_the_facts_at_the_cut_off_take_the_approved_words(root: Path, run: Run) -> None:
    """A leader's wording during review belongs to what is published; what units report meanwhile does not."""
    run()
    run(state="送审")
    final = reword(folder(root) / "通报.docx", {"已完成38公里。": "完成38公里。"})
    report(root, "教育局", "新增学位1200个。")
    run(adopt=final, yes=True)
    run(state="已批")
    run(state="已发")
    facts = Snapshot.model_validate_json((folder(root) / "v1" / "台账.json").read_bytes())
    assert [line.values["progress"] for line in facts.lines] == ["完成38公里。", "", ""]
    assert said(folder(root) / "v1" / "通报.docx").annexes[1].rows[0].cells[4] == "完成38公里。"

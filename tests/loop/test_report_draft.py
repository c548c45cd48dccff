"""From a work report to tasks: a draft workbook that the office edits and then imports."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from clerk import edit
from openpyxl.workbook import Workbook
from typer.testing import CliRunner

from ducha.cli import app
from ledger.errors import SourceError, StateError
from sync.register import Imported, register
from sync.report_draft import draft_report
from sync.workspace import Workspace, default_schema

REPORT = """政府工作报告
——2022年1月8日在安平市第九届人民代表大会第三次会议上
一、2021年工作回顾
完成造林2万亩，新建学校9所。
二、2022年工作安排
主要预期目标是：地区生产总值增长6%左右，城乡居民人均可支配收入分别增长7.5%、8%以上。
（一）推动产业升级
做强工业底盘。新建标准厂房10万平方米；新建改建农村公路80公里。
（二）增进民生福祉
今年办好两件民生实事：
1．新增公办学位1200个；
2．改造老旧小区8个。
"""
TEXTS = [
    "地区生产总值增长6%左右",
    "城镇居民人均可支配收入增长7.5%",
    "农村居民人均可支配收入增长8%以上",
    "新建标准厂房10万平方米",
    "新建改建农村公路80公里",
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "政府工作报告.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def rows(path: Path, sheet: str = "草稿附件1") -> list[dict[str, str]]:
    found = openpyxl.load_workbook(path)[sheet]
    keys = [str(cell.value).partition(":")[0] for cell in found[3]]
    return [dict(zip(keys, map(_text, row), strict=True)) for row in found.iter_rows(min_row=5, values_only=True)]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def imported(place: Workspace, path: Path) -> Imported:
    return register(place, [path], tasks_only=False)


def test_the_draft_holds_the_plan(workspace: Workspace, report: Path) -> None:
    """Expected targets one by one, then the commitments, the livelihood list on a sheet of its own."""
    path, plan = draft_report(workspace, report, [])
    assert path == workspace.root / "草稿_政府工作报告.xlsx"
    assert openpyxl.load_workbook(path).sheetnames == ["草稿附件1", "草稿附件2"]
    first = rows(path)
    assert [row["text"] for row in first] == TEXTS
    assert [row["section"] for row in first] == ["主要预期目标"] * 3 + ["（一）推动产业升级"] * 2
    goals = "主要预期目标是：地区生产总值增长6%左右，城乡居民人均可支配收入分别增长7.5%、8%以上。"
    assert [row["source"] for row in first[:3]] == [goals] * 3
    assert first[3]["subsection"] == "做强工业底盘"
    assert first[3]["source"] == "新建标准厂房10万平方米；新建改建农村公路80公里。"
    assert [row["text"] for row in rows(path, "草稿附件2")] == ["新增公办学位1200个", "改造老旧小区8个"]
    assert (len(plan.expected), len(plan.livelihood)) == (3, 2)
    assert workspace.journal.tasks() == []


def test_an_office_with_one_annex_loses_no_livelihood_list(tmp_path: Path, report: Path) -> None:
    """Its projects stand behind the tasks, under a heading of their own."""
    own = Path(__file__).resolve().parents[2] / "examples" / "schemas" / "qingyunpu.yaml"
    place = Workspace.create(tmp_path / "一个附件", own.read_text(encoding="utf-8"))
    with place.locked():
        path, _ = draft_report(place, report, [])
    found = rows(path)
    assert [row["text"] for row in found] == [*TEXTS, "新增公办学位1200个", "改造老旧小区8个"]
    assert [row["section"] for row in found][-2:] == ["民生实事", "民生实事"]


def test_nobody_is_named_without_a_reason(workspace: Workspace, report: Path) -> None:
    path, _ = draft_report(workspace, report, [])
    for sheet in ("草稿附件1", "草稿附件2"):
        for row in rows(path, sheet):
            assert [row[key] for key in ("leaders", "lead_units", "responsible_units", "basis")] == [""] * 4


def test_names_of_earlier_ledgers_with_their_score(workspace: Workspace, report: Path, document: Path) -> None:
    """Where a task is very like one of before its names are put in; every name stands beside its likeness."""
    path, _ = draft_report(workspace, report, [document])
    road = rows(path)[4]
    assert (road["leaders"], road["lead_units"], road["responsible_units"]) == ("林岚", "交通局", "各乡镇（街道）")
    assert road["basis"].startswith("相似度")
    assert "林岚，交通局（分工表.txt 附件1：1：新建改建农村公路60公里。）" in road["basis"]
    assert 0.6 <= float(road["basis"][3:7]) <= 1
    assert all(row["basis"] for row in rows(path) if row["leaders"] or row["lead_units"])
    assert rows(path)[0]["lead_units"] == ""


def test_another_workspace_is_an_earlier_ledger(handed_out: Workspace, report: Path, tmp_path: Path) -> None:
    last = tmp_path / "去年"
    shutil.copytree(handed_out.root, last)
    place = Workspace.create(tmp_path / "今年", default_schema())
    with place.locked():
        path, _ = draft_report(place, report, [last])
    assert rows(path)[4]["lead_units"] == "交通局"


def test_what_the_office_made_of_it_becomes_tasks(workspace: Workspace, report: Path) -> None:
    """Rows taken out, added and filled in; numbers run on, and a second import adds nothing."""
    path, _ = draft_report(workspace, report, [])

    def work(book: Workbook) -> None:
        sheet = book["草稿附件1"]
        sheet["F8"], sheet["E8"] = "工信局", "林  岚"
        sheet["D10"], sheet["B10"], sheet["F10"] = "整治背街小巷12条", "（三）城市建设", "城管局"
        sheet.delete_rows(6, 2)

    edit(path, work)
    done = imported(workspace, path)
    tasks = [task for task in workspace.journal.tasks() if task.annex == 1]
    assert [(task.id, task.text) for task in tasks] == [
        ("A1-001", TEXTS[0]),
        ("A1-002", TEXTS[3]),
        ("A1-003", TEXTS[4]),
        ("A1-004", "整治背街小巷12条"),
    ]
    assert [task.lead_units for task in tasks] == [(), ("工信局",), (), ("城管局",)]
    assert (tasks[1].leaders, tasks[3].section) == (("林岚",), "（三）城市建设")
    projects = [task for task in workspace.journal.tasks() if task.annex == 2]
    assert [(task.id, task.project) for task in projects] == [
        ("A2-01.1", "新增公办学位1200个"),
        ("A2-02.1", "改造老旧小区8个"),
    ]
    assert {item.code for item in done.findings} == {"reporter_unnamed"}
    assert imported(workspace, path).tasks == []


def test_a_row_without_text_is_told(workspace: Workspace, report: Path) -> None:
    path, _ = draft_report(workspace, report, [])

    def empty(book: Workbook) -> None:
        book["草稿附件1"]["D5"], book["草稿附件1"]["F5"] = None, "统计局"

    edit(path, empty)
    told = [item.message for item in imported(workspace, path).findings if item.code == "row_unclear"]
    assert len(told) == 1
    assert told[0].startswith("“草稿附件1”第5行")


def test_a_draft_that_lies_there_stays(workspace: Workspace, report: Path) -> None:
    first, _ = draft_report(workspace, report, [])
    before = first.read_bytes()
    second, _ = draft_report(workspace, report, [])
    assert second.name == "草稿_政府工作报告_2.xlsx"
    assert first.read_bytes() == before == second.read_bytes()


@pytest.mark.parametrize("text", ["关于放假的通知", "一、2021年工作回顾\n完成造林2万亩。"])
def test_without_a_plan_nothing_is_drafted(workspace: Workspace, tmp_path: Path, text: str) -> None:
    path = tmp_path / "通知.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="没有找到今年的工作安排"):
        draft_report(workspace, path, [])
    assert not list(workspace.root.glob("草稿*"))


def test_the_commands(tmp_path: Path, report: Path, document: Path) -> None:
    """Drafted, then imported; what --as does not know is one sentence."""
    root = Workspace.create(tmp_path / "台账", default_schema()).root

    def ducha(*words: object) -> tuple[str, BaseException | None]:
        done = CliRunner().invoke(app, ["import", *map(str, words), "-w", str(root)])
        return done.output, done.exception

    said, failed = ducha(report, "--as", "report", "--like", document)
    assert failed is None
    assert "任务2项，预期目标3项，民生实事2项" in said
    assert "新增任务7项" in ducha(root / "草稿_政府工作报告.xlsx")[0]
    for wrong in (["--as", "story"], ["--like", document]):
        failed = ducha(report, *wrong)[1]
        assert isinstance(failed, StateError)
        assert "--as" in str(failed)

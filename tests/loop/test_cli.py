"""The command line as people use it: Chinese sentences, exit codes, never a traceback."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from clerk import cell_at, fill, type_at

from sync.workspace import default_schema

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]
GOOD = {"本期情况": "有进展", "进展情况": "正常推进。"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``ducha`` with arguments in an empty folder, as a process of its own."""

    def ducha(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "ducha", *map(str, arguments)],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            encoding=environment.get("PYTHONIOENCODING", "utf-8").split(":")[0],
            errors="replace",
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return ducha


@pytest.fixture
def place(run: Run, document: Path, tmp_path: Path) -> Path:
    """A workspace with the three tasks imported and August opened."""
    folder = tmp_path / "台账 2022"
    for arguments in (["init", folder], ["import", document, "-w", folder], ["open", "2022-08", "-w", folder]):
        assert run(*arguments).returncode == 0
    return folder


def test_the_loop_by_command(run: Run, place: Path) -> None:
    """Hand out, fill, sync, look, verify, print: every command succeeds and says what it did."""
    out = run("distribute", "--period", "2022-08", "-w", place)
    assert "已生成3份填报表" in out.stdout
    assert "附件1：3没有明确的填报单位" in out.stdout
    source = next((place / "outbox" / "交通局").iterdir())
    fill(source, place / "inbox" / "交通局" / source.name, lambda _: GOOD)
    assert "收下  交通局" in run("sync", "-w", place).stdout
    status = json.loads(run("status", "--json", "-w", place).stdout)
    assert {unit["unit"]: unit["word"] for unit in status["units"]} == {
        "交通局": "已采用", "教育局": "未报", "住建局": "未报",
    }  # fmt: skip
    assert "教育局、住建局" in run("status", "-w", place).stdout
    assert "一致" in run("verify", "-w", place).stdout
    assert run("bulletin", "--period", "2022-08", "-w", place).returncode == 0
    assert (place / "bulletins" / "2022-08" / "通报.docx").is_file()


def test_export(run: Run, place: Path) -> None:
    """One JSON object with single names in every list."""
    data = json.loads(run("export", "--json", "-w", place).stdout)
    assert set(data) == {"tasks", "findings"}
    school = data["tasks"][1]
    assert (school["id"], school["leaders"], school["lead_units"]) == ("A1-002", ["林岚"], ["教育局", "住建局"])
    assert set(school) >= {
        "annex", "no", "printed_no", "section", "subsection", "project", "text", "responsible_units", "indicators",
        "entries", "progress", "problems", "status",
    }  # fmt: skip


def test_importing_twice_adds_nothing(run: Run, place: Path, document: Path) -> None:
    """The same document again is recognised; the master's bytes stay."""
    before = (place / "master.xlsx").read_bytes()
    assert "新增任务0项" in run("import", document, "-w", place).stdout
    assert (place / "master.xlsx").read_bytes() == before


def test_a_file_without_tasks_is_named_once(run: Run, tmp_path: Path) -> None:
    """The office sees which of its files held nothing, in one sentence."""
    run("init", "新")
    (tmp_path / "便条.txt").write_text("明天开会。", encoding="utf-8")
    told = [line for line in run("import", "便条.txt", "-w", "新").stdout.splitlines() if "没有找到任何任务" in line]
    assert len(told) == 1
    assert "便条.txt" in told[0]


def test_a_bad_file_does_not_stop_the_good_one(run: Run, tmp_path: Path, document: Path) -> None:
    """Of three files two cannot be read: each has its sentence, the third is imported, the exit code says so."""
    run("init", "新")
    (tmp_path / "空.docx").write_bytes(b"")
    done = run("import", "没有.docx", "空.docx", document, "-w", "新")
    assert done.returncode == 3
    assert "新增任务3项" in done.stdout
    assert [line[:3] for line in done.stderr.splitlines()] == ["错误：", "错误："]
    assert "没有.docx" in done.stderr
    assert "空.docx" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["sync", "-w", "哪里"], 4, "ducha init"),
        (["open", "2022-13", "-w", "."], 4, "2022-09"),
        (["init", "x", "--schema", "没有.yaml"], 4, "没有.yaml"),
    ],
)
def test_errors_are_one_sentence(run: Run, arguments: list[str], code: int, word: str) -> None:
    """What is wrong and what to do, on stderr, with an exit code."""
    done = run(*arguments)
    assert done.returncode == code
    assert done.stderr.startswith("错误：")
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr


def test_a_wrong_schema_is_told_by_line(run: Run, tmp_path: Path) -> None:
    """The misspelt key, its line and the right one."""
    (tmp_path / "错.yaml").write_text(default_schema().replace("reporting:", "reportng:"), encoding="utf-8")
    done = run("init", "新", "--schema", "错.yaml")
    assert done.returncode == 2
    assert "reportng" in done.stderr
    assert "“reporting”" in done.stderr
    assert not (tmp_path / "新").exists()


def test_a_gbk_console_does_not_crash(run: Run, place: Path) -> None:
    """Characters that the console cannot show are replaced."""
    (place / "inbox" / "交通局").mkdir(exist_ok=True)
    (place / "inbox" / "交通局" / "报表😀.xlsx").write_bytes(b"x")
    done = run("sync", "-w", place, PYTHONIOENCODING="gbk:strict")
    assert done.returncode == 0
    assert "不是Excel工作簿" in done.stdout


def test_another_year_cannot_be_opened(run: Run, place: Path) -> None:
    """A workspace is for one year."""
    done = run("open", "2023-01", "-w", place)
    assert done.returncode == 4
    assert "2022年度" in done.stderr or "2022年" in done.stderr


def test_handing_out_needs_the_open_period(run: Run, place: Path) -> None:
    """A period that was not opened is not handed out."""
    done = run("distribute", "--period", "2022-09", "-w", place)
    assert done.returncode == 4
    assert "ducha open 2022-09" in done.stderr


def test_the_first_handing_out_opens_its_period(run: Run, tmp_path: Path, document: Path) -> None:
    """An office that never opened a period is not sent back for it."""
    run("init", "新")
    run("import", document, "--tasks-only", "-w", "新")
    done = run("distribute", "--period", "2022Q3", "-w", "新")
    assert (done.returncode, "已自动打开2022年三季度" in done.stdout) == (0, True)
    assert (tmp_path / "新" / "outbox" / "交通局" / "交通局_2022年三季度填报表.xlsx").is_file()


def test_an_edited_bulletin_is_never_overwritten(run: Run, place: Path) -> None:
    """The new draft lies beside the file that a person edited."""
    folder = place / "bulletins" / "2022-08"
    run("bulletin", "-p", "2022-08", "-w", place)
    (folder / "通报.docx").write_bytes(b"edited")
    (folder / "附件（公开）.xlsx").write_bytes(b"edited")
    run("bulletin", "-p", "2022-08", "-w", place)
    assert (folder / "通报.docx").read_bytes() == (folder / "附件（公开）.xlsx").read_bytes() == b"edited"
    books = {"附件.xlsx", "附件（公开）.xlsx", "附件（公开）_新稿2.xlsx"}
    documents = {"通报.docx", "通报_新稿2.docx", "通报_新稿2_与上一稿的差别.docx"}
    assert {path.name for path in folder.iterdir()} == books | documents


def test_json_schema(run: Run) -> None:
    """For editors that complete while one types."""
    assert "annexes" in json.loads(run("schema", "--json").stdout)["properties"]


def test_two_periods_compared(run: Run, place: Path) -> None:
    """Counts first, then by task old → new; as JSON with whole texts; a period never opened is one sentence."""
    run("distribute", "--period", "2022-08", "-w", place)
    text = "截至8月底，全线路基完工，累计完成38公里，其余路段正在办理用地手续。"
    source = next((place / "outbox" / "交通局").iterdir())
    fill(source, place / "inbox" / "交通局" / source.name, lambda _: {**GOOD, "进展情况": text, "落实情况": "正常推进"})
    run("sync", "-w", place)
    run("open", "2022-09", "-w", place)
    said = run("diff", "2022-08", "2022-09", "-w", place).stdout
    assert said.startswith("2022年8月→2022年9月：共3项任务，转为没有填报1项，没有变化2项。\n")
    assert "附件1：1  新建改建农村公路60公里。（交通局）\n    亮灯：绿→灰\n" in said
    full = run("diff", "2022-09", "2022-08", "--full", "-w", place).stdout
    assert f"    进展情况：\n      旧：（空）\n      新：{text}\n" in full
    data = json.loads(run("diff", "2022-08", "2022-09", "--json", "-w", place).stdout)
    assert (data["from"], data["to"], data["counts"]["silent"], data["counts"]["unchanged"]) == (
        "2022-08", "2022-09", 1, 2,
    )  # fmt: skip
    (road,) = data["tasks"]
    assert {"column": "progress", "title": "进展情况", "old": text, "new": ""} in road["changes"]
    never, same = (run("diff", "2022-08", other, "-w", place) for other in ("2022-07", "2022-08"))
    assert (never.returncode, same.returncode) == (4, 4)
    assert "没有打开过" in never.stderr
    assert "两个不同的报送期" in same.stderr


def test_status_says_what_is_undecided(run: Run, place: Path) -> None:
    """One line when a clash waits for the office's choice, none before."""
    run("distribute", "--period", "2022-08", "-w", place)
    source = next((place / "outbox" / "交通局").iterdir())
    for name, unit, office in (("甲.xlsx", "完成20公里。", "本办改写。"), ("乙.xlsx", "完成30公里。", "")):
        fill(source, place / "inbox" / "交通局" / name, lambda _, text=unit: {**GOOD, "进展情况": text})
        run("sync", "-w", place)
        if office:
            assert "冲突" not in run("status", "-w", place).stdout
            cell = cell_at(place / "master.xlsx", "附件1", "progress", "A1-001")
            type_at(place / "master.xlsx", "附件1", cell, office)
    assert "等您处理：总表“冲突”1处。" in run("status", "-w", place).stdout


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("OSError(5, 'I/O', 'x.xlsx')", "“x.xlsx”读写不了（磁盘或网络读写出错）"),
        ("PermissionError(13, 'denied')", "文件读写不了（没有权限，或正被其他程序打开）"),
        ("__import__('sqlite3').OperationalError('disk')", "文件读写不了（数据库错误0）"),
    ],
)
def test_a_fault_of_the_disk_is_one_sentence(tmp_path: Path, error: str, told: str) -> None:
    """Wherever in a command it comes up."""
    fails = f"import ducha.cli as cli\ndef fail(): raise {error}\ncli.app = fail\ncli.main()"
    done = subprocess.run(
        [sys.executable, "-c", fails],
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"错误：{told}，没有做完；已经入账的不会丢，请处理后再执行一次。\n"


def test_contradictions_by_command(run: Run, place: Path) -> None:
    """The words, the arithmetic and the counts; as JSON for programs; nothing is changed by looking."""
    run("distribute", "--period", "2022-08", "-w", place)
    source = next((place / "outbox" / "交通局").iterdir())
    wrong = {**GOOD, "进展情况": "截至8月底，新建改建农村公路45公里，完成85%。"}
    fill(source, place / "inbox" / "交通局" / source.name, lambda _: wrong)
    run("sync", "-w", place)
    master = (place / "master.xlsx").read_bytes()
    out = run("check", "-w", place)
    assert out.returncode == 0
    assert "提醒：附件1：1写“45公里，完成85%”：45公里÷60公里＝75%，不是85%；请核对完成数和百分比。" in out.stdout
    assert "2022年8月：核查了3项任务，提醒1条，说明0条。" in out.stdout
    said = json.loads(run("check", "--json", "--period", "2022-08", "-w", place).stdout)
    assert [(one["code"], one["task"], one["unit"]) for one in said["findings"]] == [("rate_wrong", "A1-001", "交通局")]
    assert (place / "master.xlsx").read_bytes() == master
    assert run("check", "--period", "2022-07", "-w", place).returncode == 4

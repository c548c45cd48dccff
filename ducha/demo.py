"""The whole loop on the fictional 安平市, as ``ducha demo`` shows it."""

from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console

from ducha.bulletins import write_bulletin
from examples.anping.play import DOCUMENT, answer_returns, indicators, send_all
from ledger.errors import StateError
from ledger.period import Period
from sync.atomic import write_whole
from sync.distribute import distribute
from sync.intake import Passed, sync_once
from sync.periods import open_period
from sync.register import register
from sync.workspace import Workspace, default_schema
from xlsx import Book

__all__ = ["run_demo"]


def run_demo(folder: Path, console: Console) -> None:
    """Import, hand out, let the units answer (some wrongly), merge, let them correct, merge, write the bulletin.

    ``folder`` must not exist or be empty, else a `StateError`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StateError(f"“{folder}”里已有文件，演示没有开始；请换一个文件夹，如 ducha demo demo2。")
    workspace = Workspace.create(folder, default_schema())
    last, period = Period.parse("2022-07"), Period.parse("2022-08")
    due = workspace.schema.due_day(period)
    with workspace.locked():
        with as_file(files("examples.anping") / DOCUMENT) as document:
            done = register(workspace, [document], tasks_only=False)
        console.print(f"一、导入《责任分工表》：{len(done.tasks)}项任务，{len(done.findings)}处需要留意。")
        _type_indicators(workspace)
        open_period(workspace, last)
        distribute(workspace, last)
        open_period(workspace, period)
        sent = distribute(workspace, period)
        console.print(f"二、下发{period.label}填报表{len(sent.written)}份。")
        send_all(workspace.root, str(period), due)
        _tell(console, "三、各单位报来", sync_once(workspace))
        units = answer_returns(workspace.root, str(period), due)
        _tell(console, f"四、{len(units)}个单位更正后重报", sync_once(workspace))
        again = sync_once(workspace)
        console.print(
            f"五、再汇总一次：新收{len(again.decided)}份，总表{'有' if again.published.written else '没有'}变化。"
        )
        path = write_bulletin(workspace, period)
    console.print(f"六、生成通报：{path.name}。\n")
    for place, what in _PLACES.items():
        console.print(f"  {folder / place}  {what}")


def _type_indicators(workspace: Workspace) -> None:
    """The office fills sheet 指标, as it would in Excel."""
    book = Book(workspace.master.read_bytes())
    for row, cells in enumerate(indicators(), 5):
        for letter, value in zip("BCDEF", cells, strict=True):
            book.put("指标", f"{letter}{row}", value)
    write_whole(workspace.master, book.save())


_PLACES = {
    "master.xlsx": "总表：看板、两个附件、指标、报送情况、问题清单、发放登记、更新记录……",
    "outbox": "下发的填报表，每个单位一个文件夹",
    "inbox": "各单位报来的填报表",
    "returned": "退回的填报表，错处已标出，第一张表是问题清单",
    "发放": "填报表压缩包，下发、退回的通知，可直接粘贴",
    "bulletins": "通报（Word）、附件（Excel）",
    "schema.yaml": "配置文件",
}


def _tell(console: Console, what: str, done: Passed) -> None:
    verdicts = [submission.verdict for submission in done.decided]
    words = {"accepted": "收下", "returned": "退回", "quarantined": "隔离"}
    counts = "、".join(f"{word}{verdicts.count(verdict)}份" for verdict, word in words.items() if verdict in verdicts)
    console.print(f"{what}{len(verdicts)}份：{counts}；总表更新{len(done.published.changes)}格。")
    for submission in done.decided:
        for item in submission.findings:
            if item.severity == "error":
                console.print(f"     {submission.path}：{item.message}", markup=False)

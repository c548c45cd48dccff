"""An office of any size with its units' workbooks filled: what a collecting day starts from."""

import io
import os
import random
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ledger.period import Period
from ledger.task import Task
from sync.distribute import distribute
from sync.periods import open_period
from sync.table import find_tables, sheet_cells
from sync.unit import SIGNED, TASKS
from sync.workspace import Workspace, default_schema
from xlsx import Book, Value, column_letter

__all__ = ["PERIOD", "fill", "found_office", "invented", "send"]

PERIOD = Period.parse("2022-01")  # the first month that is collected
_PHRASES = (
    *("完成县道改造提升", "新建改建农村公路", "打通断头路", "开工建设标准厂房", "完成老旧小区改造", "建成投用幼儿园"),
    *("新增城镇就业", "签约亿元以上项目", "年底前全部通车", "其余路段按计划推进", "正在办理前期手续"),
    *("资金已拨付到位", "已完成招标", "主体工程封顶", "完成土地征收", "受理群众诉求"),
)
_CHANGES, _STATUSES = ("有进展", "无变化", "已完成"), ("进度滞后", "正常推进", "正常推进", "已完成")
_OLD = 86_400  # seconds: nobody is still writing these files
_INLINE = re.compile(r' t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
_NO_RESULT = re.compile(r"(<c r=\"[A-Z]+\d+\"(?: s=\"\d+\")?)(><f>[^<]*</f>)</c>")


def found_office(root: Path, units: int, rows: tuple[int, int] = (30, 200)) -> Workspace:
    """A workspace whose every unit has so many tasks of its own, the period opened and the workbooks handed out.

    The workspace is to be ``locked`` by the caller as long as it uses it.
    """
    workspace = Workspace.create(root, default_schema())
    chance = random.Random(units)
    with workspace.locked():
        workspace.journal.add_tasks(_tasks(chance, units, rows))
        open_period(workspace, PERIOD)
        distribute(workspace, PERIOD)
    return workspace


def _tasks(chance: random.Random, units: int, rows: tuple[int, int]) -> Iterator[Task]:
    number = 0
    for unit in range(1, units + 1):
        name = f"第{unit}局"
        for _ in range(chance.randint(*rows)):
            number += 1
            text, printed = invented(chance, 3), {"leaders": "林岚", "lead_units": name, "responsible_units": "财政局"}
            yield Task(id=f"A1-{number:06d}", annex=1, no=number, text=text, printed=printed, lead_units=(name,))


def invented(chance: random.Random, phrases: int) -> str:
    """So many phrases of a task or a report."""
    return "，".join(f"{chance.choice(_PHRASES)}{chance.randrange(1, 999)}个" for _ in range(phrases)) + "。"


def send(workspace: Workspace, period: Period = PERIOD) -> int:
    """Every unit fills its workbook and lays it into its folder of the inbox, a day ago; returns how many."""
    chance, count = random.Random(str(period)), 0
    then = time.time() - _OLD
    for source in sorted((workspace.root / "outbox").glob(f"*/*{period.label}*.xlsx")):
        target = workspace.root / "inbox" / source.parent.name / source.name
        target.write_bytes(fill(source.read_bytes(), chance))
        os.utime(target, (then, then))
        count += 1
    return count


def fill(data: bytes, chance: random.Random) -> bytes:
    """A unit workbook filled without a fault and saved as Excel saves: shared strings, results of formulas."""
    table = next(table for table in find_tables(sheet_cells(data)) if table.sheet == TASKS)
    book = Book(data)
    for row in table.rows:
        for key, value in _report(chance).items():
            book.put(TASKS, f"{column_letter(table.columns[key])}{row.number}", value)
    for name in SIGNED:
        book.put_name(name, "王宁")
    return _as_excel(book.save())


def _report(chance: random.Random) -> Mapping[str, Value]:
    problem = {"problems": invented(chance, 2)} if chance.random() < 0.25 else {}
    states = {"change": chance.choice(_CHANGES), "status": chance.choice(_STATUSES)}
    return {**states, "progress": f"截至月底，{invented(chance, 4)}", **problem}


def _as_excel(data: bytes) -> bytes:
    texts: dict[str, int] = {}
    out = io.BytesIO()

    def shared(found: re.Match[str]) -> str:
        return f' t="s"><v>{texts.setdefault(found[1], first + len(texts))}</v></c>'

    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {info.filename: old.read(info).decode() for info in old.infolist()}
        strings = parts.pop("xl/sharedStrings.xml")
        first = strings.count("<si>")
        for name, text in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                text = _NO_RESULT.sub(r'\1 t="str"\2<v></v></c>', _INLINE.sub(shared, text))
            new.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
        added = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
        strings = re.sub(r' (?:unique)?[cC]ount="\d+"', "", strings).replace("</sst>", f"{added}</sst>")
        new.writestr(zipfile.ZipInfo("xl/sharedStrings.xml"), strings, zipfile.ZIP_DEFLATED)
    return out.getvalue()

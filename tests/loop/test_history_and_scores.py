"""Sheets 历史 and 考核 of the master: what stood in closed periods, and what each unit's reports come to."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, edit, fill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.lists import history
from sync.periods import open_period
from sync.publish import publish
from sync.snapshot import Snapshot
from sync.workspace import Workspace

ROAD, SCHOOL = "A1-001", "A1-002"
SEPTEMBER, OCTOBER = Period.parse("2022-09"), Period.parse("2022-10")
ON_TIME, LATE = "2022-09-03", "2022-09-07"


def report(place: Workspace, unit: str, text: str, period: Period = PERIOD, sent: str = ON_TIME, **more: str) -> None:
    """``unit`` sends its workbook of ``period``, saved on a day, with the same answer in every row."""
    source = next((place.root / "outbox" / unit).glob(f"*{period.label}*"))
    target = place.root / "inbox" / unit / f"{period}_{len(text)}_{sent}.xlsx"
    fill(source, target, lambda _: {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进", **more})
    saved = datetime.fromisoformat(sent).timestamp()
    os.utime(target, (saved, saved))
    sync_once(place)


def next_period(place: Workspace, period: Period) -> None:
    open_period(place, period)
    distribute(place, period)


def shown(path: Path, sheet: str, key: str) -> dict[str, dict[str, object]]:
    """The rows of a list, what each holds by key; empty cells are left out."""
    found = openpyxl.load_workbook(path)[sheet]
    rows = (
        {str(k.value): cell.value for k, cell in zip(found[3], row, strict=True)} for row in found.iter_rows(min_row=5)
    )
    return {str(row[key]): {k: v for k, v in row.items() if v is not None} for row in rows if row[key]}


def past(place: Workspace) -> dict[str, dict[str, object]]:
    return shown(place.master, "历史", "id")


def scored(place: Workspace, key: str = "why") -> dict[str, object]:
    return {unit: row.get(key) for unit, row in shown(place.master, "考核", "name").items()}


def put(place: Workspace, sheet: str, key: str, row: int, value: object) -> None:
    """Somebody types into the master."""

    def typed(book: Workbook) -> None:
        column = next(cell.column for cell in book[sheet][3] if cell.value == key)
        book[sheet].cell(row, column).value = value

    edit(place.master, typed)


def unchanged_by_another_pass(place: Workspace) -> bool:
    before = place.master.read_bytes()
    sync_once(place)
    return place.master.read_bytes() == before


def test_an_open_period_is_no_history(handed_out: Workspace) -> None:
    """Its texts stand in the annexes."""
    report(handed_out, "交通局", "已完成38公里。")
    assert past(handed_out) == {}
    assert unchanged_by_another_pass(handed_out)


def test_closed_periods_are_shown(handed_out: Workspace) -> None:
    """One row a period and task of which anything stood, in order; a second pass changes no byte."""
    report(handed_out, "教育局", "新增2500个。", 预计完成时间="2022-11-30")
    report(handed_out, "交通局", "已完成38公里。", 落实情况="进度滞后")
    next_period(handed_out, SEPTEMBER)
    report(handed_out, "交通局", "已完成45公里。", SEPTEMBER)
    next_period(handed_out, OCTOBER)
    rows = past(handed_out)
    assert list(rows) == ["2022-08/A1-001", "2022-08/A1-002", "2022-09/A1-001"]
    assert rows["2022-08/A1-001"] == {
        "id": "2022-08/A1-001", "period": "2022年8月", "ref": "附件1：1", "text": "新建改建农村公路60公里。",
        "unit": "交通局", "change": "有进展", "progress": "已完成38公里。", "status": "进度滞后", "light": "黄",
    }  # fmt: skip
    assert rows["2022-08/A1-002"]["due"] == "2022-11-30"
    assert [rows["2022-09/A1-001"][key] for key in ("period", "progress", "light")] == [
        "2022年9月",
        "已完成45公里。",
        "绿",
    ]
    assert unchanged_by_another_pass(handed_out)


def test_figures_are_shown_in_words(handed_out: Workspace) -> None:
    """An indicator has a row of its own below its task's, with what was reported as text."""
    typed = {"ref": "附件1：1", "name": "新建改建农村公路", "kind": "达到", "target": 60, "measure": "公里"}
    for key, value in typed.items():
        put(handed_out, "指标", key, 5, value)
    publish(handed_out)
    put(handed_out, "指标", "actual", 5, 38)
    put(handed_out, "指标", "as_of", 5, datetime(2022, 8, 31))
    next_period(handed_out, SEPTEMBER)
    (row,) = past(handed_out).values()
    assert row == {
        "id": "2022-08/A1-001#1", "period": "2022年8月", "ref": "附件1：1", "text": "新建改建农村公路",
        "unit": "交通局", "progress": "完成值38公里，截至2022-08-31", "light": "黄",
    }  # fmt: skip
    assert unchanged_by_another_pass(handed_out)


def test_a_period_that_is_opened_again(handed_out: Workspace) -> None:
    """When it is closed again its rows say what stands now: changed, taken away, new."""
    report(handed_out, "交通局", "已完成38公里。")
    report(handed_out, "教育局", "新增2500个。")
    next_period(handed_out, SEPTEMBER)
    open_period(handed_out, PERIOD)
    for row, text in ((5, "截至8月底，完成38公里。"), (7, "压减一成。")):
        put(handed_out, "附件1", "progress", row, text)
    for key in ("change", "progress", "status"):
        put(handed_out, "附件1", key, 6, None)
    open_period(handed_out, SEPTEMBER)
    rows = past(handed_out)
    assert {name: row.get("progress") for name, row in rows.items()} == {
        "2022-08/A1-001": "截至8月底，完成38公里。", "2022-08/A1-002": None, "2022-08/A1-003": "压减一成。",
    }  # fmt: skip
    assert "light" not in rows["2022-08/A1-002"]
    assert unchanged_by_another_pass(handed_out)


def test_people_sort_and_extend_it(handed_out: Workspace) -> None:
    """Rows are known by their id, columns by their key; what somebody damaged is put right."""
    report(handed_out, "交通局", "已完成38公里。")
    report(handed_out, "教育局", "新增2500个。")
    next_period(handed_out, SEPTEMBER)

    def rearrange(book: Workbook) -> None:
        sheet = book["历史"]
        sheet.insert_cols(3)
        sheet["C4"], sheet["C5"] = "本办批注", "已核"
        swap(sheet, 5, 6)
        column = next(cell.column for cell in sheet[3] if cell.value == "progress")
        sheet.cell(5, column).value = "误改"

    edit(handed_out.master, rearrange)
    report(handed_out, "交通局", "已完成45公里。", SEPTEMBER)
    next_period(handed_out, OCTOBER)
    rows = past(handed_out)
    assert list(rows) == ["2022-08/A1-002", "2022-08/A1-001", "2022-09/A1-001"]
    assert [row["progress"] for row in rows.values()] == ["新增2500个。", "已完成38公里。", "已完成45公里。"]
    assert openpyxl.load_workbook(handed_out.master)["历史"]["C6"].value == "已核"
    assert unchanged_by_another_pass(handed_out)


def swap(sheet: Worksheet, first: int, second: int) -> None:
    for column in range(1, sheet.max_column + 1):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value


def test_what_is_past_stays(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are made once: today's reporter is not that of then, and another pass takes no snapshot."""
    report(handed_out, "交通局", "已完成38公里。")
    next_period(handed_out, SEPTEMBER)
    put(handed_out, "附件1", "reporter", 5, "住建局")

    def costly(*_: object) -> Snapshot:
        raise AssertionError

    with monkeypatch.context() as watched:
        watched.setattr(history, "snapshot_of", costly)
        publish(handed_out)
        assert past(handed_out)["2022-08/A1-001"]["unit"] == "交通局"
        # and so it is with those that an earlier version of the program has kept
        kept = json.loads(handed_out.journal.fact("history:2022-08") or "")
        handed_out.journal.set_fact("history:2022-08", json.dumps({key: kept[key] for key in ("stamp", "rows")}))
        publish(handed_out)
    assert past(handed_out)["2022-08/A1-001"]["unit"] == "交通局"


def test_a_row_that_somebody_deleted_comes_back(handed_out: Workspace) -> None:
    """The archive is complete."""
    report(handed_out, "交通局", "已完成38公里。")
    next_period(handed_out, SEPTEMBER)
    before = past(handed_out)
    edit(handed_out.master, lambda book: book["历史"].delete_rows(5))
    assert past(handed_out) == {}
    publish(handed_out)
    assert past(handed_out) == before


@pytest.fixture
def august(handed_out: Workspace) -> Iterator[Workspace]:
    """交通局 on time and behind, 教育局 sent back once and then late, 住建局 silent."""
    report(handed_out, "交通局", "已完成38公里。", 落实情况="进度滞后")
    report(handed_out, "教育局", "新增2500个。", 落实情况="快了")
    report(handed_out, "教育局", "新增2500个，改造4万平方米。", sent=LATE)
    yield handed_out
    assert unchanged_by_another_pass(handed_out)


def test_before_anything_came(handed_out: Workspace) -> None:
    """Everybody begins with the same points: what may still come in time is not missing."""
    rows = shown(handed_out.master, "考核", "name")
    assert list(rows) == ["交通局", "教育局", "住建局"]
    assert [(row["tasks"], row["asked"], row["score"], row["rank"]) for row in rows.values()] == [
        (1, 0, 100, 1), (1, 0, 100, 1), (0, 0, 100, 1),
    ]  # fmt: skip
    assert unchanged_by_another_pass(handed_out)


def test_the_open_period_counts_what_arrived(august: Workspace) -> None:
    """And its lights; 住建局 has not reported, which does not cost anything yet."""
    assert scored(august) == {
        "交通局": "100－1×1（黄灯）＝99",
        "教育局": "100－1×1（逾期）－2×1（退回）＝97",
        "住建局": "100，无加减分",
    }
    assert scored(august, "rank") == {"交通局": 2, "教育局": 3, "住建局": 1}
    assert scored(august, "asked") == {"交通局": 1, "教育局": 1, "住建局": 0}


def test_a_closed_period_counts_who_is_missing(august: Workspace) -> None:
    """The lights are those of the new period: nobody has reported, all are grey."""
    next_period(august, SEPTEMBER)
    assert scored(august) == {
        "交通局": "100，无加减分",
        "教育局": "100－1×1（逾期）－2×1（退回）＝97",
        "住建局": "100－10×1（未报）＝90",
    }
    keys = ("asked", "on_time", "late", "missing", "returned", "grey", "system", "score", "rank")
    rows = shown(august.master, "考核", "name")
    assert [rows["教育局"][key] for key in keys] == [1, 0, 1, 0, 1, 1, 97, 97, 2]


def test_what_was_entered_for_a_unit_counts_as_reported(august: Workspace) -> None:
    """By telephone, received in time: 住建局 is not missing."""
    typed = {
        "unit": "住建局",
        "ref": "附件1：2",
        "change": "有进展",
        "progress": "改造4万平方米。",
        "status": "正常推进",
    }
    for key, value in {**typed, "channel": "电话", "received": datetime.fromisoformat(ON_TIME)}.items():
        put(august, "代填", key, 5, value)
    next_period(august, SEPTEMBER)
    row = shown(august.master, "考核", "name")["住建局"]
    assert [row[key] for key in ("asked", "on_time", "missing", "why")] == [1, 1, 0, "100，无加减分"]


def test_a_period_opened_again_makes_nobody_missing(august: Workspace) -> None:
    """September is not over because August was opened once more for a correction."""
    next_period(august, SEPTEMBER)
    open_period(august, PERIOD)
    assert scored(august, "missing") == {"交通局": 0, "教育局": 0, "住建局": 0}
    open_period(august, SEPTEMBER)
    assert scored(august, "missing") == {"交通局": 0, "教育局": 0, "住建局": 1}


def test_the_leaders_rating_is_kept_and_used(august: Workspace) -> None:
    """What the office types is never written, stays with its unit when rows are sorted, and goes into the total."""
    put(august, "考核", "rating", 5, 18)
    put(august, "考核", "rating", 6, 95)
    edit(august.master, lambda book: swap(book["考核"], 5, 7))
    publish(august)
    rows = shown(august.master, "考核", "name")
    assert list(rows) == ["住建局", "教育局", "交通局"]
    assert [row.get("rating") for row in rows.values()] == [None, 95, 18]
    assert [row["score"] for row in rows.values()] == [100, 97, 97.2]
    assert rows["交通局"]["why"] == "100－1×1（黄灯）＝99；99×80%＋18（领导评分）＝97.2"
    assert str(rows["教育局"]["why"]).endswith("领导评分“95”不是0到20的数，没有计入")


def test_the_mean_rate_of_a_units_indicators(handed_out: Workspace) -> None:
    """As a value of which people see a percentage; none where nothing has a rate."""
    typed = {
        "ref": "附件1：1",
        "name": "新建改建农村公路",
        "kind": "达到",
        "target": 60,
        "measure": "公里",
        "actual": 45,
    }
    for key, value in typed.items():
        put(handed_out, "指标", key, 5, value)
    publish(handed_out)
    assert scored(handed_out, "rate") == {"交通局": 0.75, "教育局": None, "住建局": None}
    assert unchanged_by_another_pass(handed_out)


def test_the_schema_s_points(august: Workspace) -> None:
    """Other rules, other scores."""
    path = august.root / "schema.yaml"
    path.write_text(path.read_text("utf-8").replace("returned: -2 ", "returned: -0.5 "), encoding="utf-8")
    publish(Workspace(august.root))
    assert scored(august)["教育局"] == "100－1×1（逾期）－0.5×1（退回）＝98.5"
    del august.schema

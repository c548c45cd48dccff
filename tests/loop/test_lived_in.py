"""A master that people live in: their charts, pivots, slicers, pictures, macros and notes go through the merges."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from clerk import PERIOD, fill
from everything import decorate
from python_calamine import CalamineWorkbook

from ledger.period import Period
from sync.distribute import distribute
from sync.intake import sync_once
from sync.master import open_master
from sync.periods import open_period
from sync.workspace import Workspace

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
ROAD = "A1-001"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(params=["xlsx", "xlsm"])
def lived_in(handed_out: Workspace, request: pytest.FixtureRequest) -> tuple[Workspace, dict[str, bytes]]:
    """The small workspace whose master has got everything that Excel can make, and the parts that came with it."""
    plain = handed_out.master.read_bytes()
    decorated = decorate(plain, macros=request.param == "xlsm")
    handed_out.master.unlink()
    (handed_out.root / f"master.{request.param}").write_bytes(decorated)
    before = parts(plain)
    return handed_out, {name: content for name, content in parts(decorated).items() if name not in before}


def collect(place: Workspace, period: Period, text: str) -> None:
    """The road's unit reports, and the office collects."""
    source = next((place.root / "outbox" / "交通局").glob(f"*{period.label}*"))
    typed = {"本期情况": "有进展", "进展情况": text, "落实情况": "正常推进"}
    fill(source, place.root / "inbox" / "交通局" / source.name, lambda _: typed)
    assert [item.verdict for item in sync_once(place).decided] == ["accepted"]


def test_two_months_pass_through_it(lived_in: tuple[Workspace, dict[str, bytes]], office) -> None:  # type: ignore[no-untyped-def]
    """Reports arrive, a period closes, another one opens: none of the added parts changes by a byte."""
    place, added = lived_in
    assert len(added) > 20
    collect(place, PERIOD, "已完成38公里。")
    open_period(place, Period.parse("2022-09"))
    distribute(place, Period.parse("2022-09"))
    collect(place, Period.parse("2022-09"), "已完成45公里。")
    data = place.master.read_bytes()
    now = parts(data)
    assert [name for name, content in added.items() if now.get(name) != content] == []
    assert open_master(place).text(ROAD, "progress") == "已完成45公里。"
    assert openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)["附件1"]["A5"].value == ROAD
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    copy = place.root / f"副本{place.master.suffix}"
    copy.write_bytes(data)
    texts = [cell for row in office.values(copy)["附件1"] for cell in row]
    assert "已完成45公里。" in texts


def test_a_second_merge_changes_no_byte(lived_in: tuple[Workspace, dict[str, bytes]]) -> None:
    place, _ = lived_in
    collect(place, PERIOD, "已完成38公里。")
    before = place.master.read_bytes()
    assert sync_once(place).published.written is False
    assert place.master.read_bytes() == before


def test_the_office_keeps_its_own_master_name(lived_in: tuple[Workspace, dict[str, bytes]]) -> None:
    """An .xlsm stays one; no second master appears."""
    place, _ = lived_in
    name = place.master.name
    collect(place, PERIOD, "已完成38公里。")
    assert [path.name for path in Path(place.root).glob("master.*")] == [name]

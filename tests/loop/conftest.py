"""Workspaces in the states that the tests of the loop start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from clerk import PERIOD

from sync.distribute import distribute
from sync.periods import open_period
from sync.register import register
from sync.workspace import Workspace, default_schema

HEADERS = ("具体工作任务\n和要求", "牵头市\n领导", "牵头\n单位", "责任单位", "进展情况", "存在问题")
ROWS = (
    ("1.新建改建农村公路60公里。", "林  岚", "交通局", "各乡镇（街道）", "", ""),
    ("2.新增学位3000个，改造校舍5万平方米。", "林  岚", "教育局\n住建局", "财政局", "", ""),
    ("3.压减一般性支出。", "方  远", "有关部门", "各乡镇（街道）", "", ""),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace, in a folder whose name has Chinese characters and a space."""
    made = Workspace.create(tmp_path / "安平 台账", default_schema())
    with made.locked():
        yield made


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Three tasks: one lead unit, two lead units, nobody in particular."""
    return _written(tmp_path)


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with the document imported, August opened and handed out, for tests to copy."""
    folder = tmp_path_factory.mktemp("month")
    made = Workspace.create(folder / "安平 台账", default_schema())
    with made.locked():
        register(made, [_written(folder)], tasks_only=True)
        open_period(made, PERIOD)
        distribute(made, PERIOD)
    return made.root


@pytest.fixture
def handed_out(workspace: Workspace, document: Path) -> Workspace:
    """The document imported, August opened, workbooks in the outbox."""
    register(workspace, [document], tasks_only=True)
    open_period(workspace, PERIOD)
    distribute(workspace, PERIOD)
    return workspace


def _written(folder: Path) -> Path:
    path = folder / "分工表.txt"
    path.write_text("附件1\n" + "\n".join(map(_dumped, (HEADERS, *ROWS))), encoding="utf-8")
    return path


def _dumped(row: tuple[str, ...]) -> str:
    """A row as the plain-text dumps of web pages print it: every cell on a line of its own, after a tab."""
    return "".join(f"\t{cell}\n" for cell in row)

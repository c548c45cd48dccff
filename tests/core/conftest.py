"""Small schemas, tasks and journals for the tests of the core."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.schema import Schema, load_schema
from ledger.task import Task
from sync.journal import Journal

SMALL = """\
version: 1
year: 2022
office:
  name: 督查科
  region: 安平市
  level: 市
columns:
  text: {title: 任务内容, owner: task}
  progress: {title: 进展情况, owner: unit, required: true, max_length: 20}
annexes:
  - no: 1
    title: 分工表
    columns: [text, progress]
statuses:
  - {word: 未启动, means: not_started}
  - {word: 推进中, means: on_track}
  - {word: 已完成, means: done}
due:
  month: {day: 5, months_after: 1}
  quarter: {day: 20, months_after: 1}
  year: {day: 10, months_after: 1}
document:
  title: 通报
  addressee: 各单位
  opening: 现通报如下。
  issuer: 督查科
  requirements: []
  categories:
    - {name: 要素保障, words: [用地, 资金]}
    - {name: 其他}
"""


@pytest.fixture
def small() -> str:
    """The text of the smallest sensible schema.yaml; tests replace single lines of it."""
    return SMALL


@pytest.fixture(scope="session")
def schema_with() -> Callable[..., Schema]:
    """The small schema with these lines (YAML) as additional columns, and further keys behind it."""

    def make(columns: str, keys: str = "") -> Schema:
        lines = "".join(f"  {line.strip()}\n" for line in columns.strip().splitlines())
        return load_schema(SMALL.replace("annexes:\n", f"{lines}annexes:\n", 1) + keys)

    return make


@pytest.fixture
def task() -> Callable[..., Task]:
    """A task by id (``A1-002``), with any field changed."""

    def make(name: str, **fields: object) -> Task:
        annex, number = name.removeprefix("A").split("-")
        return Task.model_validate({"id": name, "annex": annex, "no": number, "text": "建学校", **fields})

    return make


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal in a folder that is not there yet."""
    made = Journal(tmp_path / ".ducha" / "journal.db")
    yield made
    made.close()

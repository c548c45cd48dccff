"""Three real publications made again from the ledgers that were imported from them: same words in the same order."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bulletin_samples import ROOT, Document, W

from bulletin import content, render
from ledger.decompose import Decomposition, decompose
from ledger.period import Period
from ledger.schema import Schema, load_schema
from ledger.snapshot import Line, Snapshot
from ledger.sources import read
from ledger.tables import extract
from ledger.task import folded

SEEDS = {"fengcheng": "000", "qingyunpu": "001", "jishui": "003"}


def schema_of(name: str) -> Schema:
    path = ROOT / ("schema.yaml" if name == "fengcheng" else f"examples/schemas/{name}.yaml")
    return load_schema(path.read_text(encoding="utf-8"))


def seed(shared: Path, name: str) -> bytes:
    return next((shared / "seeds").glob(f"{SEEDS[name]}_*.txt")).read_bytes()


def truth(shared: Path, name: str) -> Any:
    return json.loads((shared / "truth" / f"{name}.json").read_text(encoding="utf-8"))


def ledger(data: bytes, schema: Schema) -> Decomposition:
    return decompose(extract(read(data, "原件"), schema), schema, (), None)


def published(data: bytes, schema: Schema) -> bytes:
    """The publication of a ledger that was imported from ``data``."""
    found = ledger(data, schema)
    lines = tuple(Line(task=task, values=found.reports.get(task.id, {})) for task in found.tasks)
    snapshot = Snapshot(period=Period.parse(str(schema.year)), lines=lines)
    template = (ROOT / "templates" / schema.document.template).read_bytes()
    return render(content(schema, snapshot), template)


def alike(text: str) -> str:
    """Without spacing; the dumps have half-width marks where the paper had full ones."""
    return folded(text).translate(str.maketrans(",:;()", "，：；（）"))


def told(result: Decomposition) -> list[Any]:
    """A ledger as it is compared: everything that was printed, spacing aside."""
    keys = ("annex", "no", "section", "subsection", "project", "text")
    return [
        (
            *(folded(str(getattr(task, key) or "")) for key in keys),
            {key: folded(text) for key, text in task.printed.items()},
            {key: folded(text) for key, text in result.reports.get(task.id, {}).items() if folded(text)},
        )
        for task in result.tasks
    ]


def test_the_notice_with_two_annexes(shared: Path) -> None:
    """丰城: chapters in their order, then both annexes; imported again they are the ledger that they were made from."""
    schema, data = schema_of("fengcheng"), seed(shared, "fengcheng")
    made = published(data, schema)
    found = Document(made)
    original = [line.strip() for line in data.decode("utf-8").splitlines()]
    chapters = [line for line in original if re.fullmatch("[一二三]、(基本情况|存在的问题|下步.{0,6}要求)", line)]
    assert chapters
    assert [text for text in found.paragraphs if re.match("[一二三]、", text)] == chapters
    assert [len([row for row in table if not row.header]) for table in found.tables] > [161, 24]
    assert told(ledger(made, schema)) == told(ledger(data, schema))


def test_all_tasks_item_by_item(shared: Path) -> None:
    """青云谱: 78 numbered tasks under their headings, each with its units and its status word before its report."""
    schema, data = schema_of("qingyunpu"), seed(shared, "qingyunpu")
    original = data.decode("utf-8").splitlines()
    start = next(place for place, text in enumerate(original) if text.startswith("一、"))
    expected = [alike(text) for text in original[start:] if text.strip()]
    found = Document(published(data, schema))
    said = [alike(text) for text in found.paragraphs if text]
    start = next(place for place, text in enumerate(said) if text.startswith("一、"))
    assert said[start:-2] == expected  # the last two are the signature
    styles = [p.find(f"{W}pPr/{W}pStyle").get(f"{W}val") for p in found.body.iter(f"{W}p") if "".join(p.itertext())]
    assert [styles.count(name) for name in ("DuchaHeading", "DuchaSubheading")] == [6, 15]
    assert not found.tables


def test_the_tables_alone(shared: Path) -> None:
    """吉水: both tables under their numbered titles, row by row as they were, with their sections."""
    schema, data, rows = schema_of("jishui"), seed(shared, "jishui"), truth(shared, "jishui")
    titles = list(dict.fromkeys(row["table"] for row in rows))
    annexes = tuple(
        annex.model_copy(update={"title": re.sub("^[一二]、", "", title)})
        for annex, title in zip(schema.annexes, titles, strict=True)
    )
    made = published(data, schema.model_copy(update={"annexes": annexes}))
    found = Document(made)
    assert [text for text in found.paragraphs if re.match("[一二]、", text)] == [
        text.strip() for text in data.decode("utf-8").splitlines() if re.match("[一二]、.*分解表", text)
    ]
    for table, title in zip(found.tables, titles, strict=True):
        expected: list[tuple[str, ...]] = []
        section = subsection = None
        for row in (row for row in rows if row["table"] == title):
            if row["section"] != section:
                expected.append((row["section"],))
            if row["subsection"] and (row["section"], row["subsection"]) != (section, subsection):
                expected.append((row["subsection"],))
            section, subsection = row["section"], row["subsection"]
            expected.append((str(row["no"]), row["task"], "".join(row["leaders"]), row["units"], row["progress"]))
        header, *body = table
        assert [folded(cell) for cell in header.cells] == [
            "序号",
            "具体工作任务和要求",
            "责任领导",
            "责任单位",
            "落实情况",
        ]
        assert [tuple(map(folded, row.cells)) for row in body] == [
            tuple(folded(cell or "") for cell in cells) for cells in expected if cells != (None,)
        ]
    assert found.sections == ["landscape"] * 2


@pytest.mark.parametrize("name", ["narrative", "tables"])
def test_a_shape_says_nothing_of_the_others(name: str) -> None:
    """Its template lacks their variables and is complete; nothing of the template is left."""
    schema = load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))
    schema = schema.model_copy(update={"document": schema.document.model_copy(update={"shape": name})})
    found = Document(published("1.修路。\n责任单位：交通局\n落实情况：推进中。\n".encode(), schema))
    assert not re.search("[{}%#\u2063]|None|模板|主送|附件说明", found.text)

"""Three real documents, read through by hand, against what the import makes of them, in every form."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from documents import DOWN, docx_bytes, xls_bytes, xlsx_bytes

from ledger.decompose import Decomposition, decompose
from ledger.schema import Schema, load_schema
from ledger.sources import read
from ledger.tables import extract
from ledger.task import Task, folded

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("leaders", "lead_units", "responsible_units")
REPORTED = ("progress", "problems")


def schema_of(name: str) -> Schema:
    path = ROOT / ("schema.yaml" if name == "fengcheng" else f"examples/schemas/{name}.yaml")
    return load_schema(path.read_text(encoding="utf-8"))


def seed(shared: Path, start: str) -> bytes:
    return next((shared / "seeds").glob(f"{start}_*.txt")).read_bytes()


def truth(shared: Path, name: str) -> Any:
    return json.loads((shared / "truth" / f"{name}.json").read_text(encoding="utf-8"))


def imported(data: bytes, schema: Schema, existing: Sequence[Task] = ()) -> Decomposition:
    return decompose(extract(read(data, "原件"), schema), schema, existing, None)


def cells(result: Decomposition) -> list[dict[str, Any]]:
    """Tasks and reports without white space and without what the form decides."""
    return [
        {
            **{
                key: folded(str(getattr(task, key))) for key in ("id", "no", "section", "subsection", "project", "text")
            },
            **{key: getattr(task, key) for key in NAMES},
            **{key: folded(text) for key, text in task.printed.items()},
            **{key: folded(text) for key, text in result.reports.get(task.id, {}).items()},
        }
        for task in result.tasks
    ]


@pytest.fixture(scope="module")
def fengcheng(shared: Path) -> Decomposition:
    return imported(seed(shared, "000"), schema_of("fengcheng"))


def test_annex_1_of_fengcheng(shared: Path, fengcheng: Decomposition) -> None:
    """161 tasks, every cell, every name, section and number."""
    tasks = [task for task in fengcheng.tasks if task.annex == 1]
    rows = truth(shared, "fengcheng")["annex1"]
    assert len(tasks) == len(rows) == 161
    for row, task in zip(rows, tasks, strict=True):
        assert (task.id, task.no, task.printed_no) == (f"A1-{row['no']:03d}", row["no"], row["printed_no"])
        assert (task.section, task.subsection) == tuple(
            row[key] and folded(row[key]) for key in ("section", "subsection")
        )
        assert folded(task.text) == folded(row["task"])
        check_cells(row, task, fengcheng)


def test_annex_2_of_fengcheng(shared: Path, fengcheng: Decomposition) -> None:
    """25 sub-items of 18 projects; where leaders and units are merged with the row above, they are inherited."""
    tasks = [task for task in fengcheng.tasks if task.annex == 2]
    rows = truth(shared, "fengcheng")["annex2"]
    assert len(tasks) == len(rows) == 25
    assert len({task.project for task in tasks}) == 18
    for row, task in zip(rows, tasks, strict=True):
        assert (task.no, task.inherited) == (row["no"], row["inherited"])
        assert task.id.startswith(f"A2-{row['no']:02d}.")
        assert (task.project, folded(task.text)) == (folded(row["project"]), folded(row["target"]))
        check_cells(row, task, fengcheng)
    assert [task.id for task in tasks if task.no == 8] == ["A2-08.1", "A2-08.2", "A2-08.3", "A2-08.4"]


def check_cells(row: dict[str, Any], task: Task, result: Decomposition) -> None:
    for key in NAMES:
        assert folded(task.printed[key]) == folded(row[key])
        assert list(getattr(task, key)) == row[f"{key}_list"]
    for key in REPORTED:
        assert folded(result.reports.get(task.id, {}).get(key, "")) == folded(row[key])


def test_the_doubled_number_of_fengcheng(fengcheng: Decomposition) -> None:
    """The second 45 becomes 46, and that is all that is wrong with the document."""
    assert [(item.code, item.value) for item in fengcheng.findings] == [("number_repeated", "45")]
    assert next(task.printed_no for task in fengcheng.tasks if task.id == "A1-046") == 45


def test_jishui(shared: Path) -> None:
    """Two tables of five columns, told apart by their titles; both count from 1."""
    result = imported(seed(shared, "003"), schema_of("jishui"))
    rows = truth(shared, "jishui")
    assert [sum(task.annex == annex for task in result.tasks) for annex in (1, 2)] == [10, 120]
    assert result.findings == ()
    for row, task in zip(rows, result.tasks, strict=True):
        assert (task.annex, task.no) == (2 if "其他" in row["table"] else 1, row["no"])
        assert (task.section, task.subsection) == tuple(
            row[key] and folded(row[key]) for key in ("section", "subsection")
        )
        assert folded(task.text) == folded(row["task"])
        assert list(task.leaders) == row["leaders"]
        assert folded(task.printed["responsible_units"]) == folded(row["units"])
        assert folded("".join(task.responsible_units)) == folded(row["units"])
        assert folded(result.reports[task.id]["progress"]) == folded(row["progress"])


def test_qingyunpu(shared: Path) -> None:
    """78 numbered items with labels; the status word at the head of the report is a column of its own."""
    result = imported(seed(shared, "001"), schema_of("qingyunpu"))
    rows = truth(shared, "qingyunpu")
    assert len(result.tasks) == len(rows) == 78
    assert result.findings == ()
    for row, task in zip(rows, result.tasks, strict=True):
        assert (task.no, task.section, task.subsection) == (row["no"], row["section"], row["subsection"])
        assert folded(task.text) == folded(row["task"])
        assert list(task.responsible_units) == row["units"]
        assert result.reports[task.id]["status"] == row["status"]
        assert folded(result.reports[task.id]["progress"]) == folded(row["progress"])


FENGCHENG_1 = ["具体工作任务\n和要求", "牵头市领导", "牵头\n单位", "责任单位", "进展情况", "存在\n问题"]
FENGCHENG_2 = ["序号", "项目\n名称", "目标任务", "牵头市领导", "牵头\n单位", "责任\n单位", "进展情况", "存在问题"]
JISHUI = ["序号", "具体工作任务和要求", "责任领导", "责任单位", "落实情况"]


def fengcheng_parts(shared: Path) -> list[tuple[str, list[list[str]]]]:
    data = truth(shared, "fengcheng")
    first = with_sections(
        data["annex1"], lambda row: [f"{row['printed_no']}.{row['task']}", *(row[key] for key in (*NAMES, *REPORTED))]
    )
    second: list[list[str]] = []
    project = None
    for row in data["annex2"]:
        head = [DOWN, DOWN] if row["project"] == project else [str(row["no"]), row["project"]]
        names = [DOWN] * 3 if row["inherited"] else [row[key] for key in NAMES]
        second.append([*head, row["target"], *names, *(row[key] for key in REPORTED)])
        project = row["project"]
    return [
        ("附件1 政府工作报告重点工作责任分工表", [FENGCHENG_1, *first]),
        ("附件2 民生实事责任分工表", [FENGCHENG_2, *second]),
    ]


def jishui_parts(shared: Path) -> list[tuple[str, list[list[str]]]]:
    rows = truth(shared, "jishui")
    return [
        (
            title,
            [
                JISHUI,
                *with_sections(
                    [row for row in rows if row["table"] == title],
                    lambda row: [str(row["no"]), row["task"], "\n".join(row["leaders"]), row["units"], row["progress"]],
                ),
            ],
        )
        for title in dict.fromkeys(row["table"] for row in rows)
    ]


def with_sections(rows: list[dict[str, Any]], line: Any) -> list[list[str]]:
    lines: list[list[str]] = []
    section = subsection = None
    for row in rows:
        if row["section"] != section:
            lines.append([row["section"]])
        if row["subsection"] and (row["section"], row["subsection"]) != (section, subsection):
            lines.append([row["subsection"]])
        section, subsection = row["section"], row["subsection"]
        lines.append(line(row))
    return lines


FORMS = [
    pytest.param(lambda parts: docx_bytes(parts, header_every=4), id="docx"),
    pytest.param(xlsx_bytes, id="xlsx"),
    pytest.param(xls_bytes, id="xls"),
]


@pytest.mark.parametrize("form", FORMS)
def test_fengcheng_in_other_forms(shared: Path, fengcheng: Decomposition, form: Any) -> None:
    """The same rows in a Word or Excel file with merged cells are the same ledger."""
    result = imported(form(fengcheng_parts(shared)), schema_of("fengcheng"))
    assert cells(result) == cells(fengcheng)
    assert [item.code for item in result.findings] == ["number_repeated"]


@pytest.mark.parametrize("form", FORMS)
def test_jishui_in_other_forms(shared: Path, form: Any) -> None:
    schema = schema_of("jishui")
    result = imported(form(jishui_parts(shared)), schema)
    assert cells(result) == cells(imported(seed(shared, "003"), schema))
    assert result.findings == ()


@pytest.mark.parametrize(("start", "name"), [("000", "fengcheng"), ("003", "jishui"), ("001", "qingyunpu")])
def test_the_same_document_twice(shared: Path, start: str, name: str) -> None:
    """A second import adds no task and no finding about tasks, and reports the same cells."""
    schema = schema_of(name)
    once = imported(seed(shared, start), schema)
    twice = imported(seed(shared, start), schema, once.tasks)
    assert (twice.tasks, twice.findings) == ((), ())
    assert twice.reports == once.reports


def test_a_second_document_adds_its_annex(shared: Path) -> None:
    """One annex a document: the second import leaves the first one's tasks alone."""
    schema = schema_of("fengcheng")
    parts = fengcheng_parts(shared)
    first = imported(docx_bytes(parts[:1]), schema)
    second = imported(xlsx_bytes(parts[1:]), schema, first.tasks)
    assert {task.annex for task in first.tasks} == {1}
    assert [task.annex for task in second.tasks] == [2] * 25

"""Planted contradictions and decoys against the checks, and false alarms on whole ledgers."""

import time
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from bench.reading.corpus import ROOT, SHARED, anping, loaded
from ledger.checks import check
from ledger.decompose import Decomposition, decompose
from ledger.finding import Finding
from ledger.indicator import KINDS, Indicator
from ledger.measures import standing
from ledger.period import Period
from ledger.schema import Schema, load_schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.sources import read
from ledger.tables import extract
from ledger.task import Task

__all__ = ["CHECK_OF", "alarms", "measure_planted", "of_anping", "of_seed", "own_cases"]

# which check each finding belongs to, as planted contradictions name them; a wrong base is both rate and target
CHECK_OF = {
    "rate_wrong": {"rate"},
    "rate_base": {"rate", "target"},
    "schedule_wrong": {"schedule"},
    "sum_wrong": {"sum"},
    "status_early": {"status"},
    "status_short": {"status"},
    "target_other": {"target"},
    "unit_wrong": {"unit"},
    "text_stale": {"stale"},
    "figures_old": {"stale"},
    "actual_missing": {"missing"},
    "figure_untyped": {"missing"},
    "cross_differs": {"cross"},
    "figure_differs": {"cross"},
    "number_doubled": {"number"},
    "task_repeated": {"duplicate"},
    "report_repeated": {"duplicate"},
}
_SEEDS = {
    "fengcheng": ("000", "schema.yaml", "2022Q3"),
    "qingyunpu": ("001", "examples/schemas/qingyunpu.yaml", "2020Q3"),
}


def measure_planted() -> Iterator[tuple[str, str]]:
    """Found of the planted, alarms over the decoys, and alarms that nobody has confirmed on whole ledgers."""
    found, planted, extra = _anping_score()
    yield "planted in 安平", f"{found} of {planted} found, {extra} more on 180 reports"
    found, planted, extra = _own_score()
    yield "planted in own sentences", f"{found} of {planted} found, {extra} more on {len(own_cases())} reports"
    confirmed = loaded("confirmed.yaml")
    for name in _SEEDS:
        if (SHARED / "seeds").exists():
            ledger = of_seed(name)
            start = time.perf_counter()
            findings = alarms(ledger)
            taken = time.perf_counter() - start
            real = sum(f"{item.task} {item.code}" in confirmed[name] for item in findings)
            tasks = len(ledger[0].lines)
            false = len(findings) - real
            yield f"alarms on {name}", f"{real} real, {false} false on {tasks} tasks ({taken:.2f} s)"


def alarms(ledger: tuple[Snapshot, Schema, Snapshot | None]) -> list[Finding]:
    """Everything but notes."""
    snapshot, schema, before = ledger
    return [item for item in check(snapshot, schema, before) if item.severity != "note"]


def _anping_score() -> tuple[int, int, int]:
    wanted = {(item["period"], item["key"], item["check"]) for item in _plan()["planted"]}
    found, extra = set(), 0
    for period in ("2022-08", "2022-09"):
        for item in alarms(of_anping(period)):
            key = _key(item.task or "")
            hit = {(period, key, name) for name in CHECK_OF[item.code]} & wanted
            found |= hit
            extra += not hit
    return len(found), len(wanted), extra


def _own_score() -> tuple[int, int, int]:
    found = planted = extra = 0
    for case, ledger in own_cases():
        names: set[str] = set().union(*(CHECK_OF[item.code] for item in check(*ledger)))
        planted += len(case["expect"])
        found += len(names & set(case["expect"]))
        extra += len(names - set(case["expect"]) - ({"target"} if "rate" in case["expect"] else set()))
    return found, planted, extra


@cache
def _plan() -> Any:
    return yaml.safe_load((ROOT / "examples/anping/填报.yaml").read_text(encoding="utf-8"))


def _schema(path: str) -> Schema:
    return load_schema((ROOT / path).read_text(encoding="utf-8"))


def _key(task: str) -> str:
    annex, _, number = task.removeprefix("A").partition("-")
    return f"{annex}:" + ".".join(str(int(part)) for part in number.split("."))


def _line(task: Task, values: Mapping[str, object]) -> Line:
    return Line(task=task, reporter="某单位", values={key: str(value) for key, value in values.items() if value})


def of_anping(period: str) -> tuple[Snapshot, Schema, Snapshot | None]:
    """安平's ledger in a period, with the month before where there is one."""
    schema = _schema("schema.yaml")
    document = (ROOT / "examples/anping/责任分工表.docx").read_bytes()
    tasks = decompose(extract(read(document, "责任分工表"), schema), schema, [], None).tasks
    months = [_month(tasks, name) for name in ("2022-08", "2022-09") if name <= period]
    return months[-1], schema, months[0] if len(months) > 1 else None


def _month(tasks: tuple[Task, ...], period: str) -> Snapshot:
    reports = anping(period)
    return Snapshot(period=Period.parse(period), lines=tuple(_line(t, reports.get(_key(t.id), {})) for t in tasks))


def of_seed(name: str) -> tuple[Snapshot, Schema, Snapshot | None]:
    """A real ledger as imported."""
    start, schema, period = _SEEDS[name]
    made = _imported(start, schema)
    lines = tuple(_line(task, made.reports.get(task.id, {})) for task in made.tasks)
    return Snapshot(period=Period.parse(period), lines=lines), _schema(schema), None


@cache
def _imported(start: str, schema: str) -> Decomposition:
    data = next((SHARED / "seeds").glob(f"{start}_*.txt")).read_bytes()
    return decompose(extract(read(data, "原件"), _schema(schema)), _schema(schema), [], None)


@cache
def own_cases() -> list[tuple[Any, tuple[Snapshot, Schema, Snapshot | None]]]:
    """Every small ledger of contradictions.yaml."""
    return [(case, _own(case)) for case in loaded("contradictions.yaml")]


def _own(case: Any) -> tuple[Snapshot, Schema, Snapshot | None]:
    schema, period = _schema("schema.yaml"), Period.parse("2022-09")
    rows = [case, *([case["also"]] if "also" in case else [])]
    tasks, lines = [], []
    for number, row in enumerate(rows, 1):
        annex = row.get("annex", 1)
        printed = row.get("printed", number if annex == 1 else None)
        tasks.append(Task(id=f"A{annex}-{number:03d}", annex=annex, no=number, printed_no=printed, text=row["text"]))
        lines.append(_line(tasks[-1], {"progress": row["report"], "status": case.get("status", "正常推进")}))
    before = None
    if "last" in case:
        before = Snapshot(period=Period.parse("2022-08"), lines=(_line(tasks[0], {"progress": case["last"]}),))
    figures = (_figure(case["target"], tasks[0], schema, period),) if "target" in case else ()
    return Snapshot(period=period, lines=tuple(lines), figures=figures), schema, before


def _figure(told: Any, task: Task, schema: Schema, period: Period) -> Figure:
    kind = next(kind for kind, word in KINDS.items() if word == told["kind"])
    indicator = Indicator(
        id=f"{task.id}#1", task=task.id, name=told["name"], kind=kind, target=told["target"], unit=told["measure"]
    )
    stands = standing(indicator, "", period.end, schema)
    return Figure(indicator=indicator, reporter="某单位", values={}, standing=stands)

"""What the checks remember of a task: never anything that a new reading would not say again."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.checks import Inquiry, check
from ledger.checks import run as running
from ledger.finding import Finding
from ledger.indicator import Indicator
from ledger.measures import standing
from ledger.period import Period
from ledger.schema import Schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task

AUGUST, SEPTEMBER = Period.parse("2022-08"), Period.parse("2022-09")
TEXT = "新建公厕20座。"
WRONG, RIGHT = "截至9月底，新建公厕14座，完成80%。", "截至9月底，新建公厕14座，完成70%。"


def line(name: str, text: str = TEXT, report: str = WRONG, status: str = "正常推进", **fields: Any) -> Line:
    annex, no = map(int, name.removeprefix("A").split("-"))
    own = Task(id=name, annex=annex, no=no, text=text, **fields)
    return Line(task=own, reporter="城管局", values={"progress": report, "status": status})


def ledger(*lines: Line, figures: tuple[Figure, ...] = (), period: Period = SEPTEMBER) -> Snapshot:
    return Snapshot(period=period, lines=lines, figures=figures)


def figure(task: str, actual: str, schema: Schema) -> Figure:
    listed = Indicator(id=f"{task}#1", task=task, name="新建公厕", kind="amount", target=20, unit="座")
    stands = standing(listed, actual, SEPTEMBER.end, schema)
    return Figure(indicator=listed, reporter="城管局", values={"actual": actual}, standing=stands)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each task is read, from a memory that knows nothing."""
    counted: Counter[str] = Counter()
    read = running.read

    def counting(row: Any, year: int) -> Any:
        counted[row.task] += 1
        return read(row, year)

    monkeypatch.setattr(running, "_kept", {})
    monkeypatch.setattr(running, "read", counting)
    return counted


def test_nothing_is_read_twice(schema: Schema, reads: Counter[str]) -> None:
    snapshot = ledger(line("A1-001"), line("A1-002", report=RIGHT))
    first = check(snapshot, schema)
    assert [item.code for item in first] == ["rate_wrong", "task_repeated"]
    assert check(ledger(*snapshot.lines), schema) == first
    assert reads == {"A1-001": 1, "A1-002": 1}


def test_of_a_changed_ledger_only_the_changed_task_is_read(schema: Schema, reads: Counter[str]) -> None:
    rest = line("A1-002", text="推进工业强县。", report="正在推进。")
    check(ledger(line("A1-001"), rest), schema)
    assert check(ledger(line("A1-001", report=RIGHT), rest), schema) == []
    assert reads == {"A1-001": 2, "A1-002": 1}


def test_a_task_without_a_report_is_not_read(schema: Schema, reads: Counter[str]) -> None:
    found = check(ledger(line("A1-001"), line("A1-002", report=" \n")), schema)
    assert [item.code for item in found] == ["rate_wrong", "task_repeated"]
    assert reads == {"A1-001": 1}


def test_what_the_task_wants_counts_as_well(schema: Schema, reads: Counter[str]) -> None:
    (found,) = check(ledger(line("A1-001")), schema)
    assert check(ledger(line("A1-001", text="新建公厕17.5座。")), schema) == []
    (again,) = check(ledger(line("A1-001")), schema)
    assert (again, reads["A1-001"]) == (found, 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema.model_copy(update={"year": 2021}),
        lambda schema: schema.model_copy(update={"checks": schema.checks.model_copy(update={"rounding": 10})}),
    ],
)
def test_with_another_schema_all_is_read_anew(
    change: Callable[[Schema], Schema], schema: Schema, reads: Counter[str]
) -> None:
    check(ledger(line("A1-001")), schema)
    check(ledger(line("A1-001")), change(schema))
    assert reads["A1-001"] == 2


def test_another_threshold_is_noticed(schema: Schema) -> None:
    loose = schema.model_copy(update={"checks": schema.checks.model_copy(update={"rounding": 10})})
    quiet = schema.model_copy(update={"checks": schema.checks.model_copy(update={"rate": "ignore"})})
    snapshot = ledger(line("A1-001"))
    assert [len(check(snapshot, one)) for one in (schema, loose, quiet, schema)] == [1, 0, 0, 1]


def test_last_periods_text_is_noticed(schema: Schema, reads: Counter[str]) -> None:
    """A unit's workbook is judged without it, the master with it."""
    snapshot = ledger(line("A1-001", report=RIGHT))
    assert check(snapshot, schema) == []
    assert [item.code for item in check(snapshot, schema, ledger(line("A1-001", report=RIGHT), period=AUGUST))] == [
        "text_stale"
    ]
    other = ledger(line("A1-001", report="图纸已经出来，正在招标。"), period=AUGUST)
    assert check(snapshot, schema, other) == []
    assert reads["A1-001"] == 2  # another text than the one that stands is as good as none


def test_another_period_is_noticed(schema: Schema) -> None:
    """In April September's figures would be ahead of time, in December they are old."""
    old = line("A1-001", report="截至3月底，新建公厕14座。")
    found = [check(ledger(old, period=Period.parse(name)), schema) for name in ("2022-04", "2022-12")]
    assert [[item.code for item in said] for said in found] == [[], ["figures_old"]]


def test_memory_has_an_end(schema: Schema, reads: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks asked for last are known."""
    monkeypatch.setattr(running, "_MOST", 2)
    lines = [line(f"A1-00{number}", text=f"新建公厕{number}座。") for number in (1, 2, 3)]
    whole = check(ledger(*lines), schema)
    assert len(running._kept) == 2
    check(ledger(*lines[1:]), schema)
    assert reads == {"A1-001": 1, "A1-002": 1, "A1-003": 1}
    assert check(ledger(*lines), schema) == whole


@pytest.mark.parametrize("change", [{"printed_no": 2}, {"project": "厕所革命"}, {"linked": "A2-001"}, {"annex": 2}])
def test_the_stamp_knows_where_a_task_stands(change: dict[str, Any], schema: Schema) -> None:
    """What only the checks over the whole ledger ask for, and the order of its rows."""
    one, other = line("A1-001"), line("A1-002")
    moved = other.model_copy(update={"task": other.task.model_copy(update=change)})
    kept, *changed = (
        Inquiry(ledger(*lines), schema, None, {}).stamp for lines in [(one, other), (one, moved), (other, one)]
    )
    assert kept == Inquiry(ledger(line("A1-001"), line("A1-002")), schema, None, {}).stamp
    assert kept not in changed


TEXTS = [TEXT, "新建公园3个，新建公厕20座。", "财政收入增长8%以上。"]
REPORTS = [WRONG, RIGHT, "", "截至9月底，新建公厕15座。", "截至3月底，新建公厕14座，其余预计年底前完成。"]


@st.composite
def lines(draw: st.DrawFn, name: str) -> Line:
    fields = {
        "printed_no": draw(st.sampled_from([None, 1, 2])),
        "linked": draw(st.sampled_from(["", "A2-001"])),
        "project": draw(st.sampled_from([None, "厕所革命"])),
        "ended": draw(st.sampled_from(["", "", "已撤销"])),
    }
    text, report = draw(st.sampled_from(TEXTS)), draw(st.sampled_from(REPORTS))
    return line(name, text, report, draw(st.sampled_from(["正常推进", "已完成"])), **fields)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Snapshot, dict[str, Any], Snapshot | None]:
    """A small ledger with what the schema says, and the period before."""
    names = ["A1-001", "A1-002", "A2-001"]
    now = [draw(lines(name)) for name in draw(st.permutations(names))]
    typed = {name: draw(st.sampled_from([None, "", "14", "15"])) for name in names}
    before = [draw(lines(name)) for name in names]
    voices = {"rate": draw(st.sampled_from(["warning", "note", "ignore"])), "days": draw(st.sampled_from([92, 366]))}
    last = draw(st.sampled_from([None, ledger(*before, period=AUGUST)]))
    return ledger(*now), {"typed": typed, **voices}, last


def asked(drawn: tuple[Snapshot, dict[str, Any], Snapshot | None], schema: Schema) -> tuple[Any, ...]:
    """The arguments of a check."""
    snapshot, said, last = drawn
    checks = schema.checks.model_copy(update={"rate": said["rate"], "days": said["days"]})
    own = schema.model_copy(update={"checks": checks})
    figures = tuple(figure(task, actual, schema) for task, actual in said["typed"].items() if actual is not None)
    return snapshot.model_copy(update={"figures": figures}), own, last


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(year=st.lists(ledgers(), min_size=2, max_size=5))
def test_a_ledger_that_is_partly_known_says_what_a_new_one_says(
    year: list[Any], schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever changes from one pass to the next; and where the stamp is the same, so is all that was found."""
    by_stamp: dict[str, list[Finding]] = {}
    kept: dict[bytes, Any] = {}
    for snapshot, own, last in (asked(drawn, schema) for drawn in year):
        monkeypatch.setattr(running, "_kept", {})
        anew = check(snapshot, own, last)
        monkeypatch.setattr(running, "_kept", kept)
        assert check(snapshot, own, last) == anew
        texts = {one.task.id: one.values["progress"] for one in last.lines} if last else {}
        stamp = Inquiry(snapshot, own, last.period if last else None, texts).stamp
        assert by_stamp.setdefault(stamp, anew) == anew


def test_the_ledgers_above_contradict_themselves_in_many_ways(schema: Schema) -> None:
    """Alone, against each other, against the sheet and against last month."""
    own = line("A1-001", report="截至9月底，新建公厕15座，完成80%。", printed_no=1)
    other = line("A2-001", report=RIGHT)
    third = line("A1-002", report=RIGHT, printed_no=1)
    before = ledger(line("A2-001", report=RIGHT), period=AUGUST)
    snapshot = ledger(own, third, other, figures=(figure("A2-001", "15", schema),))
    found = {item.code for item in check(snapshot, schema, before)}
    assert found >= {
        "rate_wrong", "cross_differs", "number_doubled", "task_repeated", "figure_differs", "text_stale"
    }  # fmt: skip

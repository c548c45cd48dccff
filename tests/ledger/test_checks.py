"""The checks on the figures: what each of them says, what it leaves alone, and how loudly."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.checks import CHECKS, check
from ledger.decompose import decompose
from ledger.finding import Finding
from ledger.indicator import Indicator
from ledger.measures import standing
from ledger.period import Period
from ledger.schema import Schema, load_schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.sources import read
from ledger.tables import extract
from ledger.task import Task

ROOT = Path(__file__).resolve().parents[2]
SEPTEMBER = Period.parse("2022-09")


def task(name: str, text: str, **fields: Any) -> Task:
    annex, no = name.removeprefix("A").split("-")
    return Task(id=name, annex=int(annex), no=int(float(no)), text=text, **fields)


def line(own: Task, report: str, status: str = "正常推进", **values: str) -> Line:
    return Line(task=own, reporter="水利局", values={"progress": report, "status": status, **values})


def ledger(*lines: Line, figures: tuple[Figure, ...] = ()) -> Snapshot:
    return Snapshot(period=SEPTEMBER, lines=lines, figures=figures)


def said(schema: Schema, text: str, report: str, status: str = "正常推进") -> list[str]:
    found = check(ledger(line(task("A1-001", text), report, status)), schema)
    return [item.message.removeprefix("附件1：1") for item in found]


SPEAKS = [
    (
        "新建公厕20座。",
        "截至9月底，新建公厕14座，完成80%。",
        "写“14座，完成80%”：14座÷20座＝70%，不是80%；请核对完成数和百分比。",
    ),
    (
        "实际利用外资8000万美元以上。",
        "实际利用外资完成4500万美元，完成全年任务的93.75%。",
        "写“4500万美元，完成全年任务的93.75%”：按任务的8000万美元算是56.3%，93.75%相当于按4800万美元算；"
        "请说明用的是哪个口径。",
    ),
    (
        "补充耕地1500亩，处置闲置土地1200亩。",
        "补充耕地1020亩，占全年任务的85%；处置闲置土地873亩。",
        "写“1020亩，占全年任务的85%”：按任务的1500亩算是68%，85%相当于按1200亩（正是“处置闲置土地”的目标）算；"
        "请说明用的是哪个口径。",
    ),
    (
        "排查隐患。",
        "排查隐患320处，已整改278处，整改率96.9%。",
        "写“排查隐患320处，已整改278处，整改率96.9%”：278处÷320处＝86.9%，不是96.9%；请核对完成数和百分比。",
    ),
    (
        "争取资金30亿元。",
        "1-8月，争取资金19.2亿元，占全年目标的64%，超序时进度2.7个百分点。",
        "写“占全年目标的64%，超序时进度2.7个百分点”：到8月31日序时进度是66.7%，64%比它落后2.7个百分点；"
        "请核对截至日期和百分点。",
    ),
    (
        "保障粮食生产。",
        "播种面积68.4万亩，其中早稻23.1万亩、中稻39.6万亩、旱粮4.2万亩。",
        "写“播种面积68.4万亩，其中早稻23.1万亩、中稻39.6万亩、旱粮4.2万亩”：23.1＋39.6＋4.2＝66.9万亩，"
        "比68.4万亩少1.5万亩；请核对分项和合计。",
    ),
    (
        "新建公路80公里。",
        "今年计划新建公路70公里，正在施工。",
        "写“今年计划新建公路70公里”：任务里“新建公路”的目标是80公里，不是70公里；请核对任务数，确有调整的请登记变更。",
    ),
    (
        "发放贷款1.8亿元。",
        "发放贷款1.44万元，完成80%。",
        "写“1.44万元”：目标是1.8亿元，按文中的80%算，单位应是亿元；请核对数字和单位。",
    ),
    ("推广良种。", "早稻产量8.6万亩。", "写“早稻产量8.6万亩”：产量不能用万亩计；请核对数字和单位。"),
    ("垃圾分类。", "覆盖率达到108%。", "写“覆盖率达到108%”：比例不会超过100%；请核对数字和单位。"),
    (
        "新建充电桩300个。",
        "方案已印发，正在选址。",
        "没有写新建充电桩（目标300个）完成了多少；有数据的请补上，本期没有的请写明原因。",
    ),
    (
        "发展数字经济。",
        "截至3月底，数字经济营业收入8.2亿元。",
        "的数据只到2022-03-31，本期是2022年9月：“截至3月底，数字经济营业收入8.2亿元。”；"
        "请单位更新数据，暂时没有的请写明原因。",
    ),
]


@pytest.mark.parametrize(("text", "report", "wanted"), SPEAKS, ids=[report for _, report, _ in SPEAKS])
def test_what_is_said(schema: Schema, text: str, report: str, wanted: str) -> None:
    """One finding, which quotes the words and shows the arithmetic."""
    assert said(schema, text, report) == [wanted]


DONE = [
    (
        "建社区食堂6个。",
        "建成4个，其余2个正在装修，预计11月底投用。",
        "的落实情况是“已完成”，文中却写“其余2个正在装修”；请核对落实情况。",
    ),
    (
        "新增托位480个。",
        "新增托位356个。",
        "的落实情况是“已完成”，文中“新增托位”只有356个，是目标480个的74.2%；请核对落实情况。",
    ),
]


@pytest.mark.parametrize(("text", "report", "wanted"), DONE)
def test_done_and_not_done(schema: Schema, text: str, report: str, wanted: str) -> None:
    assert said(schema, text, report, "已完成") == [wanted]
    assert said(schema, text, report) == []


DECOYS = [
    ("新建公厕20座。", "新建公厕14座，完成70%。", "正常推进"),
    ("改造23处。", "完成改造17处，完成73.9%。", "正常推进"),
    ("财政总收入50亿元。", "1-9月，财政总收入38.1亿元，占目标的76.2%，超序时进度1.2个百分点。", "正常推进"),
    ("财政总收入50亿元。", "财政总收入38.1亿元，占目标的76.2%，超序时进度9.5个百分点。", "正常推进"),  # of August
    ("抓项目。", "在建项目45个，其中产业项目22个、民生项目15个。", "正常推进"),
    ("抓项目。", "总投资1.2亿元，已完成投资3600万元，占总投资的30%。", "正常推进"),
    ("压减机构。", "机构由80家压减到6家，压减率92.5%。", "正常推进"),
    ("改造泵站4座。", "4座泵站改造全部完工并通过验收，正在办理移交管护和结算。", "已完成"),
    ("健全机制。", "正在常态化巡查，下一步计划继续加强督导。", "已完成"),
    ("鉴定农房。", "鉴定农房3000户，较上年增加500户，增长20%。", "正常推进"),
    ("接种疫苗。", "第一剂次接种9.4万人，完成率106.1%。", "正常推进"),
    ("新增小区100个以上。", "已建成79个，任务数106个，完成率74.5%。", "正常推进"),
    ("稳就业。", "截至3月底，登记失业率3.1%，该指标4月起取消。", "正常推进"),
    ("", "", "正常推进"),
]


@pytest.mark.parametrize(("text", "report", "status"), DECOYS)
def test_what_is_left_alone(schema: Schema, text: str, report: str, status: str) -> None:
    assert said(schema, text, report, status) == []


BAD_INPUT = [
    "完成45 万元万亩亩，占%%，其中、、。",
    "０．５．６亿亿元，占１００００００％",
    "完成五十萬畝，佔全年任務的８０％，其中早稻三十萬畝。",
    "|||~~~ 12 3 4 亿 其中 预计 % 率",
    "999999999999999999999999999万元",
]


@pytest.mark.parametrize("report", BAD_INPUT)
def test_noise_is_no_crash(schema: Schema, report: str) -> None:
    """Whatever a unit types, findings or nothing."""
    assert all(item.task == "A1-001" for item in check(ledger(line(task("A1-001", report), report)), schema))


def test_unchanged_text(schema: Schema) -> None:
    """The same words again, unless the unit says that nothing changed or that it is done."""
    report = "平台已经立项，正在编制初步设计方案。"
    own = task("A1-001", "建设平台。")
    before = Snapshot(period=Period.parse("2022-08"), lines=(line(own, report),))
    (found,) = check(ledger(line(own, f" {report}\n")), schema, before)
    assert found.message == (
        "附件1：1的进展情况与2022年8月一字不差：“平台已经立项，正在编制初步设计方案。”；"
        "请单位更新，确无变化的请选“无变化”。"
    )
    assert check(ledger(line(own, report, change="无变化")), schema, before) == []
    assert check(ledger(line(own, report, "已完成")), schema, before) == []
    assert check(ledger(line(own, f"{report}方案已评审。")), schema, before) == []


def test_two_places_of_one_ledger(schema: Schema) -> None:
    """Both are told; different days are no contradiction."""
    one = line(task("A1-022", "新建公路55公里。"), "截至8月底，新建公路38公里。")
    other = line(task("A2-03.1", "新建公路55公里。"), "截至8月底，新建公路41公里。")
    earlier = line(task("A2-03.1", "新建公路55公里。"), "截至8月20日，新建公路36公里。")
    assert [(item.task, item.message) for item in check(ledger(one, other), schema)] == [
        ("A1-022", "同样是8月31日的“新建公路”，附件1：22写38公里，附件2：3.1写41公里；请核对以哪个为准。"),
        ("A2-03.1", "同样是8月31日的“新建公路”，附件2：3.1写41公里，附件1：22写38公里；请核对以哪个为准。"),
    ]
    assert check(ledger(one, earlier), schema) == []


def figure(own: Task, schema: Schema, typed: Mapping[str, str], **fields: Any) -> Figure:
    made = Indicator(id=f"{own.id}#1", task=own.id, **fields)
    return Figure(indicator=made, reporter="水利局", values=typed, standing=standing(made, "", SEPTEMBER.end, schema))


def test_the_sheet_of_indicators_stands_above_the_text(schema: Schema) -> None:
    """A target that the office has corrected is the one that percentages are held against."""
    own = task("A1-001", "财政总收入达到62亿元。")
    listed = figure(own, schema, {"actual": "45"}, name="财政总收入", kind="amount", target=60, unit="亿元")
    (found,) = check(ledger(line(own, "财政总收入45亿元，占全年目标的72.1%。"), figures=(listed,)), schema)
    assert found.code == "rate_wrong"
    assert "45亿元÷60亿元＝75%" in found.message


def test_the_sheet_of_indicators_against_the_text(schema: Schema) -> None:
    """What the unit typed as 完成值 and what it wrote, for the same day."""
    own = task("A1-001", "财政总收入达到62亿元。")
    report = line(own, "1-9月，财政总收入48.61亿元。")
    for typed, day, wanted in (("46.81", "", 1), ("48.61", "", 0), ("48.6", "", 0), ("43.2", "2022-08-31", 0)):
        values = {"actual": typed, "as_of": day}
        listed = figure(own, schema, values, name="财政总收入", kind="amount", target=62, unit="亿元")
        found = check(ledger(report, figures=(listed,)), schema)
        assert [item.code for item in found] == ["figure_differs"] * wanted


def test_a_figure_that_the_unit_only_wrote(schema: Schema) -> None:
    """It is told and not filled in; one that is written nowhere is missing."""
    own = task("A1-001", "财政总收入达到62亿元。")
    listed = figure(own, schema, {"actual": ""}, name="财政总收入", kind="amount", target=62, unit="亿元")
    for report, code in (("财政总收入48.61亿元。", "figure_untyped"), ("正在组织征收。", "actual_missing")):
        (found,) = check(ledger(line(own, report), figures=(listed,)), schema)
        assert (found.code, found.severity) == (code, "note")


def test_numbers_and_repeated_texts(schema: Schema) -> None:
    """Within one annex; in another annex it is the same work, and sub-items share their number."""
    first = line(task("A1-001", "推进水利建设。", printed_no=1), "完成清淤。")
    second = line(task("A1-002", "推进水利建设。", printed_no=1), "完成植树。")
    other = line(task("A2-01.1", "推进水利建设。", printed_no=1), "完成清淤。")
    sibling = line(task("A2-01.2", "推进林业建设。", printed_no=1), "完成植树。")
    assert [item.code for item in check(ledger(first, second), schema)] == ["number_doubled", "task_repeated"]
    assert check(ledger(first, other, sibling), schema) == []


def test_a_task_that_has_ended_is_not_checked(schema: Schema) -> None:
    own = task("A1-001", "新建公厕20座。", ended="已撤销")
    assert check(ledger(line(own, "新建公厕14座，完成80%。")), schema) == []


def test_severity_and_thresholds_are_the_offices(schema: Schema) -> None:
    """schema.yaml says how loudly each check speaks and from where on; none of them can return a workbook."""
    snapshot = ledger(line(task("A1-001", "新建公厕20座。"), "新建公厕14座，完成71%。"))

    def findings(**changed: object) -> list[Finding]:
        return check(snapshot, schema.model_copy(update={"checks": schema.checks.model_copy(update=changed)}))

    assert [item.severity for item in findings(rounding=0)] == ["warning"]
    assert [item.severity for item in findings(rounding=0, rate="note")] == ["note"]
    assert findings(rounding=0, rate="ignore") == []
    assert findings(rounding=1) == []
    assert set(CHECKS) <= set(type(schema.checks).model_fields)


def plan() -> Any:
    return yaml.safe_load((files("examples.anping") / "填报.yaml").read_text(encoding="utf-8"))


def month(period: str, schema: Schema) -> Snapshot:
    """安平's ledger with what the first lead units report."""
    data = (files("examples.anping") / "责任分工表.docx").read_bytes()
    reports = plan()["periods"][period]["reports"]
    lines = []
    for own in decompose(extract(read(data, "分工表"), schema), schema, [], None).tasks:
        report = reports.get(key(own.id), {})
        lines.append(line(own, report.get("progress", ""), report.get("status", "")))
    return Snapshot(period=Period.parse(period), lines=tuple(lines))


def key(name: str) -> str:
    annex, _, number = name.removeprefix("A").partition("-")
    return f"{annex}:" + ".".join(str(int(part)) for part in number.split("."))


def test_everything_planted_in_the_example_is_found_and_nothing_else(schema: Schema) -> None:
    """Fourteen contradictions in two months of 88 reports; the decoys among them stay unsaid."""
    august, september = (month(period, schema) for period in ("2022-08", "2022-09"))
    found = {
        (str(snapshot.period), key(item.task or ""), item.code.partition("_")[0])
        for snapshot, before in ((august, None), (september, august))
        for item in check(snapshot, schema, before)
        if item.severity == "warning"
    }
    names = {"text": "stale"}
    said = {(period, place, names.get(code, code)) for period, place, code in found}
    planted = {(one["period"], one["key"], one["check"]) for one in plan()["planted"]}
    # a percentage from another task's base: the plan calls it target, the finding asks for the 口径
    planted = planted - {("2022-08", "1:67", "target")} | {("2022-08", "1:67", "rate")}
    assert said == planted


def test_the_delivered_schema_says_what_the_defaults_are() -> None:
    schema = load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))
    assert schema.checks == type(schema.checks)()

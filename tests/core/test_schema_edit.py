"""What sheet 设置 offers is schema.yaml's own: typing a value changes that value's characters and no others."""

from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import SchemaError
from ledger.period import Period
from ledger.schema import load_schema
from ledger.schema.edit import drop, put
from ledger.schema.load import compose
from ledger.schema.settings import Setting, _loaded, in_words, with_value
from ledger.schema.settings import settings as every_setting

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [ROOT / "schema.yaml", *sorted((ROOT / "examples" / "schemas").glob("*.yaml"))]
SEPTEMBER = Period(2022, 9, 1)
# something else that is right, by the last key or else by the kind of the present value
NEW = {"late": "-0.5", "missing": "-0.5", "returned": "-0.5", "yellow": "-0.5", "red": "-0.5", "words": "拆迁、缺口"}
NEW |= {
    "line": "28.5",
    "reporting": "只由第一个牵头单位填报",
    "far_behind": "20.5",
    "highest": "150",
    "share": "0.5",
    "rating": "0",
}


def new_value(one: Setting) -> str:
    """Another value than the present one."""
    if one.path == "reporting" and one.value == NEW["reporting"]:
        return "每个牵头单位都可以补充"
    if typed := NEW.get(one.path.rpartition(".")[2]):
        return typed
    if one.value in ("是", "否"):
        return "否" if one.value == "是" else "是"
    return f"{int(one.value) + 1}" if one.value.isdigit() else f"{one.value}：改过 #“了”, {{year}}"


def shown(text: str, path: str, period: Period | None = None) -> str:
    return next(one.value for one in every_setting(load_schema(text), period) if one.path == path)


def fault(text: str, path: str, typed: str) -> str:
    with pytest.raises(SchemaError) as caught:
        with_value(text, path, typed)
    return str(caught.value)


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda path: path.stem)
def text(request: pytest.FixtureRequest) -> str:
    """Every shipped schema.yaml."""
    path: Path = request.param
    return path.read_text(encoding="utf-8")


def test_own_values_change_nothing(text: str) -> None:
    """Every setting typed as it is shown."""
    schema = load_schema(text)
    assert {with_value(text, one.path, one.value) for one in every_setting(schema, Period(schema.year, 9, 1))} == {text}


def test_a_new_value_reads_back_and_everything_else_stays(text: str) -> None:
    """Of every setting: lines before and after the one that changed, or came, are as they were.

    A number wants a masthead and copies want a printer, so that these stand there before.
    """
    for path in ("document.format.masthead", "document.format.printer"):
        text = with_value(text, path, "安平市")
    before = {one.path: one for one in every_setting(load_schema(text))}
    for path, one in before.items():
        new = with_value(text, path, new_value(one))
        after = {one.path: one for one in every_setting(_loaded(new))}
        assert after[path].value == new_value(one)
        assert {name for name in before if before[name].value != after[name].value} == {path}
        old_lines, new_lines = text.splitlines(), new.splitlines()
        added = len(new_lines) - len(old_lines)
        assert added in (0, 1)
        at = next(place for place, (old, now) in enumerate(zip_longest(old_lines, new_lines)) if old != now)
        assert old_lines[at + 1 - added :] == new_lines[at + 1 :]


@pytest.mark.parametrize(
    ("path", "typed", "line"),
    [
        ("office.phone", "07001234567", '  phone: "07001234567"'),
        ("office.contact", "王宁：督查科", "  contact: 王宁：督查科"),
        ("office.contact", "王宁: 督查科", '  contact: "王宁: 督查科"'),
        ("office.name", "true", '  name: "true"'),
        ("office.name", "第一行\n第二行", r'  name: "第一行\n第二行"'),
        ("reporting", "只由第一个牵头单位填报", "reporting: reporter_only          # 每个牵头单位都可补充"),
        ("due.month.day", "８", "  month: {day: 8, months_after: 1}"),
        ("lights.far_behind", "12.5", "lights: {behind: 0, far_behind: 12.5, about: 5}"),
        ("stages.6.share", "0.99", "  - {word: 投入使用, share: 0.99}"),
        ("columns.status.help", "选一个，如：正常", "    help: 选一个，如：正常"),
        ("columns.stage.help", "工程选, 其他不选", 'width: 9, help: "工程选, 其他不选"}'),
        ("columns.progress.required", "否", "    required: false"),
        ("document.categories.1.name", "#不畅", '    - name: "#不畅"'),
        ("document.categories.0.words", "用地，资金；经费", "      words: [用地, 资金, 经费]"),
        ("document.categories.2.words", "滞后、偏慢", "      words: [滞后, 偏慢]"),
        ("document.requirements.3", "多跑现场。", "    - 多跑现场。"),
        ("due.dates.2022-09", "2022年10月9日", "  dates: {2022-09: 2022-10-09}"),
        ("due.dates.2022", "2023.1.6", '  dates: {"2022": 2023-01-06}'),
    ],
)  # fmt: skip
def test_how_a_value_is_written(path: str, typed: str, line: str) -> None:
    """Quoted only where YAML needs it, in the layout that stands there."""
    text = SHIPPED[0].read_text(encoding="utf-8")
    new = with_value(text, path, typed).splitlines()
    assert any(line in one for one in new if one not in text.splitlines())


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("office.name", "", "“name”不能为空，请改正。"),
        ("due.month.day", "五", "“day”要写成整数，请改正。"),
        ("due.month.day", "", "“day”要写成整数，请改正。"),
        ("due.month.day", "5, months_after: 3", "“day”要写成整数，请改正。"),
        ("due.month.day", "32", "“day”不能大于31，请改正。"),
        ("lights.behind", "-1", "“behind”不能小于0，请改正。"),
        ("lights.behind", "20", "：far_behind不能小于behind，请改正。"),
        ("columns.progress.required", "必填", "“required”要写成true或false，请改正。"),
        ("reporting", "都填", "“reporting”写的是“都填”，只能是'each_lead'或'reporter_only'。"),
        ("due.dates.2022-09", "十月九日", "“2022-09”要写成2022-12-31这样的日期，请改正。"),
        ("due.dates.2022-09", "2022-08-31", "：2022年9月的截止日2022-08-31在报送期开始之前，请改正。"),
    ],
)
def test_what_is_wrong_is_told_as_in_the_file(path: str, typed: str, said: str) -> None:
    """The sentence is schema.yaml's, with the line at which the value would stand."""
    text = SHIPPED[0].read_text(encoding="utf-8")
    told = fault(text, path, typed)
    assert told.startswith("schema.yaml第")
    assert told.partition("行")[2].removeprefix("的") == said


def test_a_sentence_beside_its_setting() -> None:
    """Names in place of keys, words of the sheet in place of the file's, and no line."""
    text = SHIPPED[0].read_text(encoding="utf-8")
    every = every_setting(load_schema(text), SEPTEMBER)

    def told(path: str, typed: str) -> str:
        return in_words(fault(text, path, typed), next(one for one in every if one.path == path), every)

    assert told("lights.behind", "20") == "“红灯界限”不能小于“黄灯界限”，请改正。"
    assert told("due.month.day", "32") == "“月报截止日”不能大于31，请改正。"
    assert told("columns.progress.required", "对") == "““进展情况”是否必填”要写成是或否，请改正。"
    assert told("reporting", "都") == (
        "“谁来填报”写的是“都”，只能是“每个牵头单位都可以补充”或“只由第一个牵头单位填报”。"
    )
    assert told("due.dates.2022-09", "9") == "“本期报送截止（2022年9月）”要写成2022-12-31这样的日期，请改正。"


@pytest.mark.parametrize(
    ("path", "was"),
    [("lights.far_behind", "10"), ("due.quarter.months_after", "0"), ("columns.problems.max_length", "")],
)
def test_what_may_be_left_out_is_taken_out(path: str, was: str) -> None:
    """Cleared in the sheet, the default holds again."""
    text = SHIPPED[0].read_text(encoding="utf-8")
    new = with_value(text, path, "")
    assert shown(new, path) == was
    assert sum(old not in new.splitlines() for old in text.splitlines()) == 1


def test_an_item_is_taken_out() -> None:
    """A requirement that is cleared is gone, and so is the only one; the others stay."""
    text = SHIPPED[0].read_text(encoding="utf-8")
    new = with_value(text, "document.requirements.1", "")
    gone = next(line for line in text.splitlines(keepends=True) if line.startswith("    - 攻坚克难"))
    assert new == text.replace(gone, "")
    for _ in range(2):
        new = with_value(new, "document.requirements.0", "")
    assert load_schema(new).document.requirements == ()
    assert load_schema(with_value(new, "document.requirements.0", "重新来。")).document.requirements == ("重新来。",)


def test_a_due_day_of_its_own_and_back(small: str) -> None:
    """One period's day overrides the rule until it is cleared; other periods keep the rule."""
    new = with_value(small, "due.dates.2022-09", "2022-10-09")
    new = with_value(new, "due.dates.2022Q3", "2022-10-25")
    assert [shown(new, f"due.dates.{name}", Period.parse(name)) for name in ("2022-09", "2022Q3", "2022-08")] == [
        "2022-10-09", "2022-10-25", "2022-09-05",
    ]  # fmt: skip
    for name in ("2022-09", "2022Q3"):
        new = with_value(new, f"due.dates.{name}", "")
    assert load_schema(new) == load_schema(small)


LAYOUTS = """\
# 头
top:   # 冒号后面
  - 甲   # 一
  # 二的说明
  - 乙

  - "丙"  # 三
flow: {a: 1,   # 一
       b: [], c: {}, }
folded: >
  一段
  文字

empty:
dashes:
- x: 1   # 第一
  y: 2
- z: 3
# 尾"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("top", 0), "丁", "甲", "丁"),
        (("top", 3), "丁", '  - "丙"  # 三', '  - "丙"  # 三\n  - 丁'),
        (("top",), ["甲", "乙"], '\n\n  - "丙"  # 三', ""),
        (("flow", "d"), "四", "c: {}, }", "c: {}, d: 四, }"),
        (("flow", "b"), ["x", "y, z"], "b: []", 'b: [x, "y, z"]'),
        (("flow", "c", "e", "f"), True, "c: {}", "c: {e: {f: true}}"),
        (("folded",), "一行", ">\n  一段\n  文字", "一行"),
        (("empty",), "有了", "empty:", "empty: 有了"),
        (("dashes", 0, "new"), None, "  y: 2", "  y: 2\n  new: null"),
        (("new", "deep"), 3, "- z: 3", "- z: 3\nnew: {deep: 3}"),
    ],
)
def test_layouts(newline: str, path: tuple[str | int, ...], value: object, old: str, new: str) -> None:
    """Block and flow, comments behind and between, folded texts, empty values, Windows' line ends."""
    text, old, new = (part.replace("\n", newline) for part in (LAYOUTS, old, new))
    assert text.count(old) == 1
    assert put(text, path, value) == text.replace(old, new)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("top", 0), "甲   # 一\n  # 二的说明\n  - 乙", "乙"),
        (("top", 1), "\n  # 二的说明\n  - 乙", ""),
        (("flow", "a"), "a: 1,   # 一\n       b", "b"),
        (("flow", "c"), ", c: {}", ""),
        (("dashes", 0, "x"), "x: 1   # 第一\n  y: 2", "y: 2"),
        (("dashes", 1, "z"), "z: 3", "{}"),
        (("gone", 1), "# 头", "# 头"),
    ],
)
def test_taking_out(path: tuple[str | int, ...], old: str, new: str) -> None:
    """The first, a later, the only one; what is not there."""
    assert LAYOUTS.count(old) == 1
    assert drop(LAYOUTS, path) == LAYOUTS.replace(old, new)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(["{a: x, b: [y]}", "a: x\nb:\n- y"]))
def test_any_text_reads_back(value: str, text: str) -> None:
    """In flow and in block, as a value and as an item."""
    new = put(put(text, ("a",), value), ("b", 0), value)
    node = compose(new)
    assert node is not None
    assert [node.value[0][1].value, node.value[1][1].value[0].value] == [value, value]


def test_a_value_that_is_shared_is_left_alone(small: str) -> None:
    """A change would also change the other place."""
    text = small.replace("  month: {day: 5,", "  month: &m {day: 5,").replace(
        "quarter: {day: 20, months_after: 1}", "quarter: *m"
    )
    assert "引用了别处的内容" in fault(text, "due.quarter.day", "9")
    assert shown(with_value(text, "due.year.day", "9"), "due.year.day") == "9"

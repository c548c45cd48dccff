"""schema.yaml: every fault is one sentence with its line and what to do; right files become frozen models."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from ledger.errors import SchemaError
from ledger.period import Period
from ledger.schema import Schema, json_schema, load_schema, model

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [ROOT / "schema.yaml", *sorted((ROOT / "examples" / "schemas").glob("*.yaml"))]


def fault(text: str) -> str:
    with pytest.raises(SchemaError) as caught:
        load_schema(text)
    return str(caught.value)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_schemas_load(path: Path) -> None:
    """Ours and those of other offices: every annex has its text, and there is something to report."""
    schema = load_schema(path.read_text(encoding="utf-8"))
    assert all("text" in annex.keys for annex in schema.annexes)
    assert schema.owned("unit")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  region: 安平市", "  regoin: 安平市", "第5行的“regoin”不认识，是不是要写“region”？"),
        ("annexes:", "anexes:", "第10行的“anexes”不认识，是不是要写“annexes”？"),
        ("max_length: 20", "max-length: 20", "第9行的“max-length”不认识，是不是要写“max_length”？"),
        ("max_length: 20", "Max_length: 20", "第9行的“Max_length”不认识，是不是要写“max_length”？"),
        ("columns: [text, ", "columns: [{key: text, titel: 任务}, ", "第13行的“titel”不认识，是不是要写“title”？"),
        ("columns: [text, ", "columns: [{key: text, Width: 9}, ", "第13行的“Width”不认识，是不是要写“width”？"),
        ("day: 5", "date: 5", "第19行的“date”不认识，是不是要写“day”？"),
        ("words: [用地", "word: [用地", "第29行的“word”不认识，是不是要写“words”？"),
        ("document:", "scoring: {mising: -5}\ndocument:", "第22行的“mising”不认识，是不是要写“missing”？"),
        ("year: 2022", "year: 2022\n安排: 无", "第3行的“安排”不认识，请删去或改正。"),
        ("year: 2022", "year: 2022\n5: 无", "第3行的“5”不认识，请删去或改正。"),
    ],
)
def test_unknown_key_is_named_with_the_nearest_right_one(small: str, old: str, new: str, said: str) -> None:
    """A typing error is never ignored, wherever it stands."""
    assert fault(small.replace(old, new, 1)) == f"schema.yaml{said}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2022\n", "", "第1行的“year”缺少这一项"),
        ("  level: 市\n", "", "第3行的“level”缺少这一项"),
        ("{title: 任务内容, owner: task}", "{owner: task}", "第8行的“title”缺少这一项"),
        ("columns: [text, ", "columns: [{title: 任务}, ", "第13行的“key”缺少这一项"),
        ("  month: {day: 5, months_after: 1}\n", "", "第18行的“month”缺少这一项"),
    ],
)
def test_missing_key_is_named_with_the_line_of_what_lacks_it(small: str, old: str, new: str, said: str) -> None:
    """The line where its part of the file begins."""
    assert said in fault(small.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2022", "year: 二〇二二", "第2行的“year”要写成整数"),
        ("year: 2022", "year: 1998", "第2行的“year”不能小于2000"),
        ("version: 1", "version: 2", "第1行的“version”写的是“2”，只能是1"),
        ("region: 安平市", "region:", "第5行的“region”要写成文字"),
        ("region: 安平市", 'region: ""', "第5行的“region”不能为空"),
        ("region: 安平市", "region: 2022", "第5行的“region”要写成文字"),
        ("level: 市", "level: 地市", "第6行的“level”写的是“地市”，只能是'省', '市'"),
        ("required: true", "required: 是", "第9行的“required”要写成true或false"),
        ("max_length: 20", "max_length: 0", "第9行的“max_length”不能小于1"),
        ("max_length: 20", "max_length: 99999", "第9行的“max_length”不能大于32767"),
        ("max_length: 20", "width: 宽", "第9行的“width”要写成数字"),
        ("max_length: 20", "width: 1", "第9行的“width”要大于1"),
        ("max_length: 20", "headers: 进展", "第9行的“headers”要写成列表"),
        ("  text: {title: 任务内容", "  任务: {title: 任务内容", "第8行的“任务”只能用小写英文字母、数字和下划线"),
        ("columns: [text, ", "columns: [任务, ", "第13行的“columns”只能用小写英文字母、数字和下划线"),
        ("columns: [text, progress]", "columns: []", "第13行的“columns”至少要有一项"),
        ("  - {word: 未启动, means: not_started}", "  - 未启动", "第15行的“statuses”要写成“键: 值”"),
        ("{day: 5, months_after: 1}", "5", "第19行的“month”要写成“键: 值”"),
        ("means: done", "means: finished", "第17行的“means”写的是“finished”"),
        ("day: 5", "day: 32", "第19行的“day”不能大于31"),
        ("document:", "lights: {about: 100}\ndocument:", "第22行的“about”要小于100"),
        ("document:", "  dates: {2022-09: 9}\ndocument:", "第22行的“2022-09”要写成2022-12-31这样的日期"),
        ("document:", "  dates: {2022-09: 十月}\ndocument:", "第22行的“2022-09”要写成2022-12-31这样的日期"),
        ("document:", "scoring: {missing: 10}\ndocument:", "第22行的“missing”不能大于0"),
        ("document:", "scoring: {lowest: 101}\ndocument:", "第22行：highest不能小于lowest"),
    ],
)
def test_wrong_value_is_named_with_what_is_right(small: str, old: str, new: str, said: str) -> None:
    """Type, size or word, in the terms of the people who edit the file."""
    assert said in fault(small.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("columns: [text, ", "columns: [text, due, ", "第13行：附件1用到的“due”没有在columns里定义"),
        ("columns: [text, ", "columns: [", "第13行：附件1缺少任务内容text"),
        ("columns: [text, ", "columns: [text, text, ", "第13行：“text”前面已经有了"),
        ("word: 已完成", "word: 未启动", "第17行：“未启动”前面已经有了"),
        ("owner: task}", "owner: task, required: true}", "第8行：只有owner为unit的栏目才能required"),
        ("owner: task}", "owner: task, type: choice}", "第8行：type为choice的栏目要有choices"),
        ("owner: task}", "owner: task, choices: [甲]}", "第8行：type为choice的栏目要有choices"),
        ("owner: task}", "owner: task, type: stage}", "第8行：栏目text的类型是stage，但stages是空的"),
        ("owner: task}", "owner: task, leads: progess}", "第8行：栏目text的leads“progess”没有在columns里定义"),
        ("max_length: 20", "type: date, max_length: 20", "第9行：只有type为text的栏目才能有max_length"),
        ("document:", "  dates: {2023-09: 2023-10-09}\ndocument:", "第22行：“2023-09”不是2022年的报送期"),
        ("document:", "  dates: {九月: 2022-10-09}\ndocument:", "第22行：“九月”不是2022年的报送期"),
        ("document:", "  dates: {2022-9: 2022-10-09}\ndocument:", "报送期写成2022-09、2022Q3或2022"),
        (
            "document:",
            "  dates: {2022-09: 2022-08-31}\ndocument:",
            "第22行：2022年9月的截止日2022-08-31在报送期开始之前",
        ),
        ("owner: unit, required: true", "owner: office", "第7行：没有一个owner为unit的文字栏目，单位无从填报"),
    ],
)
def test_keys_that_contradict_each_other_are_told(small: str, old: str, new: str, said: str) -> None:
    """Each is right by itself; the line is that of the later or the poorer one."""
    assert said in fault(small.replace(old, new, 1))


def test_an_annex_number_stands_once(small: str) -> None:
    """Task ids are made from it."""
    again = "  - {no: 1, title: 又一张, columns: [text]}\nstatuses:"
    assert "第14行：“1”前面已经有了" in fault(small.replace("statuses:", again, 1))


def test_a_key_that_is_written_twice_is_told(small: str) -> None:
    """YAML itself would silently let the second one win."""
    said = fault(small.replace("  level: 市", "  level: 市\n  name: 又一个", 1))
    assert said == "schema.yaml第7行的“name”写了两次，请只留一处。"


@pytest.mark.parametrize(
    "broken", ["\tname: 督查科", "  name: 督查科: 王宁", "  name: {year}年", '  name: "督查科', "name 督查科"]
)
def test_broken_yaml_is_told_with_its_line(small: str, broken: str) -> None:
    """Tabs, colons, braces and quotes are what people get wrong."""
    said = fault(small.replace("  name: 督查科", broken, 1))
    assert "行不是正确的YAML写法，请检查缩进、冒号和引号。" in said


@pytest.mark.parametrize("text", ["", "# 只有说明\n", "督查台账", "- 1\n- 2\n"])
def test_a_file_that_is_no_mapping_is_told(text: str) -> None:
    """Empty, only comments, or a text or list."""
    assert "是空的或不是“键: 值”的形式" in fault(text)


def test_unreadable_characters_are_told(small: str) -> None:
    """Such as a file in another encoding holds."""
    assert fault(f"{small}\x07") == "schema.yaml里有不能识别的字符，请用UTF-8编码保存。"


def test_another_file_is_called_by_its_name(small: str) -> None:
    """``init --schema`` reads files of any name."""
    with pytest.raises(SchemaError, match=r"^本办\.yaml第1行"):
        load_schema(small.replace("version: 1", "version: 9"), "本办.yaml")


def test_no_stays_a_word_and_only_true_and_false_are_truth_values(small: str) -> None:
    """``no`` is 序号; a status may be called yes, and a date stays as written."""
    text = small.replace("text: {title", "no: {title: no, owner: task, help: 2022-12-31}\n  text: {title", 1)
    schema = load_schema(text.replace("[text, progress]", "[no, text, progress]"))
    assert list(schema.columns) == ["no", "text", "progress"]
    assert (schema.columns["no"].title, schema.columns["no"].help) == ("no", "2022-12-31")
    assert schema.columns["progress"].required is True


def test_a_byte_order_mark_does_no_harm(small: str) -> None:
    """Windows' Notepad writes one."""
    assert load_schema(f"\ufeff{small}") == load_schema(small)


def test_json_schema_names_every_key() -> None:
    """Editors complete and check with it while one types."""
    described = json.loads(json_schema())
    parts = {**described["$defs"], "Schema": described}
    models = {name for name, thing in vars(model).items() if isinstance(thing, type) and issubclass(thing, model.Part)}
    assert set(parts) == models - {"Part"}
    for name, part in parts.items():
        assert list(part["properties"]) == list(getattr(model, name).model_fields)
        assert part["additionalProperties"] is False


def test_a_schema_cannot_be_changed(small: str) -> None:
    """Everybody holds the same one."""
    with pytest.raises(ValidationError):
        load_schema(small).year = 2023


def test_an_annex_prints_a_column_in_its_own_words(small: str) -> None:
    """Title and width of the annex where it has them, everything else of the column."""
    schema = load_schema(small.replace("[text, ", "[{key: text, title: 目标任务}, ", 1))
    column = schema.column(schema.annex(1), "text")
    assert (column.title, column.width, column.owner) == ("目标任务", 12, "task")
    assert schema.column(schema.annex(1), "progress") == schema.columns["progress"]


def test_what_a_status_text_means(small: str) -> None:
    """The longest status word that the text begins with decides; anything else is other."""
    longer = "- {word: 已完成一半, means: behind}\n  - {word: 已完成"
    schema: Schema = load_schema(small.replace("- {word: 已完成", longer, 1))
    texts = ["已完成。9月开园", "已完成一半", " 推进中", "即将启动", ""]
    assert [schema.means(text) for text in texts] == ["done", "behind", "on_track", "other", "other"]


def test_due_days_by_length_of_the_period(small: str) -> None:
    """Month, quarter and year have their own."""
    schema = load_schema(small)
    dues = [schema.due_day(Period.parse(text)).isoformat() for text in ("2022-09", "2022Q3", "2022")]
    assert dues == ["2022-10-05", "2022-10-20", "2023-01-10"]


def test_a_period_may_have_a_due_day_of_its_own(small: str) -> None:
    """It holds for this period only; a year's name needs no quotes."""
    schema = load_schema(small.replace("document:", "  dates: {2022-09: 2022-10-09, 2022: 2023-01-20}\ndocument:"))
    dues = [schema.due_day(Period.parse(text)).isoformat() for text in ("2022-08", "2022-09", "2022Q3", "2022")]
    assert dues == ["2022-09-05", "2022-10-09", "2022-10-20", "2023-01-20"]

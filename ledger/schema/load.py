"""Reading schema.yaml: every fault is one sentence with its line and the nearest right key."""

import difflib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ledger.errors import SchemaError
from ledger.schema.model import Schema

__all__ = ["compose", "json_schema", "load_schema"]

_Path = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML with 1.2's truth values: the key ``no`` (序号) is a word, not False."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, form) for tag, form in resolvers if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))

_UNKNOWN = frozenset({"extra_forbidden", "invalid_key"})
# pydantic's error types in the words of the people who edit the file
_WORDS = {
    "missing": "缺少这一项",
    "string_type": "要写成文字",
    "string_too_short": "不能为空",
    "int_type": "要写成整数",
    "int_parsing": "要写成整数",
    "float_type": "要写成数字",
    "float_parsing": "要写成数字",
    "bool_parsing": "要写成true或false",
    "bool_type": "要写成true或false",
    "tuple_type": "要写成列表",
    "dict_type": "要写成“键: 值”",
    "model_type": "要写成“键: 值”",
    "too_short": "至少要有一项",
    "greater_than_equal": "不能小于{ge:g}",
    "greater_than": "要大于{gt:g}",
    "less_than_equal": "不能大于{le:g}",
    "less_than": "要小于{lt:g}",
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), "要写成2022-12-31这样的日期"),
    **dict.fromkeys(("date_from_datetime_inexact", "date_from_datetime_range"), "要写成2022-12-31这样的日期"),
    "string_pattern_mismatch": "只能用小写英文字母、数字和下划线",
}


@lru_cache(maxsize=8)  # a watcher asks for the same one at every pass
def load_schema(text: str, name: str = "schema.yaml") -> Schema:
    """Validate a schema file's text; a `SchemaError` names file, line, key and what to do."""
    try:
        node = compose(text)
        lines, repeated = dict(_lines(node, ())), _repeated_key(node)
        data = _Loader("").construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SchemaError(f"{name}第{line}行不是正确的YAML写法，请检查缩进、冒号和引号。") from error
    except yaml.YAMLError as error:
        raise SchemaError(f"{name}里有不能识别的字符，请用UTF-8编码保存。") from error
    if not isinstance(data, dict):
        raise SchemaError(f"{name}是空的或不是“键: 值”的形式，请用ducha init生成一份再改。")
    if repeated:
        raise SchemaError(f"{name}第{repeated[1]}行的“{repeated[0]}”写了两次，请只留一处。")
    try:
        return Schema.model_validate(data)
    except ValidationError as error:
        raise SchemaError(_sentence(name, error, lines)) from error


def compose(text: str) -> yaml.Node | None:
    """The nodes of a schema file's text, with their places in it."""
    return yaml.compose(text, Loader=_Loader)


def json_schema() -> str:
    """The JSON Schema of schema.yaml, for editors that complete and check while one types."""
    return json.dumps(Schema.model_json_schema(), ensure_ascii=False, indent=2)


def _lines(node: yaml.Node | None, path: _Path) -> Iterator[tuple[_Path, int]]:
    if node is None:
        return
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), key.start_mark.line + 1
            yield from (
                (place, line) for place, line in _lines(value, (*path, key.value)) if len(place) > len(path) + 1
            )
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*path, number))


def _repeated_key(node: yaml.Node | None) -> tuple[str, int] | None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                return key.value, key.start_mark.line + 1
            seen.add(key.value)
            if found := _repeated_key(value):
                return found
    elif isinstance(node, yaml.SequenceNode):
        return next(filter(None, map(_repeated_key, node.value)), None)
    return None


def _sentence(name: str, error: ValidationError, lines: dict[_Path, int]) -> str:
    first = min(error.errors(), key=lambda item: _rank(item["type"], item["loc"], lines))
    path = first["ctx"]["path"] if first["type"] == "contradiction" else _in_file(first["type"], first["loc"], lines)
    line = next(lines[path[:length]] for length in range(len(path), -1, -1) if path[:length] in lines)
    place = f"{name}第{line}行"
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if first["type"] in _UNKNOWN:
        near = difflib.get_close_matches(key, _allowed(path[:-1]), n=1, cutoff=0.5)
        return f"{place}的“{key}”不认识，" + (f"是不是要写“{near[0]}”？" if near else "请删去或改正。")
    if first["type"] in {"value_error", "contradiction"}:
        return f"{place}：{first['ctx'].get('error') or first['ctx']['sentence']}，请改正。"
    if first["type"] == "literal_error":
        return f"{place}的“{key}”写的是“{first['input']}”，只能是{first['ctx']['expected'].replace(' or ', '或')}。"
    said = _WORDS.get(first["type"], "不合要求").format(**first.get("ctx", {}))
    return f"{place}的“{key}”{said}，请改正。"


def _rank(kind: str, loc: _Path, lines: dict[_Path, int]) -> tuple[bool, ...]:
    """Which of several faults to tell: an unknown key explains the rest, and what is missing comes late.

    Later is what only says that the other branch of a union was meant, and last that a list is too short: pydantic
    does not count its faulty items.
    """
    elsewhere = bool(loc) and kind != "missing" and _in_file(kind, loc, lines)[-1:] != loc[-1:]
    return kind not in _UNKNOWN, kind == "too_short", elsewhere, kind == "missing"


def _in_file(kind: str, loc: _Path, lines: dict[_Path, int]) -> _Path:
    """A fault's place as the file's keys; pydantic puts names of a union's branches in between (``AnnexColumn``)."""
    path: _Path = ()
    for part in loc:
        if (*path, part) in lines:
            path = (*path, part)
    return (*path, str(loc[-1])) if kind == "missing" or (kind in _UNKNOWN and path[-1:] != loc[-1:]) else path


def _allowed(path: _Path) -> list[str]:
    model: Any = Schema
    for part in path:
        model = _below(model, part)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _below(annotation: Any, part: str | int) -> Any:
    """The model that stands below one step of a path, or the annotation itself where the step is an index."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(part))
        annotation = field.annotation if field else None
        return _model_in(annotation) if _is_single(annotation) else annotation
    return _model_in(annotation)


def _is_single(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _model_in(annotation: Any) -> Any:
    if _is_single(annotation):
        return annotation
    return next(filter(None, map(_model_in, getattr(annotation, "__args__", ()))), None)

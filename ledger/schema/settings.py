"""What the office may set without opening schema.yaml: how each setting is called, shown and typed.

schema.yaml stays the one configuration. The words of statuses and stages are left out: reports already use them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from ledger.cell import TYPES
from ledger.period import Period
from ledger.schema.edit import Value, drop, put
from ledger.schema.load import load_schema
from ledger.schema.model import Column, Schema
from ledger.schema.offered import DATES, OFFERED, Offered

__all__ = ["Setting", "in_words", "settings", "with_value"]

_CHOICES = {"each_lead": "每个牵头单位都可以补充", "reporter_only": "只由第一个牵头单位填报"}
_TRUTH = {"是": True, "否": False, "true": True, "false": False}
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_loaded = lru_cache(maxsize=2)(load_schema)  # several settings are changed one after the other in one text
_Parts = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of sheet 设置: ``path`` as ``lights.behind``, the value as the text that people read and type."""

    path: str
    group: str
    name: str
    says: str
    value: str


def settings(schema: Schema, period: Period | None = None) -> list[Setting]:
    """Every setting with its present value; of the due days of single periods that of ``period``."""
    found: list[Setting] = []
    for prefix, rules in groupby(OFFERED, key=_one_of):
        rows = [row for rule in rules for row in _rows(schema, rule, period)]
        order = list(dict.fromkeys(path[: len(prefix)] for path, _ in rows))
        # everything about one column, or one category, stands together
        found += [row for _, row in sorted(rows, key=lambda row: order.index(row[0][: len(prefix)]))]
    return found


def _one_of(rule: Offered) -> tuple[str, ...]:
    """The keys up to the one of which there are several."""
    return rule.keys[: rule.keys.index("*") + 1] if "*" in rule.keys else ()


def _rows(schema: Schema, rule: Offered, period: Period | None) -> Iterator[tuple[_Parts, Setting]]:
    if rule.keys != DATES:
        places = list(_places(schema, rule.keys, (), ""))
    else:
        places = [((*DATES[:-1], str(period)), period.label, schema.due_day(period))] if period else []
    for path, which, value in places:
        name = rule.name.format(which)
        says = "。".join(part for part in (rule.says, rule.typed) if part and part != name)
        yield path, Setting(".".join(map(str, path)), rule.group, name, says, _shown(value))


def with_value(text: str, path: str, typed: str) -> str:
    """The file's text with what was ``typed`` as the setting at ``path``; what means the same changes nothing.

    `SchemaError` when the file would not be valid then, in the words in which the file itself is judged.
    """
    schema, typed = _loaded(text), typed.strip()
    parts = _parts(schema, path)
    present, optional = _present(schema, parts)
    value = _read(typed, present)
    if value == present or typed == _shown(present):
        return text
    # an empty text is a value, but an empty item of a list is none
    may_go = isinstance(parts[-1], int) if isinstance(present, str) else optional and not isinstance(present, tuple)
    changed = drop(text, parts) if not typed and may_go else put(text, parts, value)
    _loaded(changed)
    return changed


def in_words(sentence: str, setting: Setting, every: Sequence[Setting]) -> str:
    """A `SchemaError`'s sentence as it reads beside the setting in a sheet: its name for the key, no line."""
    parent, _, last = setting.path.rpartition(".")
    names = {one.path.rpartition(".")[2]: one.name for one in every if one.path.rpartition(".")[0] == parent}
    if last.isdigit():  # an item of a list is called by the list's key
        names[parent.rpartition(".")[2]] = setting.name
    keys = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    told = re.sub(r"^schema\.yaml第\d+行[的：]?", "", sentence)
    told = re.sub(rf"“?(?<![\w-])({keys})(?![a-z_0-9-])”?", lambda found: f"“{names[found[1]]}”", told, flags=re.ASCII)
    told = re.sub(r"(“([^”]+)”)（\2）", r"\1", told)  # the key said what it is called
    for word, shown in _CHOICES.items():
        told = told.replace(f"'{word}'", f"“{shown}”")
    return told.replace("true或false", "是或否")


def _places(thing: Any, keys: Sequence[str], path: _Parts, which: str) -> Iterator[tuple[_Parts, str, Any]]:
    """Path, which one and value of every place that ``keys`` lead to from ``thing``."""
    if not keys:
        yield path, which, thing
        return
    key, rest = keys[0], keys[1:]
    if key != "*":
        if key != "max_length" or thing.type == "text":
            yield from _places(getattr(thing, key), rest, (*path, key), which)
    elif isinstance(thing, Mapping):
        for name, column in thing.items():
            if isinstance(column, Column) and column.owner == "unit":
                yield from _places(column, rest, (*path, name), column.title)
    else:
        # behind a list of plain texts there is room for one more
        for place, item in enumerate(thing if rest else (*thing, "")):
            yield from _places(item, rest, (*path, place), getattr(item, "word", str(place + 1)))


def _parts(schema: Schema, path: str) -> _Parts:
    """The keys and indexes of a setting's path."""
    thing: Any = schema
    parts: list[str | int] = []
    for key in path.split("."):
        parts.append(int(key) if isinstance(thing, tuple) else key)
        thing = _step(thing, parts[-1])
    return tuple(parts)


def _present(schema: Schema, parts: _Parts) -> tuple[Any, bool]:
    """The value at a place, and whether it may be left out of the file."""
    if parts[:-1] == tuple(DATES[:-1]):
        return schema.due_day(Period.parse(str(parts[-1]))), True
    thing: Any = schema
    for part in parts[:-1]:
        thing = _step(thing, part)
    fields = type(thing).model_fields if isinstance(thing, BaseModel) else {}
    return _step(thing, parts[-1]), parts[-1] in fields and not fields[str(parts[-1])].is_required()


def _step(thing: Any, part: str | int) -> Any:
    if isinstance(thing, BaseModel):
        return getattr(thing, str(part))
    if isinstance(thing, tuple):
        return thing[int(part)] if int(part) < len(thing) else ""
    return thing.get(part)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, tuple):
        return "、".join(value)
    text = "" if value is None else str(value)
    return _CHOICES.get(text, text).replace("\r\n", "\n").strip()


def _read(typed: str, present: Any) -> Value:
    """What was typed as the kind of value that stands there, or as it is where it cannot be read as one."""
    if isinstance(present, bool):
        return _TRUTH.get(typed.casefold(), typed)
    if isinstance(present, tuple):
        return [word.strip() for word in re.split("[、，,；;\n]", typed) if word.strip()]
    if isinstance(present, date):
        return TYPES["date"].normal(typed)
    if isinstance(present, str):
        words = {shown: word for word, shown in _CHOICES.items()}
        return words.get(typed, _CONTROL.sub("", typed))
    number = TYPES["number"].normal(typed)
    if not typed:
        return None
    if not _NUMBER.fullmatch(number):
        return typed
    return float(number) if "." in number else int(number)

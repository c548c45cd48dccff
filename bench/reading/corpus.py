"""The labelled set: tasks with their reports, and what a careful reader finds in them."""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from ledger.decompose import decompose
from ledger.quantities import Unit, quantities, unit_of
from ledger.schema import load_schema
from ledger.sources import read
from ledger.tables import extract

__all__ = ["HERE", "ROOT", "SHARED", "Case", "Label", "Measured", "anping", "cases", "loaded"]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"  # real documents, there only where the project is developed
_LABEL = re.compile(r"(\??)(\w+)(?: ([\d.]+) ([^ ]+))?(?: => (?:(open)|([\d.]+) ([^ ]+)(?: @ ([\d-]+))?))?")
_YEARS = {"qingyunpu": 2020}


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with its unit."""

    value: Decimal
    unit: Unit

    @property
    def key(self) -> tuple[object, str]:
        return self.unit.factor * self.value.as_integer_ratio()[0] / self.value.as_integer_ratio()[
            1
        ], self.unit.dimension


@dataclass(frozen=True, slots=True)
class Label:
    """One target with what the report says about it; ``open`` is an answer that a reader may see either way."""

    kind: str
    target: Measured | None
    optional: bool = False
    actual: Measured | None = None
    as_of: date | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One task with its report and labels."""

    document: str
    key: str
    text: str
    report: str
    labels: tuple[Label, ...]

    @property
    def year(self) -> int:
        return _YEARS.get(self.document, 2022)

    @property
    def held_out(self) -> bool:
        """A third, chosen by the key alone, that nothing was tuned on, and what was written down before it was read."""
        return self.document == "unseen" or zlib.crc32(f"{self.document} {self.key}".encode()) % 3 == 0


def loaded(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def cases() -> Iterator[Case]:
    """Every labelled task; those of documents that are not here are left out."""
    labels = loaded("labels.yaml")
    for document, texts in (("anping", _anping), ("fengcheng", _fengcheng), ("qingyunpu", _qingyunpu)):
        marked = labels[document]
        for key, text, report in texts():
            yield Case(document, key, text, report, tuple(map(_label, marked.get(key, ()))))
    for name in ("own", "unseen"):
        for number, own in enumerate(loaded(f"{name}.yaml"), 1):
            yield Case(name, str(number), own["text"], own.get("report", ""), tuple(map(_label, own["labels"])))


def anping(period: str) -> dict[str, dict[str, Any]]:
    """What 安平's units report in a period, by key, the parts of other units numbered behind."""
    plan = yaml.safe_load((ROOT / "examples/anping/填报.yaml").read_text(encoding="utf-8"))["periods"][period]
    rows = {key: dict(report) for key, report in plan["reports"].items()}
    for key, parts in plan.get("parts", {}).items():
        said = {rows[key]["unit"]: rows[key]["progress"], **{unit: part["progress"] for unit, part in parts.items()}}
        rows[key]["progress"] = "\n".join(f"{n}.{unit}：{text}" for n, (unit, text) in enumerate(said.items(), 1))
    return rows


def _label(line: str) -> Label:
    found = _LABEL.fullmatch(line)
    if not found:
        raise ValueError(line)
    optional, kind, value, unit, open_, reached, in_unit, day = found.groups()
    return Label(
        kind,
        _measured(value, unit) if value else None,
        bool(optional),
        _measured(reached, in_unit) if reached else None,
        date.fromisoformat(day) if day else None,
        bool(open_),
    )


def _measured(value: str, unit: str) -> Measured:
    found = quantities(f"{value}{unit}", 2022)
    if len(found) == 1 and found[0].unit.text == unit:
        return Measured(found[0].value, found[0].unit)
    return Measured(Decimal(value), unit_of(unit))


def _anping() -> Iterator[tuple[str, str, str]]:
    schema = load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))
    document = (ROOT / "examples/anping/责任分工表.docx").read_bytes()
    reports = anping("2022-08")
    for task in decompose(extract(read(document, "责任分工表"), schema), schema, [], None).tasks:
        key = _key(task.id)
        yield key, task.text, reports.get(key, {}).get("progress", "")


def _key(task: str) -> str:
    annex, _, number = task.removeprefix("A").partition("-")
    return f"{annex}:" + ".".join(str(int(part)) for part in number.split("."))


def _truth(name: str) -> Any:
    path = SHARED / "truth" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _fengcheng() -> Iterator[tuple[str, str, str]]:
    rows = _truth("fengcheng")
    if not rows:
        return
    for row in rows["annex1"]:
        yield f"1:{row['no']}", row["task"], row["progress"]
    counted: dict[int, int] = {}
    for row in rows["annex2"]:
        counted[row["no"]] = counted.get(row["no"], 0) + 1
        yield f"2:{row['no']}.{counted[row['no']]}", row["target"], row["progress"]


def _qingyunpu() -> Iterator[tuple[str, str, str]]:
    for number, row in enumerate(_truth("qingyunpu") or (), 1):
        yield f"1:{number}", row["task"], row["progress"]

"""Which workspace the workbook belongs to that asks, and the rules that hold in it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import xlwings as xw

from ledger.schema import Schema, load_schema
from sync.workspace import default_schema, schema_file

__all__ = ["Rules", "is_workspace", "rules"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The schema by which a workbook is judged; without a workspace beside it, every day is one of its own year."""

    schema: Schema
    has_year: bool

    def on(self, day: date | None) -> Schema:
        """The schema for what is reported as of a day."""
        return self.schema if self.has_year or day is None else _packaged_of(day.year)


def rules() -> Rules:
    """The rules of the workspace in whose folder the calling workbook lies, elsewhere those that Ducha brings."""
    path = Path(xw.Book.caller().fullname)
    if not path.is_absolute() or not is_workspace(path.parent):
        return _packaged()
    schema = path.parent / "schema.yaml"
    return _read(schema, schema.stat().st_mtime_ns)


def is_workspace(folder: Path) -> bool:
    """Whether a folder is one that `ducha init` has made."""
    return (folder / ".ducha" / "key").is_file()


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Rules:
    return Rules(load_schema(schema_file(path)), has_year=True)


@lru_cache(maxsize=1)
def _packaged() -> Rules:
    return Rules(load_schema(default_schema()), has_year=False)


@lru_cache(maxsize=100)
def _packaged_of(year: int) -> Schema:
    return _packaged().schema.model_copy(update={"year": year})

"""Schemas for the tests of documents → ledger."""

from pathlib import Path

import pytest

from ledger.schema import Schema, load_schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The delivered schema: annex 1 with its number in the text, annex 2 with projects."""
    return load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def five_columns() -> Schema:
    """Two annexes with the same five columns."""
    return load_schema((ROOT / "examples/schemas/jishui.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def labelled() -> Schema:
    """One annex written as numbered items with labels."""
    return load_schema((ROOT / "examples/schemas/qingyunpu.yaml").read_text(encoding="utf-8"))

"""schema.yaml, the one configuration: what an office's ledger looks like."""

from ledger.schema.load import json_schema, load_schema
from ledger.schema.model import (
    Annex,
    Category,
    Checks,
    Column,
    Document,
    Due,
    Fonts,
    Format,
    Lights,
    Margins,
    Meaning,
    Office,
    Owner,
    Schema,
    Scoring,
    Stage,
    Status,
)

__all__ = [
    "Annex",
    "Category",
    "Checks",
    "Column",
    "Document",
    "Due",
    "Fonts",
    "Format",
    "Lights",
    "Margins",
    "Meaning",
    "Office",
    "Owner",
    "Schema",
    "Scoring",
    "Stage",
    "Status",
    "json_schema",
    "load_schema",
]

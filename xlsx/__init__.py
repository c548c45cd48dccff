"""The lossless workbook editor: change cells, rows and sheets, leave every other byte alone."""

from xlsx.arrange import Column
from xlsx.book import Book
from xlsx.cells import Formula, Value, column_letter, column_number, split_ref
from xlsx.errors import BookError
from xlsx.rules import Validation
from xlsx.scan import Limits, Refused, Scan, SheetScan, scan, scan_once

__all__ = [
    "Book",
    "BookError",
    "Column",
    "Formula",
    "Limits",
    "Refused",
    "Scan",
    "SheetScan",
    "Validation",
    "Value",
    "column_letter",
    "column_number",
    "scan",
    "scan_once",
    "split_ref",
]

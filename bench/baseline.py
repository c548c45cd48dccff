"""The script that an office would write instead: every workbook into one table, nothing checked, nothing kept.

``python -m bench.baseline INBOX TARGET [openpyxl|calamine]``; with calamine XlsxWriter writes. The header stands in
the fourth row of the sheet that units fill.
"""

import sys
import warnings
from pathlib import Path

import pandas

SHEET, HEADER, WRITERS = "任务填报", 3, {"openpyxl": "openpyxl", "calamine": "xlsxwriter"}


def merge(inbox: str, target: str, engine: str = "openpyxl") -> int:
    """Read all workbooks under a folder and write their filled rows into one; returns how many rows these are."""
    tables = []
    for path in sorted(Path(inbox).glob("**/*.xlsx")):
        table = pandas.read_excel(path, sheet_name=SHEET, header=HEADER, engine=engine)
        table = table.dropna(subset=["进展情况"])
        table.insert(0, "填报单位", path.parent.name)
        tables.append(table)
    merged = pandas.concat(tables, ignore_index=True)
    merged.to_excel(target, index=False, engine=WRITERS[engine])
    return len(merged)


def main() -> None:
    warnings.simplefilter("ignore")  # openpyxl says what it does not understand
    print(merge(*sys.argv[1:]), "rows")


if __name__ == "__main__":
    main()

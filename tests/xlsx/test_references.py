"""References inside formulas: which move, which widen, and what only looks like one."""

import pytest

from xlsx.ranges import Growth
from xlsx.references import rewrite

# three rows inserted below row 5 of sheet 任务
MOVED = {
    "A6+$B$7": "A9+$B$10",
    "A6:B$7": "A9:B$10",
    "'任务'!A6": "'任务'!A9",
    "任务!$A$6:$B$9": "任务!$A$9:$B$12",
    "LOG10(A6)": "LOG10(A9)",
    "A6:INDEX(A:A,7)": "A9:INDEX(A:A,7)",
    'IF(A6="","A7",A7)': 'IF(A9="","A7",A10)',
    "A6#": "A9#",
    "A1048576": "A1048576",
}
WIDENED = {"SUM(A5:A5)": "SUM(A5:A8)", "$A$1:$C$5": "$A$1:$C$8", "5:5": "5:8", "$4:$5": "$4:$8", "A1:A9": "A1:A12"}
ALONE = [
    *("A5", "A1:B4", "A:C", '"A6"', "其他!A6", "'it''s'!A6", "[1]任务!A6", "'[1]任务'!A6", "Sheet1:Sheet3!A6"),
    *("表1[A6]", "T[[#This Row],[A6]]", "#REF!A6", "ABC6D", "x.A6", "XFE6", "A1048577", "1.5E6", "任务!name"),
]


@pytest.mark.parametrize(("before", "after"), [*MOVED.items(), *WIDENED.items(), *((text, text) for text in ALONE)])
def test_rows_inserted(before, after):
    """Excel would write the same after inserting the rows."""
    assert Growth("任务", 5, 3).formula(before, "任务") == after


@pytest.mark.parametrize("sheet", ["任务", "it's", "2022年", "A b"])
def test_renamed(sheet):
    """Prefixes are found quoted or not, in any case, also before names; text in quotes is left alone."""
    quoted = "'" + sheet.replace("'", "''") + "'!"
    before = f'{quoted}A1+{quoted}name&"{quoted}A1"+其他!A1'
    after = rewrite(before, lambda *_: None, lambda found: "新!" if found == sheet else None)
    assert after == f'新!A1+新!name&"{quoted}A1"+其他!A1'

"""Tables in workbooks are found by their hidden row of keys, whatever people do around it."""

from io import BytesIO

import openpyxl
import pytest

from ledger.errors import StateError
from sync.table import Row, Table, find_tables, sheet_cells

KEYS = ["tag", "text", "progress"]
HEADER = ["标识", "任务", "进展情况"]
FIRST = ["x", "建学校", "已开工。"]


def table(*rows: list[object]) -> Table:
    """The only table in a sheet of these rows, padded to one width as a reader gives them."""
    width = max(map(len, rows))
    (found,) = find_tables({"任务填报": [[*row, *[""] * (width - len(row))] for row in rows]})
    return found


def values(found: Table) -> list[list[object]]:
    return [[row.values[key] for key in KEYS] for row in found.rows]


def test_the_key_row_is_found_below_titles() -> None:
    """Keys, header, data; rows are numbered as in the sheet."""
    found = table(["填报表"], [], KEYS, HEADER, FIRST, ["y", "修路", ""])
    assert (found.sheet, found.key_row, found.model_row, found.last_row) == ("任务填报", 3, 5, 6)
    assert found.columns == {"tag": 1, "text": 2, "progress": 3}
    assert found.rows[0] == Row(5, {"tag": "x", "text": "建学校", "progress": "已开工。"})
    assert [row.number for row in found.rows] == [5, 6]


def test_reordered_renamed_and_inserted_columns_make_no_difference() -> None:
    """The keys travel with their columns."""
    found = table(
        ["progress", "", "text", "", "tag"],
        ["改了名", "自己加的", "任务", "", ""],
        ["已开工。", "备忘", "建学校", 5, "x"],
    )
    assert found.columns == {"progress": 1, "text": 3, "tag": 5}
    assert values(found) == [FIRST]


def test_inserted_rows_above_move_the_table() -> None:
    """The office likes to put notes on top."""
    found = table(*[["说明"]] * 7, KEYS, HEADER, FIRST)
    assert (found.key_row, found.model_row) == (8, 10)
    assert values(found) == [FIRST]


def test_blank_rows_are_left_out_and_do_not_end_the_table() -> None:
    """A row with anything in it counts, also in a column that is not ours."""
    found = table(KEYS, HEADER, FIRST, ["", "", None], ["", "", "", "旁注"], ["z", "", 0], [])
    assert [row.number for row in found.rows] == [3, 5, 6]
    assert found.last_row == 6


def test_a_table_without_data_ends_at_its_model_row() -> None:
    """The first row after keys and header, from which new rows take their look."""
    found = table(["总表"], KEYS, HEADER)
    assert (found.rows, found.model_row, found.last_row) == ((), 4, 4)


def test_of_a_repeated_key_the_first_column_counts() -> None:
    """Somebody copied a column: its key is named."""
    found = table([*KEYS, "progress", "text", "text"], [*HEADER, "抄", "抄", "抄"], [*FIRST, "另一个", "", ""])
    assert found.columns["progress"] == 3
    assert found.repeated == ("progress", "text", "text")
    assert values(found) == [FIRST]


def test_the_annex_number_stands_behind_the_id() -> None:
    """``id:2`` is annex 2, whatever its sheet is called."""
    assert table(["id:2", "text", "progress"], HEADER).annex == 2
    assert table(["id:2", "text", "progress"], HEADER).columns["id"] == 1
    assert table(KEYS, HEADER).annex is None


@pytest.mark.parametrize(
    "row",
    [
        ["标识", "任务", "进展情况"],
        ["tag", "text"],
        ["tag", "text", "进展"],
        ["tag", "text", "progress", 5],
        ["Tag", "Text", "Progress"],
        ["a b", "text", "progress"],
        ["", "", ""],
    ],
)
def test_a_row_of_anything_else_is_no_key_row(row: list[object]) -> None:
    """Three keys at least, and nothing but keys."""
    assert find_tables({"表": [row, [*FIRST, "", ""]]}) == []


def test_keys_are_looked_for_among_the_first_rows_only() -> None:
    """Three English words far down in somebody's list are no keys."""
    assert find_tables({"表": [["", "", ""]] * 40 + [KEYS]}) == []
    assert find_tables({"表": [["", "", ""]] * 39 + [KEYS]})


def test_every_sheet_has_its_own_table_in_sheet_order() -> None:
    """Sheets without keys have none."""
    found = find_tables({"说明": [["请填写"]], "附件2": [KEYS, HEADER], "附件1": [["id", "a", "b"], HEADER], "空": []})
    assert [table.sheet for table in found] == ["附件2", "附件1"]


def test_cells_of_a_workbook_begin_at_a1() -> None:
    """Empty rows and columns in front are there, hidden sheets and sheets of charts do no harm."""
    book = openpyxl.Workbook()
    book.active.title = "任务填报"
    book.active["B3"] = "已开工。"
    book.create_sheet("_ducha").sheet_state = "veryHidden"
    book["_ducha"].append(["seal", 1])
    book.create_chartsheet("图")
    data = BytesIO()
    book.save(data)
    cells = sheet_cells(data.getvalue())
    assert list(cells) == ["任务填报", "_ducha", "图"]
    assert [list(row) for row in cells["任务填报"]] == [["", ""], ["", ""], ["", "已开工。"]]
    assert [list(row) for row in cells["_ducha"]] == [["seal", 1.0]]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off", b"text"])
def test_what_is_no_workbook_is_told(data: bytes) -> None:
    """Empty, cut off, or something else under the name of a workbook."""
    with pytest.raises(StateError, match="工作簿打不开"):
        sheet_cells(data)

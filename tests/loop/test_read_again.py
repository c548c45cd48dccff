"""After our own edits only what was edited is read again, and it is what reading the whole file would give."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.schema import load_schema
from sync import master as module
from sync.master import Master, open_master
from sync.publish import publish
from sync.workspace import Workspace, default_schema
from xlsx import Book, Formula, Value, column_letter

SCHOOL = "A1-002"
ODD = [
    "",
    " ",
    "a\r\nb",
    "_x000D_",
    "\x07",
    "=1+1",
    "  两边  ",
    "第一行\n第二行",
    "\t",
    "\xa0",
    "1",
    "2022-08-31",
    "\ufffe",
]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
VALUES = st.one_of(
    st.none(), TEXTS, st.integers(-9, 9), st.floats(-9, 9), st.booleans(), st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.just(Formula("1+1", 2)),
)  # fmt: skip
WHICH = st.integers(0, 6)  # of the master's tables, the annex first
PUTS = st.tuples(WHICH, st.integers(1, 12), st.integers(1, 20), VALUES)
ROWS = st.tuples(WHICH, st.dictionaries(st.integers(1, 12), TEXTS, min_size=1, max_size=3))


@pytest.fixture(scope="module")
def standing(month: Path) -> Master:
    return Master((month / "master.xlsx").read_bytes(), load_schema(default_schema()))


def held(master: Master) -> tuple[object, ...]:
    """Everything that a master says about its bytes."""
    texts = {task: dict(said) for task, said in master.every()}
    tables = master.annexes, master.lists, master.rows, master.copied, master.doubled, master.typed, master.drafts
    return *tables, texts, master.named("dc_period"), master.named("dc_due")


def edit(book: Book, standing: Master, puts: "Puts", rows: "Rows") -> None:
    tables = [*standing.annexes.values(), *standing.lists.values()]
    for which, row, column, value in puts:
        book.put(tables[which].sheet, f"{column_letter(column)}{row}", value)
    for which, cells in rows:
        book.append(tables[which].sheet, tables[which].last_row, [cells])


Puts = list[tuple[int, int, int, Value]]
Rows = list[tuple[int, dict[int, str]]]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PUTS, max_size=6), st.lists(ROWS, max_size=1))
def test_it_is_what_reading_everything_gives(
    standing: Master, puts: list[tuple[str, int, int, Value]], rows: object
) -> None:
    """Values of any kind anywhere, in rows of keys and below the table too, and rows that are added."""
    book = Book(standing.data)
    edit(book, standing, puts, rows)
    after = standing.after(book)
    assert after.data == book.save()
    assert held(after) == held(Master(after.data, standing.schema))


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_what_will_be_read(standing: Master, text: str) -> None:
    """Blanks, line breaks, characters that the file spells in another way."""
    table, row = standing.rows[SCHOOL]
    book = Book(standing.data)
    book.put(table.sheet, f"{column_letter(table.columns['progress'])}{row.number}", text)
    assert held(after := standing.after(book)) == held(Master(after.data, standing.schema))


def test_a_row_whose_last_cell_is_emptied_is_none(standing: Master) -> None:
    """As in a list that has become shorter."""
    roster, book = standing.lists["roster"], Book(standing.data)
    for column in roster.columns.values():
        book.put(roster.sheet, f"{column_letter(column)}{roster.rows[0].number}", None)
    assert standing.after(book).lists["roster"].rows == roster.rows[1:]


def test_a_sheet_that_is_added_is_found(standing: Master) -> None:
    """More or fewer sheets than before are read as they are."""
    book = Book(standing.data)
    book.add_sheet("附加", [["id:3", "no", "text"], ["标识", "序号", "任务"], ["A3-001", "1", "建学校"]])
    assert standing.after(book).rows.keys() > standing.rows.keys()


def test_nothing_is_read_anew_where_texts_were_written(standing: Master, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole point: a text in an annex costs no reading."""
    table, row = standing.rows[SCHOOL]
    book = Book(standing.data)
    book.put(table.sheet, f"{column_letter(table.columns['progress'])}{row.number}", "已开工。")
    monkeypatch.setattr(module, "sheet_cells", lambda *_: pytest.fail("read again"))
    assert standing.after(book).text(SCHOOL, "progress") == "已开工。"
    assert standing.text(SCHOOL, "progress") == ""


def test_what_a_publication_wrote_needs_no_reading(handed_out: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next pass knows what the last one has left, unless somebody has saved another file meanwhile."""
    publish(handed_out)
    book = Book(handed_out.master.read_bytes())
    table, row = open_master(handed_out).rows[SCHOOL]
    book.put(table.sheet, f"{column_letter(table.columns['problems'])}{row.number}", "缺教师。")
    handed_out.master.write_bytes(book.save())
    publish(handed_out)
    with monkeypatch.context() as patch:
        patch.setattr(module, "sheet_cells", lambda *_: pytest.fail("read again"))
        assert open_master(handed_out).text(SCHOOL, "problems") == "缺教师。"
    handed_out.master.write_bytes(book.save())
    assert open_master(handed_out).data == book.save()

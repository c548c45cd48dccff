"""Any edits: every reader finds what was put, nothing else has changed, and they can be taken back."""

import io
import random
import re
from datetime import date, datetime, timedelta
from functools import cache

import openpyxl
import pytest
from everything import ANNEX, OWN, everything
from grafting import Parts
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from xlsx import Book, Formula, column_letter, split_ref
from xlsx.cells import TEXT_LIMIT

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime(1899, 12, 30)
HIDDEN = "透视"


def with_hidden_sheet():
    parts = Parts(everything())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(f'name="{HIDDEN}"', f'name="{HIDDEN}" state="hidden"')
    return parts.save()


DATA = with_hidden_sheet()
NASTY = [
    *("=1+1", "@SUM(A1)", "+8613800000000", "-", "'0012", "0012", "1e5", "TRUE", "#N/A", "2024-05-01", "12%"),
    *(
        " 两端 ",
        "\t制表",
        "两行\n三行",
        "末尾换行\n",
        "  ",
        "&amp;<b>\"'",
        "]]>",
        "<!--",
        "😀👨‍👩‍👧",
        "𠮷野家",
        "\u200b零宽\ufeff",
    ),
    *("_x0041_", "_x005F_x0041_", "_x", "__x0041_", "名" * TEXT_LIMIT, "😀" * (TEXT_LIMIT // 2)),
]
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
days = st.dates(date(1900, 3, 1), date(9999, 12, 31))
moments = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)).map(lambda one: one.replace(microsecond=0))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t甲_x"), max_size=30)
values = st.none() | st.booleans() | numbers | days | moments | texts | st.sampled_from(NASTY)
refs = st.builds(lambda row, column: f"{column_letter(column)}{row}", st.integers(1, 40), st.integers(1, 30))
DATED = {f"E{row}" for row in range(5, 9)}  # shows numbers as dates
edits = st.dictionaries(st.tuples(st.sampled_from([ANNEX, HIDDEN, OWN]), refs), values, max_size=12).map(
    lambda found: {key: value for key, value in found.items() if key[1] not in DATED | {"C14", "C15"}}
)


def saved(changes, data=DATA):
    book = Book(data)
    for (sheet, ref), value in changes.items():
        book.put(sheet, ref, value)
    return book.save()


def plain(value):
    """A value as all readers can be asked for: numbers as floats, dates as the moment, no text as nothing."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return value + timedelta(milliseconds=500) - timedelta(microseconds=(value.microsecond + 500_000) % 1_000_000)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return value or None


def unescaped(text):
    """openpyxl leaves _xHHHH_ to its user."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def raw(data):
    """Every cell that holds something, from the XML itself: cached results for formulas, numbers for dates."""
    parts, found = Parts(data), {}
    shared = "xl/sharedStrings.xml"
    texts = [_text(item) for item in etree.fromstring(parts[shared].encode())] if shared in parts.names() else []
    for name, (part, _) in parts.sheets().items():
        for cell in etree.fromstring(parts[part].encode()).iter(f"{MAIN}c"):
            content = cell.findtext(f"{MAIN}v")
            kind = cell.get("t", "n")
            inline = cell.find(f"{MAIN}is")
            if inline is not None:
                found[name, cell.get("r")] = _text(inline)
            elif content is not None:
                known = {"s": lambda text: texts[int(text)], "b": lambda text: text == "1", "n": float, "str": str}
                found[name, cell.get("r")] = known[kind](content)
    return found


def different(one, other):
    """The keys under which two tables do not say the same."""
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def _text(node):
    return unescaped("".join(one.text or "" for one in node.iter(f"{MAIN}t")))


def by_openpyxl(data):
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)  # which leaves pivots and charts unread
    cells = [(sheet.title, cell) for sheet in book for row in sheet for cell in row if cell.value is not None]
    book.close()
    texts = {(title, cell.coordinate): cell.value for title, cell in cells}
    return {key: unescaped(value) if isinstance(value, str) else value for key, value in texts.items()}


def by_calamine(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}

    def get(sheet, ref):
        row, column = split_ref(ref)
        grid = grids[sheet]
        return grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[0]) else None

    return get


@settings(max_examples=40)
@given(edits)
def test_three_readers_find_what_was_put(changes):
    """openpyxl, calamine and the XML itself agree on each edited cell."""
    after = saved(changes)
    seen, get, cells = by_openpyxl(after), by_calamine(after), raw(after)
    for key, value in changes.items():
        number = cells.get(key)
        if isinstance(value, date) and number is not None:
            number = EPOCH + timedelta(seconds=round(number * 86400))
        found = (seen.get(key), get(*key), number)
        if any(plain(one) != plain(value) for one in found):  # a long text is not for pytest to compare
            pytest.fail(f"{key}: {[repr(one)[:80] for one in (value, *found)]}")


@settings(max_examples=40)
@given(edits)
def test_only_what_was_put_changes(changes):
    """All other cells of the book hold what they held; the same edits give the same bytes."""
    before, after = raw(DATA), saved(changes)
    found = raw(after)
    assert different(found, before) <= changes.keys()
    assert saved(changes) == after


@cache
def original_formulas():
    book = openpyxl.load_workbook(io.BytesIO(DATA))
    cells = [(sheet, cell) for sheet in (ANNEX, OWN) for row in book[sheet] for cell in row if cell.data_type == "f"]
    return {(sheet, cell.coordinate): cell.value[1:] for sheet, cell in cells if isinstance(cell.value, str)}


@settings(max_examples=40)
@given(edits)
def test_edits_can_be_taken_back(changes):
    """Putting back what was there gives the original values everywhere."""
    before = raw(DATA)
    formulas = original_formulas()
    inverse = {key: Formula(formulas[key], before.get(key)) if key in formulas else before.get(key) for key in changes}
    assert not different(raw(saved(inverse, saved(changes))), before)


@settings(max_examples=40)
@given(
    st.sampled_from([(ANNEX, 4), (ANNEX, 6), (ANNEX, 8), (OWN, 5), (OWN, 9), (OWN, 12)]),
    st.lists(st.dictionaries(st.integers(1, 8), values, max_size=4), min_size=1, max_size=3),
)
def test_rows_around_appended_ones_stay(place, rows):
    """What stood above stands there still, what stood below stands as many rows lower, the new rows between."""
    sheet, after = place
    book = Book(DATA)
    book.append(sheet, after, rows)
    found = raw(book.save())
    wanted = {}
    for (name, ref), value in raw(DATA).items():
        row, column = split_ref(ref)
        moved = row + len(rows) if name == sheet and row > after else row
        wanted[name, f"{column_letter(column)}{moved}"] = value
    new = {(sheet, f"{column_letter(column)}{after + 1 + at}") for at in range(len(rows)) for column in range(1, 31)}
    assert different(found, wanted) <= new
    put = {
        (sheet, f"{column_letter(column)}{after + 1 + at}"): value
        for at, row in enumerate(rows)
        for column, value in row.items()
        if not isinstance(value, date)
    }
    assert not [key for key, value in put.items() if plain(found.get(key)) != plain(value)]


def test_nothing_put_nothing_changed():
    """Looking at a book is not editing it."""
    book = Book(DATA)
    assert (book.sheets, len(book.names()), book.widths(ANNEX)) == (Book(DATA).sheets, 4, {})
    assert book.save() is DATA or book.save() == DATA


def test_corners_of_a_sheet():
    """The last cell that there is can be put, beside the first."""
    after = saved({(ANNEX, "XFD1048576"): "末", (ANNEX, "A1048576"): 1, (HIDDEN, "A1"): "首"})
    found = raw(after)
    assert (found[ANNEX, "XFD1048576"], found[ANNEX, "A1048576"], found[HIDDEN, "A1"]) == ("末", 1, "首")
    assert openpyxl.load_workbook(io.BytesIO(after))[ANNEX]["XFD1048576"].value == "末"


@pytest.mark.office
def test_libreoffice_finds_what_was_put(office, tmp_path):
    """The same kinds of values, a few hundred at once, through a real spreadsheet program."""
    chance = random.Random(7)
    some: list = [*NASTY, True, False, 0, -1, 2**53, 1e-300, 1.7976931348623157e308, 0.1 + 0.2]
    some += [chance.uniform(-1e6, 1e6) for _ in range(60)] + [chance.randrange(-(10**15), 10**15) for _ in range(40)]
    some += [date(1900, 3, 1) + timedelta(chance.randrange(40_000)) for _ in range(40)]
    some += ["".join(chance.choices("甲乙丙 \nabc_x0041&<>\"'😀", k=chance.randrange(1, 40))) for _ in range(80)]
    path = tmp_path / "值.xlsx"
    path.write_bytes(saved({(HIDDEN, f"D{row}"): value for row, value in enumerate(some, 1)}))
    seen = office.values(path)[HIDDEN]
    for value, row in zip(some, seen, strict=True):
        wanted = (datetime.combine(value, datetime.min.time()) - EPOCH).days if isinstance(value, date) else value
        assert row[3] == (pytest.approx(wanted, rel=1e-14) if isinstance(wanted, float) else wanted)

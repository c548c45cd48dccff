"""LibreOffice opens what we wrote, and we edit what LibreOffice wrote."""

from datetime import date

import pytest
from xlsx_samples import BOARD, MODEL, TASKS, opened, part, rows, template

from xlsx import Book

pytestmark = pytest.mark.office
TEMPLATE = template()


def edited(data=TEMPLATE):
    book = Book(data)
    book.put_name("unit", "科技局")
    values = [{1: f"A{number}", 2: "=1+1", 3: "已完成", 4: date(2024, 5, 1)} for number in range(3)]
    book.fill(TASKS, MODEL, values)
    book.append(TASKS, 7, [{1: "A3", 2: "末"}])
    book.mark(TASKS, "C8", "缺状态")
    book.add_sheet("问题清单", [["序号", "问题"], [1, "缺状态"]], first=True, links={"B2": f"'{TASKS}'!C8"})
    book.activate("问题清单")
    return book.save()


def test_libreoffice_reads_our_books(office, tmp_path):
    """Values, formulas over the block and other sheets' formulas are as intended."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(edited())
    seen = office.values(path)
    assert list(seen) == ["问题清单", TASKS, BOARD]
    assert seen[TASKS][4][:3] == ["A0", "=1+1", "已完成"]
    assert seen[TASKS][4][4] == "科技局状态"
    assert seen[TASKS][7][4] == "缺状态"
    assert seen[TASKS][9][0] == "填表人"
    assert seen[TASKS][1][2] == 4
    assert seen[BOARD][0][0] == 3
    assert office.invalid(path, TASKS) == []


def test_we_edit_books_of_libreoffice(office, tmp_path):
    """A clerk with LibreOffice saved the template; it fills, marks and clears as before."""
    old, path = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(TEMPLATE)
    after = edited(office.resave(old, path, "xlsx").read_bytes())
    found = rows(after, TASKS)
    assert [row[0] for row in found[4:8]] == ["A0", "A1", "A2", "A3"]
    assert found[1][1] == "科技局"
    sheet = opened(after)[TASKS]
    assert "C5:C8" in {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert sheet["C8"].comment.text == "缺状态"


def test_marks_survive_libreoffice(office, tmp_path):
    """A marked book that was saved by LibreOffice can be cleared of its marks."""
    old, path = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(edited())
    book = Book(office.resave(old, path, "xlsx").read_bytes())
    book.clear_marks()
    after = book.save()
    cell = opened(after)[TASKS]["C8"]
    assert cell.comment is None
    assert cell.fill.patternType is None
    assert "_ducha.fill" not in part(after, "xl/workbook.xml")

"""The bulletin of a real ledger, and its pages as LibreOffice draws them."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bulletin_samples import Document, line, schema, snapshot, template
from office import Office, pdf_text

from bulletin import content, render
from ledger.snapshot import Line
from ledger.task import folded

NAMES = ("leaders", "lead_units", "responsible_units")
REPORTED = ("progress", "problems")


def real_line(annex: int, row: dict[str, Any], text: str) -> Line:
    return line(
        row["no"], text, annex, project=row.get("project"), section=row.get("section"),
        subsection=row.get("subsection"), printed={key: row[key] for key in NAMES},
        inherited=row.get("inherited", False), **{key: row[key] for key in REPORTED},
    )  # fmt: skip


@pytest.fixture(scope="module")
def truth(shared: Path) -> Any:
    return json.loads((shared / "truth" / "fengcheng.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def real(truth: Any) -> bytes:
    first = [real_line(1, row, row["task"]) for row in truth["annex1"]]
    second = [real_line(2, row, row["target"]) for row in truth["annex2"]]
    return render(content(schema(), snapshot(*first, *second)), template())


def test_annexes_of_a_real_ledger(truth: Any, real: bytes) -> None:
    """Every cell of 161 tasks and 25 sub-items stands in the document as the truth has it."""
    first, second = Document(real).tables
    tasks = [row.cells for row in first[1:] if len(row.cells) > 1]
    assert [tuple(map(folded, cells)) for cells in tasks] == [
        tuple(folded(text) for text in (f"{row['no']}.{row['task']}", *(row[key] for key in (*NAMES, *REPORTED))))
        for row in truth["annex1"]
    ]
    expected, seen = [], set[int]()
    for row in truth["annex2"]:
        once = ("", "") if row["no"] in seen else (str(row["no"]), row["project"])
        seen.add(row["no"])
        expected.append((*once, row["target"], *(row[key] for key in (*NAMES, *REPORTED))))
    assert [tuple(map(folded, row.cells)) for row in second[1:]] == [tuple(map(folded, row)) for row in expected]


def test_sections_of_a_real_ledger(truth: Any, real: bytes) -> None:
    """Each heading stands once, where it changes."""
    headings: list[str] = []
    section = subsection = None
    for row in truth["annex1"]:
        if row["section"] != section:
            headings.append(row["section"])
            subsection = None
        if row["subsection"] not in (None, subsection):
            headings.append(row["subsection"])
        section, subsection = row["section"], row["subsection"]
    assert [row.cells[0] for row in Document(real).tables[0] if row.spans == (6,)] == headings


def test_figures_of_a_real_ledger(truth: Any, real: bytes) -> None:
    """The totals are the document's own, and each reported problem is cited once."""
    found = Document(real)
    assert "列入督查台账的任务共186项。其中，附件1所列161项；附件2所列18个项目，共25项。" in found.paragraphs
    expected = Counter(
        f"A{annex}_{row['no']}"
        for annex in (1, 2)
        for row in truth[f"annex{annex}"]
        if row["problems"] not in ("", "无")
    )
    assert Counter(name for name, _ in found.references) == expected


@pytest.mark.office
def test_no_character_is_lost_on_the_page(office: Office, tmp_path: Path, real: bytes) -> None:
    """Clipped cells, rows that may not break and swallowed paragraphs would show in the count of Han characters."""
    path = tmp_path / "通报.docx"
    path.write_bytes(real)
    pages = pdf_text(office.pdf(path, tmp_path)).split("\f")[:-1]
    found = Document(real)

    def han(text: str) -> Counter[str]:
        return Counter(re.findall("[\u4e00-\u9fff]", text))

    start = [
        next(place for place, page in enumerate(pages) if re.match(rf"(—\d+—)?附件{no}2022年", folded(page)))
        for no in (1, 2)
    ]
    repeats = (start[1] - start[0] - 1, len(pages) - start[1] - 1)
    expected = han(found.text)
    for table, times in zip(found.tables, repeats, strict=True):
        expected += han("".join(table[0].cells) * times)
    assert han("".join(pages)) == expected
    # no page is blank or holds a single line, and each has its number
    assert min(len(folded(page)) for page in pages) > 60
    assert all(f"—{number}—" in folded(page) for number, page in enumerate(pages, 1))

"""The PDF to look at: every character of the document is on its pages, and what goes wrong is one sentence."""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from bulletin_samples import Document, line, schema, snapshot, template
from office import Office, pdf_text
from office import pages as drawn

from bulletin import content, render
from ducha import preview as module
from ducha.preview import preview, write_preview
from ledger.errors import StateError

HAN_AND_MARKS = re.compile("[\u3400-\u9fff，。；：、！？“”‘’（）《》〔〕…]")


def counted(text: str) -> Counter[str]:
    return Counter(HAN_AND_MARKS.findall(text))


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, *script: str) -> None:
    """Put a soffice on the PATH that does what the script says."""
    if sys.platform == "win32":
        pytest.skip("a shell script stands in for LibreOffice")
    path = folder / "soffice"
    path.write_text("\n".join(["#!/bin/sh", *script, ""]), encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_no_mark_is_lost_at_the_end_of_a_full_line(office: Office, tmp_path: Path) -> None:
    """Lines of every length end in 。: LibreOffice loses the one that hangs outside the text, unless told not to.

    The pages are drawn into the test's folder, for a person to look at.
    """
    full = (line(no, annex=1, problems="“缺”" + "地" * no) for no in range(20, 49))
    data = render(content(schema(), snapshot(*full)), template())
    path = tmp_path / "通报.docx"
    path.write_bytes(data)
    pdf = write_preview(path)
    assert pdf.name == "通报_预览.pdf"
    pages = pdf_text(pdf).split("\f")[:-1]
    found = Document(data)
    expected = counted(found.text)
    annex = next(place for place, page in enumerate(pages) if "附件1\n" in page)
    for _ in pages[annex + 1 : -1]:
        expected += counted("".join(found.tables[0][0].cells))
    assert counted("".join(pages)) == expected
    assert len(drawn(pdf, tmp_path)) == len(pages)


def test_without_libreoffice_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(module, "_PLACES", ())
    with pytest.raises(StateError, match=r"^这台电脑没有安装LibreOffice，.*另存为PDF。$"):
        preview(b"")


def test_a_libreoffice_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it has started: the program that people see is only the launcher of another one."""
    (tmp_path / "通报.docx").write_bytes(b"")
    program(tmp_path, monkeypatch, f"(sleep 3; touch '{tmp_path}/late') & wait")
    monkeypatch.setattr(module, "_SECONDS", 0.2)
    with pytest.raises(StateError, match="没有在规定时间内转换完"):
        write_preview(tmp_path / "通报.docx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["soffice", "通报.docx"]


def test_a_libreoffice_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(StateError, match="没有转换成功"):
        preview(b"")


def test_a_libreoffice_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "exit 0")
    (tmp_path / "soffice").write_text("#!/nowhere/sh\n", encoding="utf-8")
    with pytest.raises(StateError, match="启动不了"):
        preview(b"")

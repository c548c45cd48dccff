"""What a leader does with a bulletin in Word: rewords sentences, changes cells, strikes out. Through python-docx."""

from collections.abc import Mapping
from pathlib import Path

from docx import Document
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def reword(source: Path, words: Mapping[str, str], target: Path | None = None) -> Path:
    """Replace texts wherever they stand, in paragraphs and in cells, each at least once; returns the saved file."""
    document = Document(str(source))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    for old, new in words.items():
        assert sum([_replace(paragraph, old, new) for paragraph in paragraphs]), old
    document.save(str(target or source))
    return target or source


def _replace(paragraph: Paragraph, old: str, new: str) -> bool:
    """As Word does it: the first run of the old text takes the new one, what is left of it goes from the others."""
    text = "".join(run.text for run in paragraph.runs)
    start = text.find(old)
    if start < 0:
        return False
    place, rest = 0, new
    for run in paragraph.runs:
        begin, end = max(start - place, 0), min(start + len(old) - place, len(run.text))
        place += len(run.text)
        if begin < end:
            _say(run, run.text[:begin] + rest + run.text[end:])
            rest = ""
    return True


def _say(run: Run, text: str) -> None:
    if run.text != text:
        run.text = text

"""Small ledgers to make bulletins from, and the made documents read back with lxml alone."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree

from ledger.indicator import Indicator, Kind
from ledger.measures import Light, day, standing
from ledger.period import Period
from ledger.schema import Schema, load_schema
from ledger.snapshot import Figure, Line, Snapshot
from ledger.task import Task

ROOT = Path(__file__).resolve().parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def schema(**changes: object) -> Schema:
    """The shipped schema, with changes to its top keys."""
    return Schema.model_validate(shipped().model_dump() | changes) if changes else shipped()


@cache
def shipped() -> Schema:
    return load_schema((ROOT / "schema.yaml").read_text(encoding="utf-8"))


def template(*changes: tuple[str, str]) -> bytes:
    """The shipped template, as if somebody had replaced texts in Word."""
    data = (ROOT / "templates" / "bulletin.docx").read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            for before, after in changes if name == "word/document.xml" else ():
                assert before in text
                text = text.replace(before, after)
            new.writestr(name, text)
    return out.getvalue()


def line(
    no: int, text: str = "推进某项工作。", annex: int = 1, *, project: str | None = None, section: str | None = None,
    subsection: str | None = None, sub: int | None = None, printed: dict[str, str] | None = None,
    inherited: bool = False, reporter: str | None = "科技局", **values: str,
) -> Line:  # fmt: skip
    """One line of the ledger; keywords are unit-owned values by column key."""
    identity = f"A{annex}-{no:03d}" if sub is None else f"A{annex}-{no:02d}.{sub}"
    task = Task(
        id=identity, annex=annex, no=no, text=text, project=project, section=section, subsection=subsection,
        printed=printed or {}, inherited=inherited,
    )  # fmt: skip
    return Line(task=task, reporter=reporter, values=values)


def figure(
    of: Line, name: str, actual: str, target: str | None = "100", kind: Kind = "amount", unit: str = "公里",
    *, place: int = 1, as_of: str = "", end: date = date(2022, 9, 30),
) -> Figure:  # fmt: skip
    """An indicator of the line's task and how it stands."""
    goal = None if target is None else Decimal(target)
    made = Indicator(id=f"{of.task.id}#{place}", task=of.task.id, name=name, kind=kind, target=goal, unit=unit)
    stands = standing(made, actual, day(as_of) if as_of else end, shipped())
    return Figure(indicator=made, reporter=of.reporter, values={"actual": actual, "as_of": as_of}, standing=stands)


def snapshot(
    *lines: Line, period: str = "2022Q3", missing: tuple[str, ...] = (), late: tuple[str, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> Snapshot:  # fmt: skip
    return Snapshot(period=Period.parse(period), lines=lines, missing=missing, late=late, figures=figures)


def lit(line: Line, light: Light | None) -> Line:
    """The line with this light."""
    return line.model_copy(update={"light": light})


def linked(line: Line, to: Line) -> Line:
    """The line as the same work as another one (同一事项)."""
    return line.model_copy(update={"task": line.task.model_copy(update={"linked": to.task.id})})


@dataclass(frozen=True)
class Row:
    """A table row as it stands in the file."""

    header: bool
    unbroken: bool
    spans: tuple[int, ...]
    merges: tuple[str, ...]
    cells: tuple[str, ...]


class Document:
    """A made document."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        root = etree.fromstring(self.archive.read("word/document.xml"))
        self.body = root[0]

    @property
    def paragraphs(self) -> list[str]:
        """The text of the paragraphs outside tables."""
        return [said(paragraph) for paragraph in self.body.findall(f"{W}p")]

    @property
    def text(self) -> str:
        """Every character that is printed in the body."""
        return said(self.body)

    @property
    def tables(self) -> list[list[Row]]:
        return [[row(found) for found in table.findall(f"{W}tr")] for table in self.body.findall(f"{W}tbl")]

    @property
    def sections(self) -> list[str]:
        """The orientation of every section, in order."""
        return [size.get(f"{W}orient", "portrait") for size in self.body.iter(f"{W}pgSz")]

    @property
    def bookmarks(self) -> dict[str, str]:
        """Every bookmark with the text in it."""
        found = {}
        for start in self.body.iter(f"{W}bookmarkStart"):
            inside = []
            element = start.getnext()
            while element.tag != f"{W}bookmarkEnd":
                inside.append(said(element))
                element = element.getnext()
            assert element.get(f"{W}id") == start.get(f"{W}id")
            assert start.get(f"{W}name") not in found
            found[start.get(f"{W}name")] = "".join(inside)
        return found

    @property
    def references(self) -> list[tuple[str, str]]:
        """Every REF field: the bookmark that it names and the result that it shows."""
        found = []
        for code in self.body.iter(f"{W}instrText"):
            after = [said(run) for run in code.getparent().itersiblings() if run.tag == f"{W}r"]
            found.append((code.text.split()[1], after[1]))
        return found


def said(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def row(element: etree._Element) -> Row:
    cells = element.findall(f"{W}tc")
    spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in cells]
    merges = [cell.find(f"{W}tcPr/{W}vMerge") for cell in cells]
    return Row(
        header=element.find(f"{W}trPr/{W}tblHeader") is not None,
        unbroken=element.find(f"{W}trPr/{W}cantSplit") is not None,
        spans=tuple(1 if span is None else int(span.get(f"{W}val", "0")) for span in spans),
        merges=tuple("" if merge is None else merge.get(f"{W}val", "") for merge in merges),
        cells=tuple("\n".join(said(paragraph) for paragraph in cell.findall(f"{W}p")) for cell in cells),
    )

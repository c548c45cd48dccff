"""The rows of one table as drafts: what carries on from the row above, and what is only its second half."""

from collections.abc import Mapping, Sequence

from ledger.finding import Finding, finding
from ledger.headers import Layout, Span
from ledger.numbering import number_in_cell, number_in_text
from ledger.schema import Schema
from ledger.task import Draft, folded

__all__ = ["Rows", "aligned"]

_STOPS = tuple("。！？；;.!?”）)")
_FIRST = "。"
_PAUSES = ("。", "，", ",", "；", ";", "：", ":")


class Rows:
    """Drafts of one annex in document order; ``add`` one row's cells at a time, then read ``drafts``."""

    def __init__(self, layout: Layout, schema: Schema, last: int = 0) -> None:
        self.layout = layout
        self.section: str | None = None
        self.subsection: str | None = None
        self.drafts: list[Draft] = []
        self.findings: list[Finding] = []
        self._schema = schema
        self._last = last
        self._project: tuple[int | None, str] = (None, "")
        self._shown: dict[str, str] = {}  # the row above with its merged cells filled in
        self._names = [key for key in layout.columns if schema.columns[key].type == "names"]

    def head(self, section: str | None, subsection: str | None) -> None:
        """Begin a section or subsection."""
        self.section, self.subsection = section, subsection

    def add(self, cells: Mapping[str, str], above: frozenset[str], place: str) -> None:
        """One row: ``cells`` by column key, ``above`` the keys whose cell is merged with the row above."""
        number, text = self._numbered(cells)
        if not text or self._is_second_half(cells, number, above):
            self._join(cells, text, place)
            return
        number, goes_on = self._within_project(number, folded(cells.get("project", "")), text)
        nameless = bool(self._names) and not any(folded(cells.get(key, "")) for key in self._names)
        inherited = bool(self.drafts) and nameless and (goes_on or above.issuperset(self._names))
        filled = {key: self._shown.get(key, "") if key in above else value for key, value in cells.items()}
        printed = cells if inherited else filled
        self.drafts.append(
            Draft(
                annex=self.layout.annex.no,
                printed_no=number,
                section=self.section,
                subsection=self.subsection,
                project=self._project[1] if self.layout.annex.has_projects else None,
                text=text,
                printed={key: printed[key] for key in self._owned("task", printed)},
                reported=split_status({key: filled[key] for key in self._owned("unit", filled)}, self._schema),
                inherited=inherited,
                place=place,
            )
        )
        self._shown = {**filled, **{key: self._shown.get(key, "") for key in self._names if inherited}}
        self._last = number if number is not None else self._last + 1

    def _within_project(self, number: int | None, project: str, text: str) -> tuple[int | None, bool]:
        """The number of the row's project and whether it is the project of the row above."""
        if not self.layout.annex.has_projects:
            return number, False
        if self.drafts and project in {"", self._project[1]} and number in {None, self._project[0]}:
            return self._project[0], True
        self._project = number, project or folded(text)
        return number, False

    def _owned(self, owner: str, cells: Mapping[str, str]) -> list[str]:
        known = {"no", "project", "text"}
        return [key for key in cells if key not in known and self._schema.columns[key].owner == owner]

    def _numbered(self, cells: Mapping[str, str]) -> tuple[int | None, str]:
        text = cells.get("text", "")
        if "no" in self.layout.columns:
            return number_in_cell(cells.get("no", "")), text
        number, rest = number_in_text(text, self._last + 1)
        return number, rest

    def _is_second_half(self, cells: Mapping[str, str], number: int | None, above: frozenset[str]) -> bool:
        """Whether a page break cut this row off the one above: no number, no names, mid-sentence."""
        if not self.drafts or number is not None or self.layout.annex.has_projects or above.intersection(self._names):
            return False
        if any(folded(cells.get(key, "")) for key in self._names):
            return False
        return bool(self._names) and not self.drafts[-1].text.rstrip().endswith(_STOPS)

    def _join(self, cells: Mapping[str, str], text: str, place: str) -> None:
        if not any(folded(value) for value in cells.values()):
            return
        number = number_in_cell(cells.get("no", ""))
        if not self.drafts or number is not None:
            shown = " ".join(filter(None, map(str.strip, cells.values())))
            self.findings.append(finding("row_unclear", place=place, value=shown))
            return
        last = self.drafts[-1]
        printed = {key: _glued(last.printed.get(key, ""), cells[key]) for key in self._owned("task", cells)}
        reported = {key: _glued(last.reported.get(key, ""), cells[key]) for key in self._owned("unit", cells)}
        self.drafts[-1] = last.model_copy(
            update={
                "text": _glued(last.text, text),
                "printed": {**last.printed, **printed},
                "reported": {**last.reported, **reported},
            }
        )


def split_status(reported: Mapping[str, str], schema: Schema) -> dict[str, str]:
    """Take the status word at the head of a text out into the column that ``leads`` it.

    ``推进中,计划年底前完成。引进…`` becomes status ``推进中,计划年底前完成`` and progress ``引进…``. A text that only
    goes on from such a word (``已完成投资3亿元``) has no status.
    """
    done = dict(reported)
    for key, column in schema.columns.items():
        text = done.get(column.leads or "", "").strip()
        if not text or folded(done.get(key, "")):
            continue
        words = sorted((item.word for item in schema.statuses if text.startswith(item.word)), key=len)
        if words and text[len(words[-1]) :].startswith(("", *_PAUSES) if text == words[-1] else _PAUSES):
            head, _, rest = text.partition(_FIRST)
            done[key], done[column.leads or ""] = head, rest.strip()
    return done


def aligned(cells: Sequence[Span], layout: Layout, schema: Schema) -> Sequence[Span]:
    """A row with fewer cells than its header, moved to the columns that it fits.

    Dumps drop cells that are merged with the row above and empty cells at the end, so the missing ones may be on
    either side; of equal places the rightmost is taken.
    """
    missing = len(layout.header) - len(cells)
    keys = {span.start: key for key, span in layout.columns.items()}
    order = [keys.get(span.start, "") for span in layout.header]
    offset = max(
        range(missing + 1),
        key=lambda start: (
            sum(_fitness(order[start + index], span.cell.text, schema) for index, span in enumerate(cells)),
            start,
        ),
    )
    moved = [layout.header[offset + index] for index in range(len(cells))]
    return [Span(to.start, to.end, span.cell) for to, span in zip(moved, cells, strict=True)]


def _fitness(key: str, text: str, schema: Schema) -> int:
    word = folded(text)
    if key == "no":
        return (2 if number_in_cell(word) is not None else -3) if word else 0
    if key == "text":
        return (2 if len(word) > 12 else 1) if word else -2
    if key and schema.columns[key].type == "names":
        return (-3 if len(word) > 80 or any(mark in word for mark in "。；,%") else 1) if word else 0
    if key == "project":
        return (-2 if "。" in word else 0) if word else 0
    return 0


def _glued(above: str, below: str) -> str:
    """Two halves of one cell: a sentence goes on at once, a new one on a new line."""
    if not above.strip() or not below.strip():
        return above if above.strip() else below
    return f"{above}\n{below}" if above.rstrip().endswith(_STOPS) else f"{above}{below}"

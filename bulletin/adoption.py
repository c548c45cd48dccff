"""What the leader's final wording of a bulletin changes, and where in the ledger each of it belongs.

``base`` is the draft that was made, ``final`` what became of it, ``now`` what would be made today. Whatever of
``base`` does not stand in ``now`` any more has been overtaken by the ledger and is not taken back as text.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bulletin.content.wording import filled, requirements, words
from bulletin.differences import paired, paired_rows
from bulletin.printed import Printed, PrintedAnnex, PrintedRow
from bulletin.text import cleaned
from ledger.cell import TYPES, cell_text, judge
from ledger.excerpt import shortened
from ledger.schema import Schema
from ledger.snapshot import Snapshot
from ledger.wording import Wording, sentences

__all__ = ["Adoption", "TakenCell", "adoption"]

_NUMBERED = re.compile(r"^(?:\d{1,2}[.．、](?!\d)|[（(][\d一二三四五六七八九十]{1,3}[）)])\s*")
_BRACES = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class TakenCell:
    """A cell of an annex that becomes the office's: what the draft said, what stands today, what it is to be.

    ``place`` is how people find it: 附件1：26 进展情况.
    """

    task: str
    key: str
    place: str
    drafted: str
    stands: str
    new: str


@dataclass(slots=True)
class Adoption:
    """Where everything goes: settings by path, sentences (old, new) of this period, cells; the rest in words."""

    settings: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    cells: list[TakenCell] = field(default_factory=list)
    wording: Wording = field(default_factory=Wording)
    untaken: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be taken."""
        return not (self.settings or self.said or self.cells)


def adoption(
    schema: Schema, snapshot: Snapshot, base: Printed, final: Printed, now: Printed, wording: Wording
) -> Adoption:
    """Place every change from ``base`` to ``final``; ``wording`` is the office's of this period so far."""
    placing = _Placing(schema, snapshot, now, Adoption(wording=wording))
    placing.take_text(base, final)
    for no, annex in base.annexes.items():
        if no not in final.annexes:
            placing.found.untaken.append(f"附件{no}的表在这份文件里找不到，表里的内容没有采用。")
        elif no in now.annexes:
            placing.take_annex(no, annex, final.annexes[no])
    return placing.found


class _Placing:
    def __init__(self, schema: Schema, snapshot: Snapshot, now: Printed, found: Adoption) -> None:
        self._schema, self._snapshot, self._now, self.found = schema, snapshot, now, found
        self._words = words(schema, snapshot)
        self._opening = filled(schema.document.opening, self._words)
        self._requirements = requirements(schema, self._words)
        self._sentences = Counter(text for paragraph in now.paragraphs for text in sentences(paragraph))

    def take_text(self, base: Printed, final: Printed) -> None:
        # where the office has meanwhile changed its requirements it is not known which of them was meant
        listed = set(self._requirements) <= set(base.paragraphs)
        kept: list[str] = []
        above = ""  # the paragraph of the draft behind which what is new stands
        for old, new in paired(base.paragraphs, final.paragraphs):
            required = old if old is not None else above
            if listed and required in self._requirements:
                model = self._schema.document.requirements[self._requirements.index(required)] if old else ""
                kept += [self._with_names(_NUMBERED.sub("", new), model)] if new else []
            elif old == new:
                pass
            elif old == self._opening and new and old in self._now.paragraphs:
                self._set("document.opening", self._with_names(new, self._schema.document.opening))
            elif old is None:
                self._add(above, new or "")
            else:
                self._reword(old, new or "")
            above = old if old is not None else above
        if listed:
            self._set_requirements(kept)

    def _with_names(self, text: str, model: str) -> str:
        """The text for every period: year, region and period by their names where the ``model`` has them so."""
        # the longest first: the period's name begins with the year
        for name, word in sorted(self._words.items(), key=lambda one: -len(one[1])):
            if f"{{{name}}}" in model:
                text = text.replace(word, f"{{{name}}}")
        return text

    def _set(self, path: str, text: str) -> None:
        names = {f"{{{name}}}" for name in self._words}
        if strange := [name for name in _BRACES.findall(text) if name not in names]:
            self.found.untaken.append(f"“{shortened(text)}”里的“{strange[0]}”会被当作变量，没有采用，请改写后再采用。")
        else:
            self.found.settings[path] = text

    def _set_requirements(self, kept: Sequence[str]) -> None:
        present = [text.strip() for text in self._schema.document.requirements]
        if list(kept) != [cleaned(text) for text in present]:
            for place in range(max(len(kept), len(present))):
                text = kept[place] if place < len(kept) else ""
                if place >= len(present) or text != cleaned(present[place]):
                    self._set(f"document.requirements.{place}", text)

    def _add(self, above: str, paragraph: str) -> None:
        if paragraph in self._now.paragraphs:
            return
        begins = sentences(above)[:1]
        if begins and self._sentences[begins[0]] == 1:
            self.found.said.append(("", paragraph))
            self.found.wording = self.found.wording.adding(begins[0], paragraph)
        else:
            self.found.untaken.append(f"新增的一段“{shortened(paragraph)}”不知道接在哪一段后面，没有采用，请自行留存。")

    def _reword(self, old: str, new: str) -> None:
        """Sentence by sentence; a new one goes with the one before it, at the beginning with the one behind it."""
        texts: dict[str, str] = {}
        above, first = "", ""
        for one, other in paired(sentences(old), sentences(new)):
            if one is not None:
                texts[one] = first + (other or "")
                above, first = one, ""
            elif above:
                texts[above] += other or ""
            else:
                first += other or ""
        for one, text in texts.items():
            done = not self._sentences[one] and all(self._sentences[said] for said in sentences(text))
            if one == text or done:  # taken before, or the ledger says it by itself now
                continue
            if self._sentences[one] == 1:
                self.found.said.append((one, text))
                self.found.wording = self.found.wording.saying(one, text)
            else:
                why = "在通报里不止一处" if self._sentences[one] else "台账在成稿之后已有变化"
                self.found.untaken.append(
                    f"“{shortened(one)}”改成“{shortened(text)}”没有采用：{why}，请重新生成后再改。"
                )

    def take_annex(self, no: int, base: PrintedAnnex, final: PrintedAnnex) -> None:
        now, tasks = self._now.annexes[no], self._tasks(no)
        today = {id(row): other for row, other in paired_rows(base, now) if row and other}
        for row, new in paired_rows(base, final):
            if row and new and row.cells == new.cells:
                continue
            there = today.get(id(row)) if row else None
            place = f"附件{no}：{base.number(row) if row else final.number(new) if new else ''}"
            if not row or not new:
                word, gone = ("多出", new) if new else ("删掉", row)
                told = f"{place}{word}了一行“{shortened(gone.whole if gone else '')}”"
                self.found.untaken.append(f"{told}，没有采用：任务的增减请在总表里办。")
            elif not there or id(there) not in tasks or len(row.cells) != len(new.cells):
                self.found.untaken.append(f"{place}这一行现在的台账里对不上，没有采用，请在总表里改。")
            else:
                self._take_row(no, place, tasks[id(there)], row, new, there)

    def _take_row(self, no: int, place: str, task: str, base: PrintedRow, final: PrintedRow, now: PrintedRow) -> None:
        annex = self._schema.annex(no)
        for key, drafted, typed, stands in zip(annex.keys, base.cells, final.cells, now.cells, strict=True):
            column, choices = self._schema.column(annex, key), self._schema.choices(key)
            where = f"{place} {column.title}"
            new = cell_text(typed, column) if column.type != "text" else typed
            if {new, typed} & {drafted, stands}:
                continue
            if column.owner != "unit":
                told = f"{where}改成“{shortened(new)}”没有采用：这一栏请在总表里改，在“变更”里确认。"
            elif column.type != "text" and judge(new, column, choices):
                allowed = f"（{'、'.join(choices)}）" if choices else ""
                told = f"{where}改成“{shortened(new)}”没有采用：{TYPES[column.type].told}{allowed}。"
            else:
                self.found.cells.append(TakenCell(task, key, where, drafted, stands, new))
                continue
            self.found.untaken.append(told)

    def _tasks(self, no: int) -> dict[int, str]:
        """Task ids by the rows of today's annex, which prints one row for each line of the ledger."""
        rows = [row for row in self._now.annexes[no].rows if len(row.cells) > 1 or row.mark]
        lines = [line for line in self._snapshot.lines if line.task.annex == no]
        if len(rows) != len(lines):
            return {}
        return {id(row): line.task.id for row, line in zip(rows, lines, strict=True)}

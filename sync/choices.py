"""The words with which the office decides in lists of the master; any other word decides nothing and is told."""

from collections.abc import Iterator, Mapping

from ledger.cell import cell_text
from ledger.finding import Finding, finding
from sync.master import Master
from xlsx import column_letter

__all__ = ["ADOPT", "CHOICES", "CONFIRM", "DECLINE", "IGNORED", "VERIFIED", "decides", "unknown_choices"]

ADOPT, CONFIRM, DECLINE = "采用", "确认", "不采用"
VERIFIED, IGNORED = "已核实", "忽略"
# what column 处理 may hold, by list
CHOICES: Mapping[str, tuple[str, ...]] = {
    "checked": (VERIFIED, IGNORED),
    "revisions": (CONFIRM, DECLINE),
    "suggested": (ADOPT, DECLINE),
}


def decides(name: str, row: Mapping[str, str]) -> bool:
    """Whether a row of a list, its texts by column key, has been decided."""
    return row.get("decision", "") in CHOICES[name]


def unknown_choices(master: Master) -> Iterator[Finding]:
    """Words that somebody pasted or typed over a list; rows without id are the office's own."""
    for name, words in CHOICES.items():
        table = master.lists.get(name)
        for row in table.rows if table else ():
            said = cell_text(row.values.get("decision"))
            if table and said and said not in words and cell_text(row.values.get("id")):
                place = f"{column_letter(table.columns['decision'])}{row.number}"
                told = {"title": "处理", "value": said, "choices": "、".join(words)}
                yield finding("choice_unknown", sheet=table.sheet, cell=place, **told)

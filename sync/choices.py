"""The words with which the office decides in lists of the master; any other word decides nothing and is told."""

from collections.abc import Iterator, Mapping

from ledger.cell import cell_text
from ledger.finding import Finding, finding
from sync.master import Master
from xlsx import column_letter

__all__ = [
    "ADOPT",
    "CHOICES",
    "CONFIRM",
    "DECLINE",
    "IGNORED",
    "OFFICE",
    "UNITS",
    "VERIFIED",
    "decides",
    "unknown_choices",
]

ADOPT, CONFIRM, DECLINE = "采用", "确认", "不采用"
VERIFIED, IGNORED = "已核实", "忽略"
OFFICE, UNITS = "本办", "单位"  # whose text stands
# what the column of decisions may hold, by list
CHOICES: Mapping[str, tuple[str, ...]] = {
    "checked": (VERIFIED, IGNORED),
    "revisions": (CONFIRM, DECLINE),
    "suggested": (ADOPT, DECLINE),
    "conflicts": (OFFICE, UNITS),
}
_COLUMNS = {"conflicts": ("adopt", "采用")}  # key and title; of all others it is 处理
_USUAL = ("decision", "处理")


def decides(name: str, row: Mapping[str, str]) -> bool:
    """Whether a row of a list, its texts by column key, has been decided."""
    return row.get(_COLUMNS.get(name, _USUAL)[0], "") in CHOICES[name]


def unknown_choices(master: Master) -> Iterator[Finding]:
    """Words that somebody pasted or typed over a list; rows without id are the office's own."""
    for name, words in CHOICES.items():
        table, (key, title) = master.lists.get(name), _COLUMNS.get(name, _USUAL)
        for row in table.rows if table else ():
            said = cell_text(row.values.get(key))
            if table and said and said not in words and cell_text(row.values.get("id")):
                place = f"{column_letter(table.columns[key])}{row.number}"
                told = {"title": title, "value": said, "choices": "、".join(words)}
                yield finding("choice_unknown", sheet=table.sheet, cell=place, **told)

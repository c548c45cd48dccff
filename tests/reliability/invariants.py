"""The promises of a workspace that must hold whatever happened to it, as functions that assert (docs/reliability.md).

What a day's work has made is compared with what a run made that nobody disturbed: the journal row by row, the master
cell by cell, every file that people get byte by byte. Only the moments of writing may differ.
"""

import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from scenario import MEANWHILE, looking

from sync.publish import publish
from sync.snapshot import disagreements
from sync.table import sheet_cells

__all__ = ["Outcome", "everything_kept", "in_order", "master_whole", "nothing_more_to_do", "outcome", "sheets"]

_MOMENTS = {"step": "at", "change": "at", "entered": "at"}
_MASTERS = "master"  # how many there have been depends on how often a publication was begun
_OWN_HASHES = ("master", "settings_read")  # of a workbook that tells times
_FOR_PEOPLE = ("returned", "发放", "outbox", "inbox")
_LOG, _TIME = "更新记录", 0  # its first column says when

Sheets = dict[str, list[list[str]]]


class Outcome(NamedTuple):
    """Everything that a workspace holds, but for moments: journal rows by table, cells by sheet, files by name."""

    journal: dict[str, list[tuple[Any, ...]]]
    master: Sheets
    files: dict[str, str]


def outcome(root: Path) -> Outcome:
    """What the workspace holds now."""
    files = [root / "schema.yaml"]
    files += [path for folder in _FOR_PEOPLE for path in (root / folder).rglob("*") if path.is_file()]
    digests = {path.relative_to(root).as_posix(): _digest(path.read_bytes()) for path in sorted(files)}
    return Outcome(_journal(root), sheets((root / "master.xlsx").read_bytes()), digests)


def sheets(data: bytes) -> Sheets:
    """The texts of a master."""
    found: Sheets = {}
    for name, cells in sheet_cells(data).items():
        rows = [[str(cell) for cell in row] for row in cells]
        found[name] = [row[:_TIME] + row[_TIME + 1 :] for row in rows] if name == _LOG else rows
    return found


def _journal(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(root / ".ducha" / "journal.db")) as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in (name for name in tables if not name.startswith("sqlite_") and name != _MASTERS):
            rows = base.execute(f"SELECT * FROM {table} ORDER BY rowid")
            names = [column for column, *_ in rows.description]
            kept = [place for place, name in enumerate(names) if name != _MOMENTS.get(table)]
            found[table] = [tuple(row[place] for place in kept) for row in rows if row[0] not in _OWN_HASHES]
    found["step"].sort(key=lambda row: row[0])  # of each submission its own, in order
    found["fact"].sort()  # which was written last says nothing
    return found


def everything_kept(root: Path) -> None:
    """3: the bytes of every file that the journal names lie in the store under their hash, and nothing torn does."""
    store = root / ".ducha" / "store"
    for path in store.rglob("*"):
        if path.is_file() and not path.name.startswith("~$"):
            assert _digest(path.read_bytes()) == path.name
    with closing(sqlite3.connect(root / ".ducha" / "journal.db")) as base:
        named = base.execute(
            "SELECT sha256 FROM submission UNION SELECT sha256 FROM package UNION SELECT sha256 FROM answer"
            " UNION SELECT sha256 FROM master"
        )
        for (name,) in named:
            assert (store / name[:2] / name).is_file()


def master_whole(root: Path, published: list[Sheets] | None = None) -> None:
    """6: the master is one complete workbook, one of the ``published`` ones where these are known."""
    data = (root / "master.xlsx").read_bytes()
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
    shown = sheets(data)
    assert published is None or shown in published, f"never published: {_unlike(shown, published)}"


def _unlike(shown: Sheets, published: list[Sheets]) -> list[str]:
    """Of the published master that is most like it what differs: sheet, place, text there and here."""
    told = [
        [
            f"{name} {row}: {there} {here}"
            for name in sorted({*shown, *other})
            for row, (there, here) in enumerate(zip_longest(other.get(name, ()), shown.get(name, ())))
            if there != here
        ]
        for other in published
    ]
    return min(told, key=len, default=[])


def in_order(root: Path, undisturbed: Outcome, saved: list[bytes]) -> None:
    """3–7, 11 and 16 after the day has been brought to its end: nothing lost, nothing twice, nobody left waiting."""
    everything_kept(root)
    master_whole(root)
    found = outcome(root)
    wrong = differences(found, undisturbed)
    assert wrong == [], "\n".join(wrong)
    assert not (root / MEANWHILE).exists()
    for data in saved:  # what people had saved in the master before it was replaced
        name = _digest(data)
        assert (root / ".ducha" / "store" / name[:2] / name).read_bytes() == data
    _one_receipt_each(found)
    assert _leftovers(root) == []


def differences(found: Outcome, expected: Outcome) -> list[str]:
    """What is in one outcome and not in the other, a line each."""
    return [
        f"{part} {name}: {sign} {row}"
        for part, here, there in zip(Outcome._fields, found, expected, strict=True)
        for name in sorted({*here, *there})
        for sign, rows, others in (
            ("+", _rows(here, name), _rows(there, name)),
            ("-", _rows(there, name), _rows(here, name)),
        )
        for row in rows
        if row not in others
    ]


def _rows(part: Mapping[str, Any], name: str) -> Sequence[Any]:
    """The rows of a table or sheet with their places, or the one hash of a file."""
    rows = part.get(name, ())
    return [rows] if isinstance(rows, str) else list(enumerate(rows))


def _one_receipt_each(found: Outcome) -> None:
    """16: every submission has its verdict and one receipt, and one more answer where the office sent it back."""
    receipts = [number for number, state, _ in found.journal["step"] if state == "receipted"]
    answers = [
        number
        for number, state, _ in found.journal["step"]
        if state in ("accepted", "returned", "quarantined", "sent_back")
    ]
    assert sorted(receipts) == sorted(answers)
    assert set(receipts) == {row[0] for row in found.journal["submission"]}


def nothing_more_to_do(root: Path) -> None:
    """4 and 7: journal and master agree, and the whole day once more changes no byte of the master and no row."""
    with looking(root) as place:
        assert disagreements(place)[0] == []
        before = place.master.read_bytes()
        assert not publish(place).written
        assert place.master.read_bytes() == before


def _leftovers(root: Path) -> list[str]:
    """Temporary files of ours that nobody will take away any more."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("~$*"))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()

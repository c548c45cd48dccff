"""The returned workbook: the unit's own file with the faulty cells marked and a list of all faults in front."""

from collections.abc import Mapping, Sequence

from ledger.finding import Finding, severest_first
from sync.heights import row_height
from xlsx import Book, BookError, split_ref

__all__ = ["LIST", "explain", "mark_up", "marked"]

LIST = "问题清单"
_SEVERITY = {"error": "必须修改", "warning": "请核对", "note": "提示"}
_WIDTHS = (6, 11, 22, 28, 70)
_HEADER = ("序号", "程度", "位置", "现在的内容", "问题和办法")


def mark_up(data: bytes, findings: Sequence[Finding], references: Mapping[str, str]) -> bytes | None:
    """The workbook ``data`` with every finding marked in its cell and listed on a first sheet 问题清单.

    ``references`` says how people call a task or indicator (附件1：3), by id. None when the bytes are no workbook
    that we can edit: then `explain` says it in a text beside the original.
    """
    try:
        book = Book(data)
        book.clear_marks()
        if LIST in book.sheets:
            book.remove_sheet(LIST)
        ordered = severest_first(sorted(findings, key=_position))
        rows: list[list[str | int | None]] = [list(_HEADER)]
        links = {}
        for number, item in enumerate(ordered, 1):
            place = f"{item.sheet}!{item.cell}" if item.cell else item.sheet or "整个文件"
            reference = references.get(item.task or "", "")
            rows.append(
                [str(number), _SEVERITY[item.severity], f"{reference} {place}".strip(), item.value, item.message]
            )
            if item.sheet in book.sheets and item.cell:
                links[f"C{number + 1}"] = f"'{item.sheet}'!{item.cell}"
                book.mark(item.sheet, item.cell, item.message)
        book.add_sheet(LIST, rows, first=True, widths=_WIDTHS, links=links)
        widths = dict(enumerate(_WIDTHS, 1))
        for number, row in enumerate(rows, 1):
            book.fit(LIST, number, row_height(dict(enumerate((str(cell or "") for cell in row), 1)), widths))
        book.activate(LIST)
        return book.save()
    except BookError:
        return None


def marked(request: tuple[bytes, Sequence[Finding], Mapping[str, str]]) -> bytes | None:
    """`mark_up`, as a worker process is asked for it."""
    return mark_up(*request)


def _position(item: Finding) -> tuple[str, int, int]:
    """Where a finding stands, in reading order."""
    return (item.sheet or "", *(split_ref(item.cell) if item.cell else (0, 0)))


def explain(name: str, findings: Sequence[Finding]) -> bytes:
    """The same list as a text file that Windows' Notepad shows (UTF-8 with mark, CRLF)."""
    lines = [f"“{name}”没有收下，原因如下：", ""]
    lines += [f"{number}. {item.message}" for number, item in enumerate(severest_first(findings), 1)]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")

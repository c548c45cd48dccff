"""变更: every change of the year, with those that wait for the office."""

from collections.abc import Iterator

from ledger.revision import Revision, word
from sync.lists.view import View
from sync.lists.writing import Shown

__all__ = ["revision_rows"]


def revision_rows(view: View) -> Iterator[Shown]:
    """变更: one row a change; 处理 and the dates and texts of waiting rows are the office's to fill."""
    for item in view.journal.revisions.all():
        indicator = view.journal.revisions.indicators().get(item.indicator)
        new = view.reference(item.new) if item.what in ("merge", "link") else item.new
        ref = view.reference(item.task) if item.task else f"附件{item.annex}"
        yield {
            "id": str(item.number),
            "ref": ref,
            "what": word(item.what, view.schema),
            "name": indicator.name if indicator else None,
            "old": item.old or None,
            "new": new or None,
            "from_day": item.start,
            "authority": item.authority or None,
            "state": _state(item, view),
        }


def _state(item: Revision, view: View) -> str:
    if item.state == "waiting":
        told = "本办新增了这一行" if item.what == "add" else "总表里已经改动"
        return f"待确认：{told}，请在“处理”栏选“确认”或“不采用”"
    if item.state == "agreed" and item.start:
        shown = view.snapshot.period.end if view.snapshot else item.start
        return "已生效" if item.start <= shown else f"已登记，到{item.start.month}月{item.start.day}日生效"
    return "未采用" if item.state == "declined" else "已改回原样"

"""What has changed since the last period."""

from collections.abc import Iterator

from bulletin.content.said import Piece, Sentence, counted, listed
from bulletin.content.view import BEHIND, SILENT, Item, View, sorted_into
from ledger.compare import compare

__all__ = ["NEWS", "change", "news_of"]

_DONE, _BETTER, _WORSE, _SILENT = "新完成", "由滞后或未启动转为正常推进", "转为滞后或未启动", "转为未报送"
_SPOKE, _BACK, _OTHER = "上期未报送而本期已报送", "由已完成改报未完成", "其他变化"
_NEW, _SAME = "新列入", "没有变化"
NEWS = (_DONE, _BETTER, _WORSE, _BACK, _SILENT, _SPOKE, _OTHER, _NEW, _SAME)


def news_of(item: Item) -> str:
    """The one of `NEWS` that a task's state is, compared with last time's."""
    was, now = item.was, item.state
    if not was:
        return _NEW
    if was == now:
        return _SAME
    if now == SILENT:
        return _SILENT
    if now == "已完成":
        return _DONE
    if was == SILENT:
        return _SPOKE
    if was == "已完成":
        return _BACK
    if now in BEHIND and was not in BEHIND:
        return _WORSE
    return _BETTER if was in BEHIND and now == "正常推进" else _OTHER


def change(view: View) -> list[Sentence]:
    """Every task in one of `NEWS`, then the lights; nothing where there is nothing to compare with."""
    if not view.before:
        return []
    found = sorted_into(NEWS, view.counted, news_of)
    parts: list[list[Piece]] = [
        [news, counted((item.id for item in items), "news"), "项"] for news, items in found.items() if items
    ]
    said = [Sentence((f"与{view.before.period.label}相比，", *listed(parts), "。"))] if parts else []
    return [*said, *_lights(view)]


def _lights(view: View) -> Iterator[Sentence]:
    """How many lights have changed for the better and for the worse, the latter with their references."""
    assert view.before
    changed = {one.line.task.id: one.news for one in compare(view.before, view.snapshot).tasks}
    better, worse = ([item for item in view.counted if changed.get(item.id) == news] for news in ("better", "worse"))
    parts: list[list[Piece]] = []
    if better:
        parts.append(["亮灯变好", counted((item.id for item in better), "shone"), "项"])
    if worse:
        references = [item.reference for item in worse]
        parts.append(
            ["亮灯变差" if not better else "变差", counted((item.id for item in worse), "shone"), "项", *references]
        )
    if parts:
        yield Sentence((*listed(parts), "。"))

"""Saying what changed: between two periods, or in the next sync."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ducha.say import console, tell_findings, tell_submissions
from ledger.compare import NEWS, CellChange, Comparison, FigureChange, TaskChange
from ledger.excerpt import excerpt, shortened
from ledger.schema import Schema
from ledger.task import Task
from sync.records import Cell, Conflict
from sync.rehearsal import Rehearsed

__all__ = ["as_json", "tell_comparison", "tell_rehearsed"]

_TITLES = {
    "light": "亮灯",
    "reporter": "填报单位",
    "section": "章节",
    "subsection": "小节",
    "ended": "撤销、合并说明",
    "linked": "同一事项",
    "actual": "完成值",
    "as_of": "截至日期",
    "rate": "完成率",
    "name": "指标名称",
    "target": "目标值",
    "measure": "计量单位",
}
_WHOLE = {"added": "新增", "gone": "不再有"}


def tell_comparison(found: Comparison, schema: Schema, *, full: bool) -> None:
    """Counts first, then task by task under each kind of news."""
    console.print(f"{found.old.label}→{found.new.label}：{_counts(found)}。")
    for news, title in NEWS.items():
        if tasks := [item for item in found.tasks if item.news == news]:
            console.print(f"\n{title}（{len(tasks)}项）", style="bold")
            for item in tasks:
                _tell_task(item, schema, {}, full=full)


def _counts(found: Comparison) -> str:
    told = [f"{title}{found.counts[news]}项" for news, title in NEWS.items() if found.counts[news]]
    return "，".join([f"共{len(found.tasks) + found.unchanged}项任务", *told, f"没有变化{found.unchanged}项"])


def _tell_task(item: TaskChange, schema: Schema, sources: Mapping[Cell, str], *, full: bool = False) -> None:
    task = item.line.task
    unit = f"（{item.line.reporter}）" if item.line.reporter else ""
    console.print(f"{task.exact}  {shortened(task.text)}{unit}")
    for change in item.cells:
        _tell_cell(_title(schema, task, change.key), change, sources.get((task.id, change.key), ""), full=full)
    for figure in item.figures:
        _tell_figure(figure, sources, full=full)


def _tell_figure(item: FigureChange, sources: Mapping[Cell, str], *, full: bool) -> None:
    indicator = item.figure.indicator
    name = f"指标“{shortened(indicator.name)}”"
    if item.news != "changed":
        console.print(f"    {name}：{_WHOLE[item.news]}")
    for change in item.cells:
        source = sources.get((indicator.id, change.key), "")
        _tell_cell(f"{name}{_TITLES.get(change.key, change.key)}", change, source, full=full)


def _tell_cell(title: str, change: CellChange, source: str, *, full: bool) -> None:
    by = f"  〔{source}〕" if source else ""
    if full and len(change.old) + len(change.new) > 24:
        console.print(f"    {title}：{by}\n      旧：{change.old or '（空）'}\n      新：{change.new or '（空）'}")
    else:
        console.print(f"    {title}：{excerpt(change.old, change.new)}{by}")


def _title(schema: Schema, task: Task, key: str) -> str:
    """What the task's annex calls a column."""
    if key in _TITLES or key not in schema.columns:
        return _TITLES.get(key, key)
    return schema.column(schema.annex(task.annex), key).title


def tell_rehearsed(done: Rehearsed, schema: Schema) -> None:
    """What the next sync would take in, change, ask and obey."""
    console.print("试汇总，没有改动任何文件。下次汇总会这样做：", style="bold")
    changes, tasks = done.passed.published.changes, done.changes.tasks
    tell_submissions(done.passed.decided)
    tell_findings(done.passed.published.findings)
    console.print(f"新收{len(done.passed.decided)}份，总表更新{len(changes)}格，涉及{len(tasks)}项任务。")
    for item in tasks:
        _tell_task(item, schema, done.sources)
    references = {line.task.id: line.task.exact for line in done.after.lines}
    for conflict in (*done.conflicts, *done.decisions):
        ref = references.get(conflict.task.partition("#")[0], conflict.task)
        title = _TITLES.get(conflict.column) or schema.columns[conflict.column].title
        _tell_conflict(f"{ref}（{title}）", conflict)
    for row in done.revisions:
        old, new = row.get("old", ""), row.get("new", "")
        told = f"{row.get('ref', '')}（{row.get('what', '')}）" + (excerpt(old, new) if old or new else "")
        console.print(f"变更：{told}，{row.get('state', '')}")


def _tell_conflict(cell: str, conflict: Conflict) -> None:
    if conflict.decision:
        console.print(f"照办：{cell}采用{conflict.decision}文字")
    else:
        texts = f"本办“{shortened(conflict.office)}”，{conflict.source}“{shortened(conflict.units)}”"
        console.print(f"冲突：{cell}{texts}，暂留本办文字")


def as_json(found: Comparison, schema: Schema) -> str:
    """The comparison for programs: counts by kind of news, and every task that differs, in the order of telling."""
    data = {
        "from": str(found.old),
        "to": str(found.new),
        "counts": {**{str(news): count for news, count in found.counts.items()}, "unchanged": found.unchanged},
        "tasks": [_task(item, schema) for item in found.tasks],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _task(item: TaskChange, schema: Schema) -> dict[str, Any]:
    task = item.line.task
    titles = {change.key: _title(schema, task, change.key) for change in item.cells}
    return {
        "id": task.id,
        "ref": task.exact,
        "text": task.text,
        "reporter": item.line.reporter,
        "news": item.news,
        "changes": list(_cells(item.cells, titles)),
        "indicators": [
            {
                "id": figure.figure.indicator.id,
                "name": figure.figure.indicator.name,
                "news": figure.news,
                "changes": list(_cells(figure.cells, _TITLES)),
            }
            for figure in item.figures
        ],
    }


def _cells(changes: Iterable[CellChange], titles: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for change in changes:
        title = titles.get(change.key, change.key)
        yield {"column": change.key, "title": title, "old": change.old, "new": change.new}

"""How a master is laid out: which columns each annex's sheet has, and making an empty one from the template."""

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.schema import Annex, Schema
from ledger.task import Task
from sync.table import find_tables, sheet_cells
from xlsx import Book, Column, Validation, Value, column_letter

__all__ = ["RANKED", "TOTAL", "annex_keys", "fixed_values", "new_master"]

_KEY_ROW, _MODEL_ROW = 3, 5
_BOARD, _BOARD_DATA = "看板", "看板数据"
_HISTORY, _ENTERED, _REVISIONS, _INDICATORS = "历史", "代填", "变更", "指标"
_TYPES = {"text": "unit_text"}
_LINES, _LINE_HEIGHT = 20, 24.0  # that stand ready where the office types rows
TOTAL = "合计"
RANKED = 10  # rows of 看板数据


def annex_keys(schema: Schema, annex: Annex) -> list[str]:
    """Column keys of an annex's sheet after the hidden id: printed task columns, reporter, last period, reports."""
    printed = [key for key in annex.keys if key != "no"]
    task = [key for key in printed if schema.columns[key].owner == "task"]
    unit = [key for key in printed if schema.columns[key].owner == "unit"]
    extra = [key for key in schema.owned("unit") if key not in unit]
    sections = [] if annex.has_projects else ["section", "subsection"]
    deadline = ["deadline"] if "deadline" in schema.owned("task") and "deadline" not in task else []
    own = [*deadline, "light", *schema.owned("office")]
    return ["no", *sections, *task, "reporter", "last", *unit, *extra, *own]


def fixed_values(schema: Schema, annex: Annex, task: Task) -> dict[str, str]:
    """The cells of a task's row that come from its decomposition, by column key."""
    keys = annex_keys(schema, annex)
    return {key: task.cell(key) for key in keys if key in _FIXED or _owner(schema, key) == "task"}


_FIXED = {"no", "section", "subsection"}
_WORDS = {
    "no": "序号",
    "section": "所属部分",
    "subsection": "所属方面",
    "reporter": "填报单位",
    "last": "上期进展",
    "light": "亮灯",
}

_PROTOTYPES = {"no": "number", "reporter": "names", "last": "system", "light": "light"}
_WIDTHS = {"last": 32, "light": 6}


def _owner(schema: Schema, key: str) -> str:
    return schema.columns[key].owner if key in schema.columns else "system"


def new_master(schema: Schema, template: bytes) -> bytes:
    """An empty master: the template's sheets arranged for the schema, its model annex sheet copied for every annex."""
    book = Book(template)
    model = "附件"
    words = {"year": schema.year, "region": schema.office.region}
    for annex in schema.annexes:
        book.copy_sheet(model, f"{annex.name} ", before=model)
        book.rename_sheet(f"{annex.name} ", annex.name)
        book.arrange(annex.name, _KEY_ROW, list(_columns(schema, annex)))
        book.put(annex.name, "A1", annex.title.format(**words))
        # on paper the columns of the printed annex are enough; the rest would make everything small
        last = column_letter(2 + annex_keys(schema, annex).index([key for key in annex.keys if key != "no"][-1]))
        book.print_area(annex.name, f"A1:{last}{_KEY_ROW + 2}")
    book.remove_sheet(model)
    book.arrange(_HISTORY, _KEY_ROW, list(_history(schema)))
    book.arrange(_ENTERED, _KEY_ROW, list(_entered(schema)))
    for sheet in (_ENTERED, _REVISIONS, _INDICATORS):
        book.append(sheet, _MODEL_ROW, [{}] * (_LINES - 1), [_LINE_HEIGHT] * (_LINES - 1))
        book.fit(sheet, _MODEL_ROW, _LINE_HEIGHT)
    # the charts' ranges are to be ranges from the start: Excel saves one of a single cell as a cell, which never grows
    tables = {table.sheet: table for table in find_tables(sheet_cells(template))}
    begun: list[tuple[str, str, Sequence[Value]]] = [
        (_BOARD, "name", [*(annex.name for annex in schema.annexes), TOTAL]),
        (_BOARD_DATA, "rank", range(1, RANKED + 1)),
    ]
    for sheet, key, values in begun:
        place = tables[sheet].columns[key]
        book.fill(sheet, tables[sheet].model_row, [{place: value} for value in values])
    book.put_name("dc_title", f"{schema.year}年{schema.office.region}督查台账")
    book.activate(_BOARD)
    return book.save()


def _columns(schema: Schema, annex: Annex) -> Iterator[Column]:
    yield Column(f"id:{annex.no}", "编号", "id", hidden=True)
    for key in annex_keys(schema, annex):
        if key not in schema.columns:
            yield Column(key, _WORDS[key], _PROTOTYPES.get(key, "section"), width=_WIDTHS.get(key))
            continue
        column = schema.column(annex, key)
        task = {"number": "number", "date": "day"}.get(column.type, "names")
        prototype = {
            "task": "text" if key == "text" else task,
            "unit": _TYPES.get(column.type, "unit_short"),
            "office": "office",
            "system": "system",
        }[column.owner]
        yield Column(key, column.title, prototype, width=column.width)


def _history(schema: Schema) -> Iterator[Column]:
    """历史: what stood in the unit-owned cells of a task in each period."""
    yield Column("id", "编号", "id", hidden=True)
    yield Column("period", "报送期", "short")
    yield Column("ref", "序号", "short", width=13)
    yield Column("text", "任务内容", "text")
    yield Column("unit", "填报单位", "names")
    for key in schema.owned("unit"):
        column = schema.columns[key]
        yield Column(key, column.title, _TYPES.get(column.type, "unit_short"), width=column.width)
    yield Column("light", "亮灯", "light")


def _entered(schema: Schema) -> Iterator[Column]:
    """代填: what a unit reported by telephone or on paper, with the same lists to choose from as in its workbook."""
    yield Column("id", "编号", "id", hidden=True)
    yield Column("unit", "填报单位", "names")
    yield Column("ref", "序号", "short")
    for key in schema.owned("unit"):
        column, chosen = schema.columns[key], _choice(schema, key)
        other = {"text": "unit_text", "date": "unit_short"}.get(column.type, "short")
        yield Column(key, column.title, "choice" if chosen else other, width=column.width, validation=chosen)
    yield Column("channel", "渠道", "choice")
    yield Column("received", "收到时间", "day")
    yield Column("state", "状态", "system")


def _choice(schema: Schema, key: str) -> Validation | None:
    words = schema.choices(key)
    listed = ",".join(words)
    # Excel takes no longer list than this, and none whose words hold the separator or quotes
    if not words or len(listed) > 255 or listed.count(",") >= len(words) or '"' in listed:
        return None
    title = schema.columns[key].title
    return Validation("list", f'"{listed}"', error_title=title[:32], error=f"请从列表里选：{'、'.join(words)}。"[:220])


def cell_value(schema: Schema, key: str, text: str) -> Value:
    """The value that a cell of column ``key`` holds for ``text``: numbers and dates as such, nothing for nothing."""
    if not text:
        return None
    kind = schema.columns[key].type if key in schema.columns else "text"
    if key == "no" or kind == "number":
        return int(text) if text.isdigit() else text
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text

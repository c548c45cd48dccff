"""How a master is laid out: which columns each annex's sheet has, and making an empty one from the template."""

from collections.abc import Iterator

from ledger.schema import Annex, Schema
from ledger.task import Task
from xlsx import Book, Column, column_letter

__all__ = ["annex_keys", "fixed_values", "new_master"]

_KEY_ROW = 3
_BOARD = "看板"
_TYPES = {"text": "unit_text"}


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


def _owner(schema: Schema, key: str) -> str:
    return schema.columns[key].owner if key in schema.columns else "system"


def new_master(schema: Schema, template: bytes) -> bytes:
    """An empty master: the template's model annex sheet copied and arranged for every annex of the schema."""
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
    book.put_name("dc_title", f"{schema.year}年{schema.office.region}督查台账")
    book.activate(_BOARD)
    return book.save()


def _columns(schema: Schema, annex: Annex) -> Iterator[Column]:
    yield Column(f"id:{annex.no}", "编号", "id", hidden=True)
    for key in annex_keys(schema, annex):
        if key not in schema.columns:
            prototype = {"no": "number", "reporter": "names", "last": "system"}.get(key, "section")
            yield Column(key, _WORDS[key], prototype, width=18 if key == "last" else None)
            continue
        column = schema.column(annex, key)
        prototype = {
            "task": "text" if key == "text" else "number" if column.type == "number" else "names",
            "unit": _TYPES.get(column.type, "unit_short"),
            "office": "office",
            "system": "system",
        }[column.owner]
        yield Column(key, column.title, prototype, width=column.width)

"""What somebody has selected in the master: tasks in an annex, conflicts in sheet 冲突."""

import xlwings as xw

from addin.desk import read
from ledger.cell import cell_text
from ledger.errors import StateError
from sync.master import DRAFT
from sync.table import find_tables
from xlsx import column_letter

__all__ = ["choose", "selected_tasks"]

_MOST_ROWS = 1000


def choose(selection: xw.Range | None, word: str) -> int:
    """Write ``word`` into column 采用 of the selected conflicts that are shown and not decided yet; how many.

    `StateError` where nothing was changed because the selection is no such rows.
    """
    if selection is None or "," in selection.address:
        raise StateError("请只选中相连的几行（不要按住Ctrl多选），没有作任何改动。")
    sheet = selection.sheet
    tables = find_tables({sheet.name: read(sheet)})
    if not tables or not {"adopt", "office", "decided", "id"} <= set(tables[0].columns):
        raise StateError("请在总表的“冲突”表里选中要定的行再点，没有作任何改动。")
    if sheet.api.ProtectContents:
        raise StateError("“冲突”表受保护，没有作任何改动，请撤销工作表保护后再点。")
    if selection.shape[0] > _MOST_ROWS:
        raise StateError(f"选中了{selection.shape[0]}行，一次最多{_MOST_ROWS}行，没有作任何改动，请少选一些。")
    if selection.merge_cells is not False:
        raise StateError("选中的格子里有合并单元格，没有作任何改动，请取消合并后再点。")
    picked = range(selection.row, selection.row + selection.shape[0])
    table = tables[0]
    open_ones = [
        row.number
        for row in table.rows
        if row.number in picked and cell_text(row.values["id"]) and not cell_text(row.values["decided"])
    ]
    shown = [number for number in open_ones if sheet.range((number, 1)).row_height]
    if not shown:
        raise StateError("选中的行里没有待定的冲突，没有作任何改动，请选中还没有处理结果的行。")
    for number in shown:
        sheet.range(f"{column_letter(table.columns['adopt'])}{number}").value = word
    return len(shown)


def selected_tasks(selection: xw.Range | None) -> list[str]:
    """The ids of the tasks in whose rows something is selected; none on a sheet without tasks.

    `StateError` where several areas are selected, of which some would be passed over.
    """
    if selection is None:
        return []
    if "," in selection.address:
        raise StateError("请只选中相连的几行（不要按住Ctrl多选），没有生成督办单。")
    tables = find_tables({selection.sheet.name: read(selection.sheet)})
    if not tables or tables[0].annex is None:
        return []
    picked = range(selection.row, selection.row + selection.shape[0])
    ids = (cell_text(row.values["id"]) for row in tables[0].rows if row.number in picked)
    return [task for task in ids if task and not task.startswith(DRAFT)]

"""The one exception that a workbook can cause."""

from typing import Literal

Code = Literal["not_xlsx", "encrypted", "zip64", "broken", "no_sheet", "no_name", "no_row", "unsupported"]


class BookError(Exception):
    """A workbook that cannot be edited as asked.

    `code` says why, for programs; `detail` names the part, sheet, row or name. Wrong arguments raise
    ValueError or TypeError instead.
    """

    def __init__(self, code: Code, detail: str = ""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: Code = code
        self.detail = detail

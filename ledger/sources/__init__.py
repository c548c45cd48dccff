"""Documents to blocks, one module per form.

``read`` tells the form by the bytes, never by the file's name: Word tables (docx), workbooks (sheets), and text
dumps with cells by line and tab (tabbed), by bars (pipes) or as numbered items with labels (narrative). The work
report in running prose has no rows: ``report`` drafts them from its plan part.
"""

from ledger.sources.blocks import Block, Cell, Grid, Paragraph
from ledger.sources.read import read

__all__ = ["Block", "Cell", "Grid", "Paragraph", "read"]

"""The master's list sheets: what each shows, and writing only the cells that differ."""

from sync.lists.show import show_lists
from sync.lists.view import View
from sync.lists.writing import add_rows, put_row

__all__ = ["View", "add_rows", "put_row", "show_lists"]

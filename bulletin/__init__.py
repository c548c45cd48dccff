"""Documents out: what the bulletin says (`content`), in Word (`render`) and Excel (`workbooks`); bytes, never files."""

from bulletin.characters import uncommon
from bulletin.content import Content, content
from bulletin.errors import BulletinError
from bulletin.word import render
from bulletin.workbook import workbooks

__all__ = ["BulletinError", "Content", "content", "render", "uncommon", "workbooks"]

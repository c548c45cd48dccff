"""Documents out: what the bulletin says (`content`), then Word (`render`); bytes, never files."""

from bulletin.content import Content, content
from bulletin.errors import BulletinError
from bulletin.word import render

__all__ = ["BulletinError", "Content", "content", "render"]

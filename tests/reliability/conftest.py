"""The workspace that is to suffer, made once, and what a run makes of it that nobody disturbs."""

from ordeal import ordeal

__all__ = ["ordeal"]

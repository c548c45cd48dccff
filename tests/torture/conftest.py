"""The long runs start from the workspace of tests/reliability."""

from ordeal import ordeal

__all__ = ["ordeal"]

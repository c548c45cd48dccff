"""Watching the inbox: which files are finished, what moves, and the log of what was done."""

"""Searching a text quickly for what few characters can begin."""

import re

__all__ = ["search"]


def search(begins: re.Pattern[str], form: re.Pattern[str], text: str, at: int = 0) -> re.Match[str] | None:
    """What ``form.search(text, at)`` finds, when every match of it begins where ``begins`` matches.

    A form of many alternatives is tried at every character; of a pattern that starts with a class of characters the
    engine leaps from one of them to the next.
    """
    while near := begins.search(text, at):
        if found := form.match(text, near.start()):
            return found
        at = near.start() + 1
    return None

"""XML at the byte level: attributes of a tag and the elements at the top of a fragment."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import escape

ATTRIBUTES = rb"""(?:[^>"']|"[^"]*"|'[^']*')*?"""
_TAG = re.compile(rb"<(/?)([A-Za-z_][\w:.-]*)" + ATTRIBUTES + rb"(/?)>")


class Element(NamedTuple):
    """Where a top-level element stands in its fragment."""

    name: bytes
    start: int
    end: int


def elements(fragment: bytes, start: int = 0) -> Iterator[Element]:
    """The elements at the top of a fragment, up to the first closing tag without its opening one."""
    depth = 0
    opened = (b"", 0)
    for match in _TAG.finditer(fragment, start):
        closing, name, empty = match.groups()
        if closing:
            depth -= 1
            if depth < 0:
                return
        elif depth == 0:
            opened = (name, match.start())
        if not closing and not empty:
            depth += 1
        if depth == 0:
            yield Element(opened[0], opened[1], match.end())


@lru_cache(maxsize=256)
def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"""(\s%s\s*=\s*)(?:"([^"]*)"|'([^']*)')""" % re.escape(name.encode()))


def attribute(tag: bytes, name: str) -> str | None:
    """An attribute of a start tag, unescaped, or None."""
    match = _attribute(name).search(tag)
    if not match:
        return None
    return unescaped(match[2] if match[2] is not None else match[3])


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A start tag with one attribute set, or removed when `value` is None."""
    if value is None:
        return _attribute(name).sub(b"", tag, count=1)
    text = escape(value, {'"': "&quot;"}).encode()
    if _attribute(name).search(tag):
        return _attribute(name).sub(lambda match: match[1] + b'"' + text + b'"', tag, count=1)
    end = len(tag) - (2 if tag.endswith(b"/>") else 1 if tag.endswith(b">") else 0)
    return tag[:end].rstrip() + b' %s="%s"' % (name.encode(), text) + tag[end:]


def unescaped(text: bytes) -> str:
    """Text or attribute content as it was meant."""
    return html.unescape(text.decode()) if b"&" in text else text.decode()


def escaped(text: str) -> bytes:
    """Text as element content."""
    return escape(text).encode()

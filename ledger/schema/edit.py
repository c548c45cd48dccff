"""Changing single values in the text of schema.yaml: comments, order and layout of everything else stay.

Places are found by YAML's own marks; every function takes the whole text and gives the new one.
"""

import json
import re
from collections.abc import Iterator, Sequence

import yaml

from ledger.errors import SchemaError
from ledger.schema.load import compose

__all__ = ["Path", "Value", "drop", "put"]

Path = tuple[str | int, ...]
Value = str | int | float | bool | None | list[str]
# what YAML takes for line breaks or refuses inside quotes, besides what JSON escapes
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def put(text: str, path: Path, value: Value) -> str:
    """Make ``value`` stand at ``path``; a key that is not there is added, an index behind the last one appends."""
    nodes = _along(text, path)
    node, below = nodes[-1], path[len(nodes) - 1 :]
    in_flow = any(isinstance(one, yaml.CollectionNode) and one.flow_style for one in nodes)
    if not below:
        if isinstance(node, yaml.SequenceNode) and isinstance(value, list):
            return _with_items(text, path, [item.value for item in node.value], value)
        return _replaced(text, node, _written(value, in_flow))
    added = _written(value, in_flow or len(below) > 1)
    for key in reversed(below[1:]):
        added = f"[{added}]" if isinstance(key, int) else f"{{{_written(key, in_flow=True)}: {added}}}"
    if isinstance(node, yaml.MappingNode):
        added = f"{_written(str(below[0]), in_flow)}: {added}"
    return _with_child(text, node, added)


def drop(text: str, path: Path) -> str:
    """Take the key or item at ``path`` out; one that is not there is no matter."""
    nodes = _along(text, path)
    if len(nodes) <= len(path):
        return text
    parent = nodes[-2]
    assert isinstance(parent, yaml.CollectionNode)
    children = list(_children(text, parent))
    place = [child for _, _, child in children].index(nodes[-1])
    start, end, _ = children[place]
    if len(children) == 1:
        return _replaced(text, parent, "{}" if isinstance(parent, yaml.MappingNode) else "[]")
    if place == 0:
        return text[:start] + text[children[1][0] :]
    if parent.flow_style:
        return text[: children[place - 1][1]] + text[end:]
    return text[: _line_end(text, children[place - 1][1])] + text[_line_end(text, end) :]


def _with_items(text: str, path: Path, old: Sequence[str], new: Sequence[str]) -> str:
    for place, item in enumerate(new):
        if old[place : place + 1] != [item]:
            text = put(text, (*path, place), item)
    for place in reversed(range(len(new), len(old))):
        text = drop(text, (*path, place))
    return text


def _replaced(text: str, node: yaml.Node, written: str) -> str:
    start, end = node.start_mark.index, _end(text, node)
    # an empty value stands directly behind its colon
    return text[:start] + (" " if start == end else "") + written + text[end:]


def _with_child(text: str, node: yaml.Node, added: str) -> str:
    assert isinstance(node, yaml.CollectionNode)  # what cannot have children is no parent in a valid file
    children = list(_children(text, node))
    if not children:
        return _replaced(text, node, f"{{{added}}}" if isinstance(node, yaml.MappingNode) else f"[{added}]")
    last = children[-1][1]
    if node.flow_style:
        return f"{text[:last]}, {added}{text[last:]}"
    dash = "" if isinstance(node, yaml.MappingNode) else "- "
    place = _line_end(text, last)
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{text[:place]}{newline}{' ' * node.start_mark.column}{dash}{added}{text[place:]}"


def _along(text: str, path: Path) -> list[yaml.Node]:
    """The nodes from the root along ``path`` as far as there are any."""
    root = compose(text)
    assert root  # an empty file is no schema
    nodes = [root]
    for key in path:
        below = next((child for name, child in _named(nodes[-1]) if name == key), None)
        if not below:
            break
        nodes.append(below)
    every = list(_every(root))
    if any(every.count(id(node)) > 1 for node in nodes):
        raise SchemaError("schema.yaml里这一项用“*”引用了别处的内容，请直接在文件里改。")
    return nodes


def _named(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)


def _every(node: yaml.Node) -> Iterator[int]:
    yield id(node)
    for _, child in _named(node):
        yield from _every(child)


def _children(text: str, node: yaml.Node) -> Iterator[tuple[int, int, yaml.Node]]:
    """Start, end and value of every entry of a mapping or sequence."""
    if isinstance(node, yaml.MappingNode):
        yield from ((key.start_mark.index, _end(text, value), value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((item.start_mark.index, _end(text, item), item) for item in node.value)


def _end(text: str, node: yaml.Node) -> int:
    """Where a node's own characters end; the marks of block nodes run on over comments to the next token."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        return list(_children(text, node))[-1][1]
    end = node.end_mark.index
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return len(text[:end].rstrip()) if block else end


def _line_end(text: str, place: int) -> int:
    found = re.compile("\r?\n").search(text, place)
    return found.start() if found else len(text)


def _written(value: Value, in_flow: bool) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_written(item, in_flow=True) for item in value)}]"
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)
        return value if _is_plain(value, in_flow) else _ESCAPED.sub(lambda one: f"\\u{ord(one[0]):04x}", quoted)
    return json.dumps(value)


def _is_plain(value: str, in_flow: bool) -> bool:
    """Whether a text means itself without quotes."""
    try:
        node = compose(f"{{k: {value}}}" if in_flow else f"k: {value}")
    except yaml.YAMLError:
        return False
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if len(pairs) != 1 or "\n" in value or "#" in value:
        return False
    found = pairs[0][1]
    return isinstance(found, yaml.ScalarNode) and (found.value, found.style, found.tag) == (value, None, _TEXT)


_TEXT = "tag:yaml.org,2002:str"

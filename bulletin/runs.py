"""Runs of a Word paragraph: bookmarks, references to them, and the hint without which “”—… turn Latin."""

from collections.abc import Iterator
from copy import deepcopy

from lxml.etree import Element, _Element

__all__ = ["MARK", "bookmarked", "hinted", "linked", "mark_name", "marked_reference", "tag"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# Fences what Jinja leaves for us to replace; `cleaned` takes it out of everything that people write.
MARK = "\u2063"


def tag(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return _W + name


def mark_name(annex: int, number: int | str) -> str:
    """The bookmark of a number in an annex."""
    return f"A{annex}_{number}"


def marked_reference(annex: int, number: int) -> str:
    """What stands in the rendered text until `linked` makes a field of it."""
    return f"{MARK}{mark_name(annex, number)}:{number}{MARK}"


def bookmarked(text: _Element, name: str, shown: str) -> None:
    """Put the first ``shown`` of the text element into a run and a bookmark of its own."""
    run = text.getparent()
    assert run is not None
    before, _, after = (text.text or "").partition(shown)
    start, end = run.makeelement(tag("bookmarkStart")), run.makeelement(tag("bookmarkEnd"))
    annex, number = name[1:].split("_")
    for edge in (start, end):
        edge.set(tag("id"), str(100_000 + int(annex) * 10_000 + int(number)))
    start.set(tag("name"), name)
    for element in (*([_run(run, _text(before))] if before else []), start, _run(run, _text(shown)), end):
        run.addprevious(element)
    text.text = after
    if not after:
        run.remove(text)


def linked(body: _Element) -> None:
    """Replace every marked reference by a REF field that already holds its result."""
    for run in [run for run in body.iter(tag("r")) if any(MARK in text for text in _texts(run))]:
        for child in run:
            for made in _parts(run, child):
                run.addprevious(made)
        parent = run.getparent()
        assert parent is not None
        parent.remove(run)


def hinted(root: _Element) -> None:
    """Mark every run as East Asian: punctuation that both scripts have then takes the Chinese font."""
    for run in root.iter(tag("r")):
        properties = run.find(tag("rPr"))
        if properties is None:
            properties = run.makeelement(tag("rPr"))
            run.insert(0, properties)
        fonts = properties.find(tag("rFonts"))
        if fonts is None:
            fonts = properties.makeelement(tag("rFonts"))
            properties.insert(1 if properties.find(tag("rStyle")) is not None else 0, fonts)
        fonts.set(tag("hint"), "eastAsia")


def _texts(run: _Element) -> Iterator[str]:
    return (text.text or "" for text in run.iterfind(tag("t")))


def _parts(run: _Element, child: _Element) -> Iterator[_Element]:
    """The runs that one child of a run becomes."""
    if child.tag == tag("rPr"):
        return
    if child.tag != tag("t"):
        yield _run(run, deepcopy(child))
        return
    for place, piece in enumerate((child.text or "").split(MARK)):
        if place % 2:
            name, _, shown = piece.partition(":")
            yield from _field(run, name, shown)
        elif piece:
            yield _run(run, _text(piece))


def _field(run: _Element, name: str, shown: str) -> Iterator[_Element]:
    yield _run(run, _edge("begin"))
    # MERGEFORMAT: updating the field in Word must not bring the small type of the table along.
    yield _run(run, _text(f" REF {name} \\h \\* MERGEFORMAT ", "instrText"))
    yield _run(run, _edge("separate"))
    yield _run(run, _text(shown))
    yield _run(run, _edge("end"))


def _run(like: _Element, content: _Element) -> _Element:
    run = like.makeelement(tag("r"))
    properties = like.find(tag("rPr"))
    if properties is not None:
        run.append(deepcopy(properties))
    run.append(content)
    return run


def _text(text: str, name: str = "t") -> _Element:
    element = _new(name)
    element.set(_SPACE, "preserve")
    element.text = text
    return element


def _edge(kind: str) -> _Element:
    element = _new("fldChar")
    element.set(tag("fldCharType"), kind)
    return element


def _new(name: str) -> _Element:
    return Element(tag(name), nsmap={"w": _W[1:-1]})

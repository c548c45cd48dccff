"""Packing by ISA-L where it is installed, by Python's own zlib where not: a workbook cannot tell."""

import importlib.util
import sys
import zlib

import pytest

from xlsx import deflate

CONTENT = "".join(f'<c r="A{number}" t="s"><v>{number % 97}</v></c>督查' for number in range(40_000)).encode()


@pytest.fixture(params=[True, False], ids=["isal", "zlib"])
def engine(request, monkeypatch):
    """The module as it is loaded with and without the accelerator."""
    if request.param:
        pytest.importorskip("isal", reason="not built for this machine")
    else:
        monkeypatch.setitem(sys.modules, "isal", None)
    spec = importlib.util.spec_from_file_location("deflate_again", deflate.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("content", [b"", b"x", CONTENT])
def test_there_and_back(engine, content):
    """What is packed is a plain deflate stream for every reader, and the same one the next time."""
    packed = engine.pack(content)
    assert packed == engine.pack(content)
    assert zlib.decompress(packed, -15) == content
    assert engine.unpack(packed, len(content) + 1) == content
    assert b"".join(engine.unpack_pieces(memoryview(packed))) == content
    assert engine.crc32(content) == zlib.crc32(content)


def test_others_streams(engine):
    """Streams of other programs are read at every level, with blocks and without."""
    for level in (0, 1, 6, 9):
        packed = zlib.compress(CONTENT, level, -15)
        assert engine.unpack(memoryview(packed), len(CONTENT) + 1) == CONTENT
        assert b"".join(engine.unpack_pieces(memoryview(packed))) == CONTENT


def test_no_more_than_asked_for(engine):
    """A stream that becomes far more than the directory says is not unpacked whole."""
    assert engine.unpack(zlib.compress(bytes(1 << 24), 9, -15), 100) == bytes(100)


def test_small(engine):
    """A part takes at most half as much again as at zlib's own level."""
    assert len(engine.pack(CONTENT)) < 1.5 * len(zlib.compress(CONTENT, 6, -15))


def test_damaged_streams(engine):
    """What is no stream is told by one kind of error; a cut one gives less than it should."""
    with pytest.raises(ValueError, match="block"):
        engine.unpack(b"\xff" * 40, len(CONTENT) + 1)
    with pytest.raises(ValueError, match="block"):
        list(engine.unpack_pieces(memoryview(b"\xff" * 40)))
    packed = zlib.compress(CONTENT, 6, -15)
    assert len(engine.unpack(packed[:-100], len(CONTENT) + 1)) < len(CONTENT)

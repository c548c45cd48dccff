"""Raw deflate streams: by ISA-L, four times as fast at the same size, or by Python's zlib where it has no build."""

import zlib
from collections.abc import Iterator
from types import ModuleType

__all__ = ["crc32", "pack", "unpack", "unpack_pieces"]

_engine: ModuleType
try:
    from isal import isal_zlib
except ImportError:  # Windows on ARM, or an office's own choice of packages
    _engine, _LEVEL = zlib, 2
else:
    _engine, _LEVEL = isal_zlib, 1

_PIECE = 1 << 14  # packed bytes unpacked at a time where content is only looked through


def crc32(content: bytes) -> int:
    """The checksum that a zip archive keeps of a part."""
    return int(_engine.crc32(content))


def pack(content: bytes) -> bytes:
    """A stream of the content; the same one every time on one machine. XML is small at any level."""
    return bytes(_engine.compress(content, _LEVEL, -15))


def unpack(packed: bytes | memoryview, size: int) -> bytes:
    """The first `size` bytes of what was packed, whatever it claims to be. ValueError if it is no stream."""
    try:
        return bytes(_engine.decompressobj(-15).decompress(packed, size))
    except _engine.error as error:
        raise ValueError(str(error)) from error


def unpack_pieces(packed: memoryview) -> Iterator[bytes]:
    """What was packed, bit by bit. ValueError if it is no stream."""
    unpacker = _engine.decompressobj(-15)
    for start in range(0, len(packed), _PIECE):
        try:
            yield unpacker.decompress(packed[start : start + _PIECE])
        except _engine.error as error:
            raise ValueError(str(error)) from error

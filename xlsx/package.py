"""A zip archive whose untouched entries are copied byte for byte, headers included."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from xlsx.deflate import crc32, pack, unpack, unpack_pieces
from xlsx.errors import BookError

LIMIT = 1 << 29  # bytes of one part: a larger one is an attack or no business of ours
_DOS_EPOCH = 0x0021_0000  # 1980-01-01 00:00, the fixed time of entries that we add
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_FIELDS = struct.Struct("<4s4x2HL3L5H2L")  # of a line of the central directory
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


class Entry(NamedTuple):
    """One line of the central directory."""

    name: str
    header: bytes  # the central header as it stands in the archive
    raw_name: bytes
    flags: int
    method: int
    stamp: int
    crc: int
    packed: int
    size: int
    offset: int


class Package:
    """The parts of an OPC package by name. Raises BookError when the bytes are not a plain zip archive."""

    def __init__(self, data: bytes):
        self._data = data
        entries, self._ends = _directory(data)
        self._entries = {entry.name: entry for entry in entries}
        self._changed: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    @property
    def names(self) -> list[str]:
        """Names of all parts, those added last."""
        old = [name for name in self._entries if name not in self._dropped]
        return old + [name for name in self._changed if name not in self._entries]

    def __contains__(self, name: str) -> bool:
        return name in self._changed or (name in self._entries and name not in self._dropped)

    def size(self, name: str) -> int:
        """Bytes of a part when unpacked, as the directory states them."""
        return len(self._changed[name]) if name in self._changed else self._entries[name].size

    def read(self, name: str) -> bytes:
        """A part's content, checked against size and CRC."""
        if name in self._changed:
            return self._changed[name]
        entry = self._entry(name)
        if entry.size > LIMIT:
            raise BookError("unsupported", f"{name}: {entry.size} bytes")
        content = self._unpack(entry, entry.size + 1)
        if len(content) != entry.size or crc32(content) != entry.crc:
            raise BookError("broken", name)
        return content

    def peek(self, name: str, size: int) -> bytes:
        """The first `size` bytes of a part, without unpacking the rest."""
        if name in self._changed:
            return self._changed[name][:size]
        return self._unpack(self._entry(name), size)[:size]

    def holds(self, name: str, word: bytes) -> bool:
        """Whether a part contains a word; unpacked piece by piece, and no further than the word."""
        if name in self._changed:
            return word in self._changed[name]
        before = b""
        for piece in self._pieces(self._entry(name)):
            seen = before + piece
            if word in seen:
                return True
            before = seen[1 - len(word) :]
        return False

    def write(self, name: str, content: bytes) -> None:
        """Add or replace a part; the same content as before is no change."""
        old = self._entries.get(name)
        self._dropped.discard(name)
        if old and old.size == len(content) and old.crc == crc32(content):
            self._changed.pop(name, None)
            return
        self._changed[name] = content

    def drop(self, name: str) -> None:
        """Remove a part; an absent one is fine."""
        self._changed.pop(name, None)
        if name in self._entries:
            self._dropped.add(name)

    def save(self) -> bytes:
        """The archive's bytes: the very input when nothing was written or dropped."""
        if not self._changed and not self._dropped:
            return self._data
        chunks: list[bytes | memoryview] = []
        directory: list[bytes] = []
        position, names, old = 0, self.names, memoryview(self._data)
        for name in names:
            if name in self._changed:
                pieces, header = self._changed_entry(name)
                chunks += pieces
                size = len(pieces[0]) + len(pieces[1])
            else:
                entry = self._entries[name]
                chunks.append(old[entry.offset : self._ends[entry.offset]])
                header, size = entry.header, len(chunks[-1])
            directory += (header[:42], position.to_bytes(4, "little"), header[46:])
            position += size
        central = b"".join(directory)
        end = struct.pack("<4s4H2LH", _END, 0, 0, len(names), len(names), len(central), position, 0)
        return b"".join([*chunks, central, end])

    def _entry(self, name: str) -> Entry:
        if name not in self:
            raise BookError("broken", f"{name} is missing")
        return self._entries[name]

    def _unpack(self, entry: Entry, size: int) -> bytes:
        packed = self._packed(entry)
        if entry.method == 0:
            return bytes(packed)
        try:
            return unpack(packed, size)
        except ValueError as error:
            raise BookError("broken", entry.name) from error

    def _pieces(self, entry: Entry) -> Iterator[bytes]:
        if entry.method == 0:
            yield bytes(self._packed(entry))
            return
        try:
            yield from unpack_pieces(self._packed(entry))
        except ValueError as error:
            raise BookError("broken", entry.name) from error

    def _packed(self, entry: Entry) -> memoryview:
        start = _content_offset(self._data, entry)
        return memoryview(self._data)[start : start + entry.packed]

    def _changed_entry(self, name: str) -> tuple[tuple[bytes, bytes], bytes]:
        content = self._changed[name]
        old = self._entries.get(name)
        raw_name = old.raw_name if old else name.encode()
        flags = old.flags & 0x0800 if old else (0 if name.isascii() else 0x0800)
        stamp = old.stamp if old else _DOS_EPOCH
        packed, size = pack(content), len(content)
        common = struct.pack("<3HL3L2H", 20, flags, 8, stamp, crc32(content), len(packed), size, len(raw_name), 0)
        central = _CENTRAL + struct.pack("<H", 20) + common + struct.pack("<3H2L", 0, 0, 0, 0, 0) + raw_name
        return (_LOCAL + common + raw_name, packed), central


def _directory(data: bytes) -> tuple[list[Entry], dict[int, int]]:
    """All entries, and where each of them ends, by its offset."""
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise BookError("encrypted" if encrypted else "not_xlsx", "an OLE container")
    if not data.startswith(b"PK"):
        raise BookError("not_xlsx", "not a zip archive")
    end = data.rfind(_END)
    try:
        count, size, offset = struct.unpack_from("<H2L", data, end + 10) if end >= 0 else (0, 0, 0)
        if end < 0 or offset + size > len(data):
            raise BookError("broken", "no central directory")
        if data[max(end - 20, 0) : end].startswith(_ZIP64_LOCATOR) or 0xFFFFFFFF in (size, offset):
            raise BookError("zip64")
        entries = _entries(data, offset, count)
    except (struct.error, UnicodeDecodeError) as error:
        raise BookError("broken", "central directory") from error
    if len({entry.name for entry in entries}) != len(entries):
        raise BookError("broken", "duplicate entries")
    return entries, _ends(data, entries, offset)


def _ends(data: bytes, entries: list[Entry], directory: int) -> dict[int, int]:
    # where the next one starts: what a streaming writer put behind the content belongs to it
    offsets = sorted(entry.offset for entry in entries)
    ends = dict(zip(offsets, [*offsets[1:], directory], strict=True))
    for entry in entries:
        least = entry.offset + 30 + len(entry.raw_name) + entry.packed
        if least > ends[entry.offset] or not data.startswith(_LOCAL, entry.offset):
            raise BookError("broken", entry.name)
    return ends


def _entries(data: bytes, directory: int, count: int) -> list[Entry]:
    entries, position = [], directory
    for _ in range(count):
        fields = _FIELDS.unpack_from(data, position)
        signature, flags, method, stamp, crc, packed, size, name_length, extra, comment = fields[:10]
        offset = fields[-1]
        if signature != _CENTRAL:
            raise BookError("broken", "central directory")
        if flags & 1:
            raise BookError("encrypted", "an entry of the archive")
        if 0xFFFFFFFF in (packed, size, offset):
            raise BookError("zip64")
        header = data[position : position + 46 + name_length + extra + comment]
        raw_name = header[46 : 46 + name_length]
        name = raw_name.decode("utf-8" if flags & 0x800 or raw_name.isascii() else "cp437")
        if method not in (0, 8):
            raise BookError("unsupported", f"{name}: compression {method}")
        entries.append(Entry(name, header, raw_name, flags, method, stamp, crc, packed, size, offset))
        position += len(header)
    return entries


def _content_offset(data: bytes, entry: Entry) -> int:
    name_length, extra_length = struct.unpack_from("<2H", data, entry.offset + 26)
    return entry.offset + 30 + int(name_length) + int(extra_length)

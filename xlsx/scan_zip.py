"""The archive half of the pre-scan: which members a submitted file holds, and their bytes in bounded pieces.

Nothing here trusts the archive: sizes and checksums that it declares are checked while its bytes go by.
"""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = 1 << 16  # bytes in hand at a time, packed or unpacked
_LOCAL = struct.Struct("<4s22xHH")  # signature, length of name, length of extra field
_DISPUTED = 0x2060  # patched data, strong encryption, masked headers (APPNOTE.TXT 4.4.4)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SUSPECT = 10 << 20  # bytes: below that even the tightest packing is harmless
_DIRECTORY_FAULTS = (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError, EOFError)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submitted workbook may hold. The defaults are far above any unit's workbook."""

    file: int = 30 << 20  # bytes as sent
    total: int = 200 << 20  # bytes unpacked
    part: int = 64 << 20  # bytes unpacked of one XML part
    ratio: int = 200  # unpacked to packed bytes of a large part
    members: int = 2_000
    depth: int = 64  # XML elements within each other
    token: int = 1 << 20  # bytes of one tag or comment
    elements: int = 1_000_000  # in all parts together, as are all that follow
    sheets: int = 500
    rows: int = 200_000  # row elements, empty ones too
    cells: int = 200_000  # cell elements, empty ones too
    last_row: int = 20_000  # content beyond is refused, whatever the number of cells
    last_column: int = 256
    strings: int = 500_000
    merges: int = 20_000
    merged_area: int = 200_000  # cells
    relations: int = 20_000
    defined_names: int = 20_000


class Refused(Exception):  # noqa: N818 - a verdict on the file, no fault of ours
    """A submitted file that is not read any further.

    `code` is one of empty, not_xlsx, xls, encrypted, broken, too_big, dtd, bad_part, bad_cell; `part` names the
    part of the package ("" for the file as a whole) and `detail` says in English what was found there.
    """

    def __init__(self, code: str, part: str, detail: str):
        super().__init__(f"{code}: {part}: {detail}" if part else f"{code}: {detail}")
        self.code, self.part, self.detail = code, part, detail


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive; `packed` bytes lie at `start`, `size` and `crc` are what it should unpack to."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool
    utf8: bool  # else the name's bytes, which may be in any coding, are read as cp437


def members(data: bytes, limits: Limits, *, safe_names: bool = True) -> list[Member]:
    """The archive's files in directory order, after every check that needs no unpacking. Raises Refused.

    Without ``safe_names`` a name may be anything: for archives whose names lead nowhere.
    """
    _check_kind(data)
    if len(data) > limits.file:
        raise Refused("too_big", "", f"{len(data)} bytes")
    # counted before zipfile makes an object of each
    if data.count(b"PK\x01\x02") > limits.members:
        raise Refused("too_big", "", f"more than {limits.members} members")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos, directory = archive.infolist(), archive.start_dir
    except _DIRECTORY_FAULTS as error:
        raise Refused("broken", "", f"no readable directory ({error})") from error
    found = [_member(data, info, limits) for info in infos]
    if safe_names:
        _check_names([info.orig_filename for info in infos])
    end = 0
    for offset, member in sorted(zip((i.header_offset for i in infos), found, strict=True), key=lambda p: p[0]):
        if offset < end:
            raise Refused("bad_part", member.name, "overlaps another member")
        end = member.start + member.packed
    if end > directory:
        raise Refused("broken", "", "members run into the directory")
    if sum(member.size for member in found) > limits.total:
        raise Refused("too_big", "", f"unpacks to more than {limits.total} bytes")
    return [member for member in found if not member.name.endswith("/")]


def blocks(data: bytes, member: Member) -> Iterator[bytes]:
    """The member's bytes, unpacked, piece by piece. Raises Refused when they are not as declared."""
    raw = memoryview(data)[member.start : member.start + member.packed]
    pieces = (raw[at : at + _BLOCK] for at in range(0, len(raw), _BLOCK))
    size = crc = 0
    for block in _inflated(pieces, member) if member.deflated else map(bytes, pieces):
        size += len(block)
        crc = zlib.crc32(block, crc)
        if size > member.size:
            break
        yield block
    if size != member.size or crc != member.crc:
        raise Refused("broken", member.name, "length or checksum differs from the directory")


def _inflated(pieces: Iterator[memoryview], member: Member) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in pieces:
            yield inflate.decompress(piece, _BLOCK)
            while inflate.unconsumed_tail:
                yield inflate.decompress(inflate.unconsumed_tail, _BLOCK)
        yield inflate.flush()
    except zlib.error as error:
        raise Refused("broken", member.name, str(error)) from error
    if not inflate.eof or inflate.unused_data:
        raise Refused("broken", member.name, "packed data of the wrong length")


def _check_kind(data: bytes) -> None:
    if not data:
        raise Refused("empty", "", "no bytes")
    if data.startswith(_OLE):
        streams = {"EncryptedPackage": "encrypted", "Workbook": "xls", "Book": "xls"}
        for stream, code in streams.items():
            if f"{stream}\0".encode("utf-16-le") in data:
                raise Refused(code, "", f"an OLE file with a stream {stream}")
        raise Refused("not_xlsx", "", "an OLE file that is no workbook")
    if not data.startswith(b"PK\x03\x04"):
        raise Refused("not_xlsx", "", f"starts with {data[:8].hex(' ')}")


def _member(data: bytes, info: zipfile.ZipInfo, limits: Limits) -> Member:
    name = info.orig_filename
    if info.flag_bits & 1:
        raise Refused("encrypted", name, "packed with a password")
    if info.flag_bits & _DISPUTED:
        raise Refused("bad_part", name, f"marked {info.flag_bits:#x}: some programs would not unpack it")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("bad_part", name, f"packing method {info.compress_type}")
    if info.file_size > max(_SUSPECT, limits.ratio * info.compress_size):
        raise Refused("too_big", name, f"{info.compress_size} bytes unpack to {info.file_size}")
    header = data[info.header_offset : info.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise Refused("broken", name, "no header where the directory says")
    _, name_length, extra_length = _LOCAL.unpack(header)
    start = info.header_offset + _LOCAL.size + name_length
    # readers that go by the local headers must see the same names
    local_name = data[info.header_offset + _LOCAL.size : start]
    if local_name.decode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace") != name:
        raise Refused("bad_part", name, "the directory calls it otherwise than its header")
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    utf8 = bool(info.flag_bits & 0x800)
    return Member(name, start + extra_length, info.compress_size, info.file_size, info.CRC, deflated, utf8)


def _check_names(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        steps = name.removesuffix("/").split("/")
        if any(step in ("", ".", "..") for step in steps) or any(c in '\\:"<>|?*' or c < " " for c in name):
            raise Refused("bad_part", name, "unsafe part name")
        # part names are compared without regard to case
        key = unicodedata.normalize("NFC", name).lower()
        if key in seen:
            raise Refused("bad_part", name, "two members of that name")
        seen.add(key)

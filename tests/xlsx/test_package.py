"""Archives: what is refused, and what passes through untouched."""

import io
import struct
import zipfile

import pytest
from xlsx_samples import TASKS, entries, rezip, template

from xlsx import Book, BookError
from xlsx.package import Package

TEMPLATE = template()


def code(data):
    with pytest.raises(BookError) as caught:
        Book(data).put(TASKS, "A1", 1)
    return caught.value.code


def with_name(name):
    out = io.BytesIO(TEMPLATE)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def test_what_is_no_workbook():
    """Text, a zip of something else and an old .xls are not workbooks that we edit."""
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    assert [code(data) for data in (b"", b"abc", other.getvalue(), ole)] == ["not_xlsx"] * 4


def test_encrypted_workbooks():
    """A workbook with a password is an OLE container, or an archive with encrypted entries."""
    assert code(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    data = bytearray(TEMPLATE)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)
    assert code(bytes(data)) == "encrypted"


def test_broken_archives():
    """Cut-off files, damaged content and duplicate entries are broken."""
    assert code(TEMPLATE[:-100]) == "broken"
    damaged = bytearray(TEMPLATE)
    start = damaged.index(b"xl/worksheets/sheet1.xml") + 60
    damaged[start : start + 8] = bytes(8)
    assert code(bytes(damaged)) == "broken"
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = with_name("xl/workbook.xml")
    assert code(twice) == "broken"
    assert code(rezip(TEMPLATE, {"xl/workbook.xml": "<workbook"})) == "broken"


def test_zip64():
    """Archives of the large format are refused, not misread."""
    end = TEMPLATE.rindex(b"PK\x05\x06")
    assert code(TEMPLATE[:end] + b"PK\x06\x07" + bytes(16) + TEMPLATE[end:]) == "zip64"
    for place in (20, 24, 42):  # an entry's packed size, size or offset that stands in an extra field
        data = bytearray(TEMPLATE)
        struct.pack_into("<L", data, data.index(b"PK\x01\x02") + place, 0xFFFFFFFF)
        assert code(bytes(data)) == "zip64"


def test_signed_workbooks():
    """An edit would break a signature: refused."""
    assert code(with_name("_xmlsignatures/origin.sigs")) == "unsupported"


def test_entries_written_as_a_stream():
    """Entries whose sizes follow the data, folders and names in Chinese are copied whole."""
    out = io.BytesIO()

    class Stream(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return out.write(data)

    with zipfile.ZipFile(io.BytesIO(TEMPLATE)) as old, zipfile.ZipFile(Stream(), "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/附图/", "")
        new.writestr("xl/附图/说明.txt", "图")
    book = Book(out.getvalue())
    book.put(TASKS, "B5", "甲")
    after = book.save()
    before = entries(out.getvalue())
    assert {name for name, entry in entries(after).items() if entry != before[name]} == {"xl/worksheets/sheet1.xml"}
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.testzip() is None


def moved(data, place, by):
    """The archive with some empty bytes before an entry."""
    end = data.rindex(b"PK\x05\x06")
    after = bytearray(data[:place] + bytes(by) + data[place:])
    position = struct.unpack_from("<L", data, end + 16)[0] + by
    struct.pack_into("<L", after, end + by + 16, position)
    while after[position : position + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<3H", after, position + 28)
        offset = struct.unpack_from("<L", after, position + 42)[0]
        struct.pack_into("<L", after, position + 42, offset + by * (offset >= place))
        position += 46 + sum(lengths)
    return bytes(after)


def test_gaps_between_entries():
    """What another program left between two entries harms nothing."""
    data = moved(TEMPLATE, TEMPLATE.index(b"PK\x03\x04", 4), 7)
    book = Book(data)
    book.put(TASKS, "B5", "甲")
    before = entries(TEMPLATE)
    after = entries(book.save())
    assert {name for name, entry in after.items() if entry != before[name]} == {"xl/worksheets/sheet1.xml"}


@pytest.mark.parametrize("offset", [2, 1 << 20])
def test_entries_that_overlap(offset):
    """An entry that starts inside another one, or nowhere, is not copied half."""
    data = bytearray(TEMPLATE)
    second = TEMPLATE.index(b"PK\x01\x02", TEMPLATE.index(b"PK\x01\x02") + 4)
    struct.pack_into("<L", data, second + 42, offset)
    assert code(bytes(data)) == "broken"


def test_times():
    """A replaced part keeps its time; a new one gets a fixed one."""
    package = Package(TEMPLATE)
    package.write("xl/workbook.xml", b"<x/>")
    package.write("new.xml", b"<y/>")
    with zipfile.ZipFile(io.BytesIO(TEMPLATE)) as old, zipfile.ZipFile(io.BytesIO(package.save())) as new:
        assert new.getinfo("xl/workbook.xml").date_time == old.getinfo("xl/workbook.xml").date_time
        assert new.getinfo("new.xml").date_time == (1980, 1, 1, 0, 0, 0)


def test_large_parts():
    """A part of several megabytes reads back whole, and packs to the same bytes each time."""
    content = bytes(range(256)) * 12_000
    saved = []
    for _ in range(2):
        package = Package(TEMPLATE)
        package.write("big.bin", content)
        saved.append(package.save())
    assert saved[0] == saved[1]
    with zipfile.ZipFile(io.BytesIO(saved[0])) as archive:
        assert archive.read("big.bin") == content

"""What a file is, by its content and not by its name, and what to tell the unit that sent something else."""

import codecs
import io
import struct
import zipfile

__all__ = ["NO_WORKBOOKS", "OLD_FORMATS", "kind"]

# not workbooks: what they are, and what not to do the next time
NO_WORKBOOKS = {
    "pdf": ("PDF文件", "不要打印或导出成PDF"),
    "word": ("Word文件", "不要粘贴到Word里"),
    "slides": ("演示文稿", "不要粘贴到演示文稿里"),
    "picture": ("图片", "不要拍照或截图"),
    "text": ("文本文件（如.csv、.txt）", "不要另存为文本"),
    "packed": ("压缩包（如.rar、.7z）", "不要压缩；要打包的请打成.zip"),
    "zip": ("压缩包里的压缩包，或里面没有文件的压缩包", "要打包的请只打一层.zip"),
    "unknown": ("认不出格式的文件", "不要改后缀名"),
}
# tables in a format that we do not read: saved as .xlsx they are welcome
OLD_FORMATS = {
    "ods": "这是OpenDocument表格（.ods）",
    "xlsb": "这是二进制格式.xlsb",
    "html": "这是网页格式的表格",
    "xml": "这是XML格式的表格",
}

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_STREAMS = {"EncryptedPackage": "encrypted", "Workbook": "xls", "Book": "xls", "WordDocument": "word"}
_MAGIC = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"BM": "picture",
    b"II*\0": "picture",
    b"MM\0*": "picture",
    b"Rar!": "packed",
    b"7z\xbc\xaf": "packed",
    b"\x1f\x8b": "packed",
    b"BZh": "packed",
    b"\xfd7zXZ": "packed",
}
_INSIDE = {  # the first that is there tells
    "mimetype": "ods",
    "xl/workbook.bin": "xlsb",
    "word/": "word",
    "ppt/": "slides",
    "xl/": "xlsx",
    "[content_types].xml": "xlsx",
}
_MOST = 2_000  # members of an archive that are looked at
_DIRECTORY_FAULTS = (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError, EOFError)


def kind(data: bytes) -> str:
    """One of xlsx, xls, encrypted, zip, empty, or a key of `NO_WORKBOOKS` or `OLD_FORMATS`.

    It is a guess from the first bytes and the archive's directory; whoever reads the file makes sure.
    """
    if not data:
        return "empty"
    if data.startswith(_OLE):
        found = (name for stream, name in _OLE_STREAMS.items() if f"{stream}\0".encode("utf-16-le") in data)
        return next(found, "unknown")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(data)
    for start, name in _MAGIC.items():
        if data.startswith(start):
            return name
    if data[8:12] == b"WEBP" or data[4:8] == b"ftyp":
        return "picture"
    return _text(data)


def _archive(data: bytes) -> str:
    if data.count(b"PK\x01\x02") > _MOST:
        return "xlsx"  # whose pre-scan refuses so many
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name.lower() for name in archive.namelist()]
    except _DIRECTORY_FAULTS:
        return "xlsx"  # whose pre-scan tells what is broken
    return next((name for start, name in _INSIDE.items() if any(part.startswith(start) for part in names)), "zip")


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    start = data[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\0" in start:
        return "unknown"
    if start.startswith(b"<?xml") and b"excel.sheet" in start:
        return "xml"
    if start.startswith(b"<") and (b"<html" in start or b"<table" in start):
        return "html"
    # a text may be cut in the middle of a character
    return "text" if any(_decodes(data[:4_000], coding) for coding in ("utf-8", "gb18030")) else "unknown"


def _decodes(data: bytes, coding: str) -> bool:
    try:
        codecs.getincrementaldecoder(coding)().decode(data)
    except UnicodeDecodeError:
        return False
    return all(byte >= 32 or byte in b"\t\r\n\f\x1a" for byte in data)

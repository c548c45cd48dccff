"""From bytes to blocks: which form a document has, and why one cannot be read."""

import zipfile
import zlib
from io import BytesIO

from ledger.errors import SourceError
from ledger.sources.blocks import Block, Paragraph
from ledger.sources.docx import docx_blocks
from ledger.sources.pipes import pipe_blocks
from ledger.sources.sheets import sheet_blocks
from ledger.sources.tabbed import is_tabbed, tabbed_blocks

__all__ = ["read"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# (a mark in the bytes, what to say); the names of an OLE file's streams are stored as UTF-16
_OLE_REFUSED = (
    ("EncryptedPackage", "文件“{name}”设了打开密码，请取消密码后重新导入。"),
    ("WordDocument", "文件“{name}”是旧版Word格式（.doc），请用Word或WPS另存为.docx后重新导入。"),
)
_REFUSED = (
    (b"%PDF", "文件“{name}”是PDF，请导入对应的Word或Excel原件。"),
    (b"{\\rtf", "文件“{name}”是RTF格式，请用Word或WPS另存为.docx后重新导入。"),
)
_UNKNOWN = "文件“{name}”不是能识别的格式，请导入.docx、.xlsx、.xls或文本文件。"
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\v\x1c\x1d\x1e\x1f")


def read(data: bytes, name: str) -> tuple[Block, ...]:
    """The paragraphs and tables of a document, in order.

    ``name`` is only for messages. A document that is empty, encrypted, of an old or unknown format or damaged is
    a `SourceError` that says what to do.
    """
    if not data.strip(b"\x00\t\r\n "):
        raise SourceError(f"文件“{name}”是空的，请检查是否选错了文件。")
    if data.startswith(_OLE):
        return _ole(data, name)
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data, name)
    for mark, sentence in _REFUSED:
        if data.startswith(mark):
            raise SourceError(sentence.format(name=name))
    return _text(_decoded(data, name))


def _ole(data: bytes, name: str) -> tuple[Block, ...]:
    for stream, sentence in _OLE_REFUSED:
        if stream.encode("utf-16-le") in data:
            raise SourceError(sentence.format(name=name))
    if not any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        raise SourceError(_UNKNOWN.format(name=name))
    return sheet_blocks(data, name)


def _zipped(data: bytes, name: str) -> tuple[Block, ...]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.namelist()
            if broken := package.testzip():
                raise zipfile.BadZipFile(broken)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise SourceError(f"文件“{name}”已损坏，请重新取得原件，或用Office打开修复后另存。") from error
    if any(part.startswith("word/") for part in parts):
        return docx_blocks(data, name)
    if any(part.startswith("xl/") for part in parts):
        return sheet_blocks(data, name)
    raise SourceError(_UNKNOWN.format(name=name))


def _decoded(data: bytes, name: str) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROLS.isdisjoint(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise SourceError(_UNKNOWN.format(name=name))


def _text(text: str) -> tuple[Block, ...]:
    if is_tabbed(text):
        return tabbed_blocks(text)
    if "|" in text:
        return pipe_blocks(text)
    return tuple(
        Paragraph(line.strip(), f"第{number}行") for number, line in enumerate(text.split("\n"), 1) if line.strip()
    )

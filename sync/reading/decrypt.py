"""Workbooks with an opening password, where the office has set one and msoffcrypto-tool is installed."""

import struct
from io import BytesIO
from pathlib import Path
from xml.parsers.expat import ExpatError

from ledger.errors import StateError
from xlsx import Refused

__all__ = ["decrypted", "office_passwords"]

_USUAL = "VelvetSweatshop"  # Excel's own: such a workbook opens without asking
# what a damaged file raises in the readers of OLE and of the encryption's description
_DAMAGED = (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, struct.error, ExpatError)
_MOST = 3  # passwords that are tried: each one costs time on purpose


def office_passwords(folder: Path) -> tuple[str, ...]:
    """The passwords that the office has agreed with its units: a line each in the file ``password`` in ``folder``."""
    path = folder / "password"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise StateError(f"“{path}”不是UTF-8编码，请用记事本另存为UTF-8后重试。") from error
    except OSError as error:
        raise StateError(f"“{path}”读不了（{error.strerror}），请检查权限后重试。") from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())[:_MOST]


def decrypted(data: bytes, passwords: tuple[str, ...]) -> bytes:
    """The workbook inside, opened with the first password that fits. Raises Refused("encrypted")."""
    try:
        from msoffcrypto import OfficeFile, exceptions
    except ModuleNotFoundError:
        raise Refused("encrypted", "", "msoffcrypto-tool is not installed") from None
    for password in (*passwords, _USUAL):
        inside = BytesIO()
        try:
            book = OfficeFile(BytesIO(data))
            book.load_key(password=password)
            book.decrypt(inside)
        except (exceptions.InvalidKeyError, exceptions.DecryptionError):
            continue
        except (exceptions.FileFormatError, exceptions.ParseError, *_DAMAGED) as error:
            raise Refused("encrypted", "", str(error)) from error
        return inside.getvalue()
    raise Refused("encrypted", "", "no password fits")

"""Proof that a workbook is one that we issued: an opaque issue id and an HMAC, carried in three places.

It proves which template was issued to which unit for which period, not who filled it (design: identity).
"""

import base64
import hmac
import re
import secrets

__all__ = ["issue_id", "new_key", "opened", "seal", "tag", "tag_task"]

_TAG = re.compile(r"([A-Z2-7]{12})\.([^.\s]+(?:\.\d+)?)\.([A-Z2-7]{26})")
_SEAL = re.compile(r"([A-Z2-7]{12})\.([A-Z2-7]{26})")


def new_key() -> str:
    """A fresh signing key of 256 bits, as text for the key file."""
    return secrets.token_hex(32)


def issue_id(key: str, unit: str, period: str, content: str) -> str:
    """The opaque id of one issue: the same unit, period and content give the same id, so that a second
    ``distribute`` writes the same bytes."""
    return _digest(key, "issue", unit, period, content)[:12]


def seal(key: str, issue: str) -> str:
    """The issue id with its proof, as the very hidden sheet and the defined name carry it."""
    return f"{issue}.{_digest(key, 'seal', issue)[:26]}"


def tag(key: str, issue: str, task: str) -> str:
    """What stands in a row's hidden first cell: issue, task and proof that they belong together."""
    return f"{issue}.{task}.{_digest(key, 'row', issue, task)[:26]}"


def opened(key: str, text: str) -> str | None:
    """The issue id in a seal if its proof is right, else None."""
    found = _SEAL.fullmatch(text.strip())
    return found[1] if found and hmac.compare_digest(seal(key, found[1]), text.strip()) else None


def tag_task(key: str, text: str) -> tuple[str, str] | None:
    """The issue id and task id in a row tag if its proof is right, else None."""
    found = _TAG.fullmatch(text.strip())
    # as bytes: a forged task id may hold characters that compare_digest refuses in a str
    if not found or not hmac.compare_digest(tag(key, found[1], found[2]).encode(), text.strip().encode()):
        return None
    return found[1], found[2]


def _digest(key: str, *parts: str) -> str:
    proof = hmac.digest(key.encode(), "\x1f".join(parts).encode(), "sha256")
    return base64.b32encode(proof[:20]).decode().rstrip("=")

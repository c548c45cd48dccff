"""The error of this package, meant for people like every `DuchaError`."""

from ledger.errors import DuchaError

__all__ = ["BulletinError"]


class BulletinError(DuchaError):
    """A bulletin cannot be made: the template, its wording or a reference is wrong."""

    exit_code = 5

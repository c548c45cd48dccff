"""Errors that people see: each is one Chinese sentence saying what is wrong, where, and what to do."""

__all__ = ["DuchaError", "SchemaError", "SourceError", "StateError"]


class DuchaError(Exception):
    """Base of every error meant for people; ``str(error)`` is the sentence, ``exit_code`` the process's."""

    exit_code = 1


class SchemaError(DuchaError):
    """schema.yaml says something unknown or contradictory."""

    exit_code = 2


class SourceError(DuchaError):
    """A document cannot be read as a ledger."""

    exit_code = 3


class StateError(DuchaError):
    """The workspace is not in the state that the command needs."""

    exit_code = 4

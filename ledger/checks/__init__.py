"""Checks on the figures, one rule a file: contradictions between a report, its task and the rest of the ledger.

Each finding quotes the words it rests on and shows its arithmetic. Precision matters more than recall: a supervisor
stops reading after the third false alarm.
"""

from ledger.checks.kinds import KINDS
from ledger.checks.run import CHECKS, Inquiry, check

__all__ = ["CHECKS", "KINDS", "Inquiry", "check"]

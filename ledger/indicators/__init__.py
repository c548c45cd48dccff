"""What a task wants reached and what its report says was: figures read out of sentences.

Pure; what the text does not say stays empty. The office's own indicators (sheet 指标) stand above all of it.
"""

from ledger.indicators.actuals import Actual, Claim, actuals, claims
from ledger.indicators.mentions import Mention, mentions
from ledger.indicators.targets import Target, as_indicator, targets
from ledger.indicators.wording import likeness, similarity

__all__ = [
    "Actual",
    "Claim",
    "Mention",
    "Target",
    "actuals",
    "as_indicator",
    "claims",
    "likeness",
    "mentions",
    "similarity",
    "targets",
]

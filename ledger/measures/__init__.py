"""What the figures of an indicator say: completion rate, scheduled progress, lead and light, in Python and in Excel.

Each rule stands twice, side by side, and tests/core/test_measures.py holds the two against each other.
"""

from ledger.measures.figures import Summary, mean_formula, percent, percent_formula, points, summary
from ledger.measures.kinds import LIGHT_OF, LIGHTS, MEASURES, Light
from ledger.measures.reading import as_seen, day, number, number_formula
from ledger.measures.standing import (
    Cells,
    Formulas,
    Standing,
    completion,
    formulas,
    scheduled,
    scheduled_formula,
    standing,
)

__all__ = [
    "LIGHTS",
    "LIGHT_OF",
    "MEASURES",
    "Cells",
    "Formulas",
    "Light",
    "Standing",
    "Summary",
    "as_seen",
    "completion",
    "day",
    "formulas",
    "mean_formula",
    "number",
    "number_formula",
    "percent",
    "percent_formula",
    "points",
    "scheduled",
    "scheduled_formula",
    "standing",
    "summary",
]

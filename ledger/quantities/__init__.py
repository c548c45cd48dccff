"""Numbers, units and days in official Chinese, each with the words it was read from.

Nothing is invented: a number without a unit is no quantity, a day that the text does not name is None. No library
does this: cn2an reads whole numerals only, as floats, and its wheel installs packages called ``build`` and ``src``;
JioNLP needs 19 MB, a compiled tagger and ``requests``, and speaks up when imported.
"""

from ledger.quantities.model import Bound, Quantity, Role, Unit
from ledger.quantities.moments import Moment, moments
from ledger.quantities.numerals import Numeral, numeral, plain
from ledger.quantities.reading import quantities
from ledger.quantities.units import kin, unit_of

__all__ = [
    "Bound",
    "Moment",
    "Numeral",
    "Quantity",
    "Role",
    "Unit",
    "kin",
    "moments",
    "numeral",
    "plain",
    "quantities",
    "unit_of",
]

"""How percentages are compared and figures are shown."""

from decimal import Decimal
from fractions import Fraction

from ledger.measures import points
from ledger.quantities import Quantity

__all__ = ["close", "percentage", "shown", "slack"]


def percentage(part: Quantity, whole: Quantity) -> Fraction:
    """How many percent of the whole a part is, whatever the scales of their units."""
    if part.like(whole):
        return part.base / whole.base * 100
    return Fraction(part.value) / Fraction(whole.value) * 100


def slack(rate: Quantity, part: Quantity, whole: Fraction, rounding: float) -> Fraction:
    """How far a stated percentage may be off: ``rounding`` units of its last place, and the rounding of the part."""
    own = Fraction(0)
    if part.decimals and whole:
        own = Fraction(50, 10**part.decimals) * part.unit.factor / whole
    return Fraction(repr(rounding)) * Fraction(1, 10**rate.decimals) + own


def close(stated: Quantity, computed: Fraction, allowed: Fraction) -> bool:
    """Whether a stated percentage follows."""
    return abs(Fraction(stated.value) - computed) <= allowed


def shown(value: Fraction | Decimal | Quantity) -> str:
    """A figure as a sentence prints it: 21.7亿元, 62, 8.3."""
    if isinstance(value, Quantity):
        return f"{value.value.normalize():f}{value.unit.text}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return points(value)

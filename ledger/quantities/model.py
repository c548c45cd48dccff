"""What one quantity in a text is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

__all__ = ["Bound", "Quantity", "Role", "Unit"]

Bound = Literal["", "≥", "≤", "≈"]
# points is a change in 百分点, doubling is 翻番 and its like, kept as growth in percent
Role = Literal["level", "share", "growth", "decline", "points", "doubling"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: ``text`` as one writes it (万平方米), what it measures, and how many of the base one is.

    Only units of one ``dimension`` can be converted; every counting word (个, 人, 人次) is a dimension of its own.
    """

    text: str
    dimension: str
    factor: Fraction


class Quantity(NamedTuple):
    """A number with its unit, where it stands (``start``, ``end``) and the words it was read from.

    Of a range ``value`` is the low end and ``high`` the other. ``as_of`` is the day for which the text gives it,
    ``deadline`` the one by which it is due. ``chinese`` tells 两座 from 2座: names are full of written-out numbers.
    """

    value: Decimal
    unit: Unit
    start: int
    end: int
    words: str
    bound: Bound = ""
    role: Role = "level"
    high: Decimal | None = None
    as_of: date | None = None
    deadline: date | None = None
    chinese: bool = False

    @property
    def base(self) -> Fraction:
        """The value in the base unit of its dimension."""
        value, factor = self.value.as_integer_ratio(), self.unit.factor
        return Fraction(value[0] * factor.numerator, value[1] * factor.denominator)

    @property
    def decimals(self) -> int:
        """How many decimal places are written."""
        exponent = self.value.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    @property
    def in_percent(self) -> bool:
        """Whether it is a percentage."""
        return self.unit.text == "%"

    def like(self, other: "Quantity") -> bool:
        """Whether both can be compared."""
        return self.unit.dimension == other.unit.dimension

"""Reporting periods: a month (2022-09), a quarter (2022Q3) or a whole year (2022)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from ledger.errors import StateError

__all__ = ["Period", "period_in_text"]

_FORM = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>0?[1-9]|1[0-2])|[Qq](?P<quarter>[1-4]))?")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One reporting period, ordered by its last month; of two that end together the shorter comes first.

    ``last`` and ``months`` count calendar months: 2022Q3 is ``Period(2022, 9, 3)``.
    """

    year: int
    last: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2022-09``, ``2022Q3`` or ``2022``; anything else is a `StateError`."""
        found = _FORM.fullmatch(text.strip())
        if not found:
            raise StateError(f"报送期“{text}”写法不对，请写成 2022-09（月）、2022Q3（季度）或 2022（全年）。")
        year = int(found["year"])
        if found["month"]:
            return cls(year, int(found["month"]), 1)
        if found["quarter"]:
            return cls(year, int(found["quarter"]) * 3, 3)
        return cls(year, 12, 12)

    def __str__(self) -> str:
        if self.months == 1:
            return f"{self.year}-{self.last:02d}"
        return f"{self.year}Q{self.last // 3}" if self.months == 3 else str(self.year)

    @property
    def label(self) -> str:
        """The period as documents print it: 2022年9月, 2022年三季度, 2022年."""
        if self.months == 1:
            return f"{self.year}年{self.last}月"
        return f"{self.year}年{'一二三四'[self.last // 3 - 1]}季度" if self.months == 3 else f"{self.year}年"

    @property
    def end(self) -> date:
        """Last day of the period, the as-of date of everything reported in it."""
        return date(self.year, self.last, calendar.monthrange(self.year, self.last)[1])

    @property
    def start(self) -> date:
        """First day of the period."""
        return date(self.year, self.last - self.months + 1, 1)

    def covers(self, other: "Period") -> bool:
        """Whether ``other`` is a shorter period inside this one."""
        return other.months < self.months and self.start <= other.start and other.end <= self.end

    def following(self) -> "Period | None":
        """The next period of the same length in the same year."""
        last = self.last + self.months
        return Period(self.year, last, self.months) if last <= 12 else None

    def due(self, day: int, months_after: int) -> date:
        """The day the reports are due: ``day`` (cut to the month's length) ``months_after`` the last month."""
        month = self.last - 1 + months_after
        year, month = self.year + month // 12, month % 12 + 1
        return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def period_in_text(text: str, year: int) -> Period | None:
    """The period that a title names (三季度工作进展, 2022年9月, 前三季度), ``year`` where it names none."""
    named = re.search(r"(20\d\d)年", text)
    year = int(named[1]) if named else year
    if quarter := re.search(r"(?:第|前)?([一二三四1-4])季度", text):
        return Period(year, _DIGITS[quarter[1]] * 3, 3)
    if month := re.search(r"(?:[1１]\s*[-—–至]\s*)?(1[0-2]|[1-9])月(?!\d*日)", text):
        return Period(year, int(month[1]), 1)
    return None

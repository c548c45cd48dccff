"""Which units and tasks a bulletin names as ahead or behind."""

from typing import Annotated

from pydantic import Field

from ledger.schema.part import Part

__all__ = ["Ranking"]


class Ranking(Part):
    """Who is named as ahead or behind, at most ``named`` of each kind (0 names nobody).

    By their mean completion rate are compared units with ``rated`` rates or more, where there are ``units`` of them,
    and named from ``points`` 百分点 off the schedule; ``warned``: from so many yellow and red lights a unit is named.
    """

    named: Annotated[int, Field(ge=0, le=50)] = 3
    rated: Annotated[int, Field(ge=1, le=100)] = 2
    units: Annotated[int, Field(ge=2, le=100)] = 4
    points: Annotated[float, Field(ge=0, le=100)] = 5
    warned: Annotated[int, Field(ge=1, le=100)] = 2

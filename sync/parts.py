"""Several files of one unit for one period: parts of one report, or versions of which the newer replaces the older.

The 科室 of a unit each fill a copy of its workbook. Two files that fill no row in common are parts of one report; as
soon as both fill a row, the newer one is a new version and replaces the older one, also where it leaves rows empty.
A file that leaves required rows to others counts only together with parts that fill them; until then it waits.
All this follows from the files and their order alone, so that what the office takes back leaves no trace.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sync.records import Submission
from sync.versions import in_order

__all__ = ["Report", "Version", "put_together", "whole_since"]


class Version(NamedTuple):
    """One file: the rows (ids of tasks and indicators) that the unit ``filled`` in it, and the required ones that are
    ``needed`` from other files."""

    submission: Submission
    filled: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


class Report(NamedTuple):
    """What a unit's files come to, each oldest first: the parts that stand, parts that wait for others, and earlier
    reports, which count only for rows about which no later workbook asks."""

    standing: tuple[Version, ...] = ()
    waiting: tuple[Version, ...] = ()
    replaced: tuple[Version, ...] = ()

    @property
    def filled(self) -> frozenset[str]:
        """The rows that the standing parts fill."""
        return _filled(self.standing)


def put_together(versions: Iterable[Version]) -> Report:
    """The report that a unit's files for one period come to. Files that the office has set aside are none.

    When it has sent a file back, nothing before it counts until the unit has answered.
    """
    by_number = {one.submission.number: one for one in versions if one.submission.ruling != "excluded"}
    ordered = [by_number[one.number] for one in in_order(by_number[number].submission for number in sorted(by_number))]
    standing: list[Version] = []
    kept: list[Version] = []  # parts that are no report yet
    replaced: list[Version] = []
    held: set[int] = set()  # of these the ones that wait only because a file was sent back
    for one in ordered:
        apart, waiting = _apart(standing, [one]), _apart(kept, [one])
        team = [one, *apart]
        for other in reversed(waiting):
            team += _apart([other], team)
        team = _whole(team)
        if one.submission.ruling == "returned":
            held |= {other.submission.number for other in (*apart, *team)}
            standing, kept, replaced = [], [*waiting, *apart], []
        elif one in team:
            replaced += [other for other in standing if other not in apart]
            kept = [other for other in (*waiting, *apart) if other not in team]
            standing = [other for other in ordered if other in team]
            held -= {other.submission.number for other in team}
        else:
            kept = [*waiting, one]
    kept = [one for one in ordered if one in kept and one.submission.number not in held]
    return Report(tuple(standing), tuple(kept), tuple(replaced))


def whole_since(versions: Iterable[Version]) -> str:
    """When the last file arrived that was needed for a first whole report (as in `Submission`), empty if none is."""
    arrived = sorted(versions, key=lambda one: (one.submission.arrived, one.submission.number))
    ends = (number for number in range(1, len(arrived) + 1) if put_together(arrived[:number]).standing)
    end = next(ends, 0)
    return arrived[end - 1].submission.arrived if end else ""


def _apart(versions: Iterable[Version], others: Sequence[Version]) -> list[Version]:
    """Those that fill no row that one of the ``others`` fills."""
    taken = _filled(others)
    return [one for one in versions if not one.filled & taken]


def _whole(team: list[Version]) -> list[Version]:
    """Of parts that fit together those that need nothing that the rest does not fill."""
    while True:
        filled = _filled(team)
        good = [one for one in team if one.needed <= filled]
        if len(good) == len(team):
            return team
        team = good


def _filled(versions: Iterable[Version]) -> frozenset[str]:
    return frozenset[str]().union(*(one.filled for one in versions))

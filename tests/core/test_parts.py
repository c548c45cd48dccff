"""Which of a unit's files are parts of one report, and which are versions that replace each other."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.parts import Report, Version, put_together, whole_since
from sync.records import Ruling, Submission

REQUIRED = frozenset("123")


def version(number: int, filled: str, *, saved: int | None = None, ruling: Ruling | None = None) -> Version:
    """A file that arrives on the ``number``-th day, saved then unless told, and fills rows that are one sign each."""
    time = f"2022-09-{saved or number:02d}T08:00:00+00:00"
    arrived = f"2022-09-{number:02d}"
    rows = frozenset(filled)
    one = Submission(number, f"{number}.xlsx", "", "", "甲局", "2022-08", "read", None, ruling, arrived, time, ())
    return Version(one, rows, REQUIRED - rows)


def names(versions: tuple[Version, ...]) -> list[str]:
    return ["".join(sorted(one.filled)) for one in versions]


def standing(*files: Version) -> list[str]:
    return names(put_together(files).standing)


@pytest.mark.parametrize(
    ("files", "stands", "waits"),
    [
        (["123"], ["123"], []),
        (["12"], [], ["12"]),
        (["12", "3"], ["12", "3"], []),
        (["1", "2", "3"], ["1", "2", "3"], []),
        (["1", "3"], [], ["1", "3"]),
        (["12", "123"], ["123"], []),  # the same clerk filled the rest
        (["123", "12"], ["123"], ["12"]),  # no whole report follows from it
        (["123", "12", "3"], ["12", "3"], []),  # now one does
        (["12", "3", "12"], ["3", "12"], []),  # one 科室 corrects its part
        (["12", "3", "1"], ["12", "3"], ["1"]),  # and forgets a row
        (["12", "1", "3"], [], ["1", "3"]),  # the newer part replaces the older one, also where it is empty
        (["123", "4"], ["123", "4"], []),  # a row that nobody is asked for
        (["4", "123"], ["4", "123"], []),
        (["123", "1234", "12"], ["1234"], ["12"]),
    ],
)
def test_what_files_come_to(files: list[str], stands: list[str], waits: list[str]) -> None:
    """Files by the rows that they fill, oldest first; the rows 1 to 3 are required."""
    report = put_together([version(number, filled) for number, filled in enumerate(files, 1)])
    assert (names(report.standing), names(report.waiting)) == (stands, waits)


@given(st.lists(st.integers(0, 3), min_size=4, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_parts_is_nothing(owners: list[int], random) -> None:  # type: ignore[no-untyped-def]
    """However rows are dealt out among files, whenever these were saved and whichever arrives first: all count."""
    parts = {"".join(str(row) for row, one in enumerate(owners) if one == owner) for owner in set(owners)}
    saved = random.sample(range(1, 29), len(parts))
    for order in permutations(sorted(parts)):
        files = [version(place, filled, saved=saved[place - 1]) for place, filled in enumerate(order, 1)]
        report = put_together(files)
        assert sorted(names(report.standing)) == sorted(parts)
        assert (report.waiting, report.replaced, whole_since(files)) == ((), (), _arrival_of_last_needed(files))


def _arrival_of_last_needed(files: list[Version]) -> str:
    return next(
        one.submission.arrived
        for number, one in enumerate(files, 1)
        if frozenset().union(*(other.filled for other in files[:number])) >= REQUIRED
    )


@given(st.lists(st.text("1234", max_size=4), max_size=6), st.randoms(use_true_random=False))
def test_what_stands_is_whole_and_apart(files: list[str], random) -> None:  # type: ignore[no-untyped-def]
    """Whatever comes: no row twice, none missing, and the times of saving decide, not the order of arrival."""
    saved = random.sample(range(1, 29), len(files))
    found = [version(place, filled, saved=saved[place - 1]) for place, filled in enumerate(files, 1)]
    report = put_together(found)
    rows = [row for one in report.standing for row in one.filled]
    assert len(rows) == len(set(rows))
    assert all(one.needed <= set(rows) for one in report.standing)
    assert not set(report.standing) & set(report.waiting)
    later = sorted(found, key=lambda one: one.submission.saved or "")
    renumbered = [
        one._replace(submission=one.submission._replace(number=number)) for number, one in enumerate(later, 1)
    ]
    assert names(put_together(renumbered).standing) == names(report.standing)


def test_what_the_office_takes_back_leaves_no_trace() -> None:
    """Without the second part the first waits again; without a new version the old one stands again."""
    first, second, whole = version(1, "12"), version(2, "3"), version(3, "123")
    assert standing(first, second, whole) == ["123"]
    assert standing(first, second, version(3, "123", ruling="excluded")) == ["12", "3"]
    alone = put_together([first, version(2, "3", ruling="excluded")])
    assert alone == Report(waiting=(first,))


def test_what_was_sent_back_holds_everything_before_it() -> None:
    """Its other parts wait too, but nothing is asked of them; with the new part they count again."""
    first, second = version(1, "12"), version(2, "3", ruling="returned")
    assert put_together([first, second]) == Report()
    assert standing(first, second, version(3, "3")) == ["12", "3"]
    assert standing(first, second, version(3, "123")) == ["123"]
    assert put_together([version(1, "123"), version(2, "123", ruling="returned")]) == Report()


def test_when_a_report_was_whole() -> None:
    """With the last part that it needed; a correction changes nothing, a part alone is no report."""
    assert whole_since([version(1, "12")]) == ""
    assert whole_since([version(1, "12"), version(4, "3"), version(9, "12")]) == "2022-09-04"
    assert whole_since([version(2, "123", ruling="returned"), version(9, "123")]) == "2022-09-09"

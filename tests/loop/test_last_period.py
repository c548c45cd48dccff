"""Which period a bulletin is compared with."""

from ledger.period import Period
from sync.master import open_master
from sync.snapshot import snapshot_before
from sync.workspace import Workspace


def test_a_bulletin_is_compared_with_the_last_period_of_its_length(handed_out: Workspace) -> None:
    """A month with the month before, a quarter with the quarter before; never with a part of itself."""
    for name in ("2022-09", "2022Q3", "2022-10", "2022-12", "2022Q4"):
        handed_out.journal.set_open(Period.parse(name))
    master = open_master(handed_out)
    compared = {
        name: snapshot_before(handed_out, master, Period.parse(name))
        for name in ("2022-08", "2022-09", "2022Q3", "2022-10", "2022Q4")
    }
    assert {name: str(before.period) if before else None for name, before in compared.items()} == {
        "2022-08": None, "2022-09": "2022-08", "2022Q3": None, "2022-10": "2022-09", "2022Q4": "2022Q3",
    }  # fmt: skip

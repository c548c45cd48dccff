"""Opening a reporting period: the last one is archived, its texts become 上期, the unit columns are cleared."""

from ledger.errors import StateError
from ledger.period import Period
from sync.publish import Published, publish
from sync.workspace import Workspace

__all__ = ["open_period"]


def open_period(workspace: Workspace, period: Period) -> Published:
    """Make ``period`` the one that the master shows and units report on.

    The master is brought up to date first, so that whatever stands in it goes into the archive. `StateError` for
    a period of another year.
    """
    if period.year != workspace.schema.year:
        raise StateError(f"{period.label}不在本台账的年度（{workspace.schema.year}年），请核对；新年度请另建工作区。")
    if workspace.journal.open_period() == period:
        return publish(workspace)
    if workspace.journal.open_period():
        publish(workspace)
    workspace.journal.set_open(period)
    return publish(workspace)

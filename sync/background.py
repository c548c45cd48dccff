"""What a bulletin rests on besides the ledger of its period: the period before, and what still contradicts itself."""

from ledger.checks import check
from ledger.finding import Finding
from ledger.snapshot import Snapshot
from sync.checked import decisions, finding_id
from sync.choices import decides
from sync.master import Master
from sync.snapshot import snapshot_before
from sync.workspace import Workspace

__all__ = ["background"]


def background(workspace: Workspace, master: Master, snapshot: Snapshot) -> tuple[Snapshot | None, list[Finding]]:
    """The ledger in the period before, None where there is none, and the contradictions in ``snapshot``.

    Those on which the office has decided in sheet 核查, 已核实 or 忽略, are none any more.
    """
    before = snapshot_before(workspace, master, snapshot.period)
    said = decisions(master, workspace.journal)
    decided = {name for name, one in said.items() if decides("checked", one._asdict())}
    found = check(snapshot, workspace.schema, before)
    return before, [item for item in found if finding_id(item) not in decided]

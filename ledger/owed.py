"""What a unit still owes the office in a period: what reminders are written from."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Owed"]


@dataclass(frozen=True, slots=True)
class Owed:
    """One unit: nothing has come (``silent``), a part has (``partly``), what came was sent back and not corrected
    (``returned``), could not be used (``refused``), or was set aside by the office (``excluded``).

    ``tasks`` are how the office calls the tasks that are still asked (附件1：3), of a ``partly`` reported unit only
    the rest; ``indicators`` how many figures go along; ``faults`` are the sentences about what was sent back.
    """

    unit: str
    state: Literal["silent", "partly", "returned", "refused", "excluded"]
    tasks: tuple[str, ...]
    indicators: int = 0
    faults: tuple[str, ...] = ()
